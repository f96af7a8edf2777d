"""Regular expressions as JSON Schema means them (ECMA-262), parsed into a tree."""

from __future__ import annotations

from mockade.contract.generation.pattern_tree import (
    LAST,
    UNBOUNDED,
    Alternation,
    Anchor,
    Back,
    Chain,
    Characters,
    Group,
    Look,
    Pattern,
    Ranges,
    Repeat,
)

_CLASSES: dict[str, Ranges] = {
    "d": ((48, 57),),
    "w": ((48, 57), (65, 90), (95, 95), (97, 122)),
    "s": ((9, 13), (32, 32), (160, 160)),
}
_CONTROLS = {"n": 10, "r": 13, "t": 9, "f": 12, "v": 11, "0": 0}

_PROPERTIES: dict[str, Ranges] = {
    "Lu": ((65, 90),),
    "Ll": ((97, 122),),
    "L": ((65, 90), (97, 122)),
    "N": ((48, 57),),
    "Z": ((32, 32),),
    "P": ((33, 35), (37, 42), (44, 47), (58, 59), (63, 64)),
    "S": ((36, 36), (43, 43), (60, 62)),
    "M": ((768, 780),),
    "C": ((1, 8),),
}
"""A part in ASCII of each of Unicode's categories: a text needs some of the characters only."""

_POSIX: dict[str, Ranges] = {
    "alpha": ((65, 90), (97, 122)),
    "digit": ((48, 57),),
    "alnum": ((48, 57), (65, 90), (97, 122)),
    "upper": ((65, 90),),
    "lower": ((97, 122),),
    "space": ((9, 13), (32, 32)),
    "punct": ((33, 47),),
    "xdigit": ((48, 57), (65, 70), (97, 102)),
    "word": _CLASSES["w"],
}


def complement(ranges: Ranges) -> Ranges:
    found, start = [], 0
    for low, high in sorted(ranges):
        if low > start:
            found.append((start, low - 1))
        start = max(start, high + 1)
    return (*found, (start, LAST)) if start <= LAST else tuple(found)


class Parser:
    """Parses one expression. Raises ValueError where it is none."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.groups = 0

    def parse(self) -> Pattern:
        pattern = self._choice()
        if self.at < len(self.text):
            raise ValueError(f"{self.text!r} closes a group that is not open")
        return pattern

    def _ahead(self, words: str) -> bool:
        if self.text.startswith(words, self.at):
            self.at += len(words)
            return True
        return False

    def _take(self) -> str:
        if self.at >= len(self.text):
            raise ValueError(f"{self.text!r} ends too early")
        self.at += 1
        return self.text[self.at - 1]

    def _choice(self) -> Pattern:
        options = [self._chain()]
        while self._ahead("|"):
            options.append(self._chain())
        return options[0] if len(options) == 1 else Alternation(tuple(options))

    def _chain(self) -> Pattern:
        parts: list[Pattern] = []
        while self.at < len(self.text) and self.text[self.at] not in "|)":
            parts.append(self._repeated(self._atom()))
        return Chain(tuple(parts))

    def _repeated(self, part: Pattern) -> Pattern:
        while self.at < len(self.text):
            bounds = self._bounds()
            if bounds is None:
                break
            part = Repeat(part, *bounds)
            _ = self._ahead("?") or self._ahead("+")  # lazy or possessive: the same texts
        return part

    def _bounds(self) -> tuple[int, int] | None:
        for sign, bounds in (("*", (0, UNBOUNDED)), ("+", (1, UNBOUNDED)), ("?", (0, 1))):
            if self._ahead(sign):
                return bounds
        end = self.text.find("}", self.at)
        if self.text[self.at] != "{" or end < 0:
            return None
        low, comma, high = self.text[self.at + 1 : end].partition(",")
        if not (low.isdecimal() and (high.isdecimal() or not high)):
            return None
        self.at = end + 1
        return int(low), int(high) if high else UNBOUNDED if comma else int(low)

    def _atom(self) -> Pattern:
        sign = self._take()
        if sign == "(":
            return self._group()
        if sign == "[":
            return Characters(self._set())
        if sign == "\\":
            return self._escape()
        if sign in "^$":
            return Anchor(sign)
        if sign == ".":
            return Characters(complement(((10, 10), (13, 13), (0x2028, 0x2029))))
        return Characters(((ord(sign), ord(sign)),))

    def _group(self) -> Pattern:
        names: tuple[str, ...] = ()
        look: tuple[bool, bool] | None = None
        for words, meaning in (
            ("?=", (True, True)),
            ("?!", (True, False)),
            ("?<=", (False, True)),
            ("?<!", (False, False)),
        ):
            if self._ahead(words):
                look = meaning
                break
        else:
            if self._ahead("?<") or self._ahead("?P<"):
                end = self.text.index(">", self.at)
                self.groups += 1
                names = (str(self.groups), self.text[self.at : end])
                self.at = end + 1
            elif self._ahead("?"):
                while self._take() not in ":)":  # flags, such as (?i) or (?i:
                    pass
                if self.text[self.at - 1] == ")":
                    return Chain(())
            else:
                self.groups += 1
                names = (str(self.groups),)
        part = self._choice()
        if not self._ahead(")"):
            raise ValueError(f"{self.text!r} leaves a group open")
        if look is not None:
            return Look(part, *look)
        return Group(names, part) if names else part

    def _escape(self) -> Pattern:
        sign = self.text[self.at : self.at + 1]
        if sign and sign in "bBAzZ":
            self.at += 1
            return Anchor({"A": "^", "z": "$", "Z": "$"}.get(sign, sign))
        if sign and sign in "123456789":
            self.at += 1
            return Back(sign)
        if sign == "k" and self.text[self.at + 1 : self.at + 2] == "<":
            end = self.text.index(">", self.at)
            name = self.text[self.at + 2 : end]
            self.at = end + 1
            return Back(name)
        return Characters(self._escaped())

    def _escaped(self) -> Ranges:
        """The characters that an escape stands for; the backslash has been read."""
        sign = self._take()
        if sign.lower() in _CLASSES:
            ranges = _CLASSES[sign.lower()]
            return ranges if sign.islower() else complement(ranges)
        if sign in "pP":
            ranges = self._property()
            return ranges if sign == "p" else complement(ranges)
        code = _CONTROLS.get(sign)
        if sign == "c" and self.at < len(self.text):
            code = ord(self._take()) % 32
        elif sign in "xu":
            code = self._hexadecimal(2 if sign == "x" else 4)
        return ((ord(sign) if code is None else code,) * 2,)

    def _hexadecimal(self, size: int) -> int | None:
        if self._ahead("{"):
            end = self.text.index("}", self.at)
            digits, self.at = self.text[self.at : end], end + 1
            return int(digits, 16)
        digits = self.text[self.at : self.at + size]
        if len(digits) < size or any(one not in "0123456789abcdefABCDEF" for one in digits):
            return None
        self.at += size
        return int(digits, 16)

    def _property(self) -> Ranges:
        name = self._take()
        if name == "{":
            end = self.text.index("}", self.at)
            name, self.at = self.text[self.at : end], end + 1
        name = name.rpartition("=")[2]
        known = {
            "Letter": "L",
            "Alphabetic": "L",
            "Number": "N",
            "Punctuation": "P",
            "Uppercase": "Lu",
            "Lowercase": "Ll",
        }
        name = known.get(name, name)
        return _PROPERTIES.get(name) or _PROPERTIES.get(name[:1]) or _PROPERTIES["L"]

    def _set(self) -> Ranges:
        """A set in brackets; the opening one has been read."""
        negated = self._ahead("^")
        ranges: list[tuple[int, int]] = []
        while not self._ahead("]"):
            if self.text.startswith("[:", self.at) and ":]" in self.text[self.at :]:
                end = self.text.index(":]", self.at)
                ranges += _POSIX.get(self.text[self.at + 2 : end], ())
                self.at = end + 2
                continue
            low = self._member()
            follows = self.text[self.at : self.at + 2]
            if (
                len(low) == 1
                and low[0][0] == low[0][1]
                and follows[:1] == "-"
                and follows[1:] not in ("]", "")
            ):
                self.at += 1
                high = self._member()
                if len(high) == 1 and high[0][0] == high[0][1]:
                    if high[0][0] < low[0][0]:
                        raise ValueError(f"{self.text!r} has a range that runs backwards")
                    ranges.append((low[0][0], high[0][0]))
                    continue
                low = (*low, (45, 45), *high)
            ranges += low
        return complement(tuple(ranges)) if negated else tuple(sorted(ranges))

    def _member(self) -> Ranges:
        sign = self._take()
        if sign != "\\":
            return ((ord(sign), ord(sign)),)
        return ((8, 8),) if self._ahead("b") else self._escaped()
