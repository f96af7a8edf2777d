"""Bundled contracts are plain OpenAPI 3.0: a stock Connexion application loads each and routes by it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from connexion import AsyncApp
from connexion.resolver import Resolver
from starlette.testclient import TestClient

from tests.test_promises import APIS, NAMES, good_request

SPECS = Path(__file__).parents[1] / "specs"


def anyone(*_: object, **__: object) -> dict[str, Any]:
    """Lets every credential in, as Connexion wants to be told by a function's name."""
    return {"sub": "anyone"}


class EveryOperation(Resolver):  # type: ignore[misc]  # Connexion is untyped
    """Finds a function for every operationId: one that answers with that id."""

    def resolve_function_from_operation_id(self, operation_id: str) -> Any:
        def answer(*_: object, **__: object) -> tuple[dict[str, str], int]:
            return {"operation": operation_id}, 299

        return answer


@pytest.fixture
def stock(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    """A client of Connexion's own application, made of the file of one API."""
    for kind in ("APIKEY", "BASIC", "BEARER"):
        monkeypatch.setenv(f"{kind}INFO_FUNC", f"{__name__}.anyone")
    app = AsyncApp(__name__, specification_dir=str(SPECS))
    app.add_api(f"{request.param}.yaml", base_path="/stock", resolver=EveryOperation())
    return app.test_client()


@pytest.mark.parametrize("name", NAMES)
def test_the_contract_is_openapi_3_0(name: str) -> None:
    assert str(yaml.safe_load((SPECS / f"{name}.yaml").read_text(encoding="utf-8"))["openapi"]) == "3.0.3"


@pytest.mark.filterwarnings("ignore:Unclosed file:ResourceWarning")  # Connexion leaves uploads open
@pytest.mark.parametrize(("stock", "name"), [(name, name) for name in NAMES], indirect=["stock"])
def test_a_stock_application_routes_a_request_to_every_operation(stock: TestClient, name: str) -> None:
    api = APIS[name]
    routed = {}
    for operation in api.contract.operations:
        request = good_request(api, operation)
        answer = stock.request(request.method, f"/stock{request.path}", **request.options())
        routed[operation.id] = answer.json().get("operation", answer.text)
    assert routed == {operation.id: operation.id for operation in api.contract.operations}
