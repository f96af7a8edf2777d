"""RallyHere sessions: who may enter which session, what they see of it, and when it ends.

The session service's contract says what requests and answers look like; its client says more (a missing
session is 404 `session_not_found`, a join answers the session's ETag). The rest is guessed, switch by switch.
"""

from __future__ import annotations

from mockade.apis.rallyhere.sessions import (
    create_or_join_session,
    get_session_by_id,
    join_session_by_id_self,
    on_start,
    session_expires,
    vet_caller,
)
from mockade.apis.rallyhere.wording import dialect
from mockade.handling import Collection, Row, Switch

__all__ = [
    "behaviour",
    "collections",
    "create_or_join_session",
    "dialect",
    "get_session_by_id",
    "join_session_by_id_self",
    "on_start",
    "timeline",
    "vet_caller",
]


def _open_to_newcomers(session: Row) -> list[str]:
    """The types under which create-or-join looks for a session: none for one that nobody could enter."""
    closed = session.get("instance", {}).get("join_status") == "closed"
    room = any(len(team["players"]) < team["max_size"] for team in session["teams"])
    return [session["type"]] if session["joinable"] and room and not closed else []


def _open_in_region(session: Row) -> list[tuple[str, str]]:
    return [(kind, session["region_id"]) for kind in _open_to_newcomers(session) if "region_id" in session]


def _players(session: Row) -> list[str]:
    return [player["player_uuid"] for team in session["teams"] for player in team["players"]]


collections = (
    Collection(
        "templates",
        holds="SessionTemplate",
        key="session_type",
        absent=("session_type_not_found", "There is no session type {key}"),
    ),
    Collection(
        "sessions",
        holds="Session",
        key="session_id",
        indexes={"open": _open_to_newcomers, "open_in_region": _open_in_region, "player": _players},
        absent=("session_not_found", "Session {key} does not exist"),
    ),
)

timeline = (session_expires,)

behaviour = (
    Switch("session_lifetime_seconds", 3600, "Sessions expire, but no length is published."),
    Switch(
        "auth_failure_status",
        403,
        "The published contract has 403 only; the vendor's client also expects 401 for a bad token.",
        (403, 401),
    ),
    Switch(
        "unknown_type_status",
        400,
        "Only a bad request and a forbidden one are documented, without their causes.",
        (400, 403),
    ),
    Switch(
        "full_team_status",
        403,
        "The code team_full is the vendor's, but no status was seen with it.",
        (403, 404),
    ),
    Switch("unknown_team_status", 403, "Nothing public; not found would be as likely.", (403, 404)),
    Switch(
        "compatible_versions",
        "major",
        "Clients put their compatibility number first, as the major; the rule itself is not published.",
        ("major", "exact"),
    ),
    Switch(
        "leaderless_session",
        "promote",
        "Some joins are documented to promote a member to leader; which ones is not.",
        ("promote", "keep"),
    ),
    Switch(
        "second_leader",
        "member",
        "Promoting is a call of its own, so asking to lead a led session is taken as asking to join.",
        ("member", "refuse"),
    ),
    Switch(
        "asking_to_be_invited",
        "member",
        "`invited` and `reserved` describe what others did to a player, yet the schema lets one ask for it.",
        ("member", "refuse"),
    ),
    Switch(
        "invitations_hold_places",
        True,
        "Whether an open invitation takes up room in a team is not published.",
    ),
    Switch("invited_is_active", False, "The vendor calls a member active; of the invited it says nothing."),
    Switch(
        "limited_view",
        "join_params",
        "Only the way to connect is named as left out for outsiders; more might be.",
        ("join_params", "instance"),
    ),
    Switch(
        "joining_again",
        "update",
        "The request is named an update of oneself, so whoever joins again changes what is known of them.",
        ("update", "ignore"),
    ),
)
