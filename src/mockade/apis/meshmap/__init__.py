"""MeshMap: what docs.meshmap.com/api/core says beyond the contract, and our guesses."""

from __future__ import annotations

from mockade.handling import Collection, Switch

from .apps import key_of, session_of
from .leaderboards import get_global_leaderboards
from .mini_game_types import create_mini_game_type, list_mini_game_types
from .players import create_player, get_player, list_players, update_player
from .session_players import (
    list_game_session_players,
    register_game_session_player,
    update_game_session_player_score,
)
from .sessions import create_game_session, get_game_session, list_game_sessions
from .wording import NO_PLAYER, NO_SESSION, dialect

__all__ = [
    "behaviour",
    "collections",
    "create_game_session",
    "create_mini_game_type",
    "create_player",
    "dialect",
    "get_game_session",
    "get_global_leaderboards",
    "get_player",
    "list_game_session_players",
    "list_game_sessions",
    "list_mini_game_types",
    "list_players",
    "pure",
    "register_game_session_player",
    "update_game_session_player_score",
    "update_player",
]

pure = True

collections = (
    Collection(
        "game-sessions",
        holds="GameSession",
        key=key_of,
        indexes={"app": lambda row: [row.beside["app"]]},
        absent=NO_SESSION,
    ),
    Collection(
        "game-session-players",
        holds="GameSessionPlayer",
        key=lambda row: f"{session_of(row)}/{row['playerId']}",
        indexes={"session": lambda row: [session_of(row)]},
        absent=NO_PLAYER,
    ),
    Collection(
        "players",
        holds="Player",
        key=key_of,
        indexes={
            "app": lambda row: [row.beside["app"]],
            "id": lambda row: [row["id"]],
            "name": lambda row: [f"{row.beside['app']}/{row['displayName']}"],
        },
        absent=NO_PLAYER,
    ),
    Collection(
        "minigame-types",
        holds="MiniGameType",
        key=key_of,
        indexes={
            "app": lambda row: [row.beside["app"]],
            "name": lambda row: [f"{row.beside['app']}/{row['name']}"],
        },
    ),
)

behaviour = (
    Switch(
        "unknown_mini_game_type",
        400,
        "Create documents no not-found outcome, hence its only client error; 201 leaves the type out.",
        (400, 201),
    ),
    Switch(
        "created_completed_ends",
        True,
        "No published operation ends a session, so one created COMPLETED ends as it starts; else never.",
    ),
    Switch(
        "unknown_session_on_register",
        400,
        "Register documents no not-found outcome, hence its only client error; 404 is the score call's.",
        (400, 404),
    ),
    Switch(
        "unknown_player_on_register",
        400,
        "Register documents no not-found outcome, hence its only client error; 404 is the score call's.",
        (400, 404),
    ),
    Switch(
        "register_twice",
        400,
        "Register documents no conflict, hence its only client error; 201 answers what was registered.",
        (400, 201),
    ),
    Switch(
        "score_kept",
        "last",
        "No rule for scores is published; only the player ranking, a query, speaks of a highest one.",
        ("last", "highest"),
    ),
    Switch(
        "taken_name",
        400,
        "Names are unique in the app (documented), but no conflict is; 400 is the pages' only client error.",
        (400, 409),
    ),
    Switch(
        "mini_game_type_filter",
        "exact",
        "That the list can be filtered by name is documented, not whether a part of the name will do.",
        ("exact", "contains"),
    ),
    Switch(
        "names_in_sessions",
        "current",
        "Whether a new name or picture of a player shows in the sessions they are in is not published.",
        ("current", "registered"),
    ),
    Switch(
        "leaderboard_places",
        "players",
        "A board has top players, so each is there once; an entry names a session, so scores may be meant.",
        ("players", "scores"),
    ),
    Switch(
        "default_leaderboard_name",
        "absent",
        "The operation says that the default board has no name, the field's description that it is null.",
        ("absent", "null"),
    ),
)
