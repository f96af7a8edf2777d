"""What is counted, held against a count of another kind over fixed runs.

Holds `coverage/items.py`, `coverage/compiling.py`, `coverage/drafts.py`, `coverage/numbering.py`,
`coverage/parts.py`, `coverage/marking.py`, `coverage/exchange.py`, `coverage/requests.py`,
`coverage/responses.py`, `coverage/saved.py`, `coverage/document.py`, `coverage/editing.py` and
`coverage/thresholds.py` too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import yaml

from mockade.catalogue.files import find_files
from mockade.coverage import responses
from mockade.coverage.counting import ONE_IN, QUIET
from mockade.coverage.document import CoveredApi, document
from tests.coverage.odd_contract import CONTRACT, HANDLERS, requests
from tests.coverage.plain_count import PlainCount
from tests.harness import Mock
from tests.test_promises import good_request

Found = dict[str, dict[str, str]]


def counted(mock: Mock, stem: str) -> Found:
    """By operation and the id of an item, its state, as the mock's default world has counted it."""
    api = mock.apis[stem]
    kinds = {name: one.kind for name, one in api.answerers.items()}
    told = document(mock.world.coverage, [CoveredApi(stem, api.contract, kinds)])
    assert told["unread"] == 0
    return {
        one["operation"]: {"": one["state"], **{item["id"]: item["state"] for item in one["items"]}}
        for one in told["apis"][0]["operations"]
    }


def counted_plainly(mock: Mock, stem: str, text: str) -> Found:
    spec = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    journal = mock.get("/_mockade/v1/journal?limit=10000&secrets=true").json()["exchanges"]
    plain = PlainCount(spec, [one for one in journal if one["api"] == stem])
    return {
        one.id: plain.operation(one.path, spec["paths"][one.path], one.method.lower(), one.id)
        for one in mock.apis[stem].contract.operations
    }


def same(ours: Found, theirs: Found) -> None:
    for operation, items in theirs.items():
        assert ours[operation] == items, operation
    assert ours.keys() == theirs.keys()


@pytest.mark.parametrize(("stem", "every"), [("rallyhere", 5), ("playcamp", 3), ("meshmap", 3)])
def test_a_plain_count_of_journal_and_contract_finds_the_same(
    make_mock: Callable[..., Mock], stem: str, every: int
) -> None:
    mock = make_mock(stem)
    api = mock.apis[stem]
    for operation in api.contract.operations[::every]:
        request = good_request(api, operation)
        request.send(mock)
        if isinstance(request.body, dict):
            request.send(mock, body={**request.body, "name": 7, "unknown": True})
    same(counted(mock, stem), counted_plainly(mock, stem, find_files()[stem].spec.read_text("utf-8")))


def test_what_was_counted_to_the_byte_is_not_looked_at_again(
    make_mock: Callable[..., Mock], monkeypatch: pytest.MonkeyPatch
) -> None:
    mock = make_mock("rallyhere")
    looked: list[str] = []
    mark = responses.mark_response
    monkeypatch.setattr(responses, "mark_response", lambda *of: bool(looked.append("")) or mark(*of))
    for path in ("casual-1", "casual-1", "none", "casual-1", "none"):
        mock.get(f"/session/v1/session/{path}", token="ben", headers={"x-request-id": path})
    assert len(looked) == 2


def test_where_hundreds_showed_nothing_new_few_are_looked_at_until_one_does(
    make_mock: Callable[..., Mock], monkeypatch: pytest.MonkeyPatch
) -> None:
    mock = make_mock("rallyhere")
    looked: list[int] = []
    mark = responses.mark_response
    monkeypatch.setattr(responses, "mark_response", lambda *of: bool(looked.append(1)) or mark(*of))
    mock.get("/session/v1/session/casual-1", token="ben")
    coverage, first = mock.world.coverage, mock.last

    def count(calls: int, **facts: Any) -> int:
        looked.clear()
        for number in range(calls):
            body = first.response_body.replace(b"casual-1", b"%d %d" % (calls, number))
            coverage.count(replace(first, **{"response_body": body, **facts}))
        return len(looked)

    assert count(QUIET) == QUIET
    assert count(160) == 160 // ONE_IN
    assert count(1, status=404, response_body=b"{}") == 1  # a status that is new is always looked at
    assert count(10) == 10  # and so is what comes after something new


def test_a_plain_count_of_an_odd_contract_finds_the_same(serve: Callable[..., Mock]) -> None:
    mock = serve(CONTRACT, handlers=HANDLERS)
    for one in requests():
        mock.request(one.pop("method"), one.pop("path"), **one)
    ours = counted(mock, "shop")
    same(ours, counted_plainly(mock, "shop", CONTRACT))
    states = Counter(state for items in ours.values() for state in items.values())
    assert min(states.values()) >= 8, states
