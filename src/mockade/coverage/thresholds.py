"""Thresholds: how much of the contracts has to be seen, what is left out of it, and what is missing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from mockade.coverage.document import STATES, Facts, Totals
from mockade.coverage.editing import ignoring, is_counted
from mockade.coverage.items import ITEM_KINDS
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
    """A threshold that is not reached."""

    kind: str
    wanted: float
    seen: int
    total: int
    """0 where all of the kind was left out: nothing says then that enough was seen."""
    missing: Sequence[Missing]

    @property
    def words(self) -> str:
        """The kind as messages say it."""
        return self.kind.replace("_", " ")

    def lines(self) -> Iterator[str]:
        """What was asked, what was reached, and what is missing, with the contract's lines."""
        if not self.total:
            yield (
                f"Coverage of {self.words}: {self.wanted:g} % is asked for, and there is nothing to be seen: "
                "nothing was asked of an API whose contract is known (name it with --api), or all is left "
                "out (--coverage-ignore)."
            )
            return
        reached = f"{percent(self.seen, self.total)} % ({self.seen:,} of {self.total:,})"
        yield f"Coverage of {self.words} is {reached}, and {self.wanted:g} % is asked for. Missing:"
        for one in self.missing[:MOST_LISTED]:
            yield f"  {one}"
        if len(self.missing) > MOST_LISTED:
            yield f"  … and {len(self.missing) - MOST_LISTED:,} more."


def minimum(text: str) -> dict[str, float]:
    """The thresholds that `80` (of operations) or `statuses=60,properties=40` asks for.

    Raises ValueError, with a sentence, for what is neither.
    """
    found: dict[str, float] = {}
    for part in text.split(","):
        name, equals, number = part.rpartition("=")
        kind = name.strip().lower().replace("-", "_").replace(" ", "_") if equals else ITEM_KINDS[0]
        if kind not in ITEM_KINDS:
            hint = did_you_mean(kind, ITEM_KINDS)
            raise ValueError(
                f"{name.strip()!r} is nothing that is counted. {hint} It is {', '.join(ITEM_KINDS)}."
            )
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


class Thresholds(NamedTuple):
    """The least that has to be seen of each kind, and the patterns of what is left out."""

    minimum: Minimum = MappingProxyType({})
    ignored: Sequence[str] = ()

    @classmethod
    def parse(cls, asked: Iterable[str], ignored: Sequence[str]) -> Thresholds:
        """What texts such as `80` and `statuses=60` ask for. Raises ValueError, with a sentence."""
        text = ",".join(asked)
        return cls(minimum(text) if text else {}, ignored)

    @property
    def leave_out_items(self) -> bool:
        """Whether a pattern means items, and not whole operations."""
        return any(":" in one for one in self.ignored)

    def applied(self, document: Facts, warn: Callable[[str], object]) -> tuple[Facts, tuple[Shortfall, ...]]:
        """A document with its items without what is left out, and the thresholds that it does not reach.

        `warn` is told of a pattern that means nothing in it.
        """
        left, unused = ignoring(document, self.ignored)
        for pattern in unused:
            warn(f"The pattern {pattern!r} leaves nothing out of coverage: nothing here is called so.")
        return left, tuple(_shortfalls(left, self.minimum, document["totals"]))


def _shortfalls(document: Facts, wanted: Minimum, whole: Totals) -> Iterator[Shortfall]:
    """A kind that the contracts have none of is enough; one that is left out whole is not.

    `whole` are the totals before anything was left out.
    """
    for kind, least in wanted.items():
        states = document["totals"].get(kind, {})
        seen, total = states.get(STATES[-1], 0), sum(states.values())
        had = kind == ITEM_KINDS[0] or any(whole.get(kind, {}).values()) or _is_left_out(document, kind)
        is_empty = not total and least > 0 and had
        if is_empty or seen * 100 < least * total:
            yield Shortfall(kind, least, seen, total, list(_missing(document, kind)))


def _is_left_out(document: Facts, kind: str) -> bool:
    """Whether anything of a kind is marked as left out, as in a document that was saved so."""
    for api in document["apis"]:
        for one in api["operations"]:
            for item in one.get("items", ()):
                if item["kind"] == kind and (one["ignored"] or item.get("ignored")):
                    return True
    return False


def percent(seen: int, total: int) -> str:
    """A percentage, rounded down so that 100 is all; 100 where there is nothing."""
    return f"{seen * 1000 // total / 10:g}" if total else "100"


def _missing(document: Facts, kind: str) -> Iterator[Missing]:
    for api in document["apis"]:
        for one in api["operations"]:
            if one["ignored"]:
                continue
            where = api["api"], one["operation"]
            if kind == ITEM_KINDS[0]:
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
