"""Callers, kept answers, clocks and faults in the form in which changes tell them: lists that JSON knows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import chain
from typing import Any

from mockade.state.clock import Clock
from mockade.worlds.fault_match import Match, Rate
from mockade.worlds.faults import Delay, Fault, FaultAction, Faults, Lognormal, Uniform

FEW_PERMISSIONS = 4
"""So many permissions of a caller are told each time, more of them once in a message at most."""

_KEPT_SETS = 256


def number_form(value: float) -> float | str:
    """A number as JSON: what is not finite is a text, such as -inf."""
    return value if math.isfinite(value) else repr(value)


def number_of(form: float | str) -> float:
    return float(form) if isinstance(form, str) else form


def clock_form(clock: Clock) -> list[float | str]:
    return [number_form(one) for one in (clock.world_time, clock.wall, clock.rate, clock.limit)]


def clock_of(form: Sequence[float | str]) -> Clock:
    return Clock(*map(number_of, form))


@lru_cache(_KEPT_SETS)
def permissions_form(permissions: frozenset[str]) -> tuple[str, ...]:
    """Sorted, so that equal ones are written as equal bytes."""
    return tuple(sorted(permissions))


@lru_cache(_KEPT_SETS)
def permissions_of(form: tuple[str, ...]) -> frozenset[str]:
    """One set for all callers of the same permissions: there may be many callers."""
    return frozenset(form)


def headers_form(headers: Sequence[tuple[bytes, bytes]]) -> tuple[list[int], list[bytes]]:
    """The lengths of all names and values, and these."""
    parts = list(chain.from_iterable(headers))
    return list(map(len, parts)), parts


def headers_of(lengths: Sequence[int], data: bytes, at: int) -> tuple[list[tuple[bytes, bytes]], int]:
    """The headers whose names and values begin at a place of the data, and where they end."""
    parts = []
    for length in lengths:
        parts.append(data[at : at + length])
        at += length
    return list(zip(parts[::2], parts[1::2], strict=True)), at


def faults_form(old: Faults, new: Faults) -> list[Any]:
    """What is new of a world's rules: how many there ever were, the ids of those that went, those that came
    or changed, and the ids of all in order where that does not follow.
    """
    known = {rule.id: rule for rule in old.rules}
    changed = [_rule_form(rule, known.get(rule.id)) for rule in new.rules if rule is not known.get(rule.id)]
    ids = [rule.id for rule in new.rules]
    gone = sorted(known.keys() - ids)
    expected = [id for id in known if id not in gone] + [id for id in ids if id not in known]
    return [new.made, gone, changed, None if expected == ids else ids]


def faults_of(form: Sequence[Any], old: Faults) -> Faults:
    """The rules that a form tells, which was made of `old`. Raises KeyError where it was made of others."""
    made, gone, changed, ids = form
    rules = {rule.id: rule for rule in old.rules}
    for id in gone:
        del rules[id]
    for id, *facts in changed:
        rules[id] = _new_rule(id, *facts) if len(facts) > _COUNTERS else _counted(rules[id], *facts)
    return Faults(tuple(rules.values() if ids is None else (rules[id] for id in ids)), made)


_COUNTERS = 4
_RATE = Match._fields.index("rate")
_DELAY = FaultAction._fields.index("delay_ms")


def _rule_form(rule: Fault, was: Fault | None) -> list[Any]:
    """The id and the counters, and the rule itself where it is new."""
    counters = [rule.id, rule.matched, rule.applied, number_form(rule.opened), rule.taken]
    # The same objects and not equal ones: to a body's condition 1 is not true.
    if was is not None and rule.match is was.match and rule.do is was.do and rule.count == was.count:
        return counters
    return [*counters, rule.count, _match_form(rule.match), _action_form(rule.do)]


def _match_form(match: Match) -> list[Any]:
    headers = dict(match.headers) if match.headers is not None else None
    body = dict(match.body) if match.body is not None else None
    rate = list(match.rate) if match.rate is not None else None
    first = [match.api, match.operation, match.caller, match.path, headers, body, match.nth]
    return [*first, rate, match.probability]


def _action_form(do: FaultAction) -> list[Any]:
    form: list[Any] = [*do]
    if isinstance(do.delay_ms, Delay):
        form[_DELAY] = [*do.delay_ms]
    return form


def _counted(rule: Fault, matched: int, applied: int, opened: float | str, taken: int) -> Fault:
    return replace(rule, matched=matched, applied=applied, opened=number_of(opened), taken=taken)


def _new_rule(
    id: int,
    matched: int,
    applied: int,
    opened: float | str,
    taken: int,
    count: int | None,
    match: Sequence[Any],
    do: Sequence[Any],
) -> Fault:
    facts = [*match]
    facts[_RATE] = Rate(*facts[_RATE]) if facts[_RATE] is not None else None
    done = [*do]
    done[_DELAY] = _delay_of(done[_DELAY])
    return Fault(id, Match(*facts), FaultAction(*done), count, matched, applied, number_of(opened), taken)


def _delay_of(form: Any) -> int | Delay | None:
    if not isinstance(form, list):
        found: int | None = form
        return found
    return (Uniform if form[0] == "uniform" else Lognormal)(*form)
