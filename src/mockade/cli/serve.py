"""The commands that serve: until they are stopped, or around another command."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import click

from mockade import garbage
from mockade.cli.options import ENVIRONMENT, PORT, complain, mending, server_options


@click.command(context_settings=ENVIRONMENT)
@server_options(PORT)
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
    /,
    names: tuple[str, ...],
    home: Path | None,
    state: Path | None,
    watch: bool,
    verbose: bool,
    quiet: bool,
    **server_facts: Any,
) -> None:
    """Serve the bundled APIs, those of a home, or the ones named."""
    garbage.hold_off()
    context.call_on_close(garbage.look_as_usual)
    from mockade.app import create_app
    from mockade.cli import banner as banner
    from mockade.cli import log
    from mockade.cli.printer import LinePrinter
    from mockade.launch import prepare
    from mockade.reload.reloader import AppSwitch, Reloader
    from mockade.server.uvicorn_server import run
    from mockade.worlds.journal import ignore

    verbose, quiet = _loudness(context, verbose, quiet)
    watcher = None
    if watch:
        from mockade.reload.watcher import Watcher

        watcher = Watcher(home)  # before the files are read: what changes while they are is a change
    with mending():
        launch = prepare(names, home, **server_facts)
    apis, settings, url = launch.apis, launch.settings, launch.url
    printer = LinePrinter()
    logged = log.Log(apis, verbose=verbose)

    def tell(exchange: Any) -> None:
        nonlocal logged
        if logged.apis is not switch.apis:  # the files were read again
            logged = log.Log(switch.apis, verbose=verbose)
        for line in logged.lines(exchange):
            printer.say(line)

    def started() -> None:
        garbage.look_seldom(freeze=not watch)
        if autosave is not None:
            autosave.begin()
        if not quiet:
            for line in banner.banner(apis, launch.bases, url):
                printer.say(line)
        if launch.generated_token:
            printer.say(f"{log.TOKEN} {launch.generated_token}")
        printer.say(f"{log.READY} {url}")
        if watcher is not None:
            watcher.start(reloader.reload)

    heard, say = (ignore, ignore) if quiet else (tell, printer.say)
    app, worlds = create_app(apis, settings, heard)
    switch = AppSwitch(apis, app, worlds)
    reloader = Reloader(switch, settings, home=home, names=names, tell=heard, say=say, complain=complain)
    autosave = None
    if state is not None:
        from mockade.background.autosave import AutoSave

        with mending():
            autosave = AutoSave(state, worlds, lambda: switch.apis)
    try:
        run(switch if watch else app, launch.listener, started, patience=settings.patience)
    finally:
        if watcher is not None:
            watcher.stop()
        saved = autosave is None or autosave.close()
    if not printer.close():
        # stdout is full and nobody reads it: Python's own end would wait for that for ever.
        os._exit(0 if saved else 1)
    if not saved:
        sys.exit(1)


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


class _Around(click.Command):
    """A command line with another one in it, behind `--`."""

    def parse_args(self, context: click.Context, words: list[str]) -> list[str]:
        at = words.index("--") if "--" in words else len(words)
        context.obj = words[at + 1 :]
        return super().parse_args(context, words[:at])

    def collect_usage_pieces(self, context: click.Context) -> list[str]:
        return [*super().collect_usage_pieces(context), "-- COMMAND..."]


@click.command("exec", cls=_Around, context_settings=ENVIRONMENT)
@server_options(0)
@click.option(
    "--fail-on",
    type=click.Choice(["violation", "notice", "never"]),
    default="violation",
    show_default=True,
    show_envvar=True,
    help="What fails a command that passed; a notice is what the contract does not declare.",
)
@click.option("-v", "--verbose", is_flag=True, show_envvar=True, help="Print each request, on stderr.")
@click.pass_context
def execute(
    context: click.Context,
    /,
    names: tuple[str, ...],
    home: Path | None,
    fail_on: Any,
    verbose: bool,
    **server_facts: Any,
) -> None:
    """Run COMMAND with a mock around it, and say whether the contract was kept.

    It finds the mock at MOCKADE_URL, and each API at MOCKADE_<API>_URL. Ends with the command's code; with 1
    when it passed and the contract was broken, with 2 when it or the mock could not be started.
    """
    garbage.hold_off()
    context.call_on_close(garbage.look_as_usual)
    from mockade.app import create_app
    from mockade.cli import child as child
    from mockade.cli import log
    from mockade.launch import prepare
    from mockade.server.thread import ServerThread

    command: list[str] = context.obj
    if not command:
        raise click.UsageError("Say what to run, behind two dashes: mockade exec -- pytest")
    with mending():
        launch = prepare(names, home, **server_facts)
        verdict = child.Verdict(fail_on)
        logged = log.Log(launch.apis, verbose=verbose)

        def tell(exchange: Any) -> None:
            verdict.hear(exchange)
            if verbose:
                for line in logged.lines(exchange):
                    click.echo(line, err=True)

        app, _ = create_app(launch.apis, launch.settings, tell)
        host = ServerThread(app, launch.listener, patience=launch.settings.patience)
        host.start()
        garbage.look_seldom(freeze=True)
        try:
            token = launch.settings.token
            code = child.execute(command, child.variables(launch.url, launch.bases, token))
        finally:
            host.stop()
    for line in verdict.lines(log.Log(launch.apis, verbose=True)):
        click.echo(line, err=True)
    sys.exit(verdict.code(code))
