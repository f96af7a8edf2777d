"""Sends one request to a webhook receiver, if its host is allowed, and reads the response."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterable
from typing import Any

import httpx

from mockade import __version__
from mockade.outbox import Outcome, OutgoingRequest
from mockade.server.listener import is_loopback

LARGEST_ANSWER = 16 * 1024
"""Bytes of a response that are read; the rest is not waited for."""

_LIMITS = httpx.Limits(max_connections=None, max_keepalive_connections=0)
"""No keep-alive: it would block a single-threaded receiver, and a restarted one drops the connection."""


class HttpSender:
    """Sends to receivers on this machine, and to the hosts in `allowed`.

    It uses httpx's transport, not its client: no redirects, no proxies, and no cookies that would be shared
    by worlds.
    """

    def __init__(self, allowed: Iterable[str], own_port: int = 0) -> None:
        """`own_port` is the one that this server listens on, 0 where it listens on none."""
        self._own_port = own_port
        self._allowed = {_normalized(host) for host in allowed}
        self._transports: dict[str, httpx.AsyncHTTPTransport] = {}

    def allows(self, url: httpx.URL) -> bool:
        """Whether the host is allowed; an international name may be allowed in Unicode or as Punycode."""
        names = {_normalized(url.host), _normalized(url.raw_host.decode("ascii"))}
        return is_loopback(_normalized(url.host)) or not names.isdisjoint(self._allowed)

    async def send(self, outgoing: OutgoingRequest) -> Outcome:
        """Never raises: whatever goes wrong is the outcome's `reason`."""
        try:
            url = httpx.URL(outgoing.url)
            host = _normalized(url.host)
            if url.scheme not in ("http", "https") or not host:
                return Outcome(reason="It is no address of a web server (http or https).", hopeless=True)
            if not self.allows(url):
                reason = f"Not sent, as {host} is not this machine: allow it with --allow-webhooks {host}."
                return Outcome(reason=reason, hopeless=True)
            async with asyncio.timeout(outgoing.timeout):
                if await self._is_own(url):
                    reason = "Not sent: that is this mock itself, and a webhook is for its receiver."
                    return Outcome(reason=reason, hopeless=True)
                return await self._exchange(url, host, outgoing)
        except TimeoutError:
            return Outcome(reason=f"There was no whole answer within {outgoing.timeout:g} s.")
        except Exception as error:  # a receiver and its address are not ours, and anything may happen
            return Outcome(reason=f"There was no answer: {str(error) or type(error).__name__}.")

    async def _is_own(self, url: httpx.URL) -> bool:
        """Whether an address is this server's: the control API is not for those whom it sends to."""
        port = url.port or (443 if url.scheme == "https" else 80)
        if port != self._own_port:
            return False
        host = _normalized(url.host)
        if is_loopback(host):
            return True
        try:
            found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except OSError:
            return False
        return any(_is_of_this_machine(family, address) for family, _, _, _, address in found)

    async def _exchange(self, url: httpx.URL, host: str, outgoing: OutgoingRequest) -> Outcome:
        headers = {"User-Agent": f"Mockade/{__version__}", **outgoing.headers}
        request = httpx.Request("POST", url, headers=headers, content=outgoing.body)
        if host.endswith(".localhost"):
            # Such names are this machine's by RFC 6761, but not every resolver knows that.
            request.url = url.copy_with(host="localhost")
        response = await self._transport(url.scheme).handle_async_request(request)
        try:
            return Outcome(response.status_code, await _beginning(response))
        finally:
            await response.aclose()

    def _transport(self, scheme: str) -> httpx.AsyncHTTPTransport:
        """Made when it is first needed: reading all CA certificates takes time."""
        if scheme not in self._transports:
            self._transports[scheme] = httpx.AsyncHTTPTransport(
                verify=scheme == "https", trust_env=False, limits=_LIMITS
            )
        return self._transports[scheme]

    async def close(self) -> None:
        for transport in self._transports.values():
            await transport.aclose()
        self._transports.clear()


def _is_of_this_machine(family: int, address: Any) -> bool:
    """Whether an address, as `getaddrinfo` has it, is one that a socket here can have."""
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.bind((address[0], 0, *address[2:]))
    except OSError:
        return False
    return True


async def _beginning(response: httpx.Response) -> str:
    data = bytearray()
    async for chunk in response.aiter_raw():
        data += chunk
        if len(data) >= LARGEST_ANSWER:
            break
    return data[:LARGEST_ANSWER].decode("utf-8", "replace")


def _normalized(host: str) -> str:
    """A host in lower case, without the trailing dot of DNS or the brackets of IPv6."""
    return host.lower().removesuffix(".").removeprefix("[").removesuffix("]")


def summary(outgoing: OutgoingRequest, outcome: Outcome) -> str:
    """A delivery in a line, without the URL's user, query and fragment, which may be secret."""
    address = outgoing.url.partition("#")[0].partition("?")[0]
    scheme, mark, rest = address.partition("://")
    server, slash, path = rest.partition("/")
    shown = f"POST {scheme}{mark}{server.rpartition('@')[2]}{slash}{path}"
    return f"{shown}: {outcome.reason}" if outcome.status is None else f"{shown} {outcome.status}"
