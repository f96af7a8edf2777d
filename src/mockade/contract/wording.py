"""Violations in words: what a rule expects, what was there instead, in a sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import orjson

from mockade.contract.formats import NUMBER_FORMATS
from mockade.contract.violations import ABSENT
from mockade.hints import Hint


class Failure(Protocol):
    """An error of the library's, or one like it."""

    @property
    def kind(self) -> Any: ...
    @property
    def instance(self) -> Any: ...
    @property
    def message(self) -> str: ...
    @property
    def instance_path(self) -> Sequence[str | int]: ...
    @property
    def absolute_keyword_location(self) -> str | None: ...


BranchErrors = Sequence[Failure]
"""The errors of one of the forms that a `oneOf` or `anyOf` allows."""


_BOUNDS = {
    "minimum": "at least",
    "maximum": "at most",
    "exclusiveMinimum": "more than",
    "exclusiveMaximum": "less than",
}
_COUNTED = {
    "Length": ("character", "characters"),
    "Items": ("item", "items"),
    "Properties": ("property", "properties"),
}


def explain(
    kind: Any,
    error: Failure,
    context: Sequence[BranchErrors],
    schema: Mapping[str, Any],
    hint: Hint,
) -> tuple[Any, str]:
    """What the rule expects, and the sentence for it. `schema` is the one around the rule."""
    value = shown_value(error.instance)
    match kind.name:
        case "type":
            expected = list(kind.types)
            return expected, f"Expected {' or '.join(expected)}, got {_got(error.instance)}."
        case "enum":
            options = list(kind.options)
            return options, none_of(error.instance, options, hint)
        case "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum":
            return kind.limit, f"{value} must be {_BOUNDS[kind.name]} {kind.limit}."
        case "minLength" | "maxLength" | "minItems" | "maxItems" | "minProperties" | "maxProperties":
            bound = "at least" if kind.name.startswith("min") else "at most"
            one, many = _COUNTED[kind.name[3:]]
            return kind.limit, f"{value} must have {bound} {kind.limit} {one if kind.limit == 1 else many}."
        case "pattern":
            return kind.pattern, f"{value} does not match {kind.pattern}."
        case "format":
            return kind.format, f"{value} is not a valid {kind.format}."
        case "const":
            return kind.expected_value, f"{value} must be {shown_value(kind.expected_value)}."
        case "multipleOf":
            return kind.multiple_of, f"{value} must be a multiple of {kind.multiple_of}."
        case "anyOf" | "oneOf":
            types = _types_in(context, len(error.instance_path))
            if types:
                return types, f"Expected {' or '.join(types)}, got {_got(error.instance)}."
            how_many = "more than one" if type(kind).__name__ == "OneOfMultipleValid" else "none"
            return None, f"{value} fits {how_many} of the forms allowed here."
        case "falseSchema":
            return None, f"Nothing is allowed here, got {_got(error.instance)}."
        case "contains" | "minContains" | "maxContains":
            return _contained(value, schema)
        case "unevaluatedItems":
            return None, f"{value} has items that nothing in the contract describes."
        case "uniqueItems":
            return None, f"{value} has equal items, and each has to be another."
        case "not":
            return None, f"{value} is what is not allowed here."
        case _:
            return None, f"{error.message.rstrip('.')}."


def none_of(value: Any, options: Sequence[Any], hint: Hint) -> str:
    """The sentence for a value that has to be one of some, with the nearest or all of them."""
    nearest = hint(_word(value), map(_word, options))
    return f"{shown_value(value)} is none of the allowed values. {nearest}".rstrip()


def _word(value: Any) -> str:
    """A value as a hint shows it: text as it is, anything else as JSON."""
    return value if isinstance(value, str) else shown_value(value)


def _contained(value: str, schema: Mapping[str, Any]) -> tuple[Any, str]:
    """How many items have to be what `contains` asks."""
    least, most = schema.get("minContains", 1), schema.get("maxContains")
    bounds = [
        f"at least {least}" if least or most is None else "",
        f"at most {most}" if most is not None else "",
    ]
    count = " and ".join(one for one in bounds if one)
    are = "item that is" if (most or least) == 1 else "items that are"
    return least, f"{value} must have {count} {are} what `contains` asks."


def number_format(kind: Any, schema: Mapping[str, Any]) -> str:
    """The format of numbers that was broken where a bound is that of a format; else empty."""
    name = schema.get("format")
    form = NUMBER_FORMATS.get(name) if isinstance(name, str) else None
    if form is None or kind.name not in ("minimum", "maximum", "multipleOf"):
        return ""
    limit = kind.multiple_of if kind.name == "multipleOf" else kind.limit
    return "" if limit == schema.get(kind.name) else str(name)


def not_of_format(value: Any, name: str) -> str:
    """The sentence for a number that is not of a format."""
    return f"{shown_value(value)} is not a valid {name}, which is {NUMBER_FORMATS[name].words}."


def _types_in(branches: Sequence[BranchErrors], depth: int) -> list[str]:
    """The types that the branches ask at their top, when the type is all that each of them misses."""
    types: dict[str, None] = {}
    for branch in branches:
        asked = [error for error in branch if error.kind.name == "type" and len(error.instance_path) == depth]
        if not asked:
            return []
        types |= dict.fromkeys(name for error in asked for name in getattr(error.kind, "types", ()))
    return list(types)


def _got(value: Any) -> str:
    return "null" if value is None else f"{json_type(value)} {shown_value(value)}"


_TYPES = (
    (bool, "boolean"),
    (int, "integer"),
    (float, "number"),
    (str, "string"),
    (dict, "object"),
)


def json_type(value: Any) -> str:
    """The JSON type of a value, in JSON Schema's words: `integer` unless it is a float."""
    if value is None:
        return "null"
    return next((name for python, name in _TYPES if isinstance(value, python)), "array")


def shown_value(value: Any, most: int = 80) -> str:
    """A value as a sentence can hold it: as JSON, but text in single quotes; cut short when long."""
    if value is ABSENT:
        return "nothing"
    try:
        text = repr(value) if isinstance(value, str) else orjson.dumps(value).decode()
    except (TypeError, ValueError):
        text = str(value)  # a number beyond 64 bits, or nothing that JSON knows
    return text if len(text) <= most else f"{text[: most - 1]}…"
