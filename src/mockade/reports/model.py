"""The model that all reports are made of: what was asked, what is said of it, and whether it fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from mockade.catalogue.api import Api
from mockade.coverage.thresholds import Shortfall
from mockade.errors import Finding, Severity
from mockade.reports.gates import Gate, Kind

Entry = Mapping[str, Any]
"""An exchange as the control API's component Exchange, without secrets.

`left_out`, where it is there, says what was too large to keep: `request_body` and `response_body` in bytes,
`changes` by number.
"""


@dataclass(frozen=True, slots=True)
class Group:
    """Equal findings: of one kind, one operation, one rule and one place; all items of a list are one."""

    kind: Kind
    rule: str
    """Stable: `body/type` (the part of the exchange and the keyword of the schema), `fault`, `unanswered`,
    `refused/409`, `generated`."""
    api: str
    """Empty where no API was found."""
    operation: str
    """The operationId; empty where no operation was found."""
    count: int
    """Exchanges."""
    first: Entry
    """The first of them."""
    fails: bool
    """Whether it fails the run."""
    where: str = ""
    """The part of the exchange (path, query, header, cookie, body, response), where there is one."""
    pointer: str = ""
    """The JSON pointer into it, in the first exchange."""
    message: str = ""
    """A sentence about the first exchange."""
    contract: str = ""
    """`file:line:column` of the contract's words, where words stand behind it."""

    @property
    def place(self) -> str:
        """The pointer with `*` for each index: equal in all exchanges of the group."""
        return general(self.pointer)

    @property
    def name(self) -> str:
        """The operation with its API, else the request's method and path."""
        return operation_name(self.api, self.operation, self.first)


@dataclass(slots=True)
class OperationCount:
    """What came to one operation of an API; to none of it where `operation` is empty."""

    api: str
    operation: str
    requests: int = 0
    statuses: dict[int, int] = field(default_factory=dict)
    """Requests by the status that they were answered with; 0 where there was no answer."""
    kinds: dict[Kind, int] = field(default_factory=dict)
    """Exchanges of each kind; of one exchange several may be said."""
    contract: str = ""
    """Where the contract has it, as `file:line:column`; empty where that is not known."""


@dataclass(frozen=True, slots=True)
class ApiFacts:
    """An API that was served."""

    name: str
    title: str
    contract: str
    """The file, as messages name it."""


class Validation(NamedTuple):
    """What `validate` found."""

    contracts: int
    findings: tuple[Finding, ...]
    fail_on: Severity
    """The least grave finding that fails."""
    lines: tuple[str, ...]
    """Its text; the last line is the sum."""
    data: Mapping[str, Any]
    """As `validate --format json` prints it."""


@dataclass(frozen=True, slots=True)
class Report:
    """What came of a run: the exchanges of all worlds, deleted ones included."""

    command: str
    """`exec`, `verify`, `report`, `pytest` or `validate`."""
    gates: tuple[Gate, ...]
    failed: bool
    """Whether something fails the run by its gates."""
    requests: int
    kinds: Mapping[Kind, int]
    """Exchanges of each kind, those of groups that were not kept included."""
    refused: Mapping[int, int]
    """Documented refusals of requests that kept the contract, by status."""
    groups: tuple[Group, ...]
    """In the order in which they came."""
    left_out: Mapping[Kind, int]
    """Exchanges of groups that were not kept, by kind."""
    operations: tuple[OperationCount, ...]
    """In the order in which they were first asked."""
    timeline: tuple[Entry, ...] = ()
    """The newest exchanges, oldest first."""
    earlier: int = 0
    """Exchanges before them that were not kept."""
    apis: tuple[ApiFacts, ...] = ()
    validation: Validation | None = None
    """Where `validate` was run, which asks nobody: then there are no exchanges."""
    coverage: Mapping[str, Any] | None = None
    """What of the contracts was tried, as `GET /_mockade/v1/coverage` has it; None where nobody counted."""
    shortfalls: tuple[Shortfall, ...] = ()
    """The thresholds of coverage that were not reached."""
    empty: tuple[str, ...] = ()
    """The journals, by their names, in which no request is: shards that tested nothing."""

    @property
    def emptiness(self) -> tuple[str, ...]:
        """Sentences of what had no request: the whole run, or shards of it."""
        if self.validation is not None:
            return ()
        if not self.requests:
            return ("no request came.",)
        return tuple(f"no request is in {one}." for one in self.empty)

    @property
    def findings(self) -> tuple[Finding, ...]:
        return self.validation.findings if self.validation else ()

    def of(self, kind: Kind) -> list[Group]:
        return [one for one in self.groups if one.kind == kind]

    def code(self, passed: int) -> int:
        """The exit code of the run, given that of the command in it."""
        return 1 if passed == 0 and self.failed else passed


def general(pointer: str) -> str:
    """A JSON pointer with `*` for each index."""
    return "/".join("*" if step.isdecimal() else step for step in pointer.split("/"))


def operation_name(api: str, operation: str, entry: Entry) -> str:
    if operation:
        return f"{api}.{operation}"
    request = entry["request"]
    return f"{request['method']} {request['path']}" if request else f"{entry['answered_by']}"


def facts_of(apis: Mapping[str, Api]) -> Iterator[ApiFacts]:
    """What reports say of the APIs that are served."""
    for stem, api in apis.items():
        yield ApiFacts(stem, api.contract.title, api.contract.document.shown)


def places_in(apis: Mapping[str, Api]) -> Callable[[str, str], str]:
    """Says where the contract has an operation of an API, as `file:line:column`; empty for another."""
    sources = {(stem, one.id): one.source for stem, api in apis.items() for one in api.contract.operations}

    def place_of(api: str, operation: str) -> str:
        source = sources.get((api, operation))
        return str(source.place()) if source is not None else ""

    return place_of
