"""What a handler of the control API sees: the request, and the running mock that it is to change."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar

from mockade.catalogue.api import Api
from mockade.contract.normalize import Normalizer
from mockade.contract.validators import Validator
from mockade.contract.violations import Violation
from mockade.dialects import summary
from mockade.errors import Refusal
from mockade.hints import did_you_mean
from mockade.settings import Settings
from mockade.state.transaction import Transaction
from mockade.worlds.registry import ServedApis, Worlds
from mockade.worlds.world import World

Answer = TypeVar("Answer")


class RunningMock(NamedTuple):
    """The mock that runs: what it serves, under which base paths, its worlds, and its own control API."""

    apis: Mapping[str, Api]
    bases: Mapping[str, Sequence[str]]
    worlds: Worlds
    settings: Settings
    own: Api
    served: ServedApis

    @property
    def is_outdated(self) -> bool:
        """Whether the files have been read again since: the worlds hold what other contracts say."""
        return self.worlds.served is not self.served


@dataclass(frozen=True, slots=True)
class ControlCall:
    """A request to the control API that has passed all checks."""

    running: RunningMock
    path: Mapping[str, Any] = field(default_factory=dict)
    query: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, Any] = field(default_factory=dict)
    cookies: Mapping[str, Any] = field(default_factory=dict)
    body: Any = None

    @property
    def world(self) -> World:
        """The world that the path names, made now if it is not there, with all that is due behind it."""
        world = self.running.worlds.get_or_create(self.path["world"])
        world.run_due_events()
        return world

    def change(self, operation: str, act: Callable[[Transaction], Answer]) -> Answer:
        """Do `act` to the world; the journal notes `operation` with what it changed."""
        world = self.world
        answer, transaction = world.transact(act)
        world.record(operation, transaction.start, transaction.changes())
        return answer

    def api(self, stem: str) -> Api:
        """Refuses with 404 for an API that is not served."""
        api = self.running.apis.get(stem)
        if api is None:
            hint = did_you_mean(stem, self.running.apis)
            raise Refusal(404, "no_api", f"No API {stem!r} is served. {hint}")
        return api


def state_document(own: Api) -> tuple[Validator, Normalizer]:
    """The form of snapshots that are taken away or brought in: the control API's component, compiled."""
    compiled = own.contract.component("StateDocument")
    assert compiled is not None, "control.yaml has it"
    return compiled


def violations_refusal(violations: Sequence[Violation]) -> Refusal:
    """The refusal of what does not fit, with all that is wrong with it."""
    return Refusal(400, "misfit", summary(violations), violations=list(violations))
