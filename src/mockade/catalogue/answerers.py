"""What answers an operation: a handler, generated CRUD, an example, or a stub that says what to write."""

from __future__ import annotations

import inspect
import keyword
import re
from collections.abc import Callable, Mapping
from typing import Any, Literal, NamedTuple

from mockade.catalogue.handler_module import place_of
from mockade.contract.contract import Contract
from mockade.contract.operations import Operation
from mockade.crud.operations import crud_operation
from mockade.crud.resources import collection_for, find_resources
from mockade.errors import Finding, OurFault, SetupError
from mockade.handling import Call, CollectionSchema, Handler, Reply
from mockade.hints import did_you_mean

_ATTRIBUTES = {"path": "path", "query": "query", "header": "headers", "cookie": "cookies"}
"""By OpenAPI's `in`: the attribute of Call with its values."""


class Answerer(NamedTuple):
    """Answers one operation. `kind`: handler, shape (generated CRUD), example or stub; `name` says which."""

    kind: Literal["handler", "shape", "example", "generated", "stub"]
    name: str
    answer: Callable[[Any], Any]
    """Takes a Call; a ControlCall for the control API."""


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
    answerers = {}
    for name, operation in operations.items():
        if name in handlers:
            try:
                answerers[operation.id] = from_handler(operation, handlers[name])
            except SetupError as error:
                findings += error.findings
    return answerers


def crud_answerers(
    contract: Contract, taken: frozenset[str], collections: Mapping[str, CollectionSchema]
) -> tuple[dict[str, Answerer], dict[str, CollectionSchema]]:
    """The operations of resources that have no handler, by id, and the collections that they need besides.

    `taken` are the ids of the operations with a handler, `collections` those that the module describes.
    """
    answerers: dict[str, Answerer] = {}
    added: dict[str, CollectionSchema] = {}

    for one in find_resources(contract, taken, frozenset(collections)):
        name = one.resource.name
        if name not in collections and name not in added:
            added[name] = collection_for(contract, one.resource)
        answerers[one.operation.id] = Answerer("shape", f"{one.kind} {name}", crud_operation(contract, one))
    return answerers, added


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
    names = list(inspect.signature(function).parameters)[1:]
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

    return Answerer("handler", function.__name__, answer)


def from_example(operation: Operation) -> Answerer:
    """Let the success response's first valid example answer; without one a 501 names what to write."""
    status = operation.success
    response = operation.response(status)
    if response is not None:
        if not response.contents:
            return Answerer("example", f"{status} without a body", lambda _call: Reply(None, status))
        json = response.json
        content = json or next(iter(response.contents.values()))
        bodies = [example.value for example in content.examples.values()]
        valid = [
            Reply(body, status)
            for body in bodies
            if content.validator is None or content.validator.is_valid(body)
        ]
        if valid:
            return Answerer("example", f"the example of {status}", lambda _call: valid[0])
    name = handler_name(operation)
    message = (
        f"Nobody answers {operation.method} {operation.path}: write a function {name}(call, …) in "
        f"apis/{operation.api}.py of a home (mockade copy {operation.api} DIR brings a bundled API there), "
        f"or give its {status} response an example that fits its schema."
    )

    def answer(_call: Call) -> Any:
        raise OurFault(message, status=501)

    return Answerer("stub", name, answer)
