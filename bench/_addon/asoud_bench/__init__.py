"""The addon that benchmarks measure: a list behind a permission with hooks, and an event whose handler writes."""

from addon_sdk import Addon

addon = Addon(title="Bench", permissions={"bench.read": "Read notes"})
