"""What a request prefers (RFC 7240): which documented answer it wants, `Prefer: code=503, example=name`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mockade.asgi import Scope, header
from mockade.contract.operations import Operation
from mockade.contract.violations import Violation
from mockade.hints import did_you_mean
from mockade.middleware.context import Preference

_SHOWN = 100
"""Characters of a preference that a notice repeats."""

_TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_PREFERENCE = re.compile(rf'({_TOKEN})[ \t]*(?:=[ \t]*("(?:[^"\\]|\\.)*"|[^,;]*))?')


def read_preference(scope: Scope, operation: Operation) -> tuple[Preference | None, list[Violation]]:
    """The documented answer that a request prefers, if any, or a notice why there is none such.

    Names are compared as their bytes in UTF-8. Preferences that are not ours are for others, and ignored.
    """
    if header(scope, b"prefer") is None:
        return None, []
    raw = b", ".join(value for key, value in scope["headers"] if key == b"prefer")
    wanted: dict[str, str] = {}
    for name, value in preferences(raw.decode("utf-8", "backslashreplace")):
        wanted.setdefault(name, value)  # of several of one name only the first counts
    code, example = wanted.get("code", ""), wanted.get("example", "")
    if not code and not example:
        return None, []
    applied = ", ".join(f"{name}={_quoted(wanted[name])}" for name in ("code", "example") if wanted.get(name))
    status = operation.success
    if code:
        status = int(code) if re.fullmatch(r"[2-5]\d\d", code, re.ASCII) else 0
    complaint = _complaint(operation, status, code, example)
    if complaint:
        message = f"`Prefer: {_short(applied)}` is not applied. {complaint}"
        return None, [Violation("header", ("prefer",), "undeclared", message, value=applied, notice=True)]
    return Preference(status, example or None, applied), []


def preferences(text: str) -> Iterator[tuple[str, str]]:
    """Each preference of the header's values, and each parameter of one, with its value unquoted.

    Prism takes semicolons for commas, and so do we: none of the two has parameters.
    """
    at = 0
    while at < len(text):
        found = _PREFERENCE.match(text, at)
        if found is None:
            at += 1
            continue
        value = (found[2] or "").strip()
        quoted = len(value) > 1 and value[0] == value[-1] == '"'
        yield found[1].lower(), re.sub(r"\\(.)", r"\1", value[1:-1]) if quoted else value
        at = found.end()


def _complaint(operation: Operation, status: int, code: str, example: str) -> str:
    """Why the contract has no such answer; empty when it has."""
    response = operation.response(status) if status else None
    if response is None:
        documented = ", ".join(operation.responses) or "none"
        return f"{operation.id} documents no answer {_short(code) or status}; it documents {documented}."
    content = response.json or next(iter(response.contents.values()), None)
    examples = content.examples if content else {}
    if not example or example in examples:
        return ""
    where = f"The {status} answer of {operation.id}"
    names = [name for name in examples if name]
    if not names:
        return f"{where} has no named examples."
    return f"{where} has no example {_short(example)!r}. {did_you_mean(example, names)}"


def _quoted(value: str) -> str:
    """A preference's value as it is written."""
    if re.fullmatch(_TOKEN, value):
        return value
    escaped = re.sub(r'(["\\])', r"\\\1", value)
    return f'"{escaped}"'


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
