"""The command line: serve, validate, apis, routes, copy."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from mockade import __version__
from mockade.errors import Finding, Place, SetupError
from mockade.settings import MEBIBYTE, Settings

PORT = 6464
BAD_SETUP = 2
"""The exit code for our user's mistakes: a file to mend, a port that is taken."""


@contextmanager
def mending() -> Iterator[None]:
    """Let a SetupError end the command with its findings, without a traceback, and with exit code 2."""
    try:
        yield
    except SetupError as error:
        complain(error.findings)
        sys.exit(BAD_SETUP)


def complain(findings: Sequence[Finding]) -> None:
    for finding in findings:
        click.echo(f"{click.style('error', fg='red', bold=True)} {finding}", err=True)
    count = len(findings)
    click.echo(f"{count} thing{'s' * (count != 1)} to mend.", err=True)


def home_option(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.option(
        "--home",
        type=click.Path(path_type=Path),
        help="A folder with specs/, fixtures/, apis/, laid over the bundled files.",
    )(command)


@click.group(context_settings={"auto_envvar_prefix": "MOCKADE", "help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="mockade")
def main() -> None:
    """Stands in for a game backend: stateful, contract-checked, in the vendor's own words."""


@main.command(context_settings={"auto_envvar_prefix": "MOCKADE"})
@click.argument("names", metavar="[API]...", nargs=-1)
@home_option
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option(
    "-p", "--port", type=click.IntRange(0, 65535), default=PORT, show_default=True, help="0 takes a free one."
)
@click.option("--seed", type=int, default=0, show_default=True, help="Where ids and chance come from.")
@click.option("--strict", is_flag=True, help="Refuse undeclared parameters, headers and properties.")
@click.option(
    "--max-body",
    type=click.IntRange(1),
    default=MEBIBYTE,
    show_default=True,
    help="The largest request body, in bytes.",
)
@click.option(
    "--cors", metavar="ORIGIN", multiple=True, help="Let pages of this origin call the APIs; * for all."
)
@click.option("-v", "--verbose", is_flag=True, help="Tell of notices and changes too.")
@click.option("-q", "--quiet", is_flag=True, help="Print the ready line only.")
def serve(
    names: tuple[str, ...],
    home: Path | None,
    host: str,
    port: int,
    seed: int,
    strict: bool,
    max_body: int,
    cors: tuple[str, ...],
    verbose: bool,
    quiet: bool,
) -> None:
    """Serve the bundled APIs, those of a home, or the ones named."""
    from mockade import catalogue, log, server
    from mockade.app import create_app

    settings = Settings(seed=seed, strict=strict, max_body=max_body, cors=cors)

    def tell(exchange: Any) -> None:
        for line in log.request_lines(exchange, verbose=verbose):
            log.say(line)

    with mending():
        apis = catalogue.load(catalogue.find(home, names))
        app, _ = create_app(apis, settings, _hear_nothing if quiet else tell)
        listener = server.bound(host, port)
    url = server.url_of(listener, host)

    def started() -> None:
        if not quiet:
            for line in log.introduction(apis, url):
                log.say(line)
        log.say(f"{log.READY} {url}")

    server.run(app, listener, started)


def _hear_nothing(_exchange: Any) -> None:
    """What `--quiet` does with exchanges."""


@main.command()
@click.argument("paths", type=click.Path(path_type=Path), nargs=-1)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def validate(paths: tuple[Path, ...], form: str) -> None:
    """Hold contracts, examples, fixtures and handlers against each other.

    PATH is a contract, a home, or a folder of contracts; without one the bundled APIs are meant.
    Ends with 0 when all agree, 1 when something does not, 2 when a file could not be read.
    """
    from mockade.validation import Unreadable
    from mockade.validation import validate as findings_in

    try:
        with mending():
            findings, count = findings_in(paths)
    except Unreadable as error:
        _show(error.findings, 0, form)
        sys.exit(BAD_SETUP)
    _show(findings, count, form)
    sys.exit(1 if findings else 0)


def _show(findings: Sequence[Finding], count: int, form: str) -> None:
    from mockade.validation import code_frame

    if form == "json":
        rows = [
            {
                "file": one.place.file,
                "line": one.place.line,
                "column": one.place.column,
                "rule": one.rule,
                "message": one.message,
                "mend": one.mend,
            }
            for one in findings
        ]
        click.echo(json.dumps({"contracts": count, "findings": rows}, indent=2))
        return
    for one in findings:
        click.echo(f"{click.style(one.rule or 'finding', fg='red')} {one}")
        for line in code_frame(one):
            click.echo(f"    {line}")
    contracts = f"{count} contract{'s' * (count != 1)}"
    if findings:
        click.echo(f"{len(findings)} finding{'s' * (len(findings) != 1)} in {contracts}.")
    elif count:
        click.echo(f"{contracts} agree with their examples, fixtures and handlers.")


@main.command()
@click.argument("names", metavar="[API]...", nargs=-1)
@home_option
@click.option("--assumptions", is_flag=True, help="List what is guessed, and how each guess can be switched.")
def apis(names: tuple[str, ...], home: Path | None, assumptions: bool) -> None:
    """List the APIs, or with --assumptions what is guessed about them."""
    with mending():
        loaded = _loaded(names, home)
    if assumptions:
        _print_assumptions(loaded)
        return
    table = _table("API", "Title", "Operations", "Handlers", "Contract", "Fixtures")
    for stem, api in loaded.items():
        kinds = [answerer.kind for answerer in api.answerers.values()]
        handled = f"{kinds.count('handler')} of {len(kinds)}"
        contract = api.contract.document
        table.add_row(
            stem,
            api.contract.title,
            str(len(kinds)),
            handled,
            str(contract.place(contract.uri, ()).file),
            api.fixtures.shown,
        )
    _print(table)


@main.command()
@click.argument("names", metavar="[API]...", nargs=-1)
@home_option
def routes(names: tuple[str, ...], home: Path | None) -> None:
    """List every operation and who answers it: a handler, a shape, the contract's example, or nobody yet."""
    with mending():
        loaded = _loaded(names, home)
    table = _table("Method", "Path", "Operation", "Answered by")
    for stem, api in loaded.items():
        for operation in api.contract.operations:
            answerer = api.answerers[operation.id]
            who = f"{answerer.kind}: {answerer.name}"
            table.add_row(operation.method, operation.path, f"{stem}.{operation.id}", who)
    _print(table)


@main.command()
@click.argument("name", metavar="API")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
def copy(name: str, folder: Path) -> None:
    """Copy a bundled API's contract, fixtures and handlers into DIR, to be changed and served with --home."""
    from mockade import catalogue

    with mending():
        files = catalogue.find(names=[name])[name]
        wanted = [(files.spec, folder / "specs" / files.spec.name)]
        if files.fixture is not None:
            wanted.append((files.fixture, folder / "fixtures" / files.fixture.name))
        wanted += [(source, folder / "apis" / source.name) for source in catalogue.bundled_handlers(name)]
        there = [target for _, target in wanted if target.exists()]
        if there:
            raise SetupError(
                [
                    Finding(Place(str(path)), "There is something already.", "Nothing was copied.")
                    for path in there
                ]
            )
    for source, target in wanted:
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copyfile(source, target)
        click.echo(str(target))
    click.echo(f"Serve it with: mockade serve --home {folder}")


def _loaded(names: Sequence[str], home: Path | None) -> dict[str, Any]:
    from mockade import catalogue

    return catalogue.load(catalogue.find(home, names))


def _print_assumptions(loaded: dict[str, Any]) -> None:
    from mockade.provenance import marks

    table = _table("API", "Behaviour", "Is", "Can be", "Why")
    for stem, api in loaded.items():
        for switch in api.switches:
            can_be = (
                ", ".join(str(choice) for choice in switch.choices) or f"any {type(switch.default).__name__}"
            )
            table.add_row(stem, switch.name, str(api.behaviour[switch.name]), can_be, switch.reason)
    _print(table)
    marked = _table("API", "In the contract", "Mark", "Why")
    for stem, api in loaded.items():
        for mark in marks(api.contract.document):
            marked.add_row(stem, mark.what, mark.provenance, mark.reason)
    _print(marked)


def _table(*columns: str) -> Any:
    from rich.box import SIMPLE
    from rich.table import Table

    table = Table(box=SIMPLE, pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def _print(table: Any) -> None:
    from rich.console import Console

    # Piped, a table is as wide as it needs to be: nothing wraps that a script would look for.
    console = Console() if sys.stdout.isatty() else Console(width=400)
    console.print(table)
