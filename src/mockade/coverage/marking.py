"""Marks what values show of what is documented; what is marked already is not looked for again."""

from __future__ import annotations

from typing import Any

from mockade.coverage.items import SchemaItems, key_of

NEVER, REFUSED, SEEN = 0, 1, 2
"""The states of an item; a greater one stands."""

MOST_VALUES = 20_000
"""Values that are looked at inside one: some ten milliseconds. What lies behind them is not counted."""


def is_done(states: bytearray, first: int, end: int, state: int) -> bool:
    """Whether nothing from one number to before another is less than `state`."""
    if state == REFUSED:
        return states.find(NEVER, first, end) < 0
    return states.count(SEEN, first, end) == end - first


def mark_value(schema: SchemaItems, value: Any, states: bytearray, state: int) -> bool:
    """Mark what a value shows of its schema; whether all of it was looked at."""
    pending = [(schema, value)]
    left = MOST_VALUES
    while pending and left:
        schema, value = pending.pop()
        left -= 1
        if is_done(states, schema.first, schema.end, state):
            continue
        if schema.values:
            number = schema.values.get(key_of(value))
            if number is not None:
                states[number] = max(states[number], state)
        for judge, number, below in schema.branches:
            if is_done(states, number, number + 1, state) and is_done(states, below.first, below.end, state):
                continue
            if judge.is_valid(value):
                states[number] = max(states[number], state)
                pending.append((below, value))
        if isinstance(value, dict):
            for name, (number, below) in schema.properties.items():
                if name in value:
                    states[number] = max(states[number], state)
                    pending.append((below, value[name]))
            for others in schema.others:
                for name, member in value.items():
                    if others.holds(name):
                        states[others.number] = max(states[others.number], state)
                        pending.append((others.schema, member))
        elif isinstance(value, list):
            behind = len(schema.first_elements)
            pending += zip(schema.first_elements, value, strict=False)
            if schema.elements is not None:
                pending += ((schema.elements, one) for one in value[behind:])
    return not pending
