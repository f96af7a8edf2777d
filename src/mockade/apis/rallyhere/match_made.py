"""Sessions of matches that a match function outside decided on."""

from __future__ import annotations

from typing import Any

from mockade.handling import Call, Refusal, Row

from . import session_lifetime, tickets
from .backfills import begin_backfill
from .instance_startup import by_template, start
from .membership import Player
from .player_entry import tell_match
from .templates import profile_of


def create_matchmade_session(call: Call, body: Row) -> dict[str, Any]:
    """Make a match's session, whose players are invited; the tickets that made it wait no longer.

    Of what type it is, stands beside the profile (`_session_type`). The answer's body is not published.
    """
    sources = _sources(call, body)
    profile = profile_of(call, body["match_making_profile_id"])
    template = call.rows("templates").find(profile.beside["session_type"]) if profile is not None else None
    if profile is None or template is None:
        message = f"There is no matchmaking profile {body['match_making_profile_id']} that makes sessions"
        raise Refusal(404, "match_making_profile_not_found", message)
    _need_teams_that_fit(body["teams"])
    session = session_lifetime.new_session(call, template, body["region_id"])
    invited = call.behaviour["matched_players"] == "invited"
    session["teams"] = [
        {
            **{name: team[name] for name in ("max_size", "custom_data", "ticket_ids") if name in team},
            "team_id": at,
            "players": [_player(call, player, invited) for player in team["players"]],
        }
        for at, team in enumerate(body["teams"])
    ]
    waited = [source["matchmaking"]["ticket_id"] for source in sources if "matchmaking" in source]
    session["created_by_matchmaking"] = True
    session["custom_data"] = body["custom_data"]
    session["matchmaking_results"] = {
        "match_making_id": body["match_id"],
        "created": call.now(),
        "custom_data": body["custom_data"],
        "ticket_ids": waited,
        "tickets_assigned": True,
        "profile": dict(profile),
    }
    if not invited:
        _let_the_first_lead(session)
    for source in sources:
        tickets.remove(call, source)
        call.rows("sessions").put(source)
    if "backfill_id" in body:
        begin_backfill(call, session, body["backfill_id"])
    _ask_for_instance(call, session, profile, body)
    call.rows("sessions").put(session)
    session_lifetime.refresh(call, session)
    tell_match(call, session)
    return {"session_id": session.key}


def _sources(call: Call, body: Row) -> list[Row]:
    """The sessions that a match was made of; their tickets must be those that still wait (documented)."""
    named = body.get("session_tickets") or dict.fromkeys(body.get("sessions", ()))
    if not named:
        message = "one of session_tickets and sessions is required"
        raise Refusal(422, "value_error", message, locs=[["body", "__root__"]])
    sources = [call.rows("sessions").get(name) for name in named]
    for source, ticket in zip(sources, named.values(), strict=True):
        if ticket is not None and source.get("matchmaking", {}).get("ticket_id") != ticket:
            message = f"Session {source.key} does not wait with the ticket {ticket}"
            raise Refusal(403, "ticket_not_waiting", message)
    return sources


def _need_teams_that_fit(teams: list[dict[str, Any]]) -> None:
    players = [player["player_uuid"].lower() for team in teams for player in team["players"]]
    problem = ""
    if not teams:
        problem = "ensure this value has at least 1 items"
    elif len(players) != len(set(players)):
        problem = "a player is in it twice"
    elif any(len(team["players"]) > team["max_size"] for team in teams):
        problem = "a team holds more players than its max_size"
    if problem:
        raise Refusal(422, "value_error", problem, locs=[["body", "teams"]])


def _player(call: Call, player: Player, invited: bool) -> Player:
    kept = ("version", "client_settings", "crossplay_preferences", "custom_data", "source_session_id")
    status = (
        {"status": "invited", "invited": call.now()}
        if invited
        else {"status": "member", "joined": call.now()}
    )
    known = {name: player[name] for name in kept if name in player}
    return {"player_uuid": player["player_uuid"].lower(), **known, **status}


def _let_the_first_lead(session: Row) -> None:
    for team in session["teams"]:
        for player in team["players"]:
            player["status"] = "leader"
            return


def _ask_for_instance(call: Call, session: Row, profile: Row, body: Row) -> None:
    """The profile's instance; what the body says of it, deprecated, serves where the profile is silent."""
    name = profile.get("instance_request_template_id", body.get("instance_request_template_id"))
    if name is None:
        return
    asked = by_template(call, name)
    if "host_player_uuid" in body:
        asked["host_player_uuid"] = body["host_player_uuid"]
    if asked["host_type"] in ("dedicated", "preallocated"):
        start(call, session, asked)
        session["instance"] |= {"match_making_profile_id": profile["match_making_profile_id"]}
        session["instance"]["match_id"] = body["match_id"]
