"""The report as PDF, printed by a headless Chromium where this machine has one."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from populace.engine.errors import ProjectError

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PATIENCE_S = 120


def chromium() -> str | None:
    """Return the program that prints, or None: then there is no PDF to choose."""
    return next(filter(None, map(shutil.which, NAMES)), None)


def pdf_of(html: str) -> bytes:
    """Return the pages of a report."""
    program = chromium()
    if program is None:
        raise ProjectError(
            "needs Chromium or Chrome on this computer: open the HTML report in a browser and "
            "print it from there.",
            place="PDF",
        )
    with tempfile.TemporaryDirectory(prefix="populace-") as folder:
        page, printed = Path(folder) / "report.html", Path(folder) / "report.pdf"
        page.write_text(html, encoding="utf-8")
        order = [
            program,
            "--headless",
            "--disable-gpu",
            "--no-first-run",
            "--disable-background-networking",
            f"--user-data-dir={folder}/profile",
            "--no-pdf-header-footer",
            f"--print-to-pdf={printed}",
            page.as_uri(),
        ]
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            # Chromium has no sandbox for root; the page is ours and may run and fetch nothing.
            order.insert(1, "--no-sandbox")
        try:
            subprocess.run(order, check=True, capture_output=True, timeout=PATIENCE_S)
        except (subprocess.SubprocessError, OSError) as error:
            raise ProjectError(f"could not be printed: {error}.", place="PDF") from None
        if not printed.is_file():
            raise ProjectError("could not be printed: Chromium gave no pages.", place="PDF")
        return printed.read_bytes()
