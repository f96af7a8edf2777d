"""What a contract's own list shows, though no rows answer it, is there when a world starts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.contracts import answers, body, contract
from tests.harness import Mock

ROW = {"type": "object", "properties": {"name": {"type": "string"}}}
SHOWN = [{"id": "N_1", "name": "Main"}, {"id": "N_2", "name": "Other"}]


@pytest.fixture
def alive(home: Callable[..., Any], make_mock: Callable[..., Mock]) -> Callable[[str], Mock]:
    return lambda spec: make_mock(home=home(specs={"shop.yaml": spec}))


def listed(example: Any) -> dict[str, Any]:
    content = {"schema": {}, "example": example}
    return {"responses": {200: {"description": "", "content": {"application/json": content}}}}


@pytest.mark.parametrize(
    ("path", "example"),
    [
        ("/orgs/{orgId}/networks", SHOWN),
        ("/networks", {"data": {"current": 1, "items": SHOWN}}),
        ("/networks", ["N_1", "N_2"]),
        ("/orgs/{orgId}/networks", {"page": {}, "items": [{"network_id": one["id"]} for one in SHOWN]}),
    ],
)
def test_what_a_list_by_example_shows_is_found_at_its_own_path(
    alive: Callable[[str], Mock], path: str, example: Any
) -> None:
    paths = {
        "/networks/{networkId}": {
            "get": answers(200, ROW),
            "put": {"requestBody": body(ROW), **answers(200, ROW)},
            "delete": answers(204),
        },
        "/networks/{networkId}/alerts": {"get": answers(200, {"type": "array", "items": ROW})},
    }
    mock = alive(contract({path: {"get": listed(example)}, **paths}))
    assert mock.get(path.replace("{orgId}", "o1")).json() == example
    for key in ("N_1", "N_2"):
        assert mock.get(f"/networks/{key}").status_code == 200
        assert mock.get(f"/networks/{key}/alerts").status_code == 200
    assert mock.get("/networks/nope/alerts").status_code == 404


def test_what_a_create_by_example_tells_is_found_at_its_own_path(alive: Callable[[str], Mock]) -> None:
    sent = {"content": {"text/csv": {"schema": {"type": "string"}}}}
    told = listed({"id": "tpl_4", "name": "Form", "fields": [{"id": "f1"}]})
    paths = {
        "/templates": {"post": {"requestBody": sent, **told}},
        "/templates/{templateId}": {"get": answers(200, ROW), "delete": answers(204)},
        "/templates/{templateId}/fills": {"get": answers(200, {"type": "array", "items": ROW})},
    }
    mock = alive(contract(paths))
    made = mock.post("/templates", content="a,b", headers={"Content-Type": "text/csv"}).json()["id"]
    assert mock.last.answered_by == "example"
    assert mock.get(f"/templates/{made}").status_code == 200
    assert mock.get(f"/templates/{made}/fills").status_code == 200
