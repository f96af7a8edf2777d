"""Coupons: checked, used, and which a user has used."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from mockade.handling import Call, Refusal, Row, epoch_seconds

from .events import coupon_redeemed
from .numbers import next_number
from .pages import in_order, page_of
from .projects import in_project, project_of
from .webhooks import announce

_REASONS = {
    "COUPON_NOT_FOUND": "There is no such coupon",
    "COUPON_INACTIVE": "The coupon is not active",
    "COUPON_NOT_YET_VALID": "The coupon cannot be used yet",
    "COUPON_EXPIRED": "The coupon has expired",
    "USER_CODE_LIMIT": "The user has used this coupon as often as can be",
    "USER_PACKAGE_LIMIT": "The user has used such coupons as often as can be",
    "TOTAL_USAGE_LIMIT": "Such coupons have been used as often as can be",
}
"""The vendor's codes (documented) in words of ours."""

_BY_STATUS = {
    "PENDING_EXPOSURE": "COUPON_NOT_YET_VALID",
    "EXPOSED": "COUPON_NOT_YET_VALID",
    "COMPLETED": "COUPON_EXPIRED",
    "CANCELLED": "COUPON_INACTIVE",
}
"""What a campaign that does not run makes of its coupons (assumed)."""


class Usable(NamedTuple):
    """A coupon that can be used, and what it is good for."""

    coupon: Row
    package: Row
    campaign: Row


def validate_coupon_for_client(call: Call, body: dict[str, Any]) -> dict[str, Any]:
    """A client names no user, so what users have used is not looked at (inferred)."""
    return _validation(call, body["couponCode"], None)


def validate_coupon_for_server(call: Call, body: dict[str, Any]) -> dict[str, Any]:
    """Keeps nothing, test or not."""
    return _validation(call, body["couponCode"], body["userId"])


def _validation(call: Call, code: str, user: str | None) -> dict[str, Any]:
    found = _look_at(call, code, user)
    if isinstance(found, str):
        return _unusable(call, "valid", code, found)
    return {"data": {"valid": True, "couponCode": code, **_offer(found)}}


def redeem_coupon(call: Call, body: dict[str, Any], is_test: bool | None) -> dict[str, Any]:
    """Recorded and told to webhooks (documented). A test is checked and keeps nothing (documented)."""
    code, user = body["couponCode"], body["userId"]
    found = _look_at(call, code, user)
    if isinstance(found, str):
        return _unusable(call, "success", code, found)
    testing = bool(is_test or body["isTest"])
    usages, offer, now = call.rows("coupon-usages"), _offer(found), call.now()
    usage = {
        "id": next_number(usages),
        "userId": user,
        "couponCode": code,
        "packageId": found.package["packageId"],
        "campaignId": offer["campaignId"],
        "creatorKey": offer["creatorKey"],
        "usedAt": now,
        "rewardDelivered": False,
        "rewardDeliveredAt": None,
    }
    if not testing:
        usages.add(usage, project=project_of(call), gameUserUuid=body.get("gameUserUuid"))
    result = {"success": True, "usageId": usage["id"], "couponCode": code, **offer, "redeemedAt": now}
    data = coupon_redeemed(result, user)
    announce(call, "coupon.redeemed", data, callback_id=body.get("callbackId"), is_test=testing)
    return {"data": result}


def list_coupon_uses_of_user(call: Call, user_id: str, page: int, limit: int) -> dict[str, Any]:
    """One page (observed); a user who used none has an empty one (assumed)."""
    return page_of(
        in_order(call, call.rows("coupon-usages").where("user", in_project(call, user_id))), page, limit
    )


def _unusable(call: Call, verdict: str, code: str, reason: str) -> dict[str, Any]:
    """An answer that says why, or a refusal with 400, as an older guide has it (switch)."""
    if call.behaviour["unusable_coupon_status"] == 400:
        raise Refusal(400, reason, _REASONS[reason])
    return {
        "data": {verdict: False, "couponCode": code, "errorCode": reason, "errorMessage": _REASONS[reason]}
    }


def _offer(found: Usable) -> dict[str, Any]:
    """What a coupon is good for, whose it is and where (documented; `itemName` observed)."""
    package = found.package
    reward = {name: package[name] for name in ("itemName", "itemId", "itemQuantity")}
    return {
        "reward": [reward],
        "packageName": package["itemName"],
        "itemName": package["itemName"],
        "creatorKey": found.coupon["creatorKey"],
        "campaignId": found.campaign["campaignId"],
    }


def _look_at(call: Call, code: str, user: str | None) -> Usable | str:
    """The coupon if it can be used, by `user` if one is named; else the first code that tells why not.

    The codes are documented, the order in which they are looked for is that of their list (assumed).
    """
    coupon = call.rows("coupons").find(in_project(call, code))
    if coupon is None:
        return "COUPON_NOT_FOUND"
    package = call.rows("packages").find(in_project(call, coupon["packageId"]))
    campaign = package and call.rows("campaigns").find(in_project(call, package.beside.get("campaign", "")))
    if package is None or campaign is None or coupon["status"] != "ACTIVE":
        return "COUPON_INACTIVE"
    reason = (
        _BY_STATUS.get(campaign["status"])
        or _out_of_time(call, coupon, campaign)
        or _used_up(call, coupon, package, user)
    )
    return reason or Usable(coupon, package, campaign)


def _out_of_time(call: Call, coupon: Mapping[str, Any], campaign: Mapping[str, Any]) -> str:
    """Held against its own times, else against those of its campaign (assumed)."""
    begins = coupon.get("validFrom") or campaign.get("startDate")
    ends = coupon.get("validUntil") or campaign.get("endDate")
    if begins and call.seconds() < epoch_seconds(begins):
        return "COUPON_NOT_YET_VALID"
    return "COUPON_EXPIRED" if ends and call.seconds() >= epoch_seconds(ends) else ""


def _used_up(call: Call, coupon: Mapping[str, Any], package: Mapping[str, Any], user: str | None) -> str:
    """Which limit of its package is reached: those of a user are documented; 0 sets none (assumed)."""
    usages, project = call.rows("coupon-usages"), project_of(call)
    number = package["packageId"]
    counted = [("TOTAL_USAGE_LIMIT", "maxTotalUsage", usages.count("package", (project, number)))]
    if user is not None:
        of_code = usages.count("code", (project, coupon["code"], user))
        of_package = usages.count("user-package", (project, number, user))
        counted = [
            ("USER_CODE_LIMIT", "perCodeUsageLimit", of_code),
            ("USER_PACKAGE_LIMIT", "crossCreatorLimit", of_package),
            *counted,
        ]
    return next((code for code, limit, count in counted if 0 < package[limit] <= count), "")
