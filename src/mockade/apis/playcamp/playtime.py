"""Playtime: finished stretches of play, reported by a game's server."""

from __future__ import annotations

from typing import Any

from mockade.apis.playcamp.wording import INVALID
from mockade.handling import Call, Refusal, Reply


def record_playtime_session(call: Call, body: dict[str, Any], is_test: bool | None) -> Reply:
    """Unique in the project by sessionId; a repeat is no error and the first record stays (documented).

    A test is checked in the same way and keeps nothing (documented). The SDK asks for one in the query
    (observed); that this works like the body's field is assumed.
    """
    if _instant(body["endedAt"]) < _instant(body["startedAt"]):
        raise Refusal(400, INVALID, "endedAt must not precede startedAt", path="endedAt")
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
