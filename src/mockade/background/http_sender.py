"""One request of ours to somebody's receiver: whether it may be sent, how it is, and what came back."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

import httpx

from mockade import __version__
from mockade.outbox import Outcome, OutgoingRequest
from mockade.server.listener import is_loopback

LARGEST_ANSWER = 16 * 1024
"""Bytes of a receiver's answer that are read; what comes after them is not waited for."""

_LIMITS = httpx.Limits(max_connections=None, max_keepalive_connections=0)
"""No connection is kept: a receiver of one thread would be busy with it, and one that restarts drops it."""


class HttpSender:
    """Sends to receivers on this machine, and to the hosts in `allowed`.

    It goes below httpx's client: no redirects, no proxies, no cookies that one world's receiver could leave
    for another's.
    """

    def __init__(self, allowed: Iterable[str]) -> None:
        self._allowed = {_plain(host) for host in allowed}
        self._transports: dict[str, httpx.AsyncHTTPTransport] = {}

    def allows(self, url: httpx.URL) -> bool:
        """Whether the host may be sent to; a name with letters of its own also as DNS writes it."""
        names = {_plain(url.host), _plain(url.raw_host.decode("ascii"))}
        return is_loopback(_plain(url.host)) or not names.isdisjoint(self._allowed)

    async def deliver(self, outgoing: OutgoingRequest) -> Outcome:
        """How it fared; whatever goes wrong is told in the outcome."""
        try:
            url = httpx.URL(outgoing.url)
            host = _plain(url.host)
            if url.scheme not in ("http", "https") or not host:
                return Outcome(reason="It is no address of a web server (http or https).", hopeless=True)
            if not self.allows(url):
                reason = f"Not sent, as {host} is not this machine: allow it with --allow-webhooks {host}."
                return Outcome(reason=reason, hopeless=True)
            async with asyncio.timeout(outgoing.timeout):
                return await self._sent(url, host, outgoing)
        except TimeoutError:
            return Outcome(reason=f"There was no whole answer within {outgoing.timeout:g} s.")
        except Exception as error:  # a receiver and its address are somebody else's, and may be anything
            return Outcome(reason=f"There was no answer: {str(error) or type(error).__name__}.")

    async def _sent(self, url: httpx.URL, host: str, outgoing: OutgoingRequest) -> Outcome:
        headers = {"User-Agent": f"Mockade/{__version__}", **outgoing.headers}
        request = httpx.Request("POST", url, headers=headers, content=outgoing.body)
        if host.endswith(".localhost"):
            # Such a name is this machine's own, and not every resolver knows it: one may lead elsewhere.
            request.url = url.copy_with(host="localhost")
        response = await self._transport(url.scheme).handle_async_request(request)
        try:
            return Outcome(response.status_code, await _beginning(response))
        finally:
            await response.aclose()

    def _transport(self, scheme: str) -> httpx.AsyncHTTPTransport:
        """Made when it is first needed: to read all authorities' certificates takes its time."""
        if scheme not in self._transports:
            self._transports[scheme] = httpx.AsyncHTTPTransport(
                verify=scheme == "https", trust_env=False, limits=_LIMITS
            )
        return self._transports[scheme]

    async def close(self) -> None:
        for transport in self._transports.values():
            await transport.aclose()
        self._transports.clear()


async def _beginning(response: httpx.Response) -> str:
    data = bytearray()
    async for chunk in response.aiter_raw():
        data += chunk
        if len(data) >= LARGEST_ANSWER:
            break
    return data[:LARGEST_ANSWER].decode("utf-8", "replace")


def _plain(host: str) -> str:
    """A host as it is compared: in lower case, without the last dot of DNS or the brackets of IPv6."""
    return host.lower().removesuffix(".").removeprefix("[").removesuffix("]")


def told(outgoing: OutgoingRequest, outcome: Outcome) -> str:
    """A delivery in a line; the address without what may be secret in it."""
    address = outgoing.url.partition("#")[0].partition("?")[0]
    scheme, mark, rest = address.partition("://")
    server, slash, path = rest.partition("/")
    shown = f"POST {scheme}{mark}{server.rpartition('@')[2]}{slash}{path}"
    return f"{shown}: {outcome.reason}" if outcome.status is None else f"{shown} {outcome.status}"
