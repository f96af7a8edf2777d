"""PlayCamp: what its page on recording playtime and its SDK say beyond the contract, and our guesses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mockade.dialects import ENGINE_STATUSES, Dialect
from mockade.dialects.zod import issues
from mockade.handling import Call, Collection, Refusal, Reply, Switch

_INVALID = "VALIDATION_ERROR"

_CODES = {
    400: "BAD_REQUEST",
    401: "UNAUTHORIZED",
    403: "FORBIDDEN",
    404: "NOT_FOUND",
    405: "METHOD_NOT_ALLOWED",
    408: "REQUEST_TIMEOUT",
    413: "PAYLOAD_TOO_LARGE",
    415: "UNSUPPORTED_MEDIA_TYPE",
}
"""400 to 404 are the vendor's (documented); the others continue them (assumed)."""


def _error(refusal: Refusal) -> dict[str, Any]:
    """Documented; a failed validation carries the `path` of the field of the body that it blames."""
    if refusal.code == _INVALID:
        return _invalid([{"message": refusal.message, "path": refusal.detail["path"], "target": "body"}])
    return {"error": refusal.message, "code": refusal.code}


def _invalid(details: list[dict[str, str]]) -> dict[str, Any]:
    return {"error": "Validation Error", "code": _INVALID, "details": details}


def _violations(violations: Sequence[Any]) -> dict[str, Any]:
    """Documented, Zod's messages included; steps into a field are joined by dots (assumed)."""
    return _invalid(
        [
            {"message": issue.message, "path": ".".join(map(str, issue.path)), "target": issue.where}
            for issue in issues(violations)
        ]
    )


dialect = Dialect(
    errors=_error,
    component="Error",
    violations=_violations,
    engine={code: (status, _CODES[status]) for code, status in ENGINE_STATUSES.items()},
)

collections = (
    Collection(
        "playtime-sessions",
        holds="PlaytimeSession",
        key=lambda row: f"{row.beside['project']}/{row['sessionId']}",
    ),
)

behaviour = (
    Switch(
        "success_status",
        201,
        "The page prints a success without a number; sibling creates answer 201, and the SDK takes any 2xx.",
        (201, 200),
    ),
    Switch(
        "repeat_answers",
        "stored",
        "The first record stays (documented), so its values and time are told; sent tells the repeat's.",
        ("stored", "sent"),
    ),
    Switch(
        "test_is_recorded",
        True,
        "Test answers are said to be realistic, so `recorded` is true although nothing is kept.",
    ),
    Switch(
        "unknown_campaign_or_creator",
        "accept",
        "A 404 is documented for sponsors only; refuse answers it for what the key does not list.",
        ("accept", "refuse"),
    ),
)


def record_playtime_session(call: Call, body: dict[str, Any], is_test: bool | None) -> Reply:
    """Unique in the project by sessionId; a repeat is no error and the first record stays (documented).

    A test is checked in the same way and keeps nothing (documented). The SDK asks for one in the query
    (observed); that this works like the body's field is assumed.
    """
    if _instant(body["endedAt"]) < _instant(body["startedAt"]):
        raise Refusal(400, _INVALID, "endedAt must not precede startedAt", path="endedAt")
    if call.behaviour["unknown_campaign_or_creator"] == "refuse":
        _look_up_credit(call, body)
    status = call.behaviour["success_status"]
    session = {
        "sessionId": body["sessionId"],
        "userId": body["userId"],
        "durationSeconds": body["durationSeconds"],
        "recorded": True,
        "createdAt": call.now(),
    }
    if is_test or body["isTest"]:
        return Reply({"data": {**session, "recorded": call.behaviour["test_is_recorded"]}}, status)
    project = call.caller.facts.get("project", call.caller.id)
    sessions = call.rows("playtime-sessions")
    first = sessions.find(f"{project}/{body['sessionId']}")
    if first is None:
        return Reply({"data": sessions.add(session, project=project, report=body)}, status)
    told = first if call.behaviour["repeat_answers"] == "stored" else session
    return Reply({"data": {**told, "recorded": False}}, status)


def _instant(time: str) -> tuple[str, str]:
    """A UTC time as something to compare: exact for fractions of any length, and for leap seconds."""
    whole, _, fraction = time.upper().removesuffix("Z").partition(".")
    return whole, fraction.rstrip("0")


def _look_up_credit(call: Call, body: dict[str, Any]) -> None:
    """Refuse what the fixtures do not list for the key; the contract has no operation that makes them."""
    for field, listed, noun in (
        ("campaignId", "campaigns", "Campaign"),
        ("creatorKey", "creators", "Creator"),
    ):
        if field in body and body[field] not in call.caller.facts.get(listed, ()):
            raise Refusal(404, "NOT_FOUND", f"{noun} not found")
