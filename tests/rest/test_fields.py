"""Fields: strict about what they are, lenient about how it is written, harmless in what they let through."""

from __future__ import annotations

import datetime as dt
import decimal
import enum
import re
from typing import Any

import orjson
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from marshmallow import ValidationError, validate

from kernel.db import Money
from kernel.rest import Schema, encode, fields
from kernel.rest.dump import dump
from kernel.rest.encoding import OrjsonProvider
from kernel.rest.fields import clean_text, fold_digits, fold_number, has_markup, rfc3339


class Size(enum.Enum):
    SMALL = "s"
    LARGE = "l"


class AllSchema(Schema):
    money = fields.Money(allow_none=True)
    moment = fields.Timestamp(allow_none=True)
    day = fields.Date()
    number = fields.Integer()
    exact = fields.Decimal(2)
    measure = fields.Float()
    size = fields.Enum(Size)
    text = fields.CleanText(10)


def code(field: Any, value: object) -> str:
    """The rule that ``value`` breaks."""
    kind = Schema.from_dict({"x": field})
    with pytest.raises(ValidationError) as caught:
        kind().load({"x": value})
    message = caught.value.messages_dict["x"]
    found: str = message[0].code
    return found


@pytest.mark.parametrize(
    ("field", "value", "loaded"),
    [
        (fields.Integer(), "۱۲۳", 123),
        (fields.Integer(), "٤٥", 45),
        (fields.Integer(), "−۳", -3),
        (fields.Integer(), 2.0, 2),
        (fields.Integer(), 2**63 - 1, 2**63 - 1),
        (fields.Decimal(), "۱۲٫۵۰", decimal.Decimal("12.50")),
        (fields.Decimal(), "۱٬۰۰۰", decimal.Decimal(1000)),
        (fields.Decimal(), 3, decimal.Decimal(3)),
        (fields.Float(), "۳۵٫۶", 35.6),
        (fields.Date(), "۲۰۲۶-۰۳-۲۱", dt.date(2026, 3, 21)),
        (fields.Timestamp(), "2026-03-21T12:30:00Z", dt.datetime(2026, 3, 21, 12, 30, tzinfo=dt.UTC)),
        (fields.Timestamp(), "2026-03-21t16:00:00.5+03:30", dt.datetime(2026, 3, 21, 12, 30, 0, 500000, dt.UTC)),
        (fields.Timestamp(), "۲۰۲۶-۰۳-۲۱T۱۲:۳۰:۰۰Z", dt.datetime(2026, 3, 21, 12, 30, tzinfo=dt.UTC)),
        (fields.Enum(Size), "s", Size.SMALL),
        (fields.Enum(Size, by_value=False), "SMALL", Size.SMALL),
        (fields.Money(), {"amount": "۱۲۵۰۰۰", "currency": "IRR"}, Money(125000, "IRR")),
        (fields.Money(minimum=None), {"amount": -5, "currency": "USD"}, Money(-5, "USD")),
    ],
)
def test_what_is_taken(field: Any, value: object, loaded: object) -> None:
    assert Schema.from_dict({"x": field})().load({"x": value}) == {"x": loaded}


@pytest.mark.parametrize(
    ("field", "value", "rule"),
    [
        (fields.Integer(), 2.5, "invalid"),
        (fields.Integer(), True, "invalid"),
        (fields.Integer(), "9" * 5000, "invalid"),
        (fields.Integer(), 1e20, "out_of_range"),
        (fields.Integer(), 2**63, "out_of_range"),
        (fields.Integer(), None, "null"),
        (fields.Decimal(), "x", "invalid"),
        (fields.Decimal(), "1e999999999", "out_of_range"),
        (fields.Decimal(), "1" * 39, "out_of_range"),
        (fields.Decimal(), "NaN", "special"),
        (fields.Float(), "inf", "special"),
        (fields.Date(), 5, "invalid"),
        (fields.Timestamp(), 5, "invalid"),
        (fields.Timestamp(), "2026-03-21T12:30:00", "invalid"),
        (fields.Timestamp(), "2026-02-30T12:30:00Z", "invalid"),
        (fields.Timestamp(), "0001-01-01T00:00:00+14:00", "invalid"),
        (fields.Enum(Size), "xl", "one_of"),
        (fields.Enum(Size, validate=validate.OneOf([Size.SMALL])), "l", "one_of"),
        (fields.Money(), 5, "invalid"),
        (fields.Money(), {"amount": 5}, "invalid"),
        (fields.Money(), {"amount": 2**63, "currency": "IRR"}, "too_much"),
        (fields.Money(), {"amount": -1e30, "currency": "IRR"}, "too_much"),
        (fields.Money(), {"amount": 5.5, "currency": "IRR"}, "amount"),
        (fields.Money(), {"amount": -5, "currency": "IRR"}, "too_little"),
        (fields.Money(), {"amount": 5, "currency": "irr"}, "currency"),
        (fields.Money(), {"amount": 5, "currency": 3}, "currency"),
        (fields.CleanText(5), "123456", "length"),
        (fields.CleanText(5), "<b>" * 10, "length"),
        (fields.CleanText(5, min_length=1), " <b></b> ", "markup"),
        (fields.CleanText(20), "&lt;b&gt;", "markup"),
        (fields.CleanText(20), "x<y", "markup"),
        (fields.CleanText(5, min_length=1), "\u200c\u200c", "length"),
        (fields.CleanText(5, min_length=1), "\u2060\u3164", "length"),
        (fields.CleanText(5, validate=validate.OneOf(["a"])), "b", "one_of"),
        (fields.CleanText(5, validate=[validate.Regexp("a")]), "b", "pattern"),
        (fields.String(validate=validate.Email()), "b", "email"),
        (fields.List(fields.Integer(validate=validate.Range(1))), 5, "invalid"),
    ],
)
def test_what_is_refused(field: Any, value: object, rule: str) -> None:
    assert code(field, value) == rule


def test_dumps_equal_marshmallows() -> None:
    moment = dt.datetime(2026, 3, 21, 12, 30, tzinfo=dt.timezone(dt.timedelta(hours=3, minutes=30)))
    full = {
        "money": Money(5, "IRR"),
        "moment": moment,
        "day": dt.date(2026, 3, 21),
        "number": 5,
        "exact": decimal.Decimal("1.5"),
        "measure": 1.5,
        "size": Size.LARGE,
        "text": "x",
    }
    for values in (full, {"money": None, "moment": None}, {}):
        schema = AllSchema()
        assert dump(schema, values) == schema.dump(values)
    dumped = dump(AllSchema(), full)
    assert dumped["money"] == {"amount": 5, "currency": "IRR"}
    assert dumped["moment"] == "2026-03-21T09:00:00Z"
    assert dumped["exact"] == "1.50"
    assert dumped["size"] == "l"


def test_a_naive_moment_is_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        rfc3339(dt.datetime(2026, 3, 21))


@given(st.datetimes(timezones=st.timezones()))
def test_moments_survive_the_way_out_and_in(moment: dt.datetime) -> None:
    try:
        written = rfc3339(moment)
    except OverflowError:
        return
    assert fields.Timestamp().deserialize(written) == moment.astimezone(dt.UTC)


@given(st.integers(-(2**63), 2**63 - 1))
def test_integers_of_any_script_are_equal(number: int) -> None:
    for zero in "۰٠":
        text = "".join(chr(ord(zero) + int(c)) if c.isdigit() else c for c in str(number))
        assert fields.Integer().deserialize(text) == number


def test_folding_leaves_words_alone() -> None:
    assert fold_digits("کوچه ۱۲") == "کوچه 12"
    assert fold_number(5) == 5
    assert fold_number(" 12 ") == " 12 "


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("Tom & Jerry", "Tom & Jerry"),
        ("a < b > c", "a < b > c"),
        ("<b>bold</b>", "bold"),
        ("<script>alert(1)</script>hi", "hi"),
        ("&lt;script&gt;alert(1)&lt;/script&gt;hi", "hi"),
        ("&amp;lt;img src=x onerror=alert(1)&amp;gt;", ""),
        ("می‌روم", "می‌روم"),
        ("a\u202eb\u2066c\x07", "abc"),
        ("a&#x202e;b&#1c", "abc"),
        ("a\r\nb\u2028c", "a\nb\nc"),
        ("  x  ", "x"),
        ("\u200c \u200d\u2060", ""),
        ("\u2800", ""),
    ],
)
def test_text_is_made_harmless(text: str, clean: str) -> None:
    assert clean_text(text) == clean


@pytest.mark.parametrize("text", ["Tom & Jerry", "a < b > c", "۵<۶ & ۷", "AT&T", "<3", "می‌روم\r\n\u202e"])
def test_signs_that_are_no_markup_are_kept(text: str) -> None:
    assert not has_markup(text)
    assert set("<>&") & set(text) <= set(clean_text(text))


def test_one_line_stays_one_line() -> None:
    assert clean_text("a\n b\t\tc", multiline=False) == "a b c"


def test_some_markup_may_be_allowed() -> None:
    given = '<b onclick="x()">b</b><i>i</i><a href="javascript:x()">a</a><script>s</script>'
    assert clean_text(given, tags=frozenset({"b", "a"})) == '<b>b</b>i<a rel="noopener noreferrer">a</a>'


def test_markup_hidden_ever_deeper_ends() -> None:
    hidden = "<b>x"
    for _ in range(12):
        hidden = hidden.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert "<" not in clean_text(hidden)


@given(st.text(alphabet="<>&;/abltgmp=\"' #x0123456789script\n", max_size=60))
@example("&#1")
def test_nothing_clean_holds_a_tag(text: str) -> None:
    import nh3

    clean = clean_text(text)
    assert re.search(r"<[a-z/!?]", clean, re.IGNORECASE) is None or nh3.clean(clean, tags=set()).count("<") == 0
    assert clean_text(clean) == clean


def test_json_of_what_views_return() -> None:
    values = {
        "exact": decimal.Decimal("1.50"),
        "tags": {"b", "a"},
        "money": Money(5, "IRR"),
        "moment": dt.datetime(2026, 3, 21, tzinfo=dt.UTC),
        "size": Size.LARGE,
        1: "key",
    }
    assert orjson.loads(encode(values)) == {
        "exact": "1.50",
        "tags": ["a", "b"],
        "money": {"amount": 5, "currency": "IRR"},
        "moment": "2026-03-21T00:00:00Z",
        "size": "l",
        "1": "key",
    }
    with pytest.raises(TypeError, match="declare a schema"):
        encode(object())


def test_flask_speaks_the_same_json(make_site: Any) -> None:
    provider = make_site().app.json
    assert isinstance(provider, OrjsonProvider)
    assert provider.loads(provider.dumps({"a": "ب"})) == {"a": "ب"}
    assert "ب" in provider.dumps("ب")
    with pytest.raises(ValueError, match=r"NaN|unexpected"):
        provider.loads("NaN")


def test_choices_are_named_as_clients_write_them() -> None:
    kind = Schema.from_dict({"size": fields.Enum(Size, validate=validate.OneOf([Size.SMALL]))})
    with pytest.raises(ValidationError) as caught:
        kind().load({"size": "l"})
    assert caught.value.messages_dict == {"size": ["Must be one of: s."]}


def test_a_field_that_is_only_read_says_so_when_it_is_sent() -> None:
    inner = Schema.from_dict({"id": fields.Id(dump_only=True)})
    kind = Schema.from_dict({"id": fields.Id(dump_only=True), "rows": fields.List(fields.Nested(inner))})
    with pytest.raises(ValidationError) as caught:
        kind().load({"id": "x", "ids": "x", "rows": [{"id": "x"}]})
    found = caught.value.messages_dict
    assert (found["id"][0].code, found["ids"][0].code) == ("read_only", "unknown_field")
    assert found["rows"][0]["id"][0].code == "read_only"
    with pytest.raises(ValidationError) as caught:
        kind(many=True).load([{"id": "x"}])
    assert caught.value.messages_dict[0]["id"][0].code == "read_only"


def test_money_names_what_it_does_not_know() -> None:
    kind = Schema.from_dict({"x": fields.Money()})
    with pytest.raises(ValidationError) as caught:
        kind().load({"x": {"amount": 5, "currency": "IRR", "unit": "toman"}})
    assert [message.code for message in caught.value.messages_dict["x"]["unit"]] == ["unknown_field"]
