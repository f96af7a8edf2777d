"""PlayCamp's coupons: why one cannot be used, and that it is used once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.apis.behaviours import bundled_fixtures, folder
from tests.apis.playcamp import CLIENT, NOON, SERVER, events_of, rows_in, webhook_for
from tests.harness import Mock

GOOD = "WINTER-ADA42-001"
GEMS = {"en": "A hundred gems", "ko": "보석 100개"}
OFFER = {
    "reward": [{"itemName": GEMS, "itemId": "gems", "itemQuantity": 100}],
    "packageName": GEMS,
    "itemName": GEMS,
    "creatorKey": "ADA42",
    "campaignId": "campaign-winter",
}
REDEEM = "/v1/server/coupons/redeem"

Made = Callable[[dict[str, Any]], Mock]


@pytest.fixture
def mock_of(make_mock: Callable[..., Mock], home: Callable[..., Path]) -> Made:
    """Makes a mock of the bundled fixtures with changes."""
    return lambda fixtures: make_mock("playcamp", home=home(fixtures=folder("playcamp", fixtures)))


def check(mock: Mock, code: str, user: str | None = "user-7") -> dict[str, Any]:
    """What a coupon is said to be: to a game's server for a user, or to its client for none."""
    side, token = ("client", CLIENT) if user is None else ("server", SERVER)
    body = {"couponCode": code} if user is None else {"couponCode": code, "userId": user}
    answer = mock.post(f"/v1/{side}/coupons/validate", token=token, json=body)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()["data"]
    return told


def redeem(
    mock: Mock, code: str = GOOD, user: str = "user-7", query: str = "", **fields: Any
) -> dict[str, Any]:
    body = {"couponCode": code, "userId": user, **fields}
    answer = mock.post(REDEEM + query, token=SERVER, json=body)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()["data"]
    return told


def used_by(mock: Mock, user: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = mock.get(f"/v1/server/coupons/user/{user}", token=SERVER).json()["data"]
    return found


def test_a_good_coupon_is_offered_and_used_and_told(mock: Mock) -> None:
    hook = webhook_for(mock, "coupon.redeemed")
    assert check(mock, GOOD, None) == check(mock, GOOD) == {"valid": True, "couponCode": GOOD, **OFFER}
    assert used_by(mock, "user-7") == []
    told = redeem(mock, callbackId="mark", gameUserUuid="g")
    assert told == {"success": True, "usageId": 2, "couponCode": GOOD, **OFFER, "redeemedAt": NOON}
    assert used_by(mock, "user-7") == [
        {
            "id": 2,
            "userId": "user-7",
            "couponCode": GOOD,
            "packageId": 1,
            "campaignId": "campaign-winter",
            "creatorKey": "ADA42",
            "usedAt": NOON,
            "rewardDelivered": False,
            "rewardDeliveredAt": None,
        }
    ]
    [event] = events_of(mock, hook)
    assert event == {
        "event": "coupon.redeemed",
        "timestamp": NOON,
        "callbackId": "mark",
        "data": {"couponCode": GOOD, "usageId": 2, "reward": OFFER["reward"], "userId": "user-7"},
    }


@pytest.mark.parametrize(
    ("code", "user", "reason"),
    [
        ("NONE", "user-7", "COUPON_NOT_FOUND"),
        ("", "user-7", "COUPON_NOT_FOUND"),
        ("winter-ada42-001", "user-7", "COUPON_NOT_FOUND"),
        ("WINTER-ADA42-OFF", "user-7", "COUPON_INACTIVE"),
        ("WINTER-ADA42-LATER", "user-7", "COUPON_NOT_YET_VALID"),
        ("AUTUMN-ADA42-001", "user-7", "COUPON_EXPIRED"),
        ("WINTER-BEN77-001", "user-42", "USER_CODE_LIMIT"),
        ("WINTER-ADA42-002", "user-42", "USER_PACKAGE_LIMIT"),
    ],
)
def test_a_coupon_that_cannot_be_used_says_why_and_nothing_changes(
    mock: Mock, code: str, user: str, reason: str
) -> None:
    webhook_for(mock, "coupon.redeemed")
    before = mock.state
    for told, verdict in ((check(mock, code, user), "valid"), (redeem(mock, code, user), "success")):
        assert told.pop("errorMessage")
        assert told == {verdict: False, "couponCode": code, "errorCode": reason}
    assert mock.state is before
    assert check(mock, code, None)["valid"] is reason.startswith("USER_")


def test_a_coupon_is_used_once_by_each_user_and_a_package_as_often_as_it_says(mock_of: Made) -> None:
    fixtures = bundled_fixtures("playcamp")
    fixtures["packages"][0]["maxTotalUsage"] = 2
    mock = mock_of(fixtures)
    assert redeem(mock)["success"] is True
    assert redeem(mock)["errorCode"] == "USER_CODE_LIMIT"
    assert redeem(mock, user="user-8")["success"] is True
    assert redeem(mock, user="user-9")["errorCode"] == "TOTAL_USAGE_LIMIT"
    assert check(mock, GOOD, None)["errorCode"] == "TOTAL_USAGE_LIMIT"


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        ("PENDING_EXPOSURE", "COUPON_NOT_YET_VALID"),
        ("EXPOSED", "COUPON_NOT_YET_VALID"),
        ("COMPLETED", "COUPON_EXPIRED"),
        ("CANCELLED", "COUPON_INACTIVE"),
    ],
)
def test_a_campaign_that_does_not_run_takes_its_coupons_along(
    mock_of: Made, status: str, reason: str
) -> None:
    fixtures = bundled_fixtures("playcamp")
    fixtures["campaigns"][0]["status"] = status
    assert check(mock_of(fixtures), GOOD)["errorCode"] == reason


def test_a_coupon_expires_when_its_campaign_does_or_at_a_time_of_its_own(mock_of: Made) -> None:
    fixtures = bundled_fixtures("playcamp")
    fixtures["campaigns"][0]["endDate"] = "2026-01-05T13:00:00+01:00"
    fixtures["coupons"][0]["validUntil"] = "2026-01-05T12:00:01Z"
    mock = mock_of(fixtures)
    assert check(mock, "WINTER-ADA42-002")["errorCode"] == "COUPON_EXPIRED"
    assert check(mock, GOOD)["valid"] is True
    mock.advance(1)
    assert check(mock, GOOD)["errorCode"] == "COUPON_EXPIRED"


def test_a_coupon_of_a_package_or_campaign_that_is_not_there_is_not_active(mock_of: Made) -> None:
    fixtures = bundled_fixtures("playcamp")
    fixtures["coupons"][0]["packageId"] = 99
    del fixtures["packages"][1]["_campaign"]
    mock = mock_of(fixtures)
    assert check(mock, GOOD)["errorCode"] == "COUPON_INACTIVE"
    assert check(mock, "WINTER-ADA42-002")["errorCode"] == "COUPON_INACTIVE"


@pytest.mark.parametrize(("query", "fields"), [("?isTest=true", {}), ("", {"isTest": True})])
def test_a_test_is_checked_and_answered_and_keeps_nothing(
    mock: Mock, query: str, fields: dict[str, Any]
) -> None:
    hook = webhook_for(mock, "coupon.redeemed")
    kept = rows_in(mock, "coupon-usages")
    for _ in range(2):
        assert redeem(mock, query=query, **fields)["success"] is True
    assert redeem(mock, "WINTER-BEN77-001", "user-42", query, **fields)["errorCode"] == "USER_CODE_LIMIT"
    assert rows_in(mock, "coupon-usages") == kept
    assert [event["isTest"] for event in events_of(mock, hook)] == [True, True]


def test_a_switch_refuses_with_the_coupons_code(switched_mock: Callable[..., Mock]) -> None:
    mock = switched_mock(unusable_coupon_status=400)
    body = {"couponCode": "AUTUMN-ADA42-001", "userId": "user-7"}
    for path in ("/v1/server/coupons/validate", REDEEM):
        answer = mock.post(path, token=SERVER, json=body)
        assert answer.status_code == 400
        assert answer.json() == {"error": "The coupon has expired", "code": "COUPON_EXPIRED"}


@pytest.mark.parametrize(
    "fields", [{"couponCode": 7}, {"couponCode": None}, {"userId": 7}, {"isTest": "yes"}]
)
def test_a_field_of_a_wrong_type_is_blamed_and_nothing_changes(mock: Mock, fields: dict[str, Any]) -> None:
    before = mock.state
    for path in (REDEEM, "/v1/server/coupons/validate"):
        answer = mock.post(path, token=SERVER, json={"couponCode": GOOD, "userId": "user-7", **fields})
        assert answer.status_code == 400
        [fault] = answer.json()["details"]
        assert (fault["path"], fault["target"]) == (next(iter(fields)), "body")
    assert mock.state is before


def test_only_a_server_key_may_redeem(mock: Mock) -> None:
    before = mock.state
    answer = mock.post(REDEEM, token=CLIENT, json={"couponCode": GOOD, "userId": "user-7"})
    assert (answer.status_code, answer.json()["code"]) == (403, "FORBIDDEN")
    assert mock.state is before


def test_two_hundred_at_once_use_a_coupon_once(mock: Mock) -> None:
    answers = mock.at_once("POST", REDEEM, SERVER, [{"couponCode": GOOD, "userId": "user-7"}] * 200)
    told = [answer.json()["data"].get("errorCode", "used") for answer in answers]
    assert (told.count("used"), told.count("USER_CODE_LIMIT")) == (1, 199)
    assert len(used_by(mock, "user-7")) == 1


def test_what_a_user_has_used_comes_in_pages(mock: Mock) -> None:
    for code in (GOOD, "WINTER-ADA42-002"):
        redeem(mock, code)
    answer: httpx.Response = mock.get("/v1/server/coupons/user/user-7?limit=1&page=1", token=SERVER)
    assert [one["couponCode"] for one in answer.json()["data"]] == ["WINTER-ADA42-002"]
    assert answer.json()["pagination"] == {"page": 1, "limit": 1, "total": 2, "totalPages": 2}
