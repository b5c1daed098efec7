"""Iran: what every addon for the Iranian market needs to read, check and write."""

from addon_sdk import Addon

addon = Addon(title="Iran", category="localization", icon="flag")
