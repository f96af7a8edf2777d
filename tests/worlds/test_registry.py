"""Worlds by name: created on first use, and dropped when nobody uses them."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from mockade.worlds import registry as worlds_module
from tests.contracts import WIDGETS, contract, crud
from tests.harness import Mock

Serve = Callable[..., Mock]
V1 = "/_mockade/v1"


@pytest.fixture
def mock(serve: Serve) -> Mock:
    return serve(contract(crud("/widgets")), WIDGETS)


def names(mock: Mock) -> list[str]:
    return [world["name"] for world in mock.get(f"{V1}/worlds").json()["worlds"]]


def ids(mock: Mock, prefix: str = "", **options: object) -> list[str]:
    return [row["id"] for row in mock.get(f"{prefix}/widgets", **options).json()]


def test_one_world_too_many_is_refused_loudly(serve: Serve) -> None:
    mock = serve(contract(crud("/widgets")), WIDGETS, worlds=3)
    assert [mock.get(f"/@{name}/widgets").status_code for name in "abc"] == [200, 200, 503]
    assert mock.post(f"{V1}/worlds", json={"name": "c"}).status_code == 503
    assert mock.delete(f"{V1}/worlds/a").status_code == 204
    assert mock.get("/@c/widgets").status_code == 200


def test_a_world_that_nobody_uses_goes(mock: Mock, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1_000_000.0]
    monkeypatch.setattr(worlds_module, "steady_time", lambda: now[0])
    mock.delete("/@a/widgets/w1")
    mock.get("/@b/widgets")
    now[0] += 3000
    mock.get("/@b/widgets")
    now[0] += 3000
    assert names(mock) == ["default", "b"]
    assert ids(mock, "/@a") == ["w1", "w2"]
    now[0] += 3601
    assert ids(mock, "/@b") == ["w1", "w2"]
    assert names(mock) == ["default", "b"]


def test_what_a_world_has_seen_stays_when_it_goes(mock: Mock, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1_000_000.0]
    monkeypatch.setattr(worlds_module, "steady_time", lambda: now[0])
    mock.get("/@a/widgets")
    now[0] += 4000
    assert names(mock) == ["default"]
    told = mock.get(f"{V1}/coverage?merged=true&items=none").json()
    assert (told["requests"], told["totals"]["operations"]["seen"]) == (1, 1)


def test_a_clock_of_the_machine_that_is_set_takes_no_world(
    mock: Mock, monkeypatch: pytest.MonkeyPatch
) -> None:
    mock.delete("/@a/widgets/w1")
    monkeypatch.setattr(time, "time", lambda: 4e9)
    assert names(mock) == ["default", "a"]
    assert ids(mock, "/@a") == ["w2"]


def test_a_world_is_looked_at_without_being_made(mock: Mock) -> None:
    assert mock.get(f"{V1}/worlds/nowhere").status_code == 404
    assert names(mock) == ["default"]
    mock.get("/@here/widgets")
    found = mock.get(f"{V1}/worlds/here").json()
    assert (found["name"], found["rows"], found["exchanges"], found["seed"]) == ("here", 2, 1, 0)


def test_a_world_with_a_request_under_way_is_not_idle(mock: Mock, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1_000_000.0]
    monkeypatch.setattr(worlds_module, "steady_time", lambda: now[0])
    world = mock.worlds.get_or_create("slow")
    world.request_began()
    now[0] += 10_000
    assert names(mock) == ["default", "slow"]
    world.request_ended()
    assert names(mock) == ["default"]
