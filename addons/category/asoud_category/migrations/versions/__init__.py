"""Versions, the oldest first."""
