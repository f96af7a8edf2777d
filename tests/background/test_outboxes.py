"""Outboxes of any API (`background/deliveries.py`), also over a reload."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from mockade.testing import MockServer
from mockade.worlds.journal import Exchange
from tests.contracts import contract, crud
from tests.live import Life, Live
from tests.receivers import Receiver
from tests.servers import NO_TLS, TOO_LONG

POSTING = """
from mockade.handling import Collection
from mockade.outbox import Outbox, OutgoingRequest

def widgets_to_send(call, rows):
    if rows[0]["name"] == "unspeakable":
        raise ValueError("no words for it")
    return OutgoingRequest(rows[0]["name"], rows[0]["id"].encode())

def widgets_sent(call, rows, outcome):
    for row in rows:
        if row.get("size") == 1:
            raise ValueError("no room for it")
        if row.get("size") != 2:
            call.rows("widgets").remove(row.key)

collections = (Collection("widgets", holds="Widget", indexes={"new": lambda row: [row["id"]]}),)
outbox = Outbox("widgets", "new", request=widgets_to_send, ended=widgets_sent)
"""


@pytest.fixture
def shop(home: Callable[..., Path], start: Callable[..., MockServer]) -> Callable[..., MockServer]:
    """Serves an API that sends each of its widgets to the address that its name is."""
    specs = {"shop.yaml": contract(crud("/widgets"))}
    folder = home(specs=specs, fixtures={"shop.yaml": "widgets: []"}, apis={"shop.py": POSTING})
    return lambda: start(names=(), home=folder)


def wait_for(told: list[Exchange], words: str) -> Exchange:
    """What the server's log hears of, once it hears of it."""
    deadline = time.monotonic() + TOO_LONG
    while not (found := [one for one in told if words in one.reason]):
        assert time.monotonic() < deadline, told
    return found[0]


def test_any_api_can_have_an_outbox(shop: Callable[..., MockServer], receiver: Receiver) -> None:
    mock = shop()
    assert (
        httpx.post(f"{mock.url}/widgets", json={"id": "w1", "name": receiver.url}, verify=NO_TLS).status_code
        == 201
    )
    assert receiver.next().body == b"w1"


def test_after_a_reload_the_new_module_says_what_is_sent(
    live: Callable[..., Live], receiver: Receiver
) -> None:
    one = live(fixtures="widgets: []", handlers=POSTING)

    async def post(key: str) -> None:
        response = await one.send("POST", "/widgets", json={"id": key, "name": receiver.url})
        assert response.status_code == 201

    async def came() -> bytes:
        return (await asyncio.to_thread(receiver.next)).body

    async def story() -> list[bytes]:
        async with Life(one.switch):
            await post("w1")
            first = await came()
            receiver.answers.put(receiver.held)
            await post("w2")
            held = await came()
            one.write(
                apis={"shop.py": POSTING.replace('rows[0]["id"].encode()', 'b"new " + rows[0].key.encode()')}
            )
            one.read_again(asyncio.get_running_loop())
            called_back = await came()
            receiver.let_go.set()
            await post("w3")
            return [first, held, called_back, await came()]

    assert one.run(story()) == [b"w1", b"w2", b"new w2", b"new w3"]


def test_after_a_reload_that_ends_an_api_nothing_of_it_is_sent(
    live: Callable[..., Live], receiver: Receiver
) -> None:
    one = live(fixtures="widgets: []", handlers=POSTING)
    receiver.answers.put(receiver.held)

    async def story() -> None:
        async with Life(one.switch):
            await one.send("POST", "/widgets", json={"id": "w1", "name": receiver.url})
            await asyncio.to_thread(receiver.next)
            one.write(specs={"inn.yaml": contract(crud("/rooms"))})
            for path in ("specs/shop.yaml", "fixtures/shop.yaml", "apis/shop.py"):
                (one.home / path).unlink()
            one.read_again(asyncio.get_running_loop())
            while not one.said:
                await asyncio.sleep(0)
            assert (await one.send("GET", "/rooms")).status_code == 200

    one.run(story())
    assert [exchange.reason for exchange in one.told if not exchange.method] == []
    assert receiver.is_quiet()


def test_an_outbox_that_does_not_know_what_to_send_stops_no_other(
    shop: Callable[..., MockServer], receiver: Receiver, told: list[Exchange]
) -> None:
    mock = shop()
    httpx.post(f"{mock.url}/widgets", json={"id": "w1", "name": "unspeakable"}, verify=NO_TLS)
    httpx.post(f"{mock.url}/widgets", json={"id": "w2", "name": receiver.url}, verify=NO_TLS)
    assert receiver.next().body == b"w2"
    fault = wait_for(told, "widgets_to_send failed: ValueError: no words for it")
    assert "in widgets_to_send" in fault.traceback


@pytest.mark.parametrize("size", [1, 2])
def test_what_an_outbox_does_not_take_out_is_not_sent_over_and_over(
    shop: Callable[..., MockServer], receiver: Receiver, told: list[Exchange], size: int
) -> None:
    mock = shop()
    httpx.post(f"{mock.url}/widgets", json={"id": "w1", "name": receiver.url, "size": size}, verify=NO_TLS)
    assert receiver.next().body == b"w1"
    wait_for(told, {1: "widgets_sent failed: ValueError: no room for it", 2: "200"}[size])
    httpx.post(f"{mock.url}/widgets", json={"id": "w2", "name": receiver.url}, verify=NO_TLS)
    assert {receiver.next().body, receiver.next().body} == {b"w1", b"w2"}
