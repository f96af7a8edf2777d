"""Kill -9 while a server saves: its state file is whole each time, and holds what it was seen to hold."""

from __future__ import annotations

import http.client
import random
import threading
from pathlib import Path

from benchmarks.reliability import shop
from benchmarks.reliability.outcome import Outcome, Scale
from benchmarks.reliability.served import CONTROL, Client, Served, comes_true

EVERY = 0.001
"""Seconds between two looks for changes, so that most kills meet a save."""

MOST_ROWS = 300
"""Beyond them the world is reset: the larger the file, the fewer saves there are to be met."""

LATEST = 0.4
"""Seconds after its first row at which a server is killed at the latest."""


class _Watch:
    """Reads the state file again and again: what it was seen to hold must be there after the kill."""

    def __init__(self, file: Path, seen: set[str]) -> None:
        self.seen = seen
        self.reads = 0
        self.lost: list[str] = []
        self._file = file
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def _look(self) -> None:
        while not self._over.wait(0.002):
            try:
                held = shop.saved(self._file).keys()
            except shop.Torn as torn:
                self.lost.append(str(torn))
                return
            self.reads += 1
            if not held >= self.seen:
                self.lost.append(f"A save took {len(self.seen - held)} rows out of the file.")
            self.seen = set(held)

    def close(self) -> None:
        self._over.set()
        self._thread.join()


def run(scale: Scale, folder: Path) -> Outcome:
    home, file = shop.home(folder), folder / "state.json"
    chance = random.Random(7)
    lost: list[str] = []
    sent: dict[str, dict[str, str]] = {}
    seen: set[str] = set()
    reads = met = written = 0
    for number in range(1, scale.rounds + 2):  # the last one only looks
        with Served(folder, home, "--state", str(file), every=EVERY).ready() as server:
            with Client(server.port) as client:
                there = shop.served(client)
            lost += _compared(there, sent, seen, number - 1)
            sent = dict(there)
            if number > scale.rounds:
                break
            if len(sent) > MOST_ROWS:
                sent = {}
                lost += _emptied(server, file)
            before = len(sent)
            watch = _Watch(file, set(sent))
            _write_until_killed(server, sent, chance)
            watch.close()
        reads, seen = reads + watch.reads, watch.seen
        written += len(sent) - before
        lost += [f"Round {number}: {one}" for one in watch.lost]
        met += (folder / ".state.json.new").exists()
    return Outcome(
        {"kills": scale.rounds, "of them while the file was written": met, "rows written": written},
        lost,
        {"reads of the file meanwhile": f"{reads:,}"},
        ["The server looks for changes a thousand times a second, not every two seconds."],
    )


def _emptied(server: Served, file: Path) -> list[str]:
    """Reset the world, and wait until its file has no rows; what is lost of that."""
    with Client(server.port) as client:
        client.ask("POST", f"{CONTROL}/reset")
    return [] if comes_true(lambda: not shop.saved(file)) else ["A reset was not saved."]


def _write_until_killed(server: Served, sent: dict[str, dict[str, str]], chance: random.Random) -> None:
    killer = threading.Timer(chance.uniform(0.0, LATEST), server.kill)
    with Client(server.port) as client:
        killer.start()
        try:
            while True:
                row = shop.row(len(sent) + 1, chance.randrange(5000))
                sent[row["id"]] = row
                client.ask("PUT", f"{shop.ROWS}/{row['id']}", row)
        except (OSError, http.client.HTTPException):
            pass  # it is killed
    killer.join()


def _compared(
    there: dict[str, dict[str, str]], sent: dict[str, dict[str, str]], seen: set[str], number: int
) -> list[str]:
    """What is lost of the rows that were sent and of those that were seen in the file."""
    lost = []
    if not there.keys() >= seen:
        lost.append(f"Round {number}: {len(seen - there.keys())} rows are lost that the file had.")
    wrong = [key for key, row in there.items() if sent.get(key) != row]
    if wrong:
        lost.append(f"Round {number}: {len(wrong)} rows are torn.")
    if list(there) != list(sent)[: len(there)]:
        lost.append(f"Round {number}: What is there is not what was there at any moment.")
    return lost
