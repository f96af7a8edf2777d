"""The response of a status that no handler gave: the contract's example, else one made to fit."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import partial
from http.client import responses
from typing import Any

import orjson

from mockade.catalogue.api import Api
from mockade.contract.operations import Operation, Response, is_json
from mockade.contract.samples import sample
from mockade.contract.violations import ABSENT, Violation
from mockade.dialects.inferred import ErrorFacts, error_body
from mockade.errors import ENGINE_STATUSES, EngineRefusal, Refusal
from mockade.handling import Call, Reply
from mockade.middleware.context import RoutedContext
from mockade.middleware.response_validation import (
    NO_BODY,
    InvalidResponse,
    validated_response,
    with_promised_headers,
)
from mockade.middleware.responses import PreparedResponse, challenge, json_response, problem_response
from mockade.state.transaction import Transaction


def documented(
    context: RoutedContext, status: int, headers: Mapping[str, str], example: str | None = None
) -> PreparedResponse | None:
    """The operation's answer of that status as its contract documents it; None where nothing made fits.

    It is the named example, or the first that fits, or else one made of the dialect's words or the schema's.
    What chance gives to it is not drawn from the world's.
    """
    api, operation = context.api, context.operation
    response = operation.response(status)
    if response is None:
        return None
    call = api.call(Transaction(context.world.state))
    if status == 401:
        headers = {**challenge(context), **headers}
    for body in _bodies(api, operation, response, status, call, example):
        # A contract may ask for a form of its own of a header that we would send.
        for offered in (headers, {}):
            try:
                reply = with_promised_headers(call, operation, Reply(body, status, offered))
                return validated_response(operation, reply)
            except InvalidResponse:
                continue
    return None


def undocumented(context: RoutedContext, status: int, headers: Mapping[str, str]) -> PreparedResponse:
    """An answer of a status that the operation does not document: an error in the vendor's envelope.

    Where there is none, or none that fits, it is RFC 9457's; what is no error has no body.
    """
    api, operation = context.api, context.operation
    lines = [(name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()]
    if status < 400:
        return PreparedResponse(status, b"", "", lines)
    dialect = api.dialect
    names = {dialect.component, dialect.violation_component} - {""} if dialect else set()
    validators = [compiled[0] for compiled in map(api.contract.component, sorted(names)) if compiled]
    for body in _worded(api, status):
        if not validators or any(validator.is_valid(body) for validator in validators):
            return json_response(status, body)._replace(headers=lines)
    now = api.call(Transaction(context.world.state)).now()
    body = error_body([operation], _facts(api, status, now))
    if body is not ABSENT:
        return json_response(status, body)._replace(headers=lines)
    return problem_response(status, _phrase(status))._replace(headers=lines)


def _bodies(
    api: Api, operation: Operation, response: Response, status: int, call: Call, example: str | None
) -> Iterator[Any]:
    """What may be the body, best first; whoever takes one checks it."""
    content = response.json or next(iter(response.contents.values()), None)
    if content is None or status in NO_BODY:
        yield None
        return
    if example is not None:
        yield content.examples[example].value
        return
    yield from (node.value for node in content.examples.values())
    if status >= 400:
        yield from _worded(api, status)
        yield error_body([operation], _facts(api, status, call.now()))
    if content.schema is not None:
        yield sample(content.schema, now=call.now(), uuid=call.new_uuid)
    yield {} if is_json(content.media_type) else ""


def _facts(api: Api, status: int, now: str) -> ErrorFacts:
    return ErrorFacts(status, _refusal(api, status).code, _phrase(status), now)


def _worded(api: Api, status: int) -> Iterator[Any]:
    """What the API's dialect says to a status that none of its rules is behind, as far as it has words."""
    dialect = api.dialect
    if dialect is None:
        return
    refusal = _refusal(api, status)
    violation = Violation("body", (), refusal.code, refusal.message)
    of_violations = (
        [partial(dialect.violations_body, [violation])] if status == dialect.violation_status else []
    )
    for words in (partial(dialect.refusal_body, refusal), *of_violations):
        try:
            body = words()
            orjson.dumps(body)
        except Exception:  # it may want what only a rule of the vendor's could tell it
            continue
        yield body


def _refusal(api: Api, status: int) -> Refusal:
    """A refusal of that status, with the dialect's own code where the engine has a no of it."""
    dialect, phrase = api.dialect, _phrase(status)
    code = re.sub(r"\W+", "_", phrase.lower())
    if dialect is None:
        return Refusal(status, code, phrase)
    for known, (renamed, _) in dialect.engine.items():
        if status == renamed == ENGINE_STATUSES.get(known):
            return dialect.worded(EngineRefusal(known, phrase))
    loud = any(one.isupper() for _, one in dialect.engine.values())
    return Refusal(status, code.upper() if loud else code, phrase)


def _phrase(status: int) -> str:
    return responses.get(status, f"Status {status}")
