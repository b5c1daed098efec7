"""Sites with addons made on the spot: a blueprint here, an extension there, switched on and off like real ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kernel.addons.contributions import Contribution
from kernel.db import Extension, Model, apply_extension
from kernel.identity.principal import Principal, acting_as
from kernel.rest import Blueprint
from kernel.runtime import Platform

MakeSite = Callable[..., "Site"]


class Site:
    """One process of a site."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.platform: Platform = app.extensions["asoud"]
        self.client: FlaskClient = app.test_client()

    def add(self, contribution: Contribution) -> None:
        """Take what an addon contributes, and enable the addon."""
        self.platform.registry.add([contribution])
        if isinstance(contribution.value, Blueprint):
            self.app.register_blueprint(contribution.value)
        if isinstance(contribution.value, Extension):
            apply_extension(contribution)
        self.switch(contribution.owner, on=True)

    def switch(self, addon: str, *, on: bool) -> None:
        """Enable or disable, as the gate's watcher would on a new generation."""
        gate = self.platform.gate
        gate.enabled = gate.enabled | {addon} if on else gate.enabled - {addon}
        gate.generation += 1

    def create_tables(self) -> None:
        """Make every mapped table."""
        with self.app.app_context():
            Model.metadata.create_all(self.platform.db.engine)


def extension(owner: str, name: str, model: type[Model], mapped: Any, **options: Any) -> Contribution:
    """What `extend` contributes when it stands in addon ``owner``."""
    made = Extension(owner, name, model, mapped, **options)
    return Contribution("extension", f"{model.__tablename__}.{owner}_{name}", owner, f"asoud_{owner}", made)


def as_user(user_id: UUID, *permissions: str) -> Any:
    """Call as a logged-in user."""
    return acting_as(Principal(user_id=user_id, permissions=frozenset(permissions)))


@pytest.fixture
def make_site(make_app: Callable[..., Flask]) -> Iterator[MakeSite]:
    """Makes sites from blueprints; keyword arguments are settings."""
    made: list[Site] = []

    def make(*blueprints: Blueprint, tables: bool = False, **settings: Any) -> Site:
        site = Site(make_app(**settings))
        made.append(site)
        for blueprint in blueprints:
            site.add(blueprint.contribution)
        if tables:
            site.create_tables()
        return site

    yield make
    for site in made:
        site.platform.close()
