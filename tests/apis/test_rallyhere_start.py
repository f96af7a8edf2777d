"""What a RallyHere world starts with: fixtures that go on from where they stand, and those that cannot be."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.apis.behaviours import bundled_fixtures, folder
from tests.apis.rallyhere import SESSION, created, read
from tests.harness import Mock

Make = Callable[..., Mock]


@pytest.fixture
def make(make_mock: Callable[..., Mock], home: Callable[..., Path]) -> Make:
    """A mock of the bundled fixtures after a change."""

    def changed(change: Callable[[dict[str, Any]], None], **options: Any) -> Mock:
        fixtures = bundled_fixtures("rallyhere")
        change(fixtures)
        return make_mock("rallyhere", home=home(fixtures=folder("rallyhere", fixtures)), **options)

    return changed


def test_sessions_that_wait_in_the_fixtures_look_for_their_match(make: Make) -> None:
    def two_that_wait(fixtures: dict[str, Any]) -> None:
        fixtures["sessions"] = [
            {
                **session,
                "type": "party",
                "teams": session["teams"][:1],
                "matchmaking": {"ticket_id": f"t-{number}", "queue_id": "ranked-duel"},
            }
            for number, session in enumerate(fixtures["sessions"][:2])
        ]

    mock = make(two_that_wait, frozen=False)
    sessions = mock.get("/session/v1/player/me/session", token="cleo").json()["sessions"]
    assert len(sessions["ranked"]["pending_invites"]) == 1


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda all_of: all_of["templates"][0].update(_instance={"start": "soon"}), "soon"),
        (lambda all_of: all_of["templates"][0].update(_instance="reads"), "reads"),
        (lambda all_of: all_of["templates"][0].update(_instance={"count": "3"}), "whole"),
        (lambda all_of: all_of["templates"][0].update(_instance={"cuont": 3}), "cuont"),
        (lambda all_of: all_of["queues"][0].update(_session_type="chess"), "chess"),
        (lambda all_of: all_of["queues"][0].update(_seconds="soon"), "_seconds of the queue"),
        (lambda all_of: all_of["queues"][0].update(_players="two"), "_players of the queue"),
        (lambda all_of: all_of["sessions"][0].update(_lifetime="long"), "_lifetime of the session"),
        (lambda all_of: all_of["behaviour"].update(health_cadence_seconds=0), "health_cadence_seconds"),
        (
            lambda all_of: all_of["templates"][0].update(
                auto_startup_instance_template_id="b0000000-0000-4000-8000-000000000009"
            ),
            "instance request template",
        ),
    ],
)
def test_what_cannot_be_stops_the_start_and_says_why(
    make: Make, change: Callable[[dict[str, Any]], None], named: str
) -> None:
    with pytest.raises(Exception, match=named):
        make(change)


def test_what_comes_due_after_its_session_has_gone_does_nothing(make: Make) -> None:
    mock = make(lambda _: None)
    party = created(mock, "ada", "party")
    mock.post(f"{SESSION}/{party}/instance", token="ada", json={"instance_id": "mine"})
    report = {"instance_health": "healthy", "instance_id": "mine"}
    mock.post(f"{SESSION}/{party}/instance/health", token="ada", json=report)
    mock.post(f"{SESSION}/{party}/queue", token="ada", json={"queue_id": "ranked-shut"})
    due = mock.state.timeline
    assert {event.action for _, event in due.events()} >= {"session_expires", "instance_advances"}
    mock.delete(f"{SESSION}/{party}/player/me", token="ada")
    assert mock.state.timeline.next() is None
    mock.world.state = mock.state._replace(timeline=due)
    mock.advance(24 * 3600)
    assert read(mock, "ada", party).status_code == 404
