"""Error middleware: a refusal becomes a response in the API's dialect, a bug one in RFC 9457's form."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mockade.asgi import App, Receive, Scope, Send
from mockade.catalogue.api import Api
from mockade.contract.operations import Content
from mockade.contract.validators import Validator
from mockade.contract.violations import ABSENT, Violated
from mockade.dialects import summary
from mockade.dialects.inferred import ErrorFacts, documented_status, error_body
from mockade.dialects.written import written_error
from mockade.errors import EngineRefusal, OurFault, Place, Refusal, shown_path, utf8_safe
from mockade.middleware.breaches import breaches, is_no_clients
from mockade.middleware.context import CONTEXT_KEY, RequestContext, RoutedContext
from mockade.middleware.negotiation import content_of, json_media_type
from mockade.middleware.receiving import ClientGone, drain_after_refusal
from mockade.middleware.responses import (
    PreparedResponse,
    header_line,
    json_response,
    problem_response,
    send_response,
)
from mockade.state.clock import timestamp


class ErrorMiddleware:
    """In the place of Connexion's, which wraps every request against the error that few of them meet."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self._app(scope, receive, send)
        except Exception as error:
            context: RequestContext = scope[CONTEXT_KEY]
            if context.exchange.status:
                raise  # its response is on its way
            answer = next(_HANDLERS[kind] for kind in type(error).__mro__ if kind in _HANDLERS)(
                context, error
            )
            await send_response(drain_after_refusal(receive, send), context, answer)


def _refused(context: RequestContext, refusal: Refusal) -> PreparedResponse:
    return refusal_answer(context, refusal)


def _violated(context: RequestContext, violated: Violated) -> PreparedResponse:
    context.exchange.violations = violated.violations
    return violations_answer(context, violated)


def _at_fault(context: RequestContext, fault: OurFault) -> PreparedResponse:
    context.exchange.violations = fault.violations
    if fault.__cause__ is not None:
        context.exchange.traceback = utf8_safe("".join(traceback.format_exception(fault)))
    if fault.status == 501:
        title, refusal = "Nobody answers this operation yet", EngineRefusal("not_implemented", fault.message)
        has_words = context.api is not None and context.api.dialect is not None
        answer = (
            refusal_answer(context, refusal) if has_words else _problem(context, 501, title, fault.message)
        )
        context.exchange.answered_by = "stub"
        return answer
    return _our_fault(context, fault.message, fault.violations)


def _unexpected(context: RequestContext, error: Exception) -> PreparedResponse:
    """A bug: in a handler, or in the engine. Its traceback goes to the log, its last line to the client."""
    if isinstance(error, ClientGone):
        context.exchange.answered_by = "nobody"
        return PreparedResponse(400, b"", "text/plain", [])
    if isinstance(error.__cause__, StopIteration):  # of a handler: no coroutine lets one through (PEP 479)
        error = error.__cause__
    context.exchange.traceback = utf8_safe("".join(traceback.format_exception(error)))
    print(context.exchange.traceback, end="", file=sys.stderr)
    words = f"{type(error).__name__}: {error}".removesuffix(": ")
    return _our_fault(context, f"{words} (in {_place(context, error)})", ())


def _place(context: RequestContext, error: BaseException) -> Place:
    """Where an exception came from: the last line of the API's handlers on its way, else the last of all."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    theirs = context.api.module.place_of_error(error) if context.api else None
    return theirs or Place(shown_path(Path(last.filename)), last.lineno or 0, 1)


_HANDLERS: dict[type[Exception], Any] = {
    Refusal: _refused,
    Violated: _violated,
    OurFault: _at_fault,
    Exception: _unexpected,
}


def refusal_answer(context: RequestContext, refusal: Refusal) -> PreparedResponse:
    """A refusal in the words of the API it concerns."""
    context.exchange.reason = refusal.message
    from_engine = isinstance(refusal, EngineRefusal)
    if from_engine or refusal is context.world_refusal:
        context.exchange.answered_by = "mockade" if is_no_clients(context) else "engine"
        context.exchange.violations = breaches(context, refusal) or context.exchange.violations
    # A refusal of generated CRUD is the engine's too: no author chose a status that is not documented.
    from_engine = from_engine or (context.answerer is not None and context.answerer.kind == "shape")
    api = context.api
    if api is not None and api.dialect is not None:
        dialect = api.dialect
        worded = dialect.worded(refusal)
        body = dialect.refusal_body(worded)
        fault = _invalid_error(context, api, worded.status, dialect.component, body, from_engine=from_engine)
        return fault or _json(context, worded.status, body, worded.headers, worded)
    undocumented = None if from_engine else _undocumented(context, refusal.status)
    return undocumented or _documented(context, refusal, ())


def _undocumented(context: RequestContext, status: int) -> PreparedResponse | None:
    """What a handler's refusal becomes that its operation does not document; None for one that it does."""
    operation = context.operation
    if operation is None or operation.documents(status):
        return None
    documented = ", ".join(operation.responses)
    message = f"{operation.id} refused with {status}, which the contract does not document ({documented})."
    return _our_fault(context, message, ())


def violations_answer(context: RequestContext, violated: Violated) -> PreparedResponse:
    """All violations of a request, in the words of its API."""
    context.exchange.answered_by = "engine"
    context.exchange.reason = "The request breaks the contract."
    api = context.api
    if api is not None and api.dialect is not None:
        dialect = api.dialect
        body = dialect.violations_body(violated.violations)
        component = dialect.violation_component or dialect.component
        fault = _invalid_error(context, api, dialect.violation_status, component, body, from_engine=True)
        status = dialect.violation_status
        worded = Refusal(status, "invalid_request", summary(violated.violations))
        return fault or _json(context, status, body, {}, worded)
    refusal = Refusal(400, "invalid_request", summary(violated.violations))
    return _documented(context, refusal, violated.violations)


def _invalid_error(
    context: RequestContext, api: Api, status: int, component: str, body: Any, *, from_engine: bool
) -> PreparedResponse | None:
    """Validate an error against the contract; a 500 of ours where it does not fit, else None.

    A handler's refusal must be documented for its operation. The engine's own wear the vendor's error
    schema, whether or not the operation lists their status.
    """
    operation = context.operation
    validator: Validator | None = None
    if operation is not None and (response := operation.response(status)) is not None:
        content = response.json
        validator = content.validator if content else None
    elif not from_engine and (undocumented := _undocumented(context, status)) is not None:
        return undocumented
    if validator is None:
        compiled = api.contract.component(component)
        validator = compiled[0] if compiled else None
    violations = validator.violations(body, "response") if validator else []
    return (
        _our_fault(context, f"The {status} error body breaks the contract.", violations)
        if violations
        else None
    )


def _documented(context: RequestContext, refusal: Refusal, violations: Any) -> PreparedResponse:
    """An error of an API without a dialect: in the shape that its contract documents, else RFC 9457."""
    status = documented_status(context.operation, refusal.status)
    if context.api is not None:
        operations = [context.operation] if context.operation else context.api.contract.operations
        facts = _facts(context, status, refusal, violations)
        written = _written(context, status, facts, refusal.headers)
        if written is not None:
            return written
        body = error_body(operations, facts)
        if body is not ABSENT:
            return _json(context, status, body, refusal.headers)
    is_authors = context.answerer is not None and context.answerer.kind == "handler"
    code = refusal.code if is_authors and not isinstance(refusal, EngineRefusal) else ""
    answer = _problem(context, status, "", refusal.message, violations, refusal.headers, code)
    _say_unwritten(context, status)
    return answer


def _facts(context: RequestContext, status: int, refusal: Refusal, violations: Any = ()) -> ErrorFacts:
    now = timestamp(context.world.state.clock.now())
    code = refusal.detail.get("credential_code") or refusal.code
    return ErrorFacts(status, code, refusal.message, now, violations)


def _other_content(context: RequestContext, status: int) -> Content | None:
    """What the operation documents for an error, where that is no JSON."""
    content = content_of(context, status) if isinstance(context, RoutedContext) else None
    return None if content is None or content.is_json else content


def _say_unwritten(context: RequestContext, status: int) -> None:
    """Say in the log why an error is not of the media type that the operation documents."""
    content = _other_content(context, status)
    if content is not None:
        reason = (
            f"The contract documents {content.sent_as} for a {status}, which cannot say this: it is JSON."
        )
        context.exchange.reason = f"{context.exchange.reason} {reason}".strip()


def _written(
    context: RequestContext, status: int, facts: ErrorFacts, headers: Mapping[str, str], body: Any = ABSENT
) -> PreparedResponse | None:
    """An error in the media type that the operation documents; None where that is JSON, or can say none."""
    content = _other_content(context, status)
    raw = written_error(content, facts, body) if content is not None else None
    if content is None or raw is None:
        return None
    is_bare = content.sent_as.startswith("text/") and "charset" not in content.sent_as
    media_type = f"{content.sent_as}; charset=utf-8" if is_bare else content.sent_as
    return _with_headers(context, PreparedResponse(status, raw, media_type, []), headers)


def _json(
    context: RequestContext,
    status: int,
    body: Any,
    headers: Mapping[str, str],
    worded: Refusal | None = None,
) -> PreparedResponse:
    """A body of the API's words as JSON, or in what is documented in its place for what was `worded` so."""
    if worded is not None:
        written = _written(context, status, _facts(context, status, worded), headers, body)
        if written is not None:
            return written
        _say_unwritten(context, status)
    return _with_headers(context, json_response(status, body, json_media_type(context, status)), headers)


def _with_headers(
    context: RequestContext, response: PreparedResponse, headers: Mapping[str, str]
) -> PreparedResponse:
    """The response with the headers of a refusal; a 500 where HTTP cannot carry one of them."""
    for name, value in headers.items():
        line = header_line(name, value)
        if line is None:
            return _our_fault(context, f"A refusal carries a header that HTTP cannot: {name!r}.", ())
        response.headers.append(line)
    return response


def _problem(
    context: RequestContext,
    status: int,
    title: str,
    detail: str,
    violations: Any = (),
    headers: Mapping[str, str] | None = None,
    code: str = "",
) -> PreparedResponse:
    """RFC 9457, where no vendor's words fit."""
    context.exchange.reason = utf8_safe(detail)
    members: dict[str, Any] = {"code": code} if code else {}
    if context.exchange.operation:
        members["operation"] = f"{context.exchange.api}.{context.exchange.operation}"
    if violations:
        members["violations"] = [violation.as_data() for violation in violations]
    return _with_headers(context, problem_response(status, detail, title=title, **members), headers or {})


def _our_fault(context: RequestContext, detail: str, violations: Any) -> PreparedResponse:
    context.exchange.answered_by = "mockade"
    context.exchange.violations = violations
    return _problem(context, 500, "The mock is at fault, not your request", detail, violations)
