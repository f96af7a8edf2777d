"""Playtime: finished stretches of play, reported by a game's server one by one or in bulk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockade.handling import Call, Refusal, Reply

from .attribution import need_known_credit
from .bulks import Bulk, tally
from .projects import in_project, project_of
from .wording import INVALID

Report = dict[str, Any]

_BULK = Bulk("sessions", "playtime-reports", "sessionId")


def record_playtime_session(call: Call, body: Report, is_test: bool | None) -> Reply:
    """Unique in the project by sessionId; a repeat is no error and the first record stays (documented).

    A test is checked in the same way and keeps nothing (documented). The SDK asks for one in the query
    (observed); that this works like the body's field is assumed.
    """
    session = _recorded(call, body, is_test=bool(is_test or body["isTest"]))
    return Reply({"data": session}, call.behaviour["success_status"])


def record_playtime_sessions(call: Call, body: dict[str, Any], is_test: bool | None) -> Reply:
    """Each session for itself, by the rules of a single one (observed in the SDK: counts and statuses)."""

    def each(report: Report) -> dict[str, Any]:
        testing = bool(is_test or body["isTest"] or report["isTest"])
        session = _recorded(call, report, is_test=testing)
        return {"status": "SUCCESS" if session["recorded"] else "SKIPPED"}

    return Reply({"data": tally(_BULK.results(call, body, each))}, call.behaviour["success_status"])


def _recorded(call: Call, report: Report, *, is_test: bool) -> dict[str, Any]:
    """The response for a session; `recorded` says whether it was new. Refuses what no schema can."""
    if ends_too_early(report):
        raise Refusal(400, INVALID, "endedAt must not precede startedAt", path="endedAt")
    need_known_credit(call, report)
    session = {
        "sessionId": report["sessionId"],
        "userId": report["userId"],
        "durationSeconds": report["durationSeconds"],
        "recorded": True,
        "createdAt": call.now(),
    }
    if is_test:
        return {**session, "recorded": call.behaviour["test_is_recorded"]}
    sessions = call.rows("playtime-sessions")
    first = sessions.find(in_project(call, report["sessionId"]))
    if first is None:
        return sessions.add(session, project=project_of(call), report=report)
    answered = first if call.behaviour["repeat_answers"] == "stored" else session
    return {**answered, "recorded": False}


def ends_too_early(report: Mapping[str, Any]) -> bool:
    """Whether a report's end precedes its start, to the last digit of the fraction (documented)."""
    return _instant(report["endedAt"]) < _instant(report["startedAt"])


def _instant(time: str) -> tuple[str, str]:
    """A UTC time as something to compare: exact for fractions of any length, and for leap seconds."""
    whole, _, fraction = time.upper().removesuffix("Z").partition(".")
    return whole, fraction.rstrip("0")
