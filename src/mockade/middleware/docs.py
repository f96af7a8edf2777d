"""Docs middleware: Mockade's own pages, Swagger UI for each API and the control API, and the console."""

from __future__ import annotations

import hashlib
import html
import re
from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from importlib.resources import files
from typing import Any

import orjson

from mockade.asgi import App, Receive, Scope, Send, header_list
from mockade.catalogue.access import open_names
from mockade.catalogue.api import Api
from mockade.catalogue.router import Router
from mockade.middleware.context import CONTEXT_KEY, RequestContext
from mockade.middleware.guard import Guard
from mockade.middleware.pages import CONSOLE, CONSOLE_FILES, PROTECTION, page_response
from mockade.middleware.responses import PreparedResponse, json_response, send_response
from mockade.settings import MOCKADE_PATH

DOCS = f"{MOCKADE_PATH}/docs"
_ASSETS = {
    "swagger-ui.css": "text/css; charset=utf-8",
    "swagger-ui-bundle.js": "text/javascript; charset=utf-8",
    "favicon-32x32.png": "image/png",
}
"""Each with its media type: a machine's own table may have another, and browsers are told not to guess."""


class DocsMiddleware:
    """Answers the paths of the docs and the console, and lets all others through.

    A browser that asks for the root, which no API has, is sent to the console.
    """

    def __init__(self, app: App, router: Router, guard: Guard) -> None:
        self._app = app
        self._router = router
        self._guard = guard

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        context: RequestContext = scope[CONTEXT_KEY]
        exchange = context.exchange
        page = None
        if context.is_internal:
            if _is_docs(exchange.path):
                page = self._page(scope, context)
                page = page._replace(headers=[*page.headers, *_protection(page)])
            elif _is_console(exchange.path):
                from mockade.middleware.console import console_response

                page = console_response(scope, self._guard, exchange.method, exchange.path)
        elif exchange.path == "/" and self._is_for_a_browser(scope):
            from mockade.middleware.console import moved

            page = moved(scope, exchange.world)
        if page is None:
            await self._app(scope, receive, send)
            return
        context.is_internal = True
        exchange.answered_by = "mockade"
        await send_response(send, context, page)

    def _is_for_a_browser(self, scope: Scope) -> bool:
        is_read = scope["method"] == "GET" and self._router.match("/") is None
        return is_read and "text/html" in header_list(scope, b"accept")

    def _page(self, scope: Scope, context: RequestContext) -> PreparedResponse:
        method, path = context.exchange.method, context.exchange.path
        page = self._known().get(path)
        return page_response(scope, self._guard, method, path, page, instead=f"The docs begin at {DOCS}/.")

    def _known(self) -> dict[str, Callable[[], PreparedResponse]]:
        """What makes each page of the docs, by its path."""
        router = self._router
        control = {router.control_api.stem: router.control_api} if router.control_api else {}
        known: dict[str, Callable[[], PreparedResponse]] = {
            DOCS: partial(_moved, f"{DOCS}/"),
            f"{DOCS}/": partial(_index, router, shows_secrets=not self._guard.token),
            **{f"{DOCS}/assets/{name}": partial(_asset, name) for name in _ASSETS},
        }
        for stem, api in {**router.apis, **control}.items():
            known[f"{DOCS}/{stem}"] = partial(_moved, f"{DOCS}/{stem}/")
            known[f"{DOCS}/{stem}/"] = partial(_swagger_ui, api, router.base_paths_of(api))
            known[f"{DOCS}/{stem}/openapi.json"] = partial(_document, api)
        return known


def _is_docs(path: str) -> bool:
    return path == DOCS or path.startswith(f"{DOCS}/")


def _is_console(path: str) -> bool:
    return path in (MOCKADE_PATH, CONSOLE) or path.startswith(CONSOLE_FILES)


def _protection(page: PreparedResponse) -> list[tuple[bytes, bytes]]:
    """Headers that keep a page from running what is not its own, and from being shown in another one."""
    scripts = (
        re.findall(rb"<script>(.*?)</script>", page.body, re.DOTALL) if "html" in page.media_type else []
    )
    hashes = (b64encode(hashlib.sha256(one).digest()).decode() for one in scripts)
    sources = " ".join(["'self'", *(f"'sha256-{one}'" for one in hashes)])
    policy = (
        "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
        f"script-src {sources}; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data:; font-src 'self' data:; connect-src 'self'"
    )
    return [(b"content-security-policy", policy.encode()), *PROTECTION]


def _html(text: str) -> PreparedResponse:
    return PreparedResponse(200, text.encode(), "text/html; charset=utf-8", [])


def _moved(to: str) -> PreparedResponse:
    return PreparedResponse(307, b"", "text/plain", [(b"location", to.encode())])


def _asset(name: str) -> PreparedResponse:
    data = (files("mockade.middleware") / "swagger_ui" / name).read_bytes()
    return PreparedResponse(200, data, _ASSETS[name], [(b"cache-control", b"max-age=86400")])


def _document(api: Api) -> PreparedResponse:
    """The document as it stands in its files; one that spans several is served as its main file."""
    return json_response(200, api.contract.document.files[api.contract.document.uri])


def _index(router: Router, *, shows_secrets: bool) -> PreparedResponse:
    """The APIs with their credentials, so that nobody has to go back to the console for them.

    Where a token is asked for they are for those who have it, and a page asks nobody.
    """
    items = "".join(
        f'<li><a href="{html.escape(stem)}/">{html.escape(api.contract.title)}</a> '
        f'(<a href="{html.escape(stem)}/openapi.json">openapi.json</a>)<br>'
        f"<small>{html.escape(', '.join(_credentials(api, shows_secrets=shows_secrets)))}</small></li>"
        for stem, api in router.apis.items()
    )
    control = router.control_api
    if control is not None:
        items += f'<li><a href="{control.stem}/">{html.escape(control.contract.title)}</a></li>'
    icon = '<link rel="icon" href="assets/favicon-32x32.png">'
    return _html(f"<!doctype html><title>Mockade</title>{icon}<h1>Mockade</h1><ul>{items}</ul>")


def _credentials(api: Api, *, shows_secrets: bool) -> Iterator[str]:
    if shows_secrets:
        yield from (secret for _, secret in api.callers)
    elif api.callers:
        yield "credentials: on the page Players of the console"
    yield from (f"any credential ({name})" for name in open_names(api.contract, api.access))


def _in_script(value: Any) -> str:
    return orjson.dumps(value).decode().replace("<", "\\u003c")


def _swagger_ui(api: Api, bases: Sequence[str]) -> PreparedResponse:
    """Swagger UI that sends its requests to this server, whatever the document's `servers` say.

    Its Authorize has the first good credential of each scheme in the world, where no token is asked for.
    """
    title = html.escape(api.contract.title)
    # The published base path first, as the console's curl line has it.
    mounts = _in_script(list(reversed(bases)))
    stem = _in_script(api.stem)
    return _html(f"""<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <title>{title} · Mockade</title>
  <link rel="stylesheet" href="../assets/swagger-ui.css">
  <link rel="icon" href="../assets/favicon-32x32.png">
</head>
<body>
  <div id="swagger-ui"></div>
  <script src="../assets/swagger-ui-bundle.js"></script>
  <script>
    const here = window.location.origin + window.location.pathname.split("{DOCS}")[0];
    fetch("openapi.json").then((answer) => answer.json()).then((spec) => {{
      spec.servers = {mounts}.map((base) => ({{url: here + base, description: "This Mockade"}}));
      const schemes = (spec.components || {{}}).securitySchemes || spec.securityDefinitions || {{}};
      const authorize = async () => {{
        const answer = await fetch(here + "{MOCKADE_PATH}/v1/credentials?secrets=true");
        const known = answer.ok ? (await answer.json()).credentials : [];
        const good = known.filter((one) => one.api === {stem} && !one.refused);
        for (const name of new Set(good.map((one) => one.scheme))) {{
          const [user, ...rest] = good.find((one) => one.scheme === name).secret.split(":");
          const scheme = schemes[name] || {{}};
          const isBasic = scheme.type === "basic" || String(scheme.scheme).toLowerCase() === "basic";
          if (isBasic) ui.preauthorizeBasic(name, user, rest.join(":"));
          else ui.preauthorizeApiKey(name, [user, ...rest].join(":"));
        }}
      }};
      const ui = SwaggerUIBundle({{
        spec, dom_id: "#swagger-ui", deepLinking: true, validatorUrl: null, onComplete: authorize,
      }});
    }});
  </script>
</body>
</html>
""")
