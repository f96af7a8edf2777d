"""One API, put together from its files: contract, fixtures and, if the vendor has rules, handlers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from mockade.catalogue.access import Access, read_access
from mockade.catalogue.answerers import Answerer, handler_answerers
from mockade.catalogue.behaviour import read_behaviour
from mockade.catalogue.contract_answers import ContractAnswerer
from mockade.catalogue.family import Family
from mockade.catalogue.files import Files, Origin, home_option
from mockade.catalogue.fixture_rows import read_rows
from mockade.catalogue.fixtures import Fixtures
from mockade.catalogue.handler_module import HandlerModule, read_module
from mockade.catalogue.shape_answers import NO_CRUD, Crud
from mockade.contract.contract import Contract
from mockade.dialects import Dialect
from mockade.errors import Finding, Place, SetupError
from mockade.handling import Call, Caller, Row, Switch
from mockade.handling.call import Handler
from mockade.handling.rows import CollectionSchema
from mockade.hints import did_you_mean
from mockade.outbox import Outbox
from mockade.state.clock import Clock
from mockade.state.state import State
from mockade.state.timeline import Event
from mockade.state.transaction import Transaction

if TYPE_CHECKING:
    from mockade.catalogue.starting.plan import StartingPlan
    from mockade.crud.roles.resources import ResourceOperation


@dataclass(frozen=True, slots=True, eq=False)
class Api:
    """One vendor interface, ready to serve."""

    stem: str
    contract: Contract
    fixtures: Fixtures
    module: HandlerModule
    answerers: Mapping[str, Answerer]
    """By operationId; every operation has one."""
    collections: Mapping[str, CollectionSchema]
    """By name: those of the module, then those of generated CRUD."""
    behaviour: Mapping[str, Any]
    dialect: Dialect | None
    events: Mapping[str, Handler]
    """The functions of the module's timeline, by name."""
    listeners: Mapping[str, Handler]
    """The functions that take in what siblings emit, by the name of the event."""
    access: Access
    rows: Sequence[tuple[CollectionSchema, Row]]
    """The fixtures' rows."""
    findings: Sequence[Finding]
    """What is worth knowing, and keeps nobody from serving it."""
    resources: Sequence[ResourceOperation]
    """The operations of generated CRUD."""
    origin: Origin
    family: Family[Api] | None = None

    @property
    def family_name(self) -> str:
        """Its family's, empty where it is of none."""
        return self.family.name if self.family is not None else ""

    @property
    def siblings(self) -> Sequence[Api]:
        """The other APIs of its family that are served."""
        return self.family.others(self.stem) if self.family is not None else ()

    def sharing(self, scheme: str) -> list[Api]:
        """The APIs whose credentials for a security scheme count here: itself, and siblings that have it."""
        return [self, *(one for one in self.siblings if scheme in one.contract.security_schemes)]

    @property
    def callers(self) -> Mapping[tuple[str, str], Caller]:
        """By security scheme and secret: those of the fixtures."""
        return self.access.callers

    @property
    def switches(self) -> tuple[Switch, ...]:
        return self.module.behaviour

    @property
    def outbox(self) -> Outbox | None:
        return self.module.outbox

    def first_keys(self) -> Iterator[tuple[str, str]]:
        """The collections that start with rows and whose key is a property: name and first row's key."""
        seen: set[str] = set()
        for schema, row in self.rows:
            name = schema.collection.name
            if name not in seen and isinstance(schema.collection.key, str):
                seen.add(name)
                yield name, row.key

    def starting_names(self, count: int) -> set[str]:
        """The collections that start with made rows; `count` is how many where no fixture file says which.

        A fixture file says it of those that it names, and of the others if it has `rows: 3`.
        """
        if not self._made_rows(count):
            return set()
        names = self.collections.keys() - self.fixtures.rows.keys()
        if self.fixtures.made_rows is None:  # a module's collections are its own affair
            names -= {collection.name for collection in self.module.collections}
        # A singleton, which is there though nobody wrote it, the contract answers.
        return names - {one.resource.name for one in self.resources if not one.resource.keys}

    def _made_rows(self, count: int) -> int:
        """How many a collection starts with, where nobody wrote one."""
        if self.fixtures.made_rows is not None:
            return self.fixtures.made_rows
        return 0 if self.fixtures.is_file else count

    def starting_plan(self, count: int) -> StartingPlan:
        """How the collections of `starting_names` are filled."""
        from mockade.catalogue.starting.plan import StartingPlan

        names, made = self.starting_names(count), self._made_rows(count)
        return StartingPlan(self.contract, self.collections, self.resources, names, made, self.rows)

    def seed(self, transaction: Transaction) -> None:
        """Put the fixtures' rows into a new world, then run the module's `on_start`."""
        for schema, row in self.rows:
            transaction.put(self.stem, schema.collection, row)
        self.run_on_start(transaction)

    def run_on_start(self, transaction: Transaction) -> None:
        """Run the module's `on_start`, if it has one, on the rows that a world starts with."""
        if self.module.on_start is not None:
            self.module.on_start(self.call(transaction))

    def call(self, transaction: Transaction, **facts: Any) -> Call:
        """A call into this API; the facts are those of Call, from `caller` on."""
        emitter = self.family.pass_on if self.family is not None else None
        return Call(self.stem, transaction, self.collections, self.behaviour, emitter=emitter, **facts)

    def run_event(self, event: Event, transaction: Transaction, at: float) -> None:
        """Run the timeline's function for an event, at its moment in seconds since 1970."""
        function = self.events.get(event.action)
        if function is None:
            hint = did_you_mean(event.action, self.events)
            raise LookupError(f"The module's `timeline` has no such function. {hint}")
        function(self.call(transaction, at=at), event.key)


def load_api(
    files: Files,
    module: ModuleType | None,
    *,
    closed: bool = False,
    on_misfit: Callable[[Sequence[Finding]], object] | None = None,
) -> Api:
    """An API from its files. Raises SetupError with every fault of the contract, else of the rest.

    Where there is an `on_misfit` it is called with the faults of a fixture file, which is then left out.
    """
    contract = Contract.load(files.spec, files.location)
    none = no_fixtures(files.origin)
    try:
        fixtures = Fixtures.load(files.fixture) if files.fixture else none
        return build_api(contract, fixtures, module, origin=files.origin, closed=closed)
    except SetupError as error:
        if files.fixture is None or on_misfit is None:
            raise
        api = build_api(contract, none, module, origin=files.origin)
        on_misfit(error.findings)
        return api


def no_fixtures(origin: Origin) -> Fixtures:
    """The fixtures of an API without a file, which know where one would be read."""
    return Fixtures(
        origin.fixture, option="" if origin.has_fixtures else " ".join(home_option(origin.folder))
    )


def build_api(
    contract: Contract,
    fixtures: Fixtures,
    python_module: ModuleType | None = None,
    *,
    origin: Origin | None = None,
    closed: bool = False,
) -> Api:
    """An API from contract, fixtures and handlers. Raises SetupError with every fault when they disagree.

    Where it is `closed`, a security scheme without credentials in the fixtures is a fault.
    """
    findings = list(fixtures.findings)
    module = read_module(python_module, findings)
    collections = _module_collections(contract, module, findings)
    _check_outbox(module, collections, findings)
    answerers = handler_answerers(contract, module.handlers, findings)
    crud = _crud(contract, module, answerers, collections, fixtures)
    answerers |= crud.answerers
    for operation in contract.operations:
        if operation.id not in answerers:
            answerers[operation.id] = ContractAnswerer(operation, contract)
    collections |= crud.collections
    behaviour = read_behaviour(module.behaviour, fixtures, findings)
    dialect = _choose_dialect(contract, module, behaviour, findings)
    access = read_access(contract, module, fixtures, findings, closed=closed)
    rows = read_rows(fixtures, collections, findings)
    api = Api(
        contract.stem, contract, fixtures, module, answerers, collections, behaviour, dialect,
        module.events, module.listeners_by_event, access, rows,
        [one for one in findings if one.severity != "error"],
        crud.operations, origin or Origin((contract.stem,), contract.stem, Path()),
    )  # fmt: skip
    errors = [one for one in findings if one.severity == "error"] or _dry_run(api)
    if errors:
        raise SetupError(errors)
    return api


def _crud(
    contract: Contract,
    module: HandlerModule,
    answerers: Mapping[str, Answerer],
    collections: Mapping[str, CollectionSchema],
    fixtures: Fixtures,
) -> Crud:
    """The generated CRUD of what has no handler, whose code is loaded where there may be any."""
    if not module.crud or all(one.id in answerers for one in contract.operations):
        return NO_CRUD
    from mockade.catalogue.generated_crud import generated_crud

    return generated_crud(contract, frozenset(answerers), collections, frozenset(fixtures.rows))


def _module_collections(
    contract: Contract, module: HandlerModule, findings: list[Finding]
) -> dict[str, CollectionSchema]:
    schemas: dict[str, CollectionSchema] = {}
    for collection in module.collections:
        node = contract.document.component("schemas", collection.holds)
        if node is not None:
            schemas[collection.name] = CollectionSchema(collection, *contract.compiled(node))
            continue
        known = contract.document.root.get("components", "schemas")
        message = f"The collection {collection.name} holds {collection.holds!r}, which is no component."
        mend = did_you_mean(collection.holds, known.value if known else ())
        findings.append(Finding(module.place, message, mend, "handlers"))
    return schemas


def _check_outbox(
    module: HandlerModule, collections: Mapping[str, CollectionSchema], findings: list[Finding]
) -> None:
    """The rows to be sent are in an index of a collection that the module describes."""
    outbox = module.outbox
    if outbox is None:
        return
    schema = collections.get(outbox.collection)
    if schema is None:
        message = f"The outbox waits in {outbox.collection!r}, which is none of `collections`."
        mend = did_you_mean(outbox.collection, collections)
    elif outbox.waiting not in schema.collection.indexes:
        message = f"The outbox asks {outbox.collection} for an index {outbox.waiting!r}."
        mend = did_you_mean(outbox.waiting, schema.collection.indexes)
    else:
        return
    findings.append(Finding(module.place, message, mend, "handlers"))


def _choose_dialect(
    contract: Contract, module: HandlerModule, behaviour: Mapping[str, Any], findings: list[Finding]
) -> Dialect | None:
    """The module's dialect, or what its function of that name makes of the behaviour."""
    if module.dialect is None or isinstance(module.dialect, Dialect):
        dialect = module.dialect
    else:
        dialect = module.dialect(behaviour)
    components = {dialect.component, dialect.violation_component} - {""} if dialect else ()
    for name in components:
        if contract.document.component("schemas", name) is None:
            message = f"The dialect's {name!r} is no component of the contract."
            findings.append(Finding(module.place, message, rule="handlers"))
    return dialect


def _dry_run(api: Api) -> list[Finding]:
    """Seed a world that is thrown away: what `on_start` makes of the fixtures may be wrong."""
    try:
        api.seed(Transaction(State(Clock.frozen(0.0))))
    except Exception as error:  # whatever the module raises, it is for its owner to mend
        place = api.module.place_of_error(error)
        place = place or (api.module.place if api.module.on_start else Place(api.fixtures.file))
        message = f"The fixtures cannot be laid out: {type(error).__name__}: {error}."
        return [Finding(place, message, rule="fixtures")]
    return []
