"""`serve --workers N`: the supervisor of several processes that serve on one port."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

import click

from mockade.cli.log import READY, TOKEN
from mockade.cli.options import print_error, print_warning
from mockade.cli.printer import LinePrinter
from mockade.cli.shared_files import FileLock
from mockade.errors import printable
from mockade.server.listener import bind, generated_token, url_of
from mockade.workers.link import Order
from mockade.workers.process import WorkerProcess
from mockade.workers.supervisor import Supervisor


def supervise(
    workers: int, names: Sequence[str], home: Path | None, *, host: str, port: int, token: str, **options: Any
) -> int:
    """Serve with so many processes until SIGTERM or SIGINT; SIGHUP replaces them. Returns the exit code.

    Raises SetupError where the port cannot be had.
    """
    with bind(host, port) as listener, _lock_file() as lock:
        generated = generated_token(listener.getsockname()[0], token)
        arguments = {"names": names, "home": home, "host": host, "token": token or generated, **options}
        printer = LinePrinter(FileLock(lock.fileno()))

        def start(number: int, is_first: bool) -> WorkerProcess:
            order = Order(arguments, listener.fileno(), lock.fileno(), is_first, sys.stderr.isatty())
            return WorkerProcess(number, _command(), order.encoded(), [listener.fileno(), lock.fileno()])

        messages = _Messages(printer, url_of(listener, host), generated, quiet=options["quiet"])
        code = Supervisor(workers, start, listener, messages).run()
        if not printer.close():  # its lines need the lock
            os._exit(code)  # as `serve` does where stdout is full and nobody reads it
    return code


def _lock_file() -> IO[bytes]:
    """A file to be locked while lines are written; on Linux in memory, as the root may be read-only."""
    return open(os.memfd_create("mockade"), "wb") if sys.platform == "linux" else tempfile.TemporaryFile()


def _command() -> list[str]:
    """What starts a worker: it looks for modules in the working directory only if this process does."""
    is_searched = bool({"", str(Path.cwd())} & set(sys.path))
    return [sys.executable, *([] if is_searched else ["-P"]), "-m", "mockade.cli.worker"]


class _Messages:
    """What is told of the workers: that they serve, on stdout, the rest on stderr."""

    def __init__(self, printer: LinePrinter, url: str, token: str, *, quiet: bool) -> None:
        self._printer = printer
        self._url = url
        self._token = token
        self._quiet = quiet
        self.warning = print_warning

    def first_ready(self, report: dict[str, Any]) -> None:
        for line in report["introduction"]:
            self._printer.print(line)
        if self._token:
            self._printer.print(f"{TOKEN} {self._token}")

    def all_ready(self) -> None:
        self._printer.print(f"{READY} {self._url}")

    def all_replaced(self, count: int) -> None:
        if not self._quiet:
            self._printer.print(f"All {count} workers have been replaced.")

    def error(self, sentence: str, last_lines: Sequence[str] = ()) -> None:
        print_error(sentence)
        for line in last_lines:
            click.echo(f"    {printable(line)}", err=True)
