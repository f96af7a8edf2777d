"""MeshMap: what docs.meshmap.com/api/core says beyond the contract, and our guesses."""

from __future__ import annotations

from mockade.handling import Collection, Switch

from .apps import key_of, session_of
from .codes import create_player_code, player_code_is_forgotten, validate_player_code
from .leaderboards import get_global_leaderboards
from .mini_game_types import create_mini_game_type, list_mini_game_types
from .pictures import delete_player_image, delete_user_image, update_player_image, update_user_image
from .players import create_player, get_player, list_players, update_player
from .rankings import get_player_ranking
from .session_players import (
    list_game_session_players,
    register_game_session_player,
    update_game_session_player_score,
)
from .sessions import create_game_session, get_game_session, list_game_sessions
from .tokens import session_token_expires
from .users import get_user, sign_in_with_privy, update_user
from .wording import NO_PLAYER, NO_SESSION, dialect

__all__ = [
    "behaviour",
    "collections",
    "create_game_session",
    "create_mini_game_type",
    "create_player",
    "create_player_code",
    "delete_player_image",
    "delete_user_image",
    "dialect",
    "get_game_session",
    "get_global_leaderboards",
    "get_player",
    "get_player_ranking",
    "get_user",
    "list_game_session_players",
    "list_game_sessions",
    "list_mini_game_types",
    "list_players",
    "player_code_is_forgotten",
    "pure",
    "register_game_session_player",
    "session_token_expires",
    "sign_in_with_privy",
    "timeline",
    "update_game_session_player_score",
    "update_player",
    "update_player_image",
    "update_user",
    "update_user_image",
    "validate_player_code",
]

pure = True

timeline = (player_code_is_forgotten, session_token_expires)

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
    Collection("player-codes", holds="PlayerCode", key=lambda row: f"{row.beside['app']}/{row['code']}"),
    Collection(
        "users",
        holds="User",
        indexes={
            "privy": lambda row: [row.beside["privy"]] if "privy" in row.beside else [],
            "username": lambda row: [row["username"]] if row.get("username") is not None else [],
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
    Switch(
        "code_lifetime",
        300,
        "That player codes expire is documented, after how many seconds is not.",
    ),
    Switch(
        "code_uses",
        "many",
        "No page says that a code is used up; a device may ask until somebody has entered it.",
        ("many", "once"),
    ),
    Switch(
        "unknown_player_on_code",
        400,
        "No not-found outcome is published for a code's player; 200 makes a code for nobody in particular.",
        (400, 200),
    ),
    Switch(
        "session_lifetime",
        604800,
        "That session tokens are JWTs is documented, after how many seconds they expire is not.",
    ),
    Switch(
        "taken_username",
        409,
        "That a username can be taken is an outcome of its own; its status could not be read.",
        (409, 400),
    ),
    Switch(
        "unranked_player",
        200,
        "What is answered for a player who never played is not published: a null ranking, or 404.",
        (200, 404),
    ),
)
