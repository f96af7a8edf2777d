"""What the middleware of one request share, carried in the ASGI scope from the first to the last."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from mockade.catalogue.answerers import Answerer
from mockade.catalogue.api import Api
from mockade.contract.operations import Operation
from mockade.handling import Caller, Refusal
from mockade.worlds.faults import Fault
from mockade.worlds.journal import Exchange
from mockade.worlds.world import World

CONTEXT_KEY = "mockade"
"""Where the visit stands in the scope."""


class Preference(NamedTuple):
    """The documented answer that a caller asked for; without an `example` any that fits."""

    status: int
    example: str | None
    applied: str
    """What `Preference-Applied` says."""


NOBODY = Caller("")


@dataclass(slots=True)
class RequestContext:
    """One request on its way through the rooms; each room fills in what it knows."""

    world: World
    exchange: Exchange
    own: bool = False
    """Whether it is for Mockade's own pages or its control API: no business of a journal."""
    astray: Refusal | None = None
    """Why the world that it chose cannot be had."""
    api: Api | None = None
    """Known from the path; without an operation when the API has none there."""
    operation: Operation | None = None
    answerer: Answerer | None = None
    """Who was asked, once the request had passed all checks."""
    base_url: str = ""
    """What stands before the contract's paths in the caller's URLs: host, world, the API's base path."""
    path: Mapping[str, Any] = field(default_factory=dict)
    query: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, Any] = field(default_factory=dict)
    cookies: Mapping[str, Any] = field(default_factory=dict)
    body: Any = None
    caller: Caller = NOBODY
    fault: Fault | None = None
    """The rule that it met."""
    preference: Preference | None = None

    @property
    def drop(self) -> str | None:
        """How the connection is to be dropped, if at all."""
        return self.fault.do.drop if self.fault else None
