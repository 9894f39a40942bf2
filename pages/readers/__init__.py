"""使用者: who may see what? For administrators."""
