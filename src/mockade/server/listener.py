"""The socket that a server has a port by, its base URL, and whether other machines can reach an address."""

from __future__ import annotations

import asyncio
import errno
import ipaddress
import os
import secrets
import socket

from mockade.errors import Finding, Place, SetupError, reason

BACKLOG = 2048
"""Clients that may have connected before the server has accepted them."""

ACCEPTED_AT_ONCE = 16
"""Clients that are accepted in one turn of the loop at most, where that is uvloop's."""


def is_loopback(host: str) -> bool:
    """Whether a host name or address never leaves this machine."""
    name = host.lower().removesuffix(".")
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return name == "localhost" or name.endswith(".localhost")
    # Before Python 3.13 a mapped address did not count as what it maps to.
    return (getattr(address, "ipv4_mapped", None) or address).is_loopback


def generated_token(host: str, given: str) -> str:
    """A new token where other machines can reach `host` and none was given; else empty."""
    return "" if given or is_loopback(host) else secrets.token_urlsafe()


def bind(host: str, port: int) -> socket.socket:
    """A socket that has the port and does not listen yet: who connects is refused; port 0 takes a free one.

    Raises SetupError when it cannot be had.
    """
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        listener = socket.socket(family, socket.SOCK_STREAM)
        try:
            if family == socket.AF_INET6:
                listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            _bind(listener, (host, port))
        except BaseException:
            listener.close()
            raise
    except OverflowError:
        mend = "A port is from 0, which takes a free one, to 65535."
        raise SetupError(
            [Finding(Place(f"{host}:{port}"), f"There is no port {port}.", mend, "listen")]
        ) from None
    except (OSError, UnicodeError) as error:  # the latter for a name that DNS could not hold
        raise _not_to_be_had(host, port, error) from None
    return listener


def _bind(listener: socket.socket, address: tuple[str, int]) -> None:
    """Bind, if need be beside old connections that are not over yet, which SO_REUSEADDR allows.

    It would also allow a second server beside one that is bound and does not listen yet, so it comes second.
    """
    try:
        listener.bind(address)
    except OSError as error:
        if error.errno != errno.EADDRINUSE or os.name == "nt":
            raise
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)


def start_listening(listener: socket.socket) -> None:
    """Let clients connect. Raises SetupError where another server listens there meanwhile."""
    if os.name != "nt":  # its connections inherit it, and are in nobody's way once they are closed
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.listen(BACKLOG)
    except OSError as error:
        host, port = listener.getsockname()[:2]
        raise _not_to_be_had(host, port, error) from None


def accepting(listener: socket.socket, *, is_shared: bool = False) -> list[socket.socket]:
    """The listening socket, as often as a turn of the running loop is to accept somebody.

    uvloop accepts one for each socket and turn: the last of 64 clients who come at once waited until the
    others had been answered 63 times. asyncio's own loop accepts all of them. Where other processes accept
    from the socket too (`is_shared`) one is enough: with more, a single process took all of 16 clients.
    """
    is_uvloops = type(asyncio.get_running_loop()).__module__.partition(".")[0] == "uvloop"
    more = ACCEPTED_AT_ONCE - 1 if is_uvloops and not is_shared else 0
    return [listener, *(listener.dup() for _ in range(more))]


def _not_to_be_had(host: str, port: int, error: Exception) -> SetupError:
    code = getattr(error, "errno", None)
    if code == errno.EADDRINUSE:
        message, mend = f"Port {port} is taken.", "Stop what listens there, or choose another: --port 0."
    elif isinstance(error, socket.gaierror | UnicodeError) or code == errno.EADDRNOTAVAIL:
        message, mend = f"{host!r} is no address of this machine.", "Try --host 127.0.0.1."
    else:
        message, mend = f"Cannot listen there: {reason(error)}.", ""
    return SetupError([Finding(Place(f"{host}:{port}"), message, mend, "listen")])


def url_of(listener: socket.socket, host: str) -> str:
    """The base URL of a socket that has a port, as a client on this machine can use it."""
    port = listener.getsockname()[1]
    name = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    return f"http://{name}:{port}"
