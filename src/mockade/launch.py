"""Starting a server: its APIs loaded, its port taken, its application made and served."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from mockade.app import create_app
from mockade.asgi import App
from mockade.catalogue.api import Api
from mockade.catalogue.families import meant_apis
from mockade.catalogue.loading import OnRead, ignore, load_apis
from mockade.catalogue.router import Router
from mockade.catalogue.selection import Selection, Word
from mockade.errors import Finding, SetupError
from mockade.server.listener import bind, generated_token, url_of
from mockade.server.thread import ServerThread
from mockade.server.uvicorn_server import run
from mockade.settings import Settings
from mockade.usage.checks import UsageChecks
from mockade.worlds.journal import ExchangeListener
from mockade.worlds.registry import Worlds

SETTINGS = Settings._fields
"""The names of what `load` takes beside its own arguments."""


class Launch(NamedTuple):
    """What is served, and how; no port is taken by it."""

    apis: Mapping[str, Api]
    base_paths: Mapping[str, Sequence[str]]
    """By API, the paths that stand before its own, the published ones last."""
    settings: Settings
    generated_token: str
    """The control API's token where none was given and the server can be reached from other machines."""
    selection: Selection
    """What the words of the command choose, to be read again."""
    warnings: Sequence[Finding]
    """What is wrong with the files and keeps nobody from serving them."""

    def app(
        self, on_exchange: ExchangeListener = ignore, on_entry: ExchangeListener | None = None
    ) -> tuple[App, Worlds]:
        """The application and its worlds; the listeners are those of `create_app`, the second by `checks`."""
        return create_app(self.apis, self.settings, on_exchange, on_entry=on_entry)

    def checks(self, on_entry: ExchangeListener | None = None) -> UsageChecks:
        """What adds to each entry of a journal how its client uses the API, and calls `on_entry` with it."""
        return UsageChecks(self.apis, on_entry, self.settings.ignore)

    def meant(self, name: str) -> dict[str, Api]:
        """By stem, the APIs that a name means: one, or those of a family."""
        return {api.stem: api for api in meant_apis(self.apis, name)}

    def run(
        self, app: App, port: Port, started: Callable[[], None], retiring: threading.Event | None = None
    ) -> None:
        """Serve until SIGINT or SIGTERM; `started` is called when requests are accepted.

        `retiring`, of a process that shares the port with others, ends it too, as `server.run` has it.
        """
        run(app, port.listener, started, patience=self.settings.patience, retiring=retiring)

    def thread(self, app: App, port: Port) -> ServerThread:
        """A thread that serves, yet to be started."""
        return ServerThread(app, port.listener, patience=self.settings.patience)


class Port(NamedTuple):
    """A port that is bound, and its base URL for clients on this machine."""

    listener: socket.socket
    url: str


def load(
    names: Sequence[Word],
    home: Path | None,
    host: str,
    *,
    token: str = "",
    on_read: OnRead = ignore,
    **settings: Any,
) -> Launch:
    """Load the APIs; `settings` are the fields of Settings. Raises SetupError with all that does not fit.

    `names` are names of APIs, paths of documents, folders with specs/ and addresses. Without a token one is
    made up where other machines can reach `host`, and could drive the server.
    """
    selection = Selection(names, home)
    warnings: list[Finding] = []
    generated = generated_token(host, token)
    all_settings = Settings(token=token or generated, **settings)
    apis = load_apis(
        selection.files(on_read),
        closed=all_settings.closed,
        strict_contract=all_settings.strict_contract,
        on_read=on_read,
        warn=warnings.append,
    )
    if all_settings.store:
        from mockade.stores.opening import check_store

        check_store(apis, all_settings)
    return Launch(apis, Router(apis).base_paths, all_settings, generated, selection, warnings)


def take_port(host: str, port: int) -> Port:
    """Take a port, 0 a free one; nobody can connect before it is served. Raises SetupError if it is taken."""
    listener = bind(host, port)
    return Port(listener, url_of(listener, host))


def prepare(
    names: Sequence[Word], home: Path | None, host: str, port: int | Port, **settings: Any
) -> tuple[Launch, Port]:
    """Load the APIs and take the port, if it is none yet. Raises SetupError with the findings of both."""
    findings: list[Finding] = []
    taken: Port | None = None
    try:
        taken = take_port(host, port) if isinstance(port, int) else port
    except SetupError as error:
        findings += error.findings
    try:
        # The address counts and not the name it was given by, which may lead anywhere.
        launch = load(names, home, taken.listener.getsockname()[0] if taken else host, **settings)
    except SetupError as error:
        findings += error.findings
    if taken is None or findings:
        if taken is not None:
            taken.listener.close()
        raise SetupError(findings)
    return launch, taken
