"""RallyHere's presence and notifications: who may say what, and that nothing sent is missed."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest

from mockade.state.rows import Row
from mockade.state.transaction import Transaction
from tests.apis.rallyhere import ADA, BEN
from tests.apis.test_rallyhere_family import FAMILY, POLL
from tests.harness import Mock

PRESENCE, NOTES = "/presence/v1/player/me/presence", "/notification/v1/player/me/notification"


@pytest.fixture
def mock() -> Iterator[Mock]:
    with Mock(*FAMILY) as made:
        yield made


@pytest.mark.parametrize(
    "more",
    [
        {"player_uuid": BEN, "display_name": "X", "platform": "PSN"},
        {"platform": 7},
        {"display_name": ["x"]},
        {"last_seen": 5},
        {"player_id": "x", "zz": {}},
    ],
)
def test_one_says_of_oneself_what_the_contract_lets_one_say_and_of_nobody_else(
    mock: Mock, more: dict[str, Any]
) -> None:
    table = ("rallyhere_presence", "presences")
    ben = mock.state.table(*table).rows.get(BEN)
    before = mock.get(PRESENCE, token="ada").json()
    assert mock.patch(PRESENCE, token="ada", json={"message": "Hi", **more}).status_code == 200
    assert mock.get(PRESENCE, token="ada").json() == {**before, "message": "Hi"}
    assert mock.state.table(*table).rows.get(BEN) is ben


def test_a_notification_is_what_the_contract_lets_a_sender_say(mock: Mock) -> None:
    stray = {"zz": {}, "created": 5, "notification_id": "mine", "etag": "e"}
    sent = mock.post(NOTES, token="ada", json={"notifications": [{"message": "Hi", **stray}]})
    id = sent.json()["notification_id"]
    one = mock.get(f"{NOTES}/{id}", token="ada").json()
    assert id != "mine"
    assert one == {
        "message": "Hi",
        "etag": "e",
        "custom_data": {},
        "notification_id": id,
        "created": one["created"],
    }


def poll(mock: Mock, **query: Any) -> tuple[list[str], str]:
    """What a poll that does not wait is told, and its cursor."""
    answer = mock.get(POLL, token="ada", params={"deadline": 0, **query}).json()
    return [one["message"] for one in answer["notifications"]], answer["cursor"]


def send(mock: Mock, who: str, *messages: str) -> str:
    notes = [{"message": message} for message in messages]
    id: str = mock.post(NOTES, token=who, json={"notifications": notes}).json()["notification_id"]
    return id


def test_nothing_is_missed_between_two_polls_whatever_call_gave_the_cursor(mock: Mock) -> None:
    none, cursor = poll(mock)
    send(mock, "ada", "one")
    assert (none, poll(mock, exclude_before=cursor)[0]) == ([], ["one"])
    others = send(mock, "ben", "not hers")
    assert send(mock, "ada") == others  # sending nothing gives the newest of all
    _, newest = poll(mock)
    send(mock, "ada", "two", "three")
    for known in (others, newest):
        assert poll(mock, exclude_before=known)[0] == ["two", "three"]
        assert poll(mock, exclude_before=known, max_page_size=1)[0] == ["two"]


@pytest.mark.parametrize("cursor", ["000000000009", "zz", "00000000000\uff11", "1", ADA])
def test_a_cursor_that_no_call_gave_is_reset_by_the_strategy(mock: Mock, cursor: str) -> None:
    send(mock, "ada", "one")
    latest = poll(mock, exclude_before=cursor)
    earliest = poll(mock, exclude_before=cursor, offset_reset_strategy="earliest")
    assert (latest, earliest) == (([], "000000000001"), (["one"], "000000000001"))


def test_notifications_go_by_the_order_of_sending_whatever_fixtures_call_theirs(mock: Mock) -> None:
    notes = mock.apis["rallyhere_notification"].collections["notifications"].collection
    for id in ("welcome", "000000000003"):
        values = {"notification_id": id, "message": id, "created": "2026-01-05T12:00:00.000Z"}
        row = Row(values, key=id, beside={"player": ADA})
        mock.world.transact(partial(Transaction.put, api="rallyhere_notification", collection=notes, row=row))
    assert poll(mock, offset_reset_strategy="earliest")[0] == ["welcome", "000000000003"]
    others = send(mock, "ben", "not hers")
    none, latest = poll(mock)
    sent = send(mock, "ada", "new")
    assert (none, len({others, sent, "000000000003"})) == ([], 3)
    assert poll(mock, exclude_before="welcome")[0] == ["000000000003", "new"]
    assert poll(mock, exclude_before=latest)[0] == poll(mock, exclude_before=others)[0] == ["new"]
    page = mock.get(NOTES, token="ada", params={"page_size": 2, "exclude_before": "zz"}).json()
    rest = mock.get(NOTES, token="ada", params={"start_at": page["cursor"]}).json()
    ids = [[one["notification_id"] for one in found["notifications"]] for found in (page, rest)]
    assert ids == [[sent, "000000000003"], ["welcome"]]
    assert mock.get(NOTES, token="ada", params={"exclude_before": sent}).json()["notifications"] == []


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({}, "offline"),
        ({"status": "online"}, "offline"),
        ({"status": "online", "last_seen": "2026-01-05T13:59:30+02:00"}, "online"),
        ({"status": "away", "last_seen": "2026-01-05T12:58:30+01:00"}, "offline"),
    ],
)
def test_a_presence_of_a_fixture_needs_no_status_and_may_be_in_any_time_zone(
    mock: Mock, said: dict[str, Any], status: str
) -> None:
    presences = mock.apis["rallyhere_presence"].collections["presences"].collection
    row = Row({"player_uuid": BEN, "display_name": "Ben", "platform": "Steam", **said}, key=BEN)
    mock.world.transact(partial(Transaction.put, api="rallyhere_presence", collection=presences, row=row))
    others = mock.get(f"/presence/v1/player/uuid/{BEN}/presence", token="ada")
    assert (others.status_code, others.json()["status"]) == (200, status)
    assert mock.patch(PRESENCE, token="ben", json={"message": "Hi"}).status_code == 200
    assert mock.get(PRESENCE, token="ben").json()["status"] == said.get("status", "offline")
