"""A journal that is followed: every entry once, over restarts of the server."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from mockade.client.follow import follow
from mockade.client.remote import ControlError

GONE = ControlError(0, "No Mockade can be reached.")
ABSENT = ControlError(404, "There is no world.")


class Played:
    """A world's journal, played; `trouble` is raised instead of an answer while it is there."""

    url, world = "http://played", "w"

    def __init__(self) -> None:
        self.entries: list[dict[str, Any]] = []
        self.trouble: Exception | None = None
        self.asked = 0
        self.journal = self

    def note(self, *paths: str, start: str = "first") -> None:
        for path in paths:
            number = self.entries[-1]["id"] + 1 if self.entries else 1
            request = {"path": path}
            entry = {
                "id": number,
                "time": start,
                "request": request,
                "api": "",
                "operation": "",
                "caller": "",
            }
            self.entries.append(entry)

    def look(self) -> dict[str, Any]:
        self.asked += 1
        if self.trouble:
            raise self.trouble
        return {"exchanges": len(self.entries)}

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return self.after(0)

    def after(self, id: int) -> Iterator[dict[str, Any]]:
        return (entry for entry in list(self.entries) if entry["id"] > id)


class Over(Exception):
    """The play has no more acts."""


def heard(world: Played, *acts: Any) -> list[str]:
    """What a follower says: paths of entries, and sentences; between two readings an act happens."""
    play = iter(acts)

    def wait() -> None:
        try:
            act = next(play)
        except StopIteration:
            raise Over from None
        act()

    said: list[str] = []
    try:
        for one in follow(world, wait):  # type: ignore[arg-type]  # it stands in for a Remote
            said.append(one if isinstance(one, str) else one["request"]["path"])
    except Over:
        return said
    raise AssertionError("a follower does not end by itself")


def nothing() -> None:
    return


@pytest.fixture
def world() -> Played:
    return Played()


def test_entries_come_once_each_in_their_order(world: Played) -> None:
    world.note("/1", "/2")
    assert heard(world, nothing, lambda: world.note("/3"), nothing, nothing) == ["/1", "/2", "/3"]


def test_a_journal_that_is_empty_at_first_is_waited_for(world: Played) -> None:
    assert heard(world, nothing, lambda: world.note("/1"), nothing) == ["/1"]


def trouble(world: Played, error: Exception | None) -> Any:
    def act() -> None:
        world.trouble = error

    return act


def anew(world: Played, *paths: str) -> Any:
    def act() -> None:
        world.trouble = None
        world.entries = []
        world.note(*paths, start="second")

    return act


def test_a_server_that_was_away_is_one_sentence(world: Played) -> None:
    world.note("/1", "/2")
    back = trouble(world, None)
    said = heard(world, trouble(world, GONE), nothing, nothing, back, nothing, lambda: world.note("/3"))
    assert said == [
        "/1",
        "/2",
        "The server at http://played has gone; waiting for it to come back.",
        "/3",
    ]


@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_a_server_that_was_started_again_is_one_sentence_and_its_entries_come_from_the_first(
    world: Played, count: int
) -> None:
    world.note("/1", "/2")
    fresh = [f"/new-{number}" for number in range(count)]
    after_absence = heard(
        world, trouble(world, GONE), nothing, anew(world, *fresh), nothing, lambda: world.note("/last")
    )
    assert len(after_absence) == 2 + 1 + count + 1
    assert [line for line in after_absence[2:] if line.startswith("/")] == [*fresh, "/last"]


@pytest.mark.parametrize("count", [1, 2, 3])
def test_a_restart_between_two_readings_is_noticed(world: Played, count: int) -> None:
    world.note("/1", "/2")
    fresh = [f"/new-{number}" for number in range(count)]
    said = heard(world, anew(world, *fresh), nothing)
    assert said[:2] == ["/1", "/2"]
    assert said[2].startswith("The journal begins anew")
    assert said[3:] == fresh


def test_what_was_forgotten_before_it_could_be_read_is_counted(world: Played) -> None:
    world.note("/1")

    def flood() -> None:
        world.note("/2", "/3", "/4", "/5")
        del world.entries[:3]

    said = heard(world, flood, nothing)
    assert said[0] == "/1"
    assert said[1].startswith("The journal forgot 2 entries before they could be read")
    assert said[2:] == ["/4", "/5"]


def test_a_world_that_is_not_there_yet_is_waited_for_and_not_made(world: Played) -> None:
    world.trouble = ABSENT
    said = heard(world, nothing, anew(world, "/1"), nothing)
    assert said == ["There is no world 'w' yet; waiting for somebody to use it.", "/1"]


@pytest.mark.parametrize("error", [GONE, ControlError(401, "No token.")])
def test_a_server_that_is_not_there_at_first_or_refuses_ends_it(world: Played, error: ControlError) -> None:
    world.trouble = error
    with pytest.raises(ControlError):
        heard(world)


def test_a_refusal_later_ends_it_too(world: Played) -> None:
    with pytest.raises(ControlError, match="No token"):
        heard(world, trouble(world, ControlError(401, "No token.")))
