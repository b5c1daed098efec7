"""The speed of the platform, as ratios to bare references: `python -m bench`."""
