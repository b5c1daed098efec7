"""The reference: a python-socketio server on eventlet that stores nothing, checks nothing and knows nobody."""

from __future__ import annotations

import sys

import eventlet

eventlet.monkey_patch()

import socketio  # noqa: E402 - patching comes first


def main(redis_url: str, port: int) -> None:
    """Serve; with an address of Redis, with python-socketio's own Redis manager."""
    manager = socketio.RedisManager(redis_url) if redis_url else None
    server = socketio.Server(async_mode="eventlet", client_manager=manager, namespaces=["/chat"])

    @server.on("join", namespace="/chat")
    def join(sid: str, data: dict[str, str]) -> dict[str, bool]:
        server.enter_room(sid, data["room"], namespace="/chat")
        return {"ok": True}

    @server.on("send", namespace="/chat")
    def send(sid: str, data: dict[str, str]) -> dict[str, bool]:
        server.emit("message", {"text": data["text"], "sender": sid}, room=data["room"], namespace="/chat")
        return {"ok": True}

    listener = eventlet.listen(("127.0.0.1", port), backlog=512)
    eventlet.wsgi.server(listener, socketio.WSGIApp(server), log_output=False)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
