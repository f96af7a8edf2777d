"""Requests of all kinds about a bounded number of rows, each with the answer that it has to get."""

from __future__ import annotations

import json
import random
from typing import NamedTuple

from benchmarks.reliability.served import CONTROL
from benchmarks.reliability.shop import KEY

ROWS_EACH = 25
"""Rows that a connection creates, reads, changes and deletes; no other one touches them."""

KINDS = (
    ("reads", 30),
    ("lists", 5),
    ("creates", 15),
    ("updates", 15),
    ("deletes", 10),
    ("refusals", 7),
    ("contract violations", 8),
    ("404s and 405s", 5),
    ("control reads", 5),
)
"""Kinds of requests, and how often in a hundred."""


_CONTROL = ("/clock", "/state", "/journal?limit=2", "/worlds")


class Sent(NamedTuple):
    """A request as bytes, the status that it has to get, and what has to be in the body."""

    kind: str
    data: bytes
    status: int
    within: bytes = b""


class Requests:
    """An endless row of requests of one connection, which knows what each of them does."""

    def __init__(self, connection: int) -> None:
        self._chance = random.Random(connection)
        self._own = connection
        self._names: dict[str, str] = {}
        """By the id of a row that is there, its name."""
        self._writes = 0

    def next(self) -> Sent:
        kind = self._chance.choices([name for name, _ in KINDS], [share for _, share in KINDS])[0]
        row = f"c{self._own}-{self._chance.randrange(ROWS_EACH)}"
        make = {
            "reads": self._read,
            "lists": self._list,
            "creates": self._create,
            "updates": self._update,
            "deletes": self._delete,
            "refusals": self._refused,
            "contract violations": self._violation,
            "404s and 405s": self._nowhere,
            "control reads": self._control,
        }[kind]
        data, status, within = make(row)
        return Sent(kind, data, status, within)

    def _name(self) -> str:
        self._writes += 1
        return f"write {self._writes} of {self._own} {'x' * self._chance.randrange(200)}"

    def _read(self, row: str) -> tuple[bytes, int, bytes]:
        name = self._names.get(row)
        data = written("GET", f"/widgets/{row}")
        return (data, 404, b"") if name is None else (data, 200, f'"name":"{name}"'.encode())

    def _list(self, _row: str) -> tuple[bytes, int, bytes]:
        return written("GET", f"/widgets?limit={self._chance.randrange(1, 20)}"), 200, b""

    def _create(self, row: str) -> tuple[bytes, int, bytes]:
        name = self._name()
        data = written("POST", "/widgets", {"id": row, "name": name})
        if row in self._names:
            return data, 409, b""
        self._names[row] = name
        return data, 201, name.encode()

    def _update(self, row: str) -> tuple[bytes, int, bytes]:
        name = self._name()
        whole = self._chance.random() < 0.5
        if row not in self._names:
            return written("PATCH", f"/widgets/{row}", {"name": name}), 404, b""
        self._names[row] = name
        if whole:
            return written("PUT", f"/widgets/{row}", {"id": row, "name": name}), 200, name.encode()
        return written("PATCH", f"/widgets/{row}", {"name": name}), 200, name.encode()

    def _delete(self, row: str) -> tuple[bytes, int, bytes]:
        there = self._names.pop(row, None) is not None
        return written("DELETE", f"/widgets/{row}"), 204 if there else 404, b""

    def _refused(self, row: str) -> tuple[bytes, int, bytes]:
        return written("GET", f"/widgets/{row}", key=self._chance.choice(["", "wrong"])), 401, b""

    def _violation(self, row: str) -> tuple[bytes, int, bytes]:
        bad = self._chance.choice([{"id": row, "name": 7}, {"id": row}, [row], "text"])
        return written("POST", "/widgets", bad), 400, b"violations"

    def _nowhere(self, row: str) -> tuple[bytes, int, bytes]:
        if self._chance.random() < 0.5:
            return written("GET", f"/gadgets/{row}"), 404, b""
        return written("DELETE", "/widgets"), 405, b""

    def _control(self, row: str) -> tuple[bytes, int, bytes]:
        path = self._chance.choice([*_CONTROL, f"/state/shop/widgets/{row}"])
        there = not path.endswith(row) or row in self._names
        return written("GET", f"{CONTROL}{path}"), 200 if there else 404, b""


def written(method: str, path: str, body: object = None, key: str = KEY["X-Key"]) -> bytes:
    """A request as it is sent."""
    head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    head += f"X-Key: {key}\r\n" if key else ""
    if body is None:
        return f"{head}\r\n".encode()
    data = json.dumps(body)
    return f"{head}Content-Type: application/json\r\nContent-Length: {len(data)}\r\n\r\n{data}".encode()
