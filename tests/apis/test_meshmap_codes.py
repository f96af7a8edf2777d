"""Player codes, and where players stand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from mockade.apis.meshmap.codes import REMEMBERED
from tests.apis.behaviours import bundled_fixtures, folder
from tests.harness import Mock

V1 = "/api/v1"
DEMO = {"x-app-api-key": "meshmap-demo-key"}
OTHER = {"x-app-api-key": "meshmap-other-key"}
VALID, EXPIRED, INVALID = "VALID", "EXPIRED", "INVALID"

Switched = Callable[..., Mock]


def make(mock: Mock, headers: dict[str, str] = DEMO, **body: Any) -> httpx.Response:
    return mock.post(f"{V1}/code", headers=headers, json=body)


def look(mock: Mock, code: str, headers: dict[str, str] = DEMO) -> Any:
    answer = mock.post(f"{V1}/auth/code", headers=headers, json={"code": code})
    assert answer.status_code == 200, answer.text
    return answer.json()


def ranking(mock: Mock, player: str = "player-ada", kind: str = "type-trivia") -> httpx.Response:
    query = f"?miniGameTypeId={kind}" if kind else ""
    return mock.get(f"{V1}/apps/players/{player}/ranking{query}", headers=DEMO)


def ranked(mock: Mock, player: str, query: str = "?includeRankings=true") -> Any:
    return mock.get(f"{V1}/apps/players/{player}{query}", headers=DEMO).json()


def test_a_code_is_good_until_it_expires_and_then_for_nothing(mock: Mock) -> None:
    made = make(mock, playerId="player-ada")
    assert made.status_code == 200
    code = made.json()["code"]
    assert made.json() == {"code": code, "playerId": "player-ada", "expiresAt": "2026-01-05T12:05:00.000Z"}
    good = {"status": VALID, "expiresAt": "2026-01-05T12:05:00.000Z"}
    mock.advance(299.999)
    assert look(mock, code) == look(mock, code) == good
    mock.advance(0.001)
    assert look(mock, code) == {"status": EXPIRED, "error": "The code has expired"}
    mock.advance(REMEMBERED)
    assert look(mock, code) == {"status": INVALID, "error": "There is no such code"}


def test_a_code_of_a_player_with_a_user_signs_that_user_in(mock: Mock) -> None:
    code = make(mock, playerId="player-cleo").json()["code"]
    token = look(mock, code)["meshmapSessionToken"]
    assert token.count(".") == 2
    answer = mock.get(f"{V1}/user", headers={"authorization": f"Bearer {token}"})
    assert answer.json()["id"] == "user-cleo"


def test_a_code_that_is_asked_for_again_and_again_leads_to_one_session(switched_mock: Switched) -> None:
    mock = switched_mock(session_lifetime=60)
    first, again = (look(mock, "271828")["meshmapSessionToken"] for _ in range(2))
    assert first == again
    mock.advance(60)
    new = look(mock, "271828")["meshmapSessionToken"]
    assert new != first
    for token, status in ((first, 401), (new, 200)):
        answer = mock.get(f"{V1}/user", headers={"authorization": f"Bearer {token}"})
        assert answer.status_code == status


def test_a_player_who_gets_a_user_meanwhile_is_signed_in_by_the_code_they_have(mock: Mock) -> None:
    code = make(mock, playerId="player-ada").json()["code"]
    assert "meshmapSessionToken" not in look(mock, code)
    mock.patch(f"{V1}/apps/players/player-ada", headers=DEMO, json={"userId": "nobody"})
    assert "meshmapSessionToken" not in look(mock, code)
    mock.patch(f"{V1}/apps/players/player-ada", headers=DEMO, json={"userId": "user-cleo"})
    assert "meshmapSessionToken" in look(mock, code)


@pytest.mark.parametrize("body", [b"", b"{}", b'{"playerId": null}'])
def test_a_code_needs_no_player(mock: Mock, body: bytes) -> None:
    answer = mock.post(f"{V1}/code", headers=DEMO, content=body)
    assert (answer.status_code, answer.json()["playerId"]) == (200, None)
    assert look(mock, answer.json()["code"])["status"] == VALID


def test_an_unknown_player_gets_no_code_unless_switched(mock: Mock, switched_mock: Switched) -> None:
    before = mock.state
    for headers, player in ((DEMO, "nobody"), (OTHER, "player-ada")):
        answer = make(mock, headers, playerId=player)
        assert (answer.status_code, answer.json()) == (400, {"error": "Player not found"})
    assert mock.state is before
    assert make(switched_mock(unknown_player_on_code=200), playerId="nobody").json()["playerId"] is None


def test_another_apps_code_is_none(mock: Mock) -> None:
    assert look(mock, "271828")["status"] == VALID
    assert look(mock, "271828", OTHER)["status"] == INVALID
    assert look(mock, "161803")["status"] == EXPIRED


@pytest.mark.parametrize(
    "code", ["12345", "1234567", "12345a", "\u0661" * 6, "123456\n", "", 123456, None, []]
)
def test_a_code_has_six_digits(mock: Mock, code: Any) -> None:
    before = mock.state
    answer = mock.post(f"{V1}/auth/code", headers=DEMO, json={"code": code})
    assert (answer.status_code, answer.json()["error"][0]["path"]) == (400, ["code"])
    assert mock.state is before


@pytest.mark.parametrize("player", [7, [], {}, True])
def test_a_code_is_made_for_a_player_who_is_named_by_a_text(mock: Mock, player: Any) -> None:
    answer = make(mock, playerId=player)
    assert (answer.status_code, answer.json()["error"][0]["path"]) == (400, ["playerId"])


@pytest.mark.parametrize(("path", "body"), [("/code", {}), ("/auth/code", {"code": "271828"})])
@pytest.mark.parametrize(
    "headers", [{}, {"x-app-api-key": "x"}, {"authorization": "Bearer meshmap-demo-session"}]
)
def test_codes_are_for_who_has_an_apps_key(
    mock: Mock, path: str, body: dict[str, str], headers: dict[str, str]
) -> None:
    before = mock.state
    answer = mock.post(V1 + path, headers=headers, json=body)
    assert (answer.status_code, answer.json()) == (401, {"error": "Unauthorized"})
    assert mock.state is before


def test_codes_made_at_once_are_different_ones(mock: Mock) -> None:
    answers = mock.at_once("POST", f"{V1}/code", "", [{}] * 200, DEMO)
    assert len({answer.json()["code"] for answer in answers}) == 200


def test_a_code_that_is_used_up_signs_in_one_of_many_at_once(switched_mock: Switched) -> None:
    mock = switched_mock(code_uses="once")
    answers = mock.at_once("POST", f"{V1}/auth/code", "", [{"code": "271828"}] * 200, DEMO)
    statuses = [answer.json()["status"] for answer in answers]
    assert (statuses.count(VALID), statuses.count(INVALID)) == (1, 199)


def test_without_a_free_code_none_is_made(mock: Mock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mockade.handling.Call.new_uuid", lambda _call: f"{271828:08x}")
    before = mock.state
    answer = make(mock)
    assert (answer.status_code, answer.json()) == (500, {"error": "No code is free"})
    assert mock.state is before


def test_a_player_is_ranked_among_all_in_games_of_one_type_or_of_none(mock: Mock) -> None:
    assert ranking(mock).json() == {
        "playerId": "player-ada",
        "miniGameTypeId": "type-trivia",
        "ranking": 1,
        "score": 120,
    }
    assert ranking(mock, "player-ben").json()["ranking"] == 2
    mock.patch(f"{V1}/apps/game-sessions/session-open/players/player-ben", headers=DEMO, json={"score": 121})
    assert (ranking(mock).json()["ranking"], ranking(mock, "player-ben").json()["ranking"]) == (2, 1)
    mock.post(f"{V1}/apps/game-sessions/session-done/players", headers=DEMO, json={"playerId": "player-cleo"})
    assert ranking(mock, "player-cleo", "").json() == {"playerId": "player-cleo", "ranking": 1, "score": 0}


@pytest.mark.parametrize(
    ("player", "kind"), [("player-cleo", "type-trivia"), ("player-ada", ""), ("player-ada", "x")]
)
def test_who_never_played_there_has_no_ranking(
    mock: Mock, switched_mock: Switched, player: str, kind: str
) -> None:
    answer = ranking(mock, player, kind)
    assert (answer.status_code, answer.json()["ranking"], answer.json()["score"]) == (200, None, None)
    answer = ranking(switched_mock(unranked_player=404), player, kind)
    assert (answer.status_code, answer.json()) == (404, {"error": "The player has no ranking"})


def test_nobody_and_another_apps_player_have_no_ranking(mock: Mock) -> None:
    assert ranking(mock, "nobody").status_code == 404
    assert mock.get(f"{V1}/apps/players/player-ada/ranking", headers=OTHER).status_code == 404


def test_a_player_is_read_with_the_rankings_of_the_types_they_played(mock: Mock) -> None:
    place = {"miniGameTypeId": "type-trivia", "miniGameTypeName": "trivia", "ranking": 2, "score": 80}
    assert ranked(mock, "player-ben")["rankings"] == [place]
    assert ranked(mock, "player-cleo")["rankings"] == []
    for query in ("", "?includeRankings=false"):
        assert "rankings" not in ranked(mock, "player-ben", query)
    answer = mock.get(f"{V1}/apps/players/player-ben?includeRankings=perhaps", headers=DEMO)
    assert (answer.status_code, answer.json()["error"][0]["path"]) == (400, ["includeRankings"])


def test_a_ranking_counts_the_best_score_of_each_player_once(
    make_mock: Callable[..., Mock], home: Callable[..., Any]
) -> None:
    fixtures = bundled_fixtures("meshmap")
    kind = fixtures["game-sessions"][0]["miniGameType"]
    fixtures["game-sessions"][1]["miniGameType"] = kind
    row = fixtures["game-session-players"][0]
    fixtures["game-session-players"].append({**row, "_session": "session-done", "score": 500})
    mock = make_mock("meshmap", home=home(fixtures=folder("meshmap", fixtures)))
    assert ranking(mock).json()["score"] == 500
    assert ranking(mock, "player-ben").json()["ranking"] == 2
