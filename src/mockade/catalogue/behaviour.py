"""An API's behaviour: the switches of its module, set by its fixtures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from mockade.catalogue.fixtures import Fixtures
from mockade.errors import Finding
from mockade.handling import Switch
from mockade.hints import did_you_mean

LARGEST_SWITCH = 2**53
"""Whole numbers beyond it are no longer exact everywhere; as seconds they are 285 million years."""

_KINDS: dict[type, str] = {int: "a whole number", bool: "true or false", str: "text"}


def read_behaviour(
    switches: Sequence[Switch], fixtures: Fixtures, findings: list[Finding]
) -> Mapping[str, Any]:
    """Each switch's value by name, the fixtures' or its default; adds a finding for each wrong value."""
    known = {switch.name: switch for switch in switches}
    values = {switch.name: switch.default for switch in switches}
    for name, value in fixtures.behaviour.items():
        switch = known.get(name)
        if switch is None:
            message, mend = f"There is no behaviour {name!r}.", did_you_mean(name, known)
        else:
            message, mend = _fault(switch, value)
        if message:
            findings.append(Finding(fixtures.place("behaviour", name), message, mend, "behaviour"))
        else:
            values[name] = value
    return MappingProxyType(values)


def _fault(switch: Switch, value: Any) -> tuple[str, str]:
    """Why a switch cannot have a value, and what to do; both empty when it can."""
    # To the letter: 200.0 is not 200, nor is 1 true.
    if switch.choices and not any(type(value) is type(one) and value == one for one in switch.choices):
        choices = ", ".join(str(choice) for choice in switch.choices)
        return f"{switch.name} cannot be {value!r}.", f"It can be: {choices}."
    if not switch.choices and type(value) is not type(switch.default):
        kind = _KINDS.get(type(switch.default), type(switch.default).__name__)
        return f"{switch.name} takes {kind}, not {value!r}.", ""
    if isinstance(value, int) and abs(value) > LARGEST_SWITCH:
        return f"{switch.name} is at most {LARGEST_SWITCH}.", ""
    if isinstance(value, list):
        wrong = [one for one in value if type(one) not in {type(known) for known in switch.default}]
        if switch.default and wrong:
            kind = _KINDS.get(type(switch.default[0]), type(switch.default[0]).__name__)
            return f"Each of {switch.name} is {kind}, not {wrong[0]!r}.", ""
    wanted = switch.vet(value) if switch.vet is not None else ""
    if wanted:
        return f"{switch.name} cannot be {value!r}.", f"It is {wanted}."
    return "", ""
