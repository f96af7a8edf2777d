"""The gates of a run: what fails it. Apart from the model, for commands name them before they load it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Literal, get_args

Gate = Literal[
    "violation",
    "notice",
    "unanswered",
    "fault",
    "never",
    "deprecated",
    "paging",
    "polling",
    "unconditional",
    "unheeded",
    "version",
]
"""What fails a command that passed. A fault is the mock's own; `violation` includes it, `notice` both and all
that stand behind `never`: notices of one rule of TRAFFIC_RULES alone."""

GATES: tuple[Gate, ...] = get_args(Gate)

DEFAULT_GATES: tuple[Gate, ...] = ("violation",)

Kind = Literal["violation", "fault", "notice", "unanswered", "refused", "generated"]
"""What may be said of an exchange: it broke the contract, the mock was at fault, it has something legal but
suspicious, nobody answers its operation (501), it was refused as documented, its answer was generated."""

KINDS: tuple[Kind, ...] = get_args(Kind)

FAILED_BY: Mapping[Kind, frozenset[Gate]] = {
    "violation": frozenset({"violation", "notice"}),
    "fault": frozenset({"violation", "notice", "fault"}),
    "notice": frozenset({"notice"}),
    "unanswered": frozenset({"unanswered"}),
    "refused": frozenset(),
    "generated": frozenset(),
}
"""By kind, the gates that fail a run which has one of it."""


def failing(gates: Collection[Gate]) -> frozenset[Kind]:
    """The kinds that fail a run with these gates."""
    return frozenset(kind for kind, by in FAILED_BY.items() if not by.isdisjoint(gates))
