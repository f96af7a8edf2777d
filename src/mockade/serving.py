"""The command that serves."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from mockade.errors import Finding, SetupError
from mockade.options import ENVIRONMENT, PORT, complain, home_option, mending, seconds, token_option
from mockade.settings import MEBIBYTE, Settings

USUAL = Settings()
"""How a server behaves that is told nothing."""


def origins(_context: click.Context, _option: click.Parameter, values: Sequence[str]) -> tuple[str, ...]:
    """The origins as browsers send them. A value that no browser would ever send is a mistake."""
    for value in values:
        if value != "*" and not re.fullmatch(r"(?:null|[A-Za-z][A-Za-z0-9+.-]*://[^/\s?#]+)", value):
            raise click.BadParameter(
                f"{value!r} is no origin: write scheme://host or scheme://host:port, or *."
            )
    return tuple(value.lower() for value in values)


@click.command(context_settings=ENVIRONMENT)
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
@token_option("What the control API asks for; beyond loopback one is made up and printed if none is given.")
@click.option(
    "--worlds",
    metavar="N",
    type=click.IntRange(1),
    default=USUAL.worlds,
    show_default=True,
    show_envvar=True,
    help="How many worlds there may be.",
)
@click.option(
    "--idle",
    metavar="DURATION",
    type=seconds,
    default=USUAL.idle,
    show_default="1h",
    show_envvar=True,
    help="After how long a world that nobody uses goes (90, 30s, 1h30m); 0 lets none go.",
)
@click.option(
    "--journal",
    metavar="N",
    type=click.IntRange(0),
    default=USUAL.journal,
    show_default=True,
    show_envvar=True,
    help="How many entries a world's journal keeps; 0 keeps none.",
)
@click.option(
    "--state",
    metavar="FILE",
    type=click.Path(path_type=Path),
    show_envvar=True,
    help="Keep all worlds in this file: loaded at the start, saved every few seconds and at the end.",
)
@click.option("--watch", is_flag=True, show_envvar=True, help="Reload files that change; keep what fits.")
@click.option("-v", "--verbose", is_flag=True, show_envvar=True, help="Tell of notices and changes too.")
@click.option(
    "-q",
    "--quiet",
    is_flag=True,
    show_envvar=True,
    help="Print the ready line, and a token that was made up.",
)
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
    token: str,
    worlds: int,
    idle: float,
    journal: int,
    state: Path | None,
    watch: bool,
    verbose: bool,
    quiet: bool,
) -> None:
    """Serve the bundled APIs, those of a home, or the ones named."""
    from mockade import catalogue, introduction, log, server
    from mockade.app import create_app
    from mockade.guard import is_loopback
    from mockade.persistence import Keeper
    from mockade.recorder import silent
    from mockade.reloading import Reloader, Stage
    from mockade.switchboard import Switchboard
    from mockade.voice import Voice

    verbose, quiet = _loudness(context, verbose, quiet)
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
    # The address counts and not the name it was given by, which may lead anywhere.
    made_up = "" if token or is_loopback(listener.getsockname()[0]) else secrets.token_urlsafe()
    settings = Settings(
        seed=seed,
        strict=strict,
        max_body=max_body,
        cors=cors,
        token=token or made_up,
        worlds=worlds,
        idle=idle,
        journal=journal,
    )
    voice = Voice()
    logged = log.Log(apis, verbose=verbose)

    def tell(exchange: Any) -> None:
        nonlocal logged
        if logged.apis is not stage.apis:  # the files were read again
            logged = log.Log(stage.apis, verbose=verbose)
        for line in logged.lines(exchange):
            voice.say(line)

    def started() -> None:
        if keeper is not None:
            keeper.begin()
        if not quiet:
            for line in introduction.introduction(apis, bases, url):
                voice.say(line)
        if made_up:
            voice.say(f"{log.TOKEN} {made_up}")
        voice.say(f"{log.READY} {url}")
        if watcher is not None:
            watcher.start(reloader.reload)

    url = server.url_of(listener, host)
    heard, say = (silent, silent) if quiet else (tell, voice.say)
    app, its_worlds = create_app(apis, settings, heard)
    stage = Stage(apis, app, its_worlds)
    reloader = Reloader(stage, settings, home=home, names=names, tell=heard, say=say, complain=complain)
    with mending():
        keeper = Keeper(state, its_worlds, lambda: stage.apis) if state is not None else None
    try:
        server.run(stage if watch else app, listener, started, patience=settings.patience)
    finally:
        if watcher is not None:
            watcher.stop()
        if keeper is not None:
            keeper.close()
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
