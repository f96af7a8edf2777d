"""Gates: how much of a contract has to be seen, and what is missing where it was not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from mockade.coverage.document import STATES, Facts
from mockade.coverage.editing import is_counted
from mockade.coverage.items import KINDS
from mockade.errors import printable
from mockade.hints import did_you_mean

MOST_LISTED = 20
"""Missing things that are listed of one kind."""

Minimum = Mapping[str, float]
"""By kind, the least percentage that has to be seen."""


class Missing(NamedTuple):
    """What was not seen."""

    api: str
    operation: str
    state: str
    name: str
    line: str

    def __str__(self) -> str:
        """`never  rallyhere.createSession  response 409  [specs/rallyhere.yaml:40:9]`."""
        return printable(f"{self.state:7}  {self.api}.{self.operation}  {self.name}  [{self.line}]")


class Shortfall(NamedTuple):
    """A gate that is not passed."""

    kind: str
    wanted: float
    seen: int
    total: int
    missing: Sequence[Missing]

    @property
    def words(self) -> str:
        """The kind as messages say it."""
        return self.kind.replace("_", " ")

    def lines(self) -> Iterator[str]:
        """What was asked, what was reached, and what is missing, with the contract's lines."""
        reached = f"{percent(self.seen, self.total)} % ({self.seen:,} of {self.total:,})"
        yield f"Coverage of {self.words} is {reached}, and {self.wanted:g} % is asked for. Missing:"
        for one in self.missing[:MOST_LISTED]:
            yield f"  {one}"
        if len(self.missing) > MOST_LISTED:
            yield f"  … and {len(self.missing) - MOST_LISTED:,} more."


def minimum(text: str) -> dict[str, float]:
    """The gates that `80` (of operations) or `statuses=60,properties=40` asks for.

    Raises ValueError, with a sentence, for what is neither.
    """
    found: dict[str, float] = {}
    for part in text.split(","):
        name, equals, number = part.rpartition("=")
        kind = name.strip().lower().replace("-", "_").replace(" ", "_") if equals else KINDS[0]
        if kind not in KINDS:
            hint = did_you_mean(kind, KINDS)
            raise ValueError(f"{name.strip()!r} is nothing that is counted. {hint} It is {', '.join(KINDS)}.")
        try:
            wanted = float(number.strip().removesuffix("%"))
        except ValueError:
            wanted = -1.0
        if not 0 <= wanted <= 100:
            example = "80, or statuses=60,properties=40"
            raise ValueError(f"{part.strip()!r} has no percentage from 0 to 100, such as {example}.")
        if kind in found:
            raise ValueError(f"{kind} stands there twice: say it once.")
        found[kind] = wanted
    return found


def shortfalls(document: Facts, wanted: Minimum) -> list[Shortfall]:
    """The gates that a document with its items does not pass; a kind that the contract has none of passes."""
    found = []
    for kind, least in wanted.items():
        states = document["totals"].get(kind, {})
        seen, total = states.get(STATES[-1], 0), sum(states.values())
        if seen * 100 < least * total:
            found.append(Shortfall(kind, least, seen, total, list(_missing(document, kind))))
    return found


def percent(seen: int, total: int) -> str:
    """A percentage, rounded down so that 100 is all; 100 where there is nothing."""
    return f"{seen * 1000 // total / 10:g}" if total else "100"


def _missing(document: Facts, kind: str) -> Iterator[Missing]:
    for api in document["apis"]:
        for one in api["operations"]:
            if one["ignored"]:
                continue
            where = api["api"], one["operation"]
            if kind == KINDS[0]:
                if one["state"] != STATES[-1]:
                    yield Missing(*where, one["state"], f"{one['method']} {one['path']}", one["line"])
                continue
            if "items" not in one and kind in one["totals"]:
                many = sum(one["totals"][kind].values())
                yield Missing(*where, one["state"], f"{many:,} {kind.replace('_', ' ')}", one["line"])
            for item in one.get("items", ()):
                if item["kind"] == kind and item["state"] != STATES[-1] and is_counted(item):
                    yield Missing(*where, item["state"], label(item), item["line"])


def label(item: Mapping[str, str]) -> str:
    """What an item is called for people: with where it stands, unless its name says that."""
    where, name = item["where"], item["name"]
    return {"statuses": where, "security": name}.get(item["kind"], f"{where} {name}")
