"""The commands that read files and serve nothing: `validate`, `apis`, `routes`, `copy`."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from mockade.cli.options import (
    BAD_SETUP,
    ENVIRONMENT,
    exit_on_setup_error,
    home_option,
    names_argument,
    print_findings,
    print_warnings,
)
from mockade.cli.reporting import chosen_outputs, report_option, write_reports
from mockade.errors import Finding
from mockade.reports.formats import STDOUT, Output


@click.command(context_settings=ENVIRONMENT)
@names_argument
@click.option(
    "--format",
    "format",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How to print the findings.",
)
@click.option(
    "--fail-on",
    envvar="MOCKADE_VALIDATE_FAIL_ON",  # MOCKADE_FAIL_ON is of the gates of runs, which are others
    type=click.Choice(["error", "warning", "info"]),
    default="error",
    show_default=True,
    help="The least grave finding that ends it with 1.",
)
@click.option(
    "--second-opinion",
    "ask_others",
    is_flag=True,
    help="Ask openapi-spec-validator and jsonschema too, and tell what they find and Mockade does not.",
)
@report_option
def validate(
    names: tuple[str, ...], format: str, fail_on: Any, ask_others: bool, outputs: tuple[Output, ...]
) -> None:
    """Hold contracts, examples, fixtures and handlers against each other.

    An argument is a contract or its address, a home, a file of a home, a folder of contracts, or the name of
    a bundled API; without one all bundled APIs are meant.
    Errors cost an operation something that its clients may meet, warnings do not, the rest is style.
    Ends with 0 when all agree, 1 on errors, 2 when a file could not be read.
    """
    from mockade.validation.agreement import SecondOpinion
    from mockade.validation.agreement import validate as validated
    from mockade.validation.report import lines

    with exit_on_setup_error():
        written, _ = chosen_outputs(outputs, read=names)
    second_opinion: SecondOpinion | None = None
    if ask_others:
        from mockade.validation.second_opinion import OTHERS, second_opinion

    report = validated(names, second_opinion)
    report.others = OTHERS if ask_others else ()
    if format == "json":
        click.echo(json.dumps(report.as_data(), indent=2, ensure_ascii=False))
    else:
        is_taken = any(one.file == STDOUT for one in written)
        for line in lines(report):
            click.echo(line, err=is_taken)
    code = report.code(fail_on)
    if written:
        from mockade.reports.validated import of_validation

        code = write_reports(written, of_validation(report, fail_on), code)
    sys.exit(code)


@click.command(context_settings=ENVIRONMENT)
@names_argument
@home_option
@click.option("--assumptions", is_flag=True, help="List what is guessed, and how each guess can be switched.")
def apis(names: tuple[str, ...], home: Path | None, assumptions: bool) -> None:
    """List the APIs, or with --assumptions what is guessed about them."""
    with exit_on_setup_error():
        loaded = _loaded(names, home)
    from mockade.cli.assumptions import assumptions as assumption_lines
    from mockade.cli.assumptions import provenances

    if assumptions:
        for line in assumption_lines(loaded, _width()):
            click.echo(line)
        return
    rows = []
    for stem, api in loaded.items():
        kinds = [answerer.kind for answerer in api.answerers.values()]
        rows.append(
            (
                stem,
                api.contract.title,
                str(len(kinds)),
                ", ".join(f"{kinds.count(kind)} {kind}" for kind in dict.fromkeys(kinds)),
                provenances(api),
                api.contract.document.shown,
                api.fixtures.file,
            )
        )
    _print(("API", "Title", "Operations", "Answered by", "Known from", "Contract", "Fixtures"), rows)


@click.command(context_settings=ENVIRONMENT)
@names_argument
@home_option
@click.option(
    "--explain",
    "asked",
    metavar="OPERATION",
    help="Say what was recognised in one operation, and what it declares and is not acted on. It is named by "
    "its id, with or without the API's name before it, or as 'GET /path'.",
)
@click.option(
    "--format",
    "format",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How to print what --explain says.",
)
def routes(names: tuple[str, ...], home: Path | None, asked: str | None, format: str) -> None:
    """List every operation and who answers it: a handler, a shape, the contract's example, or nobody yet.

    Below them stands which collections start empty because no row of them could be made. Fixtures that do
    not fit are left out, and told at the end.
    """
    from mockade.validation.starting import empty_collections

    misfits: list[Finding] = []
    with exit_on_setup_error():
        loaded = _loaded(names, home, misfits.extend)
    if asked is not None:
        _explain(loaded, asked, format)
        return
    rows = []
    for stem, api in loaded.items():
        for operation in api.contract.operations:
            answerer = api.answerers[operation.id]
            who = {
                "handler": "handler",
                "example": answerer.name,
                "stub": f"nobody yet: write {answerer.name}",
            }
            shown = who.get(answerer.kind, f"{answerer.kind}: {answerer.name}{_unwritten(answerer)}")
            rows.append((operation.method, operation.shown_path, f"{stem}.{operation.id}", shown))
    _print(("Method", "Path", "Operation", "Answered by"), rows)
    for stem, api in loaded.items():
        for finding in empty_collections(api):
            click.echo(f"\n{stem}: {finding.message} {finding.mend}")
    if misfits:
        print_findings(misfits)
        sys.exit(BAD_SETUP)


@click.command(context_settings=ENVIRONMENT)
@click.argument("name", metavar="API")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
def copy(name: str, folder: Path) -> None:
    """Copy a bundled API's contract, fixtures and handlers into DIR, to be changed and served with --home."""
    from mockade.cli.copying import copy_out

    with exit_on_setup_error():
        for path in copy_out(name, folder):
            click.echo(str(path))
    click.echo(f"Serve it with: mockade serve --home {folder}")


def _unwritten(answerer: Any) -> str:
    """Who answers a read of rows that nobody wrote, where somebody does."""
    from mockade.catalogue.shape_answers import ShapeAnswerer

    if not isinstance(answerer, ShapeAnswerer) or answerer.answer.made_rows is None:
        return ""
    when = "other keys" if answerer.answer.resource.keys else "until it is written"
    return f"; {when}: {answerer.fallback.kind}"


def _explain(loaded: dict[str, Any], asked: str, format: str) -> None:
    from mockade.cli.explanation import explain

    try:
        found = explain(loaded, asked)
    except LookupError as error:
        click.echo(f"error {error.args[0]} `mockade routes` lists them.", err=True)
        sys.exit(2)
    if format == "json":
        click.echo(json.dumps([one.as_data() for one in found], indent=2, ensure_ascii=False))
        return
    for one in found:
        for line in one.lines():
            click.echo(line)


def _loaded(
    names: Sequence[str], home: Path | None, on_misfit: Callable[[Sequence[Finding]], object] | None = None
) -> dict[str, Any]:
    from mockade.catalogue.loading import load_apis
    from mockade.catalogue.selection import Selection

    files = Selection(names, home).files()
    return load_apis(files, warn=lambda finding: print_warnings([finding]), on_misfit=on_misfit)


def _print(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    from mockade.cli.tables import table

    for line in table(heads, rows, _width()):
        click.echo(line)


def _width() -> int | None:
    """The terminal's width; None where stdout is no terminal: lines that a script reads are not folded."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None
