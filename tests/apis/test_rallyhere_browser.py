"""RallyHere's browser: listing sessions, and finding them page by page while others come and go."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.apis.behaviours import bundled_fixtures, folder
from tests.apis.rallyhere import DOV, SESSION, create, created, enter, read, refused
from tests.harness import Mock

MakeMock = Callable[..., Mock]
Home = Callable[..., Path]


def post(mock: Mock, who: str, session: str, **data: str) -> Any:
    return mock.post(f"{SESSION}/{session}/browser", token=who, json={"custom_data": data})


def page(mock: Mock, kind: str = "casual", **query: Any) -> dict[str, Any]:
    answer = mock.get("/session/v1/browser", token="ada", params={"session_type": kind, **query})
    assert answer.status_code == 200, answer.text
    return answer.json()


def listed(mock: Mock, kind: str = "casual", **query: Any) -> list[str]:
    return [entry["session_id"] for entry in page(mock, kind, **query)["browser_sessions"]]


@pytest.fixture
def many(make_mock: MakeMock, home: Home) -> Mock:
    """A mock with 130 listed casual sessions, s-1 to s-130, of which the even ones are in eu-west."""
    fixtures = bundled_fixtures("rallyhere")
    pattern = fixtures["sessions"][0]
    fixtures["sessions"] = [
        {
            **pattern,
            "session_id": f"s-{n}",
            "instance": {**pattern["instance"], "allocation_id": f"allocation-{n}"},
            "region_id": "us-east" if n % 2 else "eu-west",
            "browser": {"custom_data": {"n": str(n)}},
        }
        for n in range(1, 131)
    ]
    return make_mock("rallyhere", home=home(fixtures=folder("rallyhere", fixtures)))


class TestListing:
    def test_only_what_was_posted_shows(self, mock: Mock) -> None:
        assert page(mock) == {"cursor": 0, "browser_sessions": []}
        entry = {"custom_data": {"map": "Harbour"}, "created_timestamp": "2026-01-05T12:00:00.000Z"}
        assert post(mock, "ben", "casual-1", map="Harbour").json() == entry
        assert page(mock)["browser_sessions"] == [
            {
                "session_id": "casual-1",
                "player_count": 1,
                "max_player_count": 8,
                "custom_data": {"map": "Harbour"},
                "instance_health": "healthy",
            }
        ]
        assert read(mock, "dov", "casual-1").json()["browser"] == entry

    def test_what_is_not_joinable_does_not_show_until_it_is(self, mock: Mock) -> None:
        post(mock, "cleo", "party-1")
        assert listed(mock, "party") == []
        mock.patch(f"{SESSION}/party-1", token="cleo", json={"joinable": True})
        assert listed(mock, "party") == ["party-1"]

    def test_players_count_as_soon_as_they_are_inside_and_the_invited_do_not(self, mock: Mock) -> None:
        post(mock, "ben", "casual-1")
        mock.post(f"{SESSION}/casual-1/player/{DOV}", token="ben", json={"status": "invited", "team_id": 0})
        assert page(mock)["browser_sessions"][0]["player_count"] == 1
        enter(mock, "dov", "casual-1")
        assert page(mock)["browser_sessions"][0]["player_count"] == 2

    def test_a_session_larger_than_an_entry_can_tell_says_the_most(self, mock: Mock) -> None:
        post(mock, "ben", "casual-1")
        mock.patch(f"{SESSION}/casual-1", token="ben", json={"teams": [{"max_size": 90}, {"max_size": 90}]})
        assert page(mock)["browser_sessions"][0]["max_player_count"] == 100

    def test_a_change_replaces_and_a_deletion_takes_off(self, mock: Mock) -> None:
        post(mock, "ben", "casual-1", map="Harbour")
        path = f"{SESSION}/casual-1/browser"
        changed = mock.patch(path, token="ben", json={"custom_data": {"mode": "x"}}).json()
        assert changed["custom_data"] == {"mode": "x"}
        answer = mock.delete(path, token="ben")
        assert (answer.status_code, answer.content) == (204, b"")
        assert listed(mock) == []
        refused(mock, mock.delete(path, token="ben"), 404, "browser_info_not_found")
        refused(mock, mock.patch(path, token="ben", json={}), 404, "browser_info_not_found")

    def test_a_session_that_ends_is_off_the_list(self, mock: Mock) -> None:
        post(mock, "ben", "casual-1")
        mock.delete(f"{SESSION}/casual-1/player/me", token="ben")
        assert listed(mock) == []

    def test_only_an_admin_lists(self, mock: Mock) -> None:
        enter(mock, "ada", "casual-1")
        refused(mock, post(mock, "ada", "casual-1"), 403, "insufficient_session_permissions")
        assert post(mock, "admin", "casual-1").status_code == 200

    def test_a_type_that_players_may_not_list_is_refused_to_them(self, mock: Mock) -> None:
        refused(mock, post(mock, "ben", "duel-full"), 403, "browser_not_permitted")
        assert post(mock, "admin", "duel-full").status_code == 200

    def test_a_type_can_list_its_sessions_itself(self, make_mock: MakeMock, home: Home) -> None:
        fixtures = bundled_fixtures("rallyhere")
        fixtures["templates"][1] |= {
            "auto_add_to_browser": True,
            "auto_browser_params": {"map": "Quay", "empty": ""},
        }
        mock = make_mock("rallyhere", home=home(fixtures=folder("rallyhere", fixtures)))
        session = created(mock, "ada", "duel")
        assert page(mock, "duel")["browser_sessions"][0] == {
            "session_id": session,
            "player_count": 1,
            "max_player_count": 2,
            "custom_data": {"map": "Quay"},
        }


class TestPaging:
    def follow(self, mock: Mock, between: Callable[[int], None] = lambda _: None, **query: Any) -> list[str]:
        """All sessions by following the cursors; `between` happens after each page."""
        found: list[str] = []
        cursor, pages = 0, 0
        while True:
            answer = page(mock, cursor=cursor, **query)
            found += [entry["session_id"] for entry in answer["browser_sessions"]]
            cursor, pages = answer["cursor"], pages + 1
            between(pages)
            if not cursor:
                return found

    @pytest.mark.parametrize("size", [1, 7, 13, 50])
    def test_following_the_cursors_meets_all_once_in_order(self, many: Mock, size: int) -> None:
        assert self.follow(many, page_size=size) == [f"s-{n}" for n in range(1, 131)]

    def test_a_region_narrows_every_page(self, many: Mock) -> None:
        found = self.follow(many, page_size=50, region_id="eu-west")
        assert found == [f"s-{n}" for n in range(2, 131, 2)]

    def test_what_stays_is_met_once_while_others_go_and_come(self, many: Mock) -> None:
        def between(pages: int) -> None:
            # One that was met, one that was to come and one in the middle go; a new one comes.
            for n in (pages, 131 - pages, 60 + pages):
                many.delete(f"{SESSION}/s-{n}/browser", token="admin")
            session = many.post(
                SESSION, token="dov", json=create("party", custom_data={"x": str(pages)})
            ).json()["session_id"]
            many.patch(f"{SESSION}/{session}", token="dov", json={"joinable": True})
            many.delete(f"{SESSION}/{session}/player/me", token="dov")

        found = self.follow(many, between, page_size=10)
        assert len(found) == len(set(found))
        gone = {f"s-{n}" for pages in range(1, 14) for n in (pages, 131 - pages, 60 + pages)}
        assert {f"s-{n}" for n in range(1, 131)} - gone <= set(found)

    def test_a_page_that_is_just_full_says_whether_there_is_more(self, mock: Mock) -> None:
        post(mock, "ben", "casual-1")
        assert page(mock, page_size=1)["cursor"] == 0

    def test_a_cursor_beyond_all_is_an_empty_last_page(self, many: Mock) -> None:
        assert page(many, cursor=10**12) == {"cursor": 0, "browser_sessions": []}

    def test_an_unknown_type_and_region_have_no_sessions(self, many: Mock) -> None:
        assert listed(many, "chess") == []
        assert listed(many, region_id="nowhere") == []

    @pytest.mark.parametrize(
        "query", ["", "session_type=casual&cursor=-1", "session_type=casual&page_size=51"]
    )
    def test_what_breaks_the_contract_is_a_422(self, mock: Mock, query: str) -> None:
        assert mock.get(f"/session/v1/browser?{query}", token="ada").status_code == 422
