"""An act in a line: when, who, what, and what came of it; of what is kept, texts and numbers are shown."""

from __future__ import annotations

from mockade.bots.player import Act
from mockade.catalogue.secret_names import names_secret
from mockade.contract.schemes import REDACTED
from mockade.contract.style_writer import text_of
from mockade.state.clock import timestamp

_LONGEST = 40
"""Characters of an output that a line shows."""


def line(act: Act) -> str:
    """`2026-01-05T12:00:05.000Z  Bo  create_or_join_session 200  session=casual-1`."""
    scalars = {name: one for name, one in act.outputs.items() if isinstance(one, str | int | float)}
    outputs = [f"{name}={_shown(name, value)}" for name, value in scalars.items()]
    return "  ".join([timestamp(act.moment), act.player, f"{act.operation} {act.status}", *outputs])


def _shown(name: str, value: object) -> str:
    if names_secret(name):
        return REDACTED
    text = text_of(value)
    return f"{text[:_LONGEST]}…" if len(text) > _LONGEST else text
