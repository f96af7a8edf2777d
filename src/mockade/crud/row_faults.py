"""Whose fault a row is that does not fit its schema."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockade.dialects import summary
from mockade.errors import EngineRefusal, OurFault


def attributed(fault: OurFault, given: Mapping[str, Any]) -> Exception:
    """The caller's refusal for an invalid row when every violation is of a field that the request gave."""
    broken = [
        violation for violation in fault.violations if not violation.path or violation.path[0] not in given
    ]
    if broken or not fault.violations:
        return fault
    sent = [violation._replace(where="body") for violation in fault.violations]
    return EngineRefusal("malformed_request", f"With this the row breaks the contract: {summary(sent)}")


def explained(fault: Exception) -> Exception:
    """The fault with advice about required values that the request does not give and no sample fits."""
    if not isinstance(fault, OurFault) or not fault.violations:
        return fault
    names = ", ".join(sorted({str(one.path[0]) for one in fault.violations if one.path}))
    return OurFault(
        f"{fault.message} The request does not give {names}, and no value for it could be made that fits: "
        "give the property an `example` or a `default` in the contract, or write a handler.",
        fault.violations,
    )
