"""审计: who saw, exported or changed what? For administrators."""
