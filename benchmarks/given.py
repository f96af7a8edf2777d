"""What peers are given so that all answer alike: Mockade's recorded answers, and contracts with them in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml

from benchmarks.peers import Files
from benchmarks.processes import ROOT, Failed, Process, ask
from benchmarks.work import WORKS, Work, with_etag

APIS = ("rallyhere", "meshmap", "playcamp")
KEPT = ("content-type", "etag")
"""The headers of a recorded answer; date and length are each server's own."""

Recorded = dict[str, Any]


def recorded(mockade: Process) -> tuple[tuple[Work, ...], list[Recorded]]:
    """The works, with the measured session's ETag in them, and Mockade's answer to each."""
    etag = ask(mockade.port, WORKS[0]).headers["etag"]
    works = with_etag(WORKS, etag)
    answers = []
    for work in works:
        answer = ask(mockade.port, work.numbered(0))
        if answer.status != work.status:
            raise Failed(f"{work.title}: Mockade answered {answer.status}: {answer.body.decode()}")
        answers.append(
            {
                "api": work.api,
                "operation": work.operation,
                "method": work.method,
                "path": work.path,
                "tagged": "If-None-Match" in work.headers,
                "status": answer.status,
                "headers": {name: answer.headers[name] for name in KEPT if name in answer.headers},
                "body": answer.body.decode(),
            }
        )
    return works, answers


def written(answers: list[Recorded], folder: Path) -> dict[str, Files]:
    """By API, the files that peers are started with."""
    recording = folder / "answers.json"
    recording.write_text(json.dumps(answers), encoding="utf-8")
    stubs = folder / "stubs"
    (stubs / "mappings").mkdir(parents=True, exist_ok=True)
    mappings = {"mappings": [_stub(answer) for answer in answers if answer["status"] < 400]}
    (stubs / "mappings" / "answers.json").write_text(json.dumps(mappings), encoding="utf-8")
    files = {}
    for api in APIS:
        document = yaml.safe_load((ROOT / "specs" / f"{api}.yaml").read_text(encoding="utf-8"))
        _simplify(document)
        document["servers"] = [{"url": "/"}]
        for answer in answers:
            if answer["api"] == api:
                _exemplify(document, answer)
        contract = folder / f"{api}.json"
        contract.write_text(json.dumps(document, default=str), encoding="utf-8")
        files[api] = Files(contract, recording, stubs)
    return files


def _simplify(value: Any) -> None:
    """Take out what openapi-backend would not start with, in words that no work here depends on.

    That is `nullable` where no `type` stands beside it, and an `exclusiveMinimum` that is true, as in 3.0.
    """
    if isinstance(value, dict):
        if "nullable" in value and "type" not in value:
            del value["nullable"]
        if value.get("exclusiveMinimum") is True:
            del value["exclusiveMinimum"]
        for one in value.values():
            _simplify(one)
    elif isinstance(value, list):
        for one in value:
            _simplify(one)


def _exemplify(document: dict[str, Any], answer: Recorded) -> None:
    """Let the recorded answer be the example of its status, and the only good status of its operation.

    Peers choose the first of several good statuses. Of two answers of one operation the first is taken.
    """
    if not answer["body"]:
        return
    for item in document["paths"].values():
        operation = item.get(answer["method"].lower())
        if operation and operation.get("operationId") == answer["operation"]:
            responses = operation["responses"]
            status = str(answer["status"])
            content = responses[status]["content"]["application/json"]
            content.pop("examples", None)
            content.setdefault("example", json.loads(answer["body"]))
            refusals = {code: one for code, one in responses.items() if not code.startswith("2")}
            operation["responses"] = {status: responses[status], **refusals}


def _stub(answer: Recorded) -> dict[str, Any]:
    asked: dict[str, Any] = {"method": answer["method"], "urlPath": answer["path"]}
    credential = "x-app-api-key" if answer["api"] == "meshmap" else "Authorization"
    asked["headers"] = {credential: {"matches": ".+"}}
    if answer["tagged"]:
        asked["headers"]["If-None-Match"] = {"equalTo": answer["headers"]["etag"]}
    given = {"status": answer["status"], "headers": answer["headers"], "body": answer["body"]}
    return {"priority": 1 if answer["tagged"] else 5, "request": asked, "response": given}
