"""One API, put together from its files: contract, fixtures and, if the vendor has rules, handlers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import Any

from mockade.catalogue.answerers import (
    OUTBOX,
    START,
    Answerer,
    culprit,
    from_example,
    from_handler,
    handler_name,
    handlers_of,
    place_of,
)
from mockade.catalogue.credentials import read_credentials
from mockade.catalogue.fixture_rows import RowCodec
from mockade.catalogue.fixtures import Fixtures
from mockade.contract.contract import Contract
from mockade.contract.operations import Operation
from mockade.crud.operations import crud_operation
from mockade.crud.resources import Resource, collection_for, find_resources
from mockade.dialects import Dialect
from mockade.errors import Finding, Place, SetupError, shown_path
from mockade.handling import Call, Caller, Collection, CollectionSchema, Handler, Row, Switch
from mockade.hints import did_you_mean
from mockade.outbox import Outbox
from mockade.state.clock import Clock
from mockade.state.state import State
from mockade.state.timeline import Event
from mockade.state.transaction import Transaction


@dataclass(slots=True)
class Api:
    """One vendor interface, ready to serve. Raises SetupError, with every fault, when its files disagree."""

    contract: Contract
    fixtures: Fixtures
    module: ModuleType | None = None
    stem: str = field(init=False)
    dialect: Dialect | None = field(init=False)
    answerers: dict[str, Answerer] = field(init=False, default_factory=dict)
    collections: dict[str, CollectionSchema] = field(init=False, default_factory=dict)
    switches: tuple[Switch, ...] = field(init=False)
    behaviour: Mapping[str, Any] = field(init=False)
    events: dict[str, Handler] = field(init=False)
    outbox: Outbox | None = field(init=False)
    callers: dict[tuple[str, str], Caller] = field(init=False, default_factory=dict)
    """By security scheme and secret."""
    _rows: list[tuple[CollectionSchema, Row]] = field(init=False, default_factory=list)
    _findings: list[Finding] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        module = self.module
        self.stem = self.contract.stem
        self.switches = tuple(getattr(module, "behaviour", ()))
        self.events = {function.__name__: function for function in getattr(module, "timeline", ())}
        self._read_collections(getattr(module, "collections", ()))
        self._find_outbox()
        self._appoint()
        self._read_behaviour()
        self._choose_dialect()
        self._read_credentials()
        self._read_rows()
        if not self._findings:
            self._rehearse()
        if self._findings:
            raise SetupError(self._findings)

    def _rehearse(self) -> None:
        """Lay the fixtures into a world that nobody will see: what `on_start` makes of them may be wrong."""
        try:
            self.seed(Transaction(State(Clock.frozen(0.0))))
        except Exception as error:  # whatever the module raises, it is for its owner to mend
            place = self._module_place if hasattr(self.module, START) else Place(self.fixtures.shown)
            message = f"The fixtures cannot be laid out: {type(error).__name__}: {error}."
            self._complain(culprit(self.module, error) or place, message, rule="fixtures")

    def _complain(self, place: Place, message: str, mend: str = "", rule: str = "handlers") -> None:
        self._findings.append(Finding(place, message, mend, rule))

    @property
    def _module_place(self) -> Place:
        return Place(shown_path(Path(str(getattr(self.module, "__file__", "")))))

    def _read_collections(self, collections: tuple[Collection, ...]) -> None:
        for collection in collections:
            compiled = self.contract.component(collection.holds)
            if compiled is None:
                known = self.contract.document.root.get("components", "schemas")
                message = (
                    f"The collection {collection.name} holds {collection.holds!r}, which is no component."
                )
                mend = did_you_mean(collection.holds, known.value if known else ())
                self._complain(self._module_place, message, mend)
                continue
            self.collections[collection.name] = CollectionSchema(collection, *compiled)

    def _find_outbox(self) -> None:
        """What the module declares to be sent waits in one of its own collections."""
        self.outbox = getattr(self.module, OUTBOX, None)
        if self.outbox is None:
            return
        collection_schema = self.collections.get(self.outbox.collection)
        if collection_schema is None:
            message = f"The outbox waits in {self.outbox.collection!r}, which is none of `collections`."
            mend = did_you_mean(self.outbox.collection, self.collections)
            self._complain(self._module_place, message, mend)
        elif self.outbox.waiting not in collection_schema.collection.indexes:
            message = (
                f"The outbox asks {collection_schema.collection.name} for an index {self.outbox.waiting!r}."
            )
            mend = did_you_mean(self.outbox.waiting, collection_schema.collection.indexes)
            self._complain(self._module_place, message, mend)

    def _appoint(self) -> None:
        """Find who answers each operation."""
        handlers = handlers_of(self.module) if self.module else {}
        names: dict[str, Operation] = {}
        for operation in self.contract.operations:
            first = names.setdefault(handler_name(operation), operation)
            if first is not operation and handler_name(operation) in handlers:
                place = operation.source.child("operationId").place()
                message = f"{first.id} and {operation.id} have one Python name, {handler_name(operation)}."
                self._complain(place, message, "Rename one of them: a handler answers one operation.")
        for name, function in handlers.items():
            if name not in names:
                message = f"The handler {name} answers no operation of {self.contract.document.path.name}."
                mend = f"{did_you_mean(name, names)} A helper's name begins with an underscore."
                self._complain(place_of(function), message, mend)
        for name, operation in names.items():
            if name in handlers:
                try:
                    self.answerers[operation.id] = from_handler(operation, handlers[name])
                except SetupError as error:
                    self._findings += error.findings
        self._appoint_shapes()
        for operation in self.contract.operations:
            if operation.id not in self.answerers:
                self.answerers[operation.id] = from_example(operation)

    def _appoint_shapes(self) -> None:
        own = frozenset(self.collections)

        def keyed(resource: Resource) -> Resource:
            """As it is, unless the module has said itself how the rows are keyed."""
            return resource._replace(scoped=False) if resource.name in own else resource

        for found in find_resources(self.contract, frozenset(self.answerers)):
            part = found._replace(resource=keyed(found.resource), above=tuple(map(keyed, found.above)))
            name = part.resource.name
            if name not in self.collections:
                self.collections[name] = collection_for(self.contract, part.resource)
            answer = crud_operation(self.contract, part)
            self.answerers[part.operation.id] = Answerer("shape", f"{part.role} {name}", answer)

    def _read_behaviour(self) -> None:
        def complain(name: str, message: str, mend: str = "") -> None:
            self._complain(self.fixtures.place("behaviour", name), message, mend, "behaviour")

        known = {switch.name: switch for switch in self.switches}
        values = {switch.name: switch.default for switch in self.switches}
        for name, value in self.fixtures.behaviour.items():
            switch = known.get(name)
            if switch is None:
                complain(name, f"There is no behaviour {name!r}.", did_you_mean(name, known))
            elif switch.choices and not any(_same(value, choice) for choice in switch.choices):
                choices = ", ".join(str(choice) for choice in switch.choices)
                complain(name, f"{name} cannot be {value!r}.", f"It can be: {choices}.")
            elif type(value) is not type(switch.default) and not switch.choices:
                kind = _KINDS.get(type(switch.default), type(switch.default).__name__)
                complain(name, f"{name} takes {kind}, not {value!r}.")
            elif isinstance(value, int) and abs(value) > LARGEST_SWITCH:
                complain(name, f"{name} is at most {LARGEST_SWITCH}.")
            else:
                values[name] = value
        self.behaviour = MappingProxyType(values)

    def _choose_dialect(self) -> None:
        """A module's dialect, or what its function of that name makes of the behaviour."""
        given = getattr(self.module, "dialect", None)
        self.dialect = given if given is None or isinstance(given, Dialect) else given(self.behaviour)
        if self.dialect is None:
            return
        for name in {self.dialect.component, self.dialect.violation_component} - {""}:
            if self.contract.component(name) is None:
                self._complain(self._module_place, f"The dialect's {name!r} is no component of the contract.")

    def _read_credentials(self) -> None:
        def complain(message: str, mend: str, *pointer: str | int) -> None:
            self._complain(self.fixtures.place("credentials", *pointer), message, mend, "credentials")

        self.callers = read_credentials(self.contract, self.module, self.fixtures.credentials, complain)
        schemes = self.contract.security_schemes
        asked = {name for operation in self.contract.operations for one in operation.security for name in one}
        for scheme in sorted(asked & schemes.keys()):
            known = schemes[scheme]
            if known.lender in self.fixtures.credentials or known.carrier == "certificate":
                continue
            message = (
                f"Nobody can pass the security scheme {scheme!r}: the fixtures hold no credentials for it."
            )
            secret = '"some-name:some-password"' if known.is_basic else "some-secret"
            yaml = f"credentials: {{{scheme}: {{{secret}: {{caller: someone}}}}}}"
            mend = f"Add to fixtures/{self.stem}.yaml:  {yaml}"
            self._complain(known.source.place(), message, mend, "credentials")

    def _read_rows(self) -> None:
        for name, rows in self.fixtures.rows.items():
            collection_schema = self.collections.get(name)
            if collection_schema is None:
                message = f"There is no collection {name!r}."
                self._complain(
                    self.fixtures.place(name), message, did_you_mean(name, self.collections), "fixtures"
                )
                continue
            seen: set[str] = set()
            codec = RowCodec(collection_schema)
            for position, values in enumerate(rows):
                row = self._read_row(codec, name, position, values)
                if row is None:
                    continue
                if row.key in seen:
                    place = self.fixtures.place(name, position)
                    self._complain(place, f"{name} has two rows with the key {row.key}.", "", "fixtures")
                seen.add(row.key)
                self._rows.append((collection_schema, row))

    def _read_row(self, codec: RowCodec, name: str, position: int, values: dict[str, Any]) -> Row | None:
        row, violations = codec.decode(values)
        for violation in violations:
            message, mend = violation.message, ""
            if violation.source is not None:
                where = violation.pointer or "/"
                message = f"This row of {name} does not fit the contract: {where} {violation.message}"
                mend = f"The contract says so at {violation.place}."
            self._complain(self.fixtures.place(name, position, *violation.path), message, mend, "fixtures")
        return row

    def first_keys(self) -> Iterator[tuple[str, str]]:
        """Each collection that starts with rows, and the first row's key in it."""
        seen: set[str] = set()
        for collection_schema, row in self._rows:
            name = collection_schema.collection.name
            if name not in seen and isinstance(collection_schema.collection.key, str):
                seen.add(name)
                yield name, row.key

    def seed(self, transaction: Transaction) -> None:
        """Lay the fixtures' rows into a new world, then let the module's `on_start` see them."""
        for collection_schema, row in self._rows:
            transaction.put(self.stem, collection_schema.collection, row)
        self.run_on_start(transaction)

    def run_on_start(self, transaction: Transaction) -> None:
        """Let the module's `on_start` see the rows that a world begins with."""
        start = getattr(self.module, START, None)
        if start is not None:
            start(self.call(transaction))

    def call(self, transaction: Transaction, **facts: Any) -> Call:
        """A call into this API; the facts are those of Call, from `caller` on."""
        return Call(self.stem, transaction, self.collections, self.behaviour, **facts)

    def run_event(self, event: Event, transaction: Transaction, at: float) -> None:
        """Let an event of this API's timeline happen at its moment."""
        happening = self.events.get(event.action)
        if happening is None:
            hint = did_you_mean(event.action, self.events)
            raise LookupError(f"The module's `timeline` has no such function. {hint}")
        happening(self.call(transaction, at=at), event.key)


_KINDS: dict[type, str] = {int: "a whole number", bool: "true or false", str: "text"}

LARGEST_SWITCH = 2**53
"""Whole numbers beyond it are no longer exact everywhere; as seconds they are 285 million years."""


def _same(value: Any, choice: Any) -> bool:
    """Whether a fixture says just this choice: 200.0 is not 200, nor is 1 true."""
    return type(value) is type(choice) and bool(value == choice)


def load_api(spec: Path, fixture: Path | None, module: ModuleType | None) -> Api:
    """An API from its files. Raises SetupError with every fault of the contract, else of the rest."""
    contract = Contract.load(spec)
    fixtures = Fixtures.load(fixture) if fixture else Fixtures(f"fixtures/{spec.stem}.yaml")
    return Api(contract, fixtures, module)
