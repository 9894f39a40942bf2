"""Intake: a bureau's file becomes data, or every wrong row is named.

bytes → `reading` (text with its row numbers) → `headers` (which column is what) → `values` (typed, or why not) →
`rules` (what must hold among rows and against the database) → `preview` → `acceptance` (one transaction).
"""
