"""What an API has to send is sent, over real HTTP to a real receiver, by a server that nothing holds up."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import httpx
import pytest

from mockade.background import deliveries as sending
from mockade.background import http_sender as delivery
from mockade.outbox import Outcome, OutgoingRequest
from mockade.testing import MockServer
from mockade.worlds.journal import Exchange
from tests.apis.behaviours import switched
from tests.contracts import contract, crud
from tests.live import Life, Live
from tests.receivers import Received, Receiver, answer
from tests.servers import TOO_LONG

NOON = "2026-01-05T12:00:00.000Z"
SERVER_KEY = {"authorization": "Bearer ak_server_demo:secret"}
PAYMENT = {
    "userId": "user-7",
    "productId": "gems-100",
    "amount": 9.99,
    "currency": "USD",
    "platform": "iOS",
    "distributionType": "MOBILE_STORE",
    "purchasedAt": "2026-01-05T11:59:00Z",
}


class Game:
    """A game's server in one world of a mock, whose clock stands at noon."""

    def __init__(self, url: str, world: str = "default") -> None:
        headers = {**SERVER_KEY, "x-mockade-world": world}
        self._http = httpx.Client(base_url=url, headers=headers, timeout=TOO_LONG)
        self.control("PUT", "/clock", {"mode": "frozen", "now": NOON})

    def control(self, method: str, path: str, body: Any = None) -> Any:
        response = self._http.request(method, f"/_mockade/v1{path}", json=body)
        assert response.is_success, response.text
        return response.json() if response.content else None

    def __call__(self, method: str, path: str, body: Any = None) -> Any:
        response = self._http.request(method, f"/v1/server{path}", json=body)
        assert response.is_success, response.text
        return response.json()["data"] if response.content else None

    def register(self, url: str, **more: Any) -> dict[str, Any]:
        webhook: dict[str, Any] = self(
            "POST", "/webhooks", {"eventType": "payment.created", "url": url, **more}
        )
        return webhook

    def pay(self, *transactions: str) -> None:
        for transaction in transactions:
            self("POST", "/payments", {**PAYMENT, "transactionId": transaction})

    def log(self, webhook: dict[str, Any]) -> list[dict[str, Any]]:
        deliveries: list[dict[str, Any]] = self("GET", f"/webhooks/{webhook['id']}/logs")
        return deliveries

    def advance(self, by: str) -> None:
        self.control("POST", "/clock/advance", {"by": by})

    def until(self, webhook: dict[str, Any], *statuses: str) -> list[dict[str, Any]]:
        """The webhook's log, newest first, once its deliveries have these statuses."""
        deadline = time.monotonic() + TOO_LONG
        while True:
            log = self.log(webhook)
            if [one["status"] for one in log] == list(statuses):
                return log
            assert time.monotonic() < deadline, log

    def close(self) -> None:
        self._http.close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as running:
        yield running


@pytest.fixture
def told() -> list[Exchange]:
    """What the server's log hears of."""
    return []


@pytest.fixture
def start(told: list[Exchange]) -> Iterator[Callable[..., MockServer]]:
    running: list[MockServer] = []

    def make(**settings: Any) -> MockServer:
        names = settings.pop("names", ("playcamp",))
        running.append(MockServer(*names, tell=told.append, **settings).start())
        return running[-1]

    yield make
    for server in running:
        server.stop()


@pytest.fixture
def play(start: Callable[..., MockServer]) -> Iterator[Callable[..., Game]]:
    games: list[Game] = []

    def make(server: MockServer | None = None, world: str = "default", **settings: Any) -> Game:
        games.append(Game((server or start(**settings)).url, world))
        return games[-1]

    yield make
    for game in games:
        game.close()


@pytest.fixture
def game(play: Callable[..., Game]) -> Game:
    return play()


def signature(secret: str, body: bytes) -> str:
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


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
    assert httpx.post(f"{mock.url}/widgets", json={"id": "w1", "name": receiver.url}).status_code == 201
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
    httpx.post(f"{mock.url}/widgets", json={"id": "w1", "name": "unspeakable"})
    httpx.post(f"{mock.url}/widgets", json={"id": "w2", "name": receiver.url})
    assert receiver.next().body == b"w2"
    fault = wait_for(told, "widgets_to_send failed: ValueError: no words for it")
    assert "in widgets_to_send" in fault.traceback


@pytest.mark.parametrize("size", [1, 2])
def test_what_an_outbox_does_not_take_out_is_not_sent_over_and_over(
    shop: Callable[..., MockServer], receiver: Receiver, told: list[Exchange], size: int
) -> None:
    mock = shop()
    httpx.post(f"{mock.url}/widgets", json={"id": "w1", "name": receiver.url, "size": size})
    assert receiver.next().body == b"w1"
    wait_for(told, {1: "widgets_sent failed: ValueError: no room for it", 2: "200"}[size])
    httpx.post(f"{mock.url}/widgets", json={"id": "w2", "name": receiver.url})
    assert {receiver.next().body, receiver.next().body} == {b"w1", b"w2"}
