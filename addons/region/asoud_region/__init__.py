"""Regions: where people, markets and parcels are."""

from addon_sdk import Addon
from asoud_region.loading import load_regions, reload_regions

addon = Addon(
    title="Regions",
    category="localization",
    icon="map",
    on_install=load_regions,
    on_upgrade=reload_regions,
)
