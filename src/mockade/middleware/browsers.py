"""What browsers ask by themselves: no client of a contract, whatever is answered."""

from __future__ import annotations

import re

from mockade.asgi import Headers
from mockade.worlds.journal import Exchange

_OWN = re.compile(
    r"/(?:favicon\.ico|robots\.txt|sitemap\.xml|browserconfig\.xml|"
    r"apple-touch-icon[\w-]*\.png|\.well-known/.*)?"
)
"""A page's icons, what developer tools and crawlers look for, what is known of a whole host (RFC 8615),
and the root, where people look around."""


def is_preflight(method: str, headers: Headers) -> bool:
    """Whether a request is a browser's question whether a page may send another one (CORS)."""
    return method == "OPTIONS" and any(name == b"access-control-request-method" for name, _ in headers)


def is_browsers_own(exchange: Exchange) -> bool:
    """Whether a browser sends a request that no page, and no program, has written."""
    if is_preflight(exchange.method, exchange.request_headers):
        return True
    methods = ("GET", "HEAD", "OPTIONS") if exchange.path == "/" else ("GET", "HEAD")
    return exchange.method in methods and _OWN.fullmatch(exchange.path) is not None
