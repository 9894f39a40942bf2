"""The script that every page runs in, alone in its folder: Streamlit puts that folder first on Python's path."""
