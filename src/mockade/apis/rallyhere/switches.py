"""The switches of RallyHere: each guessed behaviour with its reason and alternatives."""

from __future__ import annotations

from mockade.handling import Switch

from .instance_rules import STARTS

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
    Switch(
        "leader_is_host",
        False,
        "Who holds the session permission session_host is not published; the hosting player is taken to.",
    ),
    Switch(
        "next_leader",
        "longest",
        "Who leads when a leader leaves is not published; the member of the longest standing is taken to.",
        ("longest", "newest"),
    ),
    Switch(
        "instance_start",
        "seconds",
        "How long a dedicated server takes is the product's; types can say otherwise with `_instance`.",
        STARTS,
    ),
    Switch("instance_start_count", 3, "How many seconds, or reads, it takes until an instance is joinable."),
    Switch("instance_start_fails", False, "Whether instances end closed where they would become joinable."),
    Switch(
        "host_leaving",
        "close",
        "An instance is closed when its host goes away; whether by leaving the session is not published.",
        ("close", "keep"),
    ),
    Switch("health_cadence_seconds", 10, "The vendor's client reports so often by default."),
    Switch("health_missed_checks", 3, "How many reports in a row may be missing is the product's."),
    Switch("health_missing_percentage", 75, "How many reports may be missing in all is the product's."),
    Switch("backfill_timeout_seconds", 60, "The vendor's client acknowledges every 20 seconds by default."),
    Switch(
        "matched_players",
        "invited",
        "How players come to the session of their match is not published; they are taken to be invited.",
        ("invited", "member"),
    ),
    Switch(
        "party_changes_end_wait",
        True,
        "A changed party is a documented reason for the end of a ticket; whether it always is one is not.",
    ),
    Switch(
        "platform_sessions_let_in",
        True,
        "Whether a closed session takes whom its platform session took is not published; platforms invite.",
    ),
)
