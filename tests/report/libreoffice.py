"""Finds the LibreOffice that opens the slides of the report, and as a script installs one where there is none."""

from __future__ import annotations

import shutil

from tests.programs import install_from_debian

NAME = "soffice"
DEBIAN_PACKAGE = "libreoffice-impress"


def installed() -> str | None:
    """The path of LibreOffice on PATH, or None."""
    return shutil.which(NAME)


if __name__ == "__main__":
    if installed() is None:
        print("No LibreOffice found: installing its slides, which one test opens …", flush=True)
        install_from_debian(DEBIAN_PACKAGE)
    print(f"LibreOffice for the tests: {installed() or 'none, so the test that opens slides in it is left out'}")
