"""Violations worded as Zod 3 words its issues, for backends that validate with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from mockade.contract.violations import ABSENT, Violation

_FORMATS = {"date-time": "datetime", "uri": "url"}
"""Formats that Zod calls by another name."""


class Issue(NamedTuple):
    """One Zod issue; `path` leads into the part of the request that `where` names."""

    code: str
    message: str
    path: list[str | int]
    where: str


def issues(violations: Sequence[Violation]) -> list[Issue]:
    """The issues of a request, one per place and message: a bad time is one issue, whatever it breaks.

    What is no string is no member of an enum of strings either; Zod says so once, and names the members.
    """
    no_member = {(v.where, v.path) for v in violations if _is_no_string(v)}
    listed = (v for v in violations if v.rule != "type" or (v.where, v.path) not in no_member)
    found = {(i.where, *i.path, i.message): i for i in map(_issue, listed)}
    return list(found.values())


def _issue(violation: Violation) -> Issue:
    path = list(violation.path)
    code, message = _worded(violation)
    if violation.rule == "additionalProperties":
        path = path[:-1]
    return Issue(code, message, path, violation.where)


def _worded(violation: Violation) -> tuple[str, str]:
    expected = violation.expected
    match violation.rule:
        case "required" | "absent":
            return "invalid_type", "Required"
        case "type" | "oneOf" | "anyOf" if expected:
            return "invalid_type", _mistyped(expected, violation.value)
        case "enum" if _is_no_string(violation):
            return "invalid_type", f"Expected {_quoted(expected)}, received {_received(violation.value)}"
        case "enum":
            return "invalid_enum_value", (
                f"Invalid enum value. Expected {_quoted(expected)}, received '{violation.value}'"
            )
        case "minLength" | "maxLength" | "minItems" | "maxItems":
            small = violation.rule.startswith("min")
            what, unit = (
                ("String", "character") if violation.rule.endswith("Length") else ("Array", "element")
            )
            bound = f"{'at least' if small else 'at most'} {expected} {unit}(s)"
            return ("too_small" if small else "too_big"), f"{what} must contain {bound}"
        case "minimum":
            return "too_small", f"Number must be greater than or equal to {expected}"
        case "exclusiveMinimum":
            return "too_small", f"Number must be greater than {expected}"
        case "maximum":
            return "too_big", f"Number must be less than or equal to {expected}"
        case "exclusiveMaximum":
            return "too_big", f"Number must be less than {expected}"
        case "multipleOf":
            return "not_multiple_of", f"Number must be a multiple of {expected}"
        case "format" | "pattern":
            name = violation.beside("format")
            return "invalid_string", f"Invalid {_FORMATS.get(name, name)}" if name else "Invalid"
        case "additionalProperties":
            return "unrecognized_keys", f"Unrecognized key(s) in object: '{violation.path[-1]}'"
        case _:
            return "custom", violation.message


def _is_no_string(violation: Violation) -> bool:
    """Whether something else stands where an enum of strings (or null) is asked."""
    return (
        violation.rule == "enum"
        and not isinstance(violation.value, str)
        and all(option is None or isinstance(option, str) for option in violation.expected)
    )


def _mistyped(types: Sequence[str], value: Any) -> str:
    """To Zod null is no type that it would list, and an integer is a number that passed one more check."""
    wanted = [name for name in types if name != "null"] or list(types)
    if wanted == ["integer"] and isinstance(value, float):
        return "Expected integer, received float"
    names = dict.fromkeys("number" if name == "integer" else name for name in wanted)
    return f"Expected {' | '.join(names)}, received {_received(value)}"


def _quoted(options: Sequence[Any]) -> str:
    return " | ".join(f"'{option}'" for option in options if option is not None)


def _received(value: Any) -> str:
    if value is ABSENT:
        return "undefined"
    if value is None:
        return "null"
    names = {bool: "boolean", int: "number", float: "number", str: "string", list: "array"}
    return names.get(type(value), "object")
