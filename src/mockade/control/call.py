"""What a handler of the control API gets: the request, and the running mock that it changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

from mockade.catalogue.api import Api
from mockade.catalogue.families import meant_apis
from mockade.contract.normalizer import Normalizer
from mockade.contract.validators import Validator
from mockade.contract.violations import Violation
from mockade.dialects import summary
from mockade.errors import Refusal
from mockade.handling.call import RequestFacts
from mockade.hints import did_you_mean
from mockade.settings import Settings
from mockade.state.transaction import Transaction
from mockade.worlds.registry import ServedApis, Worlds
from mockade.worlds.world import World

Answer = TypeVar("Answer")


class RunningMock(NamedTuple):
    """A running mock: the APIs that it serves, their base paths by stem, its worlds and its control API."""

    served: ServedApis
    base_paths: Mapping[str, Sequence[str]]
    worlds: Worlds
    settings: Settings
    control_api: Api

    @property
    def apis(self) -> Mapping[str, Api]:
        """By stem."""
        return self.served.apis

    def call(self, facts: Mapping[str, Any]) -> ControlCall:
        """A call of a handler, with the facts of RequestFacts."""
        return ControlCall(self, **facts)

    @property
    def names(self) -> set[str]:
        """The stems, and the names of their families."""
        return {*self.apis, *(one.family_name for one in self.apis.values())} - {""}


@dataclass(slots=True)
class ControlCall(RequestFacts):
    """A validated request to the control API."""

    running: RunningMock
    entry: int = 0
    """The journal's entry of what it changed; 0 while it changed nothing."""

    @property
    def world(self) -> World:
        """The world that the path names, created if need be, after the events that are due in it.

        Where many are due it is as of the moment to which they have happened.
        """
        world = self.running.worlds.get_or_create(self.path["world"])
        world.run_due_events()
        return world

    def check_same(self, world: World) -> None:
        """Refuse to change what is another by the time that work in slices comes to its end."""
        if not self.running.worlds.has(world):
            message = f"The world {world.name!r} was deleted while this went on: nothing was changed."
            raise Refusal(409, "world_gone", message)
        if self.running.worlds.served is not self.running.served:
            message = "The APIs were reloaded while this went on, and nothing was changed: send it again."
            raise Refusal(503, "reloaded", message)

    def change(self, operation: str, act: Callable[[Transaction], Answer], reason: str = "") -> Answer:
        """Run `act` in a transaction of the world; the journal records `operation` with the changes."""
        world = self.world
        answer, transaction = world.transact(act)
        self.entry = world.record(operation, transaction.start, transaction.changes(), reason=reason).id
        return answer

    def meant(self, name: str) -> list[Api]:
        """The API of that stem, if there is one, and those of a family of that name."""
        return meant_apis(self.running.apis, name)

    def api(self, name: str, collection: str | None = None) -> Api:
        """The API that a name means: of a family's the one with the collection, else the first.

        Refuses with 404 for an API that is not served, and with 400 where several have the collection.
        """
        meant = self.meant(name)
        if not meant:
            hint = did_you_mean(name, self.running.names)
            raise Refusal(404, "no_api", f"No API {name!r} is served. {hint}")
        holders = [one for one in meant if collection in one.collections]
        if len(holders) > 1 and holders[0].stem != name:
            stems = ", ".join(one.stem for one in holders)
            message = f"Several APIs of {name} have a collection {collection!r}: name one of {stems}."
            raise Refusal(400, "several_apis", message)
        return (holders or meant)[0]


def document_schema(control_api: Api) -> tuple[Validator, Normalizer]:
    """The compiled component StateDocument of the control API: the form of exported and imported states."""
    return component(control_api, "StateDocument")


def component(control_api: Api, name: str) -> tuple[Validator, Normalizer]:
    """The compiled component of that name of the control API, which it has."""
    compiled = control_api.contract.component(name)
    if compiled is None:
        raise LookupError(f"control.yaml has no component {name}.")
    return compiled


def violations_refusal(violations: Sequence[Violation]) -> Refusal:
    """A 400 with all violations."""
    return Refusal(400, "misfit", summary(violations), violations=list(violations))
