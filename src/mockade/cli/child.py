"""The child process of `mockade exec`."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import FrameType, MappingProxyType

from mockade.catalogue.connecting import connect_variables
from mockade.cli.waits import interrupted_waits
from mockade.errors import Finding, Place, SetupError, reason

DEAF = 8.0
"""Seconds that a command has to end after a SIGTERM; then it is killed. After others it may take its time."""

_FORWARDED = [
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT") if hasattr(signal, name)
]


def variables(
    url: str,
    base_paths: Mapping[str, Sequence[str]],
    token: str = "",
    connect: Mapping[str, Sequence[str]] = MappingProxyType({}),
) -> dict[str, str]:
    """The environment of the command: MOCKADE_URL, MOCKADE_<API>_URL for each API, and the token.

    An API's URL is what stands before its contract's paths; `base_paths` as in Router. `connect` has the
    lines of the APIs' fixtures: what they set is set too, for clients that know nothing of us.
    """
    found: dict[str, str] = {}
    for stem, lines in connect.items():
        found |= connect_variables(lines, f"{url}{base_paths[stem][-1]}")
    found["MOCKADE_URL"] = url
    for stem, some in base_paths.items():
        name = re.sub(r"[^A-Z0-9]+", "_", stem.upper())
        found[f"MOCKADE_{name}_URL"] = f"{url}{some[-1]}"
    return {**found, **({"MOCKADE_TOKEN": token} if token else {})}


def execute(command: Sequence[str], environment: Mapping[str, str]) -> int:
    """Run a command to its end, passing signals on; its exit code, 128 + n when signal n ended it.

    Raises SetupError when it cannot be started.
    """
    with _signals() as forward, interrupted_waits():
        try:
            child = subprocess.Popen(command, env={**os.environ, **environment})
        except (OSError, ValueError) as error:
            raise SetupError(
                [Finding(Place(command[0]), f"Cannot run this command: {reason(error)}.")]
            ) from None
        forward(child)
        code = child.wait()
        forward.ended()
    return 128 - code if code < 0 else code


@contextmanager
def _signals() -> Iterator[_SignalForwarder]:
    """Forward signals to the child instead of ending this process; those before its start are kept for it."""
    forward = _SignalForwarder()
    former = {number: signal.signal(number, forward.receive) for number in _FORWARDED}
    try:
        yield forward
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)


class _SignalForwarder:
    def __init__(self) -> None:
        self._child: subprocess.Popen[bytes] | None = None
        self._early: list[int] = []
        self._killer: threading.Timer | None = None

    def __call__(self, child: subprocess.Popen[bytes]) -> None:
        self._child = child
        for number in self._early:
            self._send(child, number)

    def receive(self, number: int, _frame: FrameType | None) -> None:
        if self._child is None:
            self._early.append(number)
        elif not _sent_by_terminal(number):
            self._send(self._child, number)

    def ended(self) -> None:
        """The child is no more."""
        if self._killer is not None:
            self._killer.cancel()

    def _send(self, child: subprocess.Popen[bytes], number: int) -> None:
        child.send_signal(number)
        if number == signal.SIGTERM and self._killer is None:
            self._killer = threading.Timer(DEAF, child.kill)
            self._killer.daemon = True
            self._killer.start()


def _sent_by_terminal(number: int) -> bool:
    """Whether the child got this signal too: a terminal signals its whole foreground process group."""
    if sys.platform == "win32":
        return True
    try:
        in_front = os.tcgetpgrp(sys.stdin.fileno()) == os.getpgrp()
    except (OSError, ValueError):
        return False
    return in_front and number in (signal.SIGINT, signal.SIGQUIT)
