"""RallyHere with one session of a few places, and hundreds of players who may join it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from benchmarks.reliability.homes import make_home

PLAYERS, PLACES = 500, 8
SESSION = "/session/v1/session/arena-1"
JOIN = f"{SESSION}/player/me"

_PERMISSIONS = ["session:create", "session:read:self", "session:update-player:self"]


def player(number: int) -> str:
    """The UUID of a player, whose token is `p` and the number."""
    return f"b0000000-0000-4000-8000-{number:012d}"


def joining(number: int) -> dict[str, Any]:
    """What a player sends to join: half of them to each team."""
    settings = {"platform": "Steam", "input": "keyboardandmouse"}
    return {"client_version": "1.0.0", "client_settings": settings, "team_id": number % 2}


def inside(session: dict[str, Any]) -> list[list[str]]:
    """Who is in each team."""
    return [[one["player_uuid"] for one in team["players"]] for team in session["teams"]]


FIXTURES = json.dumps(
    {
        "credentials": {
            "HTTPBearer": {
                f"p{number}": {"caller": player(number), "permissions": _PERMISSIONS}
                for number in range(PLAYERS)
            }
        },
        "templates": [{"session_type": "arena", "num_teams": 2, "players_per_team": PLACES // 2}],
        "sessions": [
            {
                "session_id": "arena-1",
                "type": "arena",
                "joinable": True,
                "created": "2026-01-05T12:00:00.000Z",
                "teams": [{"team_id": team, "max_size": PLACES // 2, "players": []} for team in (0, 1)],
            }
        ],
    }
)


def home(folder: Path) -> str:
    """A folder that serves it, together with the bundled contract of `rallyhere`."""
    return make_home(folder / "arena", {"fixtures/rallyhere.json": FIXTURES})
