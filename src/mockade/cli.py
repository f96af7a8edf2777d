"""The command line: serve, validate, apis, routes, copy."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from mockade import __version__
from mockade.errors import Finding, SetupError
from mockade.settings import MEBIBYTE, Settings

PORT = 6464
BAD_SETUP = 2
"""The exit code for our user's mistakes: a file to mend, a port that is taken."""

# Every command says it for itself: click would put the command's name between, as in MOCKADE_SERVE_PORT.
ENVIRONMENT = {"auto_envvar_prefix": "MOCKADE", "help_option_names": ["-h", "--help"]}


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
        metavar="DIR",
        type=click.Path(path_type=Path),
        show_envvar=True,
        help="A folder with specs/, fixtures/, apis/, laid over the bundled files one by one.",
    )(command)


def origins(_context: click.Context, _option: click.Parameter, values: Sequence[str]) -> tuple[str, ...]:
    """The origins as browsers send them. A value that no browser would ever send is a mistake."""
    for value in values:
        if value != "*" and not re.fullmatch(r"(?:null|[A-Za-z][A-Za-z0-9+.-]*://[^/\s?#]+)", value):
            raise click.BadParameter(
                f"{value!r} is no origin: write scheme://host or scheme://host:port, or *."
            )
    return tuple(value.lower() for value in values)


@click.group(context_settings=ENVIRONMENT)
@click.version_option(__version__, prog_name="mockade")
def main() -> None:
    """Stands in for a game backend: stateful, contract-checked, in the vendor's own words.

    Every option can also stand in the environment: --port as MOCKADE_PORT, --cors as MOCKADE_CORS.
    """


@main.command(context_settings=ENVIRONMENT)
@click.argument("names", metavar="[API]...", nargs=-1)
@home_option
@click.option(
    "--host",
    metavar="ADDRESS",
    default="127.0.0.1",
    show_default=True,
    show_envvar=True,
    help="Where to listen.",
)
@click.option(
    "-p",
    "--port",
    metavar="N",
    type=click.IntRange(0, 65535),
    default=PORT,
    show_default=True,
    show_envvar=True,
    help="0 takes a free one.",
)
@click.option(
    "--seed",
    metavar="N",
    type=int,
    default=0,
    show_default=True,
    show_envvar=True,
    help="Where ids and chance come from: the same seed and requests get the same answers.",
)
@click.option(
    "--strict",
    is_flag=True,
    show_envvar=True,
    help="Refuse undeclared query parameters, headers and body properties.",
)
@click.option(
    "--max-body",
    metavar="BYTES",
    type=click.IntRange(1),
    default=MEBIBYTE,
    show_default=True,
    show_envvar=True,
    help="The largest request body.",
)
@click.option(
    "--cors",
    metavar="ORIGIN",
    multiple=True,
    callback=origins,
    show_envvar=True,
    help="Let pages of this origin call the APIs, * those of all; may be given again.",
)
@click.option("--watch", is_flag=True, show_envvar=True, help="Reload files that change; keep what fits.")
@click.option("-v", "--verbose", is_flag=True, show_envvar=True, help="Tell of notices and changes too.")
@click.option("-q", "--quiet", is_flag=True, show_envvar=True, help="Print the ready line only.")
@click.pass_context
def serve(
    context: click.Context,
    names: tuple[str, ...],
    home: Path | None,
    host: str,
    port: int,
    seed: int,
    strict: bool,
    max_body: int,
    cors: tuple[str, ...],
    watch: bool,
    verbose: bool,
    quiet: bool,
) -> None:
    """Serve the bundled APIs, those of a home, or the ones named."""
    from mockade import catalogue, log, server
    from mockade.app import create_app
    from mockade.recorder import silent
    from mockade.reloading import Reloader, Stage
    from mockade.switchboard import Switchboard

    verbose, quiet = _loudness(context, verbose, quiet)
    settings = Settings(seed=seed, strict=strict, max_body=max_body, cors=cors)
    findings: list[Finding] = []
    watcher = None
    if watch:
        from mockade.watching import Watcher

        watcher = Watcher(home)  # before the files are read: what changes while they are is a change
    with mending():
        try:
            listener = server.bound(host, port)
        except SetupError as error:
            findings += error.findings
        try:
            apis = catalogue.load(catalogue.find(home, names))
            bases = Switchboard(apis).bases
        except SetupError as error:
            findings += error.findings
        if findings:
            raise SetupError(findings)
    voice = log.Voice()

    def tell(exchange: Any) -> None:
        for line in log.request_lines(exchange, stage.apis, verbose=verbose):
            voice.say(line)

    def started() -> None:
        if not quiet:
            for line in log.introduction(apis, bases, url):
                voice.say(line)
        voice.say(f"{log.READY} {url}")
        if watcher is not None:
            watcher.start(reloader.reload)

    url = server.url_of(listener, host)
    heard, say = (silent, silent) if quiet else (tell, voice.say)
    app, worlds = create_app(apis, settings, heard)
    stage = Stage(apis, app, worlds)
    reloader = Reloader(stage, settings, home=home, names=names, tell=heard, say=say, complain=complain)
    server.run(stage if watch else app, listener, started, patience=settings.patience)
    if watcher is not None:
        watcher.stop()
    if not voice.close():
        os._exit(0)  # stdout is full and nobody reads it: Python's own end would wait for that for ever


def _loudness(context: click.Context, verbose: bool, quiet: bool) -> tuple[bool, bool]:
    """Verbose and quiet, of which only one can be meant: the command line's before the environment's."""
    if verbose and quiet:
        said = {
            name
            for name in ("verbose", "quiet")
            if context.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE
        }
        if len(said) != 1:
            raise click.UsageError("--verbose and --quiet exclude each other.")
        return "verbose" in said, "quiet" in said
    return verbose, quiet


@main.command(context_settings=ENVIRONMENT)
@click.argument("paths", type=click.Path(path_type=Path), nargs=-1)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How to print the findings.",
)
def validate(paths: tuple[Path, ...], form: str) -> None:
    """Hold contracts, examples, fixtures and handlers against each other.

    PATH is a contract, a home, or a folder of contracts; without one the bundled APIs are meant.
    Ends with 0 when all agree, 1 when something does not, 2 when a file could not be read.
    """
    from mockade.report import lines
    from mockade.validation import validate as validated

    report = validated(paths)
    if form == "json":
        click.echo(json.dumps(report.as_data(), indent=2, ensure_ascii=False))
    else:
        for line in lines(report):
            click.echo(line)
    sys.exit(report.code)


@main.command(context_settings=ENVIRONMENT)
@click.argument("names", metavar="[API]...", nargs=-1)
@home_option
@click.option("--assumptions", is_flag=True, help="List what is guessed, and how each guess can be switched.")
def apis(names: tuple[str, ...], home: Path | None, assumptions: bool) -> None:
    """List the APIs, or with --assumptions what is guessed about them."""
    with mending():
        loaded = _loaded(names, home)
    if assumptions:
        from mockade import provenance

        for line in provenance.assumptions(loaded, _width()):
            click.echo(line)
        return
    rows = []
    for stem, api in loaded.items():
        kinds = [answerer.kind for answerer in api.answerers.values()]
        contract = api.contract.document
        rows.append(
            (
                stem,
                api.contract.title,
                str(len(kinds)),
                ", ".join(f"{kinds.count(kind)} {kind}" for kind in dict.fromkeys(kinds)),
                contract.place(contract.uri, ()).file,
                api.fixtures.shown,
            )
        )
    _print(("API", "Title", "Operations", "Answered by", "Contract", "Fixtures"), rows)


@main.command(context_settings=ENVIRONMENT)
@click.argument("names", metavar="[API]...", nargs=-1)
@home_option
def routes(names: tuple[str, ...], home: Path | None) -> None:
    """List every operation and who answers it: a handler, a shape, the contract's example, or nobody yet."""
    with mending():
        loaded = _loaded(names, home)
    rows = []
    for stem, api in loaded.items():
        for operation in api.contract.operations:
            answerer = api.answerers[operation.id]
            who = {
                "handler": "handler",
                "example": answerer.name,
                "stub": f"nobody yet: write {answerer.name}",
            }
            shown = who.get(answerer.kind, f"{answerer.kind}: {answerer.name}")
            rows.append((operation.method, operation.path, f"{stem}.{operation.id}", shown))
    _print(("Method", "Path", "Operation", "Answered by"), rows)


@main.command(context_settings=ENVIRONMENT)
@click.argument("name", metavar="API")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
def copy(name: str, folder: Path) -> None:
    """Copy a bundled API's contract, fixtures and handlers into DIR, to be changed and served with --home."""
    from mockade.copying import copy_out

    with mending():
        for path in copy_out(name, folder):
            click.echo(str(path))
    click.echo(f"Serve it with: mockade serve --home {folder}")


def _loaded(names: Sequence[str], home: Path | None) -> dict[str, Any]:
    from mockade import catalogue

    return catalogue.load(catalogue.find(home, names))


def _print(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    from mockade.tables import table

    for line in table(heads, rows, _width()):
        click.echo(line)


def _width() -> int | None:
    """The terminal's width; None where stdout is none: nothing is folded that a script would look for."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None
