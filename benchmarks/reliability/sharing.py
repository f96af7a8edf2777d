"""Servers that are started on one state file at once: one serves, the others end with a sentence."""

from __future__ import annotations

import socket
from contextlib import ExitStack
from pathlib import Path

from benchmarks.processes import Failed
from benchmarks.reliability import shop
from benchmarks.reliability.outcome import Outcome, Scale
from benchmarks.reliability.served import Client, Served, comes_true

HELD = "Another server holds this file."
BAD_SETUP = 2


def run(scale: Scale, folder: Path, most: int = 20) -> Outcome:
    """Pairs at first, then `most` at once if any, each time on the file that the ones before left."""
    rounds = [2] * max(1, scale.rounds // 10) + [most] * max(bool(most), scale.rounds // 50)
    home, file = shop.home(folder), folder / "state.json"
    lost: list[str] = []
    written: dict[str, dict[str, str]] = {}
    for number, count in enumerate(rounds):
        with ExitStack() as stack:
            ports = _free_ports(count)
            servers = [
                stack.enter_context(Served(folder, home, "--state", str(file), port=port)) for port in ports
            ]
            lost += _one_serves(servers, shop.row(number, 100), file, written)
    return Outcome({"rounds": len(rounds), "servers": sum(rounds)}, lost, {"at once": f"2 and {most}"})


def _free_ports(count: int) -> list[int]:
    """So many different ones."""
    with ExitStack() as stack:
        found = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in found:
            one.bind(("127.0.0.1", 0))
        return [int(one.getsockname()[1]) for one in found]


def _one_serves(
    servers: list[Served], row: dict[str, str], file: Path, written: dict[str, dict[str, str]]
) -> list[str]:
    lost: list[str] = []

    def running() -> list[Served]:
        return [server for server in servers if server.process.poll() is None]

    comes_true(lambda: len(running()) < 2)
    up = running()
    for server in servers:
        code = server.process.poll()
        if server not in up and (code != BAD_SETUP or HELD not in server.said()):
            lost.append(f"A server ended with {code}: {server.said()[-300:]}")
    if len(up) != 1:
        return [*lost, f"{len(up)} of {len(servers)} servers serve one file."]
    (winner,) = up
    try:
        with Client(winner.ready().port) as client:
            if shop.served(client) != written:
                lost.append("The server that serves has not what the one before it had.")
            if client.ask("PUT", f"{shop.ROWS}/{row['id']}", row).status != 201:
                lost.append("The server that serves does not take a row.")
    except Failed as failure:
        return [*lost, f"The one that is left does not serve: {failure}"]
    written[row["id"]] = row
    if winner.end() != 0:
        lost.append("The server that served did not end with 0.")
    try:
        if shop.saved(file) != written:
            lost.append("The file has not what its server had.")
    except shop.Torn as torn:
        lost.append(str(torn))
    return lost
