"""The gates of a run: what fails it. Apart from the model, for commands name them before they load it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Literal, get_args

Gate = Literal[
    "violation",
    "notice",
    "unanswered",
    "fault",
    "limitation",
    "empty",
    "never",
    "deprecated",
    "paging",
    "polling",
    "unconditional",
    "unheeded",
    "version",
]
"""What fails a command that passed. A fault is the mock's own; `violation` includes it, `notice` both and all
that stand behind `never`: notices of one rule of TRAFFIC_RULES alone. A limitation is of the mock, and no
client can mend it; empty is a run, or a shard of it, without a request."""

GATES: tuple[Gate, ...] = get_args(Gate)

DEFAULT_GATES: tuple[Gate, ...] = ("violation",)

Kind = Literal["violation", "fault", "notice", "unanswered", "limitation", "refused", "generated"]
"""What may be said of an exchange: it broke the contract, the mock was at fault, it has something legal but
suspicious, nobody answers its operation (501), the mock could not do what was asked, it was refused as
documented, its answer was generated."""

KINDS: tuple[Kind, ...] = get_args(Kind)

FAILED_BY: Mapping[Kind, frozenset[Gate]] = {
    "violation": frozenset({"violation", "notice"}),
    "fault": frozenset({"violation", "notice", "fault"}),
    "notice": frozenset({"notice"}),
    "unanswered": frozenset({"unanswered"}),
    "limitation": frozenset({"limitation"}),
    "refused": frozenset(),
    "generated": frozenset(),
}
"""By kind, the gates that fail a run which has one of it."""


def failing(gates: Collection[Gate]) -> frozenset[Kind]:
    """The kinds that fail a run with these gates."""
    return frozenset(kind for kind, by in FAILED_BY.items() if not by.isdisjoint(gates))


LIMITATIONS: frozenset[str] = frozenset({"action", "mapping", "no-body", "row", "unread", "unsupported"})
"""Rules of notices about what the mock, or the contract, cannot do: no client's change mends it."""


def kind_of_notice(where: str, rule: str) -> Literal["notice", "limitation"]:
    """Whether a notice tells of the client or the mock, by the part of the exchange and its rule."""
    return "limitation" if where == "response" or rule in LIMITATIONS else "notice"


def gated_notices(notices: Iterable[Mapping[str, Any]], gates: Collection[str]) -> list[Mapping[str, Any]]:
    """Those of the notices of a journal's entry that fail a run with these gates."""
    return [
        one for one in notices if kind_of_notice(one["where"], one["rule"]) in gates or one["rule"] in gates
    ]
