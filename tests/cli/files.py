"""What the tests of several commands read."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[2]
DATA = ROOT.parent / "shared" / "data"

HEADER = "答卷编号,提交时间,渠道,您向朋友推荐我们的可能性（0-10分）,整体满意度,意见"


def survey(path: Path, *, responses: int = 60, first: int = 1, encoding: str = "utf-8", extra: str = "") -> Path:
    """A survey file: two of three customers of 在线客服 give 9, the third gives 2; 门店 gives 10 throughout."""
    lines = [HEADER]
    for number in range(first, first + responses):
        channel, score = ("在线客服", (9, 9, 2)[number % 3]) if number % 2 else ("门店", 10)
        label = "非常满意" if score > 8 else "不满意"
        lines.append(f"{number},2026-03-{1 + number % 28:02d} 10:00:00,{channel},{score},{label},第{number}条意见")
    path.write_text("\n".join(lines) + "\n" + extra, encoding=encoding)
    return path
