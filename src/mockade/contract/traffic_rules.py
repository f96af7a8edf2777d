"""The rules of notices about how a client uses an API, over calls that each keep the contract."""

from __future__ import annotations

from collections.abc import Mapping

IGNORE = "x-mockade-ignore"
"""The rules, these and those of `mockade validate`, that say nothing about what holds this."""

TRAFFIC_RULES: Mapping[str, str] = {
    "deprecated": "What the contract calls deprecated is used: an operation, a parameter, a property.",
    "paging": "One page is asked for again and again, or what lies behind an empty page.",
    "polling": "It is asked again before the time that the answer, or the contract, names.",
    "unconditional": "An ETag is not sent back: what has not changed is fetched, or a change overwritten.",
    "unheeded": "A refusal is not heeded: the same request comes again, or the client goes on.",
    "version": "The client says that it was made for another version of the contract.",
}
"""By name, what each is told of. `x-mockade-ignore` in a contract and `--ignore` silence them."""
