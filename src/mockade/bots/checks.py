"""Calls of a script, held against the contract: parameters, body, statuses."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from mockade.bots.expressions import expressions
from mockade.contract.media_types import is_form, is_json
from mockade.contract.operations import Operation
from mockade.contract.violations import ABSENT, Violation
from mockade.hints import did_you_mean

_COMBINING = frozenset({"anyOf", "oneOf", "not", "if", "discriminator"})
"""Keywords whose fault may lie in a value below."""

_STATUS = re.compile(r"[1-5](?:[0-9][0-9]|XX)")


class Slip(NamedTuple):
    """What is wrong with a call: the keys that lead to it in the step, a sentence, and what to do."""

    path: tuple[str | int, ...]
    message: str
    mend: str = ""


def parameter_slips(operation: Operation, given: Mapping[str, Any]) -> Iterator[Slip]:
    """What the parameters lack, have beyond the contract, or have otherwise."""
    known = {one.name: one for one in operation.parameters}
    for name, value in given.items():
        parameter = known.get(name)
        if parameter is None:
            message = f"{operation.id} has no parameter {name!r}."
            yield Slip(("parameters", name), message, did_you_mean(name, known))
        elif parameter.validator is not None and not list(expressions(value)):
            for violation in parameter.validator.violations(value, parameter.place):
                yield _slip(violation, ("parameters", name))
    for name, parameter in known.items():
        if parameter.required and name not in given:
            message = f"{operation.id} needs the {parameter.where} parameter {name!r}."
            yield Slip((), message, f"Add below `parameters`:  {name}: …")


def media_type_of(operation: Operation) -> str:
    """The media type in which a script sends an operation's body: JSON, a form, else any; empty for none."""
    types = [] if operation.body is None else list(operation.body.contents)
    preferred = [one for one in types if is_json(one)] or [one for one in types if is_form(one)]
    return next(iter(preferred or types), "")


def body_slips(operation: Operation, body: Any, media_type: str) -> Iterator[Slip]:
    """What is wrong with a body, as far as it is known before expressions stand for something."""
    at = ("requestBody",)
    if operation.body is None:
        if body is not ABSENT:
            yield Slip(at, f"{operation.id} takes no body.", "Leave it out.")
        return
    if body is ABSENT:
        if operation.body.required:
            yield Slip((), f"{operation.id} needs a `requestBody`.")
        return
    if not is_json(media_type) and not (isinstance(body, dict) and is_form(media_type)):
        if not isinstance(body, str):
            yield Slip(at, f"A body of {media_type} is a text.")
        return
    validator = operation.body.contents[media_type].validator
    open_paths = [path for path, _ in expressions(body)]
    for violation in validator.violations(body, "body") if validator is not None else ():
        if not _may_be_mended(violation, open_paths):
            yield _slip(violation, at)


def _may_be_mended(violation: Violation, open_paths: list[tuple[str | int, ...]]) -> bool:
    """Whether a violation may be gone once expressions stand for something."""
    path = violation.path
    for one in open_paths:
        is_at = path[: len(one)] == one
        if is_at or (violation.rule in _COMBINING and one[: len(path)] == path):
            return True
    return False


def _slip(violation: Violation, at: tuple[str | int, ...]) -> Slip:
    asked = f"  [{violation.place}]" if violation.place else ""
    return Slip((*at, *violation.path), f"{violation.message}{asked}")


def status_slip(status: str) -> str:
    """What is wrong with a status that is expected; empty for nothing."""
    if _STATUS.fullmatch(status):
        return ""
    return f"{status!r} is no status: write 200, 4XX, or a list of them."
