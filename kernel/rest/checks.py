"""Boot checks on routes: each sentence names the owner, the rule and the mend; the loader quarantines the owner."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple
from weakref import WeakKeyDictionary

from flask import Flask
from marshmallow import Schema as MarshmallowSchema

from kernel.context import KERNEL
from kernel.identity.access import Access, access_of
from kernel.rest.blueprint import Blueprint, prefix_of
from kernel.rest.endpoint import Endpoint
from kernel.rest.lists.query import ListQuery
from kernel.rest.openapi.names import documented_names, operation_id
from kernel.rest.serving import View

_known_names: WeakKeyDictionary[Endpoint, list[tuple[str, object, type[MarshmallowSchema]]]] = WeakKeyDictionary()

_PARAMETER = re.compile(r"<(?:([^:<>]+):)?[^<>]+>")


class Route(NamedTuple):
    """One route of an app, for tests that try them all."""

    owner: str
    method: str
    rule: str
    access: Access | None
    endpoint: str


def routes(app: Flask) -> Iterator[Route]:
    """Every route of ``app``; ``access`` is None where its author forgot to say."""
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        owner = view.owner if isinstance(view, View) else KERNEL
        access = access_of(view.function if isinstance(view, View) else view)
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield Route(owner, method, rule.rule, access, rule.endpoint)


def route_problems(app: Flask) -> list[str]:
    """What is wrong with the routes of a whole app: rules missing, the same route twice."""
    found, taken = [], dict[tuple[str, str], Route]()
    for route in routes(app):
        if route.access is None:
            found.append(_no_access(route.owner, route.method, route.rule))
        place = (_shape(route.rule), route.method)
        if place in taken:
            found.append(_taken(route.owner, route.method, route.rule, taken[place].owner))
        taken.setdefault(place, route)
    return found


def blueprint_rules(blueprint: Blueprint) -> set[tuple[str, str]]:
    """The (rule, method) pairs that the blueprint brings."""
    return {(view.rule, view.method) for view in blueprint.views}


def check_blueprint(blueprint: Blueprint, others: Iterable[Blueprint] = ()) -> list[str]:
    """What is wrong with a blueprint, alone and beside ``others`` that are mounted already."""
    found = [sentence for view in blueprint.views for sentence in _view_problems(view)]
    mounted = [view for other in others if other is not blueprint for view in other.views]
    found += _clashes([*mounted, *blueprint.views], blueprint.owner)
    return [*dict.fromkeys(found)]


def _view_problems(view: View) -> Iterator[str]:
    where, endpoint = f"{view.owner}: {view.method} {view.rule}", view.endpoint
    if access_of(view.function) is None:
        yield _no_access(view.owner, view.method, view.rule)
    if view.owner != KERNEL and not view.rule.startswith(f"{prefix_of(view.owner)}/"):
        yield f"{where}: the path must begin with /; write @blp.{view.method.lower()}('/...')."
    if endpoint.idempotent and (view.method != "POST" or any(a.location == "form" for a in endpoint.arguments)):
        yield f"{where}: @idempotent is for POST with a JSON body; remove it or change the method."
    if endpoint.cache is not None and view.method != "GET":
        yield f"{where}: @cached is for GET; remove it."
    if endpoint.contended is not None and view.method not in ("PUT", "PATCH", "DELETE"):
        yield f"{where}: @contended is for PUT, PATCH and DELETE; remove it."
    for arguments in endpoint.arguments:
        if isinstance(arguments.schema, type) and issubclass(arguments.schema, ListQuery):
            yield from (f"{where}: {sentence}" for sentence in _list_problems(arguments.schema))
    for problem in endpoint.problems:
        bare = "." not in problem.code
        if problem.__module__.partition(".")[0] != KERNEL and bare:
            yield f"{where}: code {problem.code!r} of {problem.__name__} must be <addon>.<name>; rename it."


def _list_problems(query: type[ListQuery]) -> Iterator[str]:
    try:
        query.key()
    except TypeError as error:
        yield str(error)
        return
    if query.default_sort().removeprefix("-") not in {"", *query.sorts()}:
        yield f"{query.__name__}: default_sort {query.default_sort()!r} is not one of its sorts; add it to Meta.sort."


def _clashes(views: Iterable[View], owner: str) -> Iterator[str]:
    """Routes, operation ids and schema names that two have; told when ``owner`` is one of them."""
    places, operations = dict[tuple[str, str], View](), dict[str, View]()
    for view in views:
        place, operation = (_shape(view.rule), view.method), operation_id(view)
        if place in places and owner == view.owner:
            yield _taken(view.owner, view.method, view.rule, places[place].owner)
        elif operation in operations and owner == view.owner:
            other = operations[operation]
            yield (
                f"{view.owner}: {view.method} {view.rule} is the operation {operation}, and so is {other.method} "
                f"{other.rule} of {other.owner}; rename the function of one of them."
            )
        places.setdefault(place, view)
        operations.setdefault(operation, view)
    yield from _schema_clashes(views, owner)
    yield from _without_version(views, owner)


def _without_version(views: Iterable[View], owner: str) -> Iterator[str]:
    """Contended updates whose ETag no read gives, neither of the same path nor of one above it."""
    versioned = {_shape(view.rule) for view in views if view.method == "GET" and view.endpoint.version_of is not None}
    for view in views:
        if view.owner == owner and view.endpoint.contended is not None and versioned.isdisjoint(_upwards(view.rule)):
            yield (
                f"{owner}: {view.method} {view.rule} is @contended, but no GET gives its version; "
                f"add @etag(...) with the same function to GET {view.rule}."
            )


def _schema_clashes(views: Iterable[View], owner: str) -> Iterator[str]:
    named: defaultdict[str, dict[object, type[MarshmallowSchema]]] = defaultdict(dict)
    for view in views:
        try:
            for name, key, kind in _schema_names(view.endpoint):
                named[name][key] = kind
        except Exception as error:  # whatever an author's schema raises is the finding
            if view.owner == owner:
                yield f"{owner}: {view.method} {view.rule}: a schema of it cannot be made: {error}; mend the schema."
    for name, kinds in named.items():
        if len(kinds) > 1:
            classes = sorted(f"{kind.__module__}.{kind.__qualname__}" for kind in set(kinds.values()))
            if len(classes) == 1:
                yield f"{owner}: {classes[0]} is a body and an answer; its name must not end in Request: rename it."
            else:
                yield f"{owner}: {' and '.join(classes)} both have the public name {name}; rename one of them."


def _schema_names(endpoint: Endpoint) -> list[tuple[str, object, type[MarshmallowSchema]]]:
    """Public name, identity and class of every schema of an endpoint; kept, since each addon is held against all."""
    if endpoint not in _known_names:
        _known_names[endpoint] = list(documented_names(endpoint))
    return _known_names[endpoint]


def _no_access(owner: str, method: str, rule: str) -> str:
    return f"{owner}: {method} {rule} doesn't say who may call it; add @public, @authenticated or @requires(...)."


def _taken(owner: str, method: str, rule: str, other: str) -> str:
    return f"{owner}: {method} {rule} is served by {other} already; change the path in one of them."


def _upwards(rule: str) -> list[str]:
    """The shapes of the rule and of all above it: what belongs to a resource may share its version."""
    parts = _shape(rule).split("/")
    return ["/".join(parts[:length]) for length in range(len(parts), 0, -1)]


def _shape(rule: str) -> str:
    """The rule without the names of its parameters, which make no difference to a URL."""
    return _PARAMETER.sub(lambda match: f"<{match[1] or 'string'}>", rule)
