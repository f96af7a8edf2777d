"""RallyHere services without a contract: only how they word their errors; all answers are generated."""

from __future__ import annotations

from mockade.dialects import flat_error, pydantic

crud = False
dialect = pydantic.dialect(
    flat_error("desc", "error_code", authenticated="auth_success"),
    "HzApiErrorModel",
    engine={
        "unauthenticated": (403, "auth_malformed_access"),
        "unknown_credential": (403, "auth_token_unknown"),
        "credential_refused": (403, "auth_token_format"),
        "forbidden": (403, "insufficient_permissions"),
    },
)
