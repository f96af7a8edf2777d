"""What is wrong with an API (`validation/served.py`), over HTTP: as `mockade validate` says it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mockade.control import findings
from mockade.validation.agreement import validate
from tests.contracts import WIDGETS, contract, crud
from tests.harness import Mock

Serve = Callable[..., Mock]
V1 = "/_mockade/v1"
PATHS = {
    **crud("/widgets"),
    "/odd": {"get": {"responses": {"200": {"$ref": "#/components/responses/None"}}}},
    "/wrong": {
        "get": {
            "responses": {
                "200": {
                    "description": "",
                    "content": {"application/json": {"schema": {"type": "string"}, "example": 7}},
                }
            }
        }
    },
}


def found(mock: Mock) -> dict[str, Any]:
    told: dict[str, Any] = mock.get(f"{V1}/apis/shop/findings").json()
    return told


def test_it_is_what_validate_says_errors_first_each_with_its_place(serve: Serve) -> None:
    mock = serve(contract(PATHS), WIDGETS)
    told = found(mock)
    assert told["whole"] is True
    spec = next(iter(mock.apis["shop"].contract.document.paths()))
    said = {(str(one.place), one.rule, one.message) for one in validate([spec.parent.parent]).findings}
    assert {(one["place"], one["rule"], one["message"]) for one in told["findings"]} == said
    assert {"ref", "example", "operationId"} <= {rule for _, rule, _ in said}
    severities = [one["severity"] for one in told["findings"]]
    assert severities == sorted(severities, key=["error", "warning", "info"].index)
    assert mock.get(f"{V1}/code", params={"place": told["findings"][0]["place"]}).status_code == 200
    assert found(mock) == told
    assert mock.get(f"{V1}/apis/none/findings").status_code == 404


def test_of_a_very_large_contract_it_is_what_loading_it_found(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(findings, "LARGEST_CHECKED", 10)
    told = found(serve(contract(PATHS), WIDGETS))
    assert told["whole"] is False
    assert "ref" in {one["rule"] for one in told["findings"]}
    assert "example" not in {one["rule"] for one in told["findings"]}
