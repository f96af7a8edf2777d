"""The complete view of a session, and the limited one, which leaves out how to connect."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockade.handling import Call, Row

from .membership import Player, Session, is_active, team_of

READ_ALL = ("session:*", "session:read:any")
"""The permissions under which a reader need not be in the session."""


def view(call: Call, session: Row) -> dict[str, Any]:
    """The session as the caller may see it: complete for those in it, limited for the others."""
    shown = dict(session)
    if "visibility" in session.beside:
        shown["teams"] = teams_shown(call, session)
    if "instance" in session and hidden_from(call, session):
        if call.behaviour["limited_view"] == "instance" and not sees_all(call, session):
            del shown["instance"]
        else:
            shown["instance"] = instance_view(call, session)
    return shown


def instance_view(call: Call, session: Session) -> dict[str, Any]:
    """The session's instance as the caller may see it: how to connect is for those who can."""
    hidden = ("join_params",) if hidden_from(call, session) else ()
    return {name: value for name, value in session["instance"].items() if name not in hidden}


def hidden_from(call: Call, session: Session) -> bool:
    """Whether how to connect is kept from the caller: one outside, or not the host of a standalone one."""
    instance: Mapping[str, Any] = session["instance"]
    if instance["host_type"] == "standalone":
        return instance.get("host_player_uuid") != call.caller.id and not call.caller.holds(*READ_ALL)
    return not sees_all(call, session)


def sees_all(call: Call, session: Session) -> bool:
    return call.caller.holds(*READ_ALL) or is_active(
        session, call.caller.id, invited_too=call.behaviour["invited_is_active"]
    )


def set_visibility(session: Row, template: Row) -> None:
    """Keep beside a session which players readers are told of, where its type does not say all of them."""
    seen = [template["player_visibility"], template["admin_player_visibility"]]
    if seen != ["ALL", "ALL"]:
        session.beside["visibility"] = seen


def teams_shown(call: Call, session: Row) -> list[dict[str, Any]]:
    """The teams with those players whom the caller is told of."""
    regular, privileged = session.beside.get("visibility", ("ALL", "ALL"))
    seen = privileged if call.caller.holds(*READ_ALL) else regular
    own = team_of(session, call.caller.id)

    def is_shown(position: int, player: Player) -> bool:
        in_team = seen == "TEAM" and position == own
        return seen == "ALL" or in_team or (seen == "SELF" and player["player_uuid"] == call.caller.id)

    return [
        {**team, "players": [one for one in team["players"] if is_shown(at, one)]}
        for at, team in enumerate(session["teams"])
    ]
