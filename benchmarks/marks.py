"""What Mockade is to reach, each as a figure of one run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from benchmarks.figures import Figure, Mark, figure, ratio
from benchmarks.peers import BARE, CONNEXION, FASTIFY, MOCKADE, PRISM, Peer
from benchmarks.startup import EXEC
from benchmarks.throughput import Runs, Tail, against

RATES = (
    ("get", PRISM, 2.5, 3.0),
    ("get", FASTIFY, 1.4, 1.8),
    ("get", BARE, 0.35, 0.45),
    ("get-other", BARE, 0.28, 0.34),
    ("get-304", BARE, 0.33, 0.42),
    ("join", PRISM, 2.0, 2.3),
    ("playtime", PRISM, 2.0, 3.0),
    ("violations", PRISM, 1.5, 2.0),
)
"""Of a work, Mockade's rate to a peer's: what it must be, and what it aims at."""

Judged = dict[str, Any]


def of_rates(runs: Runs, titles: Mapping[str, str]) -> list[Judged]:
    return [
        Mark(f"{titles[work]}: rate to {peer.name}'s", "x", must, aim).judged(against(runs, work, peer))
        for work, peer, must, aim in RATES
    ]


def of_tails(tails: Sequence[Tail]) -> list[Judged]:
    """The worst work at each number of connections."""
    found = []
    for connections in sorted({one.connections for one in tails}):
        ratios = {one.work: one.p99_to_p50 for one in tails if one.connections == connections}
        worst = max(ratios, key=lambda work: ratios[work].median)
        name = f"p99 to median at {connections} connections, the worst work ({worst})"
        found.append(Mark(name, "x", 4, 3, most=True).judged(ratios[worst]))
    return found


def of_starts(starts: Mapping[str, Sequence[float]]) -> list[Judged]:
    """Against stock Connexion, and against the quickest of those that have no framework of ours in them."""
    ours = starts.get(MOCKADE.name, ())

    def to(peer: Peer, mark: Mark) -> Judged:
        theirs = starts.get(peer.name, ())
        return mark.judged(ratio(ours, theirs) if ours and theirs else None)

    found = [to(CONNEXION, Mark("start to first answer, to stock Connexion's", "x", 1.1, 1.0, most=True))]
    not_peers = (MOCKADE.name, BARE.name, CONNEXION.name)
    rivals = [name for name in starts if name not in not_peers and starts[name]]
    if rivals:
        quickest = min(rivals, key=lambda name: figure(starts[name]).median)
        mark = Mark(f"start to first answer, to the quickest peer's ({quickest})", "x", 1.0, 1.0, most=True)
        found.append(mark.judged(ratio(ours, starts[quickest])))
    return found


def of_short_runs(runs: Mapping[str, Sequence[float]]) -> list[Judged]:
    mark = Mark(f"{EXEC}, to stock Connexion started, asked once and stopped", "x", 1.15, 1.0, most=True)
    return [mark.judged(ratio(runs[EXEC], runs[CONNEXION.name]))]


def of_memory(weights: Mapping[str, tuple[float, float, int]]) -> list[Judged]:
    rest = weights.get(MOCKADE.name)
    mark = Mark("memory at rest", "MiB", 110, 90, most=True)
    return [mark.judged(figure([rest[0]]) if rest else None)]


def of_loading(loads: Mapping[str, Sequence[float]]) -> list[Judged]:
    ours, theirs = loads.get(MOCKADE.name, ()), loads.get(PRISM.name, ())
    mark = Mark("large contract: time to load, to Prism's", "x", 0.25, 0.1, most=True)
    return [mark.judged(ratio(ours, theirs) if ours and theirs else None)]


def of_growth(records: Sequence[dict[str, Any]], inside: Sequence[dict[str, float]]) -> list[Judged]:
    """Those of the largest world are judged only where it has a million sessions."""
    million = next((one for one in inside if one["sessions"] == 1_000_000), None)

    def at_a_million(name: str, unit: str, must: float, aim: float, value: float | None) -> Judged:
        found = None if value is None else figure([value])
        return Mark(name, unit, must, aim, most=True).judged(found)

    beyond = (million["bytes"] - million["json_bytes"]) / 1000 if million else None
    slowest = max(million[f"{act}_us"] for act in ("fork", "reset", "rewind")) / 1000 if million else None
    join = Mark("create-or-join: time at 1,000,000 sessions to that at 1,000", "x", 1.3, 1.1, most=True)
    wide = Mark("GET at 64 connections: p99 to median", "x", 3, 2, most=True)
    return [
        at_a_million("an idle session beyond its own JSON, at 1,000,000", "KB", 1.5, 0.8, beyond),
        join.judged(_cost(records, "join", "1,000,000", "1,000")),
        at_a_million("fork, reset, rewind at 1,000,000 rows (the slowest)", "ms", 1, 0.1, slowest),
        wide.judged(_tail(records)),
    ]


def _cost(records: Sequence[dict[str, Any]], name: str, at: str, to: str) -> Figure | None:
    rates = {one["at"]: one["rates"] for one in records if one["axis"] == "sessions" and one["name"] == name}
    return ratio(rates[to], rates[at]) if at in rates and to in rates else None


def _tail(records: Sequence[dict[str, Any]]) -> Figure | None:
    found = next(
        (one for one in records if (one["axis"], one["at"], one["name"]) == ("connections", "64", "get")),
        None,
    )
    return Figure(**found["p99_to_p50"]) if found else None
