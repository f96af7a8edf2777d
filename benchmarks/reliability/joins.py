"""Hundreds of players who want the few places of one session, at several workers at once."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.reliability import arena
from benchmarks.reliability.arena import JOIN, PLACES, PLAYERS, SESSION
from benchmarks.reliability.outcome import Longest, Outcome, Scale
from benchmarks.reliability.redis_server import MISSING, RedisServer, program
from benchmarks.reliability.served import Client, Served
from benchmarks.reliability.store_trial import COUNTS

AT_ONCE = 16
"""Connections, over which the players ask one after the other."""

TRIES = 100
"""How often a player asks who is answered 503."""


class _Round:
    """All players who ask in one world."""

    def __init__(self, port: int, world: str) -> None:
        self._port = port
        self._world = world
        self._left = list(range(PLAYERS))
        self.lost: list[str] = []
        self.entered: list[str] = []
        self.unsure: set[str] = set()
        """Those who were answered 503 once, and may be in since then."""
        self.again = 0
        self.waits = Longest()

    def run(self) -> None:
        threads = [threading.Thread(target=self._ask) for _ in range(AT_ONCE)]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        with Client(self._port) as client:
            for _ in range(AT_ONCE):
                client.close()  # the next connection may lead to another worker
                self._compare(client)

    def _ask(self) -> None:
        with Client(self._port) as client:
            while True:
                try:
                    number = self._left.pop()
                except IndexError:
                    return
                try:
                    self._join(client, number)
                except Exception as error:
                    self.lost.append(f"{self._world}: player {number} got no answer: {error!r}")
                    return

    def _join(self, client: Client, number: int) -> None:
        for _ in range(TRIES):
            began = time.perf_counter()
            headers = {"Authorization": f"Bearer p{number}"}
            answer = client.ask("POST", f"/@{self._world}{JOIN}", arena.joining(number), **headers)
            self.waits.add(time.perf_counter() - began)
            if answer.status != 503:
                break
            self.again += 1
            self.unsure.add(arena.player(number))
        told = json.loads(answer.body)
        if answer.status == 200:
            self.entered.append(told["player_uuid"])
            return
        is_full = (answer.status, told.get("error_code")) == (403, "team_full")
        if not is_full and arena.player(number) not in self.unsure:
            self.lost.append(f"{self._world}: player {number} is answered {answer.status}, {told}")

    def _compare(self, client: Client) -> None:
        for _ in range(TRIES):
            answer = client.ask("GET", f"/@{self._world}{SESSION}", Authorization="Bearer p0")
            if answer.status != 503:
                break
        teams = arena.inside(json.loads(answer.body))
        there = {one for team in teams for one in team}
        if [len(team) for team in teams] != [PLACES // 2] * 2 or len(there) != PLACES:
            self.lost.append(f"{self._world}: the teams are {teams}.")
        if not set(self.entered) <= there <= {*self.entered, *self.unsure}:
            self.lost.append(f"{self._world}: {sorted(there)} are in, {sorted(self.entered)} were told so.")


def run(scale: Scale, folder: Path, counts: Sequence[int] = COUNTS) -> Outcome:
    if program() is None:
        return Outcome({}, [], {}, [MISSING])
    home, lost, again, waits = arena.home(folder), [], 0, Longest()
    rounds = max(1, scale.rounds // len(counts))
    for count in counts:
        words = ["rallyhere", "--home", home, "--workers", str(count), "--journal", "100"]
        with RedisServer(folder) as store, Served(folder, *words, "--store", store.url).ready() as server:
            for number in range(rounds):
                one = _Round(server.port, f"r{number}")
                one.run()
                lost += [f"{count} workers: {each}" for each in one.lost]
                again += one.again
                waits.add(one.waits.seconds)
            if code := server.end():
                lost.append(f"They end with {code}: {server.said()[-1500:]}")
    figures = {"a player's longest wait": str(waits), "503": f"{again:,}"}
    tried = {"rounds": rounds * len(counts), "joins": rounds * len(counts) * PLAYERS}
    workers = (
        f"Workers: {' and '.join(map(str, counts))}; {PLACES} places for {PLAYERS} players in each round."
    )
    return Outcome(tried, lost, figures, [workers])
