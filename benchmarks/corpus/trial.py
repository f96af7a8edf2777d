"""Sends requests to a mock and judges the answers; knows what they told of the things that are there."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from itertools import islice
from typing import Any, NamedTuple, Protocol

from benchmarks.corpus.contracts import Contract, Operation
from benchmarks.corpus.encoding import Request
from benchmarks.corpus.ids import Finder, Ids, Parents
from benchmarks.corpus.paths import Place, by_form, ends_with_item, form, noun, places
from benchmarks.corpus.requests import Requests
from benchmarks.corpus.schemas import Schemas
from benchmarks.corpus.things import created, rows
from benchmarks.corpus.values import Unmade
from benchmarks.corpus.verdicts import (
    ANSWERED,
    BROKE,
    FAULT,
    REFUSED,
    UNKNOWN,
    UNMADE,
    UNSENT,
    Verdict,
    best_judged,
    head,
)

CROSS_CHECKED = 3
"""Answers of each contract that a second implementation of JSON Schema judges too."""

GENERATED = "x-mockade-answer"
"""The header of an answer that was made up from its schema."""

Report = Callable[..., None]
"""Called with the kind of an event and its facts."""


class Answer(NamedTuple):
    status: int
    headers: Mapping[str, str]
    """By their names in small letters."""
    body: bytes


class Entry(Protocol):
    """What a mock's journal says of an exchange."""

    answered_by: str
    reason: str
    violations: Any


class Mock(Protocol):
    def send(self, request: Request) -> tuple[Answer, Entry | None]: ...


class Reply(NamedTuple):
    """An answer, judged."""

    status: int
    headers: Mapping[str, str]
    verdict: Verdict
    why: str
    """Empty where it is as documented; else with the status."""
    entry: Entry | None = None

    @property
    def ok(self) -> bool:
        """Whether it succeeded as documented; of a contract without any 2xx a 4xx is no success here."""
        return self.verdict.name == ANSWERED and self.status < 400


class Trial:
    """One contract tried on one world of a mock; each operation is asked once, in its turn or when needed.

    Without a mock the requests are made all the same: others may be sent them.
    """

    def __init__(
        self, contract: Contract, schemas: Schemas, requests: Requests, mock: Mock | None, report: Report
    ) -> None:
        self.requests = requests
        self.finder = Finder(contract.operations, requests.values, self._look)
        self.sent = 0
        self.schemas = schemas
        self._contract = contract
        self._mock = mock
        self._report = report
        self._forms = by_form(contract.operations)
        self._asked: set[str] = set()
        self._looked: set[tuple[str, Parents, int]] = set()
        self._removed = 0
        self._created = 0
        self._cross_checked = 0

    def ask(self, operation: Operation, ids: Ids | None = None) -> None:
        """Ask an operation, unless it was asked, with these ids or others, and report what came of it."""
        if operation.name in self._asked:
            return
        self._asked.add(operation.name)
        facts = {"operation": operation.name, "method": operation.method, "item": operation.has_item}
        try:
            ids = ids or self.finder.of(operation)
            self._asked_with(operation, ids, self.requests.make(operation, ids.values), facts)
        except Unmade as error:
            self._report("answer", **facts, verdict=UNMADE, why=str(error))
        except Exception as error:
            why = f"the corpus failed: {type(error).__name__}: {error}"[:200]
            self._report("answer", **facts, verdict=UNMADE, why=why)

    def send(self, operation: Operation, ids: Ids, request: Request) -> Reply:
        """Send a request, judge the answer, and learn from it."""
        if self._mock is None:
            return Reply(0, {}, Verdict(UNSENT), "the contract did not start")
        self.sent += 1
        try:
            answer, entry = self._mock.send(request)
        except Exception as error:
            reply = Reply(500, {}, Verdict(FAULT), head(f"raised {type(error).__name__}: {error}"))
        else:
            meant = self._contract.alike(operation)
            verdict = best_judged(meant, self.schemas, answer.status, answer.headers, answer.body)
            why = verdict.why
            if verdict.name in (REFUSED, FAULT) and entry is not None:
                why = _why(answer.status, entry)
            reply = Reply(answer.status, answer.headers, verdict, why, entry)
        if reply.verdict.name == FAULT:
            self._report("fault", operation=operation.name, verdict=FAULT, why=reply.why)
        self._learn(operation, ids, request, reply)
        return reply

    def _asked_with(self, operation: Operation, ids: Ids, request: Request, facts: dict[str, Any]) -> None:
        if not ids.unknown or self._mock is None:
            facts["request"] = {
                "target": request.target,
                "headers": request.headers,
                "body": request.body.decode("latin-1"),
            }
        began = time.process_time()
        reply = self.send(operation, ids, request)
        cpu = time.process_time() - began
        outcome = self._outcome(reply)
        if ids.is_given and reply.verdict.name == REFUSED:
            outcome["why"] += " (an id of the contract's own)"
        if ids.unknown and self._mock is not None and reply.verdict.name not in (BROKE, FAULT):
            # It is asked with a made id for the sake of what must never happen.
            outcome = {
                "status": reply.status,
                "verdict": UNKNOWN,
                "why": f"of {{{ids.unknown}}}",
                "with_made_id": reply.verdict.name,
            }
        self._report("answer", **facts, **outcome, cpu=cpu)

    def _outcome(self, reply: Reply) -> dict[str, Any]:
        entry = reply.entry
        by = entry.answered_by if entry else ""
        outcome = {
            "status": reply.status,
            "by": by,
            "generated": GENERATED in reply.headers or by == "generated",
            "verdict": reply.verdict.name,
            "why": reply.why,
        }
        if reply.verdict.name in (REFUSED, FAULT) and entry is not None:
            outcome["full"] = (entry.reason or "; ".join(map(str, entry.violations)))[:400]
        self._cross_check(reply.verdict, outcome)
        return outcome

    def _cross_check(self, verdict: Verdict, outcome: dict[str, Any]) -> None:
        if verdict.value is None or verdict.schema is None or self._cross_checked >= CROSS_CHECKED:
            return
        if not self.schemas.judges(verdict.schema.pointer, "response"):
            return
        self._cross_checked += 1
        try:
            outcome["agrees"] = self.schemas.agrees(verdict.schema.pointer, verdict.value, "response")
        except Exception as error:
            outcome["agrees"] = f"{type(error).__name__}: {error}"[:200]

    def _look(self, operation: Operation, parents: Parents) -> None:
        """Ask a list or a create for things below these parents, again when things came or went since."""
        changes = self._removed if operation.method == "POST" else self._removed + self._created
        turn = operation.name, parents, changes
        if turn in self._looked:
            return
        self._looked.add(turn)
        ids = Ids(parents, "")
        if operation.name not in self._asked:
            self.ask(operation, ids)
            return
        with suppress(Unmade):
            self.send(operation, ids, self.requests.make(operation, parents))

    def _learn(self, operation: Operation, ids: Ids, request: Request, reply: Reply) -> None:
        if reply.verdict.name not in (ANSWERED, BROKE):
            return
        base = form(operation.path)
        if operation.method == "DELETE" and ends_with_item(base):
            self.finder.known.remove(places(operation.path)[-1].base, ids.texts[-1])
            self._removed += 1
        elif operation.method == "GET" and not ends_with_item(base):
            found = rows(reply.verdict.value, noun(base))
            self.finder.known.add(base, ids.texts, found or ())
        elif operation.method == "POST" and not ends_with_item(base):
            item = next(iter(self._forms.get(f"{base}/{{}}", {}).values()), operation)
            place = next(reversed(places(item.path)), Place("", base, noun(base)))
            made = created(reply.headers, reply.verdict.value, request, place, sure=True)
            self.finder.known.add(base, ids.texts, islice(made, 1))
            self._created += 1


def _why(status: int, entry: Entry) -> str:
    """The first thing that was wrong, with the status and, of a violation, the part of the request."""
    if entry.violations:
        first = entry.violations[0]
        return f"{status} {first.where} {first.rule}: {head(first.message)}"
    return f"{status} {head(entry.reason)}"
