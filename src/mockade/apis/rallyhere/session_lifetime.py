"""The lifetime of a session: made, prolonged, expired."""

from __future__ import annotations

from mockade.handling import Call, Row

from .instance_startup import start_with_its_session
from .visibility import set_visibility

_EVENTS = (
    "session_expires",
    "instance_advances",
    "health_goes_unknown",
    "match_is_looked_for",
    "backfill_ends",
)
"""What the timeline can hold for a session."""


def new_session(call: Call, template: Row, region_id: str | None, password: str | None = None) -> Row:
    """A new session of a type, with nobody in it; it is kept once it is stored.

    `number` beside it counts the sessions of this world, so that listings have an order that stays.
    """
    size = template["players_per_team"]
    session = Row(
        {
            "type": template["session_type"],
            "session_id": call.new_uuid(),
            "joinable": template["default_public"],
            "joinability": {"open": template["default_public"]},
            "teams": [{"team_id": n, "max_size": size, "players": []} for n in range(template["num_teams"])],
            "created": call.now(),
        },
        beside={
            "lifetime": call.behaviour["session_lifetime_seconds"],
            "number": call.rows("sessions").births + 1,
        },
    )
    if region_id is not None:
        session["region_id"] = region_id
    if password is not None:
        session.beside["password"] = password
    if template["auto_add_to_browser"]:
        # The type's values may be empty, an entry's may not.
        shown = {name: value for name, value in template["auto_browser_params"].items() if value}
        session["browser"] = {"custom_data": shown, "created_timestamp": call.now()}
    session.key = session["session_id"]
    set_visibility(session, template)
    start_with_its_session(call, session, template)
    return session


def refresh(call: Call, session: Row, wanted: bool = True) -> None:
    """Move a session's end to its whole lifetime from now; one without a lifetime stays for ever.

    `wanted` is the parameter `refresh_ttl` of most operations.
    """
    session_lifetime = session.beside.get("lifetime")
    if wanted and session_lifetime is not None:
        call.set_event("session_expires", session.key, session_lifetime)


def end(call: Call, session_id: str) -> None:
    """Forget a session and all that would have happened to it."""
    call.rows("sessions").remove(session_id)
    for event in _EVENTS:
        call.cancel_event(event, session_id)


def session_expires(call: Call, session_id: str) -> None:
    """On the timeline: the session is gone, and asking for it is 404."""
    if call.rows("sessions").find(session_id) is not None:
        end(call, session_id)
