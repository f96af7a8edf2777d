"""What is to come in a world, over HTTP: listed, brought forward and put off."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.contracts import WIDGETS
from tests.harness import NOON, Mock
from tests.live import HANDLERS, widgets

V1 = "/_mockade/v1"


@pytest.fixture
def mock(serve: Callable[..., Mock]) -> Mock:
    mock = serve(widgets(size={"type": "integer"}), WIDGETS, HANDLERS)
    mock.get("/widgets/w1")
    return mock


def test_what_is_to_come_is_listed_and_can_be_brought_forward_to_now(mock: Mock) -> None:
    event = {"api": "shop", "action": "rot", "key": "w1"}
    assert mock.get(f"{V1}/timeline").json() == {"events": [{"at": "2026-01-05T12:01:00.000Z", **event}]}
    later = {"at": "2026-01-05T13:00:00.000Z"}
    assert mock.put(f"{V1}/timeline/shop/rot/w1", json=later).json() == {**later, **event}
    assert mock.get(f"{V1}/state/shop/widgets/w1").status_code == 200
    assert mock.put(f"{V1}/timeline/shop/rot/w1", json={"at": "2026-01-05T12:00:00Z"}).status_code == 200
    assert mock.get(f"{V1}/state/shop/widgets/w1").status_code == 404
    assert mock.state.clock.now() == NOON
    assert mock.get(f"{V1}/timeline").json() == {"events": []}


def test_only_what_is_to_come_can_be_moved(mock: Mock) -> None:
    answer = mock.put(f"{V1}/timeline/shop/rot/w7", json={"at": "2026-01-05T12:00:00Z"})
    assert (answer.status_code, "shop/rot/w1" in answer.json()["detail"]) == (404, True)
