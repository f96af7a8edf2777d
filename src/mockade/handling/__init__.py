"""What handlers use: the call, the rows that they read and change, and the forms of an answer."""

from mockade.contract.entity_tags import is_listed
from mockade.errors import Refusal
from mockade.handling.answers import Reply, Switch, Wait, a_uuid, at_least, etag
from mockade.handling.call import Call
from mockade.state.caller import Caller
from mockade.state.clock import epoch_seconds
from mockade.state.rows import Collection, Row, joined_key

__all__ = [
    "Call",
    "Caller",
    "Collection",
    "Refusal",
    "Reply",
    "Row",
    "Switch",
    "Wait",
    "a_uuid",
    "at_least",
    "epoch_seconds",
    "etag",
    "is_listed",
    "joined_key",
]
