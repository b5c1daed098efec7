"""Settings of a deployment: typed, from the environment and `.env`, one class per profile."""

from config.settings import ConfigurationError, Production, Settings, Testing, load_settings, unknown_variables

__all__ = ["ConfigurationError", "Production", "Settings", "Testing", "load_settings", "unknown_variables"]
