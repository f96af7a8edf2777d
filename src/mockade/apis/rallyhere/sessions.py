"""Sessions themselves: read, changed, and what a world has of them at its start."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from mockade.handling import Call, Caller, Refusal, Reply, Row

from . import session_lifetime
from .instance_rules import SERVED, STARTUP_STEPS
from .instance_startup import begin_startup, count_read, startup_plan
from .membership import number_of, places_taken, too_small
from .permissions import ALL, need_admin
from .player_entry import asked_team, tag
from .short_codes import session_of
from .visibility import set_visibility, view

_ANY = "session:update:any"


def get_session_by_id(call: Call, session_id: str, refresh_ttl: bool) -> dict[str, Any]:
    """The caller's view of a session; reading it keeps it alive unless refresh_ttl is false."""
    session = session_of(call, session_id)
    count_read(call, session)
    session_lifetime.refresh(call, session, refresh_ttl)
    return view(call, session)


def get_session_by_allocation_id(call: Call, allocation_id: str) -> dict[str, Any]:
    """The caller's view of the session with that allocation, as reading it by id gives (documented)."""
    for session in call.rows("sessions").where("allocation", allocation_id):
        count_read(call, session)
        return view(call, session)
    raise Refusal(404, "session_not_found", f"No session has the allocation {allocation_id}")


def update_session_by_id(call: Call, session_id: str, refresh_ttl: bool, body: Row) -> dict[str, Any]:
    """What is sent replaces what was; the list of teams says how many there are (documented).

    `joinability` is stronger than `joinable`, which only says whether it is open (assumed).
    """
    session = session_of(call, session_id)
    need_admin(call, session, _ANY)
    for name in ("region_id", "custom_data", "joinable"):
        if name in body:
            session[name] = body[name]
    if "joinability" in body:
        session["joinability"] = body["joinability"]
        session["joinable"] = body["joinability"]["open"]
    elif "joinable" in body:
        session["joinability"] = {**session.get("joinability", {}), "open": body["joinable"]}
    if "password" in body:
        session.beside["password"] = body["password"]
    if "teams" in body:
        _reform(call, session, body["teams"])
    call.rows("sessions").put(session)
    session_lifetime.refresh(call, session, refresh_ttl)
    return view(call, session)


def delete_session(call: Call, session_id: str) -> None:
    """End a session for everybody; who leads it needs no permission (documented)."""
    session = session_of(call, session_id)
    if not call.caller.holds(ALL, "session:delete:any"):
        need_admin(call, session)
    session_lifetime.end(call, session.key)


def update_team_by_id(call: Call, session_id: str, team_id: int, refresh_ttl: bool, body: Row) -> Reply:
    """One team's new size and custom data; the answer's ETag is the session's, as a join's is."""
    session = session_of(call, session_id)
    need_admin(call, session, _ANY)
    position = asked_team(session, team_id, call.behaviour["unknown_team_status"])
    _change(call, session, position, body)
    call.rows("sessions").put(session)
    session_lifetime.refresh(call, session, refresh_ttl)
    return Reply(session["teams"][position], headers={"ETag": tag(call, session)})


def vet_caller(caller: Caller) -> str:
    """Players are known by UUIDs (documented), each written in one way: two would be two players."""
    try:
        written = str(UUID(caller.id))
    except ValueError:
        return f"{caller.id!r} is no player's UUID. Say whose it is (caller: a0000000-…)."
    return "" if caller.id == written else f"Write the player's UUID {caller.id!r} as {written}."


def on_start(call: Call) -> None:
    """Fixture sessions get their numbers, and go on from where they stand: instances come up, waits look.

    They expire only if they say so, with `_lifetime` in seconds. Raises ValueError for what stands beside the
    rows, or under `behaviour:`, and cannot be.
    """
    _vet(call)
    for number, session in enumerate(list(call.rows("sessions")), 1):
        session.beside["number"] = number
        session.setdefault("joinability", {"open": session["joinable"]})
        template = call.rows("templates").find(session["type"])
        if template is not None:
            set_visibility(session, template)
        instance = session.get("instance", {})
        if instance.get("host_type") in SERVED and instance["join_status"] in STARTUP_STEPS[:-1]:
            begin_startup(call, session)
        if "matchmaking" in session:
            call.set_event("match_is_looked_for", session.key, 0)
        if "backfill" in session:
            call.set_event("backfill_ends", session.key, call.behaviour["backfill_timeout_seconds"])
        call.rows("sessions").put(session)
        session_lifetime.refresh(call, session)


_FROM_ONE = (
    "health_cadence_seconds",
    "health_missed_checks",
    "health_missing_percentage",
    "backfill_timeout_seconds",
)
"""The switches that are at least 1."""


def _vet(call: Call) -> None:
    for template in call.rows("templates"):
        startup_plan(call, template)
        name = template.get("auto_startup_instance_template_id")
        if name is not None and call.rows("instance_request_templates").find(name) is None:
            raise ValueError(
                f"{template.key} names the instance request template {name}, which is not there."
            )
    for queue in call.rows("queues"):
        for name, least in (("seconds", 0), ("players", 1)):
            said = queue.beside.get(name, least)
            if not isinstance(said, int | float) or isinstance(said, bool) or said < least:
                raise ValueError(f"_{name} of the queue {queue.key} is {said!r}: a number from {least}.")
        kind = queue.beside.get("session_type")
        if kind is not None and call.rows("templates").find(kind) is None:
            raise ValueError(f"The queue {queue.key} makes sessions of type {kind!r}, which is no type")
    for profile in call.rows("match_making_profiles"):
        kind = profile.beside.get("session_type")
        if kind is not None and call.rows("templates").find(kind) is None:
            raise ValueError(f"The profile {profile.key} makes sessions of type {kind!r}, which is no type")
    for session in call.rows("sessions"):
        if session["joinable"] != session.get("joinability", {}).get("open", session["joinable"]):
            raise ValueError(f"joinable and joinability of the session {session.key} contradict each other.")
        lifetime_said = session.beside.get("lifetime", 0)
        if not isinstance(lifetime_said, int | float) or isinstance(lifetime_said, bool):
            raise ValueError(f"_lifetime of the session {session.key} is {lifetime_said!r}: seconds.")
    for name in _FROM_ONE:
        if call.behaviour[name] < 1:
            raise ValueError(f"{name} is at least 1, not {call.behaviour[name]}")


def _reform(call: Call, session: Row, updates: Sequence[Mapping[str, Any]]) -> None:
    """Let there be as many teams as there are updates, each as its update says."""
    if not updates:
        message = "ensure this value has at least 1 items"
        raise Refusal(422, "value_error.list.min_items", message, locs=[["body", "teams"]])
    teams = session["teams"]
    for position in range(len(updates), len(teams)):
        if teams[position]["players"]:
            message = f"Team {number_of(session, position)} has players"
            raise Refusal(403, "team_not_empty", message)
    del teams[len(updates) :]
    while len(teams) < len(updates):
        template = call.rows("templates").find(session["type"])
        size = template["players_per_team"] if template is not None else teams[-1]["max_size"] if teams else 1
        number = max((number_of(session, at) for at in range(len(teams))), default=-1) + 1
        teams.append({"team_id": number, "max_size": size, "players": []})
    for position, update in enumerate(updates):
        _change(call, session, position, update)


def _change(call: Call, session: Row, position: int, update: Mapping[str, Any]) -> None:
    team = session["teams"][position]
    holds = call.behaviour["invitations_hold_places"]
    if too_small(team, update.get("max_size", team["max_size"]), invitations_hold_places=holds):
        count = places_taken(team, invitations_hold_places=holds)
        message = f"Team {number_of(session, position)} holds {count} players"
        raise Refusal(403, "team_too_small", message)
    team.update({name: update[name] for name in ("max_size", "custom_data") if name in update})
