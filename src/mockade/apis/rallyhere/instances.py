"""Instances: asked for, updated by their host, and ended."""

from __future__ import annotations

from typing import Any

from mockade.handling import Call, Refusal, Reply, Row

from . import session_lifetime
from .compatibility import instance_fits
from .instance_rules import may_step
from .instance_startup import by_template, cancel_startup, close, start
from .permissions import need_admin, need_host
from .player_entry import exact, tag
from .short_codes import session_of
from .visibility import instance_view

_ANY = "session:update:any"


def create_instance_request(call: Call, session_id: str, refresh_ttl: bool, body: Row) -> dict[str, Any]:
    """A dedicated instance comes up by itself, a hosting player's waits for its host."""
    session = session_of(call, session_id)
    need_admin(call, session, _ANY)
    old = session.get("instance")
    if old is not None and old["join_status"] != "closed":
        message = f"The session has an instance, {old['instance_id']}"
        raise Refusal(403, "instance_exists", message)
    template = body.get("instance_request_template_id")
    asked = by_template(call, template) if template is not None else {}
    start(call, session, {**body, **asked})
    call.rows("sessions").put(session)
    session_lifetime.refresh(call, session, refresh_ttl)
    return instance_view(call, session)


def update_instance_info(call: Call, session_id: str, refresh_ttl: bool, body: Row) -> dict[str, Any]:
    """What the host reports; an instance with an allocation asks for its id (documented)."""
    session = session_of(call, session_id)
    need_host(call, session, _ANY)
    instance = existing_instance(session)
    allocation = instance.get("allocation_id")
    if allocation is not None and body.get("allocation_id") != allocation:
        raise Refusal(403, "allocation_mismatch", "The instance has another allocation")
    if allocation is None and any(call.rows("sessions").where("allocation", body.get("allocation_id"))):
        raise Refusal(403, "allocation_mismatch", "The allocation is that of another session's instance")
    now, then = instance["join_status"], body.get("join_status", instance["join_status"])
    if not may_step(now, then, instance["host_type"]):
        message = f"An instance that is {now} cannot become {then}"
        raise Refusal(403, "instance_step_not_permitted", message)
    if "version" in body and not instance_fits(session, body["version"], exact=exact(call)):
        message = "The instance's version does not fit those in the session"
        raise Refusal(403, "version_mismatch", message)
    for name in ("allocation_id", "join_params", "version", "match_id"):
        if name in body:
            instance[name] = body[name]
    if body["custom_data"]:
        instance["custom_data"] = body["custom_data"]
    if then == "closed":
        close(call, session)
    elif then != now:
        instance["join_status"] = then
        cancel_startup(call, session)  # the host has taken over
    call.rows("sessions").put(session)
    session_lifetime.refresh(call, session, refresh_ttl)
    return instance_view(call, session)


def end_instance(call: Call, session_id: str, refresh_ttl: bool) -> Reply:
    """The session has no instance any more; the answer's ETag is the session's."""
    session = session_of(call, session_id)
    need_host(call, session, _ANY)
    existing_instance(session)
    close(call, session)
    del session["instance"]
    call.rows("sessions").put(session)
    session_lifetime.refresh(call, session, refresh_ttl)
    return Reply(headers={"ETag": tag(call, session)})


def existing_instance(session: Row) -> dict[str, Any]:
    """A session's instance; refuses with 404 when it has none."""
    instance: dict[str, Any] | None = session.get("instance")
    if instance is None:
        raise Refusal(404, "instance_not_found", "The session has no instance")
    return instance
