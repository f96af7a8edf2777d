"""Faults on demand: the rules of a world that say which requests meet which fault."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

from mockade.state.ids import chance


class Match(NamedTuple):
    """The requests that a rule matches: all conditions must hold, and None is no condition.

    `operation` is an operationId, alone or behind its API's stem. `nth` counts the requests that `api`,
    `operation` and `caller` match since the rule was made; `probability` is drawn last, for each of them.
    """

    api: str | None = None
    operation: str | None = None
    caller: str | None = None
    nth: int | None = None
    probability: float | None = None

    def matches(self, api: str, operation: str, caller: str) -> bool:
        """Whether such a request is to be counted."""
        return (
            self.api in (None, api)
            and self.operation in (None, operation, f"{api}.{operation}")
            and self.caller in (None, caller)
        )


class FaultAction(NamedTuple):
    """What a fault does: delays a request, then answers it with a status or drops its connection.

    `drop` is empty (closed without an answer), reset (TCP reset) or half (the real answer, cut short).
    """

    status: int | None = None
    retry_after: int | None = None
    delay_ms: int | None = None
    drop: str | None = None

    def summary(self) -> str:
        """What was done, as a predicate: "waited 20 ms and reset the connection"."""
        done = [f"waited {self.delay_ms} ms"] if self.delay_ms is not None else []
        if self.status is not None:
            done.append(f"answered {self.status} instead of asking anybody")
        if self.drop is not None:
            done.append(_DROPS[self.drop])
        return " and ".join(done)


_DROPS = {
    "empty": "closed the connection without an answer",
    "reset": "reset the connection",
    "half": "cut the answer short",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """A rule. `count` is how often it applies, None for ever; a rule that is used up goes on counting."""

    id: int
    match: Match
    do: FaultAction
    count: int | None = None
    matched: int = 0
    applied: int = 0

    def applies(self, seed: int) -> bool:
        """Whether it applies to the request that was counted last."""
        match = self.match
        return (
            (self.count is None or self.applied < self.count)
            and match.nth in (None, self.matched)
            and (
                match.probability is None or chance(seed, "fault", self.id, self.matched) < match.probability
            )
        )

    def sentence(self) -> str:
        """A sentence for the journal."""
        return f"Fault {self.id} {self.do.summary()}."


class Faults(NamedTuple):
    """The rules of a world, as an immutable value, in the order in which they are tried."""

    rules: tuple[Fault, ...] = ()
    made: int = 0
    """How many there ever were: ids are not used again."""

    def add(self, match: Match, do: FaultAction, count: int | None = None) -> Faults:
        """With one more rule, the last."""
        number = self.made + 1
        return Faults((*self.rules, Fault(number, match, do, count)), number)

    def remove(self, number: int) -> Faults:
        """Without the rule of that id. Raises KeyError when it is not there."""
        rest = tuple(rule for rule in self.rules if rule.id != number)
        if len(rest) == len(self.rules):
            raise KeyError(number)
        return self._replace(rules=rest)

    def cleared(self) -> Faults:
        """Without any rule."""
        return self._replace(rules=())

    def match(self, api: str, operation: str, caller: str, seed: int) -> tuple[Faults, Fault | None]:
        """The rules after counting a request, and the first that applies to it, or None.

        Every rule that matches the request counts it, also those behind the one that applies.
        """
        rules = []
        applied = None
        for rule in self.rules:
            if rule.match.matches(api, operation, caller):
                rule = replace(rule, matched=rule.matched + 1)
                if applied is None and rule.applies(seed):
                    applied = rule = replace(rule, applied=rule.applied + 1)
            rules.append(rule)
        return self._replace(rules=tuple(rules)), applied
