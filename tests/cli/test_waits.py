"""A signal that comes just before a command begins to wait, or that is ignored where the command is started.

A thread of the test takes it: so the process knows it, and no system call of the main thread is interrupted.
"""

from __future__ import annotations

import signal
import socket
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from click.testing import CliRunner

from mockade.cli.child import execute
from mockade.cli.main import main
from tests.servers import TOO_LONG, read_past

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")


@pytest.fixture
def interruptible() -> Iterator[None]:
    """SIGINT raises KeyboardInterrupt, also where the tests were started by a shell that has it ignored."""
    former = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, former)


@pytest.fixture
def ignored() -> Iterator[None]:
    """SIGINT is ignored, as in the background of a shell without job control."""
    former = signal.signal(signal.SIGINT, signal.SIG_IGN)
    yield
    signal.signal(signal.SIGINT, former)


OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
STREAM = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"


def taken_while_in(number: int, *functions: str) -> None:
    """Let this thread take the signal once the main thread is in the last of these, called by the others."""
    main_thread = threading.main_thread().ident
    assert main_thread is not None

    def stack() -> list[str]:
        frame = sys._current_frames()[main_thread]
        return [one.f_code.co_name for one, _ in traceback.walk_stack(frame)]

    while (names := stack())[0] != functions[-1] or not set(functions) <= set(names):
        pass
    signal.pthread_kill(threading.get_ident(), number)


@contextmanager
def silent_server(serve: Callable[[socket.socket], socket.socket]) -> Iterator[str]:
    """A server's URL. What `serve` gave is kept open until the client has ended, or it is too late."""
    ended, late = threading.Event(), threading.Event()

    def run() -> None:
        with serve(server):
            if not ended.wait(TOO_LONG):
                late.set()

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=run)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        ended.set()
        thread.join(TOO_LONG)
    assert not late.is_set()


def answered(server: socket.socket, answer: bytes) -> socket.socket:
    """A connection over which so much was answered to a request."""
    connection, _ = server.accept()
    read_past(connection, b"\r\n\r\n")
    connection.sendall(answer)
    return connection


@pytest.mark.parametrize("sigint", ["interruptible", "ignored"])
def test_a_follower_whose_server_says_nothing_more_ends_on_ctrl_c(
    sigint: str, request: pytest.FixtureRequest
) -> None:
    request.getfixturevalue(sigint)

    def serve(server: socket.socket) -> socket.socket:
        with answered(server, OK):
            stream = answered(server, STREAM)
            taken_while_in(signal.SIGINT, "readline", "readinto")
        return stream

    with silent_server(serve) as url:
        done = CliRunner().invoke(main, ["journal", "--follow", "--url", url])
    assert (done.exit_code, done.output) == (0, "")


@pytest.mark.usefixtures("interruptible")
@pytest.mark.parametrize(
    "words", [("verify",), ("journal",), ("fault", "list"), ("coverage",)], ids=lambda words: " ".join(words)
)
def test_a_command_whose_server_does_not_answer_ends_on_ctrl_c(words: tuple[str, ...]) -> None:
    def serve(server: socket.socket) -> socket.socket:
        connection = answered(server, OK)
        read_past(connection, b"\r\n\r\n")
        taken_while_in(signal.SIGINT, "readinto")
        return connection

    with silent_server(serve) as url:
        done = CliRunner().invoke(main, [*words, "--url", url])
    assert (done.exit_code, done.stderr) == (128 + signal.SIGINT, "Interrupted.\n")


def test_exec_passes_on_what_came_before_it_waited() -> None:
    taker = threading.Thread(target=taken_while_in, args=(signal.SIGTERM, "_try_wait"))
    taker.start()
    assert execute([sys.executable, "-c", f"import time; time.sleep({TOO_LONG})"], {}) == 128 + signal.SIGTERM
    taker.join(TOO_LONG)


def test_afterwards_no_timer_is_left() -> None:
    former = signal.getsignal(signal.SIGALRM)
    assert execute([sys.executable, "-c", ""], {}) == 0
    assert signal.getsignal(signal.SIGALRM) is former
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
