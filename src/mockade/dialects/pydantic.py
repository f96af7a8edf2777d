"""Violations worded as Pydantic 1 words them under FastAPI: `{"detail": [{loc, msg, type}]}`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from mockade.contract.violations import Violation
from mockade.dialects import Dialect
from mockade.errors import Refusal

_TYPES = {
    "string": ("str type expected", "type_error.str"),
    "integer": ("value is not a valid integer", "type_error.integer"),
    "number": ("value is not a valid float", "type_error.float"),
    "boolean": ("value could not be parsed to a boolean", "type_error.bool"),
    "array": ("value is not a valid list", "type_error.list"),
    "object": ("value is not a valid dict", "type_error.dict"),
}

_FORMATS = {
    "uuid": ("value is not a valid uuid", "type_error.uuid"),
    "date-time": ("invalid datetime format", "value_error.datetime"),
    "uri": ("invalid or missing URL scheme", "value_error.url.scheme"),
}

_BOUNDS = {
    "minimum": ("greater than or equal to", "value_error.number.not_ge"),
    "maximum": ("less than or equal to", "value_error.number.not_le"),
    "exclusiveMinimum": ("greater than", "value_error.number.not_gt"),
    "exclusiveMaximum": ("less than", "value_error.number.not_lt"),
}

_SIZES = {
    "minLength": ("at least", "characters", "value_error.any_str.min_length"),
    "maxLength": ("at most", "characters", "value_error.any_str.max_length"),
    "minItems": ("at least", "items", "value_error.list.min_items"),
    "maxItems": ("at most", "items", "value_error.list.max_items"),
}


def dialect(
    errors: Callable[[Refusal], Any], component: str, engine: Mapping[str, tuple[int, str]]
) -> Dialect:
    """A FastAPI service's: violations are a 422 of its HTTPValidationError; the rest as in Dialect."""
    return Dialect(errors, component, detail, 422, "HTTPValidationError", engine=engine)


def detail(violations: Sequence[Violation]) -> dict[str, Any]:
    """The whole body of a 422."""
    return {"detail": [_error(violation) for violation in violations]}


def _error(violation: Violation) -> dict[str, Any]:
    message, kind = _worded(violation)
    return {"loc": [violation.where, *violation.path], "msg": message, "type": kind}


def _worded(violation: Violation) -> tuple[str, str]:
    rule, expected = violation.rule, violation.expected
    if rule in ("required", "absent"):
        return "field required", "value_error.missing"
    if rule in ("type", "oneOf", "anyOf") and expected:
        if violation.value is None:
            return "none is not an allowed value", "type_error.none.not_allowed"
        return _TYPES.get(expected[0], (violation.message, "type_error"))
    if rule == "enum":
        options = ", ".join(repr(option) for option in expected)
        return f"value is not a valid enumeration member; permitted: {options}", "type_error.enum"
    if rule in _BOUNDS:
        words, kind = _BOUNDS[rule]
        return f"ensure this value is {words} {expected}", kind
    if rule in _SIZES:
        bound, unit, kind = _SIZES[rule]
        return f"ensure this value has {bound} {expected} {unit}", kind
    if rule == "pattern":
        return f'string does not match regex "{expected}"', "value_error.str.regex"
    if rule == "format":
        return _FORMATS.get(expected, (f"value is not a valid {expected}", "value_error"))
    if rule == "additionalProperties":
        return "extra fields not permitted", "value_error.extra"
    if rule == "json":
        return violation.message, "value_error.jsondecode"
    return violation.message, "value_error"
