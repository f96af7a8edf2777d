"""PlayCamp's sponsors: one for a user and a campaign, changed once in 30 days, and who is credited."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.apis.behaviours import bundled_fixtures, folder
from tests.apis.playcamp import CLIENT, NOON, PAYMENT, SERVER, events_of, rows_in, webhook_for
from tests.harness import Mock

SPONSORS = "/v1/server/sponsors"
DAY = 24 * 3600
ADA = {
    "userId": "user-7",
    "campaignId": "campaign-winter",
    "creatorKey": "ADA42",
    "isActive": True,
    "sponsoredAt": NOON,
    "endedAt": None,
}


def sponsor(mock: Mock, creator: str = "ADA42", query: str = "", **fields: Any) -> httpx.Response:
    body = {"userId": "user-7", "creatorKey": creator, **fields}
    return mock.post(SPONSORS + query, token=SERVER, json=body)


def of(mock: Mock, user: str = "user-7") -> httpx.Response:
    return mock.get(f"{SPONSORS}/user/{user}", token=SERVER)


def change(mock: Mock, creator: str, user: str = "user-7", **fields: Any) -> httpx.Response:
    return mock.put(f"{SPONSORS}/user/{user}", token=SERVER, json={"newCreatorKey": creator, **fields})


def end(mock: Mock, query: str = "", user: str = "user-7") -> httpx.Response:
    return mock.delete(f"{SPONSORS}/user/{user}{query}", token=SERVER)


def actions(mock: Mock, user: str = "user-7") -> list[tuple[str, str, str | None]]:
    told = mock.get(f"{SPONSORS}/user/{user}/history", token=SERVER).json()["data"]
    return [(one["action"], one["creatorKey"], one["previousCreatorKey"]) for one in told]


def is_refused(answer: httpx.Response, status: int, code: str, message: str) -> bool:
    assert (answer.status_code, answer.json()) == (status, {"error": message, "code": code})
    return True


def test_a_sponsorship_begins_changes_ends_and_begins_again(mock: Mock) -> None:
    hooks = {
        kind: webhook_for(mock, f"sponsor.{kind}", retryCount=0) for kind in ("created", "changed", "ended")
    }
    answer = sponsor(mock, callbackId="one")
    assert (answer.status_code, answer.json()) == (201, {"data": ADA})
    mock.advance(30 * DAY)
    later = "2026-02-04T12:00:00.000Z"
    assert sponsor(mock, "BEN77").json()["data"] == {**ADA, "creatorKey": "BEN77", "sponsoredAt": later}
    assert end(mock, "?callbackId=three").status_code == 204
    over = {"sponsoredAt": later, "isActive": False, "endedAt": later}
    assert of(mock).json()["data"] == [{**ADA, "creatorKey": "BEN77", **over}]
    assert sponsor(mock).json()["data"] == {**ADA, "sponsoredAt": later}
    assert actions(mock) == [
        ("CREATED", "ADA42", None),
        ("ENDED", "BEN77", None),
        ("CHANGED", "BEN77", "ADA42"),
        ("CREATED", "ADA42", None),
    ]
    place = {"userId": "user-7", "campaignId": "campaign-winter"}
    begun = [(one.get("callbackId"), one["data"]) for one in events_of(mock, hooks["created"])]
    assert begun == [(None, {**place, "creatorKey": "ADA42"}), ("one", {**place, "creatorKey": "ADA42"})]
    [changed] = events_of(mock, hooks["changed"])
    assert changed["data"] == {**place, "oldCreatorKey": "ADA42", "newCreatorKey": "BEN77"}
    [ended] = events_of(mock, hooks["ended"])
    assert (ended["callbackId"], ended["data"]) == ("three", {**place, "creatorKey": "BEN77"})


def test_the_same_creator_again_changes_nothing(mock: Mock) -> None:
    sponsor(mock)
    before = mock.state
    mock.advance(DAY)
    assert sponsor(mock).json() == {"data": ADA}
    answer = change(mock, "ADA42")
    assert (answer.status_code, answer.json()) == (200, {"data": ADA})
    assert mock.state.tables == before.tables


def test_another_creator_has_to_wait_for_thirty_days_to_the_second(mock: Mock) -> None:
    sponsor(mock)
    mock.advance(30 * DAY - 1)
    before = mock.state
    message = "The creator can be changed from 2026-02-04T12:00:00.000Z on"
    assert is_refused(sponsor(mock, "BEN77"), 400, "BAD_REQUEST", message)
    assert is_refused(change(mock, "BEN77"), 400, "BAD_REQUEST", message)
    assert mock.state.tables == before.tables
    mock.advance(1)
    assert change(mock, "BEN77").json()["data"]["creatorKey"] == "BEN77"
    assert change(mock, "ADA42").status_code == 400


@pytest.mark.parametrize(
    ("creator", "fields", "status", "code", "message"),
    [
        ("ZZZZ9", {}, 404, "NOT_FOUND", "Creator not found"),
        ("CLE09", {}, 404, "NOT_FOUND", "Creator not found in the campaign"),
        ("ADA42", {"campaignId": "none"}, 404, "NOT_FOUND", "Campaign not found"),
        (
            "ADA42",
            {"campaignId": "campaign-spring"},
            400,
            "BAD_REQUEST",
            "The campaign is PENDING_EXPOSURE, not running",
        ),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_changes(
    mock: Mock, creator: str, fields: dict[str, Any], status: int, code: str, message: str
) -> None:
    before = mock.state
    assert is_refused(sponsor(mock, creator, **fields), status, code, message)
    assert is_refused(change(mock, creator, "user-42", **fields), status, code, message)
    assert mock.state is before


def test_a_switch_lets_users_support_creators_of_other_campaigns(switched_mock: Callable[..., Mock]) -> None:
    mock = switched_mock(creators_of_campaign_only=False)
    assert sponsor(mock, "CLE09").status_code == 201
    assert sponsor(mock, "ZZZZ9", userId="user-8").status_code == 404


def test_without_a_running_campaign_nobody_can_be_supported(
    make_mock: Callable[..., Mock], home: Callable[..., Path]
) -> None:
    fixtures = bundled_fixtures("playcamp")
    fixtures["campaigns"][0]["status"] = "COMPLETED"
    mock = make_mock("playcamp", home=home(fixtures=folder("playcamp", fixtures)))
    for answer in (sponsor(mock), change(mock, "ADA42"), end(mock)):
        assert is_refused(answer, 400, "BAD_REQUEST", "No campaign is running")
    # One that was begun in time can be read, and ended by the campaign's name.
    named = "?campaignId=campaign-winter"
    assert len(of(mock, "user-42").json()["data"]) == 1
    assert end(mock, named, "user-42").status_code == 204


def test_who_supports_nobody_is_absent(mock: Mock) -> None:
    before = mock.state
    client = mock.get("/v1/client/sponsors?userId=user-7", token=CLIENT)
    assert of(mock).json() == client.json() == {"data": []}
    for answer in (change(mock, "ADA42"), end(mock), end(mock, "?campaignId=none")):
        assert is_refused(answer, 404, "NOT_FOUND", "Sponsor not found")
    assert actions(mock) == []
    assert mock.state is before
    end(mock, user="user-42")
    assert change(mock, "BEN77", "user-42").status_code == end(mock, user="user-42").status_code == 404


def test_both_sides_read_a_sponsorship_and_a_client_key_only_its_own(mock: Mock) -> None:
    told = mock.get("/v1/client/sponsors?userId=user-42&campaignId=campaign-winter", token=CLIENT)
    assert told.status_code == 200
    assert told.json() == of(mock, "user-42").json()
    before = mock.state
    refused = [
        mock.request(method, path, token=CLIENT, json=body)
        for method, path, body in (
            ("POST", SPONSORS, {"userId": "u", "creatorKey": "ADA42"}),
            ("GET", f"{SPONSORS}/user/user-42", None),
            ("PUT", f"{SPONSORS}/user/user-42", {"newCreatorKey": "BEN77"}),
            ("DELETE", f"{SPONSORS}/user/user-42", None),
            ("GET", f"{SPONSORS}/user/user-42/history", None),
        )
    ]
    assert {(one.status_code, one.json()["code"]) for one in refused} == {(403, "FORBIDDEN")}
    assert mock.state is before


@pytest.mark.parametrize("creator", ["ada42", "ADA4", "ADA421", "", 7, None])
def test_a_creator_is_named_by_five_capitals_or_digits(mock: Mock, creator: Any) -> None:
    before = mock.state
    for answer, field in ((sponsor(mock, creator), "creatorKey"), (change(mock, creator), "newCreatorKey")):
        assert answer.status_code == 400
        assert [one["path"] for one in answer.json()["details"]] == [field]
    assert mock.state is before


def test_a_test_is_checked_and_answered_and_keeps_nothing(mock: Mock) -> None:
    hooks = [webhook_for(mock, f"sponsor.{kind}") for kind in ("created", "changed", "ended")]
    mock.advance(30 * DAY)
    kept = [rows_in(mock, name) for name in ("sponsors", "sponsor-history")]
    assert sponsor(mock, isTest=True).status_code == sponsor(mock, query="?isTest=true").status_code == 201
    assert change(mock, "BEN77", "user-42", isTest=True).json()["data"]["creatorKey"] == "BEN77"
    assert end(mock, "?isTest=true", "user-42").status_code == 204
    assert sponsor(mock, "ZZZZ9", isTest=True).status_code == 404
    assert [rows_in(mock, name) for name in ("sponsors", "sponsor-history")] == kept
    assert [len(events_of(mock, hook)) for hook in hooks] == [2, 1, 1]
    assert all(event["isTest"] for hook in hooks for event in events_of(mock, hook))


def test_two_hundred_at_once_make_one_sponsor(mock: Mock) -> None:
    hook = webhook_for(mock, "sponsor.created")
    bodies = [{"userId": "user-7", "creatorKey": ("ADA42", "BEN77")[n % 2]} for n in range(200)]
    answers = mock.at_once("POST", SPONSORS, SERVER, bodies)
    assert sorted(answer.status_code for answer in answers) == [201] * 100 + [400] * 100
    made = [one for one in rows_in(mock, "sponsors") if one["userId"] == "user-7"]
    assert len(made) == len(actions(mock)) == len(events_of(mock, hook)) == 1


def test_users_and_campaigns_with_slashes_are_kept_apart(
    make_mock: Callable[..., Mock], home: Callable[..., Path]
) -> None:
    fixtures = bundled_fixtures("playcamp")
    fixtures["campaigns"][0]["campaignId"] = "a/b"
    fixtures["campaigns"][1] |= {"campaignId": "a", "status": "IN_PROGRESS"}
    fixtures["sponsors"] = []
    mock = make_mock("playcamp", home=home(fixtures=folder("playcamp", fixtures)))
    assert sponsor(mock, userId="c", campaignId="a/b").status_code == 201
    assert sponsor(mock, userId="c", campaignId="a").status_code == 201
    assert campaigns_of(mock, "b/c", "&campaignId=a") == []
    assert campaigns_of(mock, "c") == ["a", "a/b"]
    assert campaigns_of(mock, "c", "&campaignId=a/b") == ["a/b"]
    history = mock.get(f"{SPONSORS}/user/c/history?campaignId=a", token=SERVER).json()
    assert ([one["campaignId"] for one in history["data"]], history["pagination"]["total"]) == (["a"], 1)


def campaigns_of(mock: Mock, user: str, query: str = "") -> list[str]:
    """The campaigns in which a user supports somebody, as a client is told."""
    told = mock.get(f"/v1/client/sponsors?userId={user}{query}", token=CLIENT).json()["data"]
    return [one["campaignId"] for one in told]


def credit(mock: Mock, **fields: Any) -> tuple[str | None, str | None]:
    """The campaign and the creator that a payment is credited to."""
    number = len(rows_in(mock, "payments"))
    body = {**PAYMENT, "transactionId": f"t{number}", **fields}
    data = mock.post("/v1/server/payments", token=SERVER, json=body).json()["data"]
    return data["campaignId"], data["creatorKey"]


def test_a_payment_is_credited_to_whom_its_user_supports_unless_it_says_otherwise(mock: Mock) -> None:
    assert credit(mock) == (None, None)
    sponsor(mock)
    assert credit(mock) == ("campaign-winter", "ADA42")
    assert credit(mock, creatorKey="BEN77") == ("campaign-winter", "BEN77")
    assert credit(mock, campaignId="campaign-spring") == ("campaign-spring", None)
    assert credit(mock, campaignId="campaign-winter") == ("campaign-winter", "ADA42")
    assert credit(mock, campaignId="x", creatorKey="BEN77") == ("x", "BEN77")
    assert credit(mock, campaignId="") == ("", None)
    end(mock)
    assert credit(mock) == (None, None)
