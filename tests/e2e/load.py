"""Clients that never stop asking, and remember every answer that no client should get."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

import requests


class Load:
    """Threads that GET paths over kept-alive connections for as long as the block runs.

    A request that fails without an answer is tried once more on a fresh connection, as any client does with an
    idempotent request. What fails then, an answer that takes longer than 10 seconds, and every answer but 200 is a
    failure.
    """

    def __init__(self, url: Callable[[str, int], str], paths: list[str], *, threads: int = 3) -> None:
        self._url = url
        self._paths = paths
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._ask, args=(turn,), daemon=True) for turn in range(threads)]
        self.failures: list[str] = []
        self.answers = 0
        self.retries = 0

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(20)

    def _ask(self, turn: int) -> None:
        client = requests.Session()
        while not self._stop.is_set():
            for path in self._paths:
                self._ask_one(client, self._url(path, turn))
            time.sleep(0.02)

    def _ask_one(self, client: requests.Session, url: str) -> None:
        try:
            try:
                answer = client.get(url, timeout=10)
            except requests.ConnectionError:
                self.retries += 1
                answer = requests.get(url, timeout=10)
        except requests.RequestException as error:
            self.failures.append(f"{url}: {error!r}")
            return
        self.answers += 1
        if answer.status_code != 200:
            self.failures.append(f"{url}: {answer.status_code} {answer.text[:300]}")
