"""RallyHere's platform sessions: a platform's own sessions, and entering and leaving by them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tests.apis.behaviours import bundled_fixtures, folder, switched
from tests.apis.rallyhere import ADA, CLEO, SESSION, enter, join, read, refused, statuses
from tests.harness import Mock

MakeMock = Callable[..., Mock]
Home = Callable[..., Path]
NAME = "c3R/YW0+bG9/YnkvMQ=="


def path(name: str = NAME, platform: str = "Steam") -> str:
    return f"/session/v1/platform/{platform}/platform-session/{quote(name, safe='')}"


def add(mock: Mock, who: str, session: str, name: str = NAME, **options: Any) -> Any:
    return mock.post(f"{path(name)}/session/{session}", token=who, **options)


def come(mock: Mock, who: str, name: str = NAME, **fields: Any) -> Any:
    return mock.post(f"{path(name)}/player/me", token=who, json=join(**fields))


def go(mock: Mock, who: str, name: str = NAME) -> Any:
    return mock.delete(f"{path(name)}/player/me", token=who)


def names(mock: Mock, session: str) -> list[str]:
    below = read(mock, "admin", session).json()["platform_session"]
    return [one["platform_session_id_base64"] for one in below]


class TestAdding:
    def test_it_belongs_to_the_session_with_the_caller_in_it(self, mock: Mock) -> None:
        answer = add(mock, "cleo", "party-1")
        assert answer.json() == {
            "platform": "Steam",
            "platform_session_type": "party",
            "platform_session_id_base64": NAME,
            "players": [{"player_uuid": CLEO, "leader": True}],
            "custom_data": {},
        }
        body = read(mock, "cleo", "party-1")
        assert body.json()["platform_session"] == [answer.json()]
        assert body.headers["etag"] == answer.headers["etag"]

    def test_an_id_with_slashes_is_found_again(self, mock: Mock) -> None:
        add(mock, "cleo", "party-1")
        answer = mock.get(path(), token="cleo")
        assert answer.json()["platform_session_id_base64"] == NAME
        tag = answer.headers["etag"]
        assert mock.get(path(), token="cleo", headers={"if-none-match": tag}).status_code == 304

    def test_adding_again_changes_nothing(self, mock: Mock) -> None:
        add(mock, "cleo", "party-1")
        assert add(mock, "cleo", "party-1").status_code == 200
        assert not mock.last.changes

    def test_another_sessions_cannot_be_had_now(self, mock: Mock) -> None:
        add(mock, "cleo", "party-1")
        answer = add(mock, "ben", "casual-1")
        refused(mock, answer, 503, "platform_session_taken")
        assert answer.headers["retry-after"] == "1"

    def test_a_second_one_of_a_platform_cannot_be_had_now(self, mock: Mock) -> None:
        add(mock, "cleo", "party-1")
        refused(mock, add(mock, "cleo", "party-1", "b3RoZXI="), 503, "platform_session_exists")

    def test_its_type_is_what_the_session_type_says_for_the_platform(
        self, make_mock: MakeMock, home: Home
    ) -> None:
        fixtures = bundled_fixtures("rallyhere")
        for template in fixtures["templates"]:
            if template["session_type"] == "party":
                template["platform_templates"] = {
                    "Steam": {"platform_id": 5, "platform": "Steam", "platform_session_type": "lobby"}
                }
        mock = make_mock("rallyhere", home=home(fixtures=folder("rallyhere", fixtures)))
        assert add(mock, "cleo", "party-1").json()["platform_session_type"] == "lobby"

    def test_who_is_not_in_the_session_may_not(self, mock: Mock) -> None:
        for who in ("ada", "dov"):
            refused(mock, add(mock, who, "party-1"), 403, "insufficient_session_permissions")

    def test_a_platform_that_there_is_not_is_a_422(self, mock: Mock) -> None:
        assert mock.get(path(platform="Atari"), token="cleo").status_code == 422


class TestReadingAndDeleting:
    def test_who_is_not_in_the_session_may_neither(self, mock: Mock) -> None:
        add(mock, "cleo", "party-1")
        refused(mock, mock.get(path(), token="ada"), 403, "insufficient_session_permissions")
        answer = mock.delete(f"{path()}/session/party-1", token="ada")
        refused(mock, answer, 403, "insufficient_session_permissions")

    def test_deleting_parts_it_and_leaves_everybody(self, mock: Mock) -> None:
        add(mock, "cleo", "party-1")
        answer = mock.delete(f"{path()}/session/party-1", token="cleo")
        assert (answer.status_code, answer.content) == (204, b"")
        assert names(mock, "party-1") == []
        assert CLEO in statuses(read(mock, "cleo", "party-1").json())
        refused(
            mock,
            mock.delete(f"{path()}/session/party-1", token="cleo"),
            404,
            "platform_session_not_found",
        )
        refused(mock, mock.get(path(), token="cleo"), 404, "platform_session_not_found")


class TestEnteringAndLeaving:
    def test_entering_it_enters_its_session_though_closed(self, mock: Mock) -> None:
        add(mock, "cleo", "party-1")
        answer = come(mock, "dov")
        assert answer.json()["session_id"] == "party-1"
        assert answer.headers["etag"] == read(mock, "dov", "party-1").headers["etag"]
        below = answer.json()["platform_session"][0]["players"]
        assert [player["leader"] for player in below] == [True, False]

    def test_a_closed_session_can_be_made_to_want_an_invitation(
        self, make_mock: MakeMock, home: Home
    ) -> None:
        fixtures = switched("rallyhere", platform_sessions_let_in=False)
        mock = make_mock("rallyhere", home=home(fixtures=fixtures))
        add(mock, "cleo", "party-1")
        refused(mock, come(mock, "dov"), 403, "session_not_joinable")
        assert come(mock, "ada").status_code == 200, "she is invited"

    def test_a_full_team_refuses_here_too(self, mock: Mock) -> None:
        add(mock, "ben", "duel-full")
        refused(mock, come(mock, "ada"), 403, "team_full")

    def test_leaving_it_leaves_both(self, mock: Mock) -> None:
        add(mock, "cleo", "party-1")
        come(mock, "dov")
        answer = go(mock, "dov")
        assert (answer.status_code, answer.content) == (204, b"")
        assert statuses(read(mock, "cleo", "party-1").json()) == {CLEO: "leader", ADA: "invited"}
        refused(mock, go(mock, "dov"), 404, "platform_player_not_found")

    def test_who_leaves_the_session_leaves_it_and_its_lead_is_passed_on(self, mock: Mock) -> None:
        add(mock, "cleo", "party-1")
        come(mock, "ada")
        mock.delete(f"{SESSION}/party-1/player/me", token="cleo")
        below = read(mock, "ada", "party-1").json()["platform_session"][0]["players"]
        assert below == [{"player_uuid": ADA, "leader": True}]

    def test_one_that_is_not_there_is_not_found(self, mock: Mock) -> None:
        refused(mock, come(mock, "ada"), 404, "platform_session_not_found")
        refused(mock, go(mock, "ada"), 404, "platform_session_not_found")

    def test_it_goes_with_its_session(self, mock: Mock) -> None:
        add(mock, "cleo", "party-1")
        mock.delete(f"{SESSION}/party-1/player/me", token="cleo")
        refused(mock, come(mock, "dov"), 404, "platform_session_not_found")
        enter(mock, "dov", "casual-1")
        assert add(mock, "dov", "casual-1").status_code == 200
