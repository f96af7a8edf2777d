"""Texts of the formats that JSON Schema, OpenAPI and its registry of formats know."""

from __future__ import annotations

from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from mockade.contract.generation.draws import Draws
from mockade.contract.generation.row_context import RowContext, rank_of, rfc3339, sentence
from mockade.contract.generation.words import COLOURS, NOUNS

TextMaker = Callable[[RowContext, Draws, tuple[str, ...]], str]
"""Makes a text for a row, of the words of the property's name."""


def moment(row: RowContext, words: tuple[str, ...]) -> datetime:
    """The moment of a row that a property's name means."""
    rank = rank_of(words)
    return row.moment(2 if rank is None else rank)


def uuid(draws: Draws) -> str:
    return str(UUID(bytes=draws.bytes(16), version=4))


def uri(row: RowContext, draws: Draws, words: tuple[str, ...]) -> str:
    names = set(words)
    if names & {"avatar", "image", "picture", "photo", "thumbnail", "icon", "logo", "img", "cover", "banner"}:
        return f"https://example.com/images/{row.slug}.png"
    if names & {"callback", "webhook", "hook", "redirect"}:
        return (
            f"https://example.com/{'-'.join(sorted(names & {'callback', 'webhook', 'redirect'})) or 'hook'}"
        )
    if names & {"download", "file", "attachment", "document", "pdf"}:
        return f"https://example.com/files/{row.slug}.pdf"
    if names & {"profile", "user", "author"}:
        return f"https://example.com/users/{row.person.first.lower()}"
    if names & {"website", "homepage", "home", "site", "blog"}:
        return "https://www.example.com/"
    return f"https://example.com/{draws.pick(NOUNS)}s/{draws.between(1, 9999)}"


def _ipv4(_row: RowContext, draws: Draws, _words: tuple[str, ...]) -> str:
    return f"{draws.pick(('192.0.2', '198.51.100', '203.0.113'))}.{draws.between(1, 254)}"


def _ipv6(_row: RowContext, draws: Draws, _words: tuple[str, ...]) -> str:
    return f"2001:db8::{draws.between(1, 0xFFFE):x}:{draws.between(1, 0xFFFE):x}"


def _duration(_row: RowContext, draws: Draws, _words: tuple[str, ...]) -> str:
    return draws.pick(("PT{}M", "PT{}H", "P{}D")).format(draws.between(1, 30))


def email(row: RowContext, _draws: Draws, words: tuple[str, ...]) -> str:
    role = {"support", "billing", "contact", "sales", "info"} & set(words)
    return f"{sorted(role)[0]}@example.com" if role else row.person.email


def semver(draws: Draws) -> str:
    return f"{draws.between(0, 4)}.{draws.between(0, 20)}.{draws.between(0, 9)}"


def _byte(_row: RowContext, draws: Draws, _words: tuple[str, ...]) -> str:
    return b64encode(sentence(draws).encode()).decode()


FORMAT_MAKERS: dict[str, TextMaker] = {
    "date-time": lambda row, _draws, words: rfc3339(moment(row, words)),
    "date": lambda row, _draws, words: moment(row, words).strftime("%Y-%m-%d"),
    "time": lambda row, _draws, words: moment(row, words).strftime("%H:%M:%SZ"),
    "date-time-local": lambda row, _draws, words: moment(row, words).strftime("%Y-%m-%dT%H:%M:%S"),
    "time-local": lambda row, _draws, words: moment(row, words).strftime("%H:%M:%S"),
    "duration": _duration,
    "email": email,
    "idn-email": email,
    "hostname": lambda _row, draws, _words: f"{draws.pick(NOUNS)}.example.com",
    "idn-hostname": lambda _row, draws, _words: f"{draws.pick(NOUNS)}.example.com",
    "ipv4": _ipv4,
    "ip": _ipv4,
    "ipv6": _ipv6,
    "cidr": lambda _row, draws, _words: f"198.51.{draws.between(0, 255)}.0/24",
    "mac": lambda _row, draws, _words: ":".join(draws.digits(2, "0123456789abcdef") for _ in range(6)),
    "uri": uri,
    "url": uri,
    "iri": uri,
    "uri-reference": lambda _row, draws, _words: f"/{draws.pick(NOUNS)}s/{draws.between(1, 9999)}",
    "iri-reference": lambda _row, draws, _words: f"/{draws.pick(NOUNS)}s/{draws.between(1, 9999)}",
    "uri-template": lambda _row, draws, _words: f"https://example.com/{draws.pick(NOUNS)}s/{{id}}",
    "uuid": lambda _row, draws, _words: uuid(draws),
    "guid": lambda _row, draws, _words: uuid(draws),
    "json-pointer": lambda _row, draws, _words: f"/{draws.pick(NOUNS)}/0",
    "relative-json-pointer": lambda _row, draws, _words: f"1/{draws.pick(NOUNS)}",
    "regex": lambda _row, draws, _words: f"^{draws.pick(NOUNS)}-[0-9]+$",
    "byte": _byte,
    "base64": _byte,
    "base64url": lambda _row, draws, _words: urlsafe_b64encode(draws.bytes(12)).decode().rstrip("="),
    "binary": lambda _row, draws, _words: sentence(draws),
    "password": lambda _row, draws, _words: f"{draws.pick(NOUNS).capitalize()}-{draws.between(1000, 9999)}!",
    "semver": lambda _row, draws, _words: semver(draws),
    "color": lambda _row, draws, _words: f"#{draws.digits(6, '0123456789abcdef')}",
    "colour": lambda _row, draws, _words: draws.pick(COLOURS),
    "int32": lambda _row, draws, _words: str(draws.between(1, 9999)),
    "int64": lambda _row, draws, _words: str(draws.between(1, 9999)),
    "uint64": lambda _row, draws, _words: str(draws.between(1, 9999)),
    "decimal128": lambda _row, draws, _words: f"{draws.between(1, 999)}.{draws.between(10, 99)}",
    "char": lambda _row, draws, _words: draws.pick("abcdefghijklmnopqrstuvwxyz"),
    "http-date": lambda row, _draws, words: moment(row, words).strftime("%a, %d %b %Y %H:%M:%S GMT"),
    "media-range": lambda _row, draws, _words: draws.pick(("application/json", "text/*", "image/png")),
    "sf-binary": lambda row, draws, words: f":{_byte(row, draws, words)}:",
    "sf-boolean": lambda _row, draws, _words: draws.pick(("?0", "?1")),
    "sf-string": lambda _row, draws, _words: f'"{draws.pick(NOUNS)}"',
    "sf-token": lambda _row, draws, _words: draws.pick(NOUNS),
    "decimal": lambda _row, draws, _words: f"{draws.between(1, 999)}.{draws.between(10, 99)}",
    "float": lambda _row, draws, _words: f"{draws.between(1, 999)}.{draws.between(10, 99)}",
    "double": lambda _row, draws, _words: f"{draws.between(1, 999)}.{draws.between(10, 99)}",
}
"""By format; a format that is not here is no format to us, and the property's name decides."""
