"""Logins to RallyHere: which platform they tell, who is refused, and what no answer shows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from mockade.errors import SetupError
from tests.apis.behaviours import bundled_fixtures, folder
from tests.apis.rallyhere import ADA
from tests.apis.test_rallyhere_family import login
from tests.harness import Mock

USERS = "rallyhere_users"
ACCOUNTS = f"/_mockade/v1/state/{USERS}/accounts"
STEAM = {"grant_type": "steam", "portal_access_token": "steam-ada", "include_refresh": True}


@pytest.fixture
def mock() -> Iterator[Mock]:
    with Mock(USERS, "rallyhere_presence") as made:
        yield made


def renewed(mock: Mock, first: Any, **more: Any) -> Any:
    return login(mock, grant_type="refresh", portal_access_token=first["refresh_token"], **more)


def test_a_refresh_tells_the_platform_of_the_login_that_it_renews(mock: Mock) -> None:
    first = login(mock, **STEAM).json()
    again = renewed(mock, first, include_refresh=True).json()
    third = renewed(mock, again).json()
    told = [
        {name: one[name] for name in ("platform", "portal_id", "portal_user_id")}
        for one in (first, again, third)
    ]
    assert told == [{"platform": "Steam", "portal_id": 5, "portal_user_id": "steam-ada"}] * 3
    assert (
        mock.get("/presence/v1/player/me/presence", token=third["access_token"]).json()["platform"] == "Steam"
    )


def test_a_refresh_for_an_account_that_is_gone_is_refused(mock: Mock) -> None:
    first = login(mock, **STEAM).json()
    assert mock.delete(f"{ACCOUNTS}/{ADA}").status_code in (200, 204)
    answer = renewed(mock, first)
    assert (answer.status_code, answer.json()["error_code"]) == (403, "refresh_token_not_found")


def test_an_account_on_no_platform_any_more_is_renewed_without_one(mock: Mock) -> None:
    first = login(mock, **STEAM).json()
    account = mock.get(f"{ACCOUNTS}/{ADA}").json()
    assert mock.put(f"{ACCOUNTS}/{ADA}", json={**account, "portals": []}).status_code in (200, 201)
    answer = renewed(mock, first)
    assert answer.status_code == 200
    assert not {"platform", "portal_user_id"} & answer.json().keys()


@pytest.mark.parametrize(("put", "told"), [([7, "session:create"], ["session:create"]), (7, []), (None, [])])
def test_permissions_put_beside_an_account_that_are_no_texts_permit_nothing(
    mock: Mock, put: Any, told: list[str]
) -> None:
    account = mock.get(f"{ACCOUNTS}/{ADA}").json()
    assert mock.put(f"{ACCOUNTS}/{ADA}", json={**account, "_permissions": put}).status_code == 200
    assert login(mock, **STEAM).json()["permissions"] == told


def test_only_a_game_server_is_let_in_by_its_credentials_alone(mock: Mock) -> None:
    grant = {"grant_type": "client_credentials"}
    refused = login(mock, **grant)
    assert (refused.status_code, refused.json()["error_code"]) == (403, "insufficient_permissions")
    server = login(mock, "game-server:server-secret", **grant).json()
    assert "session:update:any" in server["permissions"]


@pytest.mark.parametrize("grant", ["anon", "google", "epic", "ps5_v3", "steam", "android_device"])
def test_a_platforms_token_is_shown_nowhere_and_always_means_the_same_user(mock: Mock, grant: str) -> None:
    body = {"grant_type": grant, "portal_access_token": "tok-of-eve-123"}
    first, again = login(mock, **body).json(), login(mock, **body).json()
    assert first["active_player_uuid"] == again["active_player_uuid"]
    shown = mock.get("/_mockade/v1/journal").text + mock.get(ACCOUNTS).text
    assert first["portal_user_id"] in shown
    assert "tok-of-eve-123" not in first["portal_user_id"] + shown
    other = login(mock, grant_type=grant, portal_access_token=first["portal_user_id"]).json()
    assert other["active_player_uuid"] != first["active_player_uuid"]


@pytest.mark.parametrize(
    ("at", "value", "said"),
    [
        ("server", "yes", "`server` is 'yes'"),
        ("client_uuid", "nope", "`client_uuid` is 'nope'"),
        ("client_uuid", 7, "`client_uuid` is 7"),
        ("_permissions", [7], "_permissions of the account"),
        ("_password", 7, "_password of the account"),
    ],
)
def test_what_no_login_could_work_with_stops_the_start(
    make_mock: Callable[..., Mock], home: Callable[..., Path], at: str, value: Any, said: str
) -> None:
    fixtures = bundled_fixtures(USERS)
    written = fixtures["accounts"][0] if at.startswith("_") else fixtures["credentials"]["HTTPBasic"]
    (written if at.startswith("_") else written["game-server:server-secret"])[at] = value
    with pytest.raises(SetupError) as stopped:
        make_mock(USERS, home=home(fixtures=folder(USERS, fixtures)))
    assert any(said in str(finding) for finding in stopped.value.findings)
