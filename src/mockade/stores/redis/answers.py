"""What a Redis answers, and how it is asked, in the words of `stores/interface.py`."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any

from mockade.stores.interface import Answer, Behind, Busy, Committed, Gone, LoadedWorld
from mockade.stores.redis import scripts


def loaded(found: list[Any] | None) -> LoadedWorld | None:
    """What LOAD answers."""
    if not found:
        return None
    epoch, version, numbered, baseline, snapshot, changes = found
    return LoadedWorld(epoch.decode(), int(version), baseline, snapshot, changes, int(numbered))


def committed(answer: list[Any]) -> Answer:
    """What COMMIT and CHECK answer."""
    outcome, *facts = answer
    if outcome == scripts.DONE:
        return Committed(*facts)
    if outcome == scripts.BEHIND:
        return Behind(facts[0])
    return Busy() if outcome == scripts.BUSY else Gone()


def why(error: Exception) -> str:
    """What is wrong, as the end of a sentence."""
    return str(error).rstrip(".") or type(error).__name__


async def answer_of(asked: Awaitable[Any] | Any) -> Any:
    """redis-py types what it answers as of both of its clients."""
    return await asked
