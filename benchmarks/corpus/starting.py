"""How a contract is started, and how a request is sent to it: in this process, over ASGI."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from benchmarks.corpus.encoding import Request
from benchmarks.corpus.trial import Answer
from mockade import launch
from mockade.worlds.journal import Exchange


class Mock:
    """A contract that has been started, in one of its worlds."""

    def __init__(self, app: Any, exchanges: list[Exchange], world: str = "") -> None:
        self._app = app
        self._exchanges = exchanges
        self._headers = {"x-mockade-world": world} if world else {}

    def fresh(self) -> Mock:
        """The same in a world that nobody has touched."""
        return Mock(self._app, self._exchanges, "fresh")

    def send(self, request: Request) -> tuple[Answer, Exchange | None]:
        """The answer, and what the mock's journal says of it."""
        self._exchanges.clear()
        answer = asyncio.run(_sent(self._app, request._replace(headers={**request.headers, **self._headers})))
        return answer, self._exchanges[-1] if self._exchanges else None


def start(contract: Path) -> Mock:
    """Start a contract the way a user does: `mockade serve FILE`. Raises SetupError."""
    return _mock(launch.load([str(contract)], None, "127.0.0.1"))


def start_bundled() -> Mock:
    """Start the bundled APIs: what a start is measured against."""
    return _mock(launch.load([], None, "127.0.0.1"))


def _mock(prepared: launch.Launch) -> Mock:
    exchanges: list[Exchange] = []
    app, _worlds = prepared.app(exchanges.append)
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
