"""What RallyHere's game client asks, in its order: read off the vendor's public Unreal plugin (July 2026).

`{me}` and `{other}` are players, `{session}` what the client created; ids that only the world knows are those
of the bundled fixtures. `MEANWHILE` is what happens in between, so that a call has something to act on.
"""

from __future__ import annotations

from typing import Any, NamedTuple

CLIENT = {"client_version": "1.0.0", "client_settings": {"platform": "Steam", "input": "gamepad"}}
INVITED = {"status": "invited", "team_id": 0}
PARTY = "/session/v1/session/{session}"
POLL = "/notification/v1/player/{me}/stream/notification/lp"
EPIC = "/session/v1/platform/Epic/platform-session/ZXBpYy1sb2JieS0x/session/{session}"


class Asked(NamedTuple):
    """A call: who makes it, what it sends, and what it is answered."""

    what: str
    method: str
    path: str
    body: Any = None
    status: int = 200
    who: str = "me"


CALLS = (
    Asked("config", "GET", "/config/v2/kv", who=""),
    Asked("time", "GET", "/config/v1/time/utc", who=""),
    Asked(
        "login",
        "POST",
        "/users/v1/login",
        {"grant_type": "basic", "portal_access_token": "ada:ada-password", "include_refresh": True},
        who="game-client:client-secret",
    ),
    Asked("friends", "GET", "/friends/v2/player/{me}/friend"),
    Asked("blocked", "GET", "/friends/v2/player/{me}/block"),
    Asked("templates", "GET", "/session/v1/template"),
    Asked("templates again", "GET", "/session/v1/template", status=304),
    Asked("my sessions", "GET", "/session/v1/player/me/session"),
    Asked("session poll", "GET", "/session/v1/session/party-1?refresh_ttl=true"),
    Asked("presence", "PATCH", "/presence/v1/player/me/presence", {"status": "online"}),
    Asked("purge status", "GET", "/users/v1/person/me/purge", status=404),
    Asked("notifications", "GET", POLL + "?exclude_before=&offset_reset_strategy=latest&deadline=25"),
    Asked("inventory session", "POST", "/inventory/v2/player/{me}/session", {}),
    Asked("entitlements", "POST", "/inventory/v2/player/{me}/entitlement", {"platform": "Steam"}),
    Asked("setting types", "GET", "/settings/v1/setting_type"),
    Asked("catalog", "GET", "/inventory/v1/catalog"),
    Asked("links", "GET", "/users/v2/player/{me}/links"),
    Asked("events", "POST", "/events/v1/write", {"events": []}),
    Asked("party", "POST", "/session/v1/session", {"session_type": "party", **CLIENT}),
    Asked("party read", "GET", PARTY),
    Asked("party poll", "GET", PARTY + "?refresh_ttl=true", status=304),
    Asked("party template", "GET", "/session/v1/template/party"),
    Asked("regions, no page", "GET", "/session/v1/regions?page_size=0&cursor=0", status=422),
    Asked("regions", "GET", "/session/v1/regions"),
    Asked("queues, a large page", "GET", "/session/v2/queues?page_size=100&cursor=0", status=422),
    Asked(
        "matchmaking templates",
        "GET",
        "/session/v2/match-making-templates/c0000000-0000-4000-8000-000000000001",
    ),
    Asked("matchmaking profile", "GET", "/session/v2/match-making-profile/ranked"),
    Asked("set data", "PATCH", PARTY, {"custom_data": {"map": "harbour"}}),
    Asked("invite", "POST", PARTY + "/player/uuid/{other}", INVITED),
    Asked("invite, the new path", "POST", PARTY + "/player/{other}", INVITED),
    Asked("kick", "DELETE", PARTY + "/player/uuid/{other}", status=204),
    Asked("promote", "POST", PARTY + "/player/uuid/{other}", {"status": "leader", "team_id": 0}),
    Asked("invite a session", "POST", PARTY + "/invited-session/casual-1:invite", {"team_id": 0}),
    Asked("short code", "POST", PARTY + ":generate-short-code", {}),
    Asked("swap in one team", "POST", PARTY + "/player:swap", {"players": ["{me}", "{other}"]}, status=403),
    Asked("platform session", "POST", EPIC),
    Asked("no platform session", "DELETE", EPIC, status=204),
    Asked("queue", "POST", PARTY + "/queue", {"queue_id": "ranked-duel"}),
    Asked("leave the queue", "DELETE", PARTY + "/queue?reason=left_queue", status=204),
    Asked("browser", "GET", "/session/v1/browser?session_type=casual&cursor=0&page_size=20"),
    Asked(
        "instance",
        "POST",
        PARTY + "/instance",
        {"instance_startup_params": {"map": "/Game/Maps/Harbour", "misc_params": ""}},
    ),
    Asked("vivox login", "GET", "/session/v1/voip/vivox:login"),
    Asked("vivox join", "GET", PARTY + "/player/me/voip/vivox:join?voip_session_type=session"),
    Asked("epic join", "GET", PARTY + "/player/me/voip/epic:join?voip_session_type=session"),
    Asked("deserter", "GET", "/session/v1/player/{me}/deserter"),
    Asked("another's sessions", "GET", "/session/v1/player/uuid/{other}/session", status=403),
    Asked("ranks", "GET", "/rank/v2/player/{me}/rank"),
    Asked("client performance", "POST", "/match/v1/pex/client", {"match_id": "1"}),
    Asked("leave", "DELETE", PARTY + "/player/me", status=204),
    Asked("gone", "GET", PARTY, status=404),
    Asked("logout", "POST", "/users/v1/logout", {"refresh_token": "{refresh}"}),
    Asked(
        "server login",
        "POST",
        "/users/v1/login",
        {"grant_type": "client_credentials"},
        who="game-server:server-secret",
    ),
    Asked("allocation", "GET", "/session/v1/session/allocation/none", status=404),
    Asked("server templates", "GET", "/session/v1/template"),
    Asked("server template", "GET", "/session/v1/template/casual"),
    Asked("health config", "GET", "/session/v1/instance/health/config"),
    Asked("backfill config", "GET", "/session/v1/backfill/config"),
    Asked(
        "instance request template",
        "GET",
        "/session/v1/instance-request-template/b0000000-0000-4000-8000-000000000001",
    ),
    Asked(
        "no backfill",
        "POST",
        "/session/v1/backfill/session/casual-1",
        {"instance_id": "instance-casual-1"},
        status=404,
    ),
    Asked("audit", "POST", "/session/v1/audit", {"event_name": "started", "session_id": "casual-1"}),
    Asked("host performance", "POST", "/match/v1/pex/host", {"match_id": "1"}),
    Asked("match", "POST", "/match/v1/match", {"status": "active"}),
)

OTHERS_PARTY = "/session/v1/session/{others_session}"
MEANWHILE: dict[str, tuple[Asked, ...]] = {
    "promote": (
        Asked("is invited again", "POST", PARTY + "/player/uuid/{other}", INVITED),
        Asked("comes", "POST", PARTY + "/player/me", {"team_id": 0, **CLIENT}, who="other"),
    ),
    "invite a session": (
        Asked("plays elsewhere", "POST", "/session/v1/session/casual-1/player/me", {"team_id": 0, **CLIENT}),
    ),
    "platform session": (Asked("goes", "DELETE", PARTY + "/player/me", status=204, who="other"),),
}
"""Before the call of that name: what has to have happened."""
