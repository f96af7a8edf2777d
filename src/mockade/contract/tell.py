"""How readers of a document tell of what is wrong in it: as slips at nodes."""

from __future__ import annotations

from mockade.contract.document import Node, Source
from mockade.contract.slips import Slips
from mockade.errors import Severity


class Tell:
    """Adds slips at nodes, unless they were left out for another."""

    def __init__(self, slips: Slips) -> None:
        self._slips = slips

    def __call__(
        self,
        node: Node | Source,
        message: str,
        mend: str = "",
        rule: str = "openapi",
        severity: Severity = "error",
    ) -> None:
        if not self._slips.is_left_out(node.uri, node.pointer):
            self._slips.add(node.uri, node.pointer, message, mend, rule=rule, severity=severity)


def words_of(tell: Tell, node: Node, key: str) -> str:
    """The string under `key`; a number that stands where one belongs is read as it is written."""
    value = node.value.get(key)
    if isinstance(value, int | float) and not isinstance(value, bool):
        message = f"`{key}` is a string, not the number {value}."
        tell(node.source.child(key), message, "Put it in quotes.", "openapi", "warning")
        return str(value)
    return value if isinstance(value, str) else ""
