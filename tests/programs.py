"""Programs that tests drive and pip does not bring, from Debian's packages where those are at hand."""

from __future__ import annotations

import os
import shutil
import subprocess


def install_from_debian(package: str) -> bool:
    """Whether the package could be installed; False where there is no apt-get, or it fails."""
    if not shutil.which("apt-get"):
        return False
    sudo = [] if os.geteuid() == 0 else ["sudo"]
    steps = (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", package])
    return all(subprocess.run([*sudo, "apt-get", *step], check=False).returncode == 0 for step in steps)
