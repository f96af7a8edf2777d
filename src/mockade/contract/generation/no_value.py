"""What is raised where nothing can be generated: apart from the generator, which most starts do without."""

from __future__ import annotations

from mockade.contract.document import Node
from mockade.errors import OurFault


class NoValueFound(OurFault):
    """No valid value was found for a schema; the message names it by its place. Answered with 501."""

    def __init__(self, schema: Node, reason: str) -> None:
        super().__init__(
            f"No value was found for the schema at {schema.source.place()}: {reason}", status=501
        )
        self.schema = schema
        self.reason = reason
