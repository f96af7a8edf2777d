"""Connections that faults drop, cut or keep waiting, on real sockets."""

from __future__ import annotations

import gc
import http.client
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from mockade.middleware.context import RequestContext
from mockade.server.http_connection import HttpConnection
from mockade.testing import MockServer
from mockade.worlds.journal import Exchange
from tests.servers import NO_TLS, Server, read_all, read_past

CONTEXT_KEY = {"x-app-api-key": "meshmap-demo-key"}
SESSIONS = "/apps/game-sessions"
FAULTS = "/_mockade/v1/faults"
HEAD = "Host: x\r\nx-app-api-key: meshmap-demo-key\r\n"


def rule(server: Server, do: dict[str, Any], **more: Any) -> None:
    """Make it the only rule of its world."""
    server.request("DELETE", FAULTS)
    assert server.request("POST", FAULTS, json={"do": do, **more}).status_code == 201


def get(more: str = "", method: str = "GET") -> bytes:
    return f"{method} {SESSIONS} HTTP/1.1\r\n{HEAD}{more}\r\n".encode()


def post(body: bytes, length: int | None = None) -> bytes:
    head = f"Content-Type: application/json\r\nContent-Length: {length or len(body)}\r\n"
    return get(head, "POST") + body


def entries(server: Server) -> list[tuple[str, int | None]]:
    exchanges = server.request("GET", "/_mockade/v1/journal?limit=1000").json()["exchanges"]
    return [(one["answered_by"], one["response"]["status"]) for one in exchanges if one["request"]]


@pytest.mark.parametrize(
    "request_", [get(), get(method="HEAD"), post(b'{"name": "x"}')], ids=["GET", "HEAD", "POST"]
)
def test_an_empty_reply_is_a_plain_end(served: Server, request_: bytes) -> None:
    rule(served, {"drop": "empty"})
    with served.connect() as client:
        client.sendall(request_)
        assert read_all(client) == b""
    assert entries(served)[-1] == ("fault", None)


@pytest.mark.parametrize("request_", [get(), post(b'{"name": "x"}')], ids=["GET", "POST"])
def test_a_reset_is_one(served: Server, request_: bytes) -> None:
    rule(served, {"drop": "reset"})
    with served.connect() as client:
        client.sendall(request_)
        with pytest.raises(ConnectionResetError):
            read_all(client)
    assert entries(served)[-1] == ("fault", None)


def test_a_body_that_is_still_coming_is_read_first_so_that_an_end_is_no_reset(served: Server) -> None:
    rule(served, {"drop": "empty"})
    size = 4 * 1024 * 1024
    with served.connect() as client:
        client.sendall(post(b"", size))
        client.sendall(b" " * size)
        assert read_all(client) == b""


def test_a_client_that_waits_to_be_told_to_go_on_is_not_told(served: Server) -> None:
    rule(served, {"drop": "empty"})
    with served.connect() as client:
        client.sendall(get("Expect: 100-continue\r\nContent-Length: 5\r\n", "POST"))
        assert read_all(client) == b""


def test_half_an_answer_announces_the_whole(served: Server) -> None:
    rule(served, {"drop": "half"})
    client = http.client.HTTPConnection("127.0.0.1", served.port, timeout=30)
    client.request("GET", SESSIONS, headers=CONTEXT_KEY)
    answer = client.getresponse()
    announced = int(answer.headers["content-length"])
    with pytest.raises(http.client.IncompleteRead) as cut:
        answer.read()
    client.close()
    assert (answer.status, len(cut.value.partial)) == (200, announced // 2)
    assert entries(served)[-1] == ("fault", 200)


def test_the_call_behind_half_an_answer_has_happened(served: Server) -> None:
    rule(served, {"drop": "half"}, match={"operation": "createGameSession"})
    with served.connect() as client:
        client.sendall(post(b'{"name": "halved"}'))
        assert read_all(client).startswith(b"HTTP/1.1 201 ")
    assert "halved" in served.request("GET", SESSIONS, headers=CONTEXT_KEY).text


def test_a_refusal_is_cut_in_half_as_well(served: Server) -> None:
    rule(served, {"drop": "half"})
    with served.connect() as client:
        client.sendall(post(b"no JSON"))
        head, _, rest = read_all(client).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 ")
    assert f"content-length: {2 * len(rest)}".encode()[:-1] in head
    assert entries(served)[-1] == ("fault", 400)


def test_an_answer_without_a_body_is_cut_within_its_head(served: Server) -> None:
    rule(served, {"drop": "half"})
    with served.connect() as client:
        client.sendall(get(method="HEAD"))
        assert read_all(client) == b"HTTP/1.1 "
    client_ = http.client.HTTPConnection("127.0.0.1", served.port, timeout=30)
    client_.request("HEAD", SESSIONS, headers=CONTEXT_KEY)
    with pytest.raises(http.client.BadStatusLine):
        client_.getresponse()
    client_.close()
    assert entries(served)[-1] == ("fault", 200)


@pytest.mark.parametrize("how", ["empty", "reset", "half"])
def test_nothing_behind_a_dropped_request_is_answered(served: Server, how: str) -> None:
    rule(served, {"drop": how}, match={"nth": 2})
    before = len(entries(served))
    data = b""
    with served.connect() as client:
        client.sendall(get())
        whole = read_past(client, b"]}")
        client.sendall(get() * 3)
        try:
            data = read_all(client)
        except ConnectionResetError:
            assert how == "reset"
    assert whole.startswith(b"HTTP/1.1 200 ")
    assert data.count(b"HTTP/1.1") == (1 if how == "half" else 0)
    assert len(entries(served)) == before + 2


def test_the_answer_before_a_dropped_request_still_arrives(served: Server) -> None:
    rule(served, {"drop": "empty"}, match={"nth": 2})
    with served.connect() as client:
        client.sendall(get() * 2)
        answer = read_all(client)
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert answer.endswith(b"]}")
    assert answer.count(b"HTTP/1.1") == 1


def test_of_parallel_requests_exactly_as_many_meet_a_rule_as_it_counts(served: Server) -> None:
    rule(served, {"status": 503}, match={"probability": 1}, count=7)
    served.request("POST", FAULTS, json={"do": {"status": 429}, "match": {"nth": 20}})

    def ask(_n: int) -> int:
        return served.request("GET", SESSIONS, headers=CONTEXT_KEY).status_code

    with ThreadPoolExecutor(8) as many:
        codes = list(many.map(ask, range(40)))
    assert (codes.count(503), codes.count(429), codes.count(200)) == (7, 1, 32)
    rules = served.request("GET", FAULTS).json()["faults"]
    assert [(one["matched"], one["applied"]) for one in rules] == [(40, 7), (40, 1)]


def test_a_delay_passes_and_the_answer_comes(served: Server) -> None:
    rule(served, {"delay_ms": 50})
    answer = served.request("GET", SESSIONS, headers=CONTEXT_KEY)
    assert answer.status_code == 200
    assert answer.elapsed.total_seconds() >= 0.05


def test_an_answer_goes_out_in_so_many_bytes_a_second_and_is_whole(served: Server) -> None:
    whole = served.request("GET", SESSIONS, headers=CONTEXT_KEY)
    rule(served, {"bandwidth": len(whole.content) * 4})
    with httpx.stream("GET", served.url + SESSIONS, headers=CONTEXT_KEY, verify=NO_TLS) as answer:
        started = time.perf_counter()
        pieces = list(answer.iter_raw())
        took = time.perf_counter() - started
    assert b"".join(pieces) == whole.content
    assert len(pieces) > 1
    assert took >= 0.1
    rule(served, {"bandwidth": len(whole.content) * 8, "drop": "half"})
    with served.connect() as client:
        client.sendall(get())
        _, _, body = read_all(client).partition(b"\r\n\r\n")
    assert body == whole.content[: len(whole.content) // 2]


@pytest.mark.parametrize("stops", [True, False], ids=["server", "client"])
def test_a_slow_answer_ends_when_the_server_or_the_client_does(stops: bool) -> None:
    with Server("meshmap") as one, one.connect() as client:
        rule(one, {"bandwidth": 1})
        client.sendall(get())
        read_past(client, b"\r\n\r\n")
        if not stops:
            client.close()
        assert one.stop() == (0, "")


def test_a_delay_holds_up_nobody_else(served: Server) -> None:
    rule(served, {"delay_ms": 600_000}, match={"operation": "createGameSession"})
    with served.connect() as client:
        client.sendall(post(b'{"name": "late"}'))
        assert "late" not in served.request("GET", SESSIONS, headers=CONTEXT_KEY).text


def test_who_hangs_up_in_a_delay_is_not_waited_for_and_the_call_does_not_happen(served: Server) -> None:
    rule(served, {"delay_ms": 600_000})
    with served.connect() as client:
        client.sendall(post(b'{"name": "gone"}'))
        served.request("GET", "/_mockade/v1/health")
    assert served.line("POST", SESSIONS, "fault")
    served.line("Fault", "waited 600000 ms. The client hung up.")
    served.request("DELETE", FAULTS)
    assert "gone" not in served.request("GET", SESSIONS, headers=CONTEXT_KEY).text


def test_a_request_that_is_over_goes_without_the_collector() -> None:
    with MockServer("meshmap", journal=0) as mock:
        client = http.client.HTTPConnection(mock.url.removeprefix("http://"), timeout=30)

        def ask() -> None:
            client.request("GET", SESSIONS, headers=CONTEXT_KEY)
            assert client.getresponse().read()

        ask()
        gc.collect()
        gc.disable()
        gc.set_debug(gc.DEBUG_SAVEALL)
        try:
            for _ in range(5):
                ask()
            gc.collect()
            left = {type(one) for one in gc.garbage}
        finally:
            gc.set_debug(0)
            gc.garbage.clear()
            gc.enable()
        client.close()
    assert not left & {RequestContext, Exchange, HttpConnection, RequestResponseCycle}


@pytest.mark.parametrize("do", [{"delay_ms": 600_000}, {"delay_ms": 600_000, "drop": "empty"}])
def test_a_server_that_stops_does_not_wait_for_a_delay(do: dict[str, Any]) -> None:
    with Server("meshmap") as one, one.connect() as client:
        rule(one, do)
        client.sendall(get())
        one.request("GET", "/_mockade/v1/health")
        done: list[tuple[int, str]] = []
        stopping = threading.Thread(target=lambda: done.append(one.stop()))
        stopping.start()
        answer = read_all(client)
        stopping.join(4)  # within what requests in flight are given, after which they are cancelled
        assert done == [(0, "")]
    assert answer.startswith(b"HTTP/1.1 200 ") if "drop" not in do else answer == b""


def test_drops_leave_no_complaint_and_the_server_goes_on() -> None:
    with Server("meshmap", "-q") as one:
        for how in ("empty", "reset", "half"):
            rule(one, {"drop": how})
            for request in (get(), get(method="HEAD"), post(b'{"name": "x"}'), get("Connection: close\r\n")):
                with one.connect() as client:
                    client.sendall(request)
                    try:
                        assert b" 500 " not in read_all(client)
                    except ConnectionResetError:
                        assert how == "reset"
        assert one.request("GET", "/_mockade/v1/health").status_code == 200
        assert one.stop() == (0, "")
