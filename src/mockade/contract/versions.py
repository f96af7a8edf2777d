"""Which versions of OpenAPI are read, and what to do about a document of another."""

from __future__ import annotations

import re

from mockade.contract.document import Document
from mockade.errors import Finding, SetupError


def refuse_other_versions(document: Document) -> None:
    version = document.root.value.get("openapi", document.root.value.get("swagger"))
    if "openapi" in document.root.value and re.fullmatch(r"3\.[012](\.\d+)?", str(version)):
        return
    if version is None:
        message, mend = "This is no OpenAPI document: it has no `openapi`.", "Begin it with: openapi: 3.0.3"
        place = document.place(document.uri, ())
    elif "swagger" in document.root.value:
        message = f"Swagger {version} is not supported yet."
        mend = "Convert the document to OpenAPI 3.0 first, or to Swagger 2.0."
        place = document.place(document.uri, ("swagger",))
    else:
        message, mend = (
            f"OpenAPI {version} is not supported yet.",
            "Swagger 2.0 and OpenAPI 3.0, 3.1 and 3.2 are.",
        )
        place = document.place(document.uri, ("openapi",))
    raise SetupError([Finding(place, message, mend, rule="openapi")])
