"""Faults on demand: the rules of a world that say which requests meet which fault."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from statistics import NormalDist
from typing import Literal, NamedTuple

from mockade.state.ids import chance
from mockade.worlds.fault_match import FaultRequest, Match

LONGEST_DELAY = 600_000
"""Milliseconds that a request may be made to wait."""


class Uniform(NamedTuple):
    """Whole milliseconds from `lower` to `upper`, each as likely as the other."""

    distribution: Literal["uniform"]
    lower: int
    upper: int

    def at(self, share: float) -> int:
        """The milliseconds below which that share of all delays lies; `share` is in [0, 1)."""
        return self.lower + int(share * (self.upper - self.lower + 1))


class Lognormal(NamedTuple):
    """Milliseconds with a `median`; `sigma` is the standard deviation of their logarithm."""

    distribution: Literal["lognormal"]
    median: float
    sigma: float

    def at(self, share: float) -> int:
        """The milliseconds below which that share of all delays lies; `share` is in [0, 1)."""
        deviation = NormalDist().inv_cdf(min(max(share, 1e-9), 1 - 1e-9))
        return min(round(self.median * math.exp(self.sigma * deviation)), LONGEST_DELAY)


Delay = Uniform | Lognormal
"""A distribution of which delays are drawn."""

Drop = Literal["empty", "reset", "half"]
"""How a connection is dropped: closed without an answer, TCP reset, or the real answer cut short."""


class FaultAction(NamedTuple):
    """What a fault does: delays a request, then answers it with a status, slowly, or drops its connection.

    `bandwidth` is in bytes of the answer's body a second.
    """

    status: int | None = None
    retry_after: int | None = None
    delay_ms: int | Delay | None = None
    bandwidth: int | None = None
    drop: Drop | None = None
    example: str | None = None
    """With a status: the name of one of the examples that the contract has of it."""

    def summary(self) -> str:
        """What was done, as a predicate: "waited 20 ms and reset the connection"."""
        done = [f"waited {self.delay_ms} ms"] if isinstance(self.delay_ms, int) else []
        if self.status is not None:
            named = f", example {self.example}," if self.example is not None else ""
            done.append(f"answered {self.status}{named} instead of asking anybody")
        if self.drop is not None:
            done.append(_DROPS[self.drop])
        if self.bandwidth is not None:
            done.append(f"sent {self.bandwidth:,} bytes a second")
        return " and ".join(done)


_DROPS: Mapping[Drop, str] = {
    "empty": "closed the connection without an answer",
    "reset": "reset the connection",
    "half": "cut the answer short",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """A rule. `count` is how often it applies, None for ever; a rule that is used up goes on counting.

    `opened` is when the window of its rate began, by the world's clock, and `taken` what has come in it.
    """

    id: int
    match: Match
    do: FaultAction
    count: int | None = None
    matched: int = 0
    applied: int = 0
    opened: float = -math.inf
    taken: int = 0

    def counted(self, now: float) -> Fault:
        """With one more request that it matches."""
        rate = self.match.rate
        if rate is None:
            return replace(self, matched=self.matched + 1)
        is_open = self.opened <= now < self.opened + rate.seconds
        opened, taken = (self.opened, self.taken) if is_open else (now, 0)
        return replace(self, matched=self.matched + 1, opened=opened, taken=taken + 1)

    def applies(self, seed: int) -> bool:
        """Whether it applies to the request that was counted last."""
        match = self.match
        return (
            (self.count is None or self.applied < self.count)
            and match.nth in (None, self.matched)
            and (match.rate is None or self.taken > match.rate.limit)
            and (
                match.probability is None or chance(seed, "fault", self.id, self.matched) < match.probability
            )
        )

    def drawn(self, seed: int, now: float) -> Fault:
        """As it applies to the request that was counted last: its delay drawn, the end of its window told."""
        do, rate = self.do, self.match.rate
        if isinstance(do.delay_ms, Delay):
            do = do._replace(delay_ms=do.delay_ms.at(chance(seed, "delay", self.id, self.matched)))
        if rate is not None and do.status is not None and do.retry_after is None:
            do = do._replace(retry_after=max(1, math.ceil(self.opened + rate.seconds - now)))
        return replace(self, do=do)

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

    def asks_for_body(self, request: FaultRequest) -> bool:
        """Whether a rule looks at the body of such a request."""
        return any(rule.match.body is not None and rule.match.matches_head(request) for rule in self.rules)

    def match(self, request: FaultRequest, seed: int) -> tuple[Faults, Fault | None]:
        """The rules after counting a request, and the first that applies to it, or None.

        Every rule that matches the request counts it, also those behind the one that applies.
        """
        rules = []
        applied = None
        for rule in self.rules:
            if rule.match.matches(request):
                rule = rule.counted(request.now)
                if applied is None and rule.applies(seed):
                    rule = replace(rule, applied=rule.applied + 1)
                    applied = rule.drawn(seed, request.now)
            rules.append(rule)
        return self._replace(rules=tuple(rules)), applied
