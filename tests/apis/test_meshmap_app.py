from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from mockade.apis.meshmap.leaderboards import best
from mockade.apis.meshmap.mini_game_types import named
from tests.apis.behaviours import bundled_fixtures, folder
from tests.harness import Mock

APP = "/api/v1/apps"
TYPES = f"{APP}/minigame-types"
PLAYERS = f"{APP}/players"
ADA = f"{PLAYERS}/player-ada"
BOARDS = f"{APP}/global-leaderboards"
SESSIONS = f"{APP}/game-sessions"
DEMO = {"x-app-api-key": "meshmap-demo-key"}
OTHER = {"x-app-api-key": "meshmap-other-key"}

OPERATIONS = [
    ("GET", TYPES, None),
    ("POST", TYPES, {"name": "darts"}),
    ("GET", PLAYERS, None),
    ("POST", PLAYERS, {"displayName": "Dov"}),
    ("GET", ADA, None),
    ("PATCH", ADA, {"displayName": "Adele"}),
    ("GET", BOARDS, None),
]

MakeMock = Callable[..., Mock]
Home = Callable[..., Path]
Switched = Callable[..., Mock]


def get(mock: Mock, path: str, headers: dict[str, str] = DEMO) -> Any:
    answer = mock.get(path, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


def send(mock: Mock, method: str, path: str, headers: dict[str, str] = DEMO, **body: Any) -> httpx.Response:
    return mock.request(method, path, headers=headers, json=body)


def names(mock: Mock, query: str = "", headers: dict[str, str] = DEMO) -> list[str]:
    return [kind["name"] for kind in get(mock, TYPES + query, headers)["miniGameTypes"]]


def scored(mock: Mock, session: str, player: str, score: float) -> None:
    """Register a player where they are not yet, and set their score."""
    path = f"{SESSIONS}/{session}/players"
    send(mock, "POST", path, playerId=player)
    assert send(mock, "PATCH", f"{path}/{player}", score=score).status_code == 200


def board(mock: Mock, kind: str | None, query: str = "") -> list[tuple[str, float]]:
    """Who stands on a leaderboard, with what score."""
    boards = get(mock, BOARDS + query)["leaderboards"]
    (found,) = [one["leaderboard"] for one in boards if one["miniGameTypeId"] == kind]
    return [(place["playerDisplayName"], place["playerScore"]) for place in found]


@pytest.mark.parametrize(("method", "path", "body"), OPERATIONS)
def test_every_operation_is_answered_by_a_handler(mock: Mock, method: str, path: str, body: Any) -> None:
    assert mock.request(method, path, headers=DEMO, json=body).is_success
    assert mock.last.answered_by == "handler"


@pytest.mark.parametrize(("method", "path", "body"), OPERATIONS)
def test_without_a_key_nothing_is_answered_and_nothing_changes(
    mock: Mock, method: str, path: str, body: Any
) -> None:
    before = mock.state
    answer = mock.request(method, path, headers={"x-app-api-key": "wrong"}, json=body)
    assert (answer.status_code, answer.json()) == (401, {"error": "Unauthorized"})
    assert mock.state is before


@pytest.mark.parametrize(
    ("method", "path", "content", "message", "at"),
    [
        ("POST", TYPES, b"{}", "Required", ["name"]),
        ("POST", TYPES, b'{"name": null}', "Expected string, received null", ["name"]),
        (
            "POST",
            TYPES,
            b'{"name": "a", "description": null}',
            "Expected string, received null",
            ["description"],
        ),
        ("POST", TYPES, b'{"name": "a", "imageUrl": "no url"}', "Invalid url", ["imageUrl"]),
        ("POST", TYPES, b"[]", "Expected object, received array", []),
        ("POST", PLAYERS, b"{}", "Required", ["displayName"]),
        ("POST", PLAYERS, b'{"displayName": 7}', "Expected string, received number", ["displayName"]),
        (
            "POST",
            PLAYERS,
            b'{"displayName": "a", "userId": []}',
            "Expected string, received array",
            ["userId"],
        ),
        ("PATCH", ADA, b'{"displayName": null}', "Expected string, received null", ["displayName"]),
        ("PATCH", ADA, b'{"userId": false}', "Expected string, received boolean", ["userId"]),
        ("PATCH", ADA, b"", "Required", []),
        ("GET", f"{BOARDS}?limit=0", b"", "Number must be greater than or equal to 1", ["limit"]),
        ("GET", f"{BOARDS}?limit=-3", b"", "Number must be greater than or equal to 1", ["limit"]),
        ("GET", f"{BOARDS}?limit=many", b"", "Expected number, received string", ["limit"]),
        ("GET", f"{BOARDS}?limit=1.5", b"", "Expected integer, received float", ["limit"]),
    ],
)
def test_what_breaks_the_contract_is_told_as_an_issue_and_changes_nothing(
    mock: Mock, method: str, path: str, content: bytes, message: str, at: list[str]
) -> None:
    before = mock.state
    answer = mock.request(method, path, headers=DEMO, content=content)
    assert answer.status_code == 400
    [issue] = answer.json()["error"]
    assert (issue["message"], issue["path"]) == (message, at)
    assert mock.state is before


def test_a_type_is_created_listed_and_used_by_its_name(mock: Mock) -> None:
    answer = send(mock, "POST", TYPES, name="darts", imageUrl="https://images.example/darts.png")
    assert answer.status_code == 201
    kind = answer.json()
    assert kind["description"] == ""
    assert kind["createdAt"] == "2026-01-05T12:00:00.000Z"
    assert get(mock, TYPES)["miniGameTypes"][-1] == kind
    assert send(mock, "POST", SESSIONS, miniGameTypeName="darts").json()["miniGameType"] == kind


def test_a_type_keeps_what_its_creator_chose(mock: Mock) -> None:
    kind = send(mock, "POST", TYPES, name="darts", description="Bull's eye", imageUrl=None).json()
    assert (kind["description"], kind["imageUrl"]) == ("Bull's eye", None)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["trivia", "parkour"]),
        ("?miniGameTypeName=parkour", ["parkour"]),
        ("?miniGameTypeName=Parkour", []),
        ("?miniGameTypeName=park", []),
        ("?miniGameTypeName=", []),
    ],
)
def test_types_are_filtered_by_their_whole_name(mock: Mock, query: str, found: list[str]) -> None:
    assert names(mock, query) == found


@pytest.mark.parametrize(
    ("wanted", "exact", "passes"),
    [
        (None, True, True),
        ("trivia", True, True),
        ("tri", True, False),
        ("tri", False, True),
        ("", False, True),
        ("Tri", False, False),
    ],
)
def test_a_filter_compares_whole_names_or_parts_of_them(
    wanted: str | None, exact: bool, passes: bool
) -> None:
    assert named("trivia", wanted, exact) is passes


def test_a_switch_lets_a_part_of_the_name_filter_types(switched_mock: Switched) -> None:
    assert names(switched_mock(mini_game_type_filter="contains"), "?miniGameTypeName=ark") == ["parkour"]


@pytest.mark.parametrize(
    ("path", "body", "sentence"),
    [
        (TYPES, {"name": "trivia"}, "A mini game type with this name already exists"),
        (PLAYERS, {"displayName": "Ada"}, "A player with this display name already exists"),
    ],
)
def test_a_name_is_unique_in_its_app_and_free_in_another(
    mock: Mock, path: str, body: dict[str, str], sentence: str
) -> None:
    before = mock.state
    answer = send(mock, "POST", path, **body)
    assert (answer.status_code, answer.json()) == (400, {"error": sentence})
    assert mock.state is before
    assert send(mock, "POST", path, OTHER, **body).status_code == 201
    assert send(mock, "POST", path, OTHER, **body).status_code == 400


def test_names_that_differ_in_a_letters_case_are_two_names(mock: Mock) -> None:
    assert send(mock, "POST", TYPES, name="Trivia").status_code == 201
    assert send(mock, "POST", PLAYERS, displayName="ada").status_code == 201


def test_a_switch_answers_a_taken_name_with_a_conflict(switched_mock: Switched) -> None:
    mock = switched_mock(taken_name=409)
    assert send(mock, "POST", TYPES, name="trivia").status_code == 409
    assert send(mock, "POST", PLAYERS, displayName="Ada").status_code == 409
    assert send(mock, "PATCH", ADA, displayName="Ben").status_code == 409


def test_a_player_is_created_listed_read_and_registered(mock: Mock) -> None:
    answer = send(mock, "POST", PLAYERS, displayName="Dov", userId="user-dov")
    assert answer.status_code == 201
    player = answer.json()
    now = "2026-01-05T12:00:00.000Z"
    assert player == {
        "id": player["id"],
        "displayName": "Dov",
        "userId": "user-dov",
        "imageUrl": None,
        "createdAt": now,
        "updatedAt": now,
    }
    assert get(mock, PLAYERS)["players"][-1] == player == get(mock, f"{PLAYERS}/{player['id']}")
    joined = send(mock, "POST", f"{SESSIONS}/session-open/players", playerId=player["id"])
    assert (joined.status_code, joined.json()["displayName"]) == (201, "Dov")


def test_an_update_changes_what_it_names_and_the_time_of_the_update(mock: Mock) -> None:
    before = get(mock, f"{PLAYERS}/player-cleo")
    mock.advance(60)
    answer = send(mock, "PATCH", f"{PLAYERS}/player-cleo", displayName="Cleopatra")
    changed = {**before, "displayName": "Cleopatra", "updatedAt": "2026-01-05T12:01:00.000Z"}
    assert (answer.status_code, answer.json()) == (200, changed)
    assert send(mock, "PATCH", f"{PLAYERS}/player-cleo", userId=None).json() == {**changed, "userId": None}
    assert get(mock, f"{PLAYERS}/player-cleo") == {**changed, "userId": None}


def test_what_only_the_server_knows_of_a_player_is_not_taken_from_an_update(mock: Mock) -> None:
    answer = send(mock, "PATCH", ADA, id="mine", imageUrl="https://x.example", createdAt="never")
    assert answer.status_code == 200
    assert answer.json() == {**get(mock, ADA), "id": "player-ada", "imageUrl": None}


def test_a_player_may_keep_the_name_and_not_take_anothers(mock: Mock) -> None:
    assert send(mock, "PATCH", ADA, displayName="Ada").status_code == 200
    before = mock.state
    answer = send(mock, "PATCH", ADA, displayName="Ben")
    assert answer.status_code == 400
    assert answer.json() == {"error": "A player with this display name already exists"}
    assert mock.state is before


def test_a_name_that_was_given_up_is_free(mock: Mock) -> None:
    assert send(mock, "PATCH", ADA, displayName="Adele").status_code == 200
    assert send(mock, "POST", PLAYERS, displayName="Ada").status_code == 201


def test_a_player_whom_nobody_has_is_not_found(mock: Mock) -> None:
    for answer in (
        mock.get(f"{PLAYERS}/nobody", headers=DEMO),
        send(mock, "PATCH", f"{PLAYERS}/nobody", displayName="X"),
    ):
        assert (answer.status_code, answer.json()) == (404, {"error": "Player not found"})


def test_another_apps_player_is_not_found_and_forbidden_to_change(mock: Mock) -> None:
    assert mock.get(ADA, headers=OTHER).status_code == 404
    before = mock.state
    answer = send(mock, "PATCH", ADA, OTHER, displayName="Mine")
    assert (answer.status_code, answer.json()) == (403, {"error": "The player belongs to another app"})
    assert mock.state is before


def test_another_app_has_lists_and_boards_of_its_own(mock: Mock) -> None:
    assert get(mock, TYPES, OTHER) == {"miniGameTypes": []}
    assert get(mock, PLAYERS, OTHER) == {"players": []}
    assert get(mock, BOARDS, OTHER) == {"leaderboards": [{"miniGameTypeId": None, "leaderboard": []}]}


def test_a_new_name_shows_in_the_sessions_and_boards_of_its_player(mock: Mock) -> None:
    send(mock, "PATCH", ADA, displayName="Adele")
    listed = get(mock, f"{SESSIONS}/session-open/players")["players"]
    assert [player["displayName"] for player in listed] == ["Adele", "Ben"]
    scored = send(mock, "PATCH", f"{SESSIONS}/session-open/players/player-ada", score=1)
    assert scored.json()["displayName"] == "Adele"
    assert board(mock, "type-trivia") == [("Ben", 80), ("Adele", 1)]


def test_a_switch_leaves_players_the_name_they_registered_with(switched_mock: Switched) -> None:
    mock = switched_mock(names_in_sessions="registered")
    send(mock, "PATCH", ADA, displayName="Adele")
    listed = get(mock, f"{SESSIONS}/session-open/players")["players"]
    assert [player["displayName"] for player in listed] == ["Ada", "Ben"]


def test_there_is_a_board_for_each_type_and_the_default_one_without_a_name(mock: Mock) -> None:
    boards = get(mock, BOARDS)["leaderboards"]
    assert [one["miniGameTypeId"] for one in boards] == ["type-trivia", "type-parkour", None]
    assert [one.get("miniGameTypeName") for one in boards] == ["trivia", "parkour", None]
    assert "miniGameTypeName" not in boards[-1]
    assert [len(one["leaderboard"]) for one in boards] == [2, 0, 0]


def test_a_switch_gives_the_default_board_a_name_of_null(switched_mock: Switched) -> None:
    boards = get(switched_mock(default_leaderboard_name="null"), BOARDS)["leaderboards"]
    assert boards[-1] == {"miniGameTypeId": None, "miniGameTypeName": None, "leaderboard": []}


def test_sessions_without_a_type_feed_the_default_board(mock: Mock) -> None:
    scored(mock, "session-done", "player-cleo", 7)
    assert board(mock, None) == [("Cleo", 7)]
    assert board(mock, "type-trivia") == [("Ada", 120), ("Ben", 80)]


def test_a_place_says_who_scored_what_when_and_where(mock: Mock) -> None:
    mock.advance(60)
    scored(mock, "session-open", "player-cleo", 130.5)
    place = get(mock, f"{BOARDS}?miniGameTypeId=type-trivia&limit=1")["leaderboards"][0]["leaderboard"][0]
    assert place == {
        "playerId": "player-cleo",
        "playerDisplayName": "Cleo",
        "playerScore": 130.5,
        "playerImageUrl": "https://images.example/cleo.png",
        "createdAt": "2026-01-05T12:01:00.000Z",
        "updatedAt": "2026-01-05T12:01:00.000Z",
        "gameSessionId": "session-open",
        "userId": "user-cleo",
    }


def test_a_player_stands_once_on_a_board_with_the_best_of_their_sessions(mock: Mock) -> None:
    session = send(mock, "POST", SESSIONS, miniGameTypeId="type-trivia").json()["id"]
    scored(mock, session, "player-ben", 200)
    scored(mock, session, "player-ada", 5)
    assert board(mock, "type-trivia") == [("Ben", 200), ("Ada", 120)]
    assert board(mock, "type-trivia", "?limit=1") == [("Ben", 200)]


def test_a_switch_gives_every_score_its_place(switched_mock: Switched) -> None:
    mock = switched_mock(leaderboard_places="scores")
    session = send(mock, "POST", SESSIONS, miniGameTypeId="type-trivia").json()["id"]
    scored(mock, session, "player-ben", 200)
    assert board(mock, "type-trivia") == [("Ben", 200), ("Ada", 120), ("Ben", 80)]


def test_the_boards_can_be_kept_to_one_type(mock: Mock) -> None:
    boards = get(mock, f"{BOARDS}?miniGameTypeId=type-parkour")["leaderboards"]
    assert [one["miniGameTypeName"] for one in boards] == ["parkour"]
    assert get(mock, f"{BOARDS}?miniGameTypeId=none-such") == {"leaderboards": []}


def test_a_board_has_ten_places_unless_told_otherwise(make_mock: MakeMock, home: Home) -> None:
    fixtures = bundled_fixtures("meshmap")
    row = fixtures["game-session-players"][0]
    fixtures["game-session-players"] = [
        {**row, "playerId": f"p{n}", "displayName": f"P{n}", "score": n} for n in range(12)
    ]
    mock = make_mock("meshmap", home=home(fixtures=folder("meshmap", fixtures)))
    assert [score for _, score in board(mock, "type-trivia")] == [11, 10, 9, 8, 7, 6, 5, 4, 3, 2]
    assert len(board(mock, "type-trivia", "?limit=1000")) == 12


def test_the_best_come_first_and_among_equals_whoever_had_the_score_first() -> None:
    def place(player: str, score: float, time: str) -> dict[str, Any]:
        return {"playerId": player, "playerScore": score, "updatedAt": time}

    late, early, low = place("a", 5, "2026-01-02"), place("b", 5, "2026-01-01"), place("b", -1, "2026-01-03")
    assert best([low, late, early], 10, each_player_once=True) == [early, late]
    assert best([low, late, early], 10, each_player_once=False) == [early, late, low]
    assert best([low, late, early], 1, each_player_once=True) == [early]
    assert best([], 3, each_player_once=True) == []
