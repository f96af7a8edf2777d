"""The floor: one ASGI function under uvicorn that looks its answer up and knows nothing else."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import uvicorn


def app(answers: list[dict[str, Any]]) -> Any:
    """Answers by method and path; 304 where the request names an ETag. Bodies are not read.

    The path of an answer to numbered requests ends in their placeholder: all of them get it.
    """

    def sent(answer: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        body = answer["body"].encode()
        headers = [(name.encode(), value.encode()) for name, value in answer["headers"].items()]
        if answer["status"] != 304:
            headers.append((b"content-length", b"%d" % len(body)))
        start = {"type": "http.response.start", "status": answer["status"], "headers": headers}
        return start, {"type": "http.response.body", "body": body}

    known = {(one["method"], one["path"], one["status"] == 304): sent(one) for one in answers}
    numbered = {path.partition("{")[0]: found for (_, path, _), found in known.items() if "{" in path}

    async def answer(scope: Any, _receive: Any, send: Any) -> None:
        tagged = any(name == b"if-none-match" for name, _ in scope["headers"])
        found = known.get((scope["method"], scope["path"], tagged))
        start, body = found or numbered[scope["path"].rpartition("-")[0] + "-"]
        await send(start)
        await send(body)

    return answer


if __name__ == "__main__":
    port, answers = int(sys.argv[1]), json.loads(Path(sys.argv[2]).read_text())
    uvicorn.run(
        app(answers),
        port=port,
        http="httptools",
        ws="none",
        lifespan="off",
        access_log=False,
        log_level="critical",
        server_header=False,
    )
