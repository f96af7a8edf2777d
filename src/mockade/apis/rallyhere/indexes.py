"""The collections of RallyHere's rows, and what they are found by."""

from __future__ import annotations

from mockade.handling import Collection, Row


def _open_to_newcomers(session: Row) -> list[str]:
    """The types under which create-or-join looks for a session: none for one that nobody could enter."""
    closed = session.get("instance", {}).get("join_status") == "closed"
    room = any(len(team["players"]) < team["max_size"] for team in session["teams"])
    return [session["type"]] if session["joinable"] and room and not closed else []


def _open_in_region(session: Row) -> list[tuple[str, str]]:
    return [(kind, session["region_id"]) for kind in _open_to_newcomers(session) if "region_id" in session]


def _players(session: Row) -> list[str]:
    return [player["player_uuid"] for team in session["teams"] for player in team["players"]]


def _allocation(session: Row) -> list[str]:
    allocation = session.get("instance", {}).get("allocation_id")
    return [allocation] if allocation is not None else []


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
        "instance_request_templates",
        holds="InstanceRequestTemplate",
        key="instance_request_template_id",
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
        },
        absent=("session_not_found", "Session {key} does not exist"),
    ),
)
