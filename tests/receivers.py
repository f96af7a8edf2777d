"""A receiver of webhooks in a thread of this process: what came to it, and answers as a test wants them."""

from __future__ import annotations

import json
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from tests.servers import TOO_LONG


@dataclass(frozen=True)
class Received:
    """A request as it came."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def events(self) -> list[dict[str, Any]]:
        events: list[dict[str, Any]] = json.loads(self.body)["events"]
        return events

    @property
    def transactions(self) -> list[str]:
        return [event["data"]["transactionId"] for event in self.events]


Answer = Callable[[BaseHTTPRequestHandler], None]


def answer(status: int, body: bytes = b"", **headers: str) -> Answer:
    """An answer with that status, body and headers."""

    def write(request: BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        for name, value in headers.items():
            request.send_header(name, value)
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)

    return write


class Receiver:
    """Answers 200 to every POST, unless `answers` has something else for the next ones."""

    def __init__(self, port: int = 0) -> None:
        receiver = self
        self.answers: queue.SimpleQueue[Answer] = queue.SimpleQueue()
        self._came: queue.SimpleQueue[Received] = queue.SimpleQueue()
        self.let_go = threading.Event()
        """What `held` waits for."""

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                receiver._came.put(Received(self.path, dict(self.headers.items()), body))
                try:
                    how = receiver.answers.get_nowait()
                except queue.Empty:
                    how = answer(200, b"thanks")
                try:
                    how(self)
                except OSError:
                    self.close_connection = True  # the sender did not wait for it

            def log_message(self, *_: object) -> None:
                """Nobody reads it."""

        class Listener(ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 128  # many may come at once

        self._server = Listener(("127.0.0.1", port), Handler)
        self.port = self._server.server_port
        self.url = f"http://127.0.0.1:{self.port}/hook"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    def next(self) -> Received:
        """The next request that came, or comes soon."""
        return self._came.get(timeout=TOO_LONG)

    def is_quiet(self) -> bool:
        """Whether nothing came that nobody asked for."""
        return self._came.empty()

    def held(self, request: BaseHTTPRequestHandler) -> None:
        """An answer that does not come before the test lets it go."""
        self.let_go.wait(TOO_LONG)
        answer(200)(request)

    def close(self) -> None:
        self.let_go.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(TOO_LONG)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
