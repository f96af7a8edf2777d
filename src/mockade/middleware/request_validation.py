"""Request validation: a request is held against its operation, and only one that fits goes on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from mockade.asgi import App, Message, Receive, Scope, Send, cookie_values
from mockade.catalogue.router import Route, Router
from mockade.contract.forms import undecoded
from mockade.contract.multipart import MOST_FIELDS
from mockade.contract.parameters import Parameter
from mockade.contract.undeclared import said_by, strip_undeclared, undeclared, undeclared_notices
from mockade.contract.violations import ABSENT, Violated, Violation, Where
from mockade.errors import EngineRefusal, Refusal
from mockade.hints import remembered_hint
from mockade.middleware.bodies import is_unread, parse_body, unjudged_value
from mockade.middleware.context import CONTEXT_KEY, OperationMiddleware, RoutedContext
from mockade.middleware.prefer_header import read_preference
from mockade.middleware.receiving import ClientGone, receive_body
from mockade.settings import WARNED, Settings

LET_THROUGH = b"x-mockade-violations"
"""The header that says how many violations a request had that was answered all the same."""

STANDARD_HEADERS = ("x-forwarded-", "x-mockade-", "x-real-ip", "x-request-id", "x-requested-with")
"""Undeclared headers that proxies and clients send everywhere: not worth a remark."""


class RequestValidation(OperationMiddleware):
    """Parses and validates what a request brings; one that breaks the contract goes on only if it may."""

    def __init__(self, app: App, router: Router, settings: Settings) -> None:
        super().__init__(app, router)
        self._settings = settings

    def for_operation(self, route: Route) -> App:
        return OperationValidation(self.app, route, self._settings)


_Named = tuple[Parameter, str]
"""A parameter, and the name that it comes under."""


class _QueryForms(NamedTuple):
    """The parameters of a query that are read in ways of their own."""

    raw: frozenset[str]
    """Names of those that are read undecoded."""
    spread: list[Parameter]


class OperationValidation:
    """Parses and validates the requests of one operation."""

    __slots__ = (
        "_app",
        "_cookies",
        "_forms",
        "_generates",
        "_header_names",
        "_headers",
        "_known_headers",
        "_known_query",
        "_largest",
        "_lets_through",
        "_names",
        "_operation",
        "_path",
        "_query",
        "_raw_path",
        "_settings",
    )

    def __init__(self, app: App, route: Route, settings: Settings) -> None:
        operation = self._operation = route.operation
        self._app = app
        self._largest = max(settings.max_body, operation.max_body)
        self._settings = settings
        self._generates = settings.generates
        self._lets_through = settings.requests == WARNED
        by_place: dict[Where, list[_Named]] = {"path": [], "query": [], "header": [], "cookie": []}
        for one in operation.parameters:
            by_place[one.place].append((one, one.name.lower() if one.where == "header" else one.name))
        self._path = by_place["path"]
        self._query = by_place["query"]
        self._headers = by_place["header"]
        self._header_names = {name.encode("latin-1", "replace") for _, name in self._headers}
        self._cookies = by_place["cookie"]
        self._names = route.names
        self._raw_path: dict[str, int] | None = None
        """By name, the position of each path parameter that is read undecoded; found when it is needed."""
        self._forms: _QueryForms | None = None
        schemes = route.api.contract.security_schemes.values()  # credentials are declared too
        known = {name for _, name in self._query} | {name for name, _ in operation.pairs}
        self._known_query = frozenset(known | {one.field for one in schemes if one.carrier == "query"})
        fields = {one.field.lower() for one in schemes if one.carrier == "header"}
        self._known_headers = frozenset(fields | {name for _, name in self._headers})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        context: RoutedContext = scope[CONTEXT_KEY]
        found: list[Violation] = []
        if self._path:
            given = {name: [text] for name, text in context.path.items()}
            if self._raw_path is None:
                raw = {name for parameter, name in self._path if parameter.raw}
                # From the end: the base path that a request comes by may have parameters of its own.
                self._raw_path = {name: -at for at, name in enumerate(self._names[::-1], 1) if name in raw}
            for name, at in self._raw_path.items():
                given[name] = [context.raw_path[at]]
            context.path = self._read(self._path, given, found)
        if self._query or scope["query_string"]:
            context.query = self._read_query(scope, found)
            context.query_string = scope["query_string"].decode("latin-1")
        texts = self._texts_of_headers(scope, found)
        if self._headers:
            context.headers = self._read(self._headers, texts, found)
        if self._cookies:
            context.cookies = self._read(self._cookies, cookie_values(scope), found)
        if not context.is_internal and "prefer" not in self._known_headers:
            context.preference, notices = read_preference(
                scope,
                self._operation,
                context.api.answerers[self._operation.id],
                generates=self._generates,
            )
            found += notices
        await self._take_body(context, scope, receive, found)
        broken = self._judge(context, found) if found else ()
        if not broken:
            await self._app(scope, receive, send)
        elif self._lets_through and not context.is_internal:
            await self._let_through(broken, scope, receive, send)
        else:
            raise Violated(broken)

    async def _let_through(
        self, broken: Sequence[Violation], scope: Scope, receive: Receive, send: Send
    ) -> None:
        """Have a request answered that breaks the contract; where nobody can, it is refused after all."""
        context: RoutedContext = scope[CONTEXT_KEY]
        exchange = context.exchange
        exchange.violations, who = broken, exchange.answered_by

        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (LET_THROUGH, b"%d" % len(broken))]
            await send(message)

        try:
            await self._app(scope, receive, told)
        except (Refusal, EngineRefusal, ClientGone):
            raise
        except Exception as error:  # who answers may rely on what the contract promises
            exchange.answered_by = who
            raise Violated(broken) from error

    def _judge(self, context: RoutedContext, found: list[Violation]) -> list[Violation]:
        """The violations; the rest are notices of the exchange."""
        notices = [one for one in found if one.notice]
        violations = [one for one in found if not one.notice]
        if self._settings.strict:
            violations += [one.enforced() for one in notices]
            notices = []
        elif context.is_internal:  # a filter that is misspelt would let everything through
            violations += [one.enforced() for one in notices if one.where == "query"]
        context.exchange.notices = [*context.exchange.notices, *notices]
        return violations

    def _read(
        self, parameters: list[_Named], texts: dict[str, list[str]], found: list[Violation]
    ) -> dict[str, Any]:
        values = {}
        for parameter, name in parameters:
            given = self._left_for(parameter, texts) if parameter.spread else texts.get(name, ())
            if not given and parameter.may_be_absent:
                continue
            value, violations = parameter.read(given)
            found += violations
            if value is not ABSENT:
                values[parameter.name] = value
            elif self._lets_through and given and isinstance(given, list):
                values[parameter.name] = given[0]
        return values

    def _query_forms(self) -> _QueryForms:
        return _QueryForms(
            frozenset(name for parameter, name in self._query if parameter.raw),
            [parameter for parameter, _ in self._query if parameter.spread],
        )

    def _left_for(self, parameter: Parameter, texts: dict[str, list[str]]) -> dict[str, list[str]]:
        """What may be members of a spread parameter: what it declares, and what nothing else does."""
        others = self._known_query - {parameter.name, *parameter.declared}
        return {name: values for name, values in texts.items() if name not in others}

    def _read_query(self, scope: Scope, found: list[Violation]) -> dict[str, Any]:
        raw: bytes = scope["query_string"]
        texts: dict[str, list[str]] = {}
        if not raw:
            return self._read(self._query, texts, found) if self._query else {}
        for name, text in _pairs(raw, found if self._lets_through else None):
            texts.setdefault(name, []).append(text)
        forms = self._forms = self._forms or self._query_forms()
        if forms.raw:
            texts |= undecoded(raw.decode("latin-1"), forms.raw)
        values = self._read(self._query, texts, found)
        for name in texts:
            if name not in self._known_query and not any(one.reading.takes(name) for one in forms.spread):
                hint = remembered_hint(name, self._known_query)
                message = f"The query parameter {name!r} is not in the contract. {hint}"
                found.append(undeclared("query", (name,), message, self._operation.source, texts[name][0]))
        return values

    def _texts_of_headers(self, scope: Scope, found: list[Violation]) -> dict[str, list[str]]:
        """Those of the declared headers; a notice for each vendor-like one that the contract does not know.

        All others are the transport's.
        """
        texts: dict[str, list[str]] = {}
        for raw, value in scope["headers"]:
            if raw in self._header_names:
                texts.setdefault(raw.decode("latin-1"), []).append(value.decode("latin-1"))
            elif raw[:2] == b"x-":
                name = raw.decode("latin-1")
                if name not in self._known_headers and not name.startswith(STANDARD_HEADERS):
                    hint = remembered_hint(name, self._known_headers)
                    message = f"The header {name!r} is not in the contract. {hint}"
                    shown = value.decode("latin-1")
                    found.append(undeclared("header", (name,), message, self._operation.source, shown))
        return texts

    async def _take_body(
        self, context: RoutedContext, scope: Scope, receive: Receive, found: list[Violation]
    ) -> None:
        raw = await receive_body(scope, receive, most=self._largest, patience=self._settings.patience)
        context.exchange.request_body = raw
        body = self._operation.body
        if body is None:
            if raw:
                message = "The operation takes no body; this one is not read."
                found.append(undeclared("body", (), message, self._operation.source))
            return
        as_it_came = context.is_internal and self._operation.raw_body
        try:
            value, content, violations = parse_body(scope, raw, body, as_it_came=as_it_came)
        except EngineRefusal as refusal:
            if not self._lets_through or context.is_internal:
                raise
            rule = "content" if refusal.code == "unsupported_media_type" else "encoding"
            found.append(Violation("body", (), rule, refusal.message, source=body.source))
            context.body = unjudged_value(scope, raw)
            return
        found += violations
        if value is ABSENT or content is None:
            return
        context.media_type = content.media_type
        if as_it_came:
            context.body = value
            return
        if is_unread(scope, value, content):
            message = "A body of this media type is taken as text, and not held against its schema."
            found.append(Violation("body", (), "unread", message, source=content.source, notice=True))
            context.body = value
            return
        if content.validator is not None:
            broken = content.validator.violations(value, "body")
            found += broken
            if broken:
                context.body = value if self._lets_through else context.body
                if content.normalizer is not None and not content.normalizer.branches:
                    notices = undeclared_notices(content.normalizer, value, "body", ())
                    found += said_by(content.words, notices) if notices else ()
                return
        if content.normalizer is not None:
            notices = undeclared_notices(content.normalizer, value, "body", ())
            if notices and context.api.module.ignores_undeclared:
                strip_undeclared(content.normalizer, value)
            found += said_by(content.words, notices) if notices else ()
            value = content.normalizer.fill(value)
        context.body = value


def _pairs(raw: bytes, found: list[Violation] | None) -> list[tuple[str, str]]:
    """The fields of a query string; of one that cannot be decoded what can, where `found` takes that."""
    try:
        return parse_qsl(
            raw.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS
        )
    except (UnicodeDecodeError, ValueError):
        message = f"The query string is not percent-encoded UTF-8 of at most {MOST_FIELDS:,} fields."
        if found is None or raw.count(b"&") >= MOST_FIELDS:
            raise EngineRefusal("malformed_request", message) from None
    found.append(Violation("query", (), "encoding", message))
    return parse_qsl(raw.decode("latin-1"), keep_blank_values=True, errors="replace")
