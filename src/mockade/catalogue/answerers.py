"""Who answers an operation: a handler, a shape, the contract's example, or a stub that says what to write."""

from __future__ import annotations

import inspect
import keyword
import re
import traceback
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

from mockade.contract.operations import Operation
from mockade.errors import Finding, OurFault, Place, SetupError, shown_path
from mockade.handling import Call, Handler, Reply
from mockade.hints import did_you_mean
from mockade.outbox import Outbox

_PLACES = {"path": "path", "query": "query", "header": "headers", "cookie": "cookies"}
"""What a Call calls the values that came there."""

START = "on_start"
"""The function of an API module that is called once, when its fixtures have been laid into a new world."""


VET = "vet_caller"
"""The function of an API module that says what is wrong with a caller of the fixtures, if anything."""

OUTBOX = "outbox"
"""What an API module calls what it declares to be sent."""


class Answerer(NamedTuple):
    """`kind` is handler, shape, example or stub; `name` says which one."""

    kind: str
    name: str
    answer: Callable[[Any], Any]
    """What it takes is a Call; of the control API a ControlCall."""


def snake(name: str) -> str:
    """A contract's name as Python would write it: getGameSession as get_game_session, hyphens as underscores.

    What Python reserves gets an underscore behind it: from_.
    """
    plain = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|[^A-Za-z0-9]+", "_", name).strip("_").lower()
    return f"{plain}_" if keyword.iskeyword(plain) else plain


def handler_name(operation: Operation) -> str:
    """The name of the function that may answer an operation."""
    return snake(operation.id)


def handlers_of(module: ModuleType) -> dict[str, Handler]:
    """The module's public functions whose first parameter is `call`, without its timeline's and outbox's."""
    outbox: Outbox | None = getattr(module, OUTBOX, None)
    happenings = {*getattr(module, "timeline", ()), *((outbox.request, outbox.ended) if outbox else ())}
    return {
        name: function
        for name, function in vars(module).items()
        if not name.startswith("_")
        and name != START
        and inspect.isfunction(function)
        and function not in happenings
        and next(iter(inspect.signature(function).parameters), "") == "call"
    }


def place_of(function: Handler) -> Place:
    """Where a function is written."""
    code = function.__code__
    return Place(shown_path(Path(code.co_filename)), code.co_firstlineno, 1)


def culprit(module: ModuleType | None, error: BaseException) -> Place | None:
    """The last line of a module or package that an exception came through; None when it came through none."""
    own = Path(str(getattr(module, "__file__", None) or "/nowhere"))
    folder = own.parent if own.name == "__init__.py" else own
    frames = traceback.extract_tb(error.__traceback__)
    theirs = [frame for frame in frames if Path(frame.filename).is_relative_to(folder)]
    return Place(shown_path(Path(theirs[-1].filename)), theirs[-1].lineno or 0, 1) if theirs else None


def from_handler(operation: Operation, function: Handler) -> Answerer:
    """Let `function` answer: its parameters take their values from the request by name.

    Raises SetupError when it asks for one that the operation does not take.
    """
    sources: dict[str, tuple[str, str]] = {
        snake(parameter.name): (_PLACES[parameter.where], parameter.name)
        for parameter in operation.parameters
    }
    if operation.body is not None:
        sources["body"] = ("body", "")
    asked = list(inspect.signature(function).parameters)[1:]
    findings = [
        Finding(
            place_of(function),
            f"{function.__name__} asks for {name!r}, which {operation.id} does not take.",
            did_you_mean(name, sources),
            rule="handlers",
        )
        for name in asked
        if name not in sources
    ]
    if inspect.iscoroutinefunction(function) or inspect.isgeneratorfunction(function):
        message = f"{function.__name__} is not a plain function."
        mend = "Write `def` for `async def`, and `return` for `yield`: a handler answers at once."
        findings.append(Finding(place_of(function), message, mend, rule="handlers"))
    if findings:
        raise SetupError(findings)
    wanted = [(name, *sources[name]) for name in asked]

    def answer(call: Call) -> Any:
        given = {}
        for name, place, key in wanted:
            values = getattr(call, place)
            given[name] = values.get(key) if key else values
        return function(call, **given)

    return Answerer("handler", function.__name__, answer)


def from_example(operation: Operation) -> Answerer:
    """Let the example of the success response answer; where it has none, a 501 that names what to write."""
    status = operation.success
    response = operation.response(status)
    if response is not None:
        if not response.contents:
            return Answerer("example", f"{status} without a body", lambda _call: Reply(None, status))
        json = response.json
        content = json or next(iter(response.contents.values()))
        bodies = [example.value for example in content.examples.values()]
        fitting = [
            Reply(body, status)
            for body in bodies
            if content.validator is None or content.validator.is_valid(body)
        ]
        if fitting:
            return Answerer("example", f"the example of {status}", lambda _call: fitting[0])
    name = handler_name(operation)
    message = (
        f"Nobody answers {operation.method} {operation.path}: write a function {name}(call, …) in "
        f"apis/{operation.api}.py of a home (mockade copy {operation.api} DIR brings a bundled API there), "
        f"or give its {status} response an example that fits its schema."
    )

    def answer(_call: Call) -> Any:
        raise OurFault(message, status=501)

    return Answerer("stub", name, answer)
