"""What a command needs before it can serve: the APIs, a port, and how the server is to behave."""

from __future__ import annotations

import secrets
import socket
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from mockade.catalogue.api import Api
from mockade.catalogue.files import find_files
from mockade.catalogue.loading import load_apis
from mockade.catalogue.router import Router
from mockade.errors import Finding, SetupError
from mockade.server.listener import is_loopback, listen, url_of
from mockade.settings import Settings


class Launch(NamedTuple):
    """All of it, checked."""

    apis: Mapping[str, Api]
    bases: Mapping[str, Sequence[str]]
    """By API, the paths that stand before its own, the published ones last."""
    settings: Settings
    listener: socket.socket
    url: str
    generated_token: str
    """The token of the control API where nobody had chosen one, and one is needed."""


def prepare(
    names: Sequence[str], home: Path | None, host: str, port: int, token: str, **settings: Any
) -> Launch:
    """Loads the APIs and takes the port. Raises SetupError with the faults of both."""
    findings: list[Finding] = []
    listener: socket.socket | None = None
    try:
        listener = listen(host, port)
    except SetupError as error:
        findings += error.findings
    try:
        apis = load_apis(find_files(home, names))
        bases = Router(apis).base_paths
    except SetupError as error:
        findings += error.findings
    if listener is None or findings:
        if listener is not None:
            listener.close()
        raise SetupError(findings)
    # The address counts and not the name it was given by, which may lead anywhere.
    generated_token = "" if token or is_loopback(listener.getsockname()[0]) else secrets.token_urlsafe()
    told = Settings(token=token or generated_token, **settings)
    return Launch(apis, bases, told, listener, url_of(listener, host), generated_token)
