"""What is found wrong with the APIs that are served is what `validate` finds in their files."""

from __future__ import annotations

from mockade.catalogue.files import find_files
from mockade.catalogue.loading import load_apis
from mockade.validation.agreement import validate
from mockade.validation.served import served_findings
from mockade.worlds.slices import at_once


def test_what_is_found_in_the_bundled_apis_is_what_validate_finds() -> None:
    found = [one for api in load_apis(find_files()).values() for one in at_once(served_findings(api))]
    assert set(found) == set(validate([]).findings)
    assert found
