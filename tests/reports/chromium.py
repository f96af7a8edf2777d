"""A browser without a window, where one is installed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from html import unescape
from pathlib import Path
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM = os.environ.get("MOCKADE_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)

_MEASURING = """
<!doctype html><meta charset="utf-8"><body><script>
const pages = PAGES, found = [];
const measure = async () => {
  for (const [page, width] of pages) {
    const frame = document.createElement("iframe");
    frame.style = `width: ${width}px; height: 800px; border: 0`;
    frame.srcdoc = page;
    await new Promise((done) => { frame.onload = done; document.body.append(frame); });
    const inner = frame.contentDocument;
    inner.querySelectorAll("details").forEach((one) => { one.open = true; });
    found.push({
      title: inner.title,
      overflow: inner.documentElement.scrollWidth - inner.documentElement.clientWidth,
      scripts: inner.scripts.length,
      back: getComputedStyle(inner.body).backgroundColor,
      loaded: frame.contentWindow.performance.getEntriesByType("resource").length,
    });
    frame.remove();
  }
  document.title = "measured";
  document.body.textContent = JSON.stringify(found);
};
measure();
</script>
"""


def measured(folder: Path, pages: list[tuple[str, int]], *, dark: bool) -> list[dict[str, Any]]:
    """What a browser makes of pages, each in a frame of so many pixels, with all that folds unfolded."""
    assert CHROMIUM is not None
    file = folder / "measuring.html"
    # "<" would end the script where a page has one of its own.
    file.write_text(_MEASURING.replace("PAGES", json.dumps(pages).replace("<", "\\u003c")), encoding="utf-8")
    words = [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=5000"]
    words += [
        f"--user-data-dir={folder / 'profile'}",
        f"--blink-settings=preferredColorScheme={0 if dark else 1}",
    ]
    done = subprocess.run(
        [*words, "--dump-dom", file.as_uri()], capture_output=True, text=True, timeout=60, check=True
    )
    body = done.stdout.partition("<body>")[2].partition("</body>")[0]
    found: list[dict[str, Any]] = json.loads(unescape(body))
    return found
