"""Every exception on its way out becomes an answer: the vendor's dialect for a no, our voice for a bug."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson

from mockade.asgi import App, Receive, Scope, Send
from mockade.catalogue.answerers import culprit
from mockade.contract.validators import Check
from mockade.contract.violations import ABSENT, Violation, Where
from mockade.dialects import summary
from mockade.dialects.inferred import Trouble, documented_status, error_body
from mockade.errors import EngineRefusal, OurFault, Place, Refusal, problem_details, shown_path, sound
from mockade.middleware.context import KEY, Visit
from mockade.middleware.receiving import ClientGone, reading_on
from mockade.middleware.request_validation import Violated
from mockade.middleware.response_validation import Checked, header_line, send_checked
from mockade.state.clock import timestamp
from mockade.state.compact import at_rest

JSON = "application/json"
PROBLEM = "application/problem+json"


def problems(next_app: App) -> App:
    """In the place of Connexion's room, which wraps every request against the error that few of them meet."""

    async def room(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await next_app(scope, receive, send)
        except Exception as error:
            visit: Visit = scope[KEY]
            if visit.exchange.status:
                raise  # its answer is on its way
            answer = next(_HANDLERS[kind] for kind in type(error).__mro__ if kind in _HANDLERS)(visit, error)
            await send_checked(reading_on(receive, send), visit, answer)

    return room


def _refused(visit: Visit, refusal: Refusal) -> Checked:
    return refusal_answer(visit, refusal)


def _violated(visit: Visit, violated: Violated) -> Checked:
    visit.exchange.violations = violated.violations
    return violations_answer(visit, violated)


def _at_fault(visit: Visit, fault: OurFault) -> Checked:
    visit.exchange.violations = fault.violations
    if fault.__cause__ is not None:
        visit.exchange.traceback = sound("".join(traceback.format_exception(fault)))
    if fault.status == 501:
        visit.exchange.answered_by = "stub"
        return _problem(visit, 501, "Nobody answers this operation yet", fault.message)
    return _our_fault(visit, fault.message, fault.violations)


def _crashed(visit: Visit, error: Exception) -> Checked:
    """A bug: in a handler, or in the engine. Its traceback goes to the log, its last line to the caller."""
    if isinstance(error, ClientGone):
        visit.exchange.answered_by = "nobody"
        return Checked(400, b"", "text/plain", [])
    visit.exchange.traceback = sound("".join(traceback.format_exception(error)))
    print(visit.exchange.traceback, end="", file=sys.stderr)
    return _our_fault(visit, f"{type(error).__name__}: {error} (in {_place(visit, error)})", ())


def _place(visit: Visit, error: BaseException) -> Place:
    """Where an exception came from: the last line of the API's handlers on its way, else the last of all."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    theirs = culprit(visit.api.module if visit.api else None, error)
    return theirs or Place(shown_path(Path(last.filename)), last.lineno or 0, 1)


_HANDLERS: dict[type[Exception], Any] = {
    Refusal: _refused,
    Violated: _violated,
    OurFault: _at_fault,
    Exception: _crashed,
}


_BREACHES: dict[str, tuple[Where, str]] = {
    "no_operation": ("path", "paths"),
    "method_not_allowed": ("path", "method"),
    "unsupported_media_type": ("header", "content"),
    "malformed_request": ("path", "encoding"),
}
"""What the engine refuses because the contract has no place for it: violations without a schema."""


def refusal_answer(visit: Visit, refusal: Refusal) -> Checked:
    """A refusal in the words of the API it concerns."""
    visit.exchange.reason = refusal.message
    from_engine = isinstance(refusal, EngineRefusal)
    if from_engine or refusal is visit.astray:
        visit.exchange.answered_by = "engine"
        if refusal.code in _BREACHES:
            where, rule = _BREACHES[refusal.code]
            visit.exchange.violations = [Violation(where, (), rule, refusal.message)]
    # A shape's no is the engine's too: no author chose to answer with a status that is not documented.
    from_engine = from_engine or (visit.answerer is not None and visit.answerer.kind == "shape")
    api = visit.api
    if api is not None and api.dialect is not None:
        dialect = api.dialect
        worded = dialect.worded(refusal)
        body = dialect.refusal_body(worded)
        fault = _fault_in(visit, worded.status, dialect.component, body, from_engine=from_engine)
        return fault or _json(visit, worded.status, body, worded.headers, _media_type(visit, worded.status))
    undocumented = None if from_engine else _undocumented(visit, refusal.status)
    return undocumented or _documented(visit, refusal, ())


def _undocumented(visit: Visit, status: int) -> Checked | None:
    """What a handler's refusal becomes that its operation does not document; None for one that it does."""
    operation = visit.operation
    if operation is None or operation.documents(status):
        return None
    documented = ", ".join(operation.responses)
    message = f"{operation.id} refused with {status}, which the contract does not document ({documented})."
    return _our_fault(visit, message, ())


def violations_answer(visit: Visit, violated: Violated) -> Checked:
    """All violations of a request, in the words of its API."""
    visit.exchange.answered_by = "engine"
    visit.exchange.reason = "The request breaks the contract."
    api = visit.api
    if api is not None and api.dialect is not None:
        dialect = api.dialect
        body = dialect.violations_body(violated.violations)
        component = dialect.violation_component or dialect.component
        fault = _fault_in(visit, dialect.violation_status, component, body, from_engine=True)
        status = dialect.violation_status
        return fault or _json(visit, status, body, {}, _media_type(visit, status))
    refusal = Refusal(400, "invalid_request", summary(violated.violations))
    return _documented(visit, refusal, violated.violations)


def _fault_in(visit: Visit, status: int, component: str, body: Any, *, from_engine: bool) -> Checked | None:
    """Hold an error against the contract; the answer that says so in our own voice when it does not fit.

    A handler's refusal must be documented for its operation. The engine's own wear the vendor's error
    schema, whether or not the operation lists their status.
    """
    operation, api = visit.operation, visit.api
    assert api is not None, "a dialect belongs to an API"
    check: Check | None = None
    if operation is not None and (response := operation.response(status)) is not None:
        content = response.json
        check = content.check if content else None
    elif not from_engine and (undocumented := _undocumented(visit, status)) is not None:
        return undocumented
    if check is None:
        compiled = api.contract.component(component)
        check = compiled[0] if compiled else None
    violations = check.violations(body, "response") if check else []
    return (
        _our_fault(visit, f"The {status} error body breaks the contract.", violations) if violations else None
    )


def _documented(visit: Visit, refusal: Refusal, violations: Any) -> Checked:
    """An error of an API without a dialect: in the shape that its contract documents, else RFC 9457."""
    status = documented_status(visit.operation, refusal.status)
    if visit.api is not None:
        operations = [visit.operation] if visit.operation else visit.api.contract.operations
        now = timestamp(visit.world.state.clock.now())
        code = refusal.detail.get("credential_code") or refusal.code
        body = error_body(operations, Trouble(status, code, refusal.message, now, violations))
        if body is not ABSENT:
            return _json(visit, status, body, refusal.headers, _media_type(visit, status))
    return _problem(visit, status, "", refusal.message, violations, refusal.headers)


def challenge(visit: Visit) -> dict[str, str]:
    """The header that HTTP wants beside a 401: by which schemes one may come in."""
    schemes = visit.api.contract.security_schemes if visit.api else {}
    names = {name for one in (visit.operation.security if visit.operation else ()) for name in one}
    asked = dict.fromkeys(schemes[name].challenge for name in sorted(names) if schemes[name].challenge)
    return {"WWW-Authenticate": ", ".join(asked)} if asked else {}


def _media_type(visit: Visit, status: int) -> str:
    """The media type that the operation documents for an error, JSON where it documents none."""
    if visit.own:
        return PROBLEM
    response = visit.operation.response(status) if visit.operation else None
    content = response.json if response else None
    return content.media_type if content and "*" not in content.media_type else JSON


def _json(
    visit: Visit, status: int, body: Any, headers: Mapping[str, str], media_type: str = JSON
) -> Checked:
    headers = {**(challenge(visit) if status == 401 else {}), **headers}
    return _whole(visit, Checked(status, at_rest(orjson.dumps(body)), media_type, []), headers)


def _whole(visit: Visit, answer: Checked, headers: Mapping[str, str]) -> Checked:
    """An answer with its headers; one of ours in its place where HTTP cannot carry them."""
    for name, value in headers.items():
        line = header_line(name, value)
        if line is None:
            return _our_fault(visit, f"A refusal carries a header that HTTP cannot: {name!r}.", ())
        answer.headers.append(line)
    return answer


def _problem(
    visit: Visit,
    status: int,
    title: str,
    detail: str,
    violations: Any = (),
    headers: Mapping[str, str] | None = None,
) -> Checked:
    """RFC 9457, where no vendor's words fit."""
    visit.exchange.reason = sound(detail)
    body = problem_details(status, detail, title)
    if visit.exchange.operation:
        body["operation"] = f"{visit.exchange.api}.{visit.exchange.operation}"
    if violations:
        body["violations"] = [violation.as_data() for violation in violations]
    return _whole(visit, Checked(status, at_rest(orjson.dumps(body)), PROBLEM, []), headers or {})


def _our_fault(visit: Visit, detail: str, violations: Any) -> Checked:
    visit.exchange.answered_by = "mockade"
    visit.exchange.violations = violations
    return _problem(visit, 500, "The mock is at fault, not your request", detail, violations)
