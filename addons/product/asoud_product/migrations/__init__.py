"""This addon's own migrations."""
