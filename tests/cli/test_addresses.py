"""Contracts behind addresses of a server on this machine, as the commands are given them."""

from __future__ import annotations

import gzip
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from mockade.catalogue import fetching
from tests.cli.commands import GAME, run

COMMANDS = (("validate",), ("routes",), ("exec", "--", sys.executable, "-c", "pass"))
LOOK = "import os, urllib.request as r; r.urlopen(os.environ['MOCKADE_URL'] + '/games').read()"


class Site(BaseHTTPRequestHandler):
    """A server that does to its clients what its paths say."""

    over = threading.Event()

    def log_message(self, *_: object) -> None: ...

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        if path == "/game.yaml":
            self._send(GAME.replace("'#/components", "'parts.yaml#/components").encode())
        elif path == "/page":
            self._send(b"<!doctype html><title>Docs</title>", **{"Content-Type": "text/html"})
        elif path == "/moved":
            self._send(status=302, Location="/game.yaml")
        elif path == "/elsewhere":
            self._send(status=302, Location=f"http://localhost:{self.server.server_port}/game.yaml")  # type: ignore[attr-defined]
        elif path == "/bomb":
            self._send(gzip.compress(b" " * 2**23), **{"Content-Encoding": "gzip"})
        elif path == "/endless":
            self._drip(b"HTTP/1.1 200 OK\r\n\r\n", b"#\n")
        elif path == "/head":
            self._drip(b"HTTP/1.1 200 OK\r\n", b"X-A: b\r\n")
        elif path == "/silent":
            self.over.wait()
        else:
            self._send(b"None.", status=404)

    def _send(self, body: bytes = b"", status: int = 200, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def _drip(self, first: bytes, piece: bytes) -> None:
        self.wfile.write(first)
        try:
            while not self.over.wait(0.05):
                self.wfile.write(piece)
        except OSError:
            pass  # the client has gone


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    Site.over.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    Site.over.set()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def bounds(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    def set_to(seconds: float, size: int) -> None:
        monkeypatch.setattr(fetching, "MAX_SECONDS", seconds)
        monkeypatch.setattr(fetching, "MAX_BYTES", size)
        monkeypatch.setattr(fetching, "_GRACE", 0.1)

    return set_to


@pytest.mark.parametrize("path", ["/game.yaml", "/moved", "/game.yaml?token=hush"])
def test_a_contract_behind_an_address_is_validated_listed_and_served(site: str, path: str) -> None:
    for words in COMMANDS[:2]:
        done = run(*words, site + path)
        assert done.exit_code == 0, done.output
        assert "hush" not in done.output
    assert "game.listGames" in done.output
    done = run("exec", site + path, "--", sys.executable, "-c", LOOK)
    assert (done.exit_code, done.stderr) == (0, "Mockade: 1 request, and the contract was kept.\n")


@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: words[0])
@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/none?token=hush", "This address answers 404 Not Found, not 200."),
        ("/elsewhere", "This address redirects to another server, http://localhost:"),
        ("/page", "This is a web page (HTML), not an OpenAPI document."),
        ("/bomb", "This is larger than 1 MiB, decompressed."),
        ("/endless", "This has not ended within 0.3 seconds."),
        ("/head", "This has not ended within 0.3 seconds."),
        ("/silent", "This has not ended within 0.3 seconds."),
    ],
)
def test_an_address_without_a_contract_is_one_sentence_and_2(
    site: str, bounds: Callable[..., None], words: tuple[str, ...], path: str, told: str
) -> None:
    bounds(seconds=0.3 if "0.3" in told else 9.0, size=2**20)
    command, *rest = words
    done = run(command, site + path, *rest)
    assert done.exit_code == 2, done.output
    assert told in done.output
    assert f"{site}{path.partition('?')[0]}" in done.output
    assert "hush" not in done.output


def test_a_port_that_nobody_serves_is_one_sentence() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and does not listen
        done = run("validate", f"http://127.0.0.1:{taken.getsockname()[1]}/openapi.json")
    assert done.exit_code == 2
    assert "This address cannot be read: " in done.output
