"""How a client uses an API: what is noticed over several calls that each keep the contract, and what is not.

Holds `usage/calls.py`, `usage/operation_facts.py`, `usage/repetition.py`, `usage/consequences.py`,
`usage/list_walks.py` and `usage/outdated.py` too.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from mockade.catalogue.api import Api
from mockade.catalogue.files import find_files
from mockade.catalogue.loading import load_apis
from mockade.contract.traffic_rules import TRAFFIC_RULES
from mockade.contract.violations import Violation
from mockade.crud.listing import paging
from mockade.state.transaction import Change
from mockade.testing import MockServer
from mockade.usage.calls import MOST_CLIENTS
from mockade.usage.checks import UsageChecks
from mockade.usage.operation_facts import _may_page
from mockade.validation.agreement import validate
from mockade.worlds.journal import Exchange
from tests.servers import NO_TLS

SPEC = """\
openapi: 3.0.3
info: { title: Shop, version: "2.1.0" }
paths:
  /orders:
    get:
      operationId: listOrders
      parameters:
        - { name: page, in: query, schema: { type: integer, minimum: 1 } }
        - { name: cursor, in: query, schema: { type: string } }
        - { name: state, in: query, schema: { type: string } }
        - { name: sort_by, in: query, deprecated: true, schema: { type: string } }
      responses: { "200": { description: "" }, "403": { description: "" } }
    post:
      operationId: createOrder
      requestBody:
        content:
          application/json:
            schema:
              type: object
              properties:
                note: { type: string }
                memo: { type: string, deprecated: true }
                lines: { type: array, items: { properties: { sku: { type: string, deprecated: true } } } }
      responses: { "201": { description: "" }, "403": { description: "" }, "409": { description: "" } }
  /orders/{id}:
    parameters:
      - { name: id, in: path, required: true, schema: { type: string } }
    get:
      operationId: getOrder
      parameters:
        - { name: If-None-Match, in: header, schema: { type: string } }
      responses:
        "200": { description: "" }
        "429": { description: "", headers: { Retry-After: { schema: { type: integer } } } }
    put:
      operationId: putOrder
      parameters:
        - { name: If-Match, in: header, schema: { type: string } }
      responses: { "200": { description: "" }, "412": { description: "" } }
    delete:
      operationId: deleteOrder
      deprecated: true
      responses: { "204": { description: "" } }
  /orders/{id}/state:
    parameters:
      - { name: id, in: path, required: true, schema: { type: string } }
    get:
      operationId: getState
      x-poll-interval: 5
      responses: { "200": { description: "" } }
    post:
      operationId: setState
      responses: { "200": { description: "" }, "404": { description: "" } }
"""
OPERATIONS = {
    (method.upper(), path): words["operationId"]
    for path, item in yaml.safe_load(SPEC)["paths"].items()
    for method, words in item.items()
    if method != "parameters"
}
LINES = SPEC.splitlines()


@pytest.fixture(scope="module")
def apis(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Api]:
    home = tmp_path_factory.mktemp("home")
    (home / "specs").mkdir()
    (home / "specs" / "shop.yaml").write_text(SPEC, encoding="utf-8")
    return load_apis(find_files(home))


def call(line: str, status: int = 200, at: float = 0.0, **facts: Any) -> Exchange:
    """A call such as `GET /orders?page=2`; headers as `sent` and `told`, the answer's as `body`."""
    method, _, target = line.partition(" ")
    path, _, query = target.partition("?")
    pattern = "/".join("{id}" if part == "o1" else part for part in path.split("/"))
    sent, told = (
        [(name.encode(), value.encode()) for name, value in facts.pop(one, {}).items()]
        for one in ("sent", "told")
    )
    return Exchange(
        method,
        path,
        facts.pop("world", "default"),
        query=query,
        began=1000.0 + at,
        api="shop",
        operation=OPERATIONS[method, pattern],
        status=status,
        answered_by=facts.pop("answered_by", "handler"),
        request_headers=sent,
        response_headers=told,
        response_body=facts.pop("body", b'{"id":"o1"}'),
        **facts,
    )


def noticed(apis: Mapping[str, Api], calls: Sequence[Exchange], *ignored: str) -> list[Violation]:
    checks = UsageChecks(apis, ignored=ignored)
    for number, one in enumerate(calls, 1):
        one.id = one.id or number
        checks(one)
    return [notice for one in calls for notice in one.notices]


def times(count: int, every: float, *arguments: Any, **facts: Any) -> list[Exchange]:
    """The same call so many times, in intervals of so many seconds."""
    return [call(*arguments, at=number * every, **facts) for number in range(count)]


class Line:
    """A connection."""

    def __init__(self) -> None:
        self.is_over = False

    def done(self) -> bool:
        return self.is_over


ORDER, STATE, JOIN = "GET /orders/o1", "GET /orders/o1/state", "POST /orders"
TAG = {"etag": '"a"'}
FRESH = {"cache-control": "private, max-age=30"}
BUSY = {"retry-after": "3"}
CHANGED = [Change("shop", "orders", "o1", None, None)]
EMPTY = b'{"orders":[]}'
FULL = b'{"orders":[{"id":"o1"}]}'


@pytest.mark.parametrize(
    ("calls", "expected", "words"),
    [
        (times(3, 1, ORDER, told=TAG), ["unconditional"], "- { name: If-None-Match"),
        ([call(ORDER, told=TAG), call("PUT /orders/o1")], ["unconditional"], "- { name: If-Match"),
        (times(3, 1, ORDER, told=FRESH), ["polling"], '"200": { description: "" }'),
        (times(3, 1, STATE), ["polling"], "x-poll-interval: 5"),
        ([call(ORDER, 429, told=BUSY), call(ORDER, at=2)], ["polling"], "Retry-After"),
        (
            [call(ORDER, 429, told={"retry-after": "Thu, 01 Jan 1970 00:20:00 GMT"}), call(ORDER, at=2)],
            ["polling"],
            "Retry-After",
        ),
        (
            [call(ORDER, 429, told={"retry-after": "Thu, 01 Jan 1970 00:20:00 -0000"}), call(ORDER, at=2)],
            ["polling"],
            "Retry-After",
        ),
        (times(3, 9, JOIN, 403), ["unheeded"], '"403"'),
        (times(4, 0.1, JOIN, 409), ["unheeded"], '"409"'),
        (times(9, 1, ORDER, told=TAG), ["unconditional"], "- { name: If-None-Match"),
        ([call(JOIN, 409), call("POST /orders/o1/state", 404)], ["unheeded"], '"409"'),
        (
            [call("PUT /orders/o1", 412, sent={"if-match": '"a"'}), call("PUT /orders/o1")],
            ["unheeded"],
            '"412"',
        ),
        (times(3, 0.1, "GET /orders?cursor=x", body=FULL), ["paging"], "- { name: cursor"),
        (
            [call("GET /orders"), *times(3, 0.1, "GET /orders?cursor=x", body=FULL)],
            ["paging"],
            "- { name: cursor",
        ),
        (
            [call(f"GET /orders?cursor={'xyxyx'[n]}", at=n / 10, body=FULL) for n in range(5)],
            ["paging"],
            "- { name: cursor",
        ),
        (
            [call(f"GET /orders?page={n}", at=n / 10, body=EMPTY) for n in (2, 3)],
            ["paging"],
            "- { name: page",
        ),
        ([call("DELETE /orders/o1", 204)], ["deprecated"], "deprecated: true"),
        ([call("GET /orders?sort_by=id")], ["deprecated"], "sort_by"),
        ([call(JOIN, 201, request_body=b'{"memo":"x"}')], ["deprecated"], "memo"),
        ([call(JOIN, 201, request_body=b'{"lines":[{"sku":"x"}]}')], ["deprecated"], "sku"),
        ([call(ORDER, told={"sunset": "Sat, 31 Oct 2026 23:59:59 GMT"})], ["deprecated"], '"200"'),
        ([call(ORDER, sent={"x-api-version": "1.9"})], ["version"], "version"),
        ([call(ORDER, sent={"accept-version": "v3"})], ["version"], "version"),
    ],
)
def test_each_misuse_is_noticed_with_the_line_of_the_contract(
    apis: Mapping[str, Api], calls: list[Exchange], expected: list[str], words: str
) -> None:
    found = noticed(apis, calls)
    assert [one.rule for one in found] == expected
    assert set(expected) <= TRAFFIC_RULES.keys()
    for one in found:
        line = int(one.place.split(":")[-2])
        assert words in LINES[line - 1]
        assert one.notice
        assert one.message[-1] in ".):"


@pytest.mark.parametrize(
    "calls",
    [
        times(2, 1, ORDER, told=TAG),
        times(5, 1, ORDER, 304, told=TAG, sent={"if-none-match": '"a"'}),
        [call(ORDER, at=n, told={"etag": f'"{n}"'}) for n in range(5)],
        [call(ORDER, told=TAG), call("PUT /orders/o1", sent={"if-match": '"a"'})],
        [call("PUT /orders/o1")],
        [call(ORDER, told=TAG), call("PUT /orders/o1", 412)],
        times(3, 31, ORDER, told=FRESH),
        times(3, 1, ORDER, told=FRESH, sent={"cache-control": "no-cache"}),
        times(3, 1, ORDER, told={"cache-control": "max-age=30, no-store"}),
        [call(ORDER, at=n, told=FRESH, body=b"%d" % n) for n in range(5)],
        times(5, 0, STATE),
        times(5, 5, STATE),
        [one for n in range(3) for one in (call(STATE, at=n), call(ORDER, at=n))],
        [call(ORDER, 429, told=BUSY), call(ORDER, at=3), call(ORDER, at=3.5)],
        [call(ORDER, 429, told=BUSY), call(STATE, at=1)],
        [call(JOIN, 202, told=BUSY, request_body=b"%d" % n, at=n / 10) for n in range(5)],
        times(3, 1, "POST /orders/o1/state", told={**FRESH, **TAG}),
        [
            call(ORDER, 429, at=2 * n, told={"retry-after": said})
            for n, said in enumerate(("soon", "-1", "", "Thu, 99 Jan", "9" * 20))
        ],
        times(2, 9, JOIN, 403),
        times(5, 2, JOIN, 409),
        times(5, 1, ORDER, 404),
        times(5, 0.1, JOIN, 403, answered_by="fault"),
        [call(JOIN, 403, request_body=b"%d" % n) for n in range(5)],
        [call(JOIN, 403, caller=f"c{n}") for n in range(5)],
        [one for _ in range(3) for one in (call(JOIN, 403), call(ORDER, caller="x", changes=CHANGED))],
        [call(JOIN, 403, id=2 * n + 1) for n in range(3)],
        [call(JOIN, 403, id=1) for n in range(3)],
        [call(JOIN, 403, world=f"w{n}", id=1) for n in range(3)],
        [call(JOIN, 403), call("POST /orders/o1/state", 403)],
        [call(JOIN, 403), call(ORDER, 404)],
        [call("PUT /orders/o1", 412, sent={"if-match": '"a"'}), call(ORDER), call("PUT /orders/o1")],
        times(3, 0.1, "GET /orders?cursor=x", body=EMPTY),
        times(3, 1.5, "GET /orders?cursor=x", body=FULL),
        times(5, 0.1, "GET /orders?page=1", body=FULL),
        [call(f"GET /orders?page={n}", at=k / 10, body=FULL) for k, n in enumerate((1, 2, 3) * 3)],
        [
            call(f"GET /orders{page}", at=k / 100, body=FULL)
            for k, page in enumerate([page for page in ("", "?cursor=x", "?cursor=y") for _ in range(6)])
        ],
        [call(f"GET /orders?page=2&state={n}", at=0.1, body=EMPTY) for n in "abc"],
        [call("GET /orders?page=2&state=a", body=EMPTY), call("GET /orders?page=3&state=b", body=EMPTY)],
        [call(f"GET /orders?page={n}", at=n / 10, body=EMPTY) for n in (3, 2)],
        [call(JOIN, 201, request_body=b'{"note":"memo"}')],
        [call(JOIN, 201, request_body=b"{memo")],
        [
            call(ORDER, sent={"x-api-version": said})
            for said in ("2", "v2.1", "2.1.0", "2.1.0-rc1", "2026-01-01")
        ],
    ],
)
def test_what_a_good_client_does_is_not_noticed(apis: Mapping[str, Api], calls: list[Exchange]) -> None:
    assert noticed(apis, calls) == []


@pytest.mark.parametrize("ignored", ["unheeded", "unheeded:createOrder", "unheeded:shop.create*"])
def test_a_rule_can_be_ignored_for_all_operations_or_for_some(apis: Mapping[str, Api], ignored: str) -> None:
    assert noticed(apis, times(3, 1, JOIN, 403), ignored) == []
    assert len(noticed(apis, times(3, 1, JOIN, 403), "unheeded:getOrder", "polling")) == 1


@pytest.mark.parametrize("place", ["paths:", "  /orders:", "    post:"])
def test_a_contract_silences_a_rule_for_an_operation_a_path_or_all(tmp_path: Path, place: str) -> None:
    (tmp_path / "specs").mkdir()
    silenced = "x-mockade-ignore: [unheeded]"
    indent = " " * (2 + place.rindex(place.strip()))
    lines = f"{silenced}\n{place}" if place == "paths:" else f"{place}\n{indent}{silenced}"
    (tmp_path / "specs" / "shop.yaml").write_text(SPEC.replace(place, lines, 1), encoding="utf-8")
    assert noticed(load_apis(find_files(tmp_path)), times(3, 1, JOIN, 403)) == []
    assert "ignore" not in {one.rule for one in validate([str(tmp_path)]).findings}


def test_what_the_control_api_changes_in_a_world_makes_it_forget_and_moving_time_does_not(
    apis: Mapping[str, Api],
) -> None:
    for operation, expected in (("resetWorld", 0), ("advanceClock", 1)):
        control = Exchange("", "", "default", answered_by="control", operation=operation)
        calls = [one for call in times(3, 1, STATE) for one in (replace(control), call)]
        assert len(noticed(apis, calls)) == expected


def test_looking_at_an_exchange_costs_a_few_calls_of_functions(apis: Mapping[str, Api]) -> None:
    checks = UsageChecks(apis)
    one = call(ORDER, told={"content-type": "application/json"})
    costs = []
    for number in range(1, 5):
        one.id, count = number, 0

        def counted(_frame: Any, event: str, _argument: Any) -> None:
            nonlocal count
            count += event in ("call", "c_call")

        before = sys.getprofile()
        sys.setprofile(counted)
        try:
            checks(one)
        finally:
            sys.setprofile(before)
        costs.append(count)
    assert costs[-1] <= 14


def test_whatever_names_a_page_is_looked_into(apis: Mapping[str, Api]) -> None:
    found = apis["shop"].contract.operations_by_id[OPERATIONS["GET", "/orders"]]
    page = next(one for one in found.parameters if one.name == "page")
    for word in (*paging.OFFSETS, *paging.PAGES, *paging.AFTER, *paging.BEFORE):
        assert _may_page(replace(page, name=word)), word
    assert not _may_page(replace(page, name="refresh_ttl"))


def polled(apis: Mapping[str, Api], calls: Sequence[dict[str, Any]]) -> int:
    """How many notices come of the same poll by these, a second after another."""
    return len(noticed(apis, [call(STATE, at=number, **one) for number, one in enumerate(calls)]))


def test_two_programs_with_one_credential_or_none_are_two_clients(apis: Mapping[str, Api]) -> None:
    mine, theirs = ({"sent": {"user-agent": name}} for name in ("app/1", "admin/2"))
    for caller in ("", "ada"):
        one, other = {**mine, "caller": caller}, {**theirs, "caller": caller}
        assert polled(apis, [one, other, one, other]) == 0
        assert polled(apis, [one, one, one]) == 1


def test_who_calls_while_anothers_connection_is_open_is_another_client(apis: Mapping[str, Api]) -> None:
    lines = [{"connection": Line()} for _ in range(3)]
    assert polled(apis, lines) == 0
    assert polled(apis, [*lines, *lines]) == 0
    assert polled(apis, [one for one in lines for _ in range(3)]) == 3


def test_who_opens_a_connection_for_each_call_is_one_client(apis: Mapping[str, Api]) -> None:
    calls = times(3, 1, STATE)
    checks = UsageChecks(apis)
    for number, one in enumerate(calls, 1):
        line = Line()
        one.id, one.connection = number, line
        checks(one)
        line.is_over = True
        assert one.connection is None, "the journal keeps none"
    assert [len(one.notices) for one in calls] == [0, 0, 1]


def test_of_very_many_connections_that_stay_open_few_are_remembered(apis: Mapping[str, Api]) -> None:
    checks = UsageChecks(apis)
    for number in range(1, 200):
        one = call(STATE, at=number, connection=Line())
        one.id = number
        checks(one)
    (world,) = checks._worlds.values()
    (clients,) = world.clients.values()
    assert len(clients) == MOST_CLIENTS


def test_a_server_tells_clients_apart_whose_credential_and_program_are_the_same(tmp_path: Path) -> None:
    (tmp_path / "shop.yaml").write_text(SPEC, encoding="utf-8")
    with MockServer(tmp_path / "shop.yaml") as server:

        def poll(world: str, *clients: httpx.Client) -> list[str]:
            mock = server.other(world)
            mock.clock.freeze()
            for client in clients:
                mock.clock.advance(1)
                assert client.get(f"{mock.url}{STATE.partition(' ')[2]}").status_code == 200
            return [one["rule"] for entry in mock.journal.entries() for one in entry["notices"]]

        with httpx.Client(verify=NO_TLS) as one, httpx.Client(verify=NO_TLS) as other:
            assert poll("both", one, other, one, other) == []
            assert poll("alone", one, one, one) == ["polling"]
        closing = httpx.Client(verify=NO_TLS, headers={"connection": "close"})
        assert poll("closing", closing, closing, closing) == ["polling"]
        closing.close()
