"""Deliveries of worlds (`background/deliveries.py`): each its own, also when it is reset, rewound or gone."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mockade.background import deliveries as sending
from mockade.testing import MockServer
from tests.background.webhooks import Game
from tests.receivers import Receiver, answer


def test_two_worlds_send_what_is_theirs(start: Callable[..., MockServer], play: Callable[..., Game]) -> None:
    server = start()
    one, other = play(server, "one"), play(server, "other")
    with Receiver() as here, Receiver() as there:
        ours, theirs = one.register(here.url), other.register(there.url)
        here.answers.put(here.held)
        one.pay("t1")
        assert here.next().transactions == ["t1"]
        other.pay("t2")
        assert there.next().transactions == ["t2"]
        other.until(theirs, "SUCCESS")
        assert [sent["status"] for sent in one.log(ours)] == ["PENDING"]
        here.let_go.set()
        one.until(ours, "SUCCESS")
        assert here.is_quiet()
        assert there.is_quiet()


def test_a_world_with_slow_receivers_leaves_the_others_their_turn(
    start: Callable[..., MockServer], play: Callable[..., Game]
) -> None:
    server = start()
    one, other = play(server, "one"), play(server, "other")
    with Receiver() as slow, Receiver() as quick:
        for _ in range(sending.MOST_PER_WORLD + 2):
            one.register(slow.url, timeoutMs=30000)
            slow.answers.put(slow.held)
        one.pay("t1")
        for _ in range(sending.MOST_PER_WORLD):
            slow.next()
        theirs = other.register(quick.url)
        other.pay("t2")
        other.until(theirs, "SUCCESS")
        assert slow.is_quiet()
        slow.let_go.set()
        for _ in range(2):
            assert slow.next().transactions == ["t1"]


def test_a_refused_call_sends_nothing(game: Game, receiver: Receiver) -> None:
    webhook = game.register(receiver.url)
    with pytest.raises(AssertionError, match="CONFLICT"):
        game.pay("txn-1")
    game.pay("t2")
    assert receiver.next().transactions == ["t2"]
    game.until(webhook, "SUCCESS")


def test_a_reset_drops_the_result_of_what_is_on_its_way(game: Game, receiver: Receiver) -> None:
    receiver.answers.put(receiver.held)
    first = game.register(receiver.url)
    game.pay("t1")
    receiver.next()
    game.control("POST", "/worlds/default/reset")
    second = game.register(receiver.url)  # same seed, same ids: this is not the delivery that was
    game.pay("t1")
    assert receiver.next().transactions == ["t1"]
    assert second["id"] == first["id"]
    receiver.let_go.set()
    [sent] = game.until(second, "SUCCESS")
    assert sent["responseBody"] == "thanks"


def test_a_webhook_that_is_removed_on_the_way_leaves_nothing(game: Game, receiver: Receiver) -> None:
    receiver.answers.put(receiver.held)
    webhook = game.register(receiver.url)
    game.pay("t1")
    receiver.next()
    game("DELETE", f"/webhooks/{webhook['id']}")
    other = game.register(receiver.url)
    game.pay("t2")
    assert receiver.next().transactions == ["t2"]
    receiver.let_go.set()
    game.until(other, "SUCCESS")
    rows = [
        one for one in game.control("GET", "/journal")["exchanges"] if one["operation"] == "delivery_ended"
    ]
    assert len(rows) == 1


def test_a_removed_webhook_is_not_tried_again(game: Game, receiver: Receiver) -> None:
    receiver.answers.put(answer(500))
    webhook = game.register(receiver.url)
    game.pay("t1")
    game.until(webhook, "RETRYING")
    receiver.next()
    game("DELETE", f"/webhooks/{webhook['id']}")
    game.advance("1h")
    other = game.register(receiver.url)
    game.pay("t2")
    assert receiver.next().transactions == ["t2"]
    game.until(other, "SUCCESS")


def test_a_world_that_is_gone_takes_its_deliveries_along(
    start: Callable[..., MockServer], play: Callable[..., Game], receiver: Receiver
) -> None:
    server = start()
    here, gone = play(server), play(server, "gone")
    receiver.answers.put(receiver.held)
    gone.register(receiver.url)
    gone.pay("t1")
    receiver.next()
    here.control("DELETE", "/worlds/gone")
    receiver.let_go.set()
    webhook = here.register(receiver.url)
    here.pay("t2")
    here.until(webhook, "SUCCESS")
    again = play(server, "gone")
    assert again("GET", "/webhooks")[-1]["id"] == 1


def test_a_rewound_world_sends_again_what_waited_then(game: Game, receiver: Receiver) -> None:
    webhook = game.register(receiver.url)
    game.pay("t1")
    receiver.next()
    game.until(webhook, "SUCCESS")
    entries = game.control("GET", "/journal")["exchanges"]
    [ended] = [one["id"] for one in entries if one["operation"] == "delivery_ended"]
    game.control("POST", f"/journal/{ended}/rewind")
    assert receiver.next().transactions == ["t1"]
    game.until(webhook, "SUCCESS")
