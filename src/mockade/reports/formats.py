"""The formats of reports by name, and the files that they go to: apart from the formats, which load much."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import NamedTuple

from mockade.hints import did_you_mean

FORMATS: Mapping[str, str] = {
    "text": "",
    "json": "mockade-report.json",
    "junit": "mockade-junit.xml",
    "sarif": "mockade.sarif",
    "github": "",
    "html": "mockade-report.html",
}
"""By format, the file in the working directory that it goes to where none is said; the others are printed."""

STDOUT = "-"


class Output(NamedTuple):
    """A report to be made: its format, and the file; where that is empty it is printed."""

    format: str
    file: str = ""

    @classmethod
    def parse(cls, text: str) -> Output:
        """Of `FORMAT` or `FORMAT:FILE`; a FILE of `-` is stdout. Raises ValueError, with what to write."""
        format, colon, file = text.partition(":")
        if format not in FORMATS:
            raise ValueError(f"there is no report {format!r}. {did_you_mean(format, FORMATS)}")
        if colon and not file:
            raise ValueError(f"a file has to follow {text!r}; without the colon it is {shown(format)}.")
        return cls(format, file or FORMATS[format])


def shown(format: str) -> str:
    """Where a report in a format goes when no file is said."""
    return FORMATS[format] or "printed"


def on_github() -> bool:
    """Whether GitHub's Actions run this process: their report is made without being asked for."""
    return os.environ.get("GITHUB_ACTIONS") == "true"
