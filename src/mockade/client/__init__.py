"""A running mock driven from Python."""

from mockade.client.http import ControlError
from mockade.client.remote import (
    DEFAULT,
    Clock,
    Credentials,
    Facts,
    Faults,
    Journal,
    Moment,
    Remote,
    Snapshots,
    State,
    parted,
)

__all__ = [
    "DEFAULT",
    "Clock",
    "ControlError",
    "Credentials",
    "Facts",
    "Faults",
    "Journal",
    "Moment",
    "Remote",
    "Snapshots",
    "State",
    "parted",
]
