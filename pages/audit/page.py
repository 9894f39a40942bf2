"""审计: the record by reader, action, place and day, whether it is intact, and the record to take along."""

from pages.audit import parts
from pages.shared import failures

with failures.shown("审计记录"):
    parts.intact()
    parts.entries(parts.wanted())
