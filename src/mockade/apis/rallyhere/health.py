"""The health of instances: reported by whoever hosts, and unknown when reports stop."""

from __future__ import annotations

from typing import Any

from mockade.handling import Call, Refusal, Row

from . import session_lifetime
from .instance_rules import health_after
from .instances import existing_instance
from .short_codes import session_of


def instance_health_check(call: Call, session_id: str, refresh_ttl: bool, body: Row) -> dict[str, Any]:
    """Whoever has the permission reports, of the session's present instance (documented)."""
    session = session_of(call, session_id)
    instance = existing_instance(session)
    if body["instance_id"] != instance["instance_id"]:
        raise Refusal(403, "instance_mismatch", "The session has another instance")
    if instance["join_status"] == "closed":
        raise Refusal(403, "instance_closed", "The instance has closed")
    before = session.beside.get("health_at")
    gap = call.seconds() - before if before is not None else None
    cadence = call.behaviour["health_cadence_seconds"]
    share = call.behaviour["health_missing_percentage"]
    health = health_after(body["instance_health"], gap, cadence, share)
    session.beside["health_at"] = call.seconds()
    instance["instance_health"] = health
    call.rows("sessions").put(session)
    session_lifetime.refresh(call, session, refresh_ttl)
    call.set_event("health_goes_unknown", session.key, cadence * call.behaviour["health_missed_checks"])
    return {"updated_instance_health": health}


def instance_health_config(call: Call) -> dict[str, Any]:
    return {
        "cadence_seconds": call.behaviour["health_cadence_seconds"],
        "unhealthy_health_check_percentage": call.behaviour["health_missing_percentage"],
        "missed_checks_before_unknown": call.behaviour["health_missed_checks"],
    }


def health_goes_unknown(call: Call, session_id: str) -> None:
    """On the timeline: reports have stopped for too long (documented as missed checks in a row)."""
    session = call.rows("sessions").find(session_id)
    if session is None or session.get("instance", {}).get("join_status", "closed") == "closed":
        return
    session["instance"]["instance_health"] = "unknown"
    call.rows("sessions").put(session)
