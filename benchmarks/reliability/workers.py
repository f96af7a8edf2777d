"""Workers with a store: killed (-9) under load, and replaced under load, while clients write and read."""

from __future__ import annotations

import json
import os
import random
import signal
import time
from collections.abc import Callable
from functools import partial
from http.client import HTTPException
from pathlib import Path

from benchmarks.processes import Answer, ask
from benchmarks.reliability import shop
from benchmarks.reliability.clients import SLOW_STORE, Writer, compared
from benchmarks.reliability.outcome import Longest, Outcome, Scale
from benchmarks.reliability.redis_server import MISSING, RedisServer, program
from benchmarks.reliability.served import Served, comes_true
from benchmarks.work import Work

PROCESS = Work("process", "", "", "", "GET", "/process", shop.KEY)
HANDLERS = """
import os


def get_process(call):
    return os.getpid()
"""
COUNTS = (2, 4)
"""How many workers there are, half of the rounds each."""

LATEST = 0.3
"""Seconds after which the next is killed at the latest, once all serve again."""

PAUSES = (0.0, 0.0, 0.1, 1.0)
"""Seconds that the clients wait between two of their rows, with their connections open."""

REPLACED = "have been replaced."

Act = Callable[[Served, int, Path, int], list[str]]
"""Does so many rounds to a server with so many workers, whose lines go to a file; what is lost of it."""


def killed(scale: Scale, folder: Path, counts: tuple[int, ...] = COUNTS) -> Outcome:
    """Kill workers, one at a time; the others answer, and no change that was answered is lost."""
    chance, waits = random.Random(7), Longest()

    def act(server: Served, count: int, _lines: Path, rounds: int) -> list[str]:
        lost = []
        for _ in range(rounds):
            serving = processes(server, count)
            if len(serving) < count:
                return [*lost, f"Only {len(serving)} of {count} workers serve: {server.said()[-500:]}"]
            time.sleep(chance.uniform(0.0, LATEST))
            os.kill(chance.choice(sorted(serving)), signal.SIGKILL)
            started = time.perf_counter()
            try:
                answer = _answer(server)
                lost += [f"The next answer is {answer.status}."] * (answer.status != 200)
            except (OSError, HTTPException) as error:
                lost.append(f"Right after a kill nobody answers: {error!r}")
            waits.add(time.perf_counter() - started)
        return lost

    rounds = 2 * scale.rounds // len(counts)
    outcome = _under_load(folder, act, counts, rounds, insists=True)
    if not outcome.tried:
        return outcome
    return outcome._replace(
        tried={"kills": waits.count, **outcome.tried},
        figures={"longest wait for the answer after a kill": str(waits), **outcome.figures},
    )


def replaced(scale: Scale, folder: Path, counts: tuple[int, ...] = COUNTS) -> Outcome:
    """Replace all workers again and again; no request fails."""

    def act(server: Served, _count: int, lines: Path, rounds: int) -> list[str]:
        for number in range(1, rounds + 1):
            server.process.send_signal(signal.SIGHUP)
            if not comes_true(lambda due=number: _said(lines) >= due):  # type: ignore[misc]
                return [f"The workers are not replaced: {server.said()[-500:]}"]
        return []

    rounds = max(1, scale.rounds // 10 // len(counts))
    outcome = _under_load(folder, act, counts, rounds, insists=False)
    if not outcome.tried:
        return outcome
    return outcome._replace(tried={"rolling restarts": rounds * len(counts), **outcome.tried})


def _said(lines: Path) -> int:
    """How often it was said that all workers have been replaced."""
    return lines.read_text(encoding="utf-8", errors="replace").count(REPLACED)


def _under_load(folder: Path, act: Act, counts: tuple[int, ...], rounds: int, *, insists: bool) -> Outcome:
    if program() is None:
        return Outcome({}, [], {}, [MISSING])
    home, lost, written, again, slow, waits = telling(shop.home(folder), "shop"), [], 0, 0, 0, Longest()
    for count in counts:
        lines = folder / f"lines-{count}"
        words = [home, "--workers", str(count), "--journal", "100"]
        with (
            RedisServer(folder) as store,
            Served(folder, *words, "--store", store.url, output=lines) as server,
        ):
            server.ready()
            writers = [
                Writer(server.port, f"{count}-{number}", insists=insists, pause=pause)
                for number, pause in enumerate(PAUSES)
            ]
            found = _loaded(partial(act, server, count, lines, rounds), writers, server)
        lost += [f"{count} workers: {one}" for one in found]
        written += sum(len(one.rows) for one in writers)
        again += sum(one.again for one in writers)
        slow += sum(one.slow for one in writers)
        waits.seconds = max(waits.seconds, *(one.longest.seconds for one in writers))
    figures = {"a client's longest wait": str(waits), "asked again": f"{again:,}"}
    figures |= {"for which the store was too slow": f"{slow:,}"} if slow else {}
    return Outcome(
        {"rows written, changed and read": written}, lost, figures, [f"Workers: {_words(counts)}."]
    )


def _loaded(act: Callable[[], list[str]], writers: list[Writer], server: Served) -> list[str]:
    """What is lost while clients write, and at the end of the server."""
    for one in writers:
        one.start()
    lost = act()
    for one in writers:
        one.stop()
    lost += compared(writers, server.port)
    code = server.end()
    return [*lost, *([f"They end with {code}: {server.said()[-500:]}"] if code else [])]


def _words(counts: tuple[int, ...]) -> str:
    return " and ".join(map(str, counts))


def telling(home: str, stem: str) -> str:
    """The same folder, whose API has an operation now that answers which process it is."""
    document, module = Path(home, "specs", f"{stem}.json"), Path(home, "apis", f"{stem}.py")
    contract = json.loads(document.read_text(encoding="utf-8"))
    answer = {"description": "", "content": {"application/json": {"schema": {"type": "integer"}}}}
    contract["paths"]["/process"] = {"get": {"responses": {"200": answer}}}
    document.write_text(json.dumps(contract), encoding="utf-8")
    module.parent.mkdir(exist_ok=True)
    with module.open("a", encoding="utf-8") as text:
        text.write(HANDLERS)
    return home


def processes(server: Served, count: int) -> set[int]:
    """The processes that answer, once there are so many."""
    found: set[int] = set()

    def are_all_there() -> bool:
        answer = _answer(server)
        if answer.status == 200:
            found.add(int(json.loads(answer.body)))
        return len(_living(found)) >= count

    comes_true(are_all_there)
    return _living(found)


def _answer(server: Served) -> Answer:
    """Which process answers, asked again where the store was too slow."""
    for _ in range(100):
        answer = ask(server.port, PROCESS)
        if answer.status != 503 or SLOW_STORE not in answer.body:
            break
    return answer


def _living(processes: set[int]) -> set[int]:
    found = set()
    for one in processes:
        try:
            os.kill(one, 0)
        except ProcessLookupError:
            continue
        found.add(one)
    return found
