"""How much of what is personal is found, and how often something else is taken for it.

`python -m tests.privacy.measure` prints both halves of the test set; with `--write` they go into docs/privacy.md, with
`--misses` every item that was not treated right is listed. The halves and their marks are explained in the TOML files.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from analysis.intervals import wilson
from analysis.privacy import find

HERE = Path(__file__).parent
PAGE = HERE.parents[1] / "docs" / "privacy.md"
HALVES = {"tuning": "used while the rules were written", "held_out": "written before, never tuned on"}
PLANTED, HARMLESS = "planted", "harmless"
_TABLE_START, _TABLE_END = "<!-- measured -->\n", "<!-- /measured -->"


@dataclass(frozen=True, slots=True)
class Item:
    """A text with the spans in it that must go; none for a harmless one."""

    kind: str
    text: str
    secrets: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of an item: whether every secret character is gone, and what went for nothing."""

    item: Item
    safe: bool
    lost: str


@dataclass(frozen=True, slots=True)
class Share:
    """Hits out of n with the limits of their share (Wilson, 95 %)."""

    hits: int
    n: int

    @property
    def limits(self) -> tuple[float, float]:
        low, high = wilson(self.hits, self.n)
        return float(low), float(high)


@cache
def items(half: str, part: str) -> tuple[Item, ...]:
    """The items of a half (of HALVES), planted or harmless."""
    tree = tomllib.loads((HERE / f"{half}.toml").read_text(encoding="utf-8"))[part]
    return tuple(_item(kind, line) for kind, lines in tree.items() for line in lines.strip("\n").split("\n"))


@cache
def judged(item: Item) -> Judged:
    """An item looked at with the real rules."""
    covered = {i for found in find(item.text) for i in range(found.start, found.end)}
    secret = {i for start, end in item.secrets for i in range(start, end)}
    return Judged(item, secret <= covered, "".join(item.text[i] for i in sorted(covered - secret)))


def recall(half: str, kind: str | None = None) -> Share:
    """Of the planted items of a kind (of all), how many lost every secret character."""
    results = [judged(item) for item in items(half, PLANTED) if kind in (None, item.kind)]
    return Share(sum(result.safe for result in results), len(results))


def false_alarms(half: str, kind: str | None = None) -> Share:
    """Of the harmless items of a kind (of all), how many lost anything."""
    results = [judged(item) for item in items(half, HARMLESS) if kind in (None, item.kind)]
    return Share(sum(bool(result.lost) for result in results), len(results))


def kinds(half: str, part: str) -> list[str]:
    """The kinds of a part in their order."""
    return list(dict.fromkeys(item.kind for item in items(half, part)))


def table() -> Iterator[str]:
    """All shares as the lines of a Markdown table."""
    yield "| what | " + " | ".join(HALVES.values()) + " |"
    yield "|---" * (len(HALVES) + 1) + "|"
    for part, share, verb in ((PLANTED, recall, "found"), (HARMLESS, false_alarms, "false alarms")):
        for kind in [*kinds("tuning", part), None]:
            name = f"{verb}: {kind}" if kind else f"**{verb}: all**"
            yield " | ".join([f"| {name}", *(_cell(share(half, kind)) for half in HALVES)]) + " |"


def misses() -> Iterator[str]:
    """Every item that was not treated right, in words of its own."""
    for half in HALVES:
        for part in (PLANTED, HARMLESS):
            for result in map(judged, items(half, part)):
                if not result.safe:
                    yield f"{half}: missed {result.item.kind}: {result.item.text}"
                if result.lost:
                    yield f"{half}: cut too much ({result.lost}): {result.item.text}"


def _cell(share: Share) -> str:
    low, high = share.limits
    return f"{share.hits}/{share.n} ({low:.0%} – {high:.0%})"


def _item(kind: str, line: str) -> Item:
    text, secrets, start = "", [], 0
    for sign in line:
        if sign == "⟦":
            start = len(text)
        elif sign == "⟧":
            secrets.append((start, len(text)))
        else:
            text += sign
    return Item(kind, text, tuple(secrets))


def main(arguments: Sequence[str]) -> None:
    lines = "\n".join(misses() if "--misses" in arguments else table()) + "\n"
    print(lines, end="")
    if "--write" in arguments:
        before, rest = PAGE.read_text(encoding="utf-8").split(_TABLE_START)
        PAGE.write_text(before + _TABLE_START + lines + _TABLE_END + rest.split(_TABLE_END)[1], encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
