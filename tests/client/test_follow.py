"""A journal that is followed (`client/follow.py`, `client/events.py`): every entry once, over restarts."""

from __future__ import annotations

import json
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

    def stream(self, path: str, _headers: dict[str, str], **_query: Any) -> Iterator[bytes]:
        """It is of before there were streams."""
        if self.trouble:
            raise self.trouble
        raise ControlError(404, f"There is no {path}.")
        yield b""


class Streamed:
    """A world of a server that streams: what each connection brings, or the refusal that it is."""

    url, world = "http://played", "w"

    def __init__(self, *connections: str | ControlError) -> None:
        self.connections = iter(connections)
        self.seen: list[str] = []

    def stream(self, path: str, headers: dict[str, str], **query: Any) -> Iterator[bytes]:
        assert (path, query) == ("/worlds/w/events", {"after": 0})
        self.seen.append(headers.get("Last-Event-ID", ""))
        brought = next(self.connections, None)
        if brought is None:
            raise Over
        if isinstance(brought, ControlError):
            raise brought
        yield from brought.encode().splitlines(keepends=True)

    def look(self) -> dict[str, Any]:
        raise ABSENT


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


def start(mark: str = "a") -> str:
    return f"retry: 1000\nid: {mark}.0\nevent: start\ndata: {{}}\n\n"


def entries(*numbers: int, mark: str = "a") -> str:
    told = {one: json.dumps({"id": one, "request": {"path": f"/{one}"}}) for one in numbers}
    return "".join(f"id: {mark}.{one}\nevent: exchange\ndata: {data}\n\n" for one, data in told.items())


def streamed(*connections: str | ControlError) -> tuple[list[str], list[str]]:
    """What a follower says of these connections, and behind which events it took them up."""
    world = Streamed(*connections)
    said: list[str] = []
    try:
        for one in follow(world, nothing):  # type: ignore[arg-type]  # it stands in for a Remote
            said.append(one if isinstance(one, str) else one["request"]["path"])
    except Over:
        return said, world.seen
    raise AssertionError("a follower does not end by itself")


def test_a_stream_is_taken_up_where_it_broke_off() -> None:
    half = entries(3)[:-20]  # the connection broke in the middle of it
    said, seen = streamed(start() + entries(1, 2) + half, start() + ": still here\n\n" + entries(3))
    assert said == ["/1", "/2", "/3"]
    assert seen == ["", "a.2", "a.3"]


def test_what_a_stream_lost_is_told_once_somebody_followed() -> None:
    lost = 'id: a.4\nevent: lost\ndata: {"first": 3, "last": 4}\n\n'
    said, _ = streamed(start() + lost + entries(5), start() + lost)
    assert said == ["/5", "The journal forgot 2 entries before they could be read; --journal keeps more."]


def test_a_server_that_went_and_came_back_anew_is_one_sentence() -> None:
    anew = start("b") + "id: b.0\nevent: anew\ndata: {}\n\n"
    said, seen = streamed(start() + entries(1), GONE, GONE, anew + entries(1, mark="b"), anew)
    assert said == [
        "/1",
        "The server at http://played has gone; waiting for it to come back.",
        "/1",
        "The journal begins anew: its server was started again, or its world made again.",
    ]
    assert seen == ["", "a.1", "a.1", "a.1", "b.1", "b.0"]


def test_a_world_that_goes_and_is_made_again_is_waited_for() -> None:
    gone = 'id: a.1\nevent: gone\ndata: {"world": "w"}\n\n'
    said, _ = streamed(ABSENT, ABSENT, start() + entries(1) + gone, ABSENT)
    sentence = "There is no world 'w' yet; waiting for somebody to use it."
    assert said == [sentence, "/1", sentence]


@pytest.mark.parametrize("error", [GONE, ControlError(401, "No token."), ControlError(409, "--journal 0")])
def test_a_stream_that_is_refused_ends_it(error: ControlError) -> None:
    with pytest.raises(ControlError):
        streamed(error)
