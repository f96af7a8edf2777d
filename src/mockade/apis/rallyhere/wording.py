"""RallyHere's error bodies: its own, and FastAPI's for violations of the contract."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockade.dialects import Dialect, pydantic
from mockade.handling import Refusal

_VENDOR_WORDS = {
    "insufficient_permissions": "Insufficient Permissions",
    "auth_token_expired": "Token is expired",
}
"""Descriptions that the vendor's other services publish for these codes."""

_FAILED_AUTH = frozenset({"unauthenticated", "unknown_credential", "credential_refused"})


def dialect(behaviour: Mapping[str, Any]) -> Dialect:
    """The codes of failed authentication are those of sibling services; the last four are ours."""
    failed = behaviour["auth_failure_status"]
    return Dialect(
        errors=_error,
        component="HzApiErrorModel",
        violations=pydantic.detail,
        violation_status=422,
        violation_component="HTTPValidationError",
        engine={
            "unauthenticated": (failed, "auth_malformed_access"),
            "unknown_credential": (failed, "auth_token_unknown"),
            "credential_refused": (failed, "auth_token_format"),
            "forbidden": (403, "insufficient_permissions"),
            "no_operation": (404, "resource_not_found"),
            "method_not_allowed": (405, "method_not_allowed"),
            "body_too_large": (413, "request_too_large"),
            "unsupported_media_type": (415, "unsupported_media_type"),
        },
    )


def _error(refusal: Refusal) -> dict[str, Any]:
    if refusal.status == 422:
        return {
            "detail": [
                {"loc": list(loc), "msg": refusal.message, "type": refusal.code} for loc in _locs(refusal)
            ]
        }
    return {
        "auth_success": refusal.detail.get("engine_code") not in _FAILED_AUTH,
        "error_code": refusal.code,
        "desc": _VENDOR_WORDS.get(refusal.code, refusal.message),
    }


def _locs(refusal: Refusal) -> list[list[str]]:
    """Where a 422 of a handler's own points to."""
    locs: list[list[str]] = refusal.detail["locs"]
    return locs
