"""The pages: one folder each, and what they share. No page lies loose here: a deep link would bypass app.py."""
