"""Events from annotated classes: what can be published, and what a declaration refuses."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernel.addons.contributions import contributions_of
from kernel.db import Money
from kernel.events import DeliveredEvent, event, on, publish
from kernel.events.declaration import event_type
from tests.jobs.shop import PricedV1, Sold


@dataclass(frozen=True)
class Line:
    name: str
    count: int


@event("tests.everything", version=3)
class Everything:
    """All types at once."""

    key: UUID
    text: str
    whole: int
    real: float
    flag: bool
    moment: datetime
    day: date
    exact: Decimal
    price: Money
    choice: Literal["a", "b"]
    lines: list[Line]
    marks: tuple[int, ...]
    names: dict[str, str]
    maybe: Line | None = None


everything = st.builds(
    Everything,
    key=st.uuids(),
    text=st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])),
    whole=st.integers(),
    real=st.floats(allow_nan=False, allow_infinity=False),
    flag=st.booleans(),
    moment=st.datetimes(timezones=st.just(timezone(timedelta(hours=3, minutes=30)))),
    day=st.dates(),
    exact=st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**9), max_value=10**9),
    price=st.builds(Money, st.integers(-(10**9), 10**9), st.just("IRR")),
    choice=st.sampled_from(["a", "b"]),
    lines=st.lists(st.builds(Line, st.just("x"), st.integers())),
    marks=st.lists(st.integers()).map(tuple),
    names=st.dictionaries(st.just("k"), st.just("v")),
    maybe=st.none() | st.builds(Line, st.just("y"), st.integers()),
)


@settings(deadline=None, max_examples=40)
@given(everything)
def test_what_is_published_keeps_its_schema(instance: Any) -> None:
    kind = event_type(instance)
    payload = kind.codec.encode(instance, kind.name)
    jsonschema.validate(payload, kind.schema, jsonschema.Draft202012Validator)
    assert payload["moment"].endswith("Z")
    assert Decimal(payload["exact"]) == instance.exact
    assert payload["price"] == {"amount": instance.price.amount, "currency": "IRR"}


def sample(**changes: Any) -> Any:
    values: dict[str, Any] = {
        "key": UUID(int=1),
        "text": "t",
        "whole": 1,
        "real": 1.5,
        "flag": True,
        "moment": datetime(2026, 1, 1, tzinfo=UTC),
        "day": date(2026, 1, 1),
        "exact": Decimal("1.50"),
        "price": Money(5, "IRR"),
        "choice": "a",
        "lines": [],
        "marks": (),
        "names": {},
    }
    return Everything(**{**values, **changes})


@pytest.mark.parametrize(
    ("field", "value", "rule"),
    [
        ("key", "not-a-uuid", "must be a UUID"),
        ("text", 5, "must be text"),
        ("text", "a\0b", "without NUL"),
        ("whole", True, "must be a whole number"),
        ("whole", 1.5, "must be a whole number"),
        ("real", math.nan, "must be a finite number"),
        ("real", True, "must be a finite number"),
        ("flag", 1, "must be true or false"),
        ("moment", datetime(2026, 1, 1), "with a time zone"),
        ("day", datetime(2026, 1, 1, tzinfo=UTC), "must be a date"),
        ("exact", 1.5, "must be a finite Decimal"),
        ("price", 500, "must be Money"),
        ("choice", "c", "must be one of a, b"),
        ("lines", [Line("x", "many")], r"lines\[0\].count: must be a whole number"),  # type: ignore[arg-type]  # wrong on purpose
        ("lines", ["x"], r"lines\[0\]: must be Line"),
        ("marks", [1], "must be a tuple"),
        ("names", {1: "x"}, "must be text"),
        ("names", ["x"], "must be a dict"),
        ("maybe", "x", "must be Line"),
    ],
)
def test_a_value_of_another_type_is_refused_by_name(field: str, value: Any, rule: str) -> None:
    instance = sample(**{field: value})
    with pytest.raises(TypeError, match=rf"tests\.everything\.{field}.*{rule}|tests\.everything\.{rule}"):
        publish(instance)


def test_an_event_is_frozen_and_contributed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Sold(1).number = 2  # type: ignore[misc]  # the mistake under test
    [sold] = [c.value for c in contributions_of("tests") if (c.kind, c.key) == ("event", "tests.sold@1")]
    assert sold.schema["description"] == "Something was sold."
    assert sold.schema["required"] == ["number", "note"]
    assert "deprecated" not in sold.schema
    assert event_type(PricedV1).schema["deprecated"] is True


def declare(name: str, version: int = 1, **annotations: Any) -> None:
    event(name, version=version)(type("Declared", (), {"__annotations__": annotations, "__module__": __name__}))


@pytest.mark.parametrize(
    ("annotation", "rule"),
    [
        (object, "cannot be published"),
        (Any, "cannot be published"),
        (bytes, "cannot be published"),
        (int | str, "only 'type | None'"),
        (dict[int, str], "cannot be published"),
        (tuple[int, int], "cannot be published"),
        (Literal[1, 2], "cannot be published"),
        (list[set[int]], r"tests.odd.field\[\]"),
        (dict[str, bytes], r"tests.odd.field\{\}"),
    ],
)
def test_a_type_that_is_not_json_is_refused(annotation: Any, rule: str) -> None:
    with pytest.raises(TypeError, match=rule):
        declare("tests.odd", field=annotation)


@pytest.mark.parametrize(
    ("name", "version", "rule"),
    [
        ("odd", 1, "a name is <addon>.<fact>"),
        ("tests.Odd", 1, "small letters"),
        ("market.odd", 1, r"declared by 'tests', so it must be called 'tests\.…'"),
        ("tests.odd", 0, "counted from 1"),
    ],
)
def test_a_name_that_breaks_a_rule_is_refused(name: str, version: int, rule: str) -> None:
    with pytest.raises(ValueError, match=rule):
        declare(name, version)


def test_only_events_can_be_published() -> None:
    class Child(Sold):
        pass

    for thing in ("text", Line("a", 1), Child(1)):
        with pytest.raises(TypeError, match="is not an event; declare its class with @event"):
            publish(thing)


def test_the_previous_version_must_be_one() -> None:
    @dataclass(frozen=True)
    class Wrong:
        def previous_version(self) -> Any:
            return sample()

    Wrong.__asoud_event__ = event_type(Sold)  # type: ignore[attr-defined]  # as the decorator does
    with pytest.raises(TypeError, match=r"tests\.sold@1: previous_version\(\) must return an older version"):
        publish(Wrong())


def test_a_subscriber_takes_one_argument_and_known_options() -> None:
    with pytest.raises(TypeError, match=r"on\('order.placed'\): .* must take one argument"):
        on("order.placed")(lambda: None)  # type: ignore[arg-type, misc]  # the mistake under test
    with pytest.raises(ValueError, match="must be 'keep' or 'drop', not 'forget'"):
        on("order.placed", when_disabled="forget")  # type: ignore[arg-type]  # the mistake under test
    with pytest.raises(ValueError, match="queue must be one of"):
        on("order.placed", queue="slow")

    @on("order.placed", version=2)
    def listen(order: DeliveredEvent) -> None: ...

    [found] = [c.value for c in contributions_of("tests") if (c.kind, c.key) == ("subscriber", "tests.listen")]
    assert (found.event, found.version, found.handler) == ("order.placed", 2, listen)


def test_a_subscriber_has_one_event_and_several_have_several_names() -> None:
    def handler(event: DeliveredEvent) -> None: ...

    on("shop.sold", name="one")(handler)
    on("shop.returned", name="two")(handler)
    with pytest.raises(ValueError, match=r"on\('shop.lost'\): .*\.two listens to 'shop.returned' already; .* name="):
        on("shop.lost", name="two")(handler)
