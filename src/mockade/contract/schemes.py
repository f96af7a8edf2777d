"""Security schemes: where a request carries the secret of each, and in which form."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from mockade.contract.document import Node, Source

Carrier = Literal["header", "query", "cookie", "certificate"]

REDACTED = "[redacted]"
"""Takes the place of a secret wherever one is shown or kept."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_TOKEN = re.compile(r"[!-~]+")
"""What a bearer token is made of; RFC 6750 has fewer signs, vendors have more."""


class Scheme(NamedTuple):
    """One security scheme of a contract.

    The secret stands in the `carrier`'s field `field` behind `prefix`, which is lower-case, compared whatever
    its case, and ends in a space where it is a word. `credentials_scheme` is the scheme whose credentials it
    takes: its own, unless the contract says `x-credentials-of`.
    """

    name: str
    carrier: Carrier
    field: str
    prefix: str
    credentials_scheme: str
    source: Source
    scopes: frozenset[str] = frozenset()
    """Those that its OAuth flows declare."""

    @classmethod
    def read(cls, name: str, node: Node) -> Scheme:
        """A scheme from the contract's words; what they do not say is a bearer token."""
        credentials_scheme = node.text("x-credentials-of", name)
        kind = node.text("type")
        if kind == "apiKey":
            where = node.text("in")
            carrier: Carrier = "query" if where == "query" else "cookie" if where == "cookie" else "header"
            return cls(
                name,
                carrier,
                node.text("name"),
                node.text("x-prefix").lower(),
                credentials_scheme,
                node.source,
            )
        if kind == "mutualTLS":
            return cls(name, "certificate", "", "", credentials_scheme, node.source)
        word = (node.text("scheme").strip() if kind == "http" else "") or "bearer"
        scopes = frozenset(_scopes(node))
        return cls(
            name, "header", "Authorization", f"{word.lower()} ", credentials_scheme, node.source, scopes
        )

    @property
    def is_certificate(self) -> bool:
        return self.carrier == "certificate"

    @property
    def is_basic(self) -> bool:
        """Whether the secret is `user:password`, which travels in base64."""
        return self.prefix == "basic " and self.field == "Authorization"

    def is_well_formed(self, secret: str) -> bool:
        """Whether a secret has the form of this kind of credential, whoever it may belong to.

        A bearer token is one word of visible ASCII, whatever `bearerFormat` says; a Basic pair has a colon
        and something beside it; anything else need only be there. None has control characters.
        """
        if not secret.strip() or _CONTROL.search(secret):
            return False
        if self.is_basic:
            return ":" in secret and secret != ":"
        return self.prefix != "bearer " or _TOKEN.fullmatch(secret) is not None

    @property
    def word(self) -> str:
        """HTTP's name of it, which stands before the secret; empty for schemes that HTTP does not know."""
        return self.prefix.strip().capitalize() if self.field == "Authorization" else ""

    def challenge(self, realm: str) -> str:
        """What a 401's WWW-Authenticate says of it; empty where no header could bring a credential.

        Basic has to name a realm (RFC 7617). HTTP has no scheme for keys: ApiKey is what many call it.
        """
        if self.carrier == "certificate":
            return ""
        if self.is_basic:
            return f'Basic realm="{realm}", charset="UTF-8"'
        if self.word:
            return self.word
        field = re.sub(r'[^ -~]|["\\]', "", self.field)
        return f'ApiKey realm="{realm}", in="{self.carrier}", name="{field}"'

    def described(self) -> str:
        """How a request carries the secret, in words."""
        if self.carrier == "certificate":
            return "a client certificate"
        secret = "user:password in base64" if self.is_basic else "secret"
        form = f" as {self.prefix.strip().capitalize()} <{secret}>" if self.prefix else ""
        return f"{self.field} in the {self.carrier}{form}"


def _scopes(node: Node) -> Iterator[str]:
    """The scopes of all flows of an OAuth scheme."""
    for _, flow in node.members("flows"):
        for name, _ in flow.members("scopes"):
            yield name
