"""Shorter and longer texts of a format, where a schema bounds the length as well."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterator

_LONGEST_LABEL = 63
_LONGEST_LOCAL = 64
_LETTER = "a"


def resized(format: str, text: str, least: int, most: int) -> Iterator[str]:
    """Texts of that format to try in the place of `text`, whose length does not suit, the nearest first.

    Each is of the format; whether its length is from `least` to `most` is for the caller to check.
    """
    kind = _KINDS.get(format, format)
    for one in (text, *_SHORTER.get(kind, ())):
        if len(one) <= most:
            yield one
            longer = _LONGER.get(kind)
            if longer is not None and len(one) < least:
                yield from longer(one, least)


def has_lengths(format: str) -> bool:
    """Whether texts of the format can be made shorter or longer and still be of it."""
    kind = _KINDS.get(format, format)
    return kind in _LONGER or kind in _SHORTER


def _moments(text: str, least: int) -> Iterator[str]:
    """With an offset, and with fractions of a second."""
    bare = text.removesuffix("Z")
    yield f"{bare}.000Z"
    yield f"{bare}+00:00"
    yield f"{bare}.000+00:00"
    yield f"{bare}.{'0' * (least - len(bare) - 2)}Z"


def _local_moments(text: str, least: int) -> Iterator[str]:
    yield f"{text}.{'0' * (least - len(text) - 1)}"


def _durations(text: str, least: int) -> Iterator[str]:
    digits = next((at for at, sign in enumerate(text) if sign.isdigit()), len(text))
    yield text[:digits] + "0" * (least - len(text)) + text[digits:]


def _continued(text: str, least: int) -> Iterator[str]:
    yield text.ljust(least, _LETTER)


def _hostnames(text: str, least: int) -> Iterator[str]:
    yield _labels(least - len(text) - 1) + f".{text}"
    yield text.rjust(least, _LETTER)


def _labels(size: int) -> str:
    """Labels of a host's name, `size` characters in all."""
    whole, rest = divmod(max(size, 1), _LONGEST_LABEL + 1)
    parts = [_LETTER * _LONGEST_LABEL] * whole + ([_LETTER * rest] if rest else [])
    return ".".join(parts).ljust(size, _LETTER)


def _addresses(text: str, least: int) -> Iterator[str]:
    local, _, domain = text.partition("@")
    missing = least - len(text)
    grown = min(missing, _LONGEST_LOCAL - len(local))
    local += _LETTER * grown
    if missing - grown >= 2:
        domain = f"{_labels(missing - grown - 1)}.{domain}"
    elif missing > grown:
        local, domain = local[:-1], f"{_LETTER}.{domain}"
    yield f"{local}@{domain}"


def _ipv6(_text: str, least: int) -> Iterator[str]:
    groups = ["2001", "db8", "0", "0", "0", "0", "0", "1"]
    missing = least - len(":".join(groups))
    if missing < 0:
        digits = max(2, least - len("2001:db8:::"))
        yield f"2001:db8::{'1' * (digits // 2)}:{'1' * (digits - digits // 2)}"
        return
    for at, group in enumerate(groups):
        grown = min(missing, 4 - len(group))
        groups[at] = "0" * grown + group
        missing -= grown
    yield ":".join(groups)


def _base64(_text: str, least: int) -> Iterator[str]:
    size = -(-least // 4) * 4
    yield b64encode(b"mock" * (size // 4 + 1)).decode()[:size]


def _digits(text: str, least: int) -> Iterator[str]:
    yield text.rjust(least, "1")


def _versions(text: str, least: int) -> Iterator[str]:
    yield f"{text}-".ljust(least, _LETTER)
    yield text.rjust(least, "1")


_KINDS = {
    "idn-email": "email",
    "idn-hostname": "hostname",
    "ip": "ipv4",
    "url": "uri",
    "iri": "uri",
    "iri-reference": "uri-reference",
    "time-local": "date-time-local",
    "base64": "byte",
    "int64": "int32",
    "double": "decimal",
    "float": "decimal",
}
"""By format, one whose texts are as long."""

_SHORTER: dict[str, tuple[str, ...]] = {
    "email": ("ada@example.com", "ada@a.example", "ada@a.io", "a@b.io", "a@b"),
    "hostname": ("a.example.com", "a.io", "a"),
    "uri": ("https://example.com/", "https://a.io/", "http://a.io", "http://a", "a:b"),
    "uri-reference": ("/a/1", "/a", "/"),
    "uri-template": ("/a/{id}", "/{id}", "{a}", "a"),
    "ipv4": (
        *("192.168.100.123", "198.51.100.123", "198.51.100.12", "198.51.100.1"),
        *("192.0.2.123", "192.0.2.12", "192.0.2.1", "10.0.0.1", "1.1.1.1"),
    ),
    "ipv6": ("2001:db8::1", "::1"),
    "duration": ("PT5M",),
    "json-pointer": ("/a/0", "/a", ""),
    "relative-json-pointer": ("1/a", "1"),
    "regex": ("^a+$", "a+", "a"),
    "semver": ("1.2.3",),
    "byte": ("bW9jaw==", "bW9j", ""),
    "int32": ("12", "1"),
    "decimal": ("1.50", "1.5", "1"),
}
"""By format, shorter texts, the longest first."""

_LONGER: dict[str, Callable[[str, int], Iterator[str]]] = {
    "date-time": _moments,
    "time": _moments,
    "date-time-local": _local_moments,
    "duration": _durations,
    "email": _addresses,
    "hostname": _hostnames,
    "ipv6": _ipv6,
    "uri": _continued,
    "uri-reference": _continued,
    "uri-template": _continued,
    "json-pointer": _continued,
    "relative-json-pointer": _continued,
    "regex": _continued,
    "byte": _base64,
    "semver": _versions,
    "int32": _digits,
    "decimal": _digits,
}
"""By format, texts made of one that is too short, of a length if they can be."""
