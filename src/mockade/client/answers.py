"""What a server answers, read whole."""

from __future__ import annotations

import json
from http.client import HTTPResponse
from typing import Any, NamedTuple, Self


class Answer(NamedTuple):
    """An answer with all of its body."""

    status: int
    media_type: str
    data: bytes
    is_elsewhere: bool
    """Whether another process that serves the port with this one may have what it has not."""

    @classmethod
    def read(cls, response: HTTPResponse) -> Self:
        is_elsewhere = response.status == 404 and "Retry-After" in response.headers
        return cls(response.status, response.headers.get_content_type(), response.read(), is_elsewhere)

    def json(self) -> Any:
        """The JSON of it; None where it is none."""
        if self.media_type != "application/json" and not self.media_type.endswith("+json"):
            return None
        try:
            return json.loads(self.data)
        except ValueError:
            return None
