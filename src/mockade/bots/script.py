"""A script: who plays, and what they do, step by step."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mockade.bots.expressions import Condition, Expression
from mockade.contract.operations import Operation
from mockade.errors import Place


@dataclass(frozen=True, slots=True)
class Call:
    """One request, of an operation of the contract."""

    place: Place
    operation: Operation
    parameters: Mapping[str, Any]
    """By name; the values may hold expressions, here and in what follows."""
    body: Any
    """ABSENT where none is sent."""
    media_type: str
    """Of the body; empty where there is none."""
    expect: tuple[str, ...]
    """The statuses with which the script goes on: 200, 4XX."""
    outputs: Mapping[str, Any]
    credentials: Mapping[str, Any]
    """By security scheme, what the player sends for it from then on."""

    def expects(self, status: int) -> bool:
        return str(status) in self.expect or f"{status // 100}XX" in self.expect


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing, for so many seconds of the world's time, drawn where the two differ."""

    least: float
    most: float


@dataclass(frozen=True, slots=True)
class Chance:
    """Steps that are done with a probability, and others else."""

    probability: float
    steps: Sequence[Step]
    otherwise: Sequence[Step]


@dataclass(frozen=True, slots=True)
class If:
    """Steps that are done where a condition holds, and others else."""

    condition: Condition
    steps: Sequence[Step]
    otherwise: Sequence[Step]


@dataclass(frozen=True, slots=True)
class Repeat:
    """Steps that are done so many times; None: until the player is told to leave."""

    times: int | None
    steps: Sequence[Step]


@dataclass(frozen=True, slots=True)
class ForEach:
    """Steps that are done for each item of a list, or each member of an object."""

    items: Expression
    name: str
    """The output that holds it meanwhile."""
    steps: Sequence[Step]


@dataclass(frozen=True, slots=True)
class Pick:
    """Outputs that are drawn, each out of a list or the members of an object; null out of none."""

    place: Place
    outputs: Mapping[str, Expression | list[Any]]
    """A list holds the values themselves, which may hold expressions."""


@dataclass(frozen=True, slots=True)
class Set:
    """Outputs that are given values; null where an expression stands for nothing."""

    place: Place
    outputs: Mapping[str, Any]


Step = Call | Wait | Chance | If | Repeat | ForEach | Pick | Set


@dataclass(frozen=True, slots=True)
class Minted:
    """A credential that is made over the control API for each player."""

    place: Place
    api: str
    facts: Mapping[str, Any]
    """As `mockade.client.Remote.credentials.mint` takes them."""


@dataclass(frozen=True, slots=True)
class Roster:
    """Who plays."""

    count: int
    names: Sequence[str] = ()
    """Of the first players; the others are called by their numbers."""
    credentials: Mapping[str, str | Sequence[str] | Minted] = field(default_factory=dict)
    """By security scheme: a secret for all, one for each, or one that is made."""

    def name(self, number: int) -> str:
        """The name of a player; numbers count from 1."""
        return self.names[number - 1] if number <= len(self.names) else f"player-{number}"


@dataclass(frozen=True, slots=True)
class Script:
    """What a file says. The steps of `leave` are what a player does when it is over."""

    file: str
    roster: Roster
    steps: Sequence[Step]
    leave: Sequence[Step]

    @property
    def apis(self) -> frozenset[str]:
        """The APIs that it calls, by stem."""
        return frozenset(call.operation.api for call in calls([*self.steps, *self.leave]))


def every_step(steps: Sequence[Step]) -> Iterator[Step]:
    """Steps, and those in them, in the order of the file."""
    for step in steps:
        yield step
        if isinstance(step, Chance | If | Repeat | ForEach):
            yield from every_step(step.steps)
        if isinstance(step, Chance | If):
            yield from every_step(step.otherwise)


def calls(steps: Sequence[Step]) -> list[Call]:
    """All calls in steps, those in their steps too."""
    return [step for step in every_step(steps) if isinstance(step, Call)]


def takes_time(step: Step) -> bool:
    """Whether a step waits, or goes on for ever; those in it are not looked at."""
    return isinstance(step, Wait) or (isinstance(step, Repeat) and step.times is None)


def least_seconds(steps: Sequence[Step]) -> float:
    """How much of the world's time steps take at least."""
    return sum(map(_least_of, steps))


def _least_of(step: Step) -> float:
    if isinstance(step, Wait):
        return step.least
    if isinstance(step, Chance | If):
        return min(least_seconds(step.steps), least_seconds(step.otherwise))
    if isinstance(step, Repeat):
        return least_seconds(step.steps) * step.times if step.times is not None else math.inf
    return 0.0
