"""The curl commands of a page, as they stand there."""

from __future__ import annotations

import re
import shlex
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

_CURL = ArgumentParser()
_CURL.add_argument("address")
_CURL.add_argument("-X", dest="method", default="GET")
_CURL.add_argument("-H", dest="headers", action="append", default=[])
_CURL.add_argument("-d", dest="body", action="append", default=[])
_CURL.add_argument("--data-urlencode", dest="body", action="append")
_CURL.add_argument("-F", dest="form", action="append", default=[])
_CURL.add_argument("-G", dest="in_query", action="store_true")
_COMMAND = re.compile(r"^(?:(?P<variable>[A-Z]+)=\$\()?curl (?P<words>.*?)(?: \| jq -r (?P<path>\S+)\))?$", re.DOTALL)
_START = re.compile(r"^(?=curl |[A-Z]+=\$\(curl |# )", re.MULTILINE)


class Command(NamedTuple):
    """One command: what curl is told, and which variable takes which part of the answer."""

    words: str
    variable: str | None
    path: str | None

    def parsed(self, **variables: str) -> Namespace:
        """What curl would do, with the shell's variables filled in."""
        words = re.sub(r"\$([A-Z]+)", lambda found: variables.get(found[1], found[0]), self.words)
        return _CURL.parse_args(shlex.split(words))


def commands(page: str) -> Iterator[Command]:
    """Every curl command in the shell blocks of a page of docs/, in order."""
    text = (Path(__file__).parents[2] / "docs" / page).read_text("utf-8")
    for block in re.findall(r"^```sh\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        for part in _START.split(block.replace("\\\n", " ")):
            if (found := _COMMAND.match(part.strip())) is not None:
                yield Command(found["words"], found["variable"], found["path"])
