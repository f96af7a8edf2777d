"""What a Redis, or the way to it, has against being asked, in sentences."""

from __future__ import annotations

import ssl
from typing import TypeVar

from redis.exceptions import (
    AuthenticationError,
    AuthorizationError,
    NoPermissionError,
    OutOfMemoryError,
    RedisError,
    ResponseError,
)

from mockade.stores.addresses import shown
from mockade.stores.interface import StoreError, StoreFull, StoreRefuses
from mockade.stores.redis.answers import why
from mockade.stores.redis.connection_pool import SECURE

E = TypeVar("E", bound=Exception)

_HINTS = (
    ("read only replica", ": it follows another server, which is the one to name"),
    ("NOREPLICAS", ": it waits for replicas that are not there (its min-replicas-to-write)"),
    ("DB index is out of range", ": name a database that it has, as in /0"),
    ("unknown command", ": it has to have that command by this name (its rename-command)"),
    ("Invalid command passed", ": it has to have all commands by their names (its rename-command)"),
    ("BUSY ", ": end that script (redis-cli SCRIPT KILL), or wait for it"),
)
"""What is in the message of a Redis, and what to do about it."""

_EXPIRED, _NOT_YET = 10, 9
_OTHER_HOST, _OTHER_IP = 62, 64
"""X509_V_ERR_… of OpenSSL."""


_OF_CLIENTS = "does it want a certificate of its clients (ssl_certfile=FILE&ssl_keyfile=FILE in its address)"
"""Of who is refused, or whose connection is closed: which of both comes first is chance."""


class Refusals:
    """Words what goes wrong with the store at an address, whose password they do not have."""

    def __init__(self, url: str) -> None:
        self._is_secure = url.startswith(f"{SECURE}:")
        self.store = f"The store at {shown(url)}"

    def full(self) -> StoreFull:
        """It has no room for what is new."""
        return StoreFull(f"{self.store} is full and takes no changes: raise its maxmemory, or delete worlds.")

    def late(self, patience: float) -> StoreError:
        """It did not answer for so many seconds."""
        hint = "is it running, and does it speak TLS?" if self._is_secure else "is it running?"
        return StoreError(f"{self.store} does not answer within {patience:g} s: {hint}")

    def of(self, error: Exception) -> StoreError:
        """What redis-py, or the system, has raised."""
        if isinstance(error.__cause__, RedisError):
            error = error.__cause__  # what was answered while it connected
        if isinstance(error, OutOfMemoryError):
            return self.full()
        if isinstance(error, AuthenticationError | AuthorizationError):
            return StoreRefuses(
                f"{self.store} does not let us in ({why(error)}): its address has to name a user and the "
                "password, as in redis://user:password@host:6379/0."
            )
        if isinstance(error, NoPermissionError):
            return StoreRefuses(
                f"{self.store} does not let its user do what is needed ({why(error)}): docs/scaling.md has "
                "the rights that it has to have."
            )
        if isinstance(error, ResponseError):
            hint = next((hint for said, hint in _HINTS if said in str(error)), "")
            return StoreRefuses(f"{self.store} does not do what it is asked ({why(error)}){hint}.")
        met = _met(error, ssl.SSLError)
        if isinstance(met, ssl.SSLCertVerificationError):
            return StoreRefuses(self._not_believed(met))
        if met is not None:
            return StoreRefuses(
                f"{self.store} does not agree on TLS with us ({why(met)}): {_OF_CLIENTS}, of an authority "
                "that it trusts, and does it speak TLS 1.2 or newer?"
            )
        return StoreError(f"{self.store} cannot be asked ({why(error)}): {self._closed(error)}")

    def _closed(self, error: Exception) -> str:
        if "max number of clients" in str(error):
            return "raise its maxclients."
        if _met(error, ConnectionResetError, BrokenPipeError) is None and "closed" not in str(error):
            return "is it running?"
        if self._is_secure:
            return f"is it running, does it speak TLS on that port, and {_OF_CLIENTS}?"
        return f"is it running, and does it want TLS ({SECURE}://)?"

    def _not_believed(self, error: ssl.SSLCertVerificationError) -> str:
        said = (
            f"{self.store} has a certificate that is not to be believed ({error.verify_message.rstrip('.')})"
        )
        if error.verify_code in (_EXPIRED, _NOT_YET):
            return f"{said}: renew it, or set the clock of this machine."
        if error.verify_code in (_OTHER_HOST, _OTHER_IP):
            return (
                f"{said}: have its address name a host that the certificate is of, or trust any host that "
                "has a certificate of the same authority: ssl_check_hostname=no in the address."
            )
        return (
            f"{said}: name the file with its authority's certificate in the address, as in "
            f"{SECURE}://host:6379/0?ssl_ca_certs=ca.pem."
        )


def _met(error: BaseException | None, *kinds: type[E]) -> E | None:
    """The error of these kinds which an error was raised for."""
    while error is not None:
        if isinstance(error, kinds):
            return error
        error = error.__cause__ or error.__context__
    return None
