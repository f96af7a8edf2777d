"""What is assumed of RallyHere's logins, and can be set otherwise."""

from __future__ import annotations

from mockade.handling import Switch, at_least

PLAYER_PERMISSIONS = [
    "friend:block_list:read",
    "friend:block_list:write",
    "friend:friend_list:read",
    "friend:friend_list:write",
    "notification:player:self:*",
    "session-audit:read:self",
    "session-audit:update:self",
    "session-player-audit:read:self",
    "session-player-audit:update:self",
    "session:create",
    "session:instance:health",
    "session:promote:self",
    "session:read-player:self",
    "session:read:browser",
    "session:read:config",
    "session:read:permission:active",
    "session:read:platform",
    "session:read:self",
    "session:shortcode:active",
    "session:update-player:as-leader",
    "session:update-player:self",
    "session:update:browser",
    "session:update:platform",
    "session:update:self",
    "session:vivox:join",
    "session:vivox:login",
    "session:voip:epic:join",
]
HOST_PERMISSIONS = [
    "notification:player:*",
    "session-audit:read:all",
    "session-audit:update:all",
    "session:create:matchmade",
    "session:instance:health",
    "session:read:allocation",
    "session:read:any",
    "session:read:config",
    "session:update-player:any",
    "session:update:any",
]

behaviour = (
    Switch(
        "access_token_seconds",
        3600,
        "How long a token is good is not published; the answer to a login says it.",
        vet=at_least(1),
    ),
    Switch(
        "unknown_players",
        "create",
        "Whether a platform's user who is new becomes a player.",
        ("create", "refuse"),
    ),
    Switch(
        "agreements",
        "not_asked",
        "Whether a game asks for its terms is its own affair.",
        ("not_asked", "asked"),
    ),
    Switch("player_permissions", PLAYER_PERMISSIONS, "What players may is set by an environment's policies."),
    Switch("host_permissions", HOST_PERMISSIONS, "What servers may is set by an environment's policies."),
)
