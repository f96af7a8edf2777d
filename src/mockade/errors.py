"""The three kinds of error: Refusal (a documented no), SetupError (a file to mend), OurFault (our bug)."""

from __future__ import annotations

import os
from collections.abc import Sequence
from http.client import responses
from pathlib import Path
from typing import Any, Literal, NamedTuple
from unicodedata import category


def utf8_safe(text: str) -> str:
    """Text that UTF-8 can encode: lone surrogates, which an exception may carry, are escaped."""
    return text.encode("utf-8", "backslashreplace").decode()


def printable(text: str) -> str:
    """Text of others, safe to print: line breaks and what else steers a terminal are escaped."""
    if text.isprintable():
        return text
    return "".join(
        one if one.isprintable() or category(one) == "Zs" else one.encode("unicode_escape").decode()
        for one in text
    )


def counted(count: int, noun: str) -> str:
    """A number and its noun: `1 row`, `1,200 rows`. The noun takes an s for its plural."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def reason(error: Exception) -> str:
    """Why something failed, in the system's words where it is the system's error: `Permission denied`."""
    return getattr(error, "strerror", None) or str(error)


class Refusal(Exception):
    """A documented no. It changes nothing, and the API's dialect makes the response of it.

    `code` is the dialect's error code; `detail` holds further members of the dialect's error body;
    `headers` are added to the response.
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
        self.message = utf8_safe(message)
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
    "not_acceptable": 406,
    "body_timeout": 408,
    "body_too_large": 413,
    "unsupported_media_type": 415,
    "malformed_request": 400,
    "not_implemented": 501,
    "store_unavailable": 503,
}
"""By code of a refusal of the engine itself, its status where a dialect does not say otherwise."""


class EngineRefusal(Refusal):
    """A refusal by the engine and not by a handler; `code` is one of ENGINE_STATUSES."""

    def __init__(
        self, code: str, message: str, *, headers: dict[str, str] | None = None, **detail: Any
    ) -> None:
        super().__init__(ENGINE_STATUSES[code], code, message, headers=headers, **detail)


class RunAgain(BaseException):
    """What a request needs is not there yet: it is to be run again. No error, so nobody answers with one."""


class OurFault(Exception):
    """A bug of the mock: a response or row that breaks the contract, or nobody to answer (501).

    `violations` are the broken rules of the contract, if any.
    """

    def __init__(self, message: str, violations: Sequence[Any] = (), *, status: int = 500) -> None:
        super().__init__(message)
        self.message = message
        self.violations = list(violations)
        self.status = status


class InvalidResponse(OurFault):
    """An answer of ours that breaks the contract."""


def problem_details(status: int, detail: str, title: str = "") -> dict[str, Any]:
    """The members of an RFC 9457 problem; without a title it is the status's reason phrase."""
    title = title or responses.get(status, "Refused")
    return {"type": "about:blank", "title": title, "status": status, "detail": utf8_safe(detail)}


class Place(NamedTuple):
    """A position in a file; line and column count from 1, and are 0 where there are none."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        if not self.line:
            return self.file
        return f"{self.file}:{self.line}:{self.column}"

    @classmethod
    def parse(cls, text: str) -> Place:
        """Of FILE, FILE:LINE or FILE:LINE:COLUMN; the file's name may hold colons."""
        file, *numbers = text.rsplit(":", 2)
        if len(numbers) == 2 and not _is_number(numbers[0]):
            file, numbers = f"{file}:{numbers[0]}", numbers[1:]
        if not numbers or not all(map(_is_number, numbers)):
            return cls(text)
        return cls(file, *map(int, numbers))


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 10


def shown_path(path: Path) -> str:
    """`path` as messages show it: relative to the working directory where it lies below it."""
    absolute = path.absolute()
    try:
        return os.fspath(absolute.relative_to(Path.cwd()))
    except (ValueError, OSError):
        return os.fspath(absolute)


Severity = Literal["error", "warning", "info"]


class Finding(NamedTuple):
    """A fault in a file: where it is, what was expected (`message`), what to do (`mend`)."""

    place: Place
    message: str
    mend: str = ""
    rule: str = ""
    severity: Severity = "error"

    def __str__(self) -> str:
        text = f"{self.place}: {self.message}"
        return f"{text} {self.mend}" if self.mend else text


class SetupError(Exception):
    """What our user wrote or asked for does not fit; `findings` lists every fault, not only the first."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__("\n".join(str(finding) for finding in findings))
        self.findings = list(findings)
