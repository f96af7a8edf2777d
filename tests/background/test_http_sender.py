"""One delivery: which hosts are sent to, how, and what counts as an answer."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from typing import Any

import httpx
import pytest

from mockade.background import http_sender as delivery
from mockade.outbox import Outcome, OutgoingRequest
from mockade.worlds.journal import Exchange
from tests.background.webhooks import Game
from tests.receivers import Receiver, answer


def cut_short(request: BaseHTTPRequestHandler) -> None:
    request.send_response(200)
    request.send_header("Content-Length", "1000")
    request.end_headers()
    request.wfile.write(b"half")


def hang_up(request: BaseHTTPRequestHandler) -> None:
    request.close_connection = True


def no_http(request: BaseHTTPRequestHandler) -> None:
    request.wfile.write(b"\x00\xffhello\r\n\r\n")


@pytest.mark.parametrize("how", [cut_short, hang_up, no_http])
def test_a_receiver_that_breaks_off_has_not_received(
    game: Game, receiver: Receiver, how: Callable[[BaseHTTPRequestHandler], None]
) -> None:
    webhook = game.register(receiver.url)
    receiver.answers.put(how)
    game.pay("t1")
    [sent] = game.until(webhook, "RETRYING")
    assert sent["responseStatus"] is None
    assert sent["responseBody"].startswith("There was no answer: ")
    game.advance("10s")
    game.until(webhook, "SUCCESS")


def test_an_answer_that_takes_too_long_is_not_waited_for(game: Game, receiver: Receiver) -> None:
    webhook = game.register(receiver.url, timeoutMs=1000, retryCount=0)
    receiver.answers.put(receiver.held)
    game.pay("t1")
    [sent] = game.until(webhook, "FAILED")
    assert sent["responseBody"] == "There was no whole answer within 1 s."


def test_of_a_huge_answer_the_beginning_is_kept(game: Game, receiver: Receiver) -> None:
    webhook = game.register(receiver.url)
    receiver.answers.put(answer(200, b"x" * 20_000_000))
    game.pay("t1")
    [sent] = game.until(webhook, "SUCCESS")
    assert sent["responseBody"] == "x" * 16384


def test_a_redirect_is_an_answer_and_is_not_followed(game: Game, receiver: Receiver) -> None:
    webhook = game.register(receiver.url, retryCount=0)
    with Receiver() as elsewhere:
        receiver.answers.put(answer(307, Location=elsewhere.url))
        game.pay("t1")
        [sent] = game.until(webhook, "FAILED")
        assert sent["responseStatus"] == 307
        assert elsewhere.is_quiet()


def test_no_cookie_of_a_receiver_is_kept(game: Game, receiver: Receiver) -> None:
    webhook = game.register(receiver.url)
    receiver.answers.put(answer(200, **{"Set-Cookie": "who=you"}))
    game.pay("t1")
    game.until(webhook, "SUCCESS")
    game.pay("t2")
    receiver.next()
    assert "Cookie" not in receiver.next().headers


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("http://me:secret@game.example:80/a/b?token=secret#x", "POST http://game.example:80/a/b 200"),
        ("http://game.example", "POST http://game.example 200"),
        ("mailto:me", "POST mailto:me 200"),
        ("", "POST  200"),
    ],
)
def test_a_delivery_is_told_without_what_may_be_secret_in_its_address(url: str, shown: str) -> None:
    assert delivery.summary(OutgoingRequest(url, b""), Outcome(200)) == shown


def fate(url: str, **headers: str) -> Outcome:
    """How a parcel to `url` fares with a courier of its own."""

    async def deliver() -> Outcome:
        http_sender = delivery.HttpSender(())
        try:
            return await http_sender.send(OutgoingRequest(url, b"", headers))
        finally:
            await http_sender.close()

    return asyncio.run(deliver())


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:1/",
        "http://127.8.9.1:1/",
        "http://[::1]:1/",
        "http://LocalHost:1/",
        "http://a.localhost:1/",
    ],
)
def test_this_machine_is_known_by_all_its_names(url: str) -> None:
    outcome = fate(url)
    assert (outcome.status, outcome.hopeless) == (None, False)
    assert outcome.reason.startswith("There was no answer: ")


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("http://0.0.0.0:1/", "0.0.0.0"),
        ("http://b\u00fccher.example:1/", "B\u00fccher.example"),
        ("http://b\u00fccher.example:1/", "xn--bcher-kva.example"),
        ("http://GAME.example.:1/", "game.example"),
        ("http://[::]:1/", "[::]"),
    ],
)
def test_a_host_is_allowed_however_it_is_written(url: str, allowed: str) -> None:
    assert not delivery.HttpSender(["elsewhere.example"]).allows(httpx.URL(url))
    assert delivery.HttpSender(["elsewhere.example", allowed]).allows(httpx.URL(url))


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1.game.example/",
        "http://localhost.game.example/",
        "http://2130706433/",
        "http://[::ffff:10.0.0.1]/",
        "http://localhost@game.example/",
        "http://game.example#@localhost/",
        "file:///etc/passwd",
        "//localhost/",
        "",
    ],
)
def test_what_only_looks_like_this_machine_is_sent_nothing(url: str) -> None:
    assert fate(url).hopeless


@pytest.mark.parametrize("url", ["http://[", "http://localhost:99999/", "http://\x00localhost/"])
def test_an_address_that_nobody_can_read_is_an_answer_that_does_not_come(url: str) -> None:
    outcome = fate(url)
    assert (outcome.status, bool(outcome.reason)) == (None, True)


def test_a_header_that_http_cannot_carry_is_an_answer_that_does_not_come() -> None:
    assert fate("http://127.0.0.1:1/", name="\u00fc\n").reason.startswith("There was no answer: ")


@pytest.mark.parametrize("url", ["http://game.example/hook", "https://192.0.2.1:1/hook", "http://0.0.0.0/"])
def test_a_receiver_elsewhere_is_sent_nothing_and_its_log_says_how_to_allow_it(
    game: Game, told: list[Exchange], url: str
) -> None:
    webhook = game.register(url)
    game.pay("t1")
    [sent] = game.until(webhook, "FAILED")
    assert (sent["attempt"], sent["responseStatus"]) == (1, None)
    host = httpx.URL(url).host
    how = f"Not sent, as {host} is not this machine: allow it with --allow-webhooks {host}."
    assert sent["responseBody"] == how
    assert [one.reason for one in told if one.operation == "delivery_ended"] == [f"POST {url}: {how}"]


def test_an_address_of_no_web_server_fails_at_once(game: Game) -> None:
    webhook = game.register("mailto:someone@game.example")
    game.pay("t1")
    [sent] = game.until(webhook, "FAILED")
    assert sent["responseBody"] == "It is no address of a web server (http or https)."


def test_a_host_that_was_allowed_is_sent_to(play: Callable[..., Game]) -> None:
    game = play(allow_webhooks=("0.0.0.0",))
    with Receiver() as receiver:
        webhook = game.register(f"http://0.0.0.0:{receiver.port}/hook")
        game.pay("t1")
        assert receiver.next().transactions == ["t1"]
        game.until(webhook, "SUCCESS")


def test_a_name_of_this_machine_is_sent_to_whoever_resolves_it(game: Game, receiver: Receiver) -> None:
    webhook = game.register(f"http://hooks.game.localhost:{receiver.port}/hook")
    game.pay("t1")
    assert receiver.next().headers["Host"] == f"hooks.game.localhost:{receiver.port}"
    game.until(webhook, "SUCCESS")


def test_a_proxy_of_the_environment_is_not_asked(
    play: Callable[..., Game], receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.setenv(name, "127.0.0.1")  # for the test's own client
    game = play()
    webhook = game.register(f"http://localhost:{receiver.port}/hook")
    game.pay("t1")
    game.until(webhook, "SUCCESS")


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "[::1]", "127.8.9.1", "a.localhost", "0.0.0.0", "[::]", "[::ffff:127.0.0.1]"],
)
def test_nothing_is_sent_to_the_mock_itself(host: str) -> None:
    async def deliver(port: int) -> Outcome:
        http_sender = delivery.HttpSender(["0.0.0.0", "[::]"], own_port=1)
        try:
            return await http_sender.send(OutgoingRequest(f"http://{host}:{port}/_mockade/v1/reset", b""))
        finally:
            await http_sender.close()

    own = asyncio.run(deliver(1))
    assert (own.status, own.hopeless) == (None, True)
    assert "this mock itself" in own.reason
    assert "this mock itself" not in asyncio.run(deliver(2)).reason


def test_a_name_that_leads_to_this_machine_is_the_mock_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    async def deliver() -> Outcome:
        async def found(host: str, port: int, **_: Any) -> list[Any]:
            assert host == "game.example"
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

        monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", found)
        http_sender = delivery.HttpSender(["game.example"], own_port=80)
        try:
            return await http_sender.send(OutgoingRequest("http://game.example/hook", b""))
        finally:
            await http_sender.close()

    assert "this mock itself" in asyncio.run(deliver()).reason


def test_a_served_mock_knows_its_own_port(game: Game) -> None:
    webhook = game.register(f"{game.url}/_mockade/v1/reset", retryCount=0)
    game.pay("t1")
    [sent] = game.until(webhook, "FAILED")
    assert "this mock itself" in sent["responseBody"]
