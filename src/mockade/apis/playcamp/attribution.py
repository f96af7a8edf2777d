"""To whom reports are credited: a campaign, and a creator who is in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockade.handling import Call, Refusal

from .projects import in_project, project_of


def running_campaign(call: Call, named: str | None) -> str:
    """The id of the campaign that is named, or of the project's that has been running the longest.

    Refuses one that is not there with 404, and one that does not run, or none, with 400.
    """
    if named is None:
        running = active_campaign(call)
        if running is None:
            raise Refusal(400, "BAD_REQUEST", "No campaign is running")
        return running
    campaign = call.rows("campaigns").get(in_project(call, named))
    if campaign["status"] != "IN_PROGRESS":
        raise Refusal(400, "BAD_REQUEST", f"The campaign is {campaign['status']}, not running")
    return named


def active_campaign(call: Call) -> str | None:
    """The id of the campaign that runs in the project; of several, the one that was there first (assumed)."""
    campaign = next(call.rows("campaigns").where("running", project_of(call)), None)
    return None if campaign is None else str(campaign["campaignId"])


def need_creator(call: Call, key: str, campaign_id: str) -> None:
    """Refuse with 404 whom the project has not (documented), or the campaign has not (assumed, a switch)."""
    creator = call.rows("creators").get(in_project(call, key))
    campaign = call.rows("campaigns").get(in_project(call, campaign_id))
    if call.behaviour["creators_of_campaign_only"] and not is_in(campaign.beside, creator["creatorKey"]):
        raise Refusal(404, "NOT_FOUND", "Creator not found in the campaign")


def is_in(beside: Mapping[str, Any], key: str) -> bool:
    """Whether a campaign has that creator; one whose fixture lists none has all of the project."""
    return "creators" not in beside or key in beside["creators"]


def credited(call: Call, sent: Mapping[str, Any]) -> dict[str, str]:
    """What a payment does not name itself: the campaign and creator that its user supports (documented)."""
    if "campaignId" in sent and "creatorKey" in sent:
        return {}
    campaign = sent["campaignId"] if "campaignId" in sent else active_campaign(call)
    sponsor = (
        None if campaign is None else call.rows("sponsors").find(project_of(call), campaign, sent["userId"])
    )
    if sponsor is None or not sponsor["isActive"]:
        return {}
    return {name: sponsor[name] for name in ("campaignId", "creatorKey") if name not in sent}


def need_known_credit(call: Call, body: Mapping[str, Any]) -> None:
    """Refuse a campaign or creator that the project has not, where the switch says so."""
    if call.behaviour["unknown_campaign_or_creator"] != "refuse":
        return
    for name, collection in (("campaignId", "campaigns"), ("creatorKey", "creators")):
        if name in body:
            call.rows(collection).get(in_project(call, body[name]))
