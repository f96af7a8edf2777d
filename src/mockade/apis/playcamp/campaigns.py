"""Campaigns and their packages, and creators: what a game's client and server read."""

from __future__ import annotations

from typing import Any

from mockade.handling import Call

from .attribution import is_in
from .pages import in_order, page_of
from .projects import in_project, project_of


def list_campaigns(call: Call, page: int, limit: int) -> dict[str, Any]:
    """Whatever their status, for a client's key too (assumed)."""
    return page_of(in_order(call, call.rows("campaigns").where("project", project_of(call))), page, limit)


def get_campaign(call: Call, id: str) -> dict[str, Any]:
    """Another project's campaign is absent (inferred)."""
    return {"data": call.rows("campaigns").get(in_project(call, id))}


def list_campaign_creators(call: Call, id: str) -> dict[str, Any]:
    """All of them, without paging (observed), the oldest first (assumed)."""
    campaign = call.rows("campaigns").get(in_project(call, id))
    creators = call.rows("creators").where("project", project_of(call))
    return {"data": [one for one in creators if is_in(campaign.beside, one["creatorKey"])]}


def list_coupon_packages(call: Call, id: str) -> dict[str, Any]:
    """All of them, without paging (observed), the oldest first (assumed)."""
    campaign = call.rows("campaigns").get(in_project(call, id))
    return {"data": list(call.rows("packages").where("campaign", campaign.key))}


def search_creators(call: Call, keyword: str, campaign_id: str | None, limit: int) -> dict[str, Any]:
    """By a part of the name or the key, in capitals or not; an unknown campaign has nobody (assumed)."""
    found = call.rows("creators").where("project", project_of(call))
    if campaign_id is not None:
        campaign = call.rows("campaigns").find(in_project(call, campaign_id))
        found = (one for one in found if campaign is not None and is_in(campaign.beside, one["creatorKey"]))
    wanted = keyword.casefold()
    fitting = [
        one
        for one in found
        if wanted in one["creatorName"].casefold() or wanted in one["creatorKey"].casefold()
    ]
    return {"data": fitting[:limit]}


def get_creator(call: Call, creator_key: str) -> dict[str, Any]:
    """Another project's creator is absent (inferred)."""
    return {"data": call.rows("creators").get(in_project(call, creator_key))}


def list_creator_coupons(call: Call, creator_key: str) -> dict[str, Any]:
    """All of them, without paging (observed), the oldest first (assumed)."""
    creator = call.rows("creators").get(in_project(call, creator_key))
    coupons = call.rows("coupons").where("creator", creator.key)
    return {"data": [{name: one[name] for name in ("code", "packageNo", "status")} for one in coupons]}
