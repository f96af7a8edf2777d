"""The peers, as data: how each is started, what of the work it does, and what it does not do."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from benchmarks.processes import Process

HERE = Path(__file__).parent
MODULES = HERE / "node_modules"

ALL = ("get", "get-other", "get-timed", "get-304", "join", "score", "playtime", "violations")
STATIC = ("get", "get-timed", "join", "score", "playtime")
"""What can be done by who neither compares an ETag nor checks a body."""


class Files(NamedTuple):
    """What a peer is given: the contract of one API, the recorded answers, and a folder of its own."""

    contract: Path
    answers: Path
    stubs: Path


class Peer(NamedTuple):
    name: str
    works: tuple[str, ...]
    lacks: str
    """What it does not do that Mockade does."""
    command: Callable[[int, Files], list[str]]
    needs: tuple[Path | None, ...]
    """Files that must be there; None stands for a program that is not installed."""
    install: str
    """How to have it."""
    one_for_all: bool = False
    """Whether one process serves all three APIs; else each has its own."""

    def missing(self) -> str:
        """Why it cannot be started here; empty when it can."""
        there = all(path is not None and path.exists() for path in self.needs)
        return "" if there else f"not installed ({self.install})"

    def start(self, port: int, files: Files, log: Path) -> Process:
        return Process(self.command(port, files), port, log, {"NODE_ENV": "production"})


def _program(name: str) -> Path | None:
    found = shutil.which(name)
    return Path(found) if found else None


def _jar() -> Path | None:
    return next(iter(sorted((MODULES / "wiremock" / "build").glob("*.jar"))), None)


def _python(module: str) -> Callable[[int, Files], list[str]]:
    path = str(HERE / module)
    return lambda port, files: [sys.executable, path, str(port), str(files.contract), str(files.answers)]


MOCKADE = Peer(
    "Mockade",
    ALL,
    "",
    lambda port, _files: [sys.executable, "-m", "benchmarks.host", "--ports", str(port)],
    (),
    "",
    one_for_all=True,
)

BARE = Peer(
    "bare uvicorn",
    ALL,
    "anything but look a recorded answer up: no state, no credentials, no checks; bodies stay unread",
    lambda port, files: [sys.executable, str(HERE / "bare.py"), str(port), str(files.answers)],
    (),
    "",
    one_for_all=True,
)

CONNEXION = Peer(
    "stock Connexion",
    ("get",),
    "state; it serves this one operation, with its own checks of token, request and answer",
    _python("stock.py"),
    (),
    "",
)

PRISM = Peer(
    "Prism",
    (*STATIC, "violations"),
    "state; a credential need only be there; no ETags",
    lambda port, files: [
        str(MODULES / ".bin" / "prism"),
        *("mock", "--port", str(port), "--host", "127.0.0.1"),
        *("--multiprocess", "false", "--verboseLevel", "silent"),
        str(files.contract),
    ],
    (_program("node"), MODULES / ".bin" / "prism"),
    "make bench-peers",
)

FASTIFY = Peer(
    "openapi-backend on fastify",
    (*STATIC, "get-304", "violations"),
    "state; a credential need only be there; answers are not checked (its default)",
    lambda port, files: [
        "node",
        *(str(HERE / "fastify.mjs"), str(port), str(files.contract), str(files.answers)),
    ],
    (_program("node"), MODULES / "fastify", MODULES / "openapi-backend"),
    "make bench-peers",
)

MOCKOON = Peer(
    "Mockoon",
    STATIC,
    "state as used here, credentials, checks of requests and answers, ETags",
    lambda port, files: [
        str(MODULES / ".bin" / "mockoon-cli"),
        *("start", "--data", str(files.contract), "--port", str(port), "--hostname", "127.0.0.1"),
        *("--disable-log-to-file", "--disable-admin-api", "--repair"),
    ],
    (_program("node"), MODULES / ".bin" / "mockoon-cli"),
    "make bench-peers",
)

WIREMOCK = Peer(
    "WireMock",
    (*STATIC, "get-304"),
    "state as used here, checks of requests and answers; a credential need only be there; a 304 is a stub",
    lambda port, files: [
        *("java", "-jar", str(_jar()), "--port", str(port), "--bind-address", "127.0.0.1"),
        *("--root-dir", str(files.stubs), "--max-request-journal-entries", "10000", "--disable-banner"),
    ],
    (_program("java"), _jar()),
    "make bench-peers, and Java",
    one_for_all=True,
)

PEERS = (MOCKADE, BARE, CONNEXION, PRISM, FASTIFY, MOCKOON, WIREMOCK)
