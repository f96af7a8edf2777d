"""One player: goes through the steps of a script, and waits where they say so."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from mockade.bots.contracts import Contracts
from mockade.bots.expressions import Expression, NoValue, Scope, TooLarge, filled
from mockade.bots.requests import Request, make_request
from mockade.bots.script import Call, Chance, ForEach, If, Pick, Script, Set, Step, Wait
from mockade.contract.violations import ABSENT
from mockade.errors import Place
from mockade.state.ids import chance, named_uuid


class Answer(NamedTuple):
    """What a request was answered."""

    status: int
    headers: Mapping[str, str]
    """By name in any case."""
    body: Any
    """The JSON, else the text; ABSENT where there is none."""


class Act(NamedTuple):
    """One request of a player, and what became of it."""

    moment: float
    """When it was due, in seconds of the world's time since 1970."""
    player: str
    api: str
    operation: str
    status: int
    outputs: Mapping[str, Any]
    """What the player keeps of the answer."""


class ScriptFailure(Exception):
    """A player cannot go on. `place` is that of the call in the script."""

    def __init__(self, place: Place, message: str) -> None:
        super().__init__(f"{place}: {message}")
        self.place = place
        self.message = message


class UnexpectedAnswer(ScriptFailure):
    """A status with which the script does not go on."""

    def __init__(self, place: Place, message: str, request: Request, answer: Answer) -> None:
        super().__init__(place, message)
        self.request = request
        self.answer = answer


Send = Callable[[Request, str], Answer]
"""Sends a request of the player of that name. Raises ConnectionError where no answer comes."""


class Player:
    """Somebody who plays. `credentials` are secrets by security scheme; `caller` is whose they are."""

    def __init__(
        self,
        number: int,
        script: Script,
        contracts: Contracts,
        send: Send,
        seed: int,
        others: Callable[[Player], Sequence[Mapping[str, Any]]],
    ) -> None:
        self.number = number
        self.name = script.roster.name(number)
        self.caller = ""
        self.moment = 0.0
        """When the present act was due."""
        self.is_in = False
        """Whether it has done something, and has not left since."""
        self._script = script
        self._contracts = contracts
        self._send = send
        self._seed = seed
        self._draws = 0
        self._others = others
        self.begin({}, "")

    def begin(self, credentials: Mapping[str, str], caller: str) -> None:
        """Know nothing but what a player comes with."""
        self.caller = caller
        self.credentials = dict(credentials)
        facts = {"name": self.name, "number": self.number, **({"caller": caller} if caller else {})}
        self._scope = Scope(facts, lambda: self._others(self), lambda: self.moment, self._uuid)
        self.is_in = False

    @property
    def outputs(self) -> Mapping[str, Any]:
        """What it keeps of the answers so far."""
        return self._scope.outputs

    def program(self) -> Iterator[Act | float]:
        """All that it does: each act once it is done, and seconds of the world's time to wait."""
        yield from self._done(self._script.steps)
        yield from self.leaving()

    def leaving(self) -> Iterator[Act | float]:
        """What it does to leave, which takes no time; nothing where it is not in."""
        if self.is_in:
            yield from self._done(self._script.leave)
        self.is_in = False

    def _done(self, steps: Sequence[Step]) -> Iterator[Act | float]:
        for step in steps:
            if isinstance(step, Call):
                yield self._call(step)
            elif isinstance(step, Wait):
                drawn = step.least + (step.most - step.least) * self._chance()
                yield round(drawn, 3) or (
                    0.001 if drawn else 0.0
                )  # or a short one, repeated, would never end
            elif isinstance(step, Chance):
                happens = self._chance() < step.probability
                yield from self._done(step.steps if happens else step.otherwise)
            elif isinstance(step, If):
                holds = step.condition.holds(self._scope)
                yield from self._done(step.steps if holds else step.otherwise)
            elif isinstance(step, ForEach):
                for item in self._items(step.items):
                    self._scope.outputs[step.name] = item
                    yield from self._done(step.steps)
            elif isinstance(step, Pick):
                self._pick(step)
            elif isinstance(step, Set):
                self._scope.outputs.update(self._all_kept(step.outputs, step.place))
            else:
                done = 0
                while step.times is None or done < step.times:
                    yield from self._done(step.steps)
                    done += 1

    def _chance(self) -> float:
        """The player's next number in [0, 1), which depends on the seed, the name and how many it drew."""
        self._draws += 1
        return chance(self._seed, "play", self.name, self._draws)

    def _uuid(self) -> str:
        self._draws += 1
        return named_uuid(f"{self._seed}:play:{self.name}:{self._draws}")

    def _items(self, expression: Expression) -> list[Any]:
        """The items of a list, or the members of an object; none of anything else."""
        value = expression.value(self._scope)
        if isinstance(value, dict):
            return list(value.values())
        return list(value) if isinstance(value, list) else []

    def _pick(self, step: Pick) -> None:
        for name, given in step.outputs.items():
            items = self._items(given) if isinstance(given, Expression) else given
            drawn = items[int(self._chance() * len(items))] if items else None
            # What was answered is no text of the script: a dollar in it begins no expression.
            self._scope.outputs[name] = (
                drawn if isinstance(given, Expression) else self._kept(drawn, name, step.place)
            )

    def _call(self, call: Call) -> Act:
        try:
            request = self._request(call)
        except (NoValue, TooLarge) as error:
            message = f"{self.name} cannot call {call.operation.id}: {error}."
            raise ScriptFailure(call.place, message) from None
        try:
            answer = self._send(request, self.name)
        except ConnectionError as error:
            message = f"{self.name}'s {call.operation.id} was not answered: {error}"
            raise ScriptFailure(call.place, message) from None
        self.is_in = True
        scope = self._scope
        scope.status, scope.headers, scope.body = answer
        if not call.expects(answer.status):
            expected = " or ".join(call.expect)
            said = f"{self.name}'s {call.operation.id} was answered {answer.status}"
            raise UnexpectedAnswer(call.place, f"{said}, where {expected} is expected.", request, answer)
        kept = self._all_kept(call.outputs, call.place)
        scope.outputs.update(kept)
        for scheme, value in call.credentials.items():
            secret = self._kept(value, scheme, call.place)
            if secret is None:
                message = (
                    f"{call.operation.id} gave {self.name} no {scheme}: there is no {value} in its answer."
                )
                raise ScriptFailure(call.place, message)
            self.credentials[scheme] = str(secret)
        return Act(self.moment, self.name, call.operation.api, call.operation.id, answer.status, kept)

    def _all_kept(self, outputs: Mapping[str, Any], place: Place) -> dict[str, Any]:
        return {name: self._kept(value, name, place) for name, value in outputs.items()}

    def _kept(self, value: Any, name: str, place: Place) -> Any:
        """What is kept of an answer: null where an expression stands for nothing."""
        try:
            return filled(value, self._scope)
        except NoValue:
            return None
        except TooLarge as error:
            message = f"{self.name} cannot keep {name}: {error}. Keep less of it, or not again and again."
            raise ScriptFailure(place, message) from None

    def _request(self, call: Call) -> Request:
        """Raises NoValue where something that is to be sent is not known."""
        carried = self._contracts.carried(call.operation, self.credentials)
        if carried is None:
            names = " or ".join(self._contracts.needs(call.operation))
            raise NoValue(f"there is no credential for {names} yet")
        parameters = filled(dict(call.parameters), self._scope)
        body = call.body if call.body is ABSENT else filled(call.body, self._scope)
        secrets = {scheme: self.credentials[name] for scheme, name in carried}
        return make_request(call.operation, parameters, body, call.media_type, secrets)
