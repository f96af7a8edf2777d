"""The formats of numbers and texts that JSON Schema does not know: of OpenAPI's registry, and `semver`."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from fractions import Fraction
from functools import cache
from typing import NamedTuple

import jsonschema_rs

SEMVER = re.compile(
    r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)"
    r"(-(0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(\.(0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*)?"
    r"(\+[0-9a-zA-Z-]+(\.[0-9a-zA-Z-]+)*)?",
    re.ASCII,
)


class NumberFormat(NamedTuple):
    """The numbers of a format: all multiples of `step`, where it has one, from `least` to `most`."""

    least: float
    most: float
    step: float | None = None

    @property
    def words(self) -> str:
        kind = "a number" if self.step is None else "a whole number"
        if self.step is not None and self.step < 1:
            kind = f"a multiple of {self.step:g}"
        return f"{kind} from {_shown(self.least)} to {_shown(self.most)}"


def exact(number: float) -> Fraction:
    """The decimal that was written, not the binary fraction that it became."""
    return Fraction(str(number))


def common_multiple(steps: Iterable[float]) -> Fraction:
    """The least number that is a multiple of each of `steps`, of which there is one at least."""
    first, *others = map(exact, steps)
    for other in others:
        common = math.lcm(first.numerator * other.denominator, other.numerator * first.denominator)
        first = Fraction(common, first.denominator * other.denominator)
    return first


def as_number(number: Fraction) -> float:
    """As JSON has it: whole where it is."""
    return int(number) if number.denominator == 1 else float(number)


def _shown(bound: float) -> str:
    return str(bound) if isinstance(bound, int) or abs(bound) < 1e15 else f"{bound:.4g}"


def _signed(bits: int) -> NumberFormat:
    return NumberFormat(-(2 ** (bits - 1)), 2 ** (bits - 1) - 1, 1)


def _symmetric(most: float, step: float | None = None) -> NumberFormat:
    return NumberFormat(-most, most, step)


NUMBER_FORMATS: Mapping[str, NumberFormat] = {
    **{f"int{bits}": _signed(bits) for bits in (8, 16, 32, 64)},
    **{f"uint{bits}": NumberFormat(0, 2**bits - 1, 1) for bits in (8, 16, 32, 64)},
    "double-int": _symmetric(2**53 - 1, 1),
    "float": _symmetric((2 - 2**-23) * 2.0**127),
    "double": _symmetric((2 - 2**-52) * 2.0**1023),
    "sf-integer": _symmetric(999_999_999_999_999, 1),
    "sf-decimal": _symmetric(999_999_999_999.999, 0.001),
}
"""By name. A number that a `float` has to round is one all the same: only its size is asked."""


def _matches(pattern: str) -> Callable[[str], bool]:
    found = re.compile(pattern, re.ASCII)
    return lambda text: found.fullmatch(text) is not None


def _is_number(form: NumberFormat) -> Callable[[str], bool]:
    """Whether a text is a whole number of a format: so are written those that a double would round."""
    whole = _matches(r"-?[0-9]{1,20}")
    return lambda text: whole(text) and form.least <= int(text) <= form.most


_HTTP_DATES = ("%a, %d %b %Y %H:%M:%S GMT", "%A, %d-%b-%y %H:%M:%S GMT", "%a %b %d %H:%M:%S %Y")


def _is_http_date(text: str) -> bool:
    """RFC 9110's HTTP-date, the obsolete forms too, with the right day of the week."""
    padded = re.sub("  ([1-9] )", r" 0\1", text)  # asctime's days
    for form in _HTTP_DATES:
        try:
            if datetime.strptime(padded, form).strftime(form) == padded:
                return True
        except ValueError:
            continue
    return False


@cache
def _standard(name: str) -> jsonschema_rs.Validator:
    return jsonschema_rs.Draft202012Validator({"format": name}, validate_formats=True)


def _is_decimal128(text: str) -> bool:
    found = re.fullmatch(r"-?([0-9]+(?:\.[0-9]+)?)(?:[eE][-+]?[0-9]{1,4})?", text, re.ASCII)
    return text in ("NaN", "INF", "-INF") or (
        found is not None and len(found[1].replace(".", "").strip("0")) <= 34
    )


_BASE64 = r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?"
_TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]"

TEXT_FORMATS: dict[str, Callable[[str], bool]] = {
    "semver": lambda text: SEMVER.fullmatch(text) is not None,
    "byte": _matches(_BASE64),
    "base64url": _matches(
        r"(?:[A-Za-z0-9_-]{4})*(?:[A-Za-z0-9_-]{2}(?:==)?|[A-Za-z0-9_-]{3}=?)?",
    ),
    "char": lambda text: len(text) == 1,
    "int64": _is_number(NUMBER_FORMATS["int64"]),
    "uint64": _is_number(NUMBER_FORMATS["uint64"]),
    "decimal": _matches(r"-?[0-9]+(?:\.[0-9]+)?"),
    "decimal128": _is_decimal128,
    "date-time-local": lambda text: _standard("date-time").is_valid(f"{text}Z"),
    "time-local": lambda text: _standard("time").is_valid(f"{text}Z"),
    "http-date": _is_http_date,
    "media-range": _matches(
        rf"(?:\*/\*|{_TOKEN}+/{_TOKEN}+)(?:[ \t]*;[ \t]*{_TOKEN}+=(?:{_TOKEN}+|\"[^\"]*\"))*"
    ),
    "sf-binary": _matches(rf":{_BASE64}:"),
    "sf-boolean": _matches(r"\?[01]"),
    "sf-string": _matches(r'"(?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*"'),
    "sf-token": _matches(rf"[A-Za-z*](?:{_TOKEN}|[:/])*"),
}
"""By name, whether a text is one."""
