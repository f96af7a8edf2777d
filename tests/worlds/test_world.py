"""Worlds: copies that share no change, a journal of what each call did, and a way back.

That one is kept in this process alone stands in `worlds/keeping.py`.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.contracts import WIDGETS, contract, crud
from tests.harness import Mock

Serve = Callable[..., Mock]


def test_two_worlds_share_no_change(serve: Serve) -> None:
    mock = serve(contract(crud("/widgets")), WIDGETS)
    mock.delete("/widgets/w1")
    assert mock.get("/@second/widgets/w1").status_code == 200
    mock.post("/@second/widgets", json={"id": "w3", "name": "x"})
    assert [row["id"] for row in mock.get("/widgets").json()] == ["w2"]
    assert [one.method for one in mock.worlds.get_or_create("second").journal] == ["GET", "POST"]


def test_a_reset_world_is_as_it_started(serve: Serve) -> None:
    mock = serve(contract(crud("/widgets")), WIDGETS)
    before = mock.get("/widgets").json()
    mock.delete("/widgets/w1")
    mock.world.reset("test")
    assert mock.get("/widgets").json() == before


def test_the_journal_tells_what_each_call_changed(serve: Serve) -> None:
    mock = serve(contract(crud("/widgets")), WIDGETS)
    mock.patch("/widgets/w1", json={"name": "New"})
    (change,) = mock.last.changes
    assert (change.api, change.collection, change.key) == ("shop", "widgets", "w1")
    assert (change.before, change.after) == ({"id": "w1", "name": "One"}, {"id": "w1", "name": "New"})
    mock.patch("/widgets/w1", json={"name": "New"})
    assert mock.last.changes == []
    refused = mock.patch("/widgets/w1", json={"name": None})
    assert refused.status_code == 400
    assert mock.last.changes == ()
    assert mock.last.reason


def test_the_recorder_tells_of_every_exchange_whatever_became_of_it(serve: Serve) -> None:
    mock = serve(contract(crud("/widgets")), WIDGETS)
    for path in ("/widgets", "/widgets/nope", "/nowhere", "/_mockade/v1/health"):
        mock.get(path)
    told = [(one.path, one.status, one.answered_by, one.operation) for one in mock.told]
    assert told == [
        ("/widgets", 200, "shape", "get_widgets"),
        ("/widgets/nope", 404, "shape", "get_widgets_id"),
        ("/nowhere", 404, "engine", ""),
        ("/_mockade/v1/health", 200, "control", "getHealth"),
    ]
    assert all(one.took > 0 for one in mock.told)
    assert list(mock.world.journal) == mock.told[:3]


@pytest.mark.parametrize("part", ["baseline", "faults", "snapshots", "is_busy", "last_used"])
def test_a_part_of_a_world_is_read_from_outside_and_changed_by_its_methods(serve: Serve, part: str) -> None:
    world = serve(contract(crud("/widgets"))).world
    with pytest.raises(AttributeError):
        setattr(world, part, getattr(world, part))


def test_a_snapshot_that_was_read_stays_as_it_was(serve: Serve) -> None:
    world = serve(contract(crud("/widgets"))).world
    world.keep_snapshot("one", world.state, "takeSnapshot")
    before = world.snapshots
    world.keep_snapshot("two", world.state, "takeSnapshot")
    world.delete_snapshot("one", "test")
    assert list(before) == ["one"]
    assert list(world.snapshots) == ["two"]
