"""The guard of the control API: no web page of another site, and beyond this machine only with the token."""

from __future__ import annotations

import hmac
import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from mockade.asgi import Scope, header
from mockade.errors import EngineRefusal
from mockade.server.listener import is_loopback

TOKEN_HEADER = b"x-mockade-token"

_HOST = re.compile(r"(?:\[([^\[\]]*)\]|([^:\[\]]*))(?::[0-9]*)?")
"""A Host header: a name or an address, an IPv6 one in brackets, and perhaps a port."""


class Guard:
    """Lets through who may control the mock; `token` empty means that this machine's own may.

    A page that somebody's browser shows can send requests to a server on their machine, also under a name
    that its owner points there. So without a token a `Host` that is not this machine's own is refused, and
    in any case what a browser says comes from another site.
    """

    def __init__(self, token: str) -> None:
        self.token = token

    def admit(self, scope: Scope) -> None:
        """Refuses with 401 without the token, with 403 what a web page of elsewhere sends."""
        self.know_host(scope)
        host = _text(scope, b"host")
        site, origin = _text(scope, b"sec-fetch-site"), _text(scope, b"origin")
        if site not in ("", "same-origin", "none") or origin not in ("", f"{scope['scheme']}://{host}"):
            message = f"A page of another site ({origin or site}) may not control the mock."
            raise EngineRefusal("forbidden", message)
        if not self.token:
            return
        token = header(scope, TOKEN_HEADER)
        if token is None or not hmac.compare_digest(token, self.token.encode()):
            what = "That is not the token" if token is not None else "The control API asks for a token here"
            message = f"{what}: send X-Mockade-Token with what `mockade serve` was given or printed."
            raise EngineRefusal("unauthenticated", message)

    def know_host(self, scope: Scope) -> None:
        """Refuses with 403 a name that another machine's owner may have pointed at this one."""
        host = _text(scope, b"host")
        parts = _HOST.fullmatch(host)
        if not self.token and host and not (parts and is_loopback(parts[1] or parts[2] or "")):
            message = f"The Host {host!r} is not this machine's own: call the mock as localhost or 127.0.0.1."
            raise EngineRefusal("forbidden", message)


def is_cross_site(scope: Scope, allowed: Sequence[str]) -> bool:
    """Whether a browser sends a request for a page of another site, whose origin is not among `allowed`.

    A page of this machine's own is none of another site, whatever its port.
    """
    site, origin = _text(scope, b"sec-fetch-site"), _text(scope, b"origin")
    if origin:
        own = f"{scope['scheme']}://{_text(scope, b'host')}"
        if "*" in allowed or origin in (*allowed, own) or is_loopback(_host_of(origin)):
            return False
    return site == "cross-site" or bool(origin and not site)


def _host_of(origin: str) -> str:
    """The host in an origin, empty where there is none: `null` is one, too."""
    try:
        return urlsplit(origin).hostname or ""
    except ValueError:
        return ""


def _text(scope: Scope, name: bytes) -> str:
    return (header(scope, name) or b"").decode("latin-1")
