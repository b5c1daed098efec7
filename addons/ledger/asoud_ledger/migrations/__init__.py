"""Migrations of this addon."""
