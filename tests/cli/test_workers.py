"""`serve --workers N`: real workers, each with worlds of its own where there is no store to share.

Holds `cli/worker.py`, `cli/worker_serving.py`, `cli/worker_options.py` and `cli/shared_files.py` too.
"""

from __future__ import annotations

import os
import re
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.cli.commands import GAME, KEY, SESSIONS, run
from tests.forked import FORKING
from tests.servers import NO_TLS, TOO_LONG, Server, curl_request, lives, refuses, until
from tests.stores.redis_server import RedisServer, needs_redis

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals and sockets")

UNSHARED = """
from mockade.cli import worker_options
worker_options.check_options = lambda *_: None  # each may have worlds of its own
"""
TELLS_ITS_PROCESS = "import os\n\ndef list_games(call):\n    return [{'id': str(os.getpid())}]\n"
STATUS_ALONE = "-o /dev/null -w '%{http_code}\\n' "
CHANGES = TELLS_ITS_PROCESS.replace("str(os.getpid())", "'changed'")


def workers(*words: str, count: int = 2, cwd: Path | None = None, first: str = FORKING) -> Server:
    """Workers that are forked from their supervisor, or are programs of their own where `first` is empty."""
    return Server("--workers", str(count), *words, cwd=cwd, first=UNSHARED + first)


@pytest.fixture
def folder(home: Callable[..., Path]) -> Path:
    return home(specs={"game.yaml": GAME}, apis={"game.py": TELLS_ITS_PROCESS})


def process(server: Server) -> int:
    """The worker that answers over a new connection."""
    return int(server.request("GET", "/games").json()[0]["id"])


def processes(server: Server, count: int = 2) -> set[int]:
    """The workers that answer, once there are so many."""
    found: set[int] = set()
    last = time.monotonic() + TOO_LONG
    while len(found) < count and time.monotonic() < last:
        with ThreadPoolExecutor(8) as pool:
            found |= set(pool.map(lambda _: process(server), range(8)))
    return found


class Clients:
    """Clients that ask without a pause, each over a kept connection; `failed` is what was not answered."""

    def __init__(self, url: str, count: int = 4) -> None:
        self.failed: list[str] = []
        self.answers = 0
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._ask, args=(url,)) for _ in range(count)]

    def _ask(self, url: str) -> None:
        with httpx.Client(base_url=url, timeout=TOO_LONG, verify=NO_TLS) as client:
            while not self._over.is_set():
                try:
                    if client.get("/games").status_code == 200:
                        self.answers += 1
                    else:
                        self.failed.append("another status")
                except httpx.HTTPError as error:
                    self.failed.append(repr(error))

    def __enter__(self) -> Clients:
        for one in self._threads:
            one.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for one in self._threads:
            one.join()


def test_two_workers_have_one_banner_and_one_ready_line_and_end_with_0(folder: Path) -> None:
    with workers("--home", str(folder)) as one:
        pids = processes(one)
        assert len(pids) == 2
        assert one.process.pid not in pids
        assert one.stop() == (0, "")
    assert [line for line in one.lines if line.startswith("game  ")] == [one.lines[0]]
    assert one.lines.count(f"Mockade is ready: {one.url}") == 1
    assert not any(lives(pid) for pid in pids)


def test_lines_of_several_workers_are_whole_in_stdout_and_in_the_log(folder: Path, tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("what was there before\n")
    paths = [f"/{number:03}{'x' * (9000 if number % 5 else 3)}" for number in range(200)]
    with workers("--home", str(folder), "--log", str(log)) as one:
        with ThreadPoolExecutor(8) as pool:
            assert set(pool.map(lambda path: one.request("GET", path).status_code, paths)) == {404}
        for path in paths:  # what is not printed a second after the end is lost
            one.line(f" {path} 404 ")
        assert one.stop() == (0, "")
    for lines in (one.lines, log.read_text(encoding="utf-8").splitlines()):
        found = (re.fullmatch(r"\S+ +GET (/\d{3}x+) 404 .* ms", line) for line in lines)
        assert sorted(one[1] for one in found if one) == paths
    assert "before" not in log.read_text()


class EndsAtOnce:
    """A supervisor that has much to tell just before its end."""

    def __init__(self, count: int, _start: object, _listener: object, messages: Any) -> None:
        self._count, self._messages = count, messages

    def run(self) -> int:
        for _ in range(500):
            self._messages.all_replaced(self._count)
        return 0


def test_what_is_told_just_before_the_end_is_printed(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    from mockade.cli.workers import supervise  # noqa: PLC0415  # there is none on Windows

    monkeypatch.setattr("mockade.cli.workers.Supervisor", EndsAtOnce)
    assert supervise(2, [], None, host="127.0.0.1", port=0, token="", quiet=False) == 0
    assert capfd.readouterr() == ("All 2 workers have been replaced.\n" * 500, "")


def test_a_worker_that_is_killed_is_told_and_replaced_while_the_other_answers(folder: Path) -> None:
    with workers("--home", str(folder), "-q") as one:
        first, second = sorted(processes(one))
        os.kill(first, signal.SIGKILL)
        assert process(one) == second
        until(lambda: len(processes(one) - {first, second}) == 1)
        code, complaint = one.stop()
    assert code == 0
    assert re.fullmatch(
        rf"warning Worker [12] \(process {first}\) was killed by SIGKILL; another is started\.\n", complaint
    )


def test_a_hangup_replaces_all_workers_with_what_files_have_now_and_no_request_fails(
    folder: Path, home: Callable[..., Path]
) -> None:
    with workers("--home", str(folder)) as one:
        pids = processes(one)
        home(apis={"game.py": CHANGES})
        with Clients(one.url) as clients:
            one.signal(signal.SIGHUP)
            one.line("All 2 workers have been replaced.")
            until(lambda: not any(map(lives, pids)))
        assert one.request("GET", "/games").json() == [{"id": "changed"}]
        assert one.stop() == (0, "")
    assert clients.failed == []
    assert clients.answers > 0


def test_files_that_do_not_fit_any_more_leave_the_workers_that_serve(
    folder: Path, home: Callable[..., Path]
) -> None:
    with workers("--home", str(folder)) as one:
        pids = processes(one)
        home(specs={"game.yaml": "openapi: [\n"})
        one.signal(signal.SIGHUP)
        assert one.process.stderr is not None
        said = [one.process.stderr.readline() for _ in range(2)]
        assert processes(one) == pids
        assert one.stop() == (0, "")
    assert "specs/game.yaml:2:1" in said[0]
    assert re.fullmatch(
        r"error Worker 1 \(process \d+\) ended with exit code 2 before it was ready: "
        r"no more are replaced\.\n",
        said[1],
    )


def test_what_is_wrong_is_told_once_and_ends_with_2(home: Callable[..., Path]) -> None:
    folder = home(specs={"game.yaml": "openapi: [\n"})
    with pytest.raises(AssertionError, match="did not start") as caught:
        workers("--home", str(folder))
    assert str(caught.value).count("specs/game.yaml:2:1") == 1
    assert "Worker" not in str(caught.value)


def test_a_port_that_is_taken_is_told_once(folder: Path) -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as taken,
        pytest.raises(AssertionError, match="did not start") as caught,
    ):
        workers("--home", str(folder), "--port", str(taken.getsockname()[1]))
    assert str(caught.value).count("is taken") == 1


def test_a_token_is_made_once_for_all_and_seen_by_nobody_else(folder: Path) -> None:
    with workers("--home", str(folder), "--host", "0.0.0.0", "-q", first="") as one:
        (token,) = [line.split()[-1] for line in one.lines if line.startswith("Mockade's token:")]
        for pid in processes(one):
            for name in ("cmdline", "environ") if Path("/proc").exists() else ():
                assert token.encode() not in Path(f"/proc/{pid}/{name}").read_bytes()
        for _ in range(8):
            path = "/_mockade/v1/worlds"
            assert one.request("GET", path).status_code == 401
            assert one.request("GET", path, headers={"X-Mockade-Token": token}).status_code == 200
        assert one.stop() == (0, "")
    assert len(one.lines) == 2


def test_workers_end_when_the_supervisor_is_killed(folder: Path) -> None:
    with workers("--home", str(folder)) as one:
        pids = processes(one)
        one.signal(signal.SIGKILL)
        until(lambda: not any(map(lives, pids)))
        with pytest.raises(OSError, match="refused"):
            one.connect()


@contextmanager
def slow_request(one: Server) -> Iterator[socket.socket]:
    """A connection that has sent a request but for the end of its body."""
    with one.connect() as connection:
        connection.sendall(b"GET /games HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{")
        processes(one)
        yield connection


def test_what_is_in_flight_is_answered_before_the_workers_end(folder: Path) -> None:
    with workers("--home", str(folder)) as one, slow_request(one) as connection:
        one.signal(signal.SIGTERM)
        until(lambda: refuses(one))
        connection.sendall(b"}")
        answer = connection.recv(65536)
        assert one.end() == (0, "")
    assert answer.startswith(b"HTTP/1.1 ")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (
            [],
            "--workers 2 needs a store, or each worker would have worlds of its own. Start one (redis-server",
        ),
        ([], "and serve with --store redis://127.0.0.1:6379/0 as well."),
        (["--state", "file"], "--state keeps the worlds of one process, not of --workers 2"),
        (["--watch"], "--watch changes one process, not --workers 2: send SIGHUP"),
    ],
)
def test_what_does_not_go_with_several_workers_is_a_sentence(words: list[str], sentence: str) -> None:
    result = run("serve", "--workers", "2", *words)
    assert result.exit_code == 2
    assert sentence in " ".join(result.stderr.split())


@pytest.mark.skipif(sys.platform != "linux", reason="Other systems have no files in memory")
def test_workers_need_no_folder_that_can_be_written(folder: Path) -> None:
    nowhere = "import tempfile\ntempfile.tempdir = '/nowhere'\n"  # as with a read-only root
    with workers("--home", str(folder), first=nowhere + FORKING) as one:
        assert one.stop() == (0, "")


def test_one_worker_is_a_server_as_without_the_option(folder: Path) -> None:
    with Server("--home", str(folder), env={"MOCKADE_WORKERS": "1"}) as one:
        assert process(one) == one.process.pid
        assert one.stop() == (0, "")


def page() -> list[str]:
    """The lines of the page's section, without what they print."""
    text = (Path(__file__).parents[2] / "docs" / "scaling.md").read_text(encoding="utf-8")
    section = text.partition("\n## One machine: workers\n")[2].partition("\n## ")[0]
    return re.findall(r"^\$ (.*)$", section, re.MULTILINE)


@needs_redis
def test_the_commands_of_the_page_do_what_it_says() -> None:
    store, serve, wait, curl, hangup = page()
    assert store.startswith("redis-server --bind 127.0.0.1 --port 6379 ")
    assert hangup == "kill -HUP $!"
    assert wait.startswith("until curl ")
    assert "/_mockade/v1/ready;" in wait
    served = re.fullmatch(r"mockade serve (.*)redis://127.0.0.1:6379/0 &", serve)
    assert served is not None
    redis = RedisServer()
    try:
        with Server(*served[1].replace("--workers 4", "--workers 2").split(), redis.url) as one:
            request = curl_request(curl.replace("http://127.0.0.1:6464", one.url).replace(STATUS_ALONE, ""))
            with httpx.Client(verify=NO_TLS) as client:
                made = client.post(request.url, headers=request.headers, json={"name": "Shared"})
                for _ in range(10):
                    assert client.send(request).status_code == 200
            ids = {
                one.request("GET", f"/@arena{SESSIONS}/{made.json()['id']}", headers=KEY).text
                for _ in "0123456"
            }
            one.signal(signal.SIGHUP)
            one.line("All 2 workers have been replaced.")
            ids |= {
                one.request("GET", f"/@arena{SESSIONS}/{made.json()['id']}", headers=KEY).text for _ in "012"
            }
            assert len(ids) == 1, "all workers have the same world, those that came later too"
            assert one.stop() == (0, "")
    finally:
        redis.stop()


def test_exec_has_one_process() -> None:
    result = run("exec", "--workers", "2", "--", "true")
    assert result.exit_code == 2
    assert "No such option" in result.stderr
