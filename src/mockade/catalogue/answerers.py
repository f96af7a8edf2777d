"""What answers an operation: its handler; else a shape (`shape_answers.py`) or `contract_answers.py`."""

from __future__ import annotations

import inspect
import keyword
import re
from collections.abc import Callable, Mapping
from typing import Any, Literal, NamedTuple, Protocol

from mockade.catalogue.handler_module import parameter_names, place_of
from mockade.contract.contract import Contract
from mockade.contract.operations import Operation
from mockade.errors import Finding, SetupError
from mockade.handling import Call
from mockade.handling.call import Handler
from mockade.hints import did_you_mean

_ATTRIBUTES = {"path": "path", "query": "query", "header": "headers", "cookie": "cookies"}
"""By OpenAPI's `in`: the attribute of Call with its values."""


Kind = Literal["handler", "shape", "example", "generated", "stub"]
"""What answers: a shape is generated CRUD, a stub the 501 that says what to write."""


class Answerer(Protocol):
    """Answers one operation."""

    @property
    def kind(self) -> Kind: ...

    @property
    def name(self) -> str:
        """Which handler, example or the like."""

    @property
    def answer(self) -> Callable[[Any], Any]:
        """Takes a Call; a ControlCall for the control API."""

    @property
    def headers(self) -> frozenset[str]:
        """The request headers that a handler takes as arguments."""


class FixedAnswerer(NamedTuple):
    """An answerer that is known before anybody asks."""

    kind: Kind
    name: str
    answer: Callable[[Any], Any]
    headers: frozenset[str] = frozenset()


def snake(name: str) -> str:
    """A contract's name as Python would write it: getGameSession as get_game_session, hyphens as underscores.

    What Python reserves gets an underscore behind it: from_.
    """
    plain = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|[^A-Za-z0-9]+", "_", name).strip("_").lower()
    return f"{plain}_" if keyword.iskeyword(plain) else plain


def handler_name(operation: Operation) -> str:
    """The name of the function that may answer an operation."""
    return snake(operation.id)


def handler_answerers(
    contract: Contract, handlers: Mapping[str, Handler], findings: list[Finding]
) -> dict[str, Answerer]:
    """The operations that have a handler, by id; adds a finding for each handler that fits none."""
    operations: dict[str, Operation] = {}
    for operation in contract.operations:
        name = handler_name(operation)
        first = operations.setdefault(name, operation)
        if first is not operation and name in handlers:
            place = operation.source.child("operationId").place()
            message = f"{first.id} and {operation.id} have one Python name, {name}."
            mend = "Rename one of them: a handler answers one operation."
            findings.append(Finding(place, message, mend, "handlers"))
    for name, function in handlers.items():
        if name not in operations:
            message = f"The handler {name} answers no operation of {contract.document.path.name}."
            mend = f"{did_you_mean(name, operations)} A helper's name begins with an underscore."
            findings.append(Finding(place_of(function), message, mend, "handlers"))
    answerers: dict[str, Answerer] = {}
    for name, operation in operations.items():
        if name in handlers:
            try:
                answerers[operation.id] = from_handler(operation, handlers[name])
            except SetupError as error:
                findings += error.findings
    return answerers


def from_handler(operation: Operation, function: Handler) -> Answerer:
    """Let `function` answer: its parameters take their values from the request by name.

    Raises SetupError when it asks for one that the operation does not take.
    """
    sources: dict[str, tuple[str, str]] = {
        snake(parameter.name): (_ATTRIBUTES[parameter.where], parameter.name)
        for parameter in operation.parameters
    }
    if operation.body is not None:
        sources["body"] = ("body", "")
    names = parameter_names(function)[1:]
    findings = [
        Finding(
            place_of(function),
            f"{function.__name__} asks for {name!r}, which {operation.id} does not take.",
            did_you_mean(name, sources),
            rule="handlers",
        )
        for name in names
        if name not in sources
    ]
    if inspect.iscoroutinefunction(function) or inspect.isgeneratorfunction(function):
        message = f"{function.__name__} is not a plain function."
        mend = "Write `def` for `async def`, and `return` for `yield`: a handler answers at once."
        findings.append(Finding(place_of(function), message, mend, rule="handlers"))
    if findings:
        raise SetupError(findings)
    bindings = [(name, *sources[name]) for name in names]

    def answer(call: Call) -> Any:
        arguments = {}
        for name, place, key in bindings:
            values = getattr(call, place)
            arguments[name] = values.get(key) if key else values
        return function(call, **arguments)

    headers = frozenset(key for _, place, key in bindings if place == "headers")
    return FixedAnswerer("handler", function.__name__, answer, headers)
