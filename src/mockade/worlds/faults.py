"""Misbehaviour on demand: rules that say which requests meet which fault, drawn from the world's seed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

from mockade.state.ids import chance


class Match(NamedTuple):
    """Which requests a rule is about: all that is given must hold, and None asks nothing.

    `operation` is an operationId, alone or behind its API's stem. `nth` counts the requests that api,
    operation and caller match, from the making of the rule; `probability` is drawn last, for each of them.
    """

    api: str | None = None
    operation: str | None = None
    caller: str | None = None
    nth: int | None = None
    probability: float | None = None

    def matches(self, api: str, operation: str, caller: str) -> bool:
        """Whether such a request is one to count."""
        return (
            self.api in (None, api)
            and self.operation in (None, operation, f"{api}.{operation}")
            and self.caller in (None, caller)
        )


class FaultAction(NamedTuple):
    """What happens to a request: it waits, and then it is answered with a status, or its answer is dropped.

    `drop` is empty (no answer), reset (neither, and rudely) or half (the real answer, cut short).
    """

    status: int | None = None
    retry_after: int | None = None
    delay_ms: int | None = None
    drop: str | None = None

    def summary(self) -> str:
        """The deed in words that follow upon who did it."""
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
    """A rule. `count` is how often it applies, None for ever; one that is used up stays and counts on."""

    id: int
    match: Match
    do: FaultAction
    count: int | None = None
    matched: int = 0
    applied: int = 0

    def applies(self, seed: int) -> bool:
        """Whether the request that was counted last meets it."""
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
    """The rules of a world, as a value, in the order in which they are tried."""

    rules: tuple[Fault, ...] = ()
    made: int = 0
    """How many there ever were; ids count on and are not given again."""

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
        """Count a request, and which rule it meets: the first that applies, or None.

        Every rule counts it that means such requests, also those behind the one that applies.
        """
        rules = []
        meets = None
        for rule in self.rules:
            if rule.match.matches(api, operation, caller):
                rule = replace(rule, matched=rule.matched + 1)
                if meets is None and rule.applies(seed):
                    meets = rule = replace(rule, applied=rule.applied + 1)
            rules.append(rule)
        return self._replace(rules=tuple(rules)), meets
