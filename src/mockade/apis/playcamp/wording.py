"""PlayCamp's error bodies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mockade.dialects import ENGINE_STATUSES, Dialect
from mockade.dialects.zod import issues
from mockade.handling import Refusal

INVALID = "VALIDATION_ERROR"

Detail = dict[str, str]

_CODES = {
    400: "BAD_REQUEST",
    401: "UNAUTHORIZED",
    403: "FORBIDDEN",
    404: "NOT_FOUND",
    405: "METHOD_NOT_ALLOWED",
    406: "NOT_ACCEPTABLE",
    408: "REQUEST_TIMEOUT",
    413: "PAYLOAD_TOO_LARGE",
    415: "UNSUPPORTED_MEDIA_TYPE",
    501: "NOT_IMPLEMENTED",
    503: "SERVICE_UNAVAILABLE",
}
"""400 to 404 are the vendor's (documented); the others continue them (assumed)."""


_GUIDE = {"INTERNAL_SERVER_ERROR": "INTERNAL_ERROR"}
"""What the vendor's guide calls a code that is named after its status."""


def _error(refusal: Refusal) -> dict[str, Any]:
    """Documented; a failed validation carries the `path` of the field of the body that it blames."""
    if refusal.code == INVALID:
        return _invalid([{"message": refusal.message, "path": refusal.detail["path"], "target": "body"}])
    return {"error": refusal.message, "code": _GUIDE.get(refusal.code, refusal.code)}


def _invalid(faults: list[Detail]) -> dict[str, Any]:
    return {"error": "Validation Error", "code": INVALID, "details": faults}


def details(violations: Sequence[Any]) -> list[Detail]:
    """Documented, Zod's messages included; steps into a field are joined by dots (assumed)."""
    return [
        {"message": issue.message, "path": ".".join(map(str, issue.path)), "target": issue.where}
        for issue in issues(violations)
    ]


def in_a_line(faults: Sequence[Detail], below: str = "") -> str:
    """Details as the one text that an item of a bulk has room for (assumed), without the way to the item."""
    return "; ".join(f"{fault['path'].removeprefix(below)}: {fault['message']}" for fault in faults)


dialect = Dialect(
    errors=_error,
    component="Error",
    violations=lambda violations: _invalid(details(violations)),
    engine={code: (status, _CODES[status]) for code, status in ENGINE_STATUSES.items()},
)
