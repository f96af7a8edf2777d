"""The socket that a server listens on, its base URL, and whether an address is this machine's own."""

from __future__ import annotations

import errno
import ipaddress
import socket

from mockade.errors import Finding, Place, SetupError


def is_loopback(host: str) -> bool:
    """Whether a host name or address never leaves this machine."""
    name = host.lower().removesuffix(".")
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return name == "localhost" or name.endswith(".localhost")
    # Before Python 3.13 a mapped address did not count as what it maps to.
    return (getattr(address, "ipv4_mapped", None) or address).is_loopback


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes a free one. Raises SetupError when it cannot be had."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family, backlog=2048)
    except OverflowError:
        mend = "A port is from 0, which takes a free one, to 65535."
        raise SetupError(
            [Finding(Place(f"{host}:{port}"), f"There is no port {port}.", mend, "listen")]
        ) from None
    except (OSError, UnicodeError) as error:  # the latter for a name that DNS could not hold
        code = getattr(error, "errno", None)
        if code == errno.EADDRINUSE:
            message, mend = f"Port {port} is taken.", "Stop what listens there, or choose another: --port 0."
        elif isinstance(error, socket.gaierror | UnicodeError) or code == errno.EADDRNOTAVAIL:
            message, mend = f"{host!r} is no address of this machine.", "Try --host 127.0.0.1."
        else:
            message, mend = f"Cannot listen there: {error.strerror or error}.", ""
        raise SetupError([Finding(Place(f"{host}:{port}"), message, mend, "listen")]) from None


def url_of(listener: socket.socket, host: str) -> str:
    """The base URL of a listening socket, as a client on this machine can use it."""
    port = listener.getsockname()[1]
    name = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    return f"http://{name}:{port}"
