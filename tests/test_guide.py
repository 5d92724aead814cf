"""The guide's pictures are there, and are those that `make screenshots` takes."""

from __future__ import annotations

import re

from tests.browser.screenshots import FOLDER, GUIDE, ROOT

NAMED = set(re.findall(r"\(images/guide/([\w-]+)\.png\)", (ROOT / "docs" / "guide.md").read_text(encoding="utf-8")))


def test_every_picture_of_the_guide_is_taken_and_there() -> None:
    assert set(GUIDE) == NAMED
    assert {path.stem for path in (FOLDER / "guide").glob("*.png")} == NAMED
