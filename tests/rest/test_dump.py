"""The compiled dump, case by case: each must give what marshmallow gives, its exceptions and its order included."""

from __future__ import annotations

import copy
import datetime as dt
import decimal
import enum
import ipaddress
import pickle
import re
import uuid
from collections import OrderedDict, defaultdict, namedtuple
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest
from marshmallow import Schema, ValidationError, fields, missing, post_dump, pre_dump
from sqlalchemy import Column, Integer, MetaData, Table, create_engine, literal, select

from kernel.rest.dump import Bind, compiled, dump


def outcome(run: Callable[[], Any]) -> tuple[str, str]:
    """What a dump gives: the value as text (so 1, 1.0 and True differ), or the exception."""
    try:
        return "result", re.sub(r" at 0x[0-9a-f]+", "", repr(run()))
    except Exception as error:
        return type(error).__name__, str(error)


def assert_same(schema: Schema, make: Callable[[], Any], many: bool | None = None) -> Any:
    expected = outcome(lambda: schema.dump(make(), many=many))
    assert outcome(lambda: dump(schema, make(), many)) == expected
    return expected


class Colour(enum.Enum):
    RED = "red"
    NONE = None


class Named(enum.Enum):
    """Its members' ``name`` is not what Enum made it."""

    A = 1

    @property
    def name(self) -> str:
        return "changed"


class Level(enum.IntFlag):
    LOW = 1
    HIGH = 2


MOMENT = dt.datetime(2026, 3, 21, 8, 30, 5, 17, tzinfo=dt.UTC)
KEY = uuid.UUID("0190a0de-7c1f-7e44-8d0e-7a2c4f1f2f3a")
VALUES: list[Any] = [
    None,
    missing,
    0,
    7,
    True,
    1.5,
    float("nan"),
    "12",
    "سلام",
    b"bytes",
    b"\xff",
    [],
    [1, "2"],
    (1, "2"),
    {"a": 1},
    {1: {"a": 2}},
    OrderedDict(b=2),
    decimal.Decimal("12.340"),
    decimal.Decimal("NaN"),
    MOMENT,
    MOMENT.date(),
    MOMENT.time(),
    dt.timedelta(hours=2),
    KEY,
    Colour.RED,
    Colour.NONE,
    Named.A,
    Level.LOW | Level.HIGH,
    ipaddress.ip_address("::1"),
    object,
]


class Loud(fields.String):
    """Converts otherwise than the field it extends."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return missing if value == "12" else f"{attr}:{value}!"


class Checked(fields.String):
    """Only validates otherwise, so it is compiled."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        raise ValidationError("never")


class Hexadecimal(fields.Integer):
    def _to_string(self, value: int) -> str:
        return hex(value)


class Rounded(fields.Float):
    num_type = round  # type: ignore[assignment] # any callable works for marshmallow


class Whole(fields.Decimal):
    def _format_num(self, value: Any) -> decimal.Decimal:
        return decimal.Decimal(int(value))


class Doubled(fields.Raw):
    """Compiles itself."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return twice(value)

    def dump_source(self, value: str, bind: Bind) -> str:
        return f"{bind(twice)}({value})"


class Tripled(Doubled):
    """Converts otherwise than its base compiles."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return [value] * 3


def twice(value: Any) -> Any:
    return [value, value]


def patched(instance: Any, name: str) -> Any:
    setattr(instance, name, lambda *args, **kwargs: f"patched {name}")
    return instance


class Inner(Schema):
    a = fields.Integer()
    b = fields.String(dump_default="-")


FIELDS: dict[str, Callable[[], Any]] = {
    "raw": fields.Raw,
    "string": fields.String,
    "email": fields.Email,
    "url": fields.Url,
    "checked": Checked,
    "loud": Loud,
    "integer": fields.Integer,
    "integer text": lambda: fields.Integer(as_string=True),
    "hexadecimal": lambda: Hexadecimal(as_string=True),
    "rounded": Rounded,
    "float": fields.Float,
    "float text": lambda: fields.Float(as_string=True),
    "decimal": fields.Decimal,
    "decimal text": lambda: fields.Decimal(as_string=True),
    "decimal places": lambda: fields.Decimal(places=1),
    "decimal nan": lambda: fields.Decimal(allow_nan=True),
    "whole": Whole,
    "boolean": fields.Boolean,
    "uuid": fields.UUID,
    "datetime": fields.DateTime,
    "datetime rfc": lambda: fields.DateTime(format="rfc"),
    "datetime stamp": lambda: fields.DateTime(format="timestamp"),
    "datetime pattern": lambda: fields.DateTime(format="%Y/%m/%d"),
    "aware": fields.AwareDateTime,
    "date": fields.Date,
    "time": fields.Time,
    "timedelta": fields.TimeDelta,
    "ip": fields.IP,
    "enum": lambda: fields.Enum(Colour),
    "enum value": lambda: fields.Enum(Colour, by_value=True),
    "enum field": lambda: fields.Enum(Colour, by_value=fields.String),
    "enum name": lambda: fields.Enum(Named),
    "enum flag": lambda: fields.Enum(Level),
    "list": lambda: fields.List(fields.Integer()),
    "list of lists": lambda: fields.List(fields.List(fields.String())),
    "list of functions": lambda: fields.List(fields.Function(lambda obj: type(obj).__name__)),
    "tuple": lambda: fields.Tuple((fields.Integer(), fields.String())),
    "empty tuple": lambda: fields.Tuple(()),
    "dict": fields.Dict,
    "dict keys": lambda: fields.Dict(keys=fields.String()),
    "dict odd keys": lambda: fields.Dict(keys=fields.List(fields.String())),
    "dict values": lambda: fields.Dict(values=fields.Integer()),
    "dict of loud": lambda: fields.Dict(keys=fields.Integer(), values=Loud()),
    "dict of nested": lambda: fields.Dict(values=fields.Nested(Inner)),
    "nested": lambda: fields.Nested(Inner),
    "nested many": lambda: fields.Nested(Inner, many=True),
    "nested instance": lambda: fields.Nested(Inner(many=True, only=("b",))),
    "nested only": lambda: fields.Nested(Inner, only=("a",)),
    "nested lambda": lambda: fields.Nested(lambda: Inner(exclude=("b",))),
    "nested dict": lambda: fields.Nested({"a": fields.String()}),
    "nested unknown": lambda: fields.Nested("NoSuchSchema"),
    "list of nested": lambda: fields.List(fields.Nested(Inner)),
    "pluck": lambda: fields.Pluck(Inner, "b"),
    "pluck missing": lambda: fields.Pluck(Inner, "a"),
    "pluck many": lambda: fields.Pluck(Inner, "b", many=True),
    "function": lambda: fields.Function(lambda obj: missing if obj is None else "made"),
    "method": lambda: fields.Method("made"),
    "method none": lambda: fields.Method(),
    "constant": lambda: fields.Constant([1]),
    "doubled": Doubled,
    "tripled": Tripled,
    "patched serialize": lambda: patched(fields.String(), "serialize"),
    "patched conversion": lambda: patched(fields.String(), "_serialize"),
    "patched number": lambda: patched(fields.Integer(), "_format_num"),
}


def schema_of(**declared: Any) -> Schema:
    class Made(Schema):
        def made(self, obj: Any) -> str:
            return f"made of {type(obj).__name__}"

    return Made.from_dict(declared)()


@pytest.mark.parametrize("kind", FIELDS)
def test_every_field_with_every_value(kind: str) -> None:
    schema = schema_of(before=fields.Raw(), x=FIELDS[kind](), after=fields.Raw())
    for value in VALUES:
        for wrap in (lambda x: SimpleNamespace(before=1, x=x, after=2), lambda x: {"before": 1, "x": x, "after": 2}):
            assert_same(schema, lambda value=value, wrap=wrap: wrap(value))


@pytest.mark.parametrize("default", [None, "12", 5, dict, lambda: missing, lambda: 1 / 0])
@pytest.mark.parametrize("kind", ["raw", "string", "integer", "datetime", "loud", "list", "nested", "constant"])
def test_a_default_takes_the_place_of_a_missing_value(kind: str, default: Any) -> None:
    made = FIELDS[kind]()
    made.dump_default = default
    schema = schema_of(x=made)
    for obj in ({}, object(), None, {"x": None}, {"x": missing}):
        assert_same(schema, lambda obj=obj: obj)


def test_a_one_shot_iterator_is_read_once() -> None:
    def numbers() -> Iterator[Any]:
        yield from (1, 2, 3)

    schema = schema_of(x=fields.List(fields.Integer()), y=fields.Nested(Inner, many=True))
    assert assert_same(schema, lambda: {"x": numbers(), "y": ({"a": i} for i in range(2))})[0] == "result"


@dataclass
class Point:
    a: Any = 1
    b: Any = "text"
    items: list[Any] = field(default_factory=list)


Pair = namedtuple("Pair", ["a", "count"])


class Slotted:
    __slots__ = ("a",)


class Dynamic:
    def __getattr__(self, name: str) -> str:
        if name.startswith("__"):
            raise AttributeError(name)
        return f"dynamic {name}"


class Both:
    """Subscripts what it can and has attributes beside."""

    a = "attribute"
    b = "attribute b"

    def __getitem__(self, key: str) -> str:
        if key == "count":
            raise RuntimeError("not an error of lookup")
        return {"a": "item"}[key]


class Failing:
    @property
    def a(self) -> int:
        raise AttributeError("inside the property")

    @property
    def b(self) -> int:
        raise ZeroDivisionError("inside the property")


def row() -> Any:
    with create_engine("sqlite://").connect() as connection:
        return connection.execute(select(literal(5).label("a"), literal("n").label("count"))).one()


def select_one(*columns: Any) -> Any:
    with create_engine("sqlite://").connect() as connection:
        return connection.execute(select(*columns)).one()


def aliased_row() -> Any:
    """A row in which the column a of the table ``b`` also answers to ``b_a``."""
    table = Table("b", MetaData(), Column("a", Integer))
    with create_engine("sqlite://").connect() as connection:
        table.create(connection)
        connection.execute(table.insert().values(a=5))
        return connection.execute(select(table)).one()


OBJECTS: list[Callable[[], Any]] = [
    Point,
    lambda: Pair(1, 2),
    lambda: (1, 2),
    Slotted,
    Dynamic,
    Both,
    Failing,
    row,
    lambda: row()._mapping,
    aliased_row,
    lambda: select_one(literal(1).label("a"), literal(2).label("a")),
    lambda: select_one(
        literal(1).label("t"), literal(2).label("keys"), literal(3).label("items"), literal(4).label("b_a")
    ),
    lambda: select_one(literal(1).label("index")),
    lambda: select_one(literal("x\ny").label("class"), literal(None).label("b")),
    lambda: {"a": 3, "items": [1]},
    lambda: defaultdict(int, a=4),
    lambda: OrderedDict(a=4),
    lambda: Point,
    lambda: list[int],
    lambda: dict,
    lambda: None,
    lambda: "text",
    lambda: 5,
    lambda: [1, 2],
]


@pytest.mark.parametrize("make", OBJECTS)
def test_every_shape_of_object(make: Callable[[], Any]) -> None:
    schema = schema_of(
        a=fields.Raw(),
        b=fields.String(),
        count=fields.Raw(),
        items=fields.Raw(),
        index=fields.Raw(),
        keys=fields.Raw(),
        t=fields.Raw(),
        b_a=fields.Raw(),
        again=fields.Integer(attribute="a", dump_only=True),
        keyword=fields.String(attribute="class"),
    )
    for name in schema.fields:
        assert_same(type(schema)(only=(name,)), make)
        assert_same(type(schema)(only=(name,)), lambda: [make(), make()], many=True)
    assert_same(schema, make)


def test_dotted_odd_and_renamed_keys() -> None:
    schema = schema_of(
        deep=fields.Integer(attribute="a.b.c"),
        renamed=fields.Raw(attribute="from", data_key='the "class" of it'),
        odd=fields.Raw(attribute="نام'\n"),
        empty=fields.Raw(attribute=""),
        quoted=fields.Raw(data_key="{x}: y"),
        ligature=fields.Raw(attribute="ﬁ"),
        secret=fields.Raw(load_only=True),
    )
    source = {"a": {"b": {"c": 5}}, "from": 1, "نام'\n": 2, "": 3, "quoted": 4, "secret": 5, "ﬁ": 6, "fi": 7}
    assert_same(schema, lambda: source)
    assert_same(schema, lambda: SimpleNamespace(**source))
    assert_same(schema, lambda: {"a": {"b": None}})
    assert_same(schema, lambda: SimpleNamespace(a=SimpleNamespace(b={"c": 1})))


def test_many_and_none() -> None:
    schema = Inner(many=True)
    assert compiled(schema)([{"a": 1}, Point()]) == schema.dump([{"a": 1}, Point()])
    for many in (None, True, False):
        assert_same(schema, lambda: None, many)
        assert_same(schema, lambda: [{"a": "x"}], many)
    assert_same(schema, lambda: 5, True)


class Hooked(Schema):
    a = fields.Integer()

    @pre_dump
    def before(self, obj: Any, **kwargs: Any) -> Any:
        return {"a": (obj or {}).get("a", 0) + 1}

    @post_dump(pass_original=True)
    def after(self, data: Any, original: Any, **kwargs: Any) -> Any:
        return {**data, "original": original, "many": kwargs["many"]}


class Enveloped(Schema):
    a = fields.Integer()

    @pre_dump(pass_collection=True)
    def before(self, data: Any, many: bool, **kwargs: Any) -> Any:
        return list(data)[::-1] if many else data

    @post_dump(pass_collection=True)
    def after(self, data: Any, many: bool, **kwargs: Any) -> Any:
        return {"items": data, "many": many}


@pytest.mark.parametrize("hooked", [Hooked, Enveloped])
def test_hooks_run_around_the_compiled_code(hooked: type[Schema]) -> None:
    assert_same(hooked(), lambda: {"a": 1})
    assert_same(hooked(), lambda: [{"a": 1}, {"a": 2}], True)
    assert_same(hooked(), lambda: {"a": "x"})
    outer = schema_of(x=fields.Nested(hooked), many=fields.Nested(hooked, many=True), p=fields.Pluck(hooked, "a"))
    assert_same(outer, lambda: {"x": {"a": 1}, "many": [{"a": 2}]})
    assert_same(outer, lambda: {"x": {"a": 1}, "p": {"a": 2}})


class Vanishing(Schema):
    a = fields.Integer()

    @post_dump
    def nothing(self, data: Any, **kwargs: Any) -> None:
        return None


def test_a_hook_may_leave_nothing_to_pluck() -> None:
    assert_same(schema_of(x=fields.Pluck(Vanishing, "a")), lambda: {"x": {"a": 1}})


class Prefixed(Schema):
    a = fields.Integer()
    dotted = fields.Raw(attribute="x.y")

    def get_attribute(self, obj: Any, attr: str, default: Any) -> Any:
        return obj.get("my_" + attr, default)


class Walking(Schema):
    a = fields.Integer()

    def _serialize(self, obj: Any, *, many: bool = False) -> Any:
        return {"walked": many}


class Ordered(Schema):
    dict_class = OrderedDict
    a = fields.Integer()


@pytest.mark.parametrize("special", [Prefixed, Walking, Ordered])
def test_what_a_schema_overrides_is_respected(special: type[Schema]) -> None:
    assert_same(special(), lambda: {"a": 1, "my_a": 2, "my_x.y": 3})
    assert_same(special(), lambda: [{"a": 1, "my_a": 2}], True)
    assert_same(special(), lambda: 5)
    assert_same(schema_of(x=fields.Nested(special)), lambda: {"x": {"a": 1}})
    assert type(dump(Ordered(), {"a": 1})) is OrderedDict


class Tree(Schema):
    name = fields.String()
    children = fields.List(fields.Nested(lambda: Tree()))
    parent = fields.Nested(lambda: Tree(only=("name",)))


def test_a_schema_may_nest_itself() -> None:
    leaf = {"name": "leaf", "parent": {"name": "root"}}
    root = {"name": "root", "children": [leaf, {"name": "b", "children": [leaf]}]}
    assert assert_same(Tree(), lambda: root)[0] == "result"


def test_nested_lists_beside_and_inside_each_other() -> None:
    class Leaf(Schema):
        a = fields.Integer()
        c = fields.Raw(data_key="see")

    class Branch(Schema):
        b = fields.String()
        leaves = fields.List(fields.Nested(Leaf))
        inner = fields.Nested(Inner, many=True, data_key="Inner")

    class Trunk(Schema):
        branches = fields.List(fields.Nested(Branch), dump_default=[{"leaves": [{}]}])
        inner = fields.List(fields.Nested(Inner))
        leaves = fields.Nested(Leaf, many=True)

    leaf = SimpleNamespace(a=1, c=missing)
    branch = SimpleNamespace(b="b", leaves=[leaf, None, {"a": 2}, Point()], inner=(leaf, None, Point()))
    trunks = [
        SimpleNamespace(branches=[branch, None, missing], inner=[Point(), leaf], leaves=[leaf, Slotted(), Point()]),
        SimpleNamespace(inner=None, leaves={}),
        {"branches": (branch,), "leaves": [{"a": "7"}, None], "inner": iter([leaf])},
    ]
    for _ in range(3):  # the first time finds the classes, later ones take them in the loop
        assert_same(Trunk(), lambda: trunks[:2] * 2, many=True)
    schema = Trunk(many=True)
    for objects in (trunks[:2], trunks[:2], trunks[1:2] * 2, [None, trunks[0]], [], [trunks[0], {}], iter(trunks[:2])):
        made = list(objects)
        assert_same(schema, lambda made=made: iter(made))
        assert_same(Trunk(), lambda made=made: made[:1], many=True)
    assert_same(schema, lambda: [SimpleNamespace(leaves=5)])


def test_options_of_the_schema_reach_the_fields() -> None:
    class Dated(Schema):
        class Meta:
            dateformat = "%Y"
            datetimeformat = "timestamp_ms"
            load_only = ("hidden",)

        day = fields.Date()
        at = fields.DateTime()
        hidden = fields.Raw()
        inner = fields.Nested(Inner)

    source = {"day": MOMENT.date(), "at": MOMENT, "hidden": 1, "inner": {"a": 1, "b": 2}}
    assert_same(Dated(), lambda: source)
    assert_same(Dated(only=("inner.a", "day")), lambda: source)
    assert_same(Dated(exclude=("inner.b",)), lambda: source)


def test_the_code_is_compiled_once_and_goes_with_the_schema() -> None:
    schema = Inner()
    first = compiled(schema)
    assert compiled(schema) is first
    assert compiled(Inner()) is not first


def test_a_copy_of_a_schema_gets_code_of_its_own() -> None:
    schema = Inner()
    dump(schema, {"a": 1, "b": "x"})
    narrowed = copy.copy(schema)
    narrowed.only = {"a"}
    narrowed._init_fields()
    assert dump(narrowed, {"a": 1, "b": "x"}) == {"a": 1}
    assert dump(schema, {"a": 1, "b": "x"}) == {"a": 1, "b": "x"}
    assert dump(copy.deepcopy(schema), {"a": 1}) == {"a": 1, "b": "-"}
    assert dump(pickle.loads(pickle.dumps(schema)), {"a": 1}) == {"a": 1, "b": "-"}


def test_rows_of_many_results_and_layouts_in_one_list() -> None:
    schema = schema_of(a=fields.Integer(), b=fields.String(dump_default="-"))
    rows = [select_one(literal(1).label("a")), row(), row(), select_one(literal("x").label("b"), literal(2).label("a"))]
    assert_same(schema, lambda: [*rows, {"a": 1}, *rows[::-1]], many=True)
    for number in range(300):
        assert dump(schema, select_one(literal(number).label("a"), literal(0).label(f"c{number}"))) == {
            "a": number,
            "b": "-",
        }


def test_types_made_on_the_fly_do_not_pile_up() -> None:
    schema = Inner()
    for number in range(600):
        assert dump(schema, type("Made", (), {"a": number})()) == {"a": number, "b": "-"}
    assert len(compiled(schema).__self__) <= 256  # type: ignore[attr-defined] # a bound method of the table
