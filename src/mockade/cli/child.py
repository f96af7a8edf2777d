"""Runs a command with a mock around it, and says afterwards whether the contract was kept."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType
from typing import Literal

from mockade.cli.log import Log
from mockade.errors import Finding, Place, SetupError
from mockade.worlds.journal import Exchange

FailOn = Literal["violation", "notice", "never"]
"""What a command that passed fails for after all; a notice means a violation as well."""

MOST_KEPT = 200
"""Exchanges with something wrong that are printed; of more only the number is told."""

_PASSED_ON = [
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT") if hasattr(signal, name)
]


@dataclass(slots=True)
class Verdict:
    """What went wrong between a client and its contract, in all worlds, those that are gone included."""

    fail_on: FailOn = "violation"
    faulty: list[Exchange] = field(default_factory=list)
    """The first exchanges that broke the contract, the client's breaks and the mock's own."""
    requests: int = 0
    """Requests in all."""
    count: int = 0
    bugs: int = 0
    """Those of them in which the mock was at fault."""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, exchange: Exchange) -> None:
        """Count an exchange; the server's thread calls it."""
        if not exchange.id:
            return  # it is in no journal: a page or a control call, which are no business of a client
        self.requests += bool(exchange.method)
        # Without a method nobody asked: something that was due has failed.
        bug = exchange.answered_by == "mockade" and (exchange.status >= 500 or not exchange.method)
        noticed = self.fail_on == "notice" and bool(exchange.notices)
        if not (bug or noticed or exchange.violations):
            return
        with self._lock:
            self.count += 1
            self.bugs += bug
            if len(self.faulty) < MOST_KEPT:
                self.faulty.append(exchange)

    def lines(self, log: Log) -> Iterator[str]:
        """What went wrong, with the lines of the contract, or that nothing did."""
        broke = self.count - self.bugs
        if not self.requests:
            yield "Mockade: no request came. Did the command use MOCKADE_URL?"
        elif not self.count:
            plural = "s" * (self.requests != 1)
            yield f"Mockade: {self.requests:,} request{plural}, and the contract was kept."
        if broke:
            yield f"Mockade: {broke:,} exchange{'s' * (broke != 1)} broke the contract."
        if self.bugs:
            yield f"Mockade: the mock itself was at fault in {self.bugs:,}."
        for exchange in self.faulty:
            yield from log.lines(exchange)
        if self.count > len(self.faulty):
            yield f"… and {self.count - len(self.faulty):,} more."

    def code(self, passed: int) -> int:
        """The exit code, given that of the command."""
        return 1 if passed == 0 and self.count and self.fail_on != "never" else passed


def variables(url: str, bases: Mapping[str, Sequence[str]], token: str = "") -> dict[str, str]:
    """What the command finds in its environment: MOCKADE_URL, and MOCKADE_RALLYHERE_URL for each API.

    An API's URL is what stands before its contract's paths; `bases` as in Router.
    """
    found = {"MOCKADE_URL": url}
    for stem, some in bases.items():
        name = re.sub(r"[^A-Z0-9]+", "_", stem.upper())
        found[f"MOCKADE_{name}_URL"] = f"{url}{some[-1]}"
    return {**found, **({"MOCKADE_TOKEN": token} if token else {})}


def execute(command: Sequence[str], environment: Mapping[str, str]) -> int:
    """Run a command to its end, passing signals on; its exit code, 128 + n when signal n ended it.

    Raises SetupError when it cannot be started.
    """
    with _signals() as pass_on:
        try:
            child = subprocess.Popen(command, env={**os.environ, **environment})
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or str(error)
            raise SetupError([Finding(Place(command[0]), f"Cannot run this command: {why}.")]) from None
        pass_on(child)
        code = child.wait()
    return 128 - code if code < 0 else code


@contextmanager
def _signals() -> Iterator[_PassOn]:
    """Let signals go to a child instead of ending us, those that come before there is one as well."""
    pass_on = _PassOn()
    former = {number: signal.signal(number, pass_on.take) for number in _PASSED_ON}
    try:
        yield pass_on
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)


class _PassOn:
    def __init__(self) -> None:
        self._child: subprocess.Popen[bytes] | None = None
        self._early: list[int] = []

    def __call__(self, child: subprocess.Popen[bytes]) -> None:
        self._child = child
        for number in self._early:
            child.send_signal(number)

    def take(self, number: int, _frame: FrameType | None) -> None:
        if self._child is None:
            self._early.append(number)
        elif not _came_from_the_terminal(number):
            self._child.send_signal(number)


def _came_from_the_terminal(number: int) -> bool:
    """Whether the child has had this signal as well: a terminal sends to all that runs in its foreground."""
    if sys.platform == "win32":
        return True
    try:
        in_front = os.tcgetpgrp(sys.stdin.fileno()) == os.getpgrp()
    except (OSError, ValueError):
        return False
    return in_front and number in (signal.SIGINT, signal.SIGQUIT)
