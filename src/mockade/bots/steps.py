"""The steps of a script: each is told by the member that only it has."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from mockade.bots.checks import Slip, body_slips, media_type_of, parameter_slips, status_slip
from mockade.bots.contracts import Contracts
from mockade.bots.expressions import Condition, Expression, expressions, parsed
from mockade.bots.findings import Findings, Pointer
from mockade.bots.script import Call, Chance, ForEach, If, Pick, Repeat, Set, Step, Wait, least_seconds
from mockade.contract.violations import ABSENT
from mockade.hints import did_you_mean
from mockade.state.clock import duration

KINDS: Mapping[str, tuple[str, ...]] = {
    "operationId": ("parameters", "requestBody", "expect", "outputs", "credentials"),
    "wait": (),
    "chance": ("steps", "else"),
    "if": ("steps", "else"),
    "repeat": ("steps",),
    "forEach": ("as", "steps"),
    "pick": (),
    "set": (),
}
"""By the member that tells a step's kind, what may stand beside it."""

FOREVER = "forever"
_SUCCESS = ("2XX", "304")

T = TypeVar("T")


class StepReader:
    """Reads steps, and adds to the findings what is wrong with them."""

    def __init__(self, contracts: Contracts, findings: Findings) -> None:
        self._contracts = contracts
        self._report = findings.report
        self._place = findings.place
        self._given: set[str] = set()
        """The outputs that some step gives."""
        self._used: list[tuple[Pointer, str]] = []

    def steps(self, data: Any, at: Pointer) -> list[Step]:
        if not isinstance(data, list) or not data:
            self._report(at, f"`{at[-1]}` is a list of steps.", f"Each has one of {', '.join(KINDS)}.")
            return []
        found: list[Step] = []
        for position, one in enumerate(data):
            step = self._step(one, (*at, position))
            if found and isinstance(found[-1], Repeat) and found[-1].times is None:
                self._report((*at, position), "This is never done: what stands before it goes on for ever.")
            if step is not None:
                found.append(step)
        return found

    def report_unknown_outputs(self) -> None:
        """Report the outputs that are used, and that no step gives."""
        for at, name in self._used:
            if name not in self._given:
                self._report(at, f"No step gives an output {name!r}.", did_you_mean(name, self._given))

    def _step(self, data: Any, at: Pointer) -> Step | None:
        kinds = [kind for kind in KINDS if isinstance(data, dict) and kind in data]
        if len(kinds) != 1:
            mend = f"Write one of {', '.join(KINDS)}."
            if not kinds and isinstance(data, dict) and data:
                mend = f"{did_you_mean(next(iter(data)), KINDS)}"
            both = f" This one says {len(kinds)}: {', '.join(kinds)}." if kinds else ""
            self._report(at, f"A step is an object that says one thing to do.{both}", mend)
            return None
        kind = kinds[0]
        known = (kind, *KINDS[kind])
        for name in data:
            if name not in known and not str(name).startswith("x-"):
                mend = did_you_mean(name, known)
                self._report((*at, name), f"A step with `{kind}` has no member {name!r}.", mend)
        readers: Mapping[str, Callable[[dict[str, Any], Pointer], Step | None]] = {
            "operationId": self._call,
            "wait": self._wait,
            "chance": self._chance,
            "if": self._if,
            "repeat": self._repeat,
            "forEach": self._for_each,
            "pick": self._pick,
            "set": self._set,
        }
        return readers[kind](data, at)

    def _call(self, data: dict[str, Any], at: Pointer) -> Call | None:
        outputs = self._object(data, "outputs", at)
        self._given |= outputs.keys()
        credentials = self._object(data, "credentials", at)
        operation = self._try(self._contracts.operation, str(data["operationId"]), (*at, "operationId"))
        if operation is None:
            return None
        parameters, body = self._object(data, "parameters", at), data.get("requestBody", ABSENT)
        self._note_expressions({**data, "operationId": ""}, at)
        for scheme in credentials:
            self._try(self._contracts.api_of, scheme, (*at, "credentials", scheme))
        media_type = "" if body is ABSENT else media_type_of(operation)
        slips: list[Slip] = [
            *parameter_slips(operation, parameters),
            *body_slips(operation, body, media_type),
        ]
        for slip in slips:
            self._report((*at, *slip.path), slip.message, slip.mend)
        expect = self._statuses(data.get("expect"), (*at, "expect"))
        place = self._place((*at, "operationId"))
        return Call(place, operation, parameters, body, media_type, expect, outputs, credentials)

    def _statuses(self, data: Any, at: Pointer) -> tuple[str, ...]:
        if data is None:
            return _SUCCESS
        found = [str(one) for one in (data if isinstance(data, list) and data else [data])]
        for problem in filter(None, map(status_slip, found)):
            self._report(at, problem)
        return tuple(found)

    def _wait(self, data: dict[str, Any], at: Pointer) -> Wait | None:
        words = str(data["wait"]).split("..")
        try:
            bounds = [duration(word.strip()) for word in words]
            if len(bounds) > 2 or bounds[0] > bounds[-1]:
                raise ValueError(f"{data['wait']!r} is no time to wait")
        except ValueError as error:
            self._report((*at, "wait"), f"{error}.", "Write 30s, or 5s..20s for a time between the two.")
            return None
        return Wait(bounds[0], bounds[-1])

    def _chance(self, data: dict[str, Any], at: Pointer) -> Chance:
        value = data["chance"]
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
            self._report((*at, "chance"), f"{value!r} is no probability: write a number from 0 to 1.")
            value = 0
        return Chance(float(value), self.steps(data.get("steps"), (*at, "steps")), self._else(data, at))

    def _else(self, data: dict[str, Any], at: Pointer) -> Sequence[Step]:
        return self.steps(data["else"], (*at, "else")) if "else" in data else ()

    def _if(self, data: dict[str, Any], at: Pointer) -> If | None:
        steps, otherwise = self.steps(data.get("steps"), (*at, "steps")), self._else(data, at)
        condition = self._try(Condition.parse, str(data["if"]), (*at, "if"))
        if condition is None:
            return None
        for one in (condition.left, condition.right):
            if isinstance(one, Expression):
                self._note(one, (*at, "if"))
        return If(condition, steps, otherwise)

    def _repeat(self, data: dict[str, Any], at: Pointer) -> Repeat:
        times, steps = data["repeat"], self.steps(data.get("steps"), (*at, "steps"))
        if times == FOREVER:
            if steps and least_seconds(steps) <= 0:
                message = "This would go on for ever in one moment."
                self._report((*at, "repeat"), message, "Add to its `steps` a `wait` that is always done: 5s.")
            return Repeat(None, steps)
        if isinstance(times, bool) or not isinstance(times, int) or not 1 <= times <= 1_000_000:
            self._report((*at, "repeat"), f"{times!r} is no number of times: write 3, or {FOREVER}.")
            times = 1
        return Repeat(times, steps)

    def _for_each(self, data: dict[str, Any], at: Pointer) -> ForEach | None:
        name = data.get("as")
        if not isinstance(name, str) or not name.isidentifier():
            self._report(at, "`forEach` needs a name for each item.", "Add beside it, such as:  as: item")
            name = ""
        else:
            self._given.add(name)
        steps = self.steps(data.get("steps"), (*at, "steps"))
        items = self._expression(data["forEach"], (*at, "forEach"))
        return ForEach(items, name, steps) if items is not None else None

    def _pick(self, data: dict[str, Any], at: Pointer) -> Pick:
        outputs: dict[str, Expression | list[Any]] = {}
        for name, value in self._object(data, "pick", at).items():
            self._given.add(name)
            if isinstance(value, list):
                self._note_expressions(value, (*at, "pick", name))
                outputs[name] = value
                continue
            expression = self._expression(value, (*at, "pick", name))
            if expression is not None:
                outputs[name] = expression
        return Pick(self._place((*at, "pick")), outputs)

    def _set(self, data: dict[str, Any], at: Pointer) -> Set:
        outputs = self._object(data, "set", at)
        self._given |= outputs.keys()
        self._note_expressions(outputs, (*at, "set"))
        return Set(self._place((*at, "set")), outputs)

    def _expression(self, value: Any, at: Pointer) -> Expression | None:
        """An expression that stands where nothing else can."""
        found = self._try(parsed, str(value), at)
        if found is not None:
            self._note(found, at)
        return found

    def _note_expressions(self, value: Any, at: Pointer) -> None:
        for path, text in expressions(value):
            found = self._try(parsed, text, (*at, *path))
            if found is not None:
                self._note(found, (*at, *path))

    def _note(self, expression: Expression, at: Pointer) -> None:
        if expression.source == "outputs":
            self._used.append((at, expression.name))

    def _object(self, data: dict[str, Any], name: str, at: Pointer) -> dict[str, Any]:
        value = data.get(name, {})
        if isinstance(value, dict):
            return value
        self._report((*at, name), f"`{name}` is an object, with a value by each name.")
        return {}

    def _try(self, make: Callable[[str], T], text: str, at: Pointer) -> T | None:
        """What `make` makes of a text; None where it raises ValueError, which is reported."""
        try:
            return make(text)
        except ValueError as error:
            self._report(at, str(error))
            return None
