"""How a contract is started, and how a request is sent to it: in this process, over ASGI."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote

from benchmarks.corpus.requests import Request
from mockade.app import create_app
from mockade.catalogue.files import find_files
from mockade.catalogue.loading import load_apis
from mockade.settings import Settings
from mockade.worlds.journal import Exchange


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes


class Mock:
    """A contract that has been started."""

    def __init__(self, app: Any, exchanges: list[Exchange]) -> None:
        self._app = app
        self._exchanges = exchanges

    def send(self, request: Request) -> tuple[Answer, Exchange | None]:
        """The answer, and what the mock's journal says of it."""
        self._exchanges.clear()
        answer = asyncio.run(_sent(self._app, request))
        return answer, self._exchanges[-1] if self._exchanges else None


def start(contract: Path, folder: Path, fixtures: Mapping[str, Any] | None = None) -> Mock:
    """Start a contract the way a user does: today as the only one of a home, which is made in `folder`.

    Raises SetupError. The working directory becomes the home.
    """
    for kind in ("specs", "fixtures"):
        (folder / kind).mkdir(parents=True, exist_ok=True)
    spec = folder / "specs" / contract.name
    if not spec.exists():
        spec.write_bytes(contract.read_bytes())
    if fixtures is not None:
        text = json.dumps(fixtures)
        (folder / "fixtures" / f"{contract.stem}.json").write_text(text, encoding="utf-8")
    os.chdir(folder)
    return _mock(find_files(Path(".")))


def start_bundled() -> Mock:
    """Start the bundled APIs: what a start is measured against."""
    return _mock(find_files())


def _mock(files: Any) -> Mock:
    exchanges: list[Exchange] = []
    app, _worlds = create_app(load_apis(files), Settings(), exchanges.append)
    return Mock(app, exchanges)


async def _sent(app: Any, request: Request) -> Answer:
    path, _, query = request.target.partition("?")
    headers = {"host": "localhost", **request.headers}
    if request.body:
        headers["content-length"] = str(len(request.body))
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": "http",
        "path": unquote(path),
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": query.encode(),
        "headers": [
            (name.encode("latin-1", "replace"), value.encode("latin-1", "replace"))
            for name, value in headers.items()
        ],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }
    messages: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": request.body}

    async def send(message: Any) -> None:
        messages.append(message)

    await app(scope, receive, send)
    start = next(one for one in messages if one["type"] == "http.response.start")
    body = b"".join(one.get("body", b"") for one in messages if one["type"] == "http.response.body")
    answered = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in start["headers"]}
    return Answer(start["status"], answered, body)
