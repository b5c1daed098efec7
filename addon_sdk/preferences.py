"""Settings: reading one's own, and scopes in which they may be set for single objects."""

from kernel.preferences import SettingScope, UnknownSetting, setting, setting_scope

__all__ = ["SettingScope", "UnknownSetting", "setting", "setting_scope"]
