"""Finds a Chromium to drive, and as a script installs one where there is none.

Playwright's own download is the usual way; where it is not reachable the system's package serves.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.programs import install_from_debian

# The shell is the same browser without windows, which needs half the processor for a page.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
DEBIAN_PACKAGE = NAMES[0]
WITHOUT_GRAPHICS_CARD = ("--disable-gpu", "--disable-gpu-rasterization", "--disable-software-rasterizer")


def installed() -> str | None:
    """The path of a browser on PATH or of Playwright's own, or None."""
    on_path = next((path for name in NAMES if (path := shutil.which(name))), None)
    return on_path or _playwrights_own()


def launch_arguments() -> list[str]:
    """Arguments for headless containers; without a sandbox only as root, where Chromium has none."""
    as_root = hasattr(os, "geteuid") and os.geteuid() == 0
    return ["--disable-dev-shm-usage", *WITHOUT_GRAPHICS_CARD, *(["--no-sandbox"] if as_root else [])]


def _playwrights_own() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if path and Path(path).exists() else None


def _install() -> None:
    by_playwright = [sys.executable, "-m", "playwright", "install", "chromium"]
    if subprocess.run(by_playwright, check=False).returncode == 0:
        return
    if not install_from_debian(DEBIAN_PACKAGE):
        sys.exit("No browser: install Chromium or Chrome, or run `playwright install chromium`.")


if __name__ == "__main__":
    if installed() is None:
        print("No Chromium found: installing one for the browser tests …", flush=True)
        _install()
    print(f"Browser for the tests: {installed()}")
