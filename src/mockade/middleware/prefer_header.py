"""What a request prefers (RFC 7240): which documented answer it wants, `Prefer: code=503, example=name`.

`dynamic=true` and `seed=7` ask for a generated one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from mockade.asgi import Scope, header
from mockade.catalogue.answerers import Answerer
from mockade.contract.operations import Operation
from mockade.contract.violations import Violation
from mockade.hints import did_you_mean
from mockade.middleware.context import Preference

_SHOWN = 100
"""Characters of a preference that a notice repeats."""

_TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_SEED = re.compile(r"-?[0-9]{1,19}", re.ASCII)
_PREFERENCE = re.compile(rf'({_TOKEN})[ \t]*(?:=[ \t]*("(?:[^"\\]|\\.)*"|[^,;]*))?')


_NAMES = ("code", "example", "dynamic", "seed")
"""The preferences that are ours."""

_MOST = 2**63
"""A seed is less, and not less than its negative."""


def read_preference(
    scope: Scope, operation: Operation, answerer: Answerer, *, generates: bool = True
) -> tuple[Preference | None, list[Violation]]:
    """The documented answer that a request prefers, if any, or a notice why there is none such.

    Names are compared as their bytes in UTF-8. Preferences that are not ours are for others, and ignored; so
    are those for generated answers where none are given. Without a code these are for what an example or a
    generated answer answers: what a handler or a shape would say, only they know.
    """
    if header(scope, b"prefer") is None:
        return None, []
    raw = b", ".join(value for key, value in scope["headers"] if key == b"prefer")
    wanted: dict[str, str] = {}
    for name, value in preferences(raw.decode("utf-8", "backslashreplace")):
        wanted.setdefault(name, value)  # of several of one name only the first counts
    if not generates or wanted.get("example"):  # a named example is not made up
        wanted = {name: value for name, value in wanted.items() if name not in ("dynamic", "seed")}
    if wanted.get("dynamic", "").lower() == "false":  # it is what is done anyway
        del wanted["dynamic"]
    code, example = wanted.get("code", ""), wanted.get("example", "")
    dynamic, seed = wanted.get("dynamic", ""), wanted.get("seed", "")
    if not (code or example or dynamic or seed):
        return None, []
    applied = ", ".join(f"{name}={_quoted(wanted[name])}" for name in _NAMES if wanted.get(name))
    status = operation.success
    if code:
        status = int(code) if re.fullmatch(r"[2-5]\d\d", code, re.ASCII) else 0
    complaint = (
        _complaint(operation, status, code, example)
        or _of_generated(operation, dynamic, seed)
        or (_of_answerer(operation, answerer) if (dynamic or seed) and not code else "")
    )
    if complaint:
        message = f"`Prefer: {_short(applied)}` is not applied. {complaint}"
        return None, [Violation("header", ("prefer",), "undeclared", message, value=applied, notice=True)]
    return Preference(status, example or None, applied, int(seed) if seed else None, bool(dynamic)), []


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
    examples = {name: node for one in response.contents.values() for name, node in one.examples.items()}
    if not example or example in examples:
        return ""
    where = f"The {status} answer of {operation.id}"
    names = [name for name in examples if name]
    if not names:
        return f"{where} has no named examples."
    return f"{where} has no example {_short(example)!r}. {did_you_mean(example, names)}"


def _of_generated(operation: Operation, dynamic: str, seed: str) -> str:
    """Why no answer is generated as a request prefers; empty when one is."""
    if (dynamic or seed) and operation.not_served:
        return f"{operation.id} is known and not served: nothing is made up for it."
    if dynamic and dynamic.lower() != "true":
        return f"dynamic is true or false, not {_short(dynamic)!r}."
    if seed and not (_SEED.fullmatch(seed) and -_MOST <= int(seed) < _MOST):
        return f"A seed is a whole number of 64 bits, not {_short(seed)!r}."
    return ""


def _of_answerer(operation: Operation, answerer: Answerer) -> str:
    """Why nothing is generated in the place of what answers; empty where it is an example or generated."""
    kinds = {"handler": "a handler", "shape": "generated CRUD"}
    if answerer.kind not in kinds:
        return ""
    return (
        f"{operation.id} is answered by {kinds[answerer.kind]}, which a generated body does not replace: "
        "say which answer is wanted by its code too."
    )


def _quoted(value: str) -> str:
    """A preference's value as it is written."""
    if re.fullmatch(_TOKEN, value):
        return value
    escaped = re.sub(r'(["\\])', r"\\\1", value)
    return f'"{escaped}"'


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
