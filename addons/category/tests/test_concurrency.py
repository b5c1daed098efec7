"""Editors who work at the same moment: by threads, on both databases."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from asoud_category.models import AttributeType, Category, CategoryAttribute
from asoud_category.services import (
    add_attribute,
    create_category,
    delete_category,
    move_category,
    reorder_categories,
    tree,
)
from asoud_category.services.catalogue import read_tree
from asoud_category.testing import make_category
from sqlalchemy import select

from addon_sdk import Problem, ValidationFailed


def refusals(answers: list[Any]) -> list[type]:
    """Of which kind the problems are."""
    return [type(answer) for answer in answers if isinstance(answer, Problem)]


def reachable(app: Any) -> set[UUID]:
    """Categories that a walk from the roots finds; one in a cycle is none of them."""
    with app.app_context():
        return set(read_tree().ids)


def test_two_moves_make_no_cycle(app: Any, db: Any, at_once: Any) -> None:
    for turn in range(5):
        one, two = (make_category(app, f"دستهٔ {turn} {name}") for name in "ab")
        answers = at_once(lambda a=one, b=two: move_category(a, b), lambda a=one, b=two: move_category(b, a))
        assert refusals(answers) == [ValidationFailed]
    assert reachable(app) == set(db.all(select(Category.id)))


def test_a_key_given_to_parent_and_child_at_once_stands_once(app: Any, db: Any, at_once: Any) -> None:
    parent = make_category(app)
    child = make_category(app, parent_id=parent)
    values = {"key": "color", "title": "رنگ", "type": AttributeType.TEXT}
    answers = at_once(lambda: add_attribute(parent, values), lambda: add_attribute(child, values))
    assert refusals(answers) == [ValidationFailed]
    assert db.count(CategoryAttribute) == 1


def test_a_parent_is_not_deleted_under_its_new_child(app: Any, db: Any, at_once: Any) -> None:
    for turn in range(5):
        parent = make_category(app)
        at_once(
            lambda p=parent: delete_category(p),
            lambda p=parent, n=turn: create_category("نو", f"new-{n}", parent_id=p),
        )
    assert reachable(app) == set(db.all(select(Category.id)))


def test_siblings_made_at_once_have_places_of_their_own(app: Any, db: Any, at_once: Any) -> None:
    answers = at_once(*(lambda n=number: create_category("نو", f"new-{n}") for number in range(6)))
    assert refusals(answers) == []
    assert sorted(db.all(select(Category.position))) == list(range(6))


def test_one_slug_made_twice_at_once_is_made_once(app: Any, db: Any, at_once: Any) -> None:
    answers = at_once(*[lambda: create_category("نو", "new")] * 4)
    assert refusals(answers) == [ValidationFailed] * 3
    assert db.count(Category) == 1


def test_moves_and_new_orders_at_once_leave_whole_numbers(app: Any, db: Any, at_once: Any) -> None:
    ids = [make_category(app) for _ in range(4)]
    at_once(
        lambda: reorder_categories(None, ids[::-1]),
        lambda: move_category(ids[0], None, 3),
        lambda: move_category(ids[1], None, 0),
    )
    assert sorted(db.all(select(Category.position))) == [0, 1, 2, 3]
    with app.app_context():
        assert len(tree().ids) == 4
