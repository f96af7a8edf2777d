"""Workers that are started, watched, replaced and ended: small programs in the place of servers.

Holds `workers/process.py`, `workers/link.py` and `workers/signals.py` too.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from mockade.workers import process, restarts, supervisor
from mockade.workers.link import Order
from mockade.workers.process import WorkerProcess
from mockade.workers.supervisor import Supervisor
from tests.servers import environment, lives, until

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals and sockets")

PROGRAM = """
import os, signal, sys, time
from mockade.workers.link import Link

link = Link(int(sys.argv[-1]))
order = link.order()
exec(order.arguments["acts"])
"""
SERVES = "link.ready(number=int(sys.argv[-2])); link.retiring.wait()\n"
FAILS = "print('the reason', file=sys.stderr); sys.exit(3)\n"
ENDS_ALL = "link.ready(); os.kill(os.getppid(), signal.SIGTERM); time.sleep(60)\n"


class Run:
    """A supervisor whose n-th start has a worker do the n-th of `acts`; the last one again after that."""

    def __init__(self, count: int, *acts: str) -> None:
        self.told: list[str] = []
        self.last_lines: list[str] = []
        self.started: list[WorkerProcess] = []
        self.on: dict[str, Callable[[], Any]] = {"ready": lambda: self.end()}
        self._acts = acts
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.supervisor = Supervisor(count, self._start, self.listener, self)

    def run(self) -> int:
        try:
            with self.listener:
                return self.supervisor.run()
        finally:
            for one in self.started:
                with suppress(ProcessLookupError):
                    os.kill(one.pid, signal.SIGKILL)

    def end(self, number: int = signal.SIGTERM) -> None:
        os.kill(os.getpid(), number)

    def _start(self, number: int, is_first: bool) -> WorkerProcess:
        acts = self._acts[min(len(self.started), len(self._acts) - 1)]
        order = Order({"acts": acts}, self.listener.fileno(), self.listener.fileno(), is_first, False)
        command = [sys.executable, "-c", PROGRAM]
        self.started.append(WorkerProcess(number, command, order.encoded(), [self.listener.fileno()]))
        assert is_first == (len(self.started) == 1)
        return self.started[-1]

    def _tell(self, what: str) -> None:
        self.told.append(what)
        for beginning, act in self.on.items():
            if what.startswith(beginning):
                act()

    def first_ready(self, report: dict[str, Any]) -> None:
        self._tell(f"first {report}")

    def all_ready(self) -> None:
        self._tell("ready")

    def all_replaced(self, count: int) -> None:
        self._tell(f"replaced {count}")

    def warning(self, sentence: str) -> None:
        self._tell(sentence)

    def error(self, sentence: str, last_lines: Sequence[str] = ()) -> None:
        self.last_lines += last_lines
        self._tell(sentence)

    @property
    def numbers(self) -> list[int]:
        return [one.number for one in self.started]

    def name(self, at: int) -> str:
        return f"Worker {self.started[at].number} (process {self.started[at].pid})"


@pytest.fixture(autouse=True)
def _our_source(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", environment()["PYTHONPATH"])


def test_the_first_is_ready_before_the_others_start_and_all_end_on_a_signal() -> None:
    run = Run(3, SERVES)
    former = signal.getsignal(signal.SIGTERM)
    assert run.run() == 0
    assert run.told == ["first {'number': 1}", "ready"]
    assert run.numbers == [1, 2, 3]
    assert not any(lives(one.pid) for one in run.started)
    assert signal.getsignal(signal.SIGTERM) == former
    assert run.listener.fileno() == -1, "who connects is refused once all are to end"


def test_a_worker_that_dies_has_another_take_its_place() -> None:
    run = Run(2, SERVES, SERVES, ENDS_ALL)
    run.on["ready"] = lambda: os.kill(run.started[0].pid, signal.SIGKILL)
    assert run.run() == 0
    assert run.numbers == [1, 2, 1]
    assert run.told[2:] == [f"{run.name(0)} was killed by SIGKILL; another is started."]


def test_failures_in_a_row_end_all_with_what_was_said_last(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(restarts, "DELAYS", (0.0, 0.01))
    run = Run(2, SERVES, SERVES, FAILS)
    run.on["ready"] = lambda: os.kill(run.started[1].pid, signal.SIGKILL)
    assert run.run() == 1
    assert run.numbers == [1, 2, 2, 2, 2]
    assert run.told[3:] == [
        f"{run.name(2)} ended with exit code 3; another is started.",
        f"{run.name(3)} ended with exit code 3; another is started in 0.01 s.",
        f"{run.name(4)} ended with exit code 3, as 3 in a row did soon after their start. Its last lines:",
    ]
    assert run.last_lines == ["the reason"]
    assert capfd.readouterr().err == "the reason\n" * 3, "what workers say on stderr is passed on"


@pytest.mark.parametrize(("code", "said"), [(2, 0), (7, 1)])
def test_a_first_start_that_fails_is_no_matter_of_trying_again(code: int, said: int) -> None:
    run = Run(2, f"sys.exit({code})")
    assert run.run() == code
    assert run.numbers == [1]
    assert len(run.told) == said, "who ends with 2 has said why"


def test_a_later_worker_that_fails_ends_the_first_start_too() -> None:
    run = Run(2, SERVES, "sys.exit(7)")
    assert run.run() == 7
    assert run.told == ["first {'number': 1}", f"{run.name(1)} ended with exit code 7 before it was ready."]


def test_a_store_that_goes_away_during_the_first_start_ends_nobody_who_serves() -> None:
    run = Run(2, SERVES, "sys.exit(2)", SERVES)
    assert run.run() == 0
    assert run.numbers == [1, 2, 2]
    assert run.told == [
        "first {'number': 1}",
        f"{run.name(1)} ended with exit code 2; another is started.",
        "ready",
    ]


def test_a_hangup_replaces_them_one_by_one(tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    noted = f"open({str(notes)!r}, 'a').write(sys.argv[-2] + ' retires; ')\n"
    run = Run(2, SERVES + noted, SERVES + noted, SERVES)

    def end_once_both_have_retired() -> None:
        until(lambda: notes.exists() and notes.read_text().count(";") == 2)
        run.end()

    run.on = {"ready": lambda: run.end(signal.SIGHUP), "replaced": end_once_both_have_retired}
    assert run.run() == 0
    assert run.numbers == [1, 2, 1, 2]
    assert run.told[2:] == ["replaced 2"]
    assert notes.read_text() == "1 retires; 2 retires; "


def test_hangups_that_come_at_once_replace_all_once_and_a_later_one_does_again() -> None:
    run = Run(2, SERVES)

    def replaced() -> None:
        run.end(signal.SIGHUP if len(run.started) == 4 else signal.SIGTERM)

    run.on = {"ready": lambda: [run.end(signal.SIGHUP), run.end(signal.SIGHUP)], "replaced": replaced}
    assert run.run() == 0
    assert run.numbers == [1, 2, 1, 2, 1, 2]


def test_no_more_are_replaced_where_a_new_one_cannot_start() -> None:
    run = Run(2, SERVES, SERVES, FAILS)
    run.on = {"ready": lambda: run.end(signal.SIGHUP), "Worker": run.end}
    assert run.run() == 0
    assert run.numbers == [1, 2, 1]
    assert run.told[2:] == [
        f"{run.name(2)} ended with exit code 3 before it was ready: no more are replaced."
    ]


def test_a_worker_that_dies_while_it_is_replaced_is_missed_by_nobody() -> None:
    dies = "link.ready(); time.sleep(0.1); os.kill(os.getpid(), signal.SIGKILL)\n"
    run = Run(1, dies, "time.sleep(0.5)\n" + SERVES)
    run.on = {"ready": lambda: run.end(signal.SIGHUP), "replaced": run.end}
    assert run.run() == 0
    assert run.told[-1] == "replaced 1"


def test_who_does_not_end_is_killed_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "ENDING", 0.2)
    run = Run(1, "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + SERVES)
    assert run.run() == 1
    assert run.told[2:] == [f"{run.name(0)} does not end, and is killed."]


def test_one_that_was_replaced_and_does_not_end_is_killed_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "RETIRING", 0.2)
    run = Run(1, "link.ready(); time.sleep(60)", SERVES)
    run.on = {"ready": lambda: run.end(signal.SIGHUP), "Worker 1": lambda: run.end() if is_told(run) else 0}

    def is_told(run: Run) -> bool:
        return run.told[-1].endswith("which had been replaced, was killed by SIGKILL.")

    assert run.run() == 0
    assert f"{run.name(0)} does not end, and is killed." in run.told


def test_a_second_ctrl_c_reaches_the_workers() -> None:
    hears = """
heard = []
signal.signal(signal.SIGTERM, lambda *_: heard.append("TERM") or os.kill(os.getppid(), signal.SIGINT))
signal.signal(signal.SIGINT, lambda *_: heard.append("INT"))
link.ready()
while len(heard) < 2:
    time.sleep(0.01)
sys.exit(len(heard) - 2)
"""
    run = Run(1, hears)
    run.on["ready"] = lambda: run.end(signal.SIGINT)
    assert run.run() == 0


@pytest.mark.parametrize("is_read", [True, False])
def test_workers_end_when_the_supervisor_is_gone(is_read: bool) -> None:
    run = Run(1, "link.ready(); print('ready', file=sys.stderr, flush=True); link.retiring.wait(60)")
    worker = run._start(1, True)
    until(lambda: bool(worker.last_lines))
    if is_read:
        worker.listen()
        assert worker.is_ready
    worker.socket.close()
    until(lambda: worker.code() is not None)
    run.listener.close()
    assert worker.code() == -signal.SIGTERM


def test_a_process_that_cannot_be_started_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    run = Run(1, SERVES)
    real, tries = process.subprocess.Popen, []

    def popen(*words: Any, **options: Any) -> Any:
        tries.append(1)
        if len(tries) == 1:
            raise OSError(11, "Resource temporarily unavailable")
        return real(*words, **options)

    monkeypatch.setattr(process.subprocess, "Popen", popen)
    assert run.run() == 0
    assert run.told[0] == "Worker 1 cannot be started: Resource temporarily unavailable."
    assert run.told[-1] == "ready"
