"""The collections of RallyHere's rows, and what they are found by."""

from __future__ import annotations

from mockade.handling import Collection, Row

from .deserters import key_of

BLOCK = 64
"""How many numbers of sessions the browser's index files together, so that a page reads but a few blocks."""


def _open_to_newcomers(session: Row) -> list[str]:
    """The types under which create-or-join looks for a session: none for one that nobody could enter."""
    closed = session.get("instance", {}).get("join_status") == "closed"
    if not session["joinable"] or closed or "password" in session.beside:
        return []
    has_room = any(len(team["players"]) < team["max_size"] for team in session["teams"])
    return [session["type"]] if has_room else []


def _open_in_region(session: Row) -> list[tuple[str, str]]:
    region = session.get("region_id")
    return [(kind, region) for kind in _open_to_newcomers(session)] if region is not None else []


def _players(session: Row) -> list[str]:
    return [player["player_uuid"] for team in session["teams"] for player in team["players"]]


def _allocation(session: Row) -> list[str]:
    allocation = session.get("instance", {}).get("allocation_id")
    return [allocation] if allocation is not None else []


def _waiting(session: Row) -> list[str]:
    return queues_of(session)


def _platform_sessions(session: Row) -> list[tuple[str, str]]:
    below = session.get("platform_session", [])
    return [(one["platform"], one["platform_session_id_base64"]) for one in below]


def queues_of(session: Row) -> list[str]:
    """The queues that a session waits in."""
    wait = session.get("matchmaking", {})
    queues: list[str] = wait.get("queue_ids") or [wait["queue_id"]] if "queue_id" in wait else []
    return queues


def number_beside(session: Row) -> int:
    """The number that a session was born with, from 1; 0 for one that came without."""
    number: int = session.beside.get("number", 0)
    return number


def _listed(session: Row) -> list[tuple[str, int]]:
    """The browser's pages: sessions that are listed and open, by type, in blocks of their numbers."""
    shown = "browser" in session and session["joinable"]
    return [(session["type"], number_beside(session) // BLOCK)] if shown else []


_NOT_CONFIGURED = ("configuration_not_found", "There is no {key} in {collection}")

collections = (
    Collection(
        "templates",
        holds="SessionTemplate",
        key="session_type",
        absent=("session_type_not_found", "There is no session type {key}"),
    ),
    Collection(
        "regions",
        holds="Region",
        key="region_id",
        absent=("region_not_found", "There is no region {key}"),
    ),
    Collection(
        "queues",
        holds="QueueConfigV2",
        key="queue_id",
        absent=("queue_not_found", "There is no queue {key}"),
    ),
    Collection(
        "instance_request_templates",
        holds="InstanceRequestTemplate",
        key="instance_request_template_id",
        absent=_NOT_CONFIGURED,
    ),
    Collection(
        "match_making_template_groups",
        holds="MatchMakingTemplateGroupV2",
        key="match_making_template_group_id",
        absent=_NOT_CONFIGURED,
    ),
    Collection(
        "match_making_profiles",
        holds="MatchMakingProfileV2",
        key="match_making_profile_id",
        absent=_NOT_CONFIGURED,
    ),
    Collection("deserters", holds="DeserterConfig", key="deserter_id", absent=_NOT_CONFIGURED),
    Collection(
        "player_deserters",
        holds="PlayerDeserterStatus",
        key=key_of,
        indexes={
            "player": lambda row: [row.beside["player"]],
            "deserter": lambda row: [row["deserter_id"].lower()],
        },
    ),
    Collection(
        "audit_events",
        holds="AuditEvent",
        key=lambda event: str(event.beside["id"]),
        indexes={
            "session": lambda event: [event["session_id"]],
            "player": lambda event: [event["player_uuid"].lower()] if "player_uuid" in event else [],
        },
    ),
    Collection(
        "sessions",
        holds="Session",
        key="session_id",
        indexes={
            "open": _open_to_newcomers,
            "open_in_region": _open_in_region,
            "player": _players,
            "allocation": _allocation,
            "listed": _listed,
            "waiting": _waiting,
            "platform": _platform_sessions,
            "short_code": lambda session: [session["short_code"]] if "short_code" in session else [],
        },
        absent=("session_not_found", "Session {key} does not exist"),
    ),
)
