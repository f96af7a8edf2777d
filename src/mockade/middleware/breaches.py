"""What the engine refuses because the contract has no place for it, as a violation without a schema."""

from __future__ import annotations

from mockade.contract.document import Source
from mockade.contract.violations import Violation, Where
from mockade.errors import Refusal
from mockade.middleware.browsers import is_browsers_own
from mockade.middleware.context import RequestContext

_BREACHES: dict[str, tuple[Where, str]] = {
    "no_operation": ("path", "paths"),
    "method_not_allowed": ("path", "method"),
    "unsupported_media_type": ("header", "content"),
    "not_acceptable": ("header", "accept"),
    "malformed_request": ("path", "encoding"),
}
"""By the code of a refusal, the part of the request and the rule."""


def breaches(context: RequestContext, refusal: Refusal) -> list[Violation]:
    """The violation that a refusal stands for; none for another, and for what browsers ask by themselves."""
    if refusal.code not in _BREACHES or is_no_clients(context):
        return []
    where, rule = _BREACHES[refusal.code]
    return [Violation(where, (), rule, refusal.message, source=_instead(context, refusal))]


def is_no_clients(context: RequestContext) -> bool:
    """Whether a request is a browser's own, and no operation of a contract."""
    return context.operation is None and is_browsers_own(context.exchange)


def _instead(context: RequestContext, refusal: Refusal) -> Source | None:
    """The words of the contract that say what there is instead."""
    operation = context.operation or context.nearest
    if operation is None:
        return None
    is_of_body = refusal.code == "unsupported_media_type" and operation.body is not None
    return operation.body.source if is_of_body and operation.body else operation.source
