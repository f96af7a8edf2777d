from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from mockade.apis import meshmap
from mockade.errors import SetupError
from tests.apis.behaviours import PAGES, bundled_fixtures, folder
from tests.harness import Mock

SESSIONS = "/api/v1/apps/game-sessions"
OPEN = f"{SESSIONS}/session-open"
PLAYERS = f"{OPEN}/players"
DEMO = {"x-app-api-key": "meshmap-demo-key"}
OTHER = {"x-app-api-key": "meshmap-other-key"}

OPERATIONS = [
    ("GET", SESSIONS, None),
    ("POST", SESSIONS, {}),
    ("GET", OPEN, None),
    ("GET", PLAYERS, None),
    ("POST", PLAYERS, {"playerId": "player-cleo"}),
    ("PATCH", f"{PLAYERS}/player-ada", {"score": 1}),
]

MakeMock = Callable[..., Mock]
Home = Callable[..., Path]


def create(mock: Mock, **body: Any) -> httpx.Response:
    return mock.post(SESSIONS, headers=DEMO, json=body)


def read(mock: Mock, session_id: str) -> dict[str, Any]:
    answer = mock.get(f"{SESSIONS}/{session_id}", headers=DEMO)
    assert answer.status_code == 200
    return answer.json()


def register(mock: Mock, player_id: str, session_id: str = "session-open") -> httpx.Response:
    return mock.post(f"{SESSIONS}/{session_id}/players", headers=DEMO, json={"playerId": player_id})


def set_score(mock: Mock, score: Any, player_id: str = "player-ada") -> httpx.Response:
    return mock.patch(f"{PLAYERS}/{player_id}", headers=DEMO, json={"score": score})


def ranking(mock: Mock, session_id: str = "session-open") -> dict[str, float]:
    answer = mock.get(f"{SESSIONS}/{session_id}/players", headers=DEMO)
    return {player["playerId"]: player["score"] for player in answer.json()["players"]}


def test_a_round_is_created_joined_scored_and_read_back(mock: Mock) -> None:
    created = create(mock, name="Rooftop run", miniGameTypeName="parkour")
    assert created.status_code == 201
    session = created.json()
    assert register(mock, "player-ben", session["id"]).status_code == 201
    assert register(mock, "player-cleo", session["id"]).status_code == 201
    path = f"{SESSIONS}/{session['id']}/players/player-cleo"
    assert mock.patch(path, headers=DEMO, json={"score": 12.5}).status_code == 200
    assert ranking(mock, session["id"]) == {"player-ben": 0, "player-cleo": 12.5}
    assert read(mock, session["id"]) == {**session, "playerCount": 2}


def test_every_operation_is_answered_by_a_handler(mock: Mock) -> None:
    for method, path, body in OPERATIONS:
        assert mock.request(method, path, headers=DEMO, json=body).is_success
        assert mock.last.answered_by == "handler"


def test_the_list_wraps_active_and_completed_sessions_the_oldest_first(mock: Mock) -> None:
    newest = create(mock).json()
    answer = mock.get(SESSIONS, headers=DEMO)
    assert list(answer.json()) == ["gameSessions"]
    sessions = answer.json()["gameSessions"]
    assert [session["id"] for session in sessions] == ["session-open", "session-done", newest["id"]]
    assert {session["status"] for session in sessions} == {"ACTIVE", "COMPLETED"}
    assert sessions == [read(mock, session["id"]) for session in sessions]


def test_a_session_is_active_and_without_an_end_unless_told_otherwise(mock: Mock) -> None:
    mock.advance(90.5)
    session = create(mock).json()
    now = "2026-01-05T12:01:30.500Z"
    assert session["status"] == "ACTIVE"
    assert session["endTime"] is None
    assert session["startTime"] == session["createdAt"] == session["updatedAt"] == now
    assert session["name"] is None
    assert session["description"] is None
    assert session["miniGameType"] is None
    assert session["playerCount"] == 0


def test_a_session_keeps_what_its_creator_chose(mock: Mock) -> None:
    chosen = {"name": "Finals", "description": "", "status": "COMPLETED"}
    session = create(mock, **chosen).json()
    assert {name: session[name] for name in chosen} == chosen


def test_fields_of_null_count_as_not_given(mock: Mock) -> None:
    nothing = {"name": None, "description": None, "miniGameTypeId": None, "miniGameTypeName": None}
    answer = create(mock, **nothing)
    assert answer.status_code == 201
    assert answer.json()["miniGameType"] is None


def test_a_session_created_completed_ends_as_it_starts(mock: Mock) -> None:
    session = create(mock, status="COMPLETED").json()
    assert session["endTime"] == session["startTime"] == session["createdAt"]


def test_sessions_made_at_one_moment_have_ids_of_their_own(mock: Mock) -> None:
    assert len({create(mock).json()["id"] for _ in range(20)}) == 20


@pytest.mark.parametrize("named", [{"miniGameTypeId": "type-parkour"}, {"miniGameTypeName": "parkour"}])
def test_a_type_may_be_named_by_its_id_or_by_its_name(mock: Mock, named: dict[str, str]) -> None:
    other_way = {"miniGameTypeId": None, "miniGameTypeName": None}
    kind = create(mock, **{**other_way, **named}).json()["miniGameType"]
    assert (kind["id"], kind["name"]) == ("type-parkour", "parkour")
    assert kind["description"]
    assert kind["createdAt"] == "2026-01-02T09:00:00.000Z"


def test_a_type_named_in_both_ways_is_refused_even_when_both_mean_the_same(mock: Mock) -> None:
    answer = create(mock, miniGameTypeId="type-parkour", miniGameTypeName="parkour")
    assert answer.status_code == 400
    [issue] = answer.json()["error"]
    assert (issue["code"], issue["path"]) == ("custom", [])
    assert "not both" in issue["message"]


@pytest.mark.parametrize(
    "named",
    [
        {"miniGameTypeId": "parkour"},
        {"miniGameTypeName": "type-parkour"},
        {"miniGameTypeName": "Parkour"},
        {"miniGameTypeId": ""},
    ],
)
def test_an_unknown_type_is_refused_in_a_sentence(mock: Mock, named: dict[str, str]) -> None:
    answer = create(mock, **named)
    assert answer.status_code == 400
    assert answer.json() == {"error": "Mini game type not found"}
    assert len(mock.get(SESSIONS, headers=DEMO).json()["gameSessions"]) == 2


def test_the_player_count_is_the_number_of_registered_players(mock: Mock) -> None:
    for expected, player in ((3, "player-cleo"), (3, "player-cleo"), (3, "nobody")):
        register(mock, player)
        listed = mock.get(SESSIONS, headers=DEMO).json()["gameSessions"]
        assert [session["playerCount"] for session in listed] == [expected, 0]
        assert read(mock, "session-open")["playerCount"] == len(ranking(mock)) == expected


def test_a_fixture_cannot_miscount_the_players_of_its_session(make_mock: MakeMock, home: Home) -> None:
    fixtures = bundled_fixtures("meshmap")
    fixtures["game-sessions"][0]["playerCount"] = 99
    mock = make_mock("meshmap", home=home(fixtures=folder("meshmap", fixtures)))
    assert read(mock, "session-open")["playerCount"] == 2


def test_a_registered_player_starts_at_zero_and_looks_like_the_player(mock: Mock) -> None:
    mock.advance(60)
    answer = register(mock, "player-cleo")
    assert answer.status_code == 201
    now = "2026-01-05T12:01:00.000Z"
    assert answer.json() == {
        "playerId": "player-cleo",
        "displayName": "Cleo",
        "imageUrl": "https://images.example/cleo.png",
        "score": 0,
        "createdAt": now,
        "updatedAt": now,
    }
    assert mock.get(PLAYERS, headers=DEMO).json()["players"][-1] == answer.json()


def test_one_player_has_a_score_of_their_own_in_each_session(mock: Mock) -> None:
    assert register(mock, "player-ada", "session-done").status_code == 201
    assert ranking(mock, "session-done") == {"player-ada": 0}
    assert ranking(mock)["player-ada"] == 120


def test_a_session_without_players_lists_none(mock: Mock) -> None:
    assert mock.get(f"{SESSIONS}/session-done/players", headers=DEMO).json() == {"players": []}


@pytest.mark.parametrize(
    ("player", "session", "sentence"),
    [
        ("nobody", "session-open", "Player not found"),
        ("player-cleo", "nowhere", "Game session not found"),
        ("nobody", "nowhere", "Game session not found"),
        ("player-ada", "session-open", "Player is already registered"),
    ],
)
def test_a_registration_that_cannot_be_is_refused_in_a_sentence(
    mock: Mock, player: str, session: str, sentence: str
) -> None:
    answer = register(mock, player, session)
    assert answer.status_code == 400
    assert answer.json() == {"error": sentence}
    assert mock.last.changes == ()
    assert ranking(mock) == {"player-ada": 120, "player-ben": 80}


@pytest.mark.parametrize("score", [150, 120, 1, 0, -7, 0.25, 1e300])
def test_the_last_score_stays_whatever_the_number(mock: Mock, score: float) -> None:
    answer = set_score(mock, score)
    assert answer.status_code == 200
    assert answer.json()["score"] == score
    assert ranking(mock) == {"player-ada": score, "player-ben": 80}


def test_a_score_moves_the_update_time_of_its_player_alone(mock: Mock) -> None:
    before = mock.get(PLAYERS, headers=DEMO).json()["players"]
    session = read(mock, "session-open")
    mock.advance(5)
    scored = set_score(mock, 121).json()
    assert scored["updatedAt"] == "2026-01-05T12:00:05.000Z"
    assert scored["createdAt"] == before[0]["createdAt"]
    assert mock.get(PLAYERS, headers=DEMO).json()["players"] == [scored, before[1]]
    assert read(mock, "session-open") == session


def test_one_status_covers_a_missing_session_and_a_player_who_is_not_in_it(mock: Mock) -> None:
    unregistered = set_score(mock, 1, "player-cleo")
    assert unregistered.status_code == 404
    assert unregistered.json() == {"error": "Player not found"}
    nowhere = mock.patch(f"{SESSIONS}/nowhere/players/player-ada", headers=DEMO, json={"score": 1})
    assert nowhere.status_code == 404
    assert nowhere.json() == {"error": "Game session not found"}


@pytest.mark.parametrize("path", [f"{SESSIONS}/nowhere", f"{SESSIONS}/nowhere/players"])
def test_a_session_that_is_not_there_is_not_found(mock: Mock, path: str) -> None:
    answer = mock.get(path, headers=DEMO)
    assert answer.status_code == 404
    assert answer.json() == {"error": "Game session not found"}


def test_a_completed_session_still_takes_players_and_scores(mock: Mock) -> None:
    assert register(mock, "player-cleo", "session-done").status_code == 201
    path = f"{SESSIONS}/session-done/players/player-cleo"
    assert mock.patch(path, headers=DEMO, json={"score": 3}).json()["score"] == 3


@pytest.mark.parametrize(("method", "path", "body"), OPERATIONS)
@pytest.mark.parametrize(
    "headers", [{}, {"x-app-api-key": "wrong"}, {"x-app-api-key": "Bearer meshmap-demo-key"}]
)
def test_without_the_bare_key_of_an_app_nothing_is_answered(
    mock: Mock, method: str, path: str, body: Any, headers: dict[str, str]
) -> None:
    answer = mock.request(method, path, headers=headers, json=body)
    assert answer.status_code == 401
    assert answer.json() == {"error": "Unauthorized"}


def test_another_app_sees_and_reaches_nothing(mock: Mock) -> None:
    assert mock.get(SESSIONS, headers=OTHER).json() == {"gameSessions": []}
    for method, path, body in OPERATIONS[2:]:
        answer = mock.request(method, path, headers=OTHER, json=body)
        assert answer.status_code == (400 if method == "POST" else 404)
        assert answer.json() == {"error": "Game session not found"}
    assert ranking(mock) == {"player-ada": 120, "player-ben": 80}


def test_another_app_cannot_use_players_and_types_that_are_not_its_own(mock: Mock) -> None:
    for named in ({"miniGameTypeId": "type-trivia"}, {"miniGameTypeName": "trivia"}):
        answer = mock.post(SESSIONS, headers=OTHER, json=named)
        assert answer.json() == {"error": "Mini game type not found"}
    mine = mock.post(SESSIONS, headers=OTHER, json={}).json()["id"]
    borrowed = mock.post(f"{SESSIONS}/{mine}/players", headers=OTHER, json={"playerId": "player-ada"})
    assert borrowed.status_code == 400
    assert borrowed.json() == {"error": "Player not found"}
    assert mock.get(f"{SESSIONS}/{mine}", headers=DEMO).status_code == 404


def test_two_apps_may_use_one_id_for_rows_of_their_own(make_mock: MakeMock, home: Home) -> None:
    fixtures = bundled_fixtures("meshmap")
    theirs = {**fixtures["game-sessions"][0], "_app": "other", "name": "Theirs"}
    fixtures["game-sessions"].append(theirs)
    mock = make_mock("meshmap", home=home(fixtures=folder("meshmap", fixtures)))
    session = mock.get(OPEN, headers=OTHER).json()
    assert (session["name"], session["playerCount"]) == ("Theirs", 0)
    assert read(mock, "session-open")["name"] == "Friday trivia"


def test_a_key_without_an_app_in_the_fixtures_has_one_of_its_own(make_mock: MakeMock, home: Home) -> None:
    fixtures = {"credentials": {"AppApiKey": {"a": {"caller": "ann"}, "b": {"caller": "bob"}}}}
    mock = make_mock("meshmap", home=home(fixtures=folder("meshmap", fixtures)))
    mine = mock.post(SESSIONS, headers={"x-app-api-key": "a"}, json={}).json()
    assert mock.get(SESSIONS, headers={"x-app-api-key": "a"}).json() == {"gameSessions": [mine]}
    assert mock.get(SESSIONS, headers={"x-app-api-key": "b"}).json() == {"gameSessions": []}


def test_what_the_mock_keeps_beside_a_row_never_leaves(mock: Mock) -> None:
    register(mock, "player-cleo")
    for path in (SESSIONS, OPEN, PLAYERS):
        assert "_app" not in mock.get(path, headers=DEMO).text
        assert "_session" not in mock.get(path, headers=DEMO).text
    assert {"app", "session"}.isdisjoint(mock.get(PLAYERS, headers=DEMO).json()["players"][-1])


@pytest.mark.parametrize(
    ("operation", "content", "message", "at"),
    [
        ("POST sessions", b'{"name": 5}', "Expected string, received number", ["name"]),
        ("POST sessions", b'{"description": []}', "Expected string, received array", ["description"]),
        ("POST sessions", b'{"status": null}', "Expected 'ACTIVE' | 'COMPLETED', received null", ["status"]),
        ("POST sessions", b'{"miniGameTypeId": 1}', "Expected string, received number", ["miniGameTypeId"]),
        ("POST sessions", b"[]", "Expected object, received array", []),
        ("POST sessions", b"", "Required", []),
        ("POST players", b"{}", "Required", ["playerId"]),
        ("POST players", b'{"playerId": null}', "Expected string, received null", ["playerId"]),
        ("POST players", b"null", "Expected object, received null", []),
        ("PATCH score", b"{}", "Required", ["score"]),
        ("PATCH score", b'{"score": "9"}', "Expected number, received string", ["score"]),
        ("PATCH score", b'{"score": true}', "Expected number, received boolean", ["score"]),
        ("PATCH score", b'{"score": null}', "Expected number, received null", ["score"]),
    ],
)
def test_a_body_that_breaks_its_schema_is_answered_with_the_issue(
    mock: Mock, operation: str, content: bytes, message: str, at: list[str]
) -> None:
    method, name = operation.split()
    path = {"sessions": SESSIONS, "players": PLAYERS, "score": f"{PLAYERS}/player-ada"}[name]
    answer = mock.request(method, path, headers=DEMO, content=content)
    assert answer.status_code == 400
    assert answer.json() == {"error": [{"code": "invalid_type", "message": message, "path": at}]}


def test_a_status_of_another_name_is_answered_with_the_names_there_are(mock: Mock) -> None:
    answer = create(mock, status="active")
    assert answer.status_code == 400
    [issue] = answer.json()["error"]
    assert (issue["code"], issue["path"]) == ("invalid_enum_value", ["status"])
    assert "'ACTIVE' | 'COMPLETED'" in issue["message"]


@pytest.mark.parametrize("content", [b"{", b"score=1", b'{"score": NaN}', b'{"score": 1e999}', b"\xff"])
def test_a_body_that_is_not_json_is_answered_with_an_issue_at_its_root(mock: Mock, content: bytes) -> None:
    answer = mock.patch(f"{PLAYERS}/player-ada", headers=DEMO, content=content)
    assert answer.status_code == 400
    [issue] = answer.json()["error"]
    assert issue["path"] == []
    assert "not JSON" in issue["message"]


def test_all_faults_of_a_body_are_told_at_once(mock: Mock) -> None:
    answer = create(mock, name=1, status="OVER", description=False)
    assert {issue["path"][0] for issue in answer.json()["error"]} == {"name", "status", "description"}


def test_fields_that_the_contract_does_not_know_are_ignored(mock: Mock) -> None:
    session = create(mock, id="mine", playerCount=7, score=1).json()
    assert session["id"] != "mine"
    assert session["playerCount"] == 0
    assert "score" not in session


@pytest.mark.parametrize(
    ("method", "path", "headers", "content", "status"),
    [
        ("DELETE", OPEN, {}, b"", 405),
        ("PATCH", OPEN, {}, b"{}", 405),
        ("GET", "/api/v1/apps/codes", {}, b"", 404),
        ("POST", SESSIONS, {"content-type": "text/plain"}, b"{}", 415),
        ("POST", SESSIONS, {}, b" " * 1_048_577, 413),
    ],
)
def test_what_the_engine_refuses_wears_the_vendors_error(
    mock: Mock, method: str, path: str, headers: dict[str, str], content: bytes, status: int
) -> None:
    answer = mock.request(method, path, headers={**DEMO, **headers}, content=content)
    assert answer.status_code == status
    assert list(answer.json()) == ["error"]
    assert isinstance(answer.json()["error"], str)


def test_two_mocks_that_are_asked_alike_answer_alike(make_mock: MakeMock) -> None:
    def play() -> list[bytes]:
        mock = make_mock("meshmap")
        session = create(mock, miniGameTypeName="trivia")
        return [session.content, register(mock, "player-cleo", session.json()["id"]).content]

    assert play() == play()


def test_mocks_share_no_change(make_mock: MakeMock) -> None:
    one, other = make_mock("meshmap"), make_mock("meshmap")
    assert set_score(one, 999).is_success
    assert ranking(other)["player-ada"] == 120


@pytest.mark.parametrize("named", [{"miniGameTypeId": "golf"}, {"miniGameTypeName": "golf"}])
def test_a_switch_leaves_an_unknown_type_out(
    switched_mock: Callable[..., Mock], named: dict[str, str]
) -> None:
    answer = create(switched_mock(unknown_mini_game_type=201), **named)
    assert answer.status_code == 201
    assert answer.json()["miniGameType"] is None


def test_a_switch_leaves_sessions_created_completed_without_an_end(
    switched_mock: Callable[..., Mock],
) -> None:
    answer = create(switched_mock(created_completed_ends=False), status="COMPLETED")
    assert answer.json()["status"] == "COMPLETED"
    assert answer.json()["endTime"] is None


def test_a_switch_makes_an_unknown_session_not_found_on_register(switched_mock: Callable[..., Mock]) -> None:
    mock = switched_mock(unknown_session_on_register=404)
    answer = register(mock, "player-cleo", "nowhere")
    assert (answer.status_code, answer.json()) == (404, {"error": "Game session not found"})
    assert register(mock, "nobody").status_code == 400


def test_a_switch_makes_an_unknown_player_not_found_on_register(switched_mock: Callable[..., Mock]) -> None:
    mock = switched_mock(unknown_player_on_register=404)
    answer = register(mock, "nobody")
    assert (answer.status_code, answer.json()) == (404, {"error": "Player not found"})
    assert register(mock, "player-cleo", "nowhere").status_code == 400


def test_a_switch_answers_a_second_registration_with_the_first(switched_mock: Callable[..., Mock]) -> None:
    mock = switched_mock(register_twice=201)
    standing = mock.get(PLAYERS, headers=DEMO).json()["players"][0]
    mock.advance(60)
    answer = register(mock, "player-ada")
    assert (answer.status_code, answer.json()) == (201, standing)
    assert read(mock, "session-open")["playerCount"] == 2


def test_a_switch_keeps_the_highest_score(switched_mock: Callable[..., Mock]) -> None:
    mock = switched_mock(score_kept="highest")
    mock.advance(60)
    lower = set_score(mock, 119)
    assert lower.status_code == 200
    assert (lower.json()["score"], lower.json()["updatedAt"]) == (120, "2026-01-05T11:10:00.000Z")
    assert set_score(mock, 120).json()["updatedAt"] == "2026-01-05T12:01:00.000Z"
    assert set_score(mock, 121).json()["score"] == 121
    assert ranking(mock)["player-ada"] == 121


def test_a_switch_takes_only_what_the_contract_can_answer(switched_mock: Callable[..., Mock]) -> None:
    with pytest.raises(SetupError, match=r"register_twice cannot be 409.*It can be: 400, 201"):
        switched_mock(register_twice=409)


def test_a_row_that_is_of_no_app_stops_the_start(make_mock: MakeMock, home: Home) -> None:
    fixtures = bundled_fixtures("meshmap")
    for name in ("players", "game-sessions", "game-session-players", "minigame-types"):
        del fixtures[name][0]["_app"]
    with pytest.raises(SetupError) as stopped:
        make_mock("meshmap", home=home(fixtures=folder("meshmap", fixtures)))
    assert len(stopped.value.findings) == 4


def test_the_fixture_file_and_the_page_list_every_switch() -> None:
    assert bundled_fixtures("meshmap")["behaviour"] == {one.name: one.default for one in meshmap.behaviour}
    page = (PAGES / "meshmap.md").read_text(encoding="utf-8")
    for switch in meshmap.behaviour:
        assert f"| `{switch.name}` | `{str(switch.default).lower()}` |" in page
