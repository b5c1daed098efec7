"""The history of this addon's tables."""
