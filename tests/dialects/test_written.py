"""Errors in what a contract documents for them where that is no JSON: its type, with our words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.contracts import WIDGETS, contract, crud
from tests.harness import Mock, fault_at

Serve = Callable[..., Mock]
TEXT = {"type": "string"}
FAULT = {
    "type": "object",
    "required": ["message", "status"],
    "properties": {"message": TEXT, "status": {"type": "integer", "xml": {"attribute": True}}},
    "xml": {"name": "fault"},
}


UNFIT = {
    "type": "object",
    "required": ["a"],
    "properties": {"a": {"type": "string", "pattern": "^[A-Z]{9}$"}},
}


def documenting(content: dict[str, Any], status: str = "4XX") -> str:
    paths = crud("/widgets")
    for item in paths.values():
        for operation in item.values():
            if isinstance(operation, dict):
                operation["responses"][status] = {"description": "", "content": content}
    return contract(paths)


SAID = "There is no nope in widgets."


@pytest.mark.parametrize(
    ("kind", "schema", "sent", "said"),
    [
        ("text/plain", TEXT, "text/plain; charset=utf-8", SAID),
        ("text/plain", None, "text/plain; charset=utf-8", SAID),
        ("text/plain", {}, "text/plain; charset=utf-8", SAID),
        ("text/plain", FAULT, "text/plain; charset=utf-8", f'{{"message":"{SAID}","status":404}}'),
        ("text/html", TEXT, "text/html; charset=utf-8", f"404 Not Found</title></head><body><p>{SAID}</p>"),
        ("application/xml", FAULT, "application/xml", f'status="404"><message>{SAID}</message>'),
        ("application/problem+xml", FAULT, "application/problem+xml", "<fault"),
        ("application/xml", None, "application/xml", f"<message>{SAID}</message>"),
        ("application/yaml", FAULT, "application/yaml", f"message: {SAID}"),
        ("text/csv", FAULT, "text/csv; charset=utf-8", f"message,status\r\n{SAID},404\r\n"),
        ("text/*", TEXT, "text/plain; charset=utf-8", SAID),
    ],
)  # fmt: skip
def test_an_error_is_of_the_documented_media_type(
    serve: Serve, kind: str, schema: Any, sent: str, said: str
) -> None:
    media = {} if schema is None else {"schema": schema}
    mock = serve(documenting({kind: media}), WIDGETS)
    answer = mock.get("/widgets/nope")
    assert (answer.status_code, answer.headers["content-type"]) == (404, sent)
    assert said in answer.text
    broken = mock.post("/widgets", json={"name": 3})
    assert (broken.status_code, broken.headers["content-type"]) == (400, sent)
    assert "body/name: Expected string, got integer 3." in broken.text.replace('""', '"').replace("'", "")


@pytest.mark.parametrize(
    ("kind", "schema"),
    [
        ("image/png", {"type": "string", "format": "binary"}),
        ("application/pdf", None),
        ("text/plain", {"type": "string", "maxLength": 3}),
        ("application/xml", UNFIT),
    ],
)  # fmt: skip
def test_what_cannot_say_an_error_leaves_it_a_problem_and_the_log_says_why(
    serve: Serve, kind: str, schema: Any
) -> None:
    mock = serve(documenting({kind: {} if schema is None else {"schema": schema}}), WIDGETS)
    answer = mock.get("/widgets/nope")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
    assert mock.last.reason == (
        f"{SAID} The contract documents {kind} for a 404, which cannot say this: it is JSON."
    )


def test_of_several_documented_types_an_error_has_the_one_that_the_caller_takes(serve: Serve) -> None:
    spec = documenting(
        {one: {"schema": FAULT} for one in ("application/xml", "application/json", "text/plain")}
    )
    mock = serve(spec, WIDGETS)
    for accept, sent in [
        ("*/*", "application/json"),
        ("application/xml", "application/xml"),
        ("text/*", "text/plain; charset=utf-8"),
        ("image/png", "application/json"),
    ]:
        answer = mock.get("/widgets/nope", headers={"accept": accept})
        assert answer.headers["content-type"] == (sent if accept != "image/png" else "application/json")
        assert answer.status_code == 404


HANDLERS = """
from mockade.dialects import Dialect, flat_error
dialect = Dialect(errors=flat_error(), component="")
"""


def test_a_dialect_s_words_are_written_as_the_contract_documents(serve: Serve) -> None:
    mock = serve(documenting({"application/xml": {"schema": FAULT}}), WIDGETS, HANDLERS)
    assert "<code>not_found</code>" in mock.get("/widgets/nope").text
    mock = serve(documenting({"text/plain": {"schema": TEXT}}), WIDGETS, HANDLERS)
    assert mock.get("/widgets/nope").text == SAID


def test_a_fault_and_a_preferred_error_are_of_that_type_too(serve: Serve) -> None:
    mock = serve(documenting({"application/xml": {"schema": FAULT}}), WIDGETS)
    preferred = mock.get("/widgets", headers={"prefer": "code=418"})
    assert '<fault status="418"><message>I\'m a Teapot</message></fault>' in preferred.text
    fault_at(mock, {"status": 429})
    answer = mock.get("/widgets")
    assert answer.headers["content-type"] == "application/xml"
    assert "<message>Too Many Requests</message>" in answer.text
