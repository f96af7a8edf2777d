"""Flow control that can hold a connection's reading back, whoever asks for more."""

from __future__ import annotations

from uvicorn.protocols.http.flow_control import FlowControl


class HeldFlow(FlowControl):
    """uvicorn's, where each request that is answered, and each that waits for a body, resumes the reading."""

    is_held = False

    def hold(self) -> None:
        """Read nothing until it is released."""
        self.is_held = True
        if not self._transport.is_closing():
            self.pause_reading()

    def release(self) -> None:
        self.is_held = False
        self.resume_reading()

    def resume_reading(self) -> None:
        if not self.is_held:
            super().resume_reading()
