"""A world that clients and the control API change is the same in another process, to the document of it.

Holds `stores/changes.py` with the vendors' own collections.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

from mockade.state.clock import Clock
from mockade.state.rows import Collection
from mockade.state.state import State
from mockade.stores.changes import apply, encode
from mockade.worlds.contents import Contents
from tests.harness import Mock

V1 = "/_mockade/v1"
SESSION = "/session/v1/session"
ME = {"client_version": "1.0.0", "client_settings": {"platform": "Steam", "input": "gamepad"}}
ASKED: list[tuple[str, str, Any]] = [
    ("POST", SESSION, {**ME, "session_type": "party"}),
    ("PATCH", f"{SESSION}/{{made}}", {"custom_data": {"map": "harbour"}}),
    ("POST", f"{SESSION}/{{made}}/queue", {"queue_id": "ranked-duel"}),
    ("POST", f"{V1}/snapshots", {"name": "kept"}),
    ("POST", f"{V1}/clock/advance", {"by": "40s"}),
    ("GET", SESSION + "/{made}", None),
    ("POST", f"{V1}/credentials", {"api": "rallyhere", "secret": "minted", "caller": "eve"}),
    ("POST", f"{V1}/credentials", {"api": "rallyhere", "secret": "bound", "permissions": ["a", "b"]}),
    ("POST", f"{V1}/faults", {"match": {"nth": 2, "api": "rallyhere"}, "do": {"status": 503}}),
    ("POST", f"{V1}/faults", {"match": {"rate": {"limit": 1, "per": "1m"}}, "do": {"status": 429}}),
    ("GET", SESSION + "/{made}", None),
    ("GET", SESSION + "/{made}", None),
    ("POST", f"{V1}/credentials/none", None),
    ("DELETE", f"{V1}/faults/1", None),
    ("POST", f"{V1}/clock/advance", {"by": "2h"}),
    ("POST", SESSION, {**ME, "session_type": "party"}),
    ("DELETE", f"{V1}/faults", None),
    ("POST", SESSION, {**ME, "session_type": "casual"}),
    ("POST", f"{V1}/snapshots", {"name": "later"}),
    ("POST", f"{V1}/snapshots/kept/restore", None),
    ("POST", SESSION, {**ME, "session_type": "party"}),
    ("POST", f"{V1}/reset", None),
    ("PUT", f"{V1}/clock", {"mode": "real", "now": "2030-01-01T00:00:00Z", "rate": 3.3}),
    ("POST", SESSION, {**ME, "session_type": "party"}),
    ("PUT", f"{V1}/clock", {"mode": "frozen", "now": "2031-01-01T00:00:00.123456Z"}),
    ("DELETE", f"{V1}/snapshots/later", None),
]


def contents(mock: Mock) -> Contents:
    world = mock.world
    return Contents(world.state, world.faults, world.snapshots)


def all_contents(mock: Mock) -> list[Contents]:
    """Those after each of the requests, the first before them."""
    seen, made = [contents(mock)], ""
    for method, path, body in ASKED:
        answer = mock.request(method, path.replace("{made}", made), token="ada", json=body)
        assert answer.status_code < 500 or "nth" in str(mock.world.faults), answer.text
        if answer.is_success and path == SESSION:
            made = answer.json()["session_id"]
        seen.append(contents(mock))
    return seen


def test_a_world_is_the_same_in_another_process(make_mock: Callable[..., Mock]) -> None:
    mock, other = make_mock("rallyhere", "playcamp"), make_mock("rallyhere", "playcamp")

    def collection_of(api: str, name: str) -> Collection:
        return mock.apis[api].collections[name].collection

    seen = all_contents(mock)
    assert sum(one != before for before, one in pairwise(seen)) > 20
    baseline = mock.world.baseline.state
    nothing = Contents(State(Clock(0, 0), start=baseline.start))
    made = apply(nothing, encode(nothing, seen[0]), collection_of)
    for before, now in pairwise(seen):
        data = encode(before, now, baseline)
        made = apply(made, data, collection_of, baseline)
        assert made == now
        assert apply(now, encode(now, before, baseline), collection_of, baseline) == before
    assert apply(nothing, encode(nothing, made), collection_of) == seen[-1]

    other.world.load(made.state, made.snapshots)
    for one in (mock, other):
        assert one.post(f"{V1}/snapshots", json={"name": "now"}).is_success
    for name in ("now", "kept"):
        path = f"{V1}/snapshots/{name}?secrets=true"
        assert other.get(path).content == mock.get(path).content
