"""The page's first table: what must hold, and what was measured."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from benchmarks.corpus.steps import CHANGED, CREATED, DELETED, LISTED, READ
from benchmarks.corpus.tally import ALL, UP
from benchmarks.corpus.verdicts import ANSWERED, BROKE, FAULT, UNKNOWN, VERDICTS
from benchmarks.report import table

_STEPS = {
    CREATED: ("POST on a collection with an item path creates", "95 %"),
    READ: ("then: the item GET answers it", "98 %"),
    LISTED: ("then: it is in the list", "98 %"),
    CHANGED: ("then: PATCH or PUT changes it", "98 %"),
    DELETED: ("then: DELETE, and it is gone", "98 %"),
}


def marks(sums: Mapping[str, Any], peers: Mapping[str, Any] | None) -> str:
    rows = [["contracts that start, as published", "99 %", share(sums["started"], sums["contracts"])]]
    for name in (ALL, UP):
        counts = sums["verdicts"][name]["without an item parameter"]
        what = f"operations without an item parameter answered ({name})"
        must = "98 %" if name == ALL else ""
        rows.append([what, must, share(counts[ANSWERED], sum(counts.values()))])
    rows += [*_all_operations(sums), *_lifecycles(sums), *_faults(sums)]
    made = sums["generated"]
    valid = f"{share(made['valid'], made['answers'])} of {made['answers']}"
    rows.append(["generated answers that are valid", "99.9 %", valid])
    to_bundled = str(sums["costs"]["to_bundled"] or "-")
    rows.append(["median start to the bundled three's, processor", "1.1", to_bundled])
    if peers:
        rows += [
            [f"GETs answered 2xx and valid, of {peers['gets']}", "first", _beside(peers, "gets")],
            [
                f"all operations answered 2xx and valid, of {peers['asked']}",
                "first",
                _beside(peers, "verdicts"),
            ],
        ]
    return table(["mark", "must", "measured"], rows)


def share(part: float, whole: float) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "-"


def _all_operations(sums: Mapping[str, Any]) -> list[list[str]]:
    counts = sums["verdicts"][ALL]["operations"]
    whole = sum(counts.values()) - counts[UNKNOWN]
    what = f"all operations answered ({ALL}), but {counts[UNKNOWN]:,} for which no id is known"
    return [[what, "97 %", f"{share(counts[ANSWERED], whole)} of {whole:,}"]]


def _lifecycles(sums: Mapping[str, Any]) -> list[list[str]]:
    steps = sums["lifecycles"]["steps"]
    return [
        [what, must, f"{share(steps[name]['good'], steps[name]['of'])} of {steps[name]['of']:,}"]
        for name, (what, must) in _STEPS.items()
    ]


def _faults(sums: Mapping[str, Any]) -> list[list[str]]:
    counts = sums["verdicts"][UP]["operations"]
    asked = sum(counts[name] for name in VERDICTS[:5])
    return [
        [
            "answers that break their contract, and 5xx other than 501",
            "0.1 %",
            share(counts[BROKE] + counts[FAULT], asked),
        ],
        [
            "5xx other than 501, of all answers, lifecycles too",
            "0.1 %",
            f"{100 * sums['faults'] / (sums['sent'] or 1):.2f} % of {sums['sent']:,}",
        ],
    ]


def _beside(peers: Mapping[str, Any], kind: str) -> str:
    good = {name: one.get(kind, {}).get(ANSWERED, 0) for name, one in peers["who"].items()}
    return ", ".join(f"{name} {count}" for name, count in good.items())
