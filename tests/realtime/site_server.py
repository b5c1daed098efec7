"""The site that the tests' server processes run: the smallest platform with one addon's sockets (see `run_site`)."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import marshmallow as ma
import structlog
from flask import Flask, request
from sqlalchemy import select
from sqlalchemy.orm import Mapped

import kernel.realtime
from config import Testing
from kernel.addons.contributions import contributions_of
from kernel.addons.gate import GateChange
from kernel.app import create_app
from kernel.clock import FrozenClock
from kernel.context import current_addon
from kernel.db import Model, session, transaction
from kernel.errors import Conflict
from kernel.identity.access import authenticated, public, requires
from kernel.identity.principal import Principal, current_principal
from kernel.identity.throttles import throttle_rule, throttled
from kernel.realtime import GroupCommit, Namespace, Rate, Stream, append, current_connection, emit, expel, on_event
from kernel.realtime.serve import create_realtime, serve
from kernel.runtime import Platform
from kernel.serving.status import Orders

SECRET = "a-secret-of-the-test-suite-that-is-long-enough"
OWNER = "site_server"
throttle_rule("rare", 1, 60)


class Note(Model):
    """Something that the group commit stores."""

    __tablename__ = "site_server_note"

    text: Mapped[str]


class SaySchema(ma.Schema):
    text = ma.fields.String(required=True, validate=ma.validate.Length(1, 1000))
    room = ma.fields.String(load_default="lobby")


def _may_read(principal: Principal, key: str) -> bool:
    return key != "secret"


def _store(texts: Any) -> list[Any]:
    if "poison" in texts and len(texts) > 1:
        raise ValueError("a whole group fails")
    for text in texts:
        if text == "poison":
            raise ValueError("poison")
    session().add_all([Note(text=text) for text in texts])
    return [Conflict("taken") if text == "taken" else len(texts) for text in texts]


news = Stream("news", namespace="/lobby", may_read=_may_read)
notes: GroupCommit[str, int] = GroupCommit(_store)


class Lobby(Namespace):
    """What a stranger's addon might have."""

    namespace = "/lobby"
    rate = Rate(per_second=200, burst=400)

    def on_connect(self, connection: Any) -> None:
        connection.join("lobby")

    @on_event("say", schema=SaySchema)
    @authenticated
    def say(self, data: dict[str, Any]) -> dict[str, Any]:
        emit("/lobby", "said", {"text": data["text"], "by": str(current_principal().user_id)}, room=data["room"])
        return {"text": data["text"]}

    @on_event("enter", schema=SaySchema)
    @authenticated
    def enter(self, data: dict[str, Any]) -> None:
        current_connection().join(data["room"])

    @on_event("publish", schema=SaySchema)
    @authenticated
    def publish(self, data: dict[str, Any]) -> int:
        return append(news.of(data["room"]), "news", {"text": data["text"]})

    @on_event("store", schema=SaySchema)
    @authenticated
    def store(self, data: dict[str, Any]) -> int:
        return notes.submit(data["text"])

    @on_event("post", schema=SaySchema)
    @authenticated
    def post(self, data: dict[str, Any]) -> int:
        stored = notes.submit(data["text"])
        emit("/lobby", "said", {"text": data["text"], "by": current_principal().user_id}, room=data["room"])
        return stored

    @on_event("whoami")
    @authenticated
    def whoami(self, data: dict[str, Any]) -> dict[str, Any]:
        return {"user_id": current_principal().user_id, "addon": current_addon()}

    @on_event("rare")
    @throttled("rare")
    @authenticated
    def rare(self, data: dict[str, Any]) -> str:
        return "once"

    @on_event("boom")
    @authenticated
    def boom(self, data: dict[str, Any]) -> None:
        raise RuntimeError("a fault of the addon")

    @on_event("dawdle")
    @authenticated
    def dawdle(self, data: dict[str, Any]) -> int:
        with FrozenClock() as clock:
            clock.tick(31)  # a second more than a request or an event may take
            return len(session().scalars(select(Note)).all())

    @on_event("conflict")
    @authenticated
    def conflict(self, data: dict[str, Any]) -> None:
        raise Conflict("Not now.")

    @on_event("staff_only")
    @requires("site_server.staff")
    def staff_only(self, data: dict[str, Any]) -> str:
        return "welcome"


class Slow(Namespace):
    """Lets clients in without a token and takes few events."""

    namespace = "/slow"
    anonymous = True
    rate = Rate(per_second=0.01, burst=5)

    @on_event("hello")
    @public
    def hello(self, data: dict[str, Any]) -> str:
        return "hello"

    @on_event("private")
    @authenticated
    def private(self, data: dict[str, Any]) -> str:
        return "private"


def make_site(options: dict[str, Any], role: str = "realtime") -> tuple[Flask, Platform]:
    """The smallest platform that has what realtime needs."""
    settings = Testing(
        secret_key=SECRET,
        data_dir=Path(options["data_dir"]),
        database_url=options.get("database_url", ""),
        redis_url=options["redis_url"],
        redis_prefix=options["redis_prefix"],
        async_mode=options["async_mode"],
        access_token_seconds=options.get("access_token_seconds", 900),
    )
    app = create_app(settings, role="realtime" if role == "realtime" else "web")
    platform: Platform = app.extensions["asoud"]
    platform.registry.add(contributions_of(OWNER))
    platform.gate.enabled = frozenset({"kernel", OWNER})
    platform.gate.generation = platform.gate.boot_generation = 0  # as the empty table says: nothing has changed
    return app, platform


def add_routes(app: Flask, platform: Platform) -> None:
    """What a test tells this process to do."""

    @app.post("/emit")
    def emit_route() -> dict[str, Any]:
        body = request.get_json()
        with transaction() if body.pop("in_transaction", False) else platform.app.app_context():
            emit("/lobby", body.pop("event"), body.pop("data"), **body)
        return {}

    @app.post("/append")
    def append_route() -> dict[str, Any]:
        body = request.get_json()
        with transaction():
            return {"ids": [append(news.of(body["key"]), "news", {"text": text}) for text in body["texts"]]}

    @app.post("/expel")
    def expel_route() -> dict[str, Any]:
        expel(news.of(request.json["key"]), request.json["user"])
        return {}

    @app.post("/switch_off")
    def switch_off() -> dict[str, Any]:
        platform.gate.enabled = frozenset()
        for callback in platform.gate._callbacks:
            callback(GateChange(1, frozenset(), frozenset({OWNER})))
        return {}

    @app.get("/numbers")
    def numbers() -> dict[str, Any]:
        plane = platform.realtime.backplane
        assert plane is not None
        rooms = {peer: len(found) for peer, found in plane.peers._rooms.items()}
        return {**platform.realtime.numbers(), "connected": plane.connected, "peers": rooms}

    @app.get("/notes")
    def stored() -> dict[str, Any]:
        return {"texts": list(session().scalars(select(Note.text).order_by(Note.id)))}

    @app.get("/online/<uuid:user>")
    def online(user: Any) -> dict[str, Any]:
        return {"online": bool(kernel.realtime.online("/lobby", [user]))}


def main(options: dict[str, Any]) -> None:
    """Serve until SIGTERM; writes the port into a file when ready."""
    structlog.configure(processors=[structlog.processors.format_exc_info, structlog.processors.KeyValueRenderer()])
    app, platform = make_site(options)
    add_routes(app, platform)
    orders = Orders()
    orders.obey()
    listener = socket.create_server(("127.0.0.1", options.get("port", 0)), backlog=512)
    site = create_realtime(app, platform)
    platform.gate.watch()
    port = str(listener.getsockname()[1])
    serve(site, listener, ready=lambda: Path(options["port_file"]).write_text(port), stop=orders)
    platform.gate.stop()
