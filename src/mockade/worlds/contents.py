"""What a world starts with, and everything of it that calls change, as immutable values."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from mockade.state.state import State
from mockade.worlds.faults import Faults

_NO_SNAPSHOTS: Mapping[str, State] = MappingProxyType({})


class Baseline(NamedTuple):
    """What a world starts with, and what a reset brings back."""

    state: State
    faults: Faults = Faults()


class Contents(NamedTuple):
    """Everything of a world that calls change: what another process needs to go on with it."""

    state: State
    faults: Faults = Faults()
    snapshots: Mapping[str, State] = _NO_SNAPSHOTS
    """By name, the newest last."""
    generated: int = 0
    """How many answers were generated that differ from the others."""
