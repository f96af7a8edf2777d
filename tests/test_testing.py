"""MockServer: a mock inside a script or a unittest, on a free port or without any."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from mockade.client.remote import ControlError
from mockade.errors import SetupError
from mockade.testing import MockServer
from tests.contracts import contract, crud
from tests.servers import NO_TLS

ADA = {"authorization": "Bearer ada"}
SESSION = "/session/v1/session/casual-1"


@pytest.fixture(scope="module")
def mock() -> MockServer:
    with MockServer("rallyhere", "meshmap") as server:
        yield server


def test_it_serves_between_enter_and_exit_and_leaves_nothing_running() -> None:
    before = threading.active_count()
    with MockServer("meshmap", seed=3) as mock:
        assert mock.ready() == {"status": "ready", "apis": ["meshmap"]}
        url = mock.url
    assert threading.active_count() == before
    with pytest.raises(httpx.ConnectError):
        httpx.get(url, verify=NO_TLS)
    mock.stop()


def test_before_it_is_started_it_says_what_to_do() -> None:
    with pytest.raises(AttributeError, match="not started: use it in a `with` statement"):
        MockServer("meshmap").url  # noqa: B018  # asking is the point


def test_two_of_them_know_nothing_of_each_other() -> None:
    with MockServer("meshmap") as one, MockServer("meshmap") as other:
        one.clock.freeze("2030-01-01T00:00:00Z")
        assert other.clock.get()["mode"] == "real"
        assert one.url != other.url


def test_a_server_can_be_started_again() -> None:
    mock = MockServer("meshmap")
    for _ in range(2):
        with mock:
            assert mock.health()["status"] == "ok"


def test_it_is_the_default_world_and_gives_others(mock: MockServer) -> None:
    other = mock.other("mine")
    assert (mock.world, other.world) == ("default", "mine")
    assert other.url == f"{mock.url}/@mine"
    assert httpx.get(f"{other.url}{SESSION}", headers=ADA, verify=NO_TLS).status_code == 200
    other.assert_called("get_session_by_id", times=1)
    mock.assert_called("get_session_by_id", times=0)


def test_an_apis_url_is_what_a_client_is_given(mock: MockServer) -> None:
    assert mock.api_url("rallyhere") == mock.url
    assert mock.other("mine").api_url("rallyhere") == f"{mock.url}/@mine"
    with pytest.raises(LookupError, match="Did you mean 'meshmap'"):
        mock.api_url("meshmp")


def test_every_world_has_players_who_call_its_api(mock: MockServer) -> None:
    world = mock.other("lobby").fork("played")
    world.clock.freeze("2026-01-05T12:00:00Z")
    acts = [world.play("rallyhere", 2, seed=seed).advance("40s") for seed in (1, 1, 2)]
    first, again, other = [[(one.player, one.operation) for one in some] for some in acts]
    assert first == again != other
    world.assert_contract_kept()
    with pytest.raises(LookupError, match="Did you mean 'rallyhere'"):
        world.play("rallyher")


def test_what_cannot_be_served_is_reported_when_it_is_made() -> None:
    with pytest.raises(SetupError, match="There is no API of this name"):
        MockServer("meshmp")


@pytest.mark.parametrize(
    ("name", "meant"), [("row", "rows"), ("sed", "seed"), ("prot", "port"), ("Strict", "strict")]
)
def test_a_setting_that_there_is_not_is_told_with_the_nearest(name: str, meant: str) -> None:
    with pytest.raises(TypeError, match=f"There is no setting '{name}'. Did you mean '{meant}'"):
        MockServer("meshmap", **{name: 2})


def test_a_scheme_of_which_nobody_said_who_passes_it_is_open_unless_it_is_closed(
    home: Callable[..., Path],
) -> None:
    spec = contract(crud("/widgets"), security=[{"Key": []}]).replace(
        "components:\n", "components:\n  securitySchemes: {Key: {type: http, scheme: bearer}}\n", 1
    )
    folder = home(specs={"shop.yaml": spec})
    with MockServer(home=folder) as mock:
        url = f"{mock.url}/widgets"
        statuses = [httpx.get(url, headers=sent, verify=NO_TLS).status_code for sent in ({}, ADA)]
    assert statuses == [401, 200]
    with pytest.raises(SetupError, match="the fixtures hold no credentials"):
        MockServer(home=folder, closed=True)


def test_a_strict_contract_has_no_slips(home: Callable[..., Path]) -> None:
    spec = contract(crud("/widgets", {"type": "int"}))
    folder = home(specs={"shop.yaml": spec})
    MockServer(home=folder)
    with pytest.raises(SetupError, match="There is no type 'int'"):
        MockServer(home=folder, strict_contract=True)


def test_a_port_that_is_taken_is_reported_at_the_start(mock: MockServer) -> None:
    port = int(mock.url.rpartition(":")[2])
    with pytest.raises(SetupError, match="is taken"):
        MockServer("meshmap", port=port).start()


def test_a_client_in_the_same_process_needs_no_port() -> None:
    async def ask() -> int:
        transport = httpx.ASGITransport(MockServer("rallyhere").app)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return (await client.get(SESSION, headers=ADA)).status_code

    assert asyncio.run(ask()) == 200


def test_a_token_is_sent_by_itself() -> None:
    with MockServer("meshmap", token="hush") as mock:
        assert mock.clock.get()["mode"] == "real"
        assert httpx.get(f"{mock.url}/_mockade/v1/clock", verify=NO_TLS).status_code == 401


def test_the_contract_was_kept_or_it_says_where_not() -> None:
    with MockServer("rallyhere") as mock:
        httpx.get(f"{mock.url}{SESSION}", headers=ADA, verify=NO_TLS)
        mock.assert_contract_kept()
        httpx.get(f"{mock.url}{SESSION}?refresh_ttl=maybe", headers=ADA, verify=NO_TLS)
        with pytest.raises(AssertionError, match=r"(?s)broken by #2 GET .*specs/rallyhere.yaml:\d+:\d+"):
            mock.assert_contract_kept()


@pytest.mark.parametrize("by_prefix", [True, False])
def test_two_hundred_tests_at_once_each_see_only_their_own_writes(mock: MockServer, by_prefix: bool) -> None:
    """Each creates a session in a world of its own, chosen by header or by the prefix of the path alone."""
    client = httpx.Client(headers=ADA, timeout=30, verify=NO_TLS)

    def one_test(number: int) -> tuple[int, int, set[str]]:
        world = f"test-{by_prefix}-{number}".lower()
        base = f"{mock.url}/@{world}" if by_prefix else mock.url
        headers = {} if by_prefix else {"x-mockade-world": world}
        settings = {"platform": "Steam", "input": "gamepad"}
        player = {"client_version": "1.0.0", "client_settings": settings, "team_id": 0}
        body = {
            "session_type": "party",
            "client_version": "1.0.0",
            "client_settings": settings,
            "player": {**player, "custom_data": {"number": str(number)}},
        }
        made = client.post(f"{base}/session/v1/session", json=body, headers=headers)
        session = client.get(f"{base}/session/v1/session/{made.json()['session_id']}", headers=headers)
        players = [player for team in session.json()["teams"] for player in team["players"]]
        entries = list(mock.other(world).journal)
        return made.status_code, len(entries), {player["custom_data"].get("number", "") for player in players}

    with client, ThreadPoolExecutor(20) as pool:
        results = list(pool.map(one_test, range(200)))
    assert results == [(200, 2, {str(number)}) for number in range(200)]


def test_an_unreachable_server_is_a_sentence() -> None:
    with MockServer("meshmap") as mock:
        world = mock.other("a")
    with pytest.raises(ControlError):
        world.clock.get()


@pytest.mark.parametrize("name", ["on_exchange", "tell"])
def test_each_finished_exchange_is_handed_over_under_the_new_name_and_the_earlier_one(name: str) -> None:
    exchanges: list[Any] = []
    listener: dict[str, Any] = {name: exchanges.append}
    with MockServer("meshmap", **listener) as mock:
        assert httpx.get(f"{mock.url}/nowhere", verify=NO_TLS).status_code == 404
    assert [exchange.path for exchange in exchanges if exchange.path == "/nowhere"] == ["/nowhere"]
