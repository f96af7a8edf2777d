"""Playtime: finished stretches of play, reported by a game's server one by one or in bulk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockade.handling import Call, Refusal, Reply

from .projects import in_project, need_known_credit, project_of
from .wording import INVALID, details, in_a_line

Report = dict[str, Any]


def record_playtime_session(call: Call, body: Report, is_test: bool | None) -> Reply:
    """Unique in the project by sessionId; a repeat is no error and the first record stays (documented).

    A test is checked in the same way and keeps nothing (documented). The SDK asks for one in the query
    (observed); that this works like the body's field is assumed.
    """
    session = _recorded(call, body, is_test=bool(is_test or body["isTest"]))
    return Reply({"data": session}, call.behaviour["success_status"])


def record_playtime_sessions(call: Call, body: dict[str, Any], is_test: bool | None) -> Reply:
    """Each session for itself, by the rules of a single one (observed in the SDK: counts and statuses)."""
    results = [
        _result(call, report, at, body, is_test=bool(is_test or body["isTest"]))
        for at, report in enumerate(body["sessions"])
    ]
    return Reply({"data": tally(results)}, call.behaviour["success_status"])


def tally(results: list[dict[str, Any]]) -> dict[str, Any]:
    """The results of a bulk with how many of each status there are (observed)."""
    statuses = [result["status"] for result in results]
    return {
        "totalRequested": len(results),
        "successful": statuses.count("SUCCESS"),
        "failed": statuses.count("FAILED"),
        "skipped": statuses.count("SKIPPED"),
        "results": results,
    }


def _result(call: Call, report: Report, at: int, bulk: Mapping[str, Any], *, is_test: bool) -> dict[str, Any]:
    """The result of one session; one without a usable sessionId has an empty one (assumed)."""
    session_id = report.get("sessionId")
    result = {"sessionId": session_id if isinstance(session_id, str) else ""}
    violations = call.rows("playtime-reports").violations(report, "sessions", at)
    if violations:
        error = in_a_line(details(violations), below=f"sessions.{at}.")
        return {**result, "status": "FAILED", "error": error}
    if "callbackId" in bulk:
        report.setdefault("callbackId", bulk["callbackId"])
    try:
        session = _recorded(call, report, is_test=is_test or report["isTest"])
    except Refusal as refusal:
        return {**result, "status": "FAILED", "error": refusal.message}
    return {**result, "status": "SUCCESS" if session["recorded"] else "SKIPPED"}


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
