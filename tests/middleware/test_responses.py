"""How a prepared response goes out: whole, and a 401 with one challenge whatever path it came by."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.contracts import answers, body, contract
from tests.harness import Mock, fault_at

Serve = Callable[..., Mock]

ERROR = {
    "type": "object",
    "required": ["message", "status"],
    "properties": {"message": {"type": "string"}, "status": {"type": "integer"}},
}
BEARER = "credentials: {Login: {t: {caller: ada}}}\n"
SCHEMES = {"Login": {"type": "http", "scheme": "bearer"}}

DIALECT = """
from mockade.dialects import Dialect, flat_error
from mockade.handling import Refusal, Reply

dialect = Dialect(errors=flat_error("error", "code"), component="Error")
"""
NO_DIALECT = "from mockade.handling import Refusal, Reply\n"
HANDLER = "\ndef get_me(call):\n    {line}\n"


def guarded(*, documents: dict[str, Any] | None = None, security: Any = None) -> str:
    """A contract with GET /me; `documents` is what it says of its 401."""
    asked = [{"Login": []}] if security is None else security
    operation = {"operationId": "get_me", "security": asked, **answers(200, {"type": "string"})}
    if documents is not None:
        operation["responses"][401] = {"description": "", **documents}
    flat = {"type": "object", "properties": {"error": {"type": "string"}, "code": {"type": "string"}}}
    spec = contract({"/me": {"get": operation}}, {"Error": flat})
    return spec.replace("components:", f"components:\n  securitySchemes: {SCHEMES!r}")


FLAT = body({"$ref": "#/components/schemas/Error"})
FINE = HANDLER.format(line="return 'hello'")


def challenges(answer: Any) -> list[str]:
    assert answer.status_code == 401
    found: list[str] = answer.headers.get_list("www-authenticate")
    return found


@pytest.mark.parametrize(
    ("spec", "handlers", "media_type"),
    [
        (guarded(), "", "application/problem+json"),
        (guarded(documents=body(ERROR)), "", "application/json"),
        (guarded(), DIALECT + FINE, "application/json"),
        (guarded(documents=FLAT), DIALECT + FINE, "application/json"),
    ],
    ids=["problem", "documented error", "dialect", "documented dialect"],
)
@pytest.mark.parametrize("token", ["", "wrong"])
def test_a_missing_or_unknown_credential_is_answered_with_one_challenge(
    serve: Serve, spec: str, handlers: str, media_type: str, token: str
) -> None:
    answer = serve(spec, BEARER, handlers).get("/me", token=token)
    assert challenges(answer) == ["Bearer"]
    assert answer.headers["content-type"] == media_type


@pytest.mark.parametrize(
    ("spec", "handlers"),
    [
        (guarded(), ""),
        (guarded(), DIALECT + FINE),
        (guarded(documents={}), ""),
        (guarded(documents=body(ERROR)), ""),
        (guarded(documents=FLAT), DIALECT + FINE),
    ],
    ids=["problem", "dialect", "without a body", "documented error", "documented dialect"],
)
def test_a_401_of_a_fault_has_one_challenge(serve: Serve, spec: str, handlers: str) -> None:
    mock = serve(spec, BEARER, handlers)
    fault_at(mock, {"status": 401})
    assert challenges(mock.get("/me", token="t")) == ["Bearer"]


def test_a_401_that_is_preferred_has_one_challenge(serve: Serve) -> None:
    mock = serve(guarded(documents=body(ERROR)), BEARER)
    assert challenges(mock.get("/me", token="t", headers={"Prefer": "code=401"})) == ["Bearer"]


@pytest.mark.parametrize(
    ("dialect", "line"),
    [
        (DIALECT, "raise Refusal(401, 'gone', 'It is over.')"),
        (NO_DIALECT, "raise Refusal(401, 'gone', 'It is over.')"),
        (DIALECT, "return Reply({'error': 'over', 'code': 'gone'}, 401)"),
    ],
    ids=["refusal in a dialect", "refusal without", "reply"],
)
def test_a_401_of_a_handler_has_one_challenge(serve: Serve, dialect: str, line: str) -> None:
    mock = serve(guarded(documents=FLAT), BEARER, dialect + HANDLER.format(line=line))
    assert challenges(mock.get("/me", token="t")) == ["Bearer"]


@pytest.mark.parametrize("name", ["WWW-Authenticate", "www-authenticate"])
def test_the_challenge_of_a_refusal_is_the_only_one(serve: Serve, name: str) -> None:
    line = f"raise Refusal(401, 'gone', 'It is over.', headers={{'{name}': 'Bearer realm=x'}})"
    mock = serve(guarded(documents=FLAT), BEARER, DIALECT + HANDLER.format(line=line))
    assert challenges(mock.get("/me", token="t")) == ["Bearer realm=x"]


def test_a_challenge_that_the_contract_requires_is_the_operations_own_and_no_sample(serve: Serve) -> None:
    header = {"WWW-Authenticate": {"required": True, "schema": {"type": "string"}}}
    mock = serve(guarded(documents={**body(ERROR), "headers": header}), BEARER)
    fault_at(mock, {"status": 401})
    assert challenges(mock.get("/me", token="t")) == ["Bearer"]


@pytest.mark.parametrize("required", [True, False])
def test_a_challenge_has_the_form_that_the_contract_documents_or_none(serve: Serve, required: bool) -> None:
    header = {"WWW-Authenticate": {"required": required, "schema": {"type": "string", "enum": ["Shop"]}}}
    mock = serve(guarded(documents={**body(ERROR), "headers": header}), BEARER)
    fault_at(mock, {"status": 401})
    assert challenges(mock.get("/me", token="t")) == (["Shop"] if required else [])


def test_an_operation_that_anyone_may_call_asks_for_what_the_others_ask(serve: Serve) -> None:
    mock = serve(guarded(security=[]), BEARER)
    fault_at(mock, {"status": 401})
    assert challenges(mock.get("/me")) == ["Bearer"]


ALL = {
    "Basic": {"type": "http", "scheme": "basic"},
    "Digest": {"type": "http", "scheme": "digest"},
    "Key": {"type": "apiKey", "in": "header", "name": "X-Key"},
    "Login": {"type": "oauth2", "flows": {}},
    "Mtls": {"type": "mutualTLS"},
    "Session": {"type": "apiKey", "in": "cookie", "name": 's"id'},
    "Twin": {"type": "http", "scheme": "bearer"},
}


def test_a_401_has_one_challenge_for_each_scheme(serve: Serve) -> None:
    spec = guarded(security=[{"Session": []}, {"Twin": [], "Key": []}, {"Login": []}, {"Basic": []}])
    mock = serve(spec.replace(repr(SCHEMES), repr(ALL)))
    (told,) = challenges(mock.get("/me"))
    assert told == (
        'Basic realm="shop", charset="UTF-8", ApiKey realm="shop", in="header", name="X-Key", Bearer, '
        'ApiKey realm="shop", in="cookie", name="sid"'
    )


def test_a_challenge_is_shortened_to_the_form_that_the_contract_documents(serve: Serve) -> None:
    header = {"WWW-Authenticate": {"required": True, "schema": {"type": "string", "pattern": "^Basic$"}}}
    spec = guarded(documents={**body(ERROR), "headers": header}, security=[{"Login": []}, {"Basic": []}])
    mock = serve(spec.replace(repr(SCHEMES), repr(ALL)))
    assert challenges(mock.get("/me")) == ["Basic"]


def test_no_status_but_401_has_a_challenge(serve: Serve) -> None:
    mock = serve(guarded(), BEARER)
    fault_at(mock, {"status": 403})
    assert "www-authenticate" not in mock.get("/me", token="t").headers
