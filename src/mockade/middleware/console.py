"""The console's files under /_mockade/, and the way there for a browser that looks at the root."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from mockade.asgi import Scope, header
from mockade.console import PAGE, Asset, assets
from mockade.middleware.guard import Guard
from mockade.middleware.pages import CONSOLE, CONSOLE_FILES, PROTECTION, page_response
from mockade.middleware.responses import PreparedResponse
from mockade.settings import MOCKADE_PATH, WORLD_PREFIX

_PROTECTION = [
    (
        b"content-security-policy",
        b"default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'none'; "
        b"frame-ancestors 'none'",
    ),
    *PROTECTION,
    (b"cross-origin-opener-policy", b"same-origin"),
]


def console_response(scope: Scope, guard: Guard, method: str, path: str) -> PreparedResponse:
    """A file of the console; its page shows nothing by itself, so that no token is asked for it."""
    instead = f"The console is at {CONSOLE}."
    response = page_response(scope, guard, method, path, _page(path), instead=instead)
    return response._replace(headers=[*response.headers, *_PROTECTION])


def _page(path: str) -> Callable[[], PreparedResponse] | None:
    """What makes a page of the console, None where there is none at that path."""
    if path == MOCKADE_PATH:
        return _to_console
    asset = assets().get(PAGE if path == CONSOLE else path.removeprefix(CONSOLE_FILES))
    return partial(_file, asset) if asset is not None else None


def _to_console() -> PreparedResponse:
    # Relative: a world may stand before it.
    return PreparedResponse(307, b"", "text/plain", [(b"location", CONSOLE[1:].encode())])


def _file(asset: Asset) -> PreparedResponse:
    return PreparedResponse(200, asset.data, asset.media_type, [(b"cache-control", b"no-cache")])


def moved(scope: Scope, world: str) -> PreparedResponse:
    """To the console, of the world that was asked."""
    raw = scope.get("raw_path") or scope["path"].encode()
    prefixed = raw.startswith((WORLD_PREFIX.encode(), WORLD_PREFIX.replace("@", "%40").encode()))
    to = f"{WORLD_PREFIX}{world}{CONSOLE}" if prefixed or header(scope, b"x-mockade-world") else CONSOLE
    return PreparedResponse(307, b"", "text/plain", [(b"location", to.encode()), (b"vary", b"accept")])
