"""What `validate` found, as a report: apart from the model, for a run needs nothing of it."""

from __future__ import annotations

from mockade.errors import Severity
from mockade.reports.model import Report, Validation
from mockade.validation.report import ValidationResult, lines


def of_validation(validated: ValidationResult, fail_on: Severity) -> Report:
    """The report of `validate`."""
    return Report(
        "validate",
        gates=(),
        failed=validated.code(fail_on) != 0,
        requests=0,
        kinds={},
        refused={},
        groups=(),
        left_out={},
        operations=(),
        validation=Validation(
            validated.contracts,
            tuple(validated.findings),
            fail_on,
            tuple(lines(validated)),
            validated.as_data(),
        ),
    )
