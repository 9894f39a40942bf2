"""Rows and cubes: the integrated database, how it is filled, and what the rest of the project may read of it."""
