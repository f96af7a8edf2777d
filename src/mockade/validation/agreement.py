"""Checks that contracts, examples, fixtures and handlers agree, and reports every fault at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from mockade.catalogue.api import Api, load_api
from mockade.catalogue.files import SPEC_ENDINGS, Files, find_files, specs_in
from mockade.catalogue.loading import load_handlers
from mockade.catalogue.router import Router
from mockade.contract.contract import Contract
from mockade.contract.document import Document
from mockade.errors import Finding, Place, SetupError, shown_path
from mockade.validation.examples import examples
from mockade.validation.prose import prose_findings
from mockade.validation.report import Report
from mockade.validation.standard import openapi_findings

KINDS = ("specs", "fixtures", "apis")


class Target(NamedTuple):
    """A contract to validate, with its files; `alone` when it has neither fixtures nor handlers."""

    files: Files
    alone: bool = False


SecondOpinion = Callable[[Document, Contract | None, Api | None, Sequence[Finding]], Iterable[Finding]]
"""What other libraries find in a contract, in its API where it could be put together, and we did not."""


def validate(paths: Sequence[Path], second_opinion: SecondOpinion | None = None) -> Report:
    """Everything that is wrong with the contracts at `paths`, and with what belongs to them.

    A path is a contract, a home, a file of a home, or a folder of contracts; none means the bundled ones.
    """
    report = Report()
    seen: set[Path] = set()
    groups: list[Callable[[], list[Target]]] = [partial(_targets, path) for path in paths]
    for group in groups or [_bundled]:
        try:
            targets = group()
        except SetupError as error:
            report.findings += error.findings
            continue
        new = [target for target in targets if target.files.spec.resolve() not in seen]
        seen |= {target.files.spec.resolve() for target in new}
        apis: dict[str, Api] = {}
        for target in new:
            report.contracts += 1
            report.findings += _findings(target, apis, second_opinion)
        report.findings += _path_clashes(apis)
        report.unanswered += [
            f"{stem}.{operation}"
            for stem, api in apis.items()
            for operation, answerer in api.answerers.items()
            if answerer.kind == "stub"
        ]
    unique = dict.fromkeys(report.findings)
    report.findings = sorted(unique, key=lambda one: (one.place.file, one.place.line, one.place.column))
    return report


def _bundled() -> list[Target]:
    return [Target(files) for files in find_files().values()]


def _targets(path: Path) -> list[Target]:
    """The contracts that a path means, each with what belongs to it."""
    shown = Place(shown_path(path))
    if not path.exists():
        raise SetupError([Finding(shown, "There is no such file or folder.", rule="read")])
    if path.is_dir():
        if any((path / kind).is_dir() for kind in KINDS):
            return [Target(files) for files in find_files(path).values()]
        found = [Target(Files(spec, None, None), alone=True) for spec in specs_in(path).values()]
        if not found:
            raise SetupError([Finding(shown, "There is no contract in this folder.", rule="read")])
        return found
    folder = next((parent for parent in path.absolute().parents if parent.name in KINDS), None)
    if folder is not None and (folder.name == "apis" or folder == path.absolute().parent):
        stem = path.stem if folder == path.absolute().parent else path.absolute().relative_to(folder).parts[0]
        files = find_files(folder.parent, [stem])[stem]
        return [Target(files, alone=files.fixture is None and files.handlers is None)]
    if path.suffix not in SPEC_ENDINGS:
        raise SetupError(
            [Finding(shown, "This is no contract.", "Contracts end in .yaml, .yml or .json.", "read")]
        )
    return [Target(Files(path, None, None), alone=True)]


def _findings(
    target: Target, apis: dict[str, Api], second_opinion: SecondOpinion | None
) -> Sequence[Finding]:
    """Everything about one contract; adds its API to `apis` when it could be put together."""
    try:
        document = Document(target.files.spec)
    except SetupError as error:
        return error.findings
    version = str(document.root.value.get("openapi"))
    if not version.startswith(("3.0", "3.1", "3.2")):
        return list(_version_findings(document))
    contract, findings = _contract_findings(document, version)
    api: Api | None = None
    if contract is not None and not target.alone:
        try:
            files = target.files
            api = load_api(files.spec, files.fixture, load_handlers(document.stem, files))
            apis[document.stem] = api
            findings += api.findings
        except SetupError as error:
            findings += error.findings
    if second_opinion is not None:
        findings += second_opinion(document, contract, api, tuple(findings))
    return findings


def _contract_findings(document: Document, version: str) -> tuple[Contract | None, list[Finding]]:
    """The contract, None where it cannot be compiled, and what is wrong with it and its examples."""
    try:
        contract = Contract(document)
    except SetupError as error:
        return None, error.findings
    findings = contract.findings
    told = {finding.place for finding in findings}
    by_standard = openapi_findings(document, version)
    findings += [finding for finding in by_standard if finding.place not in told]
    try:
        for finding in chain(_missing_ids(contract), prose_findings(document), _example_findings(contract)):
            findings.append(finding)  # one by one: those before an error are kept
    except SetupError as error:
        findings += error.findings
    return contract, findings


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
