"""Clients of registers and counters: what they asked and were answered, and who judges it."""

from __future__ import annotations

import http.client
import json
import math
import threading
import time
from collections import Counter
from random import Random
from typing import Any

from benchmarks.processes import Answer
from benchmarks.reliability.clients import KEPT
from benchmarks.reliability.linearizability_checker import Operation, first_wrong, is_linearizable
from benchmarks.reliability.outcome import Longest
from benchmarks.reliability.served import CONTROL, TOO_LONG, Client, comes_true

AT_ONCE = 2
"""Worlds that all clients ask for at the same time."""

MOST = 400
"""Operations, after which they go on with other worlds: so these are made and loaded all the time."""

CONTROLLED = 0.1
"""The share of reads and writes that the control API is asked for."""

READ = 10
"""How many worlds, beside those of the end, have their journals read."""

REGISTER, COUNTER = "/registers/r", "/counters/c"

LATEST = 0.4
"""Seconds after which something is counted by itself that was asked for."""

REFUSED = {"type", "title", "status", "detail"}
"""What a refusal has; one in the API's own words names its `operation` besides."""

FULL = "is full and takes no changes"
"""In a refusal of the store: what was asked was not done."""


class Histories:
    """What all clients saw, by the path of what they asked for."""

    def __init__(self) -> None:
        self.seen: dict[str, list[Operation]] = {}
        self._promised: dict[str, list[float]] = {}
        """When it was asked for that something is counted by itself, and promised: once, sooner or later."""
        self.refused: dict[int, str] = {}
        """Requests that a full store refused, by the values that they were to set."""
        self.is_out = False
        """Whether the store is away, or was a moment ago: nobody wonders about refusals then."""
        self.stays = False
        """Whether clients go on with the worlds that there are."""
        self._worlds = 0
        self._asked = 0
        self._lock = threading.Lock()

    def path(self, chance: Random) -> str:
        """What is to be asked for next."""
        with self._lock:
            self._asked += 1
            if self._asked >= MOST and not self.stays:
                self._asked = 0
                self._worlds += AT_ONCE
            world = self._worlds + chance.randrange(AT_ONCE)
        return f"/@w{world}{chance.choice((REGISTER, COUNTER))}"

    def add(self, path: str, operation: Operation) -> None:
        with self._lock:
            self.seen.setdefault(path, []).append(operation)

    def promise(self, path: str, began: float) -> None:
        with self._lock:
            self._promised.setdefault(path, []).append(began)

    @property
    def promised(self) -> int:
        return sum(map(len, self._promised.values()))

    def judged(self, port: int) -> list[str]:
        """What is wrong, with what is there now as the last that was seen."""
        lost = []
        time.sleep(LATEST)  # what was promised is due by then
        with Client(port) as client:
            for path, history in self.seen.items():
                began = time.perf_counter()
                value = _read(client, path)
                now = time.perf_counter()
                history += [Operation("count", asked, began, None) for asked in self._promised.get(path, ())]
                history.append(Operation("read", began, now, value))
                if not is_linearizable(history):
                    wrong = first_wrong(history)
                    refused = self.refused.get(wrong.value or 0) if wrong is not None else None
                    why = f"; that was refused: {refused}" if refused else ""
                    lost.append(f"{path}: no order explains {len(history)} operations: first {wrong}{why}.")
            for number in range(max(0, self._worlds - READ), self._worlds + AT_ONCE):
                numbers = _numbers(client, f"w{number}")
                if numbers != list(range(numbers[0], numbers[0] + len(numbers))):
                    lost.append(f"w{number}: its journal has the numbers {numbers}.")
        return lost


def _read(client: Client, path: str) -> int:
    """What is there, once the store answers in time. Raises HTTPException."""
    for _ in range(1000):
        answer = client.ask("GET", path)
        if answer.status == 200:
            return int(json.loads(answer.body)["value"])
        time.sleep(0.01)
    raise http.client.HTTPException(f"{path} is answered {answer.status}: {answer.body[:200]!r}")


def _numbers(client: Client, world: str) -> list[int]:
    """Of the entries of its journal. Raises HTTPException."""
    answer = client.ask("GET", f"{CONTROL}/worlds/{world}/journal?limit=1000")
    if answer.status != 200:
        raise http.client.HTTPException(
            f"The journal of {world} is answered {answer.status}: {answer.body[:200]!r}"
        )
    return [int(entry["id"]) for entry in json.loads(answer.body)["exchanges"]]


class Caller(threading.Thread):
    """Reads, sets, swaps and counts until it is told to stop, each few requests at another worker.

    A change that was refused since the store is away, or whose connection ended where it `may_break`, may
    have been done or not; anything else that is not an answer to what was asked is lost.
    """

    def __init__(self, port: int, histories: Histories, seed: int, *, may_break: bool = False) -> None:
        super().__init__(daemon=True)
        self._histories = histories
        self._chance = Random(seed)
        self._may_break = may_break
        self._client = Client(port)
        self._over = threading.Event()
        self._asked = 0
        self._values = seed + 1
        self._known: dict[str, tuple[str, int]] = {}
        self.answered = 0
        self.refused: Counter[str] = Counter()
        """Requests that were answered 503, by when or why: `away`, `full`, or `slow` with nothing amiss."""
        self.broken = 0
        """Requests whose connections ended."""
        self.lost: list[str] = []
        self.waits = {"call": Longest(), "control": Longest()}

    def stop(self) -> None:
        self._over.set()
        self.join()
        self._client.close()

    def run(self) -> None:
        while not self._over.is_set():
            path = self._histories.path(self._chance)
            kind = self._chance.choice(("read", "read", "change"))
            if kind == "read":
                self._read(path)
            elif path.endswith(COUNTER) and self._chance.random() < 0.2:
                self._promise(path)
            elif path.endswith(COUNTER):
                self._change(path, Operation("count", 0, math.inf, None), "POST", path)
            else:
                self._set(path)

    def _read(self, path: str) -> None:
        tag, known = self._known.get(path, ("", 0))
        headers = {"If-None-Match": tag} if tag and self._chance.random() < 0.5 else {}
        began, full = time.perf_counter(), self.refused["full"]
        target = path if headers or self._chance.random() > CONTROLLED else _controlled(path)
        answer = self._ask("GET", target, (200, 304) if headers else (200,), **headers)
        if answer is None:
            if self.refused["full"] > full and self._histories.stays:
                self.lost.append(f"GET {path}: refused since the store is full.")
            return
        value = known if answer.status == 304 else int(json.loads(answer.body)["value"])
        self._known[path] = _header(answer, "etag") if target == path else "", value
        self._histories.add(path, Operation("read", began, time.perf_counter(), value))

    def _promise(self, path: str) -> None:
        began, full = time.perf_counter(), self.refused["full"]
        body = {"value": self._chance.randrange(round(LATEST * 1000))}
        if self._ask("POST", f"{path}/later", (202,), body) is not None:
            self._histories.promise(path, began)
        elif self.refused["full"] == full:
            self._histories.add(path, Operation("count", began, math.inf, None))

    def _set(self, path: str) -> None:
        self._values += 1000  # no other client has one of these
        expected = self._known.get(path, ("", 0))[1]
        if self._chance.random() < 0.5:
            asked = Operation("write", 0, math.inf, self._values)
            if self._chance.random() < CONTROLLED:
                self._change(path, asked, "PUT", _controlled(path), {"id": "r", "value": self._values})
            else:
                self._change(path, asked, "PUT", path, {"value": self._values})
        else:
            asked = Operation("swap", 0, math.inf, self._values, expected)
            body = {"expected": expected, "value": self._values}
            self._change(path, asked, "POST", f"{path}/swap", body)

    def _change(self, path: str, asked: Operation, method: str, target: str, body: Any = None) -> None:
        began = time.perf_counter()
        full = self.refused["full"]
        answer = self._ask(method, target, (200,), body)
        ended = time.perf_counter()
        if answer is not None:
            value = int(json.loads(answer.body)["value"])
            kind = "refused" if asked.kind == "swap" and value != asked.value else asked.kind
            self._known[path] = "", value
            self._histories.add(path, Operation(kind, began, ended, value, asked.expected))
        elif self.refused["full"] == full:
            self._histories.add(path, Operation(asked.kind, began, math.inf, asked.value, asked.expected))
        elif asked.value is not None:
            self._histories.refused[asked.value] = f"{method} {target}"

    def _ask(
        self, method: str, path: str, statuses: tuple[int, ...], body: Any = None, **headers: str
    ) -> Answer | None:
        """The answer; None where it was refused, or there is none."""
        self._asked += 1
        if self._asked % KEPT == 0:
            self._client.close()  # the next one leads to whichever worker accepts it
        was_out, began = self._histories.is_out, time.perf_counter()
        try:
            answer = self._client.ask(method, path, body, **headers)
        except (OSError, http.client.HTTPException) as error:
            self._client.close()
            self.broken += 1
            if not self._may_break:
                self.lost.append(f"{method} {path}: no answer, {error!r}")
            self._over.wait(0.01)
            return None
        self.waits["control" if path.startswith(CONTROL) else "call"].add(time.perf_counter() - began)
        if answer.status in statuses:
            self.answered += 1
            return answer
        if answer.status == 503 and _is_in_form(answer):
            is_out = was_out or self._histories.is_out
            why = "full" if FULL in answer.body.decode() else "away" if is_out else "slow"
            self.refused[why] += 1
            self._over.wait(self._chance.uniform(0.01, 0.1))
        else:
            self.lost.append(f"{method} {path}: {answer.status}, {answer.headers}, {answer.body[:200]!r}")
        return None


def _header(answer: Answer, name: str) -> str:
    return next((value for key, value in answer.headers.items() if key.lower() == name), "")


def _controlled(path: str) -> str:
    """Where the control API has the row of a path."""
    _, world, collection, key = path.split("/")
    return f"{CONTROL}/worlds/{world.removeprefix('@')}/state/tally/{collection}/{key}"


def _is_in_form(answer: Answer) -> bool:
    names = json.loads(answer.body).keys() - {"operation"}
    return _header(answer, "retry-after") == "1" and names == REFUSED


class Load:
    """So many callers at once. Use it in a `with`, which stops them."""

    def __init__(self, port: int, many: int, *, seed: int = 0, may_break: bool = False) -> None:
        self.histories = Histories()
        self._port = port
        self._callers = [
            Caller(port, self.histories, seed + number, may_break=may_break) for number in range(many)
        ]

    def __enter__(self) -> Load:
        for one in self._callers:
            one.start()
        return self

    def __exit__(self, *_: object) -> None:
        for one in self._callers:
            one.stop()

    def goes_on(self, least: int = 3) -> bool:
        """Whether each caller is answered so many times more, however soon."""
        due = [one.answered + least for one in self._callers]
        return comes_true(
            lambda: all(one.answered >= least for one, least in zip(self._callers, due, strict=True)),
            within=TOO_LONG,
        )

    def judged(self) -> list[str]:
        """What is lost, once the callers are stopped."""
        try:
            return self.lost + self.histories.judged(self._port)
        except (OSError, http.client.HTTPException) as error:
            return [*self.lost, f"What is there cannot be read: {error!r}"]

    @property
    def lost(self) -> list[str]:
        return [one for caller in self._callers for one in caller.lost]

    @property
    def answered(self) -> int:
        return sum(one.answered for one in self._callers)

    @property
    def broken(self) -> int:
        return sum(one.broken for one in self._callers)

    def refused(self, why: str) -> int:
        return sum(one.refused[why] for one in self._callers)

    def longest(self, kind: str) -> float:
        """Seconds that a `call`, or one of the `control` API, took."""
        return max(one.waits[kind].seconds for one in self._callers)
