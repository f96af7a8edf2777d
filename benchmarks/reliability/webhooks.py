"""Webhooks of a world that workers share, while workers are killed and their store is cut off."""

from __future__ import annotations

import http.client
import json
import os
import signal
import threading
import time
from collections.abc import Sequence
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from random import Random
from typing import Self

from benchmarks.reliability.homes import make_home
from benchmarks.reliability.outcome import Longest, Outcome, Scale
from benchmarks.reliability.proxy import ProxyProcess
from benchmarks.reliability.redis_server import MISSING, RedisServer, program
from benchmarks.reliability.served import Client, Served, comes_true
from benchmarks.reliability.store_cuts import CUTS, pause
from benchmarks.reliability.store_trial import COUNTS, SAFE
from benchmarks.reliability.workers import processes, telling

QUEUES = 4
"""What is sent one after the other; a client each fills them."""

PAUSE = 0.02
"""Seconds between two of a client's."""

LONGEST = 2.0
"""Seconds for which the store is cut off: less than until another worker sends what one has claimed."""

TIMEOUT = 2.0
"""Seconds that the receiver has to answer."""

_STRING = {"type": "string"}
_MESSAGE = {"type": "object", "required": ["id", "queue"], "properties": {"id": _STRING, "queue": _STRING}}
_BODY = {"content": {"application/json": {"schema": _MESSAGE}}}
CONTRACT = {
    "openapi": "3.0.3",
    "info": {"title": "Post", "version": "1"},
    "paths": {
        "/messages": {
            "get": {
                "responses": {
                    "200": {
                        "description": "",
                        "content": {
                            "application/json": {
                                "schema": {"type": "array", "items": {"$ref": "#/components/schemas/Message"}}
                            }
                        },
                    }
                }
            },
            "post": {"requestBody": _BODY, "responses": {"201": {"description": "", **_BODY}}},
        }
    },
    "components": {"schemas": {"Message": _MESSAGE}},
}
HANDLERS = """
from mockade.handling import Collection
from mockade.outbox import Outbox, OutgoingRequest


def request(call, rows):
    return OutgoingRequest("{url}", rows[0]["id"].encode(), timeout={timeout})


def sent(call, rows, outcome):
    if outcome.status == 200:
        for row in rows:
            call.rows("messages").remove(row.key)


collections = (Collection("messages", holds="Message", indexes={{"queue": lambda row: [row["queue"]]}}),)
outbox = Outbox("messages", "queue", request=request, ended=sent)
"""


class _Receiver(ThreadingHTTPServer):
    """Keeps what comes, by its queue; use it in a `with`."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self) -> None:
        came: dict[str, list[int]] = {}
        self.came = came

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"])).decode()
                queue, _, number = body.partition("-")
                came.setdefault(queue, []).append(int(number))
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Nobody reads it."""

        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_port}/"
        self._thread = threading.Thread(target=self.serve_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self._thread.join()
        self.server_close()


class _Sender(threading.Thread):
    """Has messages sent in one queue, and asks again until it is told that they will be."""

    def __init__(self, port: int, queue: str) -> None:
        super().__init__(daemon=True)
        self._port = port
        self.queue = queue
        self._over = threading.Event()
        self.count = 0
        self.lost: list[str] = []

    def run(self) -> None:
        while not self._over.wait(PAUSE):
            row = {"id": f"{self.queue}-{self.count + 1}", "queue": self.queue}
            if not comes_true(partial(self._asked, row)):
                self.lost.append(f"{row['id']} is not taken.")
                return
            self.count += 1

    def _asked(self, row: dict[str, str]) -> bool:
        """Whether it is taken: by a connection of its own each time, to any of the workers."""
        try:
            with Client(self._port) as client:
                return client.ask("POST", "/messages", row).status in (201, 409)
        except (OSError, http.client.HTTPException):
            return False

    def stop(self) -> None:
        self._over.set()
        self.join()


def run(scale: Scale, folder: Path, counts: Sequence[int] = COUNTS, longest: float = LONGEST) -> Outcome:
    if program() is None:
        return Outcome({}, [], {}, [MISSING])
    rounds = max(1, scale.rounds // 5 // len(counts))
    lost: list[str] = []
    tried = {"kills": 0, "cuts": 0, "webhooks": 0}
    twice, waits = 0, Longest()
    for count in counts:
        with _Receiver() as receiver:
            kills = tried["kills"]
            found = _sent(folder, receiver, count, rounds, tried, waits, longest)
            again = sum(len(came) - len(set(came)) for came in receiver.came.values())
            if again > QUEUES * (tried["kills"] - kills):
                found.append(f"{again} were sent twice.")
            twice += again
        lost += [f"{count} workers: {one}" for one in found]
    figures = {
        "sent twice, as their worker was killed": f"{twice:,}",
        "longest until all were sent": str(waits),
    }
    return Outcome(tried, lost, figures, [f"Workers: {' and '.join(map(str, counts))}; {QUEUES} queues."])


def _sent(
    folder: Path,
    receiver: _Receiver,
    count: int,
    rounds: int,
    tried: dict[str, int],
    waits: Longest,
    longest: float,
) -> list[str]:
    """What is lost of so many outages."""
    chance = Random(count)
    lost: list[str] = []
    with (
        RedisServer(folder, *SAFE) as store,
        ProxyProcess(store.socket) as proxy,
        Served(folder, _home(folder, receiver), "--workers", str(count), "--store", proxy.url) as server,
    ):
        server.ready()
        for number in range(rounds):
            serving = processes(server, count)
            senders = [_Sender(server.port, f"{number}q{queue}") for queue in range(QUEUES)]
            for one in senders:
                one.start()
            time.sleep(chance.uniform(0.2, 1.0))
            if number % 2 == 0:
                tried["cuts"] += 1
                proxy.be(chance.choice(CUTS), one=chance.random() < 0.5)
                time.sleep(pause(chance, longest))
                proxy.be("forwards")
            else:
                tried["kills"] += 1
                os.kill(chance.choice(sorted(serving)), signal.SIGKILL)
            time.sleep(chance.uniform(0.2, 1.0))
            for one in senders:
                one.stop()
            began = time.perf_counter()
            if not comes_true(partial(_are_there, receiver, senders)):
                lost.append(f"Round {number}: not all were sent.")
            waits.add(time.perf_counter() - began)
            for one in senders:
                lost += one.lost
                tried["webhooks"] += one.count
                if (came := receiver.came.get(one.queue, [])) != sorted(came):
                    lost.append(f"Round {number}: they were sent in the order {came}.")
        if (code := server.end()) or "Traceback" in server.said():
            lost.append(f"They end with {code}: {server.said()[-1500:]}")
    return lost


def _are_there(receiver: _Receiver, senders: Sequence[_Sender]) -> bool:
    """Whether all came that will be sent."""
    return all({*range(1, one.count + 1)} <= {*receiver.came.get(one.queue, [])} for one in senders)


def _home(folder: Path, receiver: _Receiver) -> str:
    handlers = HANDLERS.format(url=receiver.url, timeout=TIMEOUT)
    files = {
        "specs/post.json": json.dumps(CONTRACT),
        "fixtures/post.yaml": "messages: []",
        "apis/post.py": handlers,
    }
    return telling(make_home(folder / "post", files), "post")
