"""One entry taken back: its rows at their places, with what was due to them, and nothing of others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.contracts import WIDGETS
from tests.harness import Mock
from tests.live import HANDLERS, widgets

V1 = "/_mockade/v1"
STATE = f"{V1}/state/shop/widgets"


@pytest.fixture
def mock(serve: Callable[..., Mock]) -> Mock:
    """Of two widgets, of which the first is due to rot once somebody has looked at it."""
    mock = serve(widgets(size={"type": "integer"}), WIDGETS, HANDLERS)
    mock.get("/widgets/w1")
    return mock


def entry(answer: httpx.Response) -> int:
    return int(answer.headers["x-mockade-exchange"])


def undo(mock: Mock, answer: httpx.Response) -> httpx.Response:
    return mock.post(f"{V1}/journal/{entry(answer)}/undo")


def whole(mock: Mock) -> Any:
    return mock.get(f"{V1}/state/shop/widgets").json(), mock.get(f"{V1}/timeline").json()


def test_a_deleted_row_is_back_at_its_place_with_what_was_due_to_it(mock: Mock) -> None:
    before = whole(mock)
    assert len(before[0]["rows"]) == 2
    assert len(before[1]["events"]) == 1
    deleted = mock.delete(f"{STATE}/w1")
    assert undo(mock, deleted).json() == {"rows": 1}
    assert whole(mock) == before
    newest = mock.get(f"{V1}/journal").json()["exchanges"][-1]
    assert (newest["operation"], newest["reason"]) == ("undoEntry", f"Of #{entry(deleted)}.")
    assert [one["before"] for one in newest["changes"]] == [None]


def test_what_others_did_meanwhile_stays(mock: Mock) -> None:
    deleted = mock.delete(f"{STATE}/w1")
    mock.patch(f"{STATE}/w2", json={"name": "Two"})
    mock.put(f"{STATE}/w3", json={"id": "w3", "name": "Three"})
    mock.post(f"{V1}/clock/advance", json={"by": "1s"})
    now = mock.state.clock.now()
    assert undo(mock, deleted).status_code == 200
    names = [row["name"] for row in mock.get(STATE).json()["rows"]]
    assert names == ["One", "Two", "Three"]
    assert mock.state.clock.now() == now


def test_what_was_due_meanwhile_happens_when_its_row_is_back(mock: Mock) -> None:
    deleted = mock.delete(f"{STATE}/w1")
    mock.post(f"{V1}/clock/advance", json={"by": "2m"})
    assert undo(mock, deleted).status_code == 200
    assert mock.get(f"{STATE}/w1").status_code == 404
    assert mock.get(f"{V1}/journal").json()["exchanges"][-1]["operation"] == "rot"


def test_a_row_that_was_made_again_is_not_overwritten(mock: Mock) -> None:
    deleted = mock.delete(f"{STATE}/w1")
    mock.put(f"{STATE}/w1", json={"id": "w1", "name": "Another"})
    before = whole(mock)
    answer = undo(mock, deleted)
    assert (answer.status_code, "widgets 'w1'" in answer.json()["detail"]) == (409, True)
    assert whole(mock) == before


def test_a_change_and_an_addition_are_taken_back_too(mock: Mock) -> None:
    before = whole(mock)
    changed = mock.patch(f"{STATE}/w1", json={"name": "Eins"})
    added = mock.put(f"{STATE}/w3", json={"id": "w3", "name": "Three"})
    assert undo(mock, changed).status_code == undo(mock, added).status_code == 200
    assert whole(mock) == before


def test_what_a_client_did_is_taken_back_and_undoing_can_be_undone(mock: Mock) -> None:
    deleted = mock.delete("/widgets/w2")
    assert deleted.status_code == 204
    undo(mock, deleted)
    last = mock.get(f"{V1}/journal").json()["exchanges"][-1]
    assert mock.get(f"{STATE}/w2").status_code == 200
    assert mock.post(f"{V1}/journal/{last['id']}/undo").status_code == 200
    assert mock.get(f"{STATE}/w2").status_code == 404


def test_twice_is_once(mock: Mock) -> None:
    deleted = mock.delete(f"{STATE}/w1")
    assert [undo(mock, deleted).status_code for _ in range(2)] == [200, 409]


def test_what_changed_no_row_or_is_not_kept_cannot_be_undone(mock: Mock) -> None:
    read = mock.get("/widgets/w2")
    answer = undo(mock, read)
    assert (answer.status_code, "rewind" in answer.json()["detail"]) == (409, True)
    assert mock.post(f"{V1}/journal/99/undo").status_code == 404
    assert mock.post(f"{V1}/journal/99/undo", headers={"x-mockade-world": "other"}).status_code == 404


def test_a_row_of_before_a_reset_comes_back_and_new_rows_stand_behind_it(mock: Mock) -> None:
    mock.put(f"{STATE}/w3", json={"id": "w3", "name": "Three"})
    deleted = mock.delete(f"{STATE}/w3")
    mock.post(f"{V1}/reset")
    assert undo(mock, deleted).status_code == 200
    mock.put(f"{STATE}/a4", json={"id": "a4", "name": "Four"})
    assert [row["id"] for row in mock.get(STATE).json()["rows"]] == ["w1", "w2", "w3", "a4"]
