"""Instances are made for sessions, and dedicated ones start step by step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockade.handling import Call, Refusal, Row

from .instance_life import STARTS, WAY, drawn_map, next_step, steps_after
from .membership import is_active


def start(call: Call, session: Row, asked: Mapping[str, Any]) -> None:
    """Give a session an instance, and let it begin to come up as its type says."""
    host_type = asked["host_type"]
    instance: dict[str, Any] = {
        "instance_id": asked.get("instance_id") or call.new_uuid(),
        "host_type": host_type,
        "join_status": WAY[0],
        "created": call.now(),
        "custom_data": asked.get("custom_data", {}),
    }
    if "instance_startup_params" in asked:
        instance["instance_startup_params"] = asked["instance_startup_params"]
    session["instance"] = instance
    session.beside.pop("health_at", None)
    call.cancel_event("health_goes_unknown", session.key)  # it was about the instance before
    if host_type == "player":
        instance["host_player_uuid"] = asked.get("host_player_uuid", call.caller.id).lower()
        if not is_active(session, instance["host_player_uuid"]):
            message = f"Player {instance['host_player_uuid']} is not in the session"
            raise Refusal(403, "host_not_in_session", message)
        return
    walk(call, session)


def start_with_its_session(call: Call, session: Row, template: Row) -> None:
    """The instance that sessions of a type begin with, if any; a template is stronger than parameters."""
    name = template.get("auto_startup_instance_template_id")
    asked: dict[str, Any] = {"host_type": "dedicated"}
    if name is not None:
        start(call, session, {**asked, **by_template(call, name), "host_type": "dedicated"})
    elif "auto_startup_params" in template:
        start(call, session, {**asked, "instance_startup_params": template["auto_startup_params"]})


def walk(call: Call, session: Row) -> None:
    """Let a dedicated instance begin to come up, in the way that `_instance` beside its type says."""
    way = way_of(call, call.rows("templates").find(session["type"]))
    session.beside["walk"] = way
    if way["start"] == "immediately":
        while "walk" in session.beside:
            _step(call, session)
    _go_on(call, session)


def way_of(call: Call, template: Row | None) -> dict[str, Any]:
    """How dedicated instances of a type come up, none of it gone yet. Raises ValueError for no such way."""
    own = template.beside.get("instance", {}) if template is not None else {}
    way = {
        "start": call.behaviour["instance_start"],
        "count": call.behaviour["instance_start_count"],
        "fails": call.behaviour["instance_start_fails"],
    }
    if not isinstance(own, dict) or own.keys() - way.keys():
        raise _no_way(own)
    way |= own
    if way["start"] not in STARTS or type(way["count"]) is not int or type(way["fails"]) is not bool:
        raise _no_way(own)
    return {**way, "reads": 0}


def _no_way(own: Any) -> ValueError:
    starts = ", ".join(STARTS)
    return ValueError(
        f"No instance comes up as `_instance: {own}` says: it holds start (one of {starts}), count (a whole "
        "number) and fails (true or false)"
    )


def count_read(call: Call, session: Row) -> None:
    """Where reads of a session bring its instance up, this is one."""
    way = session.beside.get("walk")
    if way is None or way["start"] != "reads":
        return
    if not _is_on_its_way(session):
        stop_walking(call, session)
        call.rows("sessions").put(session)
        return
    way["reads"] += 1
    steps = steps_after(way["reads"], way["count"])
    while "walk" in session.beside and WAY.index(session["instance"]["join_status"]) < steps:
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
            "misc_params": "",
            "custom_data": chosen["custom_data"],
        }
    return asked


def instance_advances(call: Call, session_id: str) -> None:
    """On the timeline: an instance that time brings up takes its next step."""
    session = call.rows("sessions").find(session_id)
    if session is not None and session.beside.get("walk", {}).get("start") == "seconds":
        if _is_on_its_way(session):
            _step(call, session)
            _go_on(call, session)
        else:
            stop_walking(call, session)
        call.rows("sessions").put(session)


def _is_on_its_way(session: Row) -> bool:
    """Whether there is a step to take: a row may have been written since, by a test for one."""
    return session.get("instance", {}).get("join_status") in WAY[:-1]


def close(call: Call, session: Row) -> None:
    """Let a session's instance be closed, and nothing more happen to it."""
    session["instance"]["join_status"] = "closed"
    stop_walking(call, session)
    call.cancel_event("health_goes_unknown", session.key)


def _step(call: Call, session: Row) -> None:
    """Take one step of the way up; at its end there is a server to connect to, or none."""
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
    elif after == WAY[-1]:
        stop_walking(call, session)


def _go_on(call: Call, session: Row) -> None:
    """Set the next step of an instance that time brings up; its seconds are for the whole way."""
    way = session.beside.get("walk")
    if way is not None and way["start"] == "seconds":
        call.set_event("instance_advances", session.key, way["count"] / (len(WAY) - 1))


def stop_walking(call: Call, session: Row) -> None:
    session.beside.pop("walk", None)
    call.cancel_event("instance_advances", session.key)
