"""PlayCamp's campaigns, packages and creators, as both sides read them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.apis.behaviours import bundled_fixtures, folder
from tests.apis.playcamp import CLIENT, SERVER
from tests.harness import Mock

SIDES = [("client", CLIENT), ("client", SERVER), ("server", SERVER)]
READ_BY_BOTH = [
    "campaigns",
    "campaigns/campaign-winter",
    "campaigns/campaign-winter/creators",
    "creators/search?keyword=a",
    "creators/ADA42",
]


def data(mock: Mock, path: str, token: str = SERVER) -> Any:
    answer = mock.get(f"/v1/{path}", token=token)
    assert answer.status_code == 200, answer.text
    assert mock.last.answered_by == "handler"
    return answer.json()["data"]


def keys(found: list[dict[str, Any]]) -> list[str]:
    return [one["creatorKey"] for one in found]


@pytest.mark.parametrize("path", READ_BY_BOTH)
def test_both_sides_read_the_same_and_a_client_key_only_its_own(mock: Mock, path: str) -> None:
    told = [data(mock, f"{side}/{path}", token) for side, token in SIDES]
    assert told[0] == told[1] == told[2]
    before = mock.state
    refused = mock.get(f"/v1/server/{path}", token=CLIENT)
    assert (refused.status_code, refused.json()["code"]) == (403, "FORBIDDEN")
    assert mock.get(f"/v1/client/{path}").json()["code"] == "UNAUTHORIZED"
    assert mock.state is before


def test_campaigns_come_in_pages_the_newest_first(mock: Mock, switched_mock: Callable[..., Mock]) -> None:
    answer = mock.get("/v1/client/campaigns?page=2&limit=1", token=CLIENT).json()
    assert [one["campaignId"] for one in answer["data"]] == ["campaign-winter"]
    assert answer["pagination"] == {"page": 2, "limit": 1, "total": 2, "totalPages": 2}
    other = switched_mock(lists_order="oldest").get("/v1/client/campaigns", token=CLIENT).json()
    assert [one["campaignId"] for one in other["data"]] == ["campaign-winter", "campaign-spring"]


def test_a_campaign_has_texts_by_language(mock: Mock) -> None:
    campaign = data(mock, "client/campaigns/campaign-winter", CLIENT)
    assert campaign["campaignName"] == {"en": "Winter", "ko": "겨울"}
    assert campaign["status"] == "IN_PROGRESS"


def test_a_campaign_has_its_own_creators_and_packages(mock: Mock) -> None:
    assert keys(data(mock, "client/campaigns/campaign-spring/creators")) == ["ADA42", "CLE09"]
    packages = data(mock, "client/campaigns/campaign-winter/packages", CLIENT)
    assert [one["packageNo"] for one in packages] == [1, 2]
    assert data(mock, "client/campaigns/campaign-spring/packages") == []


def test_a_campaign_whose_fixture_lists_no_creators_has_all(
    make_mock: Callable[..., Mock], home: Callable[..., Path]
) -> None:
    fixtures = bundled_fixtures("playcamp")
    del fixtures["campaigns"][0]["_creators"]
    mock = make_mock("playcamp", home=home(fixtures=folder("playcamp", fixtures)))
    assert keys(data(mock, "server/campaigns/campaign-winter/creators")) == ["ADA42", "BEN77", "CLE09"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("keyword=ADA", ["ADA42"]),
        ("keyword=PLAYS", ["BEN77"]),
        ("keyword=e09", ["CLE09"]),
        ("keyword=", ["ADA42", "BEN77", "CLE09"]),
        ("keyword=&limit=2", ["ADA42", "BEN77"]),
        ("keyword=&campaignId=campaign-winter", ["ADA42", "BEN77"]),
        ("keyword=&campaignId=none", []),
        ("keyword=nobody", []),
    ],
)
def test_a_search_finds_a_part_of_a_name_or_key(mock: Mock, query: str, found: list[str]) -> None:
    assert keys(data(mock, f"client/creators/search?{query}", CLIENT)) == found


def test_a_search_without_a_keyword_is_refused_in_the_vendors_words(mock: Mock) -> None:
    answer = mock.get("/v1/client/creators/search", token=CLIENT)
    assert answer.status_code == 400
    assert answer.json()["details"] == [{"message": "Required", "path": "keyword", "target": "query"}]


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("client/campaigns/none", "Campaign not found"),
        ("server/campaigns/none/creators", "Campaign not found"),
        ("client/campaigns/none/packages", "Campaign not found"),
        ("client/creators/ada42", "Creator not found"),
        ("server/creators/ZZZZ9/coupons", "Creator not found"),
    ],
)
def test_what_is_not_there_is_a_404(mock: Mock, path: str, message: str) -> None:
    answer = mock.get(f"/v1/{path}", token=SERVER)
    assert (answer.status_code, answer.json()) == (404, {"error": message, "code": "NOT_FOUND"})


def test_another_project_sees_none_of_it(make_mock: Callable[..., Mock], home: Callable[..., Path]) -> None:
    fixtures = bundled_fixtures("playcamp")
    fixtures["credentials"]["ApiKey"]["other:key"] = {"project": "other", "permissions": ["read", "write"]}
    mock = make_mock("playcamp", home=home(fixtures=folder("playcamp", fixtures)))
    assert data(mock, "client/campaigns", "other:key") == []
    assert data(mock, "client/creators/search?keyword=", "other:key") == []
    for path in ("client/campaigns/campaign-winter", "client/creators/ADA42"):
        assert mock.get(f"/v1/{path}", token="other:key").status_code == 404


def test_a_creators_coupons_are_told_with_what_the_sdk_reads(mock: Mock) -> None:
    assert data(mock, "server/creators/BEN77/coupons") == [
        {"code": "WINTER-BEN77-001", "packageNo": 2, "status": "ACTIVE"}
    ]
    assert len(data(mock, "server/creators/ADA42/coupons")) == 5
    assert mock.get("/v1/server/creators/ADA42/coupons", token=CLIENT).status_code == 403
