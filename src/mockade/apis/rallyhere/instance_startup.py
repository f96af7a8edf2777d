"""Instances are made for sessions, and dedicated ones start step by step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockade.handling import Call, Refusal, Row

from .instance_rules import SERVED, STARTS, STARTUP_STEPS, drawn_map, next_step, steps_after
from .membership import is_active


def start(call: Call, session: Row, asked: Mapping[str, Any]) -> None:
    """Give a session an instance, and let it begin to come up as its type says.

    A preallocated one has its allocation at once; who asks for a standalone one hosts it (both assumed).
    """
    host_type = asked["host_type"]
    instance: dict[str, Any] = {
        "instance_id": asked.get("instance_id") or call.new_uuid(),
        "host_type": host_type,
        "join_status": STARTUP_STEPS[0],
        "created": call.now(),
        "custom_data": asked.get("custom_data", {}),
    }
    if "instance_startup_params" in asked:
        instance["instance_startup_params"] = asked["instance_startup_params"]
    session["instance"] = instance
    session.beside.pop("health_at", None)
    call.cancel_event("health_goes_unknown", session.key)  # it was about the instance before
    if host_type not in SERVED:
        instance["host_player_uuid"] = asked.get("host_player_uuid", call.caller.id).lower()
        if not is_active(session, instance["host_player_uuid"]):
            message = f"Player {instance['host_player_uuid']} is not in the session"
            raise Refusal(403, "host_not_in_session", message)
        return
    begin_startup(call, session)
    if host_type == "preallocated" and instance["join_status"] == STARTUP_STEPS[0]:
        _step(call, session)


def start_with_its_session(call: Call, session: Row, template: Row) -> None:
    """The instance that sessions of a type begin with, if any; a template is stronger than parameters."""
    name = template.get("auto_startup_instance_template_id")
    asked: dict[str, Any] = {"host_type": "dedicated"}
    if name is not None:
        start(call, session, {**asked, **by_template(call, name), "host_type": "dedicated"})
    elif "auto_startup_params" in template:
        start(call, session, {**asked, "instance_startup_params": template["auto_startup_params"]})


def begin_startup(call: Call, session: Row) -> None:
    """Begin the startup of a dedicated instance, as `_instance` beside its type says.

    Its plan and progress are kept beside the session as `walk`, under which name state files have it.
    """
    plan = startup_plan(call, call.rows("templates").find(session["type"]))
    session.beside["walk"] = plan
    if plan["start"] == "immediately":
        while "walk" in session.beside:
            _step(call, session)
    _schedule_next_step(call, session)


def startup_plan(call: Call, template: Row | None) -> dict[str, Any]:
    """How dedicated instances of a type start. Raises ValueError for an invalid `_instance`."""
    own = template.beside.get("instance", {}) if template is not None else {}
    plan = {
        "start": call.behaviour["instance_start"],
        "count": call.behaviour["instance_start_count"],
        "fails": call.behaviour["instance_start_fails"],
    }
    if not isinstance(own, dict) or own.keys() - plan.keys():
        raise _bad_plan(own)
    plan |= own
    if plan["start"] not in STARTS or type(plan["count"]) is not int or type(plan["fails"]) is not bool:
        raise _bad_plan(own)
    return {**plan, "reads": 0}


def _bad_plan(own: Any) -> ValueError:
    starts = ", ".join(STARTS)
    return ValueError(
        f"No instance comes up as `_instance: {own}` says: it holds start (one of {starts}), count (a whole "
        "number) and fails (true or false)"
    )


def count_read(call: Call, session: Row) -> None:
    """Where reads of a session bring its instance up, this is one."""
    plan = session.beside.get("walk")
    if plan is None or plan["start"] != "reads":
        return
    if not _is_starting(session):
        cancel_startup(call, session)
        call.rows("sessions").put(session)
        return
    plan["reads"] += 1
    steps = steps_after(plan["reads"], plan["count"])
    while "walk" in session.beside and STARTUP_STEPS.index(session["instance"]["join_status"]) < steps:
        _step(call, session)
    call.rows("sessions").put(session)


def by_template(call: Call, name: str) -> dict[str, Any]:
    """What an instance request template asks for, one of its maps drawn by their weights."""
    template = call.rows("instance_request_templates").find(name.lower())
    if template is None:
        message = f"There is no instance request template {name}"
        raise Refusal(403, "instance_request_template_not_found", message)
    asked: dict[str, Any] = {
        "host_type": template["default_host_type"],
        "custom_data": template["custom_data"],
    }
    chosen = drawn_map(template["map_selection_list"]["maps"], int(call.new_uuid()[:8], 16) / 2**32)
    if chosen is not None:
        asked["instance_startup_params"] = {
            "map": chosen["map_name"],
            **({"mode": chosen["mode"]} if "mode" in chosen else {}),
            "misc_params": chosen.get("misc_params", ""),
            "custom_data": chosen["custom_data"],
        }
    return asked


def instance_advances(call: Call, session_id: str) -> None:
    """On the timeline: an instance that time brings up takes its next step."""
    session = call.rows("sessions").find(session_id)
    if session is not None and session.beside.get("walk", {}).get("start") == "seconds":
        if _is_starting(session):
            _step(call, session)
            _schedule_next_step(call, session)
        else:
            cancel_startup(call, session)
        call.rows("sessions").put(session)


def _is_starting(session: Row) -> bool:
    """Whether there is a step to take: a row may have been written since, by a test for one."""
    return session.get("instance", {}).get("join_status") in STARTUP_STEPS[:-1]


def close(call: Call, session: Row) -> None:
    """Let a session's instance be closed, and nothing more happen to it."""
    session["instance"]["join_status"] = "closed"
    cancel_startup(call, session)
    call.cancel_event("health_goes_unknown", session.key)


def _step(call: Call, session: Row) -> None:
    """Take one step of the startup; at its end there is a server to connect to, or none."""
    instance = session["instance"]
    after = next_step(instance["join_status"], fails=session.beside["walk"]["fails"])
    instance["join_status"] = after
    if after == "allocated":
        instance.setdefault("allocation_id", call.new_uuid())
        instance.setdefault("host_dedicated_server_id", "mock-server")
        instance.setdefault("host_dedicated_process_id", call.new_uuid())
    elif after == "joinable":
        port = 7000 + int(call.new_uuid()[:4], 16) % 1000
        params = {"public_conn_str": f"203.0.113.7:{port}", "private_conn_str": f"10.0.0.7:{port}"}
        instance.setdefault("join_params", {**params, "custom_data": {}})
        instance.setdefault("instance_health", "healthy")
    if after == "closed":
        close(call, session)
    elif after == STARTUP_STEPS[-1]:
        cancel_startup(call, session)


def _schedule_next_step(call: Call, session: Row) -> None:
    """Set the event of the next step where time brings the instance up, evenly over all steps."""
    plan = session.beside.get("walk")
    if plan is not None and plan["start"] == "seconds":
        call.set_event("instance_advances", session.key, plan["count"] / (len(STARTUP_STEPS) - 1))


def cancel_startup(call: Call, session: Row) -> None:
    session.beside.pop("walk", None)
    call.cancel_event("instance_advances", session.key)
