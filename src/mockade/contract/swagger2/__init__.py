"""Swagger 2.0 documents in OpenAPI 3.0's words, with the place where each part stands."""

from mockade.contract.swagger2.document import Converted, convert, convert_part, is_swagger2

__all__ = ["Converted", "convert", "convert_part", "is_swagger2"]
