from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
import requests
import websocket
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sites import Client, Site, eventually


def code(answer: Any) -> str:
    assert answer["ok"] is False
    assert answer["error"]["status"] >= 400
    text: str = answer["error"]["code"]
    return text


def test_answer_and_event_reach_everybody_in_the_room(site: Site) -> None:
    one, other = site.client(), site.client()
    assert one.call("say", {"text": "سلام"}) == {"ok": True, "data": {"text": "سلام"}}
    assert [said["text"] for said in (one.got("said")[0], other.got("said")[0])] == ["سلام", "سلام"]


def test_every_event_is_counted_with_its_addon_and_namespace(site: Site) -> None:
    client = site.client()
    line = 'asoud_socket_events_total{addon="site_server",event="say",namespace="/lobby"}'

    def counted() -> float:
        shown = requests.get(f"{site.process.url}/metrics", timeout=10).text.splitlines()
        return sum(float(each.rpartition(" ")[2]) for each in shown if each.startswith(line))

    before = counted()
    for text in ("one", "two", "x" * 1001):
        client.call("say", {"text": text})
    eventually(lambda: counted() == before + 3)


def test_handler_knows_caller_and_addon(site: Site) -> None:
    client = site.client()
    answer = client.call("whoami")
    assert answer["data"]["addon"] == "site_server"
    client.call("say", {"text": "me"})
    assert client.got("said")[0]["by"] == answer["data"]["user_id"]


@pytest.mark.parametrize(
    ("event", "data", "expected"),
    [
        ("say", None, "validation_failed"),
        ("say", {}, "validation_failed"),
        ("say", {"text": 5}, "validation_failed"),
        ("say", {"text": "x" * 1001}, "validation_failed"),
        ("say", {"text": "x", "more": 1}, "validation_failed"),
        ("say", ["text"], "bad_request"),
        ("say", "text", "bad_request"),
        ("say", ({"text": "a"}, {"text": "b"}), "bad_request"),
        ("whoami", {"unexpected": 1}, "bad_request"),
        ("nothing_like_it", {}, "unknown_event"),
        ("on_connect", {}, "unknown_event"),
        ("boom", {}, "internal_error"),
        ("conflict", {}, "conflict"),
        ("dawdle", {}, "request_timeout"),
        ("staff_only", {}, "permission_denied"),
        ("auth", {}, "validation_failed"),
        ("auth", {"token": "nonsense"}, "not_authenticated"),
        ("resume", {}, "validation_failed"),
        ("resume", {"stream": 7}, "validation_failed"),
        ("resume", {"stream": "site_server.news:a", "after": "1"}, "validation_failed"),
        ("resume", {"stream": "site_server.news:a", "after": True}, "validation_failed"),
        ("resume", {"stream": "site_server.news:a", "afterr": 1}, "validation_failed"),
        ("resume", {"stream": "x" * 201}, "validation_failed"),
        ("leave", {"stream": "site_server.news:a", "after": 1}, "validation_failed"),
        ("leave", {"stream": ""}, "validation_failed"),
        ("auth", {"token": "x", "language": "fa"}, "validation_failed"),
        ("auth", {"token": 5}, "validation_failed"),
        ("say", {"text": "a\0b"}, "bad_request"),
        ("say", {"text": "a", "\0": 1}, "bad_request"),
        ("say", {"text": [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]}, "bad_request"),
        ("resume", {"stream": "site_server.news:a", "after": -1}, "validation_failed"),
        ("resume", {"stream": "site_server.news:a", "after": 2**70}, "validation_failed"),
        ("resume", {"stream": "site_server.news:"}, "unknown_stream"),
        ("resume", {"stream": "site_server.nothing:a"}, "unknown_stream"),
        ("resume", {"stream": "site_server.news:secret"}, "unknown_stream"),
    ],
)
def test_wrong_events_get_an_error_and_keep_the_connection(site: Site, event: str, data: Any, expected: str) -> None:
    client = site.client()
    assert code(client.call(event, data)) == expected
    assert client.call("say", {"text": "still here"})["ok"]


def test_field_errors_name_the_field(site: Site) -> None:
    [error] = site.client().call("say", {"text": ""})["error"]["errors"]
    assert error["pointer"] == "/text"


def test_what_is_wrong_with_a_wish_to_resume_is_said(site: Site) -> None:
    client = site.client(language="en")
    [error] = client.call("resume", {"stream": 5})["error"]["errors"]
    assert (error["pointer"], error["message"]) == ("/stream", "Not a valid string.")
    [error] = client.call("resume", {"stream": "site_server.news:a", "afterr": 1})["error"]["errors"]
    assert (error["pointer"], error["code"]) == ("/afterr", "unknown_field")


@pytest.mark.parametrize(
    "packet", ['42/lobby,7["say",{"text":"a","text":"b"}]', '42/lobby,7["say",{"text":"a\\u0000b"}]']
)
def test_payloads_are_held_to_the_rules_of_rest(site: Site, packet: str) -> None:
    raw = Raw(site, site.login().access_token)
    raw.socket.send(packet)
    answer = raw.socket.recv()
    assert answer.startswith("43/lobby,7")
    assert '"bad_request"' in answer
    raw.socket.close()


@pytest.mark.parametrize("transport", ["websocket", "polling"])
def test_a_large_payload_is_taken_and_a_too_large_one_answered(site: Site, transport: str) -> None:
    client = site.client(transports=[transport], language="fa")
    most = site.platform.settings.max_body_bytes
    assert code(client.call("say", {"text": "x" * (most - 100)})) == "validation_failed"
    for text in ("x" * most, "س" * (most // 2), "x" * (3 * most)):
        answer = client.call("say", {"text": text})
        assert code(answer) == "payload_too_large"
        assert str(most) in answer["error"]["detail"]
    client.socket.emit("say", {"text": "x" * most}, namespace="/lobby")
    assert client.got("problem")[0]["error"]["code"] == "payload_too_large"
    assert client.call("say", {"text": "still here"})["ok"]


def test_errors_speak_the_clients_language(site: Site) -> None:
    titles = {language: site.client(language=language).call("conflict")["error"]["title"] for language in ("fa", "en")}
    assert titles["en"] == "The request conflicts with the present state."
    assert titles["fa"] != titles["en"]


def test_a_failure_without_acknowledgement_is_told_as_an_event(site: Site) -> None:
    client = site.client()
    client.socket.emit("conflict", {}, namespace="/lobby")
    [problem] = client.got("problem")
    assert problem["event"] == "conflict"
    assert problem["error"]["code"] == "conflict"


def test_a_socket_that_sends_too_much_is_told_when_to_go_on(site: Site) -> None:
    client = Client(site.process.url, None, namespace="/slow")
    site.clients.append(client)
    answers = [client.call("hello") for _ in range(6)]
    assert [answer["ok"] for answer in answers] == [True] * 5 + [False]
    assert code(answers[-1]) == "too_many_requests"
    assert answers[-1]["error"]["retry_after"] > 1
    assert not client.disconnected


def test_a_declared_limit_holds_for_a_caller_on_all_his_sockets(site: Site) -> None:
    client = site.client()
    assert client.call("rare") == {"ok": True, "data": "once"}
    assert code(client.call("rare")) == "too_many_requests"


def test_an_anonymous_client_is_held_to_each_events_rule(site: Site) -> None:
    client = Client(site.process.url, None, namespace="/slow")
    site.clients.append(client)
    assert client.call("hello") == {"ok": True, "data": "hello"}
    assert code(client.call("private")) == "not_authenticated"
    assert client.call("auth", {"token": site.login().access_token})["ok"]
    assert client.call("private") == {"ok": True, "data": "private"}


class Raw:
    """A client that sends whatever it likes."""

    def __init__(self, site: Site, token: str) -> None:
        self.socket = websocket.create_connection(
            f"ws://127.0.0.1:{site.process.port}/socket.io/?EIO=4&transport=websocket", timeout=10
        )
        self.socket.recv()
        self.socket.send("40/lobby," + json.dumps({"token": token}))
        assert self.socket.recv().startswith("40/lobby")

    def alive(self) -> bool:
        """Whether a well-formed event is answered, whatever was sent before."""
        self.socket.send('42/lobby,999["whoami"]')
        while True:
            packet = self.socket.recv()
            if not packet:
                return False
            if packet.startswith("43/lobby,999"):
                return '"ok":true' in packet


MALFORMED = [
    "42/lobby,1",
    "42/lobby,1[]",
    "42/lobby,1{}",
    "42/lobby,1[5]",
    '42/lobby,1[{"a":1}]',
    '42/lobby,1["say"',
    "42/lobby,1" + "[" * 3000,
    "42/lobby," + "9" * 200 + '["whoami"]',
    '42/other,1["whoami"]',
    '42["whoami"]',
    "43/lobby,1[]",
    "44/lobby,{}",
    "47",
    "4x",
    "4",
    '451-/lobby,1["say",{"_placeholder":true,"num":0}]',
    '4599999999999-/lobby,1["say",{}]',
    '452-/lobby,["say"]',
    "46/lobby,1[]",
    b"\x00\x01binary without an announcement",
]


@pytest.mark.parametrize("packet", MALFORMED, ids=lambda packet: str(packet)[:20])
def test_malformed_packets_never_end_the_connection(site: Site, packet: str | bytes) -> None:
    raw = Raw(site, site.login().access_token)
    send: Callable[..., Any] = raw.socket.send_binary if isinstance(packet, bytes) else raw.socket.send
    send(packet)
    assert raw.alive()
    raw.socket.close()


def test_binary_events_are_refused_with_an_answer(site: Site) -> None:
    raw = Raw(site, site.login().access_token)
    raw.socket.send('451-/lobby,7["say",{"_placeholder":true,"num":0}]')
    assert '"bad_request"' in raw.socket.recv()
    raw.socket.send_binary(b"the attachment comes all the same")
    assert raw.alive()
    raw.socket.close()


scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
json_values = (
    scalars | st.lists(scalars, max_size=4) | st.dictionaries(st.text(), scalars | st.lists(scalars), max_size=4)
)


def test_any_json_is_answered(site: Site) -> None:
    client = site.client()
    events = ["say", "whoami", "auth", "resume", "leave", "staff_only", "?"]

    @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.sampled_from(events), json_values)
    def any_payload(event: str, payload: Any) -> None:
        assert client.call(event, payload)["ok"] in (True, False)

    any_payload()
    eventually(lambda: client.call("whoami")["ok"])
