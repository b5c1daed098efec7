"""The history of the one table."""
