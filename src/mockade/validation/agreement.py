"""Checks that contracts, examples, fixtures and handlers agree, and reports every fault at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from mockade.catalogue.access import open_findings
from mockade.catalogue.api import Api, build_api, load_api, no_fixtures
from mockade.catalogue.families import joined
from mockade.catalogue.files import KINDS, Files, find_files, specs_in
from mockade.catalogue.fixtures import Fixtures
from mockade.catalogue.loading import load_handlers, unreferenced
from mockade.catalogue.not_served import not_served_findings
from mockade.catalogue.router import Router
from mockade.catalogue.selection import Selection, Word, document_files, is_address, is_name, missing
from mockade.contract.contract import Contract
from mockade.contract.document import Document
from mockade.contract.recognition import NotOpenApi
from mockade.errors import Finding, Place, SetupError, reason, shown_path
from mockade.validation.answers import Answers
from mockade.validation.examples import examples, never_sent
from mockade.validation.fixture_checks import fixture_findings
from mockade.validation.ignored import without_ignored
from mockade.validation.prose import prose_findings
from mockade.validation.report import SECOND_OPINION, ValidationResult
from mockade.validation.standard import openapi_findings
from mockade.validation.starting import empty_collections


class Target(NamedTuple):
    """A contract to validate, with its files; `alone` when it has neither fixtures nor handlers."""

    files: Files
    alone: bool = False


SecondOpinion = Callable[[Document, Contract | None, Api | None, Sequence[Finding]], Iterable[Finding]]
"""What other libraries find in a contract, in its API where it could be put together, and we did not."""


def validate(words: Sequence[Word], second_opinion: SecondOpinion | None = None) -> ValidationResult:
    """Everything that is wrong with the contracts that words choose, and with what belongs to them.

    A word is the path of a contract, of a home, of a file of a home or of a folder of contracts, the address
    of a contract, or the name of a bundled API; none means all of these.
    """
    report = ValidationResult()
    seen: set[Path] = set()
    groups: list[Callable[[], list[Target]]] = [partial(_targets, word) for word in words]
    for group in groups or [_bundled]:
        try:
            targets = group()
        except SetupError as error:
            report.findings += error.findings
            continue
        new = [target for target in targets if target.files.spec.resolve() not in seen]
        seen |= {target.files.spec.resolve() for target in new}
        apis: dict[str, Api] = {}
        strays: dict[Path, Finding] = {}
        documents: list[Document] = []
        unreadable: list[Finding] = []
        for target in new:
            try:
                document = _document(target.files)
            except NotOpenApi as error:
                if target.files.named:
                    report.findings += error.findings
                else:
                    strays[target.files.spec] = error.findings[0]
                continue
            except SetupError as error:
                report.contracts += 1
                unreadable += error.findings
                continue
            report.contracts += 1
            documents.append(document)
            report.findings += _findings(document, target, apis, report.answers, second_opinion)
        report.findings += unreadable
        if not unreadable:  # what that contract refers to is not known
            report.findings += unreferenced(strays, documents) if documents else strays.values()
        report.findings += _family_findings(apis)
        report.findings += _path_clashes(apis)
    unique = dict.fromkeys(report.findings)
    report.findings = sorted(unique, key=lambda one: (one.place.file, one.place.line, one.place.column))
    return report


def _family_findings(apis: Mapping[str, Api]) -> list[Finding]:
    """What does not fit between the APIs of a family, and what of them is open to anybody."""
    findings: list[Finding] = []
    for stem, api in joined(apis, findings).items():
        if api.family is not None:
            opened = [*api.findings[len(apis[stem].findings) :]]
            opened += open_findings(api.contract, api.fixtures, api.access)
            document = api.contract.document
            findings += without_ignored(opened, document, api.fixtures, frozenset(), whole=False)
    return findings


def _bundled() -> list[Target]:
    return [Target(files) for files in find_files().values()]


def _targets(word: Word) -> list[Target]:
    """The contracts that a word means, each with what belongs to it."""
    if is_address(word) or is_name(word):
        return [_target(files) for files in Selection([word]).files().values()]
    path = Path(word)
    try:
        if path.is_dir():
            return _targets_in(path)
        if path.exists():
            return [_target_at(path)]
    except OSError as error:
        message = f"This cannot be read: {reason(error)}."
        raise SetupError([Finding(Place(shown_path(path)), message, rule="read")]) from None
    raise missing(path)


def _target(files: Files) -> Target:
    return Target(files, alone=files.fixture is None and files.handlers is None and files.by_path)


def _targets_in(folder: Path) -> list[Target]:
    """The contracts of a home or of any other folder."""
    beside = sorted(_documents_with_fixtures(folder)) if not (folder / "specs").is_dir() else ()
    if beside:
        return [_target(document_files(specs_in(folder)[stem])) for stem in beside]
    if any((folder / kind).is_dir() for kind in KINDS):
        return [Target(files) for files in find_files(folder).values()]
    found = [Target(Files(spec, None, None, named=False), alone=True) for spec in specs_in(folder).values()]
    if not found:
        place = Place(shown_path(folder))
        raise SetupError([Finding(place, "There is no contract in this folder.", rule="read")])
    return found


def _target_at(path: Path) -> Target:
    """The contract that a file is, or belongs to."""
    folder = next((parent for parent in path.absolute().parents if parent.name in KINDS), None)
    if folder is not None and folder.name != "specs":
        is_inside = folder == path.absolute().parent
        if is_inside or folder.name == "apis":
            stem = path.stem if is_inside else path.absolute().relative_to(folder).parts[0]
            if folder.name == "fixtures" and stem in _documents_with_fixtures(folder.parent):
                return _target(document_files(Path(shown_path(specs_in(folder.parent)[stem]))))
            return Target(find_files(folder.parent, [stem])[stem])
    return _target(document_files(path))


def _documents_with_fixtures(folder: Path) -> set[str]:
    """The stems of a folder's documents with a file in the fixtures/ beside them."""
    return specs_in(folder).keys() & specs_in(folder / "fixtures").keys()


def _document(files: Files) -> Document:
    return Document(files.spec, location=files.location)


def _findings(
    document: Document,
    target: Target,
    apis: dict[str, Api],
    answers: Answers,
    second_opinion: SecondOpinion | None,
) -> Sequence[Finding]:
    """Everything about one contract; adds its API to `apis` when it could be put together.

    Who answers its operations is counted in `answers`, also of a contract alone.
    """
    version = str(document.root.value.get("openapi"))
    if not version.startswith(("3.0", "3.1", "3.2")):
        return list(_version_findings(document))
    contract, findings = _contract_findings(document, version)
    api: Api | None = None
    if contract is not None:
        try:
            if target.alone:
                api = build_api(contract, no_fixtures(target.files.origin), origin=target.files.origin)
            else:
                api = load_api(target.files, load_handlers(document.stem, target.files))
                apis[document.stem] = api
            findings += api.findings
            if not api.fixtures.family:
                findings += open_findings(api.contract, api.fixtures, api.access)
            answers.count(api)
            findings += chain(empty_collections(api), fixture_findings(api))
        except SetupError as error:
            findings += error.findings
    if second_opinion is not None:
        findings += second_opinion(document, contract, api, tuple(findings))
    unasked = frozenset({SECOND_OPINION}) if second_opinion is None else frozenset[str]()
    fixtures = api.fixtures if api is not None else _fixtures(target)
    return without_ignored(findings, document, fixtures, unasked, whole=api is not None)


def _fixtures(target: Target) -> Fixtures | None:
    """The fixtures of an API that could not be put together, where they can be read."""
    if target.alone or target.files.fixture is None:
        return None
    try:
        return Fixtures.load(target.files.fixture)
    except SetupError:
        return None


def _contract_findings(document: Document, version: str) -> tuple[Contract | None, list[Finding]]:
    """The contract, None where it cannot be compiled, and what is wrong with it and its examples."""
    try:
        contract = Contract(document)
    except SetupError as error:
        return None, error.findings
    findings = contract.findings
    for check in beyond_loading(contract, version):
        try:
            for finding in check:
                findings.append(finding)  # one by one: those before an error are kept
        except SetupError as error:
            findings += error.findings
    return contract, findings


def beyond_loading(contract: Contract, version: str) -> Iterator[Iterator[Finding]]:
    """By check, what is wrong with a contract and its examples that loading it does not find."""
    document = contract.document
    reported = {finding.place for finding in contract.findings}
    yield (one for one in openapi_findings(document, version) if one.place not in reported)
    yield _missing_ids(contract)
    yield prose_findings(document)
    yield not_served_findings(document)
    yield _example_findings(contract)
    yield _never_sent(contract)


def _version_findings(document: Document) -> Iterator[Finding]:
    """Why a document of another version of OpenAPI, or of none, cannot be read."""
    try:
        Contract(document)
    except SetupError as error:
        for finding in error.findings:
            yield Finding(finding.place, finding.message, finding.mend, "version")


def _path_clashes(apis: Mapping[str, Api]) -> Sequence[Finding]:
    """Paths that two APIs of one home claim."""
    try:
        Router(apis)
    except SetupError as error:
        return error.findings
    return ()


def _missing_ids(contract: Contract) -> Iterator[Finding]:
    for operation in contract.operations:
        if "operationId" not in contract.document.value_at(operation.source):
            message = f"{operation.method} {operation.path} has no operationId."
            mend = f"Without one it is called {operation.id}."
            yield Finding(operation.source.place(), message, mend, "operationId", "info")


def _example_findings(contract: Contract) -> Iterator[Finding]:
    for example in examples(contract):
        for violation in example.violations():
            inside = example.node.source.child(*violation.path)
            at = f"{violation.pointer}: " if violation.pointer else ""
            message = f"This {example.kind} does not fit its schema: {at}{violation.message}"
            mend = f"The schema says so at {violation.place}." if violation.place else ""
            yield Finding(inside.place(), message, mend, "example")


def _never_sent(contract: Contract) -> Iterator[Finding]:
    if not contract.document.one_sided:
        return
    for source, flag in dict.fromkeys(never_sent(contract)):
        side = "an answer" if flag == "writeOnly" else "a request"
        message = f"This example of {side} has {source.pointer[-1]!r}, which is {flag}."
        yield Finding(source.place(), message, "Delete it from the example.", "never-sent", "warning")
