"""The Python module of an API: the conventional names that it may define, and its handlers."""

from __future__ import annotations

import inspect
import traceback
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import Any

from mockade.dialects import Dialect
from mockade.errors import Finding, Place, shown_path
from mockade.handling import Call, Caller, Collection, Switch
from mockade.handling.call import Handler
from mockade.outbox import Outbox


@dataclass(frozen=True, slots=True, eq=False)
class HandlerModule:
    """What the module of an API defines, by the names that it has there; empty where there is no module."""

    file: Path | None = None
    """The module's file, or the `__init__.py` of its package."""
    behaviour: tuple[Switch, ...] = ()
    """The assumptions that fixtures can switch."""
    timeline: tuple[Handler, ...] = ()
    """The functions `(call, key)` that events run at their moment."""
    listeners: tuple[Handler, ...] = ()
    """The functions `(call, row)` that take in what a sibling emits under their names."""
    collections: tuple[Collection, ...] = ()
    """The collections whose component, key, indexes or wording the module says itself."""
    outbox: Outbox | None = None
    """Which rows are sent, as which requests."""
    dialect: Dialect | Callable[[Mapping[str, Any]], Dialect] | None = None
    """How errors are worded, or the function that makes it of the behaviour."""
    on_start: Callable[[Call], object] | None = None
    """Runs once in each new world, after its rows were seeded."""
    vet_caller: Callable[[Caller], str | None] | None = None
    """Says what is wrong with a caller of the credentials, if anything."""
    pure: bool = False
    """Whether what its handlers answer depends on the call alone, so that it may be given again."""
    crud: bool = True
    """Whether operations without a handler may be answered from rows; else by the contract alone."""
    ignores_undeclared: bool = False
    """Whether what a body has beyond the declared properties is left out of `call.body`."""
    handlers: Mapping[str, Handler] = field(default_factory=lambda: MappingProxyType({}))
    """By name, the public functions whose first parameter is `call`, except those that are named above."""

    @property
    def place(self) -> Place:
        return Place(shown_path(self.file or Path()))

    @property
    def events(self) -> dict[str, Handler]:
        """The timeline's functions by name."""
        return {function.__name__: function for function in self.timeline}

    @property
    def listeners_by_event(self) -> dict[str, Handler]:
        return {function.__name__: function for function in self.listeners}

    def place_of_error(self, error: BaseException) -> Place | None:
        return place_in_module(error, self.file) if self.file else None


def read_module(module: ModuleType | None, findings: list[Finding]) -> HandlerModule:
    """What a module defines; adds a finding for each conventional name whose value is of a wrong type."""
    if module is None:
        return HandlerModule()
    file = getattr(module, "__file__", None)
    place = Place(shown_path(Path(file or "")))
    values: dict[str, Any] = {}
    for name, (expected, fits) in _CONVENTIONS.items():
        value = getattr(module, name, None)
        if value is None:
            continue
        if name in _TUPLES and isinstance(value, Iterable):
            value = tuple(value)
        if fits(value):
            values[name] = value
        else:
            message = f"`{name}` of these handlers is {expected}, not {value!r}."
            findings.append(Finding(place, message, rule="handlers"))
    handlers = _handlers(
        module, (*values.get("timeline", ()), *values.get("listeners", ())), values.get("outbox")
    )
    return HandlerModule(file=Path(file) if file else None, handlers=handlers, **values)


def _all(fits: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, tuple) and all(map(fits, value))


_TUPLES = frozenset({"behaviour", "timeline", "listeners", "collections"})
_FUNCTIONS = ("a tuple of functions", _all(lambda one: callable(one) and hasattr(one, "__name__")))
_CONVENTIONS: dict[str, tuple[str, Callable[[Any], bool]]] = {
    "behaviour": ("a tuple of Switch", _all(lambda one: isinstance(one, Switch))),
    "timeline": _FUNCTIONS,
    "listeners": _FUNCTIONS,
    "collections": ("a tuple of Collection", _all(lambda one: isinstance(one, Collection))),
    "outbox": ("an Outbox", lambda value: isinstance(value, Outbox)),
    "dialect": (
        "a Dialect or a function that makes one",
        lambda value: isinstance(value, Dialect) or callable(value),
    ),
    "on_start": ("a function", callable),
    "vet_caller": ("a function", callable),
    "pure": ("True or False", lambda value: isinstance(value, bool)),
    "crud": ("True or False", lambda value: isinstance(value, bool)),
    "ignores_undeclared": ("True or False", lambda value: isinstance(value, bool)),
}
"""The names that a module may define: what each is, and whether a value is that."""


def _handlers(module: ModuleType, called: Sequence[Handler], outbox: Outbox | None) -> dict[str, Handler]:
    """The public functions whose first parameter is `call`, without those that have another purpose."""
    others = {*called, *((outbox.request, outbox.ended) if outbox else ())}
    return {
        name: function
        for name, function in vars(module).items()
        if not name.startswith("_")
        and name not in _CONVENTIONS
        and inspect.isfunction(function)
        and function not in others
        and parameter_names(function)[:1] == ("call",)
    }


def parameter_names(function: Handler) -> tuple[str, ...]:
    """The names of a function's parameters; positional ones first.

    Of a plain function they are read from its code: a signature would cost a fiftieth of a start.
    """
    if hasattr(function, "__wrapped__") or hasattr(function, "__signature__"):
        return tuple(inspect.signature(function).parameters)
    code = function.__code__
    variadic = bool(code.co_flags & inspect.CO_VARARGS) + bool(code.co_flags & inspect.CO_VARKEYWORDS)
    return code.co_varnames[: code.co_argcount + code.co_kwonlyargcount + variadic]


def place_of(function: Handler) -> Place:
    """The line where a function is defined."""
    code = function.__code__
    return Place(shown_path(Path(code.co_filename)), code.co_firstlineno, 1)


def place_in_module(error: BaseException, file: Path) -> Place | None:
    """The last line of a module that an exception came through; None when it came through none.

    Where `file` is an `__init__.py`, any module of its package counts.
    """
    folder = file.parent if file.name == "__init__.py" else file
    place = None
    for frame, line in traceback.walk_tb(error.__traceback__):
        path = Path(frame.f_code.co_filename)
        if path.is_relative_to(folder):
            place = Place(shown_path(path), line or 0, 1)
    return place
