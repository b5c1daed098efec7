"""The platform: finds, orders, migrates, gates and serves addons. Knows no addon by name."""

__version__ = "0.1.0"
