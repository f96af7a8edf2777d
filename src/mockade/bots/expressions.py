"""OpenAPI's runtime expressions in a script: what a player knows, and what was answered."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

import orjson
from jsonpointer import JsonPointer, JsonPointerException

from mockade.contract.style_writer import text_of
from mockade.contract.violations import ABSENT
from mockade.hints import did_you_mean
from mockade.state.clock import duration, timestamp

PLAYER_FACTS = ("name", "number", "caller")
"""What `$player.` is followed by."""

_FORM = re.compile(
    r"\$(?P<source>statusCode|others|uuid|response\.body|now(?P<shift>[+-]\w[\w.]*)?"
    r"|(?P<holder>response\.header|player|outputs)\.(?P<name>[\w-]+))"
    r"(?P<pointer>#(?:/.*)?)?"
)
_EMBEDDED = re.compile(r"\{(\$[^{}]+)\}")
_COMPARED = re.compile(r"\s(==|!=)\s")

FORMS = (
    "$player.name",
    "$player.number",
    "$player.caller",
    "$others",
    "$outputs.NAME",
    "$statusCode",
    "$response.body#/pointer",
    "$response.header.NAME",
    "$now",
    "$now-30m",
    "$uuid",
)
"""What an expression can be."""


MOST_KEPT = 16 * 1024 * 1024
"""How large a value may be that a player keeps or sends: its characters, and VALUE_SIZE for each in it."""

VALUE_SIZE = 16


class TooLarge(Exception):
    """A value of more than MOST_KEPT."""


class NoValue(Exception):
    """An expression that stands for nothing where something is to be sent."""


@dataclass
class Scope:
    """What expressions of a player stand for at a moment."""

    player: Mapping[str, Any]
    """Its PLAYER_FACTS."""
    others: Callable[[], Sequence[Mapping[str, Any]]]
    """The other players: their facts, and what they keep."""
    now: Callable[[], float]
    """When the present act is due, in seconds since 1970."""
    uuid: Callable[[], str]
    """A new one, drawn."""
    outputs: dict[str, Any] = field(default_factory=dict)
    status: Any = ABSENT
    headers: Mapping[str, str] = field(default_factory=dict)
    """By name in any case."""
    body: Any = ABSENT


class Expression(NamedTuple):
    """A runtime expression: `$response.body#/session_id`."""

    text: str
    source: str
    """`statusCode`, `others`, `response.body`, `response.header`, `player`, `outputs`, `now` or `uuid`."""
    name: str
    pointer: JsonPointer | None = None
    shift: float = 0.0
    """Seconds after the present moment, of `now`."""

    def value(self, scope: Scope) -> Any:
        """What it stands for, ABSENT where that is nothing."""
        match self.source:
            case "statusCode":
                found = scope.status
            case "others":
                found = list(scope.others())
            case "response.body":
                found = scope.body
            case "response.header":
                found = scope.headers.get(self.name, ABSENT)
            case "now":
                found = timestamp(scope.now() + self.shift)
            case "uuid":
                found = scope.uuid()
            case "player":
                found = scope.player.get(self.name, ABSENT)
            case _:
                found = scope.outputs.get(self.name, ABSENT)
        if self.pointer is None or found is ABSENT:
            return found
        try:
            return self.pointer.resolve(found)
        except JsonPointerException:
            return ABSENT


@lru_cache(maxsize=1024)
def parsed(text: str) -> Expression:
    """Raises ValueError, with a sentence, for what is no expression."""
    found = _FORM.fullmatch(text)
    if found is None:
        raise ValueError(
            f"{text!r} is no expression: {', '.join(FORMS)}. Text that begins with a dollar begins with two."
        )
    source, name, pointer = found["holder"] or found["source"], found["name"] or "", found["pointer"]
    if source.startswith("now"):
        shift = found["shift"]
        seconds = duration(shift[1:]) * (-1 if shift[0] == "-" else 1) if shift else 0.0
        return Expression(text, "now", "", None, seconds)
    if source == "player" and name not in PLAYER_FACTS:
        raise ValueError(f"{text!r} is nothing that a player has. {did_you_mean(name, PLAYER_FACTS)}")
    try:
        return Expression(text, source, name, JsonPointer(pointer[1:]) if pointer else None)
    except JsonPointerException as error:
        raise ValueError(f"{text!r} has no JSON pointer behind its #: {error}.") from None


def is_expression(text: str) -> bool:
    """Whether a text is one expression, and not text around some."""
    return text.startswith("$") and not text.startswith("$$")


def expressions(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """The expressions in a value of a script, with the way to each."""
    if isinstance(value, dict):
        for key, member in value.items():
            yield from expressions(member, (*path, key))
    elif isinstance(value, list):
        for position, item in enumerate(value):
            yield from expressions(item, (*path, position))
    elif isinstance(value, str):
        if is_expression(value):
            yield path, value
        else:
            yield from ((path, text) for text in _EMBEDDED.findall(value))


def filled(value: Any, scope: Scope) -> Any:
    """A value of a script with what its expressions stand for.

    Raises NoValue where that is nothing, and TooLarge: what is kept again and again could double each time.
    """
    return _filled(value, scope, _Room())


def _filled(value: Any, scope: Scope, room: _Room) -> Any:
    if isinstance(value, dict):
        return {key: _filled(member, scope, room) for key, member in value.items()}
    if isinstance(value, list):
        return [_filled(item, scope, room) for item in value]
    if not isinstance(value, str):
        return value
    if is_expression(value):
        return room.taken(_known(value, scope))
    text = _EMBEDDED.sub(lambda found: room.taken(text_of(_known(found[1], scope))), value)
    return text[1:] if value.startswith("$$") else text  # what was answered is never read as a script's text


class _Room:
    """What is left of MOST_KEPT for one value."""

    def __init__(self) -> None:
        self._left = MOST_KEPT

    def taken(self, value: Any) -> Any:
        """`value`. Raises TooLarge where there is no room for it."""
        waiting = [value]
        while waiting:
            one = waiting.pop()
            self._left -= VALUE_SIZE + (len(one) if isinstance(one, str) else 0)
            if self._left < 0:
                raise TooLarge(f"it is larger than {MOST_KEPT >> 20} MB")
            if isinstance(one, dict):
                waiting += [*one, *one.values()]
            elif isinstance(one, list):
                waiting += one
        return value


def _known(text: str, scope: Scope) -> Any:
    found = parsed(text).value(scope)
    if found is ABSENT or found is None:
        raise NoValue(f"{text} has no value here")
    return found


class Condition(NamedTuple):
    """`EXPRESSION`, which holds where it stands for something, `EXPRESSION == VALUE`, or `!=`.

    Nothing, null, false, 0 and what is empty do not hold.
    """

    left: Expression
    operator: str
    """`==`, `!=`, or empty."""
    right: Any

    @classmethod
    def parse(cls, text: str) -> Condition:
        """Raises ValueError, with a sentence, for what is no condition."""
        left, *compared = _COMPARED.split(text, maxsplit=1)
        expression = parsed(left.strip())
        return (
            cls(expression, compared[0], _literal(compared[1].strip()))
            if compared
            else cls(expression, "", None)
        )

    def holds(self, scope: Scope) -> bool:
        value = self.left.value(scope)
        if not self.operator:
            return value is not ABSENT and bool(value)
        right = self.right.value(scope) if isinstance(self.right, Expression) else self.right
        is_equal = (None if value is ABSENT else value) == (None if right is ABSENT else right)
        return is_equal == (self.operator == "==")


def _literal(text: str) -> Any:
    """What a value is compared with: JSON, a text in single quotes, or an expression."""
    if is_expression(text):
        return parsed(text)
    if len(text) > 1 and text[0] == text[-1] == "'":
        return text[1:-1]
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        raise ValueError(
            f"{text!r} is nothing to compare with: write 200, true, null, 'text' or an expression."
        ) from None
