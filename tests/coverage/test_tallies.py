"""Operations that nobody asked are told by sums, which are those that their items would make."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from itertools import islice
from typing import Any

import pytest

from mockade.coverage import parts as module
from mockade.coverage.compiling import items_of
from mockade.coverage.counting import Coverage
from mockade.coverage.document import CoveredApi, Detail, document
from tests.contracts import answers, contract
from tests.coverage.odd_contract import CONTRACT, HANDLERS, requests
from tests.harness import Mock, bundled

Serve = Callable[..., Mock]


def told(coverage: Coverage, api: Any, detail: Detail) -> list[dict[str, Any]]:
    covered = CoveredApi.of(api.contract, api.answerers)
    found: list[dict[str, Any]] = document(coverage, [covered], detail)["apis"]
    return found


def unasked(api: Any) -> Coverage:
    return Coverage(lambda _, operation: items_of(api.contract, operation))


@pytest.mark.parametrize("stem", ["rallyhere", "playcamp", "meshmap"])
def test_the_sums_are_those_of_the_items(stem: str) -> None:
    api = bundled((stem,))[stem]
    (whole,) = told(unasked(api), api, "all")
    for one in whole["operations"]:
        del one["items"]
    assert told(unasked(api), api, "asked") == told(unasked(api), api, "none") == [whole]


def test_the_sums_of_an_odd_contract_too_and_what_was_asked_has_its_items(serve: Serve) -> None:
    mock = serve(CONTRACT, handlers=HANDLERS)
    api = mock.apis["shop"]
    for one in islice(requests(), 6):
        mock.request(one.pop("method"), one.pop("path"), **one)
    (whole,), (some,) = (told(mock.world.coverage, api, one) for one in ("all", "asked"))
    assert some["totals"] == whole["totals"]
    states = Counter(one["state"] == "never" for one in whole["operations"])
    assert len(states) == 2, "some were asked, and some were not"
    for one, full in zip(some["operations"], whole["operations"], strict=True):
        assert one == (full if full["state"] != "never" else {**one, "totals": full["totals"]})
        assert ("items" in one) == (full["state"] != "never")


def test_a_schema_that_a_thousand_operations_have_is_gone_through_once(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = {"$ref": "#/components/schemas/Row"}
    paths = {f"/r{number}": {"get": answers(200, answer)} for number in range(1000)}
    properties = {f"p{number}": {"type": "string", "enum": ["a", "b"]} for number in range(50)}
    properties |= {"row": answer, "words": {"type": "string"}}
    mock = serve(contract(paths, {"Row": {"type": "object", "properties": properties}}))
    read: list[Any] = []
    wrapped = module.Parts.of
    monkeypatch.setattr(
        module.Parts, "of", lambda self, nodes, *more: read.append(nodes) or wrapped(self, nodes, *more)
    )
    (api,) = mock.apis.values()
    (found,) = told(unasked(api), api, "asked")
    assert found["totals"]["enum_values"]["never"] == 1000 * 100
    assert found["totals"]["properties"]["never"] == 1000 * 52
    assert len(read) == 51, "the row, and each of its properties that list values"
