"""What of the contracts was tried, as the tree that reports draw: APIs, operations, kinds, items."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from mockade.coverage.thresholds import percent

MOST_ITEMS = 5_000
"""Items that a tree shows; of further operations only the sums."""

MOST_OF_ONE = 300
"""Items that it shows of one operation: what was never seen comes first."""

_OUT = "out of reach"
_LEFT_OUT = "left out"
_STATES = ("never", "refused", "seen", _OUT, _LEFT_OUT)
"""In the order in which items are listed."""


class Bar(NamedTuple):
    """How much of a kind was tried."""

    kind: str
    seen: int
    refused: int
    never: int

    @property
    def total(self) -> int:
        return self.seen + self.refused + self.never

    @property
    def percent(self) -> str:
        """As thresholds say it."""
        return percent(self.seen, self.total)


class Branch(NamedTuple):
    """An API, an operation, or the items of a kind, with what is below."""

    name: str
    about: str
    state: str
    bars: list[Bar]
    line: str
    below: list[Branch]
    left_out: int = 0


def coverage_tree(coverage: Mapping[str, Any]) -> Branch:
    """The tree of a coverage document."""
    left = MOST_ITEMS
    apis = []
    for api in coverage["apis"]:
        operations = []
        for operation in api["operations"]:
            branch = _operation(operation, left)
            left -= sum(len(kind.below) for kind in branch.below)
            operations.append(branch)
        apis.append(Branch(api["api"], api.get("title") or "", "", bars(api["totals"]), "", operations))
    return Branch("All APIs", "", "", bars(coverage["totals"]), "", apis)


def bars(totals: Mapping[str, Mapping[str, int]]) -> list[Bar]:
    return [
        Bar(kind.replace("_", " "), one.get("seen", 0), one.get("refused", 0), one.get("never", 0))
        for kind, one in totals.items()
    ]


def _operation(operation: Mapping[str, Any], left: int) -> Branch:
    items = operation.get("items") or []
    # Of an operation that was never asked, nothing was: its sums say it.
    shown = sorted(items, key=_order) if operation["state"] != "never" else []
    shown = shown[: max(0, min(left, MOST_OF_ONE))]
    about = f"{operation['method']} {operation['path']}"
    if operation.get("ignored"):
        about += ", left out of the totals"
    return Branch(
        operation["operation"],
        about,
        operation["state"],
        bars({kind: one for kind, one in operation["totals"].items() if kind != "operations"}),
        operation.get("line") or "",
        list(_kinds(operation["totals"], shown)),
        len(items) - len(shown) if operation["state"] != "never" else 0,
    )


def _state(item: Mapping[str, Any]) -> str:
    if item.get("ignored"):
        return _LEFT_OUT
    state: str = item["state"]
    return _OUT if item.get("out_of_reach") and state == "never" else state


def _order(item: Mapping[str, Any]) -> int:
    return _STATES.index(_state(item))


def _kinds(kinds: Iterable[str], items: Iterable[Mapping[str, Any]]) -> Iterator[Branch]:
    """The items by kind, in the order in which the totals have them."""
    by_kind: dict[str, list[Branch]] = {kind: [] for kind in kinds}
    for one in items:
        leaf = Branch(str(one["name"]), one["where"], _state(one), [], one.get("line") or "", [])
        by_kind.setdefault(one["kind"], []).append(leaf)
    for kind, leaves in by_kind.items():
        if leaves:
            yield Branch(kind.replace("_", " "), f"{len(leaves)}", "", [], "", leaves)
