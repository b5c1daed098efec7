from __future__ import annotations

import socket
import time
from collections.abc import Callable
from typing import Any

import pytest
from sites import Client, Site, eventually, refusal


@pytest.mark.parametrize(
    ("auth", "namespace", "code"),
    [
        (None, "/lobby", "not_authenticated"),
        ({}, "/lobby", "not_authenticated"),
        ({"token": ""}, "/lobby", "not_authenticated"),
        ({"token": 5}, "/lobby", "not_authenticated"),
        ({"token": "nonsense"}, "/lobby", "not_authenticated"),
        ("a text", "/lobby", "not_authenticated"),
        ({"token": "nonsense"}, "/nowhere", "unknown_namespace"),
        (None, "/", "unknown_namespace"),
    ],
)
def test_a_refused_client_is_told_why(site: Site, auth: Any, namespace: str, code: str) -> None:
    told = refusal(site.process.url, auth, namespace=namespace)
    assert isinstance(told["message"], str)
    assert told["message"]
    assert told["data"]["code"] == code


def is_persian(text: str) -> bool:
    return any("آ" <= letter <= "ی" for letter in text)


def test_a_refusal_speaks_the_clients_language(site: Site) -> None:
    for auth in ({}, {"token": "nonsense"}, {"token": site.login().refresh_token}):
        persian, english = (refusal(site.process.url, {**auth, "language": language}) for language in ("fa", "en"))
        for told, expected in ((persian, True), (english, False)):
            assert is_persian(told["message"]) == is_persian(told["data"]["title"]) == expected
            assert is_persian(told["data"]["detail"]) == expected
    told = refusal(site.process.url, {"language": "fa"}, namespace="/nowhere")
    assert is_persian(told["message"])


@pytest.mark.parametrize("language", ["fa", "en"])
def test_a_notice_speaks_its_clients_language(site: Site, language: str) -> None:
    login = site.login()
    client = site.client(login.access_token, language=language)
    site.revoke(login)
    [notice] = client.got("session_revoked")
    assert is_persian(notice["error"]["title"]) == (language == "fa")


def test_a_refresh_token_opens_nothing(site: Site) -> None:
    told = refusal(site.process.url, {"token": site.login().refresh_token})
    assert told["data"]["code"] == "not_authenticated"


def test_polling_clients_are_served_too(site: Site) -> None:
    client = site.client(transports=["polling"])
    assert client.call("say", {"text": "by polling"})["ok"]
    assert client.got("said")[0]["text"] == "by polling"


def test_clients_that_upgrade_lose_nothing(site: Site) -> None:
    client = site.client(transports=["polling", "websocket"])
    texts = [f"text {number}" for number in range(50)]
    for text in texts:
        client.socket.emit("say", {"text": text}, namespace="/lobby")
    assert sorted(said["text"] for said in client.got("said", 50)) == sorted(texts)


def test_auth_goes_on_with_a_new_token_of_the_same_user_only(site: Site) -> None:
    pair = site.login()
    client = site.client(pair.access_token)
    answer = client.call("auth", {"token": pair.access_token})
    assert answer["ok"]
    assert answer["data"]["expires_at"].endswith("Z")
    assert client.call("auth", {"token": site.login().access_token})["error"]["code"] == "permission_denied"


def test_a_revoked_session_is_disconnected_in_every_process(pair: Site) -> None:
    mine, others = pair.login(), pair.login()
    victims = [pair.client(mine.access_token, process=process) for process in pair.processes]
    bystander = pair.client(others.access_token)
    started = time.monotonic()
    pair.revoke(mine)
    eventually(lambda: all(victim.disconnected for victim in victims))
    assert time.monotonic() - started < 5.0
    for victim in victims:
        assert victim.data("session_revoked")[0]["error"]["code"] == "session_ended"
    assert bystander.call("whoami")["ok"]
    assert refusal(pair.process.url, {"token": mine.access_token})["data"]["code"] == "session_ended"


def test_an_ended_token_ends_the_connection_with_a_notice(make_site: Callable[..., Site]) -> None:
    site = make_site("eventlet", access_token_seconds=8)
    ending, renewed = site.login(), site.login()
    leaver, stayer = site.client(ending.access_token, language="fa"), site.client(renewed.access_token)
    with site.app.app_context():
        site.platform.identity.signals.poll()
    eventually(lambda: stayer.call("auth", {"token": site.long_token(renewed)})["ok"])
    eventually(lambda: leaver.disconnected)
    [notice] = leaver.data("token_expired")
    assert notice["error"]["code"] == "token_expired"
    assert is_persian(notice["error"]["title"])
    assert refusal(site.process.url, {"token": ending.access_token})["data"]["code"] == "token_expired"
    assert stayer.call("whoami")["ok"]


def test_a_disabled_addons_clients_are_told_and_sent_away(make_site: Callable[..., Site]) -> None:
    site = make_site("threading")
    client = site.client()
    site.process.post("/switch_off")
    eventually(lambda: client.disconnected)
    assert client.data("addon_disabled")[0]["error"]["code"] == "addon_disabled"
    told = refusal(site.process.url, {"token": site.login().access_token})
    assert told["data"]["code"] == "addon_disabled"


def test_a_stopping_server_cuts_its_clients_and_ends_in_order(make_site: Callable[..., Site]) -> None:
    for mode in ("eventlet", "threading"):
        site = make_site(mode)
        client = site.client()
        site.client(transports=["polling"])
        assert site.process.stop() == 0, site.process.log_file.read_text()
        eventually(lambda client=client: client.disconnected)
        site.close_clients()


def test_users_are_online_while_one_of_their_clients_is(pair: Site) -> None:
    client = pair.client(process=pair.processes[0])
    user = client.call("whoami")["data"]["user_id"]
    for process in pair.processes:
        eventually(lambda process=process: process.get(f"/online/{user}")["online"])
    eventually(lambda: pair.is_online(user))
    client.socket.disconnect()
    for process in pair.processes:
        eventually(lambda process=process: not process.get(f"/online/{user}")["online"])
    eventually(lambda: not pair.is_online(user))


def test_a_client_that_asks_twice_for_one_namespace_stays_connected(site: Site) -> None:
    client: Client = site.client()
    client.socket._send_packet(
        client.socket.packet_class(0, data={"token": site.login().access_token}, namespace="/lobby")
    )
    assert client.call("whoami")["ok"]


def test_compression_is_offered_by_browsers_and_not_taken(site: Site) -> None:
    """Compressing a small message costs several times as much as all the rest."""
    process = site.processes[0]
    request = (
        "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\n"
        "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", process.port), timeout=10) as client:
        client.sendall(request.encode())
        answer = b""
        while b"\r\n\r\n" not in answer:
            answer += client.recv(4096)
    head = answer.partition(b"\r\n\r\n")[0].lower()
    assert head.startswith(b"http/1.1 101")
    assert b"sec-websocket-accept" in head
    assert b"sec-websocket-extensions" not in head
