"""What an API has to send is sent, over real HTTP to a real receiver, by a server that nothing holds up."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path

from mockade.testing import MockServer
from mockade.worlds.journal import Exchange
from tests.apis.behaviours import switched
from tests.background.webhooks import NOON, Game, signature
from tests.receivers import Received, Receiver, answer
from tests.servers import TOO_LONG


def test_a_payment_is_told_with_the_documented_headers_and_a_signature_that_holds(
    game: Game, receiver: Receiver
) -> None:
    webhook = game.register(receiver.url)
    game.pay("t1")
    came = receiver.next()
    assert came.path == "/hook"
    assert came.transactions == ["t1"]
    headers = {name.lower(): value for name, value in came.headers.items()}
    assert headers["content-type"] == "application/json"
    assert (headers["x-webhook-batch"], headers["x-webhook-count"]) == ("true", "1")
    assert headers["x-webhook-signature"] == signature(webhook["secret"], came.body)
    assert headers["host"] == f"127.0.0.1:{receiver.port}"
    [sent] = game.until(webhook, "SUCCESS")
    assert json.loads(came.body) == sent["payload"]
    assert (sent["attempt"], sent["responseStatus"], sent["responseBody"]) == (1, 200, "thanks")
    assert (sent["completedAt"], sent["nextRetryAt"]) == (NOON, None)


def test_the_journal_and_the_log_say_what_was_sent(
    game: Game, receiver: Receiver, told: list[Exchange]
) -> None:
    webhook = game.register(f"{receiver.url}?token=secret")
    game.pay("t1")
    game.until(webhook, "SUCCESS")
    entries = game.control("GET", "/journal")["exchanges"]
    [entry] = [one for one in entries if one["operation"] == "delivery_ended"]
    assert (entry["answered_by"], entry["api"], entry["request"]) == ("timeline", "playcamp", None)
    assert entry["reason"] == f"POST {receiver.url} 200"
    [change] = entry["changes"]
    assert [change[when]["status"] for when in ("before", "after")] == ["PENDING", "SUCCESS"]
    assert [one.reason for one in told if one.operation == "delivery_ended"] == [entry["reason"]]


def test_what_waits_together_goes_together_in_order_signed_as_one(game: Game, receiver: Receiver) -> None:
    webhook = game.register(receiver.url)
    receiver.answers.put(receiver.held)
    game.pay("t1")
    assert receiver.next().transactions == ["t1"]
    game.pay("t2", "t3", "t4")
    assert receiver.is_quiet()
    receiver.let_go.set()
    batch = receiver.next()
    assert batch.transactions == ["t2", "t3", "t4"]
    assert batch.headers["X-Webhook-Count"] == "3"
    assert batch.headers["X-Webhook-Signature"] == signature(webhook["secret"], batch.body)
    game.until(webhook, *["SUCCESS"] * 4)
    assert receiver.is_quiet()


def test_a_slow_receiver_delays_no_answer_and_no_other_receiver(game: Game, receiver: Receiver) -> None:
    slow = game.register(receiver.url, timeoutMs=30000)
    receiver.answers.put(receiver.held)
    with Receiver() as quick:
        other = game.register(quick.url)
        game.pay("t1")
        receiver.next()
        assert quick.next().transactions == ["t1"]
        game.pay("t2")
        assert quick.next().transactions == ["t2"]
        game.until(other, "SUCCESS", "SUCCESS")
        assert [one["status"] for one in game.log(slow)] == ["PENDING", "PENDING"]


def test_a_failed_delivery_is_tried_again_with_back_off_on_the_worlds_clock(
    game: Game, receiver: Receiver
) -> None:
    webhook = game.register(receiver.url, retryCount=2)
    for _ in range(3):
        receiver.answers.put(answer(500, b"down"))
    game.pay("t1")
    [sent] = game.until(webhook, "RETRYING")
    assert (sent["attempt"], sent["responseStatus"], sent["responseBody"]) == (1, 500, "down")
    assert (sent["nextRetryAt"], sent["completedAt"]) == ("2026-01-05T12:00:10.000Z", None)
    first = receiver.next()
    game.advance("9s")
    game.pay("t2")  # what is new goes at once, and what waits for its next try goes on waiting
    assert receiver.next().transactions == ["t2"]
    second = game.until(webhook, "RETRYING", "RETRYING")
    assert second[0]["nextRetryAt"] == "2026-01-05T12:00:19.000Z"
    game.advance("1s")
    again = receiver.next()
    assert (again.body, again.transactions) == (first.body, ["t1"])
    _, sent = game.until(webhook, "RETRYING", "RETRYING")
    while sent["attempt"] < 2:
        _, sent = game.log(webhook)
    assert sent["nextRetryAt"] == "2026-01-05T12:00:30.000Z"
    game.advance("20s")  # both are due, and go together
    assert receiver.next().transactions == ["t1", "t2"]
    both = game.until(webhook, "SUCCESS", "SUCCESS")
    assert [one["attempt"] for one in both] == [2, 3]


def test_a_delivery_fails_for_good_when_no_try_is_left(game: Game, receiver: Receiver) -> None:
    webhook = game.register(receiver.url, retryCount=0)
    receiver.answers.put(answer(404))
    game.pay("t1")
    [sent] = game.until(webhook, "FAILED")
    assert (sent["attempt"], sent["responseStatus"], sent["completedAt"]) == (1, 404, NOON)
    game.advance("1d")
    game.pay("t2")
    receiver.next()
    assert receiver.next().transactions == ["t2"]


def test_a_receiver_that_is_down_is_tried_again_until_it_is_up(game: Game) -> None:
    with Receiver() as gone:
        port = gone.port
    webhook = game.register(gone.url)
    game.pay("t1")
    [sent] = game.until(webhook, "RETRYING")
    assert sent["responseBody"].startswith("There was no answer: ")
    with Receiver(port) as back:
        game.advance("10s")
        assert back.next().transactions == ["t1"]
        game.until(webhook, "SUCCESS")


def test_a_late_try_is_signed_again(
    home: Callable[..., Path], play: Callable[..., Game], receiver: Receiver
) -> None:
    game = play(home=home(fixtures=switched("playcamp", webhook_signature="timestamped", retry_after=60)))
    webhook = game.register(receiver.url)
    receiver.answers.put(answer(503))
    game.pay("t1")
    game.until(webhook, "RETRYING")
    game.advance("1m")
    for moment in (1767614400, 1767614460):
        came: Received = receiver.next()
        digest = signature(webhook["secret"], f"{moment}.".encode() + came.body)
        assert came.headers["X-Webhook-Signature"] == f"t={moment},v1={digest}"


def test_a_server_that_ends_waits_a_little_and_begins_again_with_what_waited(
    play: Callable[..., Game], start: Callable[..., MockServer], receiver: Receiver
) -> None:
    server = start()
    receiver.answers.put(receiver.held)
    game = play(server)
    game.register(receiver.url, timeoutMs=30000)
    game.pay("t1")
    receiver.next()
    began = time.monotonic()
    server.stop()
    assert time.monotonic() - began < TOO_LONG / 2
    server.start()
    assert receiver.next().transactions == ["t1"]
