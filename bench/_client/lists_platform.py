"""The platform's WSGI app, as `wsgi.py` makes it; no answer of the addon that BENCH_UNCACHED names is kept."""

from __future__ import annotations

import os

from kernel.runtime import EXTENSION, Platform
from kernel.serving.wsgi import make_application

app = make_application()
_platform: Platform = app.extensions[EXTENSION]

for contribution in _platform.registry.contributions("blueprint"):
    if contribution.owner == os.environ.get("BENCH_UNCACHED"):
        for view in contribution.value.views:
            view.endpoint.cache = None
