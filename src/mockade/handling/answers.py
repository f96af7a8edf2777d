"""The forms of what a module says: answers, and the behaviour that fixtures can switch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

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


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer with a status or headers; a `Content-Type` chooses one of the documented media types."""

    body: Any = None
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


def etag(body: Any) -> str:
    """The entity tag of an answer's body: equal bodies have equal tags."""
    return fingerprint(orjson.dumps(body))
