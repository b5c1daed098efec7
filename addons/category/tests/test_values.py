"""`check_attributes`: values as people write them become what their types say, or everything wrong is named."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from asoud_category.services import attributes_of, check_attributes, fit_values
from asoud_category.testing import make_attribute, make_category

from addon_sdk import NotFound, ValidationFailed, in_addon, set_locale


@pytest.fixture
def phones(app: Any) -> UUID:
    """A category with an attribute of each type; the colour is inherited."""
    digital = make_category(app, "دیجیتال")
    phones = make_category(app, "گوشی", digital)
    make_attribute(app, digital, "colors", "choices", choices=["black", "white", "red"])
    make_attribute(app, phones, "guarantee", "choice", choices=["none", "12-months"], required=True)
    make_attribute(app, phones, "model")
    make_attribute(app, phones, "ram", "integer")
    make_attribute(app, phones, "screen", "decimal")
    make_attribute(app, phones, "dual_sim", "boolean")
    return phones


GOOD: list[tuple[str, Any, Any]] = [
    ("model", "  Galaxy \u202e A54 ", "Galaxy A54"),
    ("ram", 8, 8),
    ("ram", 8.0, 8),
    ("ram", "۱۲", 12),
    ("ram", " -٣ ", -3),
    ("ram", "1٬024".replace("1", "۱"), 1024),
    ("screen", "۶٫۷", Decimal("6.7")),
    ("screen", 6.1, Decimal("6.1")),
    ("screen", 0.1, Decimal("0.1")),
    ("screen", "6.100", Decimal("6.1")),
    ("screen", 1e-06, Decimal("0.000001")),
    ("screen", "-0", Decimal(0)),
    ("screen", "8999999999999.123456", Decimal("8999999999999.123456")),
    ("ram", 9 * 10**12, 9 * 10**12),
    ("ram", -9 * 10**12, -9 * 10**12),
    ("screen", Decimal("6.70"), Decimal("6.7")),
    ("dual_sim", False, False),
    ("dual_sim", "True", True),
    ("dual_sim", "بله", True),
    ("guarantee", "12-months", "12-months"),
    ("colors", ["red", "black", "red"], ["black", "red"]),
]


def test_values_become_what_their_type_says(app: Any, phones: UUID) -> None:
    with app.app_context():
        for key, given, expected in GOOD:
            found = check_attributes(phones, {"guarantee": "none", key: given})[key]
            assert (found, type(found)) == (expected, type(expected)), (key, given)


def test_what_is_empty_is_left_out(app: Any, phones: UUID) -> None:
    empty = {"model": " \u202e ", "ram": "", "screen": None, "colors": [], "guarantee": "none"}
    with app.app_context():
        assert check_attributes(phones, empty) == {"guarantee": "none"}


BAD: list[tuple[str, Any, str]] = [
    ("model", 5, "type"),
    ("model", "x" * 501, "length"),
    ("model", "x" * 5000, "length"),
    ("ram", "هشت", "type"),
    ("ram", 8.5, "type"),
    ("ram", True, "type"),
    ("ram", "8.5", "type"),
    ("ram", 10**18, "type"),
    ("ram", 9 * 10**12 + 1, "range"),
    ("ram", float(10**14), "range"),
    ("screen", "-9000000000000.000001", "range"),
    ("ram", "1e3", "type"),
    ("ram", [8], "type"),
    ("screen", "6,1", "type"),
    ("screen", float("nan"), "type"),
    ("screen", float("inf"), "type"),
    ("screen", 1e300, "type"),
    ("screen", False, "type"),
    ("screen", {}, "type"),
    ("screen", "1.1234567", "places"),
    ("screen", 0.1 + 0.2, "inexact"),
    ("screen", 10**18, "type"),
    ("dual_sim", "perhaps", "type"),
    ("dual_sim", 1, "type"),
    ("guarantee", "13-months", "one_of"),
    ("guarantee", ["none"], "one_of"),
    ("guarantee", "", "required"),
    ("guarantee", None, "required"),
    ("colors", "red", "one_of"),
    ("colors", ["red", "pink"], "one_of"),
    ("colors", [{}], "one_of"),
    ("weight", 5, "unknown_field"),
    ("a/b~c", 5, "unknown_field"),
]


def test_each_wrong_value_is_named(app: Any, phones: UUID) -> None:
    with app.app_context():
        for key, given, code in BAD:
            with pytest.raises(ValidationFailed) as failed:
                check_attributes(phones, {"guarantee": "none", key: given})
            pointer = "/attributes/" + key.replace("~", "~0").replace("/", "~1")
            found = [(error.pointer, error.code) for error in failed.value.errors]
            assert found == [(pointer, code)], (key, given)


def test_all_wrong_values_come_in_one_problem(app: Any, phones: UUID) -> None:
    values = {"weight": 1, "ram": "x", "screen": "x", "colors": "x"}
    with app.app_context(), pytest.raises(ValidationFailed) as failed:
        check_attributes(phones, values, prefix="/variants/3/attributes")
    assert {error.pointer.rpartition("/")[2]: error.code for error in failed.value.errors} == {
        "weight": "unknown_field",
        "colors": "one_of",
        "guarantee": "required",
        "ram": "type",
        "screen": "type",
    }
    assert {error.pointer.rpartition("/")[0] for error in failed.value.errors} == {"/variants/3/attributes"}


def test_messages_are_ours_whoever_asks(app: Any, phones: UUID) -> None:
    with app.app_context(), in_addon("users"), set_locale("fa"), pytest.raises(ValidationFailed) as failed:
        check_attributes(phones, {})
    assert failed.value.errors[0].message == "هر چه در این دسته است باید برای «guarantee» مقدار داشته باشد."


def test_an_unknown_category_has_no_attributes(app: Any, phones: UUID) -> None:
    with app.app_context(), pytest.raises(NotFound):
        check_attributes(uuid4(), {})


def test_values_are_checked_without_a_query(app: Any, db: Any, phones: UUID) -> None:
    with app.app_context():
        check_attributes(phones, {"guarantee": "none"})
        with db.queries() as queries:
            check_attributes(phones, {"guarantee": "none"})
    assert queries == []


def test_of_values_that_were_right_once_those_that_fit_are_left(app: Any, phones: UUID) -> None:
    kept = {"colors": ["green", "red", "black"], "guarantee": "6-months", "model": "A54", "ram": "much", "gone": 1}
    with app.app_context():
        attributes = attributes_of(phones)
        assert fit_values(attributes, kept) == {"colors": ["black", "red"], "model": "A54"}
        assert fit_values(attributes, {"colors": "red", "model": 5, "ram": "8", "screen": "6.1"}) == {
            "ram": 8,
            "screen": Decimal("6.1"),
        }
        assert fit_values(attributes, {"colors": [{}], "dual_sim": None}) == {}
