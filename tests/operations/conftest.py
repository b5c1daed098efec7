"""An app whose tables exist, on each database."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from kernel.db import Model

MakeApp = Callable[..., Flask]


@pytest.fixture
def make_site(make_app: MakeApp) -> Iterator[MakeApp]:
    """Makes apps with the kernel's tables made straight from the models."""
    apps: list[Flask] = []

    def make(**settings: object) -> Flask:
        app = make_app(**settings)
        apps.append(app)
        with app.app_context():
            Model.metadata.create_all(app.extensions["asoud"].db.engine)
            app.extensions["asoud"].gate.boot()
        return app

    yield make
    for app in apps:
        app.extensions["asoud"].close()
