"""How an API words its errors: the wire form of refusals, of violations, and of the engine's own refusals."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from mockade.contract.violations import Violation
from mockade.errors import ENGINE_STATUSES, EngineRefusal, Refusal

__all__ = ["ENGINE_STATUSES", "Dialect", "flat_error", "nested_error", "summary"]


class Dialect(NamedTuple):
    """The wire form of an API's errors.

    `errors` makes the body of a refusal. `violations` makes the body of a request that broke the contract,
    answered with `violation_status`; without it they are answered as one refusal. `component` and
    `violation_component` name the schemas in the contract that these bodies are held against.
    `engine` renames the engine's own refusals: its code to the API's status and code, or `code:scheme` where
    the credentials of one security scheme are refused in other words.
    """

    errors: Callable[[Refusal], Any]
    component: str
    violations: Callable[[Sequence[Violation]], Any] | None = None
    violation_status: int = 400
    violation_component: str = ""
    violation_code: str = "invalid_request"
    engine: Mapping[str, tuple[int, str]] = MappingProxyType({})

    def worded(self, refusal: Refusal) -> Refusal:
        """The refusal with the API's own status and code, where the engine refused."""
        if not isinstance(refusal, EngineRefusal):
            return refusal
        detail = {**refusal.detail, "engine_code": refusal.code}
        of_scheme = f"{refusal.code}:{detail.pop('scheme', '')}"
        renamed = self.engine.get(of_scheme) or self.engine.get(refusal.code)
        if renamed is None:
            return refusal
        status, code = renamed
        code = detail.pop("credential_code", "") or code
        return Refusal(status, code, refusal.message, headers=refusal.headers, **detail)

    def refusal_body(self, refusal: Refusal) -> Any:
        """The body for a refusal that `worded` has been through."""
        return self.errors(refusal)

    def violations_body(self, violations: Sequence[Violation]) -> Any:
        if self.violations is not None:
            return self.violations(violations)
        return self.errors(Refusal(self.violation_status, self.violation_code, summary(violations)))


def summary(violations: Sequence[Violation]) -> str:
    """All violations as one sentence each, in one line."""
    return " ".join(f"{violation.where}{violation.pointer}: {violation.message}" for violation in violations)


FAILED_AUTHENTICATION = frozenset({"unauthenticated", "unknown_credential", "credential_refused"})
"""The engine's codes for a caller whom nobody knows."""


def flat_error(
    message: str = "error", code: str = "code", authenticated: str = ""
) -> Callable[[Refusal], Any]:
    """Errors as `{message: …, code: …}`; leave `code` empty for an API that has none.

    `authenticated` is what an API calls the member that is false where the credential itself was no good.
    """

    def body(refusal: Refusal) -> Any:
        known = refusal.detail.get("engine_code") not in FAILED_AUTHENTICATION
        return {
            message: refusal.message,
            **({code: refusal.code} if code else {}),
            **({authenticated: known} if authenticated else {}),
        }

    return body


def nested_error(kind: str, code: str, message: str, under: str = "error") -> Callable[[Refusal], Any]:
    """Errors as `{error: {kind, code, message}}`, the kind being the status's family."""

    def body(refusal: Refusal) -> Any:
        family = "api_error" if refusal.status >= 500 else "invalid_request_error"
        return {under: {kind: family, code: refusal.code, message: refusal.message}}

    return body
