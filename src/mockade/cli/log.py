"""The log of a running server: a line for each request, and under a refused one why, and what to do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from time import monotonic
from typing import Any

import click

from mockade.catalogue.api import Api
from mockade.cli.banner import credential
from mockade.errors import printable
from mockade.hints import shell_line
from mockade.reports import exchange_lines
from mockade.settings import MOCKADE_PATH
from mockade.worlds.journal import Exchange

READY = "Mockade is ready:"
"""Prefix of the ready line; the base URL follows. Scripts may wait for it."""

TOKEN = "Mockade's token:"
"""Prefix of the line with a generated token; it is printed before the ready line."""

REPEAT_AFTER = 60.0
"""Seconds until a read by one operation of the control API is logged again: who follows repeats it."""

_FILES = f"{MOCKADE_PATH}/console/"
"""What the console's page loads, which is told of itself."""

MOST_READS = 1000
"""How many such reads, and kinds of notices, are remembered."""


class Log:
    """The lines about each exchange, which begin with the world's time.

    Of the notices about an operation the first of each kind is told. `verbose` adds the others, changes and
    every read of the control API.
    """

    def __init__(self, apis: Mapping[str, Api], *, verbose: bool = False) -> None:
        self._verbose = verbose
        self.set_apis(apis)

    def set_apis(self, apis: Mapping[str, Api]) -> None:
        """Log exchanges of these APIs from now on: their files were read again."""
        self._apis = apis
        self._told: set[tuple[str, ...]] = set()
        """The kinds of notices that were told: API, operation, rule and place in the request."""
        self._known_serializer: Any = None
        self._reads: dict[str, float] = {}
        """When a read of the control API was logged last, by its operation, else its path."""

    @property
    def _serializer(self) -> Any:
        """Loaded with the first line: most of a control API comes with it."""
        if self._known_serializer is None:
            from mockade.catalogue.redaction import Redaction
            from mockade.control.exchanges import ExchangeSerializer

            self._known_serializer = ExchangeSerializer(self._apis, Redaction.of(self._apis.values()))
        return self._known_serializer

    def lines(self, exchange: Exchange) -> Iterator[str]:
        if not self._verbose and self._was_logged_recently(exchange):
            return
        summary = self._serializer.summary(exchange, changes=self._verbose)
        head = exchange_lines.dated_head(summary)
        if not exchange.method:  # nobody asked
            yield f"{head}  {printable(exchange.reason)}".rstrip()
        else:
            yield f"{head}  {exchange.took * 1000:.1f} ms"
        if exchange.status >= 400 or exchange.answered_by == "fault":
            yield from exchange_lines.violations(summary)
            advice = _advice(exchange, self._apis.get(exchange.api))
            if advice:
                yield f"    {click.style('→', bold=True)} {printable(advice)}"
        if self._verbose:
            yield from exchange_lines.notices(summary)
            yield from exchange_lines.changes(summary)
        elif exchange.api in self._apis:
            yield from exchange_lines.notices({"notices": self._first_notices(exchange, summary["notices"])})

    def full(self, exchange: Exchange) -> dict[str, Any]:
        """The whole exchange, as the control API has it."""
        found: dict[str, Any] = self._serializer.full(exchange)
        return found

    def _first_notices(
        self, exchange: Exchange, notices: Sequence[Mapping[str, Any]]
    ) -> list[Mapping[str, Any]]:
        """Those of whose kind none was told about the operation."""
        first = []
        for notice in notices:
            kind = exchange.api, exchange.operation, notice["rule"], notice["where"], notice["pointer"]
            if kind not in self._told and len(self._told) < MOST_READS:
                self._told.add(kind)
                first.append(notice)
        return first

    def _was_logged_recently(self, exchange: Exchange) -> bool:
        reads = exchange.method in ("GET", "HEAD") and exchange.status < 400
        if not reads or not exchange.path.startswith(MOCKADE_PATH):
            return False
        if exchange.path.startswith(_FILES):
            return True
        now = monotonic()
        read = exchange.operation or exchange.path
        last = self._reads.get(read, -REPEAT_AFTER)
        if now - last < REPEAT_AFTER:
            return True
        if len(self._reads) >= MOST_READS:
            self._reads.clear()
        self._reads[read] = now
        return False


def _advice(exchange: Exchange, api: Api | None) -> str:
    """What to do about a refusal whose reason does not say so itself; empty where there is nothing to say."""
    if exchange.answered_by == "mockade" and exchange.status >= 500:
        return exchange_lines.NOT_THE_REQUEST
    if exchange.answered_by != "engine" or api is None:
        return ""
    operation = api.contract.operations_by_id.get(exchange.operation)
    if operation is not None and exchange.violations:
        return f"Mend the request. What it may be: {MOCKADE_PATH}/docs/{api.stem}/"
    if operation is not None and exchange.status in (401, 403):
        words = credential(api, operation)
        return f"This one may: curl {shell_line(words)}" if words else ""
    if operation is None and exchange.status == 404:
        return f"What is served: {shell_line(['mockade', 'routes', *api.origin.words])}"
    return ""
