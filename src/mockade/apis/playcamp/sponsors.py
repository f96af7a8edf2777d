"""Sponsors: whom each user supports in a campaign; there is one for a user and a campaign."""

from __future__ import annotations

from typing import Any

from mockade.handling import Call, Refusal, Row, epoch_seconds

from .attribution import need_creator, running_campaign
from .events import sponsor_changed, sponsor_data
from .numbers import next_number
from .pages import in_order, page_of
from .projects import in_project, project_of
from .webhooks import announce

COOLDOWN = 30 * 24 * 3600
"""Seconds from one change to the next (documented)."""


def create_sponsor(call: Call, body: dict[str, Any], is_test: bool | None) -> dict[str, Any]:
    """A new one begins, one that is over begins again, the same stays, another is a change (documented)."""
    campaign = running_campaign(call, body.get("campaignId"))
    need_creator(call, body["creatorKey"], campaign)
    known = call.rows("sponsors").find(project_of(call), campaign, body["userId"])
    if known is not None and known["isActive"]:
        return _changed(call, known, body["creatorKey"], body, is_test)
    sponsor = {
        "userId": body["userId"],
        "campaignId": campaign,
        "creatorKey": body["creatorKey"],
        "isActive": True,
        "sponsoredAt": call.now(),
        "endedAt": None,
    }
    testing = bool(is_test or body["isTest"])
    if not testing:
        _keep(call, known, sponsor, "CREATED")
    mark = body.get("callbackId")
    announce(call, "sponsor.created", sponsor_data(sponsor), callback_id=mark, is_test=testing)
    return {"data": sponsor}


def update_sponsor(call: Call, user_id: str, body: dict[str, Any], is_test: bool | None) -> dict[str, Any]:
    """By the rules of a change; who supports nobody cannot change that here (assumed)."""
    campaign = running_campaign(call, body.get("campaignId"))
    sponsor = _active(call, campaign, user_id)
    need_creator(call, body["newCreatorKey"], campaign)
    return _changed(call, sponsor, body["newCreatorKey"], body, is_test)


def _changed(
    call: Call, sponsor: Row, creator: str, asked: dict[str, Any], is_test: bool | None
) -> dict[str, Any]:
    """The same creator changes nothing; another can follow when 30 days have gone by (documented)."""
    if sponsor["creatorKey"] == creator:
        return {"data": sponsor}
    wait = epoch_seconds(sponsor["sponsoredAt"]) + COOLDOWN - call.seconds()
    if wait > 0:
        raise Refusal(400, "BAD_REQUEST", f"The creator can be changed from {call.later(wait)} on")
    changed = {**sponsor, "creatorKey": creator, "sponsoredAt": call.now()}
    testing = bool(is_test or asked["isTest"])
    if not testing:
        _keep(call, sponsor, changed, "CHANGED")
    data = sponsor_changed(sponsor, creator)
    announce(call, "sponsor.changed", data, callback_id=asked.get("callbackId"), is_test=testing)
    return {"data": changed}


def delete_sponsor(
    call: Call, user_id: str, campaign_id: str | None, callback_id: str | None, is_test: bool | None
) -> None:
    """It is over and stays to be read (inferred); a named campaign need not run any more (assumed)."""
    sponsor = _active(call, campaign_id or running_campaign(call, None), user_id)
    if not is_test:
        _keep(call, sponsor, {**sponsor, "isActive": False, "endedAt": call.now()}, "ENDED")
    data = sponsor_data(sponsor)
    announce(call, "sponsor.ended", data, callback_id=callback_id, is_test=bool(is_test))


def list_sponsors(call: Call, user_id: str, campaign_id: str | None) -> dict[str, Any]:
    """One that is over is told as such (inferred from its fields); they are a list (observed)."""
    return {"data": _of_user(call, "sponsors", user_id, campaign_id)}


def list_sponsor_history(
    call: Call, user_id: str, campaign_id: str | None, page: int, limit: int
) -> dict[str, Any]:
    """A user who supported nobody has an empty page (assumed)."""
    return page_of(_of_user(call, "sponsor-history", user_id, campaign_id), page, limit)


def _of_user(call: Call, collection: str, user: str, campaign: str | None) -> list[Row]:
    """The rows of a user, in a campaign or in all (assumed)."""
    found = in_order(call, call.rows(collection).where("user", in_project(call, user)))
    return [row for row in found if campaign in (None, row["campaignId"])]


def _active(call: Call, campaign: str, user: str) -> Row:
    """Refuses with 404 what is not there, or over."""
    sponsors = call.rows("sponsors")
    sponsor = sponsors.get(project_of(call), campaign, user)
    if not sponsor["isActive"]:
        raise sponsors.absent(user)
    return sponsor


def _keep(call: Call, before: Row | None, sponsor: dict[str, Any], action: str) -> None:
    """Store a sponsor, and what became of it in the history."""
    if before is None:
        call.rows("sponsors").add(sponsor, project=project_of(call))
    else:
        call.rows("sponsors").put(Row(sponsor, key=before.key, beside=before.beside))
    history = call.rows("sponsor-history")
    entry = {
        "id": next_number(history),
        **sponsor_data(sponsor),
        "action": action,
        "previousCreatorKey": before["creatorKey"] if before is not None and action == "CHANGED" else None,
        "createdAt": call.now(),
    }
    history.add(entry, project=project_of(call))
