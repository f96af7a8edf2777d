"""A call that waits in a world that is reset, restored, rewound or deleted is not deaf to what comes then."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mockade.state.rows import Row
from tests.harness import Mock
from tests.middleware.test_long_polls import HANDLERS, SPEC, Polls

V1 = "/_mockade/v1"
MEMO_HANDLERS = f"""{HANDLERS.partition("runs = []")[0]}
def poll(call, name, seconds):
    found, known = list(call.rows("widgets")), call.memo
    known = len(found) if known is None else known
    return found[known:] if found[known:] or call.timed_out else Wait("widgets", seconds, memo=known)
"""


@pytest.fixture
def news(serve: Callable[..., Mock]) -> Polls:
    """Polls that wait for more rows than there were when they came, which they keep in mind."""
    return Polls(serve(SPEC, "widgets: []\nothers: []\n", MEMO_HANDLERS))


@pytest.mark.parametrize("back", ["reset", "snapshots/one/restore", "journal/{}/rewind"])
def test_a_call_that_waits_in_a_world_that_is_set_back_begins_anew(news: Polls, back: str) -> None:
    mock = news.mock
    mock.post(f"{V1}/snapshots", json={"name": "one"})
    news.create("w1")
    number = mock.last.id
    news.create("w2")
    task = news.poll()
    answer = mock.post(f"{V1}/{back.format(number)}")
    assert answer.status_code == 200, answer.text
    news.create("new")
    assert [row["id"] for row in news.answer(task).json()] == ["new"]


def test_what_comes_right_after_a_world_was_set_back_is_not_missed(news: Polls) -> None:
    world, widgets = news.mock.world, news.mock.apis["shop"].collections["widgets"].collection
    news.create("w1")
    task = news.poll()
    world.reset("resetWorld")  # none who waits has his turn between the two
    world.transact(
        lambda transaction: transaction.put("shop", widgets, Row({"id": "new", "name": "n"}, key="new"))
    )
    assert [row["id"] for row in news.answer(task).json()] == ["new"]


def test_in_a_world_that_is_set_back_its_time_counts_from_then(news: Polls) -> None:
    news.mock.advance(1000)
    news.create("w1")
    task = news.poll()
    news.mock.post(f"{V1}/reset")
    news.mock.advance(24.9)
    news.turns(5)
    assert not task.done()
    news.mock.advance(0.2)
    assert news.answer(task).json() == []


def test_a_world_that_is_deleted_ends_its_polls_with_their_answer(news: Polls) -> None:
    there, elsewhere = (news.poll(headers={"x-mockade-world": name}) for name in ("w", "v"))
    assert news.mock.delete(f"{V1}/worlds/w").status_code == 204
    assert news.mock.post(f"{V1}/worlds", json={"name": "w"}).is_success
    answer = news.answer(there)
    assert (answer.status_code, answer.json(), elsewhere.done()) == (200, [], False)
    elsewhere.cancel()
