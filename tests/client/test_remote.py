"""The control client: its requests, results and errors (`client/http.py`, `client/resources.py`).

Holds `client/__init__.py` and `client/answers.py` too.
"""

from __future__ import annotations

import json
import pickle
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest

from mockade.client.remote import ControlError, Remote, parted
from tests.servers import NO_TLS, Server, environment, read_past

KEY = {"x-app-api-key": "meshmap-demo-key"}
SESSIONS = "/apps/game-sessions"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server("meshmap") as one:
        yield one


@pytest.fixture
def remote(server: Server, request: pytest.FixtureRequest) -> Remote:
    """A world of its own for each test."""
    name = request.node.name.partition("[")[0].lower()[:60].replace("_", "-")
    return Remote(server.url, name)


def play(remote: Remote, status: int = 201) -> int:
    """Create a session in the remote's world; the number of the journal's entry."""
    answer = httpx.post(
        f"{remote.url}{SESSIONS}", headers=KEY, json={} if status == 201 else {"name": 4}, verify=NO_TLS
    )
    assert answer.status_code == status
    return int(answer.headers["x-mockade-exchange"])


class Played:
    """A server that answers what it is given, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, Any]] = []
        self.answers: list[Any] = []
        self.elsewhere = 0
        """How often it says that another process may have what is asked for."""
        self.connections: set[Any] = set()
        played = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _answer(self) -> None:
                data = self.rfile.read(int(self.headers.get("content-length", 0)))
                played.asked.append((self.command, self.path, json.loads(data) if data else None))
                played.connections.add(self.client_address)
                if played.elsewhere:
                    played.elsewhere -= 1
                    self._refuse()
                    return
                body = json.dumps(played.answers.pop(0) if played.answers else {}).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def _refuse(self) -> None:
                body = b'{"detail": "This process does not keep it."}'
                self.send_response(404)
                self.send_header("Content-Type", "application/problem+json")
                self.send_header("Content-Length", str(len(body)))
                self.send_header("Retry-After", "0")
                self.send_header("Connection", "close")
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _answer

            def log_message(self, *_: Any) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self._thread = threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self._thread.join()


@pytest.fixture
def played() -> Iterator[Played]:
    one = Played()
    yield one
    one.close()


def test_the_url_carries_the_world_and_default_is_plain(server: Server) -> None:
    assert Remote(server.url).url == server.url
    assert Remote(server.url, "a").url == f"{server.url}/@a"
    assert Remote(f"{server.url}/@a/").world == "a"
    assert Remote(f"{server.url}/@a", "a").url == f"{server.url}/@a"
    with pytest.raises(ControlError, match="names the world 'a', and 'b' is asked for"):
        Remote(f"{server.url}/@a", "b")


@pytest.mark.parametrize(
    ("url", "parts"),
    [
        ("http://h:1", ("http://h:1", "")),
        ("http://h:1/@a", ("http://h:1", "a")),
        ("http://h:1/mock/@a%2Eb/", ("http://h:1/mock", "a.b")),
        ("http://h:1/@a/more", ("http://h:1/@a/more", "")),
        ("http://user@h:1", ("http://user@h:1", "")),
    ],
)
def test_a_url_is_parted_from_its_world(url: str, parts: tuple[str, str]) -> None:
    assert parted(url) == parts


def test_the_server_tells_what_it_serves(server: Server) -> None:
    remote = Remote(server.url)
    assert remote.health()["status"] == "ok"
    assert remote.ready()["apis"] == ["meshmap"]
    assert [api["name"] for api in remote.apis()] == ["meshmap"]
    assert remote.worlds()[0]["name"] == "default"


def test_a_world_is_made_looked_at_reset_forked_rewound_and_deleted(remote: Remote) -> None:
    with pytest.raises(ControlError) as refused:
        remote.look()
    assert refused.value.status == 404
    start = remote.reset()["rows"]
    first = play(remote)
    fork = remote.fork(f"{remote.world}-2")
    earlier = remote.fork(f"{remote.world}-3", at=first)
    assert (fork.look()["rows"], earlier.look()["rows"]) == (start + 1, start)
    assert remote.rewind(first)["rows"] == start
    fork.delete()
    with pytest.raises(ControlError, match="no world"):
        fork.delete()
    with pytest.raises(ControlError, match="a world"):
        remote.make(remote.world)
    assert remote.make(f"{remote.world}-4", seed=5).look()["seed"] == 5
    assert remote.other("default").world == "default"


def test_one_entry_is_undone(remote: Remote) -> None:
    before = remote.state.rows("meshmap", "players")
    remote.state.delete("meshmap", "players", before[0]["_key"])
    (entry,) = remote.journal
    assert remote.undo(entry["id"]) == {"rows": 1}
    assert remote.state.rows("meshmap", "players") == before
    with pytest.raises(ControlError, match="since"):
        remote.undo(entry["id"])


def test_the_clock_is_frozen_set_scaled_advanced_and_let_go(remote: Remote) -> None:
    noon = datetime(2026, 1, 5, 12, tzinfo=UTC)
    assert remote.clock.freeze("2026-01-05T12:00:00Z")["rate"] == 0
    assert remote.clock.now() == noon
    remote.clock.advance("1m30s")
    remote.clock.advance(0.5)
    remote.clock.advance(1)
    assert remote.clock.now() == noon + timedelta(seconds=91.5)
    assert remote.clock.freeze(noon)["now"] == "2026-01-05T12:00:00.000Z"
    assert remote.clock.freeze()["now"] == "2026-01-05T12:00:00.000Z"
    running = remote.clock.set(noon, rate=60)
    assert (running["mode"], running["rate"]) == ("real", 60)
    assert remote.clock.set("2030-01-01T00:00:00Z")["now"].startswith("2030-01-01T00:00:0")
    assert remote.clock.real()["rate"] == remote.clock.get()["rate"] == 1


@pytest.mark.parametrize("by", ["soon", "-3s", "", -1, float("nan"), float("inf")])
def test_a_bad_duration_is_the_servers_no_with_its_violations(remote: Remote, by: Any) -> None:
    with pytest.raises(ControlError) as refused:
        remote.clock.advance(by)
    assert refused.value.status == 400
    (violation,) = refused.value.violations
    assert violation["pointer"] == "/by"
    assert violation["message"] in str(refused.value)


def test_the_journal_is_read_over_all_pages_filtered_and_searched(remote: Remote) -> None:
    good = [play(remote) for _ in range(3)]
    bad = play(remote, 400)
    assert [one["id"] for one in remote.journal] == [*good, bad]
    assert [one["id"] for one in remote.journal.entries(limit=1)] == [*good, bad]
    assert [one["id"] for one in remote.journal.entries(violations=True)] == [bad]
    assert [one["id"] for one in remote.journal.entries(violations=False, limit=2)] == good
    assert [one["id"] for one in remote.journal.entries(status="4xx", operation="createGameSession")] == [bad]
    assert [one["id"] for one in remote.journal.after(good[1])] == [good[2], bad]
    assert remote.journal.find(status=400)["count"] == 1
    assert remote.journal.find(method="PUT")["nearest"][0]["differences"]
    shown = [
        next(iter(remote.journal.entries(secrets=secrets)))["request"]["headers"]["x-app-api-key"]
        for secrets in (False, True)
    ]
    assert shown == ["[redacted]", "meshmap-demo-key"]


def test_rows_are_read_over_all_pages_and_keys_are_encoded(played: Played) -> None:
    state = Remote(played.url, "w").state
    played.answers = [{"rows": [{"id": 1}], "next": "a/b c"}, {"rows": [{"id": 2}], "next": None}]
    assert list(state.rows("shop", "widgets")) == [{"id": 1}, {"id": 2}]
    state.collections()
    state.get("shop", "widgets", "a/b?ä")
    state.put("shop", "widgets", "k", {"name": "One"})
    state.patch("shop", "widgets", "k", {"name": None})
    state.delete("shop", "widgets", "k")
    base = "/_mockade/v1/worlds/w/state"
    assert played.asked == [
        ("GET", f"{base}/shop/widgets", None),
        ("GET", f"{base}/shop/widgets?after=a%2Fb+c", None),
        ("GET", base, None),
        ("GET", f"{base}/shop/widgets/a%2Fb%3F%C3%A4", None),
        ("PUT", f"{base}/shop/widgets/k", {"name": "One"}),
        ("PATCH", f"{base}/shop/widgets/k", {"name": None}),
        ("DELETE", f"{base}/shop/widgets/k", None),
    ]


def test_snapshots_credentials_and_faults_are_asked_for_as_the_contract_has_them(played: Played) -> None:
    remote = Remote(played.url)
    played.answers = [{"snapshots": [1]}, *[{}] * 5, {"credentials": [2]}, {}, {"faults": [3]}]
    assert remote.snapshots.list() == [1]
    remote.snapshots.take("s")
    remote.snapshots.restore("s")
    remote.snapshots.get("s", secrets=True)
    remote.snapshots.put("s", {"apis": {}})
    remote.snapshots.delete("s")
    assert remote.credentials.list() == [2]
    remote.credentials.mint("shop", caller="ada", permissions=["play"])
    assert remote.faults.list() == [3]
    remote.faults.add({"status": 503})
    remote.faults.add({"drop": "reset"}, {"nth": 3}, count=1)
    remote.faults.remove(7)
    remote.faults.clear()
    remote.fork("copy", snapshot="s")
    base = "/_mockade/v1/worlds/default"
    assert played.asked == [
        ("GET", f"{base}/snapshots", None),
        ("POST", f"{base}/snapshots", {"name": "s"}),
        ("POST", f"{base}/snapshots/s/restore", None),
        ("GET", f"{base}/snapshots/s?secrets=true", None),
        ("PUT", f"{base}/snapshots/s", {"apis": {}}),
        ("DELETE", f"{base}/snapshots/s", None),
        ("GET", f"{base}/credentials?secrets=false", None),
        ("POST", f"{base}/credentials", {"api": "shop", "caller": "ada", "permissions": ["play"]}),
        ("GET", f"{base}/faults", None),
        ("POST", f"{base}/faults", {"do": {"status": 503}}),
        ("POST", f"{base}/faults", {"do": {"drop": "reset"}, "match": {"nth": 3}, "count": 1}),
        ("DELETE", f"{base}/faults/7", None),
        ("DELETE", f"{base}/faults", None),
        ("POST", f"{base}/fork", {"name": "copy", "snapshot": "s"}),
    ]


def test_a_refusal_can_be_pickled_for_test_runners_with_many_processes() -> None:
    error = pickle.loads(pickle.dumps(ControlError(400, "No.", [{"pointer": "/by"}])))
    assert (error.status, error.detail, error.violations) == (400, "No.", [{"pointer": "/by"}])


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


@pytest.mark.parametrize("host", ["127.0.0.1", f"{'x' * 64}.localhost"])
def test_a_server_that_is_not_there_says_what_to_do(host: str) -> None:
    with pytest.raises(ControlError) as refused:
        Remote(f"http://{host}:{free_port()}").health()
    assert refused.value.status == 0
    assert "Is it running? Start it with `mockade serve`, or say where it is with --url." in str(
        refused.value
    )


@pytest.mark.parametrize(
    "url",
    ["", "127.0.0.1:6464", "ftp://h", "http://", "http://h:x", "http://[::1", "http://h/a b", "http://h?a=1"],
)
def test_what_is_no_url_is_a_sentence(url: str) -> None:
    with pytest.raises(ControlError, match=r"is no URL of a server: write http://127\.0\.0\.1:6464"):
        Remote(url)


@pytest.mark.parametrize("token", ["a b", "ä", "a\r\nX: y", "\x00"])
def test_a_token_that_no_header_carries_is_a_sentence(token: str) -> None:
    with pytest.raises(ControlError, match="The token cannot be sent"):
        Remote("http://127.0.0.1:1", token=token)


def test_a_server_that_is_no_mockade_is_a_sentence() -> None:
    replies = {
        b"SSH-2.0-x\r\n": "does not speak HTTP",
        b"HTTP/1.1 404 Not Found\r\ncontent-length: 4\r\n\r\nGone": "answers 404, and not as Mockade's",
        b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 4\r\n\r\n{": "does not speak",
        b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi": "not as Mockade's",
        b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{x": "not as Mockade",
        b"": "No Mockade can be reached",
    }
    for reply, sentence in replies.items():
        with socket.create_server(("127.0.0.1", 0)) as listener:
            remote = Remote(f"http://127.0.0.1:{listener.getsockname()[1]}")

            def answer(listener: socket.socket = listener, reply: bytes = reply) -> None:
                connection, _ = listener.accept()
                with connection:
                    read_past(connection, b"\r\n\r\n")
                    connection.sendall(reply)

            thread = threading.Thread(target=answer)
            thread.start()
            with pytest.raises(ControlError, match=sentence):
                remote.health()
            thread.join()


def test_a_server_that_answers_a_byte_at_a_time_is_not_waited_for() -> None:
    head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100000\r\n\r\n"
    for start in (head, b"HTTP/1.1 200 OK\r\nx-slow: "):
        is_over = threading.Event()
        with socket.create_server(("127.0.0.1", 0)) as listener:
            remote = Remote(f"http://127.0.0.1:{listener.getsockname()[1]}", greeting=0.3)

            def drip(
                listener: socket.socket = listener, start: bytes = start, is_over: threading.Event = is_over
            ) -> None:
                connection, _ = listener.accept()
                with connection, suppress(OSError):
                    read_past(connection, b"\r\n\r\n")
                    connection.sendall(start)
                    while not is_over.wait(0.05):
                        connection.sendall(b" ")

            thread = threading.Thread(target=drip)
            thread.start()
            with pytest.raises(ControlError, match=r"does not answer within 0\.3 seconds"):
                remote.worlds()
            is_over.set()
            thread.join()


def test_only_the_greeting_is_short_and_what_is_asked_then_may_take_its_time(server: Server) -> None:
    remote = Remote(server.url, greeting=5.0)
    remote.worlds()
    kept = remote._connection._connection.sock
    assert kept.gettimeout() == 60.0
    remote.other("kept").clock.get()
    assert remote._connection._connection.sock is kept


def test_one_connection_is_kept_over_many_calls_and_worlds(server: Server) -> None:
    remote = Remote(server.url)
    remote.health()
    kept = remote._connection._connection.sock
    remote.other("kept").clock.get()
    with pytest.raises(ControlError):
        remote.clock.advance("never")
    assert remote._connection._connection.sock is kept is not None


def test_a_call_is_never_sent_into_a_connection_that_the_server_closed(played: Played) -> None:
    """A server closes connections that idle; a call that is not idempotent must not be sent twice then."""
    remote = Remote(played.url)
    remote.reset()
    closed = remote._connection._connection.sock
    closed.shutdown(socket.SHUT_RDWR)
    remote.reset()
    assert len(played.asked) == 2


def test_what_one_process_does_not_keep_is_asked_of_others_over_other_connections(played: Played) -> None:
    played.elsewhere = 3
    Remote(played.url).rewind(7)
    assert played.asked == 4 * [("POST", "/_mockade/v1/worlds/default/journal/7/rewind", None)]
    assert len(played.connections) == 4
    played.elsewhere = 1000
    with pytest.raises(ControlError, match="does not keep it"):
        Remote(played.url).rewind(7)


def test_threads_take_turns(remote: Remote) -> None:
    remote.clock.freeze("2026-01-05T12:00:00Z")
    threads = [threading.Thread(target=remote.clock.advance, args=(1,)) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert remote.clock.now() == datetime(2026, 1, 5, 12, 0, 20, tzinfo=UTC)


def test_the_client_loads_nothing_of_the_engine() -> None:
    code = "import sys, mockade.client; print(sorted(m for m in sys.modules if 'mockade.' in m))"
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment(), capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == [
        *(
            "['mockade.client',",
            "'mockade.client.answers',",
            "'mockade.client.http',",
            "'mockade.client.remote',",
            "'mockade.client.resources',",
        ),
        *("'mockade.errors',", "'mockade.hints',", "'mockade.settings']"),
    ]
