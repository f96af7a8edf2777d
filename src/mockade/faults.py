"""Misbehaviour on demand: rules that say which requests meet which fault, drawn from the world's seed."""

from __future__ import annotations

from typing import NamedTuple


class Faults(NamedTuple):
    """The rules of a world, as a value."""
