"""The font ships with the app: every piece that the settings name is there, and common Chinese is covered."""

from __future__ import annotations

import tomllib
from pathlib import Path

from dashboard import theme

ROOT = Path(__file__).parent.parent.parent
SETTINGS = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
FACES = SETTINGS["theme"]["fontFaces"]


def covered() -> set[int]:
    points: set[int] = set()
    for face in FACES:
        for piece in face["unicodeRange"].split(","):
            first, _, last = piece.strip().removeprefix("U+").partition("-")
            points |= set(range(int(first, 16), int(last or first, 16) + 1))
    return points


def test_every_piece_of_the_font_is_shipped() -> None:
    files = {face["url"].removeprefix("app/static/") for face in FACES}
    shipped = {str(p.relative_to(ROOT / "static")) for p in (ROOT / "static" / "fonts").glob("*.woff2")}
    assert files == shipped
    assert (ROOT / "static" / "fonts" / "OFL.txt").exists()


def test_all_words_of_the_screen_are_covered() -> None:
    words = (ROOT / "analysis" / "i18n" / "zh-CN.toml").read_text(encoding="utf-8")
    hanzi = {c for c in words if "\u4e00" <= c <= "\u9fff"}
    assert hanzi - {chr(point) for point in covered()} == set()


def test_traditional_script_is_covered() -> None:
    assert {ord(c) for c in "換貨門市幫處理後還講話應該體驗"} <= covered()


def test_the_shipped_font_comes_first_and_charts_have_the_same() -> None:
    assert SETTINGS["theme"]["font"].startswith(FACES[0]["family"])
    assert SETTINGS["theme"]["font"] == theme.FONT


def test_emoji_are_drawn_where_the_system_has_none() -> None:
    assert {ord(c) for c in "🙏😂👍🤬⭐❤"} <= covered()
    assert theme.FONT.index("Segoe UI Emoji") < theme.FONT.index("Noto Emoji")


def test_nothing_leaves_the_machine_by_default() -> None:
    assert SETTINGS["browser"]["gatherUsageStats"] is False
    assert SETTINGS["server"]["address"] == "127.0.0.1"
    assert SETTINGS["client"]["showErrorDetails"] == "none"
