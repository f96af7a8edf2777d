"""Stock Connexion with one operation: GET session by id, bearer auth, requests and answers checked."""

from __future__ import annotations

import json
import sys
import warnings
from pathlib import Path
from typing import Any

import uvicorn

with warnings.catch_warnings():
    # Connexion imports Starlette's test client, which warns that its HTTP library is changing.
    warnings.simplefilter("ignore")
    from connexion import AsyncApp
    from connexion.resolver import Resolver

OPERATION = "get_session_by_id"


def one_operation(document: dict[str, Any]) -> dict[str, Any]:
    """The contract with nothing but the operation, and who checks its bearer token."""
    path, item = next(
        (path, item)
        for path, item in document["paths"].items()
        if item.get("get", {}).get("operationId") == OPERATION
    )
    kept = {name: value for name, value in item.items() if name in ("get", "parameters")}
    kept["get"]["security"] = [{"HTTPBearer": []}]
    scheme = document["components"]["securitySchemes"]["HTTPBearer"]
    document["components"]["securitySchemes"] = {"HTTPBearer": {**scheme, "x-bearerInfoFunc": "check"}}
    return {**document, "paths": {path: kept}}


def made(document: dict[str, Any], answer: dict[str, Any]) -> AsyncApp:
    body = json.loads(answer["body"])
    headers = {"ETag": answer["headers"]["etag"]}

    def get_session_by_id(**_: Any) -> Any:
        return body, 200, headers

    def check(token: str) -> dict[str, str] | None:
        return {"sub": token} if token == "ben" else None

    sys.modules["__main__"].check = check  # type: ignore[attr-defined]  # Connexion finds it by its name
    scheme = document["components"]["securitySchemes"]["HTTPBearer"]
    scheme["x-bearerInfoFunc"] = "__main__.check"
    app = AsyncApp(__name__, resolver=Resolver(lambda _name: get_session_by_id))
    app.add_api(document, validate_responses=True)
    return app


if __name__ == "__main__":
    port, contract, answers = int(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3])
    answer = next(one for one in json.loads(answers.read_text()) if one["operation"] == OPERATION)
    app = made(one_operation(json.loads(contract.read_text())), answer)
    uvicorn.run(
        app,
        port=port,
        http="httptools",
        ws="none",
        lifespan="off",
        access_log=False,
        log_level="critical",
        server_header=False,
    )
