"""Settings as addon code reads and writes them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import event, select, update

from kernel.clock import FrozenClock
from kernel.context import in_addon
from kernel.db import DatabaseAway, new_id, session, transaction
from kernel.errors import ValidationFailed
from kernel.preferences import UnknownSetting, rows, setting, setting_scope
from kernel.preferences.models import StoredSetting
from kernel.preferences.scopes import SITE, Place
from kernel.runtime import Platform
from tests.preferences.conftest import MARKET
from tests.processes import MakePlatform

SHOP = ("market", MARKET)


def test_defaults_count_until_something_is_set(platform: Platform) -> None:
    preferences = platform.preferences
    assert {name: preferences.get(name) for name in preferences.names()} == {
        "loyalty.rate": 10,
        "loyalty.largest": 100,
        "loyalty.tags": ["new"],
        "loyalty.ends_at": None,
        "loyalty.api_key": "",
        "loyalty.unset": None,
    }


def test_values_are_typed_and_reset(platform: Platform) -> None:
    preferences = platform.preferences
    preferences.set("loyalty.ends_at", "2026-03-21T12:30:00Z")
    preferences.set("loyalty.rate", "۱۲")
    assert preferences.get("loyalty.ends_at") == datetime(2026, 3, 21, 12, 30, tzinfo=UTC)
    assert preferences.get("loyalty.rate") == 12
    preferences.set("loyalty.rate", 13)
    assert preferences.get("loyalty.rate") == 13
    preferences.reset("loyalty.rate")
    assert preferences.get("loyalty.rate") == 10


def test_an_objects_value_comes_before_the_sites(platform: Platform) -> None:
    preferences = platform.preferences
    preferences.set("loyalty.rate", 20)
    assert preferences.get("loyalty.rate", SHOP) == 20
    preferences.set("loyalty.rate", 30, SHOP)
    assert (preferences.get("loyalty.rate", SHOP), preferences.get("loyalty.rate")) == (30, 20)
    assert preferences.get("loyalty.rate", ("market", new_id())) == 20
    preferences.reset("loyalty.rate", SHOP)
    assert preferences.get("loyalty.rate", SHOP) == 20


def test_nobody_can_change_what_others_read(platform: Platform) -> None:
    platform.preferences.set("loyalty.tags", ["a"])
    for _ in range(2):
        platform.preferences.get("loyalty.tags").append("mine")
    assert platform.preferences.get("loyalty.tags") == ["a"]
    platform.preferences.reset("loyalty.tags")
    platform.preferences.get("loyalty.tags").append("mine")
    assert platform.preferences.get("loyalty.tags") == ["new"]


def test_addon_code_reads_its_own_settings_whoever_calls_it(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    platform.preferences.set("loyalty.rate", 7, SHOP)
    monkeypatch.setitem(globals(), "__name__", "asoud_loyalty.services")
    with in_addon("market"):
        assert setting("rate", SHOP) == 7
        assert setting("rate") == 10


@pytest.mark.parametrize("name", ["loyalty.nothing", "market.rate", "nobody.rate", "rate", ""])
def test_unknown_settings_are_a_mistake_of_the_author(platform: Platform, name: str) -> None:
    for call in (platform.preferences.get, platform.preferences.reset, lambda n: platform.preferences.set(n, 1)):
        with pytest.raises(UnknownSetting):
            call(name)


@pytest.mark.parametrize(
    ("values", "reset", "place", "expected"),
    [
        ({"rate": "many"}, [], SITE, {("/values/rate", "invalid")}),
        ({"rate": 101}, [], SITE, {("/values/rate", "invalid")}),
        ({"nothing": 1}, [], SITE, {("/values/nothing", "unknown_field")}),
        ({}, ["nothing"], SITE, {("/reset", "unknown_setting")}),
        ({"largest": 500}, [], Place("market", str(MARKET)), {("/values/largest", "wrong_scope")}),
        ({"tags": "x", "largest": None}, [], SITE, {("/values/largest", "null"), ("/values/tags", "invalid")}),
    ],
)
def test_wrong_values_change_nothing(
    platform: Platform, values: dict[str, Any], reset: list[str], place: Place, expected: set[tuple[str, str]]
) -> None:
    platform.preferences.set("loyalty.rate", 50)
    with pytest.raises(ValidationFailed) as caught:
        platform.preferences.change("loyalty", {"ends_at": None, **values}, reset=reset, place=place)
    found = {(error.pointer, error.code) for error in caught.value.errors}
    assert expected <= found
    assert {pointer for pointer, _ in found} <= {*(pointer for pointer, _ in expected), "/values/ends_at"}
    assert (platform.preferences.get("loyalty.rate"), platform.preferences.get("loyalty.largest")) == (50, 100)


def test_rules_between_settings_see_what_is_already_set(platform: Platform) -> None:
    platform.preferences.set("loyalty.rate", 50)
    with pytest.raises(ValidationFailed):
        platform.preferences.set("loyalty.largest", 40)
    platform.preferences.change("loyalty", {"largest": 40, "rate": 30})
    platform.preferences.change("loyalty", {"largest": 20}, reset=["rate"])
    assert platform.preferences.get("loyalty.rate") == 10


def test_other_processes_follow_within_a_second(make_platform: MakePlatform, database_url: str) -> None:
    here, there = make_platform(database_url=database_url), make_platform(database_url=database_url)
    with FrozenClock() as clock:
        with there.app.app_context():
            assert there.preferences.get("loyalty.rate") == 10
        with here.app.app_context():
            here.preferences.set("loyalty.rate", 11)
            assert here.preferences.get("loyalty.rate") == 11
        with there.app.app_context():
            clock.tick(1.01)
            assert there.preferences.get("loyalty.rate") == 11
        with here.app.app_context():
            here.preferences.reset("loyalty.rate")
        with there.app.app_context():
            for poll in there.gate._polls:
                poll()
            assert there.preferences.get("loyalty.rate") == 10


def test_reading_costs_no_query_while_the_process_follows(platform: Platform) -> None:
    with FrozenClock():
        platform.preferences.get("loyalty.rate", SHOP)
        statements: list[str] = []
        event.listen(platform.db.reader, "before_cursor_execute", lambda *args: statements.append(args[2]))
        for _ in range(10):
            platform.preferences.get("loyalty.rate", SHOP)
            platform.preferences.get("loyalty.largest")
    assert statements == []


def test_while_the_database_is_away_what_is_known_counts(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> int:
        raise DatabaseAway

    platform.preferences.set("loyalty.rate", 12)
    with FrozenClock() as clock:
        assert platform.preferences.get("loyalty.rate") == 12
        monkeypatch.setattr(rows, "version", away)
        clock.tick(60)
        assert platform.preferences.get("loyalty.rate") == 12


def test_what_a_transaction_takes_back_is_not_remembered(platform: Platform) -> None:
    @transaction
    def fail() -> None:
        platform.preferences.set("loyalty.rate", 77)
        assert platform.preferences.get("loyalty.rate") == 77
        raise LookupError

    platform.preferences.refresh()
    with pytest.raises(LookupError):
        fail()
    assert platform.preferences.get("loyalty.rate") == 10


def test_secrets_are_encrypted_at_rest(platform: Platform) -> None:
    platform.preferences.set("loyalty.api_key", "hunter2")
    platform.preferences.set("loyalty.api_key", "hunter3", SHOP)
    stored = session().scalars(select(StoredSetting.value)).all()
    assert "hunter" not in str(stored)
    assert platform.preferences.get("loyalty.api_key") == "hunter2"
    assert platform.preferences.get("loyalty.api_key", SHOP) == "hunter3"


def test_what_no_longer_fits_counts_as_not_set_and_can_be_set_again(platform: Platform) -> None:
    platform.preferences.set("loyalty.api_key", "hunter2")
    platform.preferences.set("loyalty.rate", 12)
    with transaction():
        session().execute(
            update(StoredSetting).where(StoredSetting.name == "api_key").values(value={"secret": "forged"})
        )
        session().execute(update(StoredSetting).where(StoredSetting.name == "rate").values(value={"value": "many"}))
        rows.write("loyalty", SITE, {"from_another_version": {"value": 1}}, [])
    platform.preferences.forget()
    assert (platform.preferences.get("loyalty.api_key"), platform.preferences.get("loyalty.rate")) == ("", 10)
    platform.preferences.change("loyalty", {"api_key": "hunter4", "largest": 60})
    assert platform.preferences.get("loyalty.api_key") == "hunter4"


def test_an_uninstalled_addons_settings_go(platform: Platform) -> None:
    platform.preferences.set("loyalty.rate", 12)
    platform.preferences.set("loyalty.rate", 13, SHOP)
    platform.preferences.forget_addon("loyalty")
    assert session().scalars(select(StoredSetting)).all() == []
    assert platform.preferences.get("loyalty.rate", SHOP) == 10


def test_a_scope_is_declared_by_name(own_contributions: None, monkeypatch: pytest.MonkeyPatch) -> None:
    from kernel.addons import contributions

    monkeypatch.setitem(globals(), "__name__", "asoud_shopping.settings")
    scope = setting_scope("shop", exists=lambda id: True, may_edit=lambda principal, id: False)
    (made,) = contributions.contributions_of("shopping")
    assert (made.kind, made.key, made.value) == ("setting_scope", "shop", scope)
