"""The forms of reports by name, and the files that they go to: apart from the forms, which load much."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import NamedTuple

from mockade.hints import did_you_mean

FORMS: Mapping[str, str] = {
    "text": "",
    "json": "mockade-report.json",
    "junit": "mockade-junit.xml",
    "sarif": "mockade.sarif",
    "github": "",
    "html": "mockade-report.html",
}
"""By form, the file in the working directory that it goes to where none is said; the others are printed."""

STDOUT = "-"


class Output(NamedTuple):
    """A report to be made: its form, and the file; where that is empty it is printed."""

    form: str
    file: str = ""

    @classmethod
    def parse(cls, text: str) -> Output:
        """Of `FORM` or `FORM:FILE`; a FILE of `-` is stdout. Raises ValueError with what to write instead."""
        form, colon, file = text.partition(":")
        if form not in FORMS:
            raise ValueError(f"there is no report {form!r}. {did_you_mean(form, FORMS)}")
        if colon and not file:
            raise ValueError(f"a file has to follow {text!r}; without the colon it is {shown(form)}.")
        return cls(form, file or FORMS[form])


def shown(form: str) -> str:
    """Where a form goes when no file is said."""
    return FORMS[form] or "printed"


def on_github() -> bool:
    """Whether GitHub's Actions run this process: their report is made without being asked for."""
    return os.environ.get("GITHUB_ACTIONS") == "true"
