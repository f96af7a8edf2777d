"""Pages of Mockade's own: who may have them, and what is answered in place of one that there is not."""

from __future__ import annotations

from collections.abc import Callable

from mockade.asgi import Scope
from mockade.errors import Refusal
from mockade.middleware.guard import Guard
from mockade.middleware.responses import PreparedResponse, problem_response
from mockade.settings import MOCKADE_PATH

CONSOLE = f"{MOCKADE_PATH}/"

CONSOLE_FILES = f"{CONSOLE}console/"
"""What stands before the paths of the files that the console's page asks for."""

PROTECTION = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
)
"""Headers that keep every page from being taken for something else, shown in another one, and told of."""


def page_response(
    scope: Scope,
    guard: Guard,
    method: str,
    path: str,
    page: Callable[[], PreparedResponse] | None,
    *,
    instead: str,
) -> PreparedResponse:
    """A page, to who only reads it; `instead` is a sentence about where to go when there is none."""
    try:
        guard.know_host(scope)
    except Refusal as refusal:
        return problem_response(refusal.status, refusal.message)
    if page is None:
        return problem_response(404, f"Mockade has no page {path}. {instead}")
    if method not in ("GET", "HEAD"):
        problem = problem_response(405, f"{path} is only to be read.")
        return problem._replace(headers=[(b"allow", b"GET, HEAD")])
    return page()
