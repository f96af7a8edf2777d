"""The way of a request through the packages: `python -m tests.way_of_a_request` prints what it crosses.

A part is a package or a module at the top of `mockade`. It is entered when a function of it is called; a
change is a call into another part than the call before it went to. Calls are taken in the order in which
they are made, in an application of the bundled APIs that has answered the same request before.
"""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from itertools import pairwise
from pathlib import Path
from types import FrameType
from typing import Any, NamedTuple

import mockade
from mockade.app import create_app
from mockade.catalogue.files import find_files
from mockade.catalogue.loading import load_apis
from mockade.settings import Settings

ROOT = Path(mockade.__file__).parent

PATH = "/session/v1/session/casual-1"
TOKEN = "ben"


class Way(NamedTuple):
    """The parts whose functions a request called, one entry a change."""

    parts: list[str]

    @property
    def entered(self) -> set[str]:
        return set(self.parts)

    @property
    def changes(self) -> int:
        return len(self.parts) - 1


def part_of(filename: str) -> str | None:
    """The package or module at the top of `mockade` that a file is in; None for a file that is not ours."""
    path = Path(filename)
    if not path.is_relative_to(ROOT):
        return None
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def way_of_a_get() -> Way:
    """The way of GET `PATH` in an application that has answered it before."""
    app, worlds = create_app(load_apis(find_files()), Settings())
    start = worlds.default.state
    asyncio.run(_get(app))
    worlds.default.state = start
    return asyncio.run(_get(app))


async def _get(app: Any) -> Way:
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": PATH,
        "raw_path": PATH.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": [(b"host", b"localhost"), (b"authorization", b"Bearer " + TOKEN.encode())],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }
    statuses: list[int] = []
    files: list[str] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b""}

    async def send(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    def note(frame: FrameType, event: str, _argument: Any) -> None:
        if event == "call":
            files.append(frame.f_code.co_filename)

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        await app(scope, receive, send)
    finally:
        sys.setprofile(before)
    assert statuses == [200]
    parts = [part for part in map(part_of, files) if part is not None]
    return Way(parts[:1] + [there for here, there in pairwise(parts) if here != there])


def main() -> None:
    way = way_of_a_get()
    print(f"GET {PATH}: {len(way.entered)} parts entered, {way.changes} changes.")
    for part, times in Counter(way.parts).most_common():
        print(f"  {part} {times}")
    print(" > ".join(way.parts))


if __name__ == "__main__":
    main()
