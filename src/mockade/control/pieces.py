"""Answers of the control API that are long: made in slices, and sent in pieces."""

from __future__ import annotations

from typing import Any

from mockade.handling import Reply
from mockade.snapshots.writer import bare, json_pieces
from mockade.state.state import State
from mockade.worlds.slices import Pieces, Slices, collected


def in_pieces(answer: dict[str, Any]) -> Slices[Reply]:
    """An answer with Elements in it, each of which is known to be what the contract has there."""
    return Reply(Pieces(bare(answer), (yield from collected(json_pieces(answer)))))


def all_made(state: State) -> Slices[None]:
    """Make the tables that the state starts with and that nobody has asked for yet."""
    for name in state.start.names():
        if name not in state.tables:
            state.table(*name)
            yield
