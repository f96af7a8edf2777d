"""Connections to a Redis, by its address and the options in that."""

from __future__ import annotations

import os
import ssl
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import redis
from redis.asyncio.connection import BlockingConnectionPool, parse_url
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from mockade.hints import did_you_mean

MOST_CONNECTIONS = 32
"""Of one worker: thousands of first calls at once wait for each other."""

SECURE = "rediss"
"""The scheme of those that speak TLS."""

Check = Callable[[str], bool]


def _is_switch(value: str) -> bool:
    return value.lower() in ("yes", "no", "true", "false", "1", "0")


OPTIONS: Mapping[str, tuple[str, Check]] = {
    "db": ("the number of a database", str.isdecimal),
    "username": ("a user", bool),
    "password": ("a password", bool),
}
"""Those of every address: what is expected of each, and whether a value is that."""

TLS_OPTIONS: Mapping[str, tuple[str, Check]] = {
    "ssl_ca_certs": ("a file of certificates in PEM", bool),
    "ssl_ca_path": ("a folder of certificates, named by their hashes", bool),
    "ssl_certfile": ("a file with a client's certificate in PEM", bool),
    "ssl_keyfile": ("a file with its key in PEM", bool),
    "ssl_password": ("the password of that key", bool),
    "ssl_check_hostname": ("yes or no", _is_switch),
    "ssl_cert_reqs": ("required or none", ("required", "none").__contains__),
}
"""Those of one that speaks TLS, as redis-py names them."""


def connection_pool(url: str) -> BlockingConnectionPool:
    """Connections to the store at an address; none is made yet.

    Nothing that is asked over them is asked again by itself: a commit may have happened without its answer.
    Raises ValueError for an address that cannot be used, with what is wrong as the end of a sentence: neither
    it nor what it is raised from has the address, which may have a password in it.
    """
    _check(url)
    given: dict[str, Any] = {
        **parse_url(url),
        "max_connections": MOST_CONNECTIONS,
        "socket_timeout": None,  # who asks has a limit for the whole
        "socket_connect_timeout": None,
        "retry": Retry(NoBackoff(), 0),
        "client_name": "mockade",
        "protocol": 2,
    }
    try:
        pool = BlockingConnectionPool(**given)
        connection = pool.make_connection()  # type: ignore[no-untyped-call]
        if url.startswith(f"{SECURE}:"):
            _read_certificates(connection, given)
    except (TypeError, RedisError) as error:  # an option that this version of redis-py has not
        raise ValueError(f"redis-py {redis.__version__} cannot be told so ({error})") from None
    return pool


def _check(url: str) -> None:
    try:
        parts = urlsplit(url)
    except ValueError:  # its text may have a password in it
        raise ValueError(
            "what stands before the port is no host (an address of IPv6 is in brackets, as in redis://[::1]:6379/0;"
            " in a password [ is %5B, ] is %5D)"
        ) from None
    is_socket = parts.scheme == "unix"
    if is_socket and (parts.hostname or parts.path in ("", "/")):
        raise ValueError("unix:// is followed by the whole path of a socket, as in unix:///run/redis.sock")
    try:
        _ = parts.port
    except ValueError:  # its text is a part of the password, where that has a slash in it
        raise ValueError(
            "what follows the host is no port from 0 to 65535 (in a password / is %2F, # is %23, ? is %3F, "
            "@ is %40, % is %25)"
        ) from None
    if not is_socket and parts.path.strip("/") and not parts.path.strip("/").isdecimal():
        raise ValueError(f"{parts.path!r} is no number of a database, as in /0")
    for name, value in parse_qsl(parts.query, keep_blank_values=True):
        _check_option(name, value, is_secure=parts.scheme == SECURE)


def _check_option(name: str, value: str, *, is_secure: bool) -> None:
    if name in TLS_OPTIONS and not is_secure:
        raise ValueError(f"{name} is for addresses that begin with {SECURE}://")
    known = {**OPTIONS, **TLS_OPTIONS} if is_secure else OPTIONS
    if name not in known:
        raise ValueError(f"there is no option {name!r}. {did_you_mean(name, known)}")
    expected, is_so = known[name]
    if not is_so(value):
        raise ValueError(f"{name} has to be {expected}")


def _read_certificates(connection: Any, given: Mapping[str, Any]) -> None:
    """Read the files of its options, so that what is wrong with them is told as that."""
    for name in _FILES:
        if path := given.get(name):
            try:
                os.scandir(path).close() if name == "ssl_ca_path" else open(path, "rb").close()
            except OSError as error:
                raise ValueError(f"{name}={path} cannot be read ({error.strerror})") from None
    try:
        connection.ssl_context.get()
    except (ssl.SSLError, OSError) as error:
        names = ", ".join(f"{name}={given[name]}" for name in _FILES if name in given)
        raise ValueError(
            f"no certificate, or not the key of it, is in its files ({names or 'of this machine'}: {error})"
        ) from None


_FILES = ("ssl_ca_certs", "ssl_ca_path", "ssl_certfile", "ssl_keyfile")
