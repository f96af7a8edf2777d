"""What no RallyHere operation lets pass: each no wears the vendor's envelope, and nothing has changed.

Holds `dialects/pydantic.py` too.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest

from mockade.contract.operations import Operation
from mockade.contract.parameters import Parameter
from mockade.contract.undeclared import undeclared_notices
from mockade.contract.violations import ABSENT
from tests.apis.rallyhere import ADA, BEN, DOV, SESSION, join
from tests.harness import Mock
from tests.test_promises import CONTRACTS, assert_documented, good_request

OPERATIONS = {operation.id: operation for operation in CONTRACTS["rallyhere"].operations}


def bad_values(parameter: Parameter) -> Iterator[str]:
    """Texts that a parameter's schema does not take."""
    schema = dict(parameter.schema.value) if parameter.schema else {}
    kind = schema.get("type")
    if kind == "integer":
        yield from ("x", "1.5")
        yield from (
            str(schema[name] + step) for name, step in (("minimum", -1), ("maximum", 1)) if name in schema
        )
    elif kind == "boolean":
        yield "perhaps"
    elif "maxLength" in schema:
        yield "x" * (schema["maxLength"] + 1)
    elif schema.get("format") == "uuid":
        yield "nobody"
    elif "$ref" in schema or "allOf" in schema:
        yield "Atari"


def cases() -> Iterator[tuple[str, str, str]]:
    for operation in OPERATIONS.values():
        for parameter in operation.parameters:
            for value in bad_values(parameter):
                yield operation.id, parameter.name, value


def sent(
    mock: Mock,
    operation: Operation,
    token: str,
    path: str | None = None,
    query: Any = None,
    headers: Any = None,
) -> Any:
    """The operation's example request, with another token, path, query or headers."""
    good = good_request(mock.apis["rallyhere"], operation)
    options = {} if good.body is ABSENT else {"json": good.body}
    asked = {
        parameter.name: parameter.example
        for parameter in operation.parameters
        if parameter.where == "query" and parameter.required
    }
    return mock.request(
        operation.method,
        path or good.path,
        token=token,
        params={**asked, **(query or {})},
        headers=headers or {},
        **options,
    )


@pytest.mark.parametrize(("name", "parameter", "value"), list(cases()), ids=lambda one: str(one)[:24])
def test_a_parameter_of_the_wrong_kind_or_out_of_bounds_is_a_422_where_it_stands(
    mock: Mock, name: str, parameter: str, value: str
) -> None:
    operation = OPERATIONS[name]
    before = mock.state
    where = next(one.where for one in operation.parameters if one.name == parameter)
    if where == "path":
        path = operation.path
        for one in operation.parameters:
            if one.where == "path":
                text = value if one.name == parameter else str(one.example)
                path = path.replace("{" + one.name + "}", quote(text, safe=""))
        answer = sent(mock, operation, "admin", path)
    elif where == "header":
        answer = sent(mock, operation, "admin", headers={parameter: value})
    else:
        answer = sent(mock, operation, "admin", query={parameter: value})
    assert answer.status_code == 422, answer.text
    assert [error["loc"] for error in answer.json()["detail"]] == [[where, parameter]]
    assert_documented(operation, answer)
    assert mock.state is before


PUBLIC = frozenset({"get_all_deserter_configs", "get_specific_deserter_config", "get_player_deserter_self"})
"""What asks for no permission at all."""


@pytest.mark.parametrize("name", [name for name in OPERATIONS if name not in PUBLIC])
def test_a_token_without_the_permission_is_refused(mock: Mock, name: str) -> None:
    before = mock.state
    answer = sent(mock, OPERATIONS[name], "outsider")
    # Where a standing in the session spares the permission, it is the standing that is lacking.
    standing = not OPERATIONS[name].permissions and "{session_id}" in OPERATIONS[name].path
    code = "insufficient_session_permissions" if standing else "insufficient_permissions"
    assert (answer.status_code, answer.json()["error_code"]) == (403, code)
    assert_documented(OPERATIONS[name], answer)
    assert mock.state is before


MADE_UP = frozenset({"get_vivox_action_token", "get_vivox_action_token_me", "get_epic_voice_join_token_me"})
"""What is generated, for sessions that are not there as well."""

IN_SESSIONS = [name for name, one in OPERATIONS.items() if "{session_id}" in one.path and name not in MADE_UP]


@pytest.mark.parametrize("name", IN_SESSIONS)
def test_a_session_that_is_not_there_is_not_found(mock: Mock, name: str) -> None:
    operation = OPERATIONS[name]
    before = mock.state
    good = good_request(mock.apis["rallyhere"], operation)
    assert "/casual-1" in good.path
    answer = sent(mock, operation, "admin", good.path.replace("/casual-1", "/nowhere"))
    assert (answer.status_code, answer.json()["error_code"]) == (404, "session_not_found")
    assert_documented(operation, answer)
    assert mock.state is before


ADMINS = (
    "create_instance_request",
    "delete_browser_info",
    "delete_session",
    "give_player_permission_by_uuid",
    "join_queue",
    "kick_session_from_session",
    "leave_queue",
    "post_browser_info",
    "promote_player_by_uuid_v2",
    "remove_player_permission_by_uuid",
    "swap_players_in_session",
    "update_browser_info",
    "update_session_by_id",
    "update_team_by_id",
)
HOSTS = (
    "acknowledge_backfill_request",
    "delete_backfill_request",
    "end_instance",
    "update_backfill_request",
    "update_instance_info",
)
ACTIVE = (
    "add_platform_session_to_rally_here_session",
    "delete_platform_session_from_rally_here_session",
)


@pytest.mark.parametrize("name", [*ADMINS, *HOSTS, *ACTIVE])
@pytest.mark.parametrize("who", ["ada", "dov"])
def test_who_has_no_such_standing_in_the_session_is_refused(mock: Mock, name: str, who: str) -> None:
    if name not in ACTIVE:
        mock.post(f"{SESSION}/casual-1/player/me", token="ada", json=join())
    before = mock.state
    answer = sent(mock, OPERATIONS[name], who)
    assert (answer.status_code, answer.json()["error_code"]) == (403, "insufficient_session_permissions")
    assert_documented(OPERATIONS[name], answer)
    assert mock.state is before


REPEATED: list[tuple[str, str, str, Any, int, str]] = [
    ("ada", "DELETE", "/party-1/player/me", None, 404, "player_not_in_session"),
    ("cleo", "DELETE", f"/party-1/player/{ADA}", None, 404, "player_not_in_session"),
    ("cleo", "POST", "/party-1/instance", {}, 403, "instance_exists"),
    ("server", "DELETE", "/casual-1/instance", None, 404, "instance_not_found"),
    ("cleo", "POST", "/party-1/queue", {"queue_id": "ranked-duel"}, 403, "already_in_queue"),
]


@pytest.mark.parametrize(("who", "method", "path", "body", "status", "code"), REPEATED)
def test_a_call_that_was_done_is_refused_the_second_time(
    mock: Mock, who: str, method: str, path: str, body: Any, status: int, code: str
) -> None:
    options = {} if body is None else {"json": body}
    assert mock.request(method, SESSION + path, token=who, **options).status_code < 300
    mock.world.run_due_events()
    before = mock.state
    answer = mock.request(method, SESSION + path, token=who, **options)
    assert (answer.status_code, answer.json()["error_code"]) == (status, code)
    assert mock.state is before


HARMLESS: list[tuple[str, str, str, Any]] = [
    ("ada", "POST", "/casual-1/player/me", join()),
    ("cleo", "POST", f"/party-1/player/{DOV}", {"status": "invited", "team_id": 0}),
    ("ben", "POST", f"/casual-1/player/{BEN}", {"status": "leader", "team_id": 0}),
    ("ben", "PATCH", "/casual-1", {"joinable": False, "teams": [{"max_size": 2}, {}]}),
    ("ben", "PATCH", "/casual-1/team/1", {"max_size": 2}),
    ("ben", "POST", "/casual-1/browser", {"custom_data": {"map": "Quay"}}),
    ("server", "PATCH", "/casual-1/instance", {"allocation_id": "allocation-casual-1"}),
]


@pytest.mark.parametrize(("who", "method", "path", "body"), HARMLESS)
def test_a_call_that_says_how_things_shall_be_can_be_repeated(
    mock: Mock, who: str, method: str, path: str, body: Any
) -> None:
    first = mock.request(method, SESSION + path, token=who, json=body)
    assert first.status_code == 200, first.text
    again = mock.request(method, SESSION + path, token=who, json=body)
    assert (again.status_code, again.json()) == (200, first.json())
    assert not mock.last.changes


def test_every_operation_on_a_session_asks_for_a_standing_or_says_why_not() -> None:
    free = {
        "get_session_by_id": "limited for those outside",
        "join_session_by_id_self": "asks for nothing but an open door",
        "leave_session_by_id_self": "is about oneself",
        "update_session_player_by_uuid_v2": "asks only for some of what it does",
        "kick_player_from_session_by_uuid_v2": "asks only for others",
        "instance_health_check": "asks for the instance's id",
        "generate_session_short_code": "asks those outside, and members not",
        "get_player_in_session": "tells of those whom a read of the session tells of",
        "get_players_in_session": "tells of those whom a read of the session tells of",
        "get_player_permission_by_uuid": "asks those outside, and members not",
        "invite_player_by_uuid_v2": "asks those outside, and members not",
        "invite_session_to_session": "asks for nothing but an open door",
        "kick_player_from_session_by_uuid": "asks only for others",
        "move_player_by_uuid_v2": "asks only for others",
        "update_player_by_uuid_v2": "asks only for others",
        "update_session_player_by_uuid": "asks only for some of what it does",
    }
    assert set(IN_SESSIONS) == {*ADMINS, *HOSTS, *ACTIVE, *free}


COMPONENTS = CONTRACTS["rallyhere"].document.root.value["components"]["schemas"].values()
NAMES = sorted({name for schema in COMPONENTS for name in schema.get("properties", {})} | {"zz"})
"""What anything in the contract has, and what nothing has."""

BODIES = [name for name, one in OPERATIONS.items() if one.body is not None]


@pytest.mark.parametrize("name", BODIES)
@pytest.mark.parametrize("stray", [7, {"zz": "stray"}, "stray"], ids=["number", "object", "text"])
def test_a_member_that_a_body_does_not_declare_is_remarked_on_and_changes_nothing(
    mock: Mock, name: str, stray: Any
) -> None:
    operation = OPERATIONS[name]
    api = mock.apis["rallyhere"]
    good = good_request(api, operation)
    assert operation.body is not None
    normalizer = operation.body.contents["application/json"].normalizer
    assert normalizer is not None
    strays = {one: stray for one in NAMES if undeclared_notices(normalizer, {one: stray}, "body", ())}
    assert "zz" in strays
    answer = mock.request(operation.method, good.path, token="admin", json={**strays, **good.body})
    assert answer.status_code < 500, answer.text
    assert "stray" not in answer.text
    assert mock.last.notices
    assert "stray" not in str([change.after for change in mock.last.changes])
