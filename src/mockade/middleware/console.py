"""The console's files under /_mockade/, and the way there for a browser that looks at the root."""

from __future__ import annotations

from mockade.asgi import Scope, header, header_list
from mockade.console import PAGE, assets
from mockade.errors import Refusal
from mockade.middleware.guard import Guard
from mockade.middleware.responses import PreparedResponse, problem_response
from mockade.settings import MOCKADE_PATH, WORLD_PREFIX

CONSOLE = f"{MOCKADE_PATH}/"
FILES = f"{CONSOLE}console/"

_PROTECTION = [
    (
        b"content-security-policy",
        b"default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'none'; "
        b"frame-ancestors 'none'",
    ),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
]


def console_response(scope: Scope, guard: Guard, method: str, path: str) -> PreparedResponse:
    """A file of the console; its page shows nothing by itself, so that no token is asked for it."""
    response = _response(scope, guard, method, path)
    return response._replace(headers=[*response.headers, *_PROTECTION])


def _response(scope: Scope, guard: Guard, method: str, path: str) -> PreparedResponse:
    try:
        guard.know_host(scope)
    except Refusal as refusal:
        return problem_response(refusal.status, refusal.message)
    if path == MOCKADE_PATH:  # relative: a world may stand before it
        return PreparedResponse(307, b"", "text/plain", [(b"location", f"{MOCKADE_PATH[1:]}/".encode())])
    asset = assets().get(PAGE if path == CONSOLE else path.removeprefix(FILES))
    if asset is None:
        return problem_response(404, f"Mockade has no page {path}. The console is at {CONSOLE}.")
    if method not in ("GET", "HEAD"):
        problem = problem_response(405, f"{path} is only to be read.")
        return problem._replace(headers=[(b"allow", b"GET, HEAD")])
    return PreparedResponse(200, asset.data, asset.media_type, [(b"cache-control", b"no-cache")])


def moved(scope: Scope, world: str) -> PreparedResponse | None:
    """To the console, of the world that was asked; None for who takes no HTML."""
    if "text/html" not in header_list(scope, b"accept"):
        return None
    raw = scope.get("raw_path") or scope["path"].encode()
    prefixed = raw.startswith((WORLD_PREFIX.encode(), WORLD_PREFIX.replace("@", "%40").encode()))
    to = f"{WORLD_PREFIX}{world}{CONSOLE}" if prefixed or header(scope, b"x-mockade-world") else CONSOLE
    return PreparedResponse(307, b"", "text/plain", [(b"location", to.encode()), (b"vary", b"accept")])
