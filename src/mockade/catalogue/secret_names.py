"""What is taken for a secret by its name, declared or not, and where such names stand in texts."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise
from json import JSONDecoder

from mockade.contract.schemes import REDACTED

_SECRET_WORDS = frozenset(
    {"token", "secret", "password", "passwd", "passphrase", "passcode", "pwd", "apikey", "jwt", "bearer"}
    | {"auth", "authorization", "authentication", "credential", "credentials", "signature", "sig", "otp"}
    | {"assertion"}
)
"""Words in a name that carries a secret."""

_OF_KEYS = frozenset(
    {"api", "access", "private", "secret", "auth", "app", "application", "client", "server", "service"}
    | {"subscription", "account", "master", "admin", "signing", "license", "functions"}
)
"""What a secret key is called before `key`."""

_ENDINGS = ("token", "secret", "password", "apikey", "secretkey", "accesskey", "privatekey")
"""How a name ends that carries a secret, where its words are written as one: `authtoken`."""

_OF_PLACES = ("page", "next", "prev", "continuation", "sync", "cursor", "resume", "start")
"""Words in the name of a token that says where a list goes on."""

_ABOUT = frozenset(
    {"type", "types", "count", "expires", "expiry", "expiration", "in", "at", "on", "ttl", "url", "uri"}
    | {"endpoint", "name", "hint", "status", "state", "limit", "policy", "required", "enabled", "length"}
    | {"method", "methods", "scope", "scopes", "alg", "algorithm", "version", "date", "time", "id", "ids"}
)
"""Last words of a name of something about a secret: `token_type`, `password_changed_at`."""

_SESSIONS = frozenset({"session", "sessionid", "sessid", "sid", "jsessionid", "phpsessid"})
"""Words in the name of what says whose session a request is of."""

_BARE = frozenset({"key", "code", "pin"})
"""Names of queries that carry a secret where a contract has no such parameter."""

_CREDENTIAL = re.compile(r"(?i)\s*(?:bearer|basic|digest)\s+\S")
"""How credentials of HTTP begin (RFC 9110, 11.4)."""

_CHALLENGES = frozenset({"www-authenticate", "proxy-authenticate"})
"""Headers that begin so and hold none: they ask for one."""

_WORD = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])")

HINT = re.compile(
    rb"(?i)(?:token|secret|pass|pwd|key|jwt|bearer|auth|cred|sig|otp|assertion)[\w.-]{0,30}\"\s*:"
)
"""JSON in which a member may have the name of a secret."""

_NAMED = re.compile(
    r"""(?<![\w.-])(?P<name>[\w.-]++)(?P<to>["']?\s*+[:=]\s*+)
    (?:"(?:[^"\\]|\\.)*+"?|'(?:[^'\\]|\\.)*+'?|[^\s,;&<>"'{}\[\]]++)
    | <(?P<element>[\w.:-]++)(?P<rest>[^<>]*+>)[^<>]++(?=<)""",
    re.VERBOSE | re.DOTALL,
)
"""A name with what it has for a value, in JSON or nearly so, in a form, or as an element."""

_OPENS = re.compile(r"[{\[]")
_MOST_QUOTED = 100
"""Characters of a sentence in which the object or the list ends that it quotes."""

_PART_NAME = re.compile(r'\bname="?([^";\r\n]++)')
_JSON = JSONDecoder()
_BLANK_LINE = re.compile(r"\r?\n\r?\n")


def words(name: str) -> list[str]:
    """The words of a name, in lower case."""
    return [word.lower() for word in _WORD.findall(name)]


@lru_cache(maxsize=4096)
def names_secret(name: str) -> bool:
    """Whether what has such a name is a secret, by the words in it: X-Api-Key, access_token, clientSecret."""
    found = words(name)
    if any(word.startswith(_OF_PLACES) for word in found) or (found and found[-1] in _ABOUT):
        return False
    has_key = any(word == "key" and before in _OF_KEYS for before, word in pairwise(found))
    return has_key or any(word in _SECRET_WORDS or word.endswith(_ENDINGS) for word in found)


@lru_cache(maxsize=4096)
def names_session(name: str) -> bool:
    """Whether a header or a query of that name says whose session a request is of: X-Session-Id."""
    return not _SESSIONS.isdisjoint(words(name))


def is_bare(name: str) -> bool:
    """Whether a query of that name carries a secret where nothing else is known of it: `?key=`, `?code=`."""
    return name.lower() in _BARE or names_session(name)


def is_credential(text: str) -> bool:
    """Whether a header's or a query's value is a credential, whatever it is called."""
    return _CREDENTIAL.match(text) is not None


def is_secret_header(name: str, value: str) -> bool:
    """Whether a header, its name in lower case, carries a secret."""
    if names_secret(name) or names_session(name) or "pin" in words(name):
        return True
    return name not in _CHALLENGES and is_credential(value)


def without_quoted(text: str, *, names: bool, every: bool) -> str:
    """A sentence without the objects and lists that it quotes as JSON.

    With `names` those go in which something has the name of a secret, with `every` all.
    """

    told, at = [], 0
    while (found := _OPENS.search(text, at)) is not None:
        start = found.start()
        quoted = text[start : start + _MOST_QUOTED]
        try:
            end = _JSON.raw_decode(quoted)[1]
        except (ValueError, RecursionError):
            end = quoted.rfind("…") + 1  # cut short; 0 where nothing is quoted
        goes = end and (every or (names and HINT.search(quoted[:end].encode("utf-8", "replace")) is not None))
        told += [text[at:start], REDACTED if goes else quoted[: end or 1]]
        at = start + (end or 1)
    return "".join((*told, text[at:]))


def without_named(text: str) -> str:
    """A text, such as JSON that cannot be read, a form or XML, without what has the name of a secret."""

    def hushed(found: re.Match[str]) -> str:
        if found["element"] is not None:
            is_secret = names_secret(found["element"])
            return f"<{found['element']}{found['rest']}{REDACTED}" if is_secret else found[0]
        return f"{found['name']}{found['to']}{REDACTED}" if names_secret(found["name"]) else found[0]

    return _NAMED.sub(hushed, text)


def without_parts(text: str) -> str:
    """A multipart body without the content of parts that have the name of a secret."""
    return "\n--".join(map(_without_content, text.split("\n--")))


def _without_content(part: str) -> str:
    blank = _BLANK_LINE.search(part)
    name = _PART_NAME.search(part, 0, blank.start()) if blank is not None else None
    is_secret = blank is not None and name is not None and names_secret(name[1])
    return f"{part[: blank.end()]}{REDACTED}" if blank is not None and is_secret else part
