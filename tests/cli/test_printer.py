"""Printing for readers of stdout that are slow, gone or cannot show a character."""

from __future__ import annotations

import errno
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import httpx
import pytest

from mockade.cli import printer as printer_module
from mockade.cli.printer import LinePrinter
from tests.cli.commands import KEY, SESSIONS
from tests.servers import NO_TLS, Server


@pytest.fixture(scope="module")
def deaf() -> Iterator[Server]:
    with Server("meshmap", deaf=True) as one:
        yield one


def test_a_reader_that_stops_reading_stops_neither_the_server_nor_its_end(deaf: Server) -> None:
    path = f"{SESSIONS}/{'a' * 4000}"
    with httpx.Client(base_url=deaf.url, headers=KEY, verify=NO_TLS) as client:
        answers = {client.get(path).status_code for _ in range(200)}  # a pipe holds 64 KiB, this is 1.6 MB
    assert answers == {404}
    assert deaf.stop() == (0, "")


def test_a_reader_that_has_gone_stops_neither_the_server_nor_its_end() -> None:
    with Server("meshmap", deaf=True) as one:
        assert one.process.stdout is not None
        one.process.stdout.close()
        answers = {one.request("GET", SESSIONS, headers=KEY).status_code for _ in range(3)}
        code, complaint = one.stop()
    assert answers == {200}
    assert (code, complaint) == (0, "")


def test_lines_that_wait_come_in_their_order_and_none_twice(capfd: pytest.CaptureFixture[str]) -> None:
    printer = LinePrinter()
    said = [f"line {number}" for number in range(1000)]
    for line in said:
        printer.print(line)
    assert printer.close()
    assert capfd.readouterr().out.splitlines() == said


def test_a_full_disk_keeps_no_later_line_from_being_printed(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def echo(text: str) -> None:
        if text == "lost":
            raise OSError(errno.ENOSPC, "No space left on device")
        print(text)

    monkeypatch.setattr(click, "echo", echo)
    monkeypatch.setattr(printer_module, "BATCH", 1)
    printer = LinePrinter()
    for line in ("before", "lost", "after"):
        printer.print(line)
    assert printer.close()
    assert capfd.readouterr().out == "before\n(Up to 1 lines are missing: the disk was full.)\nafter\n"


def test_an_output_that_cannot_show_a_character_shows_its_number(home: Callable[..., Path]) -> None:
    spec = {"openapi": "3.0.3", "info": {"title": "Spiel ✓", "version": "1"}, "paths": {}}
    folder = home(specs={"game.json": json.dumps(spec)})
    with Server("--home", str(folder), env={"PYTHONIOENCODING": "cp1252"}) as one:
        assert one.lines[0] == "game  Spiel \\u2713, 0 operations"
