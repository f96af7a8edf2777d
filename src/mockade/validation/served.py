"""What is wrong with an API that is served, without loading it again."""

from __future__ import annotations

from collections.abc import Generator
from itertools import chain

from mockade.catalogue.access import open_findings
from mockade.catalogue.api import Api
from mockade.errors import Finding, SetupError
from mockade.validation.agreement import beyond_loading
from mockade.validation.fixture_checks import fixture_findings
from mockade.validation.ignored import without_ignored
from mockade.validation.report import SECOND_OPINION
from mockade.validation.starting import empty_collections


def served_findings(api: Api) -> Generator[None, None, list[Finding]]:
    """What `validate` says of an API that is served, without a second opinion; stops between two checks."""
    document = api.contract.document
    found: list[Finding] = []
    for check in chain(
        beyond_loading(api.contract, str(document.root.value.get("openapi"))),
        [
            open_findings(api.contract, api.fixtures, api.access),
            empty_collections(api),
            fixture_findings(api),
        ],
    ):
        try:
            found += check
        except SetupError as error:
            found += error.findings
        yield
    told = dict.fromkeys([*api.contract.findings, *api.findings, *found])
    unasked = frozenset({SECOND_OPINION})
    return without_ignored(told, document, api.fixtures, unasked, whole=True)
