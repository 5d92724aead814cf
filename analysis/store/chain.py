"""Lines of which none can be changed, left out or put in later unseen: each carries the digest of the one before."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Protocol

FIRST = "0" * 64  # what stands for the line before the first


class Link(Protocol):
    """A line of a chain: numbered from 1, with the digest of the line before and its own."""

    number: int
    previous: str
    digest: str

    @property
    def sound(self) -> bool:
        """Whether the digest belongs to the content."""
        ...


def digest(content: Mapping[str, object]) -> str:
    """The SHA-256 of a line's content, `previous` included."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def first_break(links: Iterable[Link]) -> int | None:
    """The number of the first line that is not sound or does not follow from the one before; None where all do."""
    before = FIRST
    for number, link in enumerate(links, start=1):
        if not link.sound or link.previous != before or link.number != number:
            return number
        before = link.digest
    return None
