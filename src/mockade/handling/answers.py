"""The forms of what a module says: answers, and the behaviour that fixtures can switch."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import UUID

import orjson

from mockade.state.ids import fingerprint


class Switch(NamedTuple):
    """A behaviour that the vendor does not document: the assumed value, the reason, and the possible values.

    Fixtures set it under `behaviour:`. `choices` empty means any value of the default's type.
    """

    name: str
    default: Any
    reason: str
    choices: tuple[Any, ...] = ()
    vet: Callable[[Any], str] | None = None
    """Says what a value of that type would have to be, where it cannot be taken; empty where it can."""


def at_least(least: int) -> Callable[[Any], str]:
    """For a Switch: no number below `least`."""
    return lambda value: "" if value >= least else f"a whole number from {least}"


def a_uuid(value: Any) -> str:
    """For a Switch: only a UUID."""
    try:
        UUID(value)
    except ValueError:
        return "a UUID, as f0000000-0000-4000-8000-000000000001"
    return ""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer with a status or headers; a `Content-Type` chooses one of the documented media types."""

    body: Any = None
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Wait:
    """A handler's answer that there is none yet: the call ends without a change, and runs again.

    It does so when rows of the collection change, or with an index when others are filed there under the
    value. After so many seconds since the first time, by the world's clock or the machine's, it runs for the
    last time, with `call.timed_out`.
    """

    collection: str
    seconds: float
    index: str = ""
    value: Hashable = None
    memo: Any = None
    """What the call is to find as `call.memo` when it runs again; a world that is set back forgets it."""


def etag(body: Any) -> str:
    """The entity tag of an answer's body: equal bodies have equal tags."""
    return fingerprint(orjson.dumps(body))
