"""The base paths of `servers`: those of a document, of a path or of an operation."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice, product
from urllib.parse import urlsplit

from mockade.contract.document import Node
from mockade.contract.keywords import TEMPLATE
from mockade.contract.tell import Tell
from mockade.settings import MOCKADE_PATH, WORLD_PREFIX

MOST = 64
"""Base paths of one `servers` that are served: the values of its variables' enums multiply."""


def base_paths(holder: Node, tell: Tell) -> list[str] | None:
    """The paths of a holder's `servers`, without the empty ones; None where it has no servers.

    A variable has its default and then each value of its enum.
    """
    servers = holder.get("servers")
    if servers is None or not isinstance(servers.value, list) or not servers.value:
        return None
    paths = dict.fromkeys(path for server in servers.list() for path in _paths(server, tell) if path)
    if len(paths) > MOST:
        message = f"These servers have {len(paths)} base paths or more."
        tell(servers, message, f"The first {MOST} are served.", "servers", "info")
    return list(paths)[:MOST]


def _paths(server: Node, tell: Tell) -> Iterator[str]:
    for url in islice(_urls(server, tell), MOST + 1):
        try:
            path = urlsplit(url).path.rstrip("/")
        except ValueError as error:
            tell(server, f"The server {url!r} is no URL: {error}.", "It is left out.", "servers", "warning")
            return
        if path and not path.startswith("/"):
            path = f"/{path}"
        if path.startswith((MOCKADE_PATH, WORLD_PREFIX)):
            message = f"{path} lies where Mockade's own pages are, or where worlds are named."
            tell(server, message, "It is left out.", "servers", "warning")
            continue
        yield path


def _urls(server: Node, tell: Tell) -> Iterator[str]:
    """A server's URLs, the one with all variables at their defaults first."""
    url = server.text("url")
    values = {name: _values(variable) for name, variable in server.members("variables")}
    names = list(dict.fromkeys(TEMPLATE.findall(url)))
    undeclared = next((name for name in names if not values.get(name)), None)
    if undeclared is not None:
        message = f"The server {url!r} has no variable {undeclared!r}."
        tell(server, message, "Declare it under `variables`.", "server-variable", "warning")
    for name, variable in server.members("variables"):
        options = variable.get("enum")
        listed = options.value if options is not None and isinstance(options.value, list) else None
        if listed is not None and "default" in variable.value and variable.text("default") not in listed:
            message = f"The default of {name!r} is none of its `enum`."
            tell(variable, message, "Write it into the enum.", "server-variable", "warning")
    for chosen in product(*(values.get(name) or ["{" + name + "}"] for name in names)):
        filled = url
        for name, value in zip(names, chosen, strict=True):
            filled = filled.replace("{" + name + "}", value)
        yield filled


def _values(variable: Node) -> list[str]:
    default, options = variable.text("default"), variable.get("enum")
    listed = options.value if options is not None and isinstance(options.value, list) else []
    texts = [default] if isinstance(variable.value, dict) and "default" in variable.value else []
    return list(dict.fromkeys([*texts, *(one for one in listed if isinstance(one, str))]))
