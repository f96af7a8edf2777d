"""The three kinds of error: a documented refusal, a file that its owner must mend, a fault of ours."""

from __future__ import annotations

import os
from collections.abc import Sequence
from http.client import responses
from pathlib import Path
from typing import Any, NamedTuple


def sound(text: str) -> str:
    """What an exception says as text that UTF-8 can hold: it may carry half of a character."""
    return text.encode("utf-8", "backslashreplace").decode()


def plain(text: str) -> str:
    """Text that callers sent, safe to print: no line breaks, and nothing that a terminal would obey."""
    if text.isprintable():
        return text
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in text)


class Refusal(Exception):
    """A documented no. It changes nothing, and the API's dialect gives it its wire form.

    `code` is the dialect's error code; `detail` holds what else the dialect's error body has room for;
    `headers` go out with the answer.
    """

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        headers: dict[str, str] | None = None,
        **detail: Any,
    ) -> None:
        super().__init__(status, code, message)
        if not isinstance(status, int) or not 400 <= status <= 599:
            raise ValueError(f"A refusal's status is a number from 400 to 599, not {status!r}.")
        self.status = status
        self.code = code
        self.message = sound(message)
        self.headers = headers or {}
        self.detail = detail

    def __str__(self) -> str:
        return f"{self.status} {self.code}: {self.message}"


ENGINE_STATUSES = {
    "unauthenticated": 401,
    "unknown_credential": 401,
    "credential_refused": 401,
    "forbidden": 403,
    "no_operation": 404,
    "method_not_allowed": 405,
    "body_timeout": 408,
    "body_too_large": 413,
    "unsupported_media_type": 415,
    "malformed_request": 400,
}
"""What the engine itself refuses, and with which status where a dialect does not say otherwise."""


class EngineRefusal(Refusal):
    """A no of the engine's own, for want of a handler that would say it; `code` is one of ENGINE_STATUSES."""

    def __init__(
        self, code: str, message: str, *, headers: dict[str, str] | None = None, **detail: Any
    ) -> None:
        super().__init__(ENGINE_STATUSES[code], code, message, headers=headers, **detail)


class OurFault(Exception):
    """The mock itself is at fault: an answer or a row that breaks the contract, or nobody who answers (501).

    `violations` are what it broke, if anything.
    """

    def __init__(self, message: str, violations: Sequence[Any] = (), *, status: int = 500) -> None:
        super().__init__(message)
        self.message = message
        self.violations = list(violations)
        self.status = status


def problem_details(status: int, detail: str, title: str = "") -> dict[str, Any]:
    """RFC 9457, for what no vendor has words for; without a title the status's own phrase is it."""
    plain = sound(detail)
    title = title or responses.get(status, "Refused")
    return {"type": "about:blank", "title": title, "status": status, "detail": plain}


class Place(NamedTuple):
    """Where in a file something stands; line and column count from 1, 0 when the file has none to give."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        if not self.line:
            return self.file
        return f"{self.file}:{self.line}:{self.column}"


def shown_path(path: Path) -> str:
    """`path` as messages name it: relative to the working directory where it lies below it."""
    absolute = path.absolute()
    try:
        return os.fspath(absolute.relative_to(Path.cwd()))
    except (ValueError, OSError):
        return os.fspath(absolute)


class Finding(NamedTuple):
    """One thing in a file that its owner must mend: what, where, what was expected, what to do."""

    place: Place
    message: str
    mend: str = ""
    rule: str = ""

    def __str__(self) -> str:
        text = f"{self.place}: {self.message}"
        return f"{text} {self.mend}" if self.mend else text


class SetupError(Exception):
    """What our user handed us does not fit; `findings` lists every fault, not only the first."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__("\n".join(str(finding) for finding in findings))
        self.findings = list(findings)
