"""Queues: sessions wait in them, and become a match when enough are there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mockade.handling import Call, Refusal, Row

from . import session_lifetime, tickets
from .matching import Group, match
from .membership import Player, active_players
from .permissions import need_admin
from .player_entry import exact


def get_all_queue_info_v2(call: Call, cursor: int, page_size: int) -> dict[str, Any]:
    """A page of active queues; the cursor counts those before it: no answer has the next (documented)."""
    active = [queue for queue in call.rows("queues") if queue["active"]]
    return {"queues": active[cursor : cursor + page_size]}


def join_queue(call: Call, session_id: str, body: Row) -> dict[str, Any]:
    """Wait; the queue must be active, and the session one that may and fits (documented)."""
    session = call.rows("sessions").get(session_id)
    need_admin(call, session)
    queue = call.rows("queues").get(body["queue_id"])
    template = call.rows("templates").find(session["type"])
    if template is None or not template["can_join_matchmaking"]:
        message = f"Sessions of type {session['type']} do not wait for matches"
        raise Refusal(403, "matchmaking_not_permitted", message)
    if not queue["active"]:
        raise Refusal(403, "queue_not_active", f"Queue {queue.key} is not active")
    if "matchmaking" in session:
        raise Refusal(403, "already_in_queue", f"The session waits in {session['matchmaking']['queue_id']}")
    if len(active_players(session)) > queue["max_queue_group_size"]:
        message = f"Queue {queue.key} takes groups of {queue['max_queue_group_size']}"
        raise Refusal(403, "queue_group_too_large", message)
    passed, seconds = body["passed_queue_time_seconds"], queue.beside.get("seconds", 0)
    ticket_id = tickets.add(call, session, queue.key, passed, seconds)
    call.rows("sessions").put(session)
    return {"ticket_id": ticket_id}


def leave_queue(call: Call, session_id: str, refresh_ttl: bool) -> None:
    """Wait no longer; why is the caller's to say and changes nothing."""
    session = call.rows("sessions").get(session_id)
    need_admin(call, session)
    if "matchmaking" not in session:
        raise Refusal(404, "not_in_queue", "The session does not wait in a queue")
    tickets.remove(call, session)
    call.rows("sessions").put(session)
    if refresh_ttl:
        session_lifetime.refresh(call, session)


def match_is_looked_for(call: Call, session_id: str) -> None:
    """On the timeline: a session that waits looks for a match with the others in its queue.

    What kind of match a queue makes stands beside it: `_session_type`, and how many `_players` are enough (a
    full session's, if it does not say).
    """
    session = call.rows("sessions").find(session_id)
    queue = call.rows("queues").find(session.get("matchmaking", {}).get("queue_id", "")) if session else None
    template = call.rows("templates").find(queue.beside.get("session_type", "")) if queue else None
    if queue is None or template is None:
        return
    teams, size = template["num_teams"], template["players_per_team"]
    players = queue.beside.get("players", teams * size)
    waiters = sorted(call.rows("sessions").where("waiting", queue.key), key=_since)
    groups = [Group(one.key, one["matchmaking"]["ticket_id"], active_players(one)) for one in waiters]
    sides = match(groups, teams=teams, size=size, players=players, exact=exact(call))
    if sides is not None:
        _make(call, template, sides)


def _since(session: Row) -> float:
    since: float = session.beside.get("since", 0.0)
    return since


def _make(call: Call, template: Row, sides: Sequence[Sequence[Group]]) -> None:
    """Make the match's session, and take those who waited for it out of the queue."""
    region = None
    for group in (group for side in sides for group in side):
        source = call.rows("sessions").get(group.session_id)
        region = region or source.get("region_id")
        tickets.remove(call, source)
        call.rows("sessions").put(source)
    session = session_lifetime.new_session(call, template, region)
    invited = call.behaviour["matched_players"] == "invited"
    for team, side in zip(session["teams"], sides, strict=True):
        team["players"] = [
            _matched_player(call, one, group, invited) for group in side for one in group.players
        ]
        team["ticket_ids"] = [group.ticket_id for group in side]
    if not invited:
        first = next(player for team in session["teams"] for player in team["players"])
        first["status"] = "leader"
    session["created_by_matchmaking"] = True
    session["matchmaking_results"] = {
        "match_making_id": call.new_uuid(),
        "created": call.now(),
        "ticket_ids": [group.ticket_id for side in sides for group in side],
        "tickets_assigned": True,
    }
    call.rows("sessions").put(session)
    session_lifetime.refresh(call, session)


def _matched_player(call: Call, player: Player, group: Group, invited: bool) -> Player:
    """A player of a group as the match's session has them at first."""
    kept = ("player_uuid", "version", "client_settings", "crossplay_preferences", "custom_data")
    status = (
        {"status": "invited", "invited": call.now()}
        if invited
        else {"status": "member", "joined": call.now()}
    )
    return {
        **{name: player[name] for name in kept if name in player},
        **status,
        "source_session_id": group.session_id,
    }
