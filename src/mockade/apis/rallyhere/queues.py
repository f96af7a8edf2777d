"""Queues: sessions wait in them, and become a match when enough are there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mockade.handling import Call, Refusal, Row

from . import session_lifetime, tickets
from .backfills import begin_backfill
from .deserters import need_no_deserter
from .indexes import queues_of
from .matching import Group, match
from .membership import Player, active_players
from .permissions import need_admin
from .player_entry import exact, tell_match
from .short_codes import session_of
from .templates import profiles_of


def get_all_queue_info_v2(call: Call, cursor: int, page_size: int) -> dict[str, Any]:
    """A page of active queues; the cursor counts those before it: no answer has the next (documented)."""
    active = [queue for queue in call.rows("queues") if queue["active"]]
    return {"queues": active[cursor : cursor + page_size]}


def join_queue(call: Call, session_id: str, refresh_ttl: bool, body: Row) -> dict[str, Any]:
    """Wait; the queues must be active, and the session one that may and fits (documented)."""
    session = session_of(call, session_id)
    need_admin(call, session)
    queues = [call.rows("queues").get(name) for name in _asked(body)]
    template = call.rows("templates").find(session["type"])
    if template is None or not template["can_join_matchmaking"]:
        message = f"Sessions of type {session['type']} do not wait for matches"
        raise Refusal(403, "matchmaking_not_permitted", message)
    for queue in queues:
        if not queue["active"]:
            raise Refusal(403, "queue_not_active", f"Queue {queue.key} is not active")
    if "matchmaking" in session:
        raise Refusal(403, "already_in_queue", f"The session waits in {', '.join(queues_of(session))}")
    for queue in queues:
        if len(active_players(session)) > queue["max_queue_group_size"]:
            message = f"Queue {queue.key} takes groups of {queue['max_queue_group_size']}"
            raise Refusal(403, "queue_group_too_large", message)
    profiles = profiles_of(call, queues)
    for profile in profiles:
        need_no_deserter(call, session, profile.get("deserter_id"))
    names = [profile.key for profile in profiles]
    ticket_id = tickets.add(call, session, queues, names, body)
    call.rows("sessions").put(session)
    session_lifetime.refresh(call, session, refresh_ttl)
    wait = session["matchmaking"]
    return {"ticket_id": ticket_id, "queue_ids": wait["queue_ids"], "profile_ids": wait["profile_ids"]}


def _asked(body: Row) -> list[str]:
    """The queues that a body names, each once; one of its two fields is needed, which no schema says."""
    named = body.get("queue_ids") or ([body["queue_id"]] if "queue_id" in body else [])
    if not named:
        message = "one of queue_id and queue_ids is required"
        raise Refusal(422, "value_error", message, locs=[["body", "__root__"]])
    return list(dict.fromkeys(named))


def leave_queue(call: Call, session_id: str, refresh_ttl: bool) -> None:
    """Wait no longer; why is the caller's to say and changes nothing."""
    session = session_of(call, session_id)
    need_admin(call, session)
    if "matchmaking" not in session:
        raise Refusal(404, "not_in_queue", "The session does not wait in a queue")
    tickets.remove(call, session)
    call.rows("sessions").put(session)
    session_lifetime.refresh(call, session, refresh_ttl)


def match_is_looked_for(call: Call, session_id: str) -> None:
    """On the timeline: a session that waits looks for a match with the others in each of its queues.

    What kind of match a queue makes stands beside it: `_session_type`, and how many `_players` are enough (a
    full session's, if it does not say).
    """
    session = call.rows("sessions").find(session_id)
    if session is None:
        return
    waited = call.seconds() - session.beside.get("queued", 0.0)
    later = []
    for queue in filter(None, map(call.rows("queues").find, queues_of(session))):
        if tickets.seconds_of(queue) > waited + _ROUNDING:
            later.append(tickets.seconds_of(queue) - waited)
        elif _matched(call, queue):
            return
    if later:
        call.set_event("match_is_looked_for", session_id, min(later))


_ROUNDING = 1e-3
"""Seconds by which an event may seem early, as moments are kept in floating point."""


def _matched(call: Call, queue: Row) -> bool:
    """Make a match of those who wait in a queue, if enough do. Returns whether there is one."""
    template = call.rows("templates").find(queue.beside.get("session_type", ""))
    if template is None:
        return False
    teams, size = template["num_teams"], template["players_per_team"]
    players = queue.beside.get("players", teams * size)
    waiters = sorted(call.rows("sessions").where("waiting", queue.key), key=_since)
    groups = [Group(one.key, one["matchmaking"]["ticket_id"], active_players(one)) for one in waiters]
    sides = match(groups, teams=teams, size=size, players=players, exact=exact(call))
    if sides is not None:
        _make(call, template, sides, backfill=bool(queue.beside.get("backfill", False)))
    return sides is not None


def _since(session: Row) -> float:
    since: float = session.beside.get("since", 0.0)
    return since


def _make(call: Call, template: Row, sides: Sequence[Sequence[Group]], *, backfill: bool) -> None:
    """Make the match's session, and take those who waited for it out of the queue."""
    region, told, begun = None, [], []
    for group in (group for side in sides for group in side):
        source = call.rows("sessions").get(group.session_id)
        region = region or source.get("region_id")
        told.append(_ticket(call, source))
        begun.append(source.beside.get("queued", call.seconds()))
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
        "ticket_data": told,
        "ticket_wait_seconds": {
            one["ticket_id"]: max(0, round(call.seconds() - since))
            for one, since in zip(told, begun, strict=True)
        },
    }
    if backfill:
        begin_backfill(call, session, call.new_uuid())
    call.rows("sessions").put(session)
    session_lifetime.refresh(call, session)
    tell_match(call, session)


def _ticket(call: Call, source: Row) -> dict[str, Any]:
    """What a session's ticket tells of itself; one without a region was made for any (assumed)."""
    wait = source["matchmaking"]
    told = {
        "ticket_id": wait["ticket_id"],
        "player_uuids": [player["player_uuid"] for player in active_players(source)],
        "queue_join_datetime": call.later(source.beside.get("queued", call.seconds()) - call.seconds()),
        "region_id": source.get("region_id", "any"),
        "queue_id": wait["queue_id"],
        "queue_ids": queues_of(source),
        "profile_ids": wait.get("profile_ids", []),
        "queued_session_id": source.key,
    }
    if "join_params" in source.beside:
        told["additional_join_params"] = source.beside["join_params"]
    return told


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
