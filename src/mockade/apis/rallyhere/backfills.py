"""Backfill: running matches look for more players among those who wait, while their host lets it go on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mockade.handling import Call, Refusal, Row

from . import session_lifetime, tickets
from .compatibility import mismatch
from .membership import Player, active_players, place, player_in, position_of
from .permissions import need_host
from .player_entry import exact, put_into_team
from .short_codes import session_of

_ANY = "session:update:any"


def begin_backfill(call: Call, session: Row, backfill_id: str) -> None:
    """Let a session look for more players, for as long as its host says so again and again."""
    session["backfill"] = {"backfill_id": backfill_id}
    call.set_event("backfill_ends", session.key, call.behaviour["backfill_timeout_seconds"])


def backfill_config(call: Call) -> dict[str, Any]:
    return {"timeout": call.behaviour["backfill_timeout_seconds"]}


def acknowledge_backfill_request(call: Call, session_id: str, refresh_ttl: bool, body: Row) -> dict[str, Any]:
    """Keep the search alive, and invite whom it found: the longest wait first, groups whole (assumed)."""
    session = _searching(call, session_id, body)
    if "extensions" in body:
        session["backfill"]["extensions"] = body["extensions"]
    found = _found(call, session, body["overflow_action"])
    call.rows("sessions").put(session)
    call.set_event("backfill_ends", session.key, call.behaviour["backfill_timeout_seconds"])
    session_lifetime.refresh(call, session, refresh_ttl)
    return {"backfilled_players": [player_in(session, uuid) for uuid in found]}


def update_backfill_request(call: Call, session_id: str, refresh_ttl: bool, body: Row) -> None:
    """How many players each team wants; tags and other search fields are kept and not looked at (ours)."""
    session = _searching(call, session_id, body)
    for team in body["teams"]:
        if position_of(session, team["team_id"]) is None:
            raise Refusal(
                call.behaviour["unknown_team_status"],
                "team_not_found",
                f"The session has no team {team['team_id']}",
            )
    session.beside["wanted"] = [[team["team_id"], team["players_required"]] for team in body["teams"]]
    call.rows("sessions").put(session)
    session_lifetime.refresh(call, session, refresh_ttl)


def delete_backfill_request(call: Call, session_id: str, refresh_ttl: bool, body: Row) -> None:
    session = _searching(call, session_id, body)
    _end(call, session)
    session_lifetime.refresh(call, session, refresh_ttl)


def backfill_ends(call: Call, session_id: str) -> None:
    """On the timeline: nobody said for too long that the search goes on (documented)."""
    session = call.rows("sessions").find(session_id)
    if session is not None and "backfill" in session:
        _end(call, session)


def _end(call: Call, session: Row) -> None:
    del session["backfill"]
    session.beside.pop("wanted", None)
    call.rows("sessions").put(session)
    call.cancel_event("backfill_ends", session.key)


def _searching(call: Call, session_id: str, body: Mapping[str, Any]) -> Row:
    """The session whose search the caller may speak for, as the host of the instance that it names."""
    session = session_of(call, session_id)
    need_host(call, session, _ANY)
    if "backfill" not in session:
        raise Refusal(404, "backfill_not_found", "The session looks for no more players")
    if body["instance_id"] != session.get("instance", {}).get("instance_id"):
        raise Refusal(403, "instance_mismatch", "The session has another instance")
    return session


def _found(call: Call, session: Row, overflow: str) -> list[str]:
    """Invite waiting groups to the teams that want players; returns who they are."""
    found: list[str] = []
    for wish in session.beside.get("wanted", []):
        for source in _waiting(call, session):
            group = [one for one in active_players(source) if player_in(session, one["player_uuid"]) is None]
            if 0 < len(group) <= wish[1] and _invited(call, session, group, wish[0], overflow, source.key):
                found += [one["player_uuid"] for one in group]
                for one in group:
                    told = {"player_uuid": one["player_uuid"], "session_id": session.key}
                    call.emit("player_invited", told)
                wish[1] -= len(group)
                tickets.remove(call, source)
                call.rows("sessions").put(source)
    return found


def _waiting(call: Call, session: Row) -> list[Row]:
    """The sessions that wait in queues whose matches are of this session's type, the longest wait first."""
    queues = [row.key for row in call.rows("queues") if row.beside.get("session_type") == session["type"]]
    rows = {row.key: row for queue in queues for row in call.rows("sessions").where("waiting", queue)}
    return sorted(rows.values(), key=lambda row: row.beside.get("since", 0.0))


def _invited(
    call: Call, session: Row, group: Sequence[Player], team_id: int, overflow: str, source: str
) -> bool:
    """Invite a group, all of it or nobody: who fits those inside, and has room as `overflow` says."""
    asked = position_of(session, team_id)
    before = [{**team, "players": list(team["players"])} for team in session["teams"]]
    holds = call.behaviour["invitations_hold_places"]
    for player in group:
        uuid = player["player_uuid"]
        room = (
            asked if asked is None else place(session, uuid, asked, overflow, invitations_hold_places=holds)
        )
        if room is None or mismatch(session, {"version": "", **player}, exact=exact(call)):
            session["teams"] = before
            return False
        kept = {name: player[name] for name in _KEPT if name in player}
        told = {"status": "invited", "invited": call.now(), "source_session_id": source}
        put_into_team(session, {**kept, **told}, room, call.now())
    return True


_KEPT = ("player_uuid", "version", "client_settings", "crossplay_preferences", "custom_data")
