"""Session types and regions, as the product's developers configured them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from mockade.handling import Call, Row


def get_all_session_templates(call: Call) -> dict[str, Any]:
    return {"templates": {template["session_type"]: template for template in call.rows("templates")}}


def get_session_template_by_type(call: Call, session_type: str) -> dict[str, Any]:
    """An unknown type is 404 with the code that entering by one has; nothing public says so."""
    return call.rows("templates").get(session_type)


def get_all_regions(call: Call, cursor: int, page_size: int) -> dict[str, Any]:
    """A page of the regions in their sort order; the cursor counts those before it, 0 ends (documented)."""
    regions = sorted(call.rows("regions"), key=lambda region: (region["sort_order"], region["region_id"]))
    end = cursor + page_size
    return {"regions": regions[cursor:end], "cursor": end if end < len(regions) else 0}


def get_instance_request_template(call: Call, instance_request_template_id: str) -> Row:
    return call.rows("instance_request_templates").get(instance_request_template_id.lower())


def get_match_making_templates_v2(call: Call, template_group_id: str) -> Row:
    return call.rows("match_making_template_groups").get(template_group_id.lower())


def get_match_making_profile_v2(call: Call, match_making_profile_id: str) -> Row:
    return call.rows("match_making_profiles").get(match_making_profile_id)


def get_connection_info_self(call: Call) -> dict[str, Any]:
    """The first address that a proxy names; without one the caller is on this machine (assumed)."""
    first = str(call.headers.get("x-forwarded-for", "")).split(",")[0].strip()
    return {"ip": first or "127.0.0.1"}


def profile_of(call: Call, name: str) -> Row | None:
    """A matchmaking profile that makes sessions: what type they are of stands beside it."""
    profile = call.rows("match_making_profiles").find(name)
    return profile if profile is not None and "session_type" in profile.beside else None


def profiles_of(call: Call, queues: Iterable[Row]) -> list[Row]:
    """The profiles that waiting in queues is eligible for: all that their groups of rules list (assumed)."""
    names: dict[str, None] = {}
    for queue in queues:
        group = call.rows("match_making_template_groups").find(
            queue["match_making_template_group_id"].lower()
        )
        for option in group["template_options"] if group is not None else ():
            names |= dict.fromkeys(one["match_making_profile_id"] for one in option["profiles"])
    found = (call.rows("match_making_profiles").find(name) for name in names)
    return [profile for profile in found if profile is not None]
