"""The steps of a thing's life, and what each of them came to."""

from __future__ import annotations

from typing import NamedTuple

CREATED = "created"
READ = "item GET"
LISTED = "in the list"
CHANGED = "PATCH or PUT"
DELETED = "DELETE and gone"
STEPS = (CREATED, READ, LISTED, CHANGED, DELETED)


class Step(NamedTuple):
    name: str
    operation: str
    why: str = ""
    """Empty where it went as it must."""


class LeftOut(Exception):
    """Nothing can be said of a collection; says why."""
