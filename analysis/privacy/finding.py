"""All that is personal in one text, and where it stands."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from analysis.privacy.accounts import emails, qq_ids, wechat_ids
from analysis.privacy.addresses import addresses
from analysis.privacy.names import names
from analysis.privacy.numbers import bank_cards, id_numbers, orders, passports, phones, plates
from analysis.privacy.reading import Reading, read

Spans = Iterator[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Found:
    """One piece of personal data: its kind (of KINDS) and the characters from `start` to `end`."""

    kind: str
    start: int
    end: int


# In this order: what an earlier detector took, a later one does not look at.
_DETECTORS: dict[str, Callable[[Reading], Spans]] = {
    "email": emails,
    "id_card": id_numbers,
    "passport": passports,
    "bank_card": bank_cards,
    "order": orders,
    "phone": phones,
    "wechat": wechat_ids,
    "qq": qq_ids,
    "plate": plates,
    "address": addresses,
    "name": names,
}
_NUMBERED = ("id_card", "passport", "bank_card", "order", "phone", "qq")
KINDS: tuple[str, ...] = tuple(_DETECTORS)


def find(text: str, *, kinds: Collection[str] = KINDS) -> list[Found]:
    """Everything personal in a text of the kinds asked for, in reading order, no two overlapping.

    The time is linear in the length of the text.

    >>> find("打138 1234 5678找我")
    [Found(kind='phone', start=1, end=14)]
    """
    reading = read(text)
    taken: list[Found] = []
    for kind, detector in _DETECTORS.items():
        if kind in kinds and (reading.has_number or kind not in _NUMBERED):
            spans = [Found(kind, *reading.original(start, end)) for start, end in detector(reading)]
            taken = _merged(taken, spans) if spans else taken
    return taken


def _merged(taken: list[Found], spans: list[Found]) -> list[Found]:
    """Both in reading order; a span that overlaps one already taken, or an earlier one of its own kind, is dropped."""
    starts = [found.start for found in taken]
    free: list[Found] = []
    for span in sorted(spans, key=lambda found: found.start):
        next_one = bisect_right(starts, span.start)
        before = taken[next_one - 1].end if next_one else 0
        after = starts[next_one] if next_one < len(starts) else span.end
        if span.start >= max(before, free[-1].end if free else 0) and span.end <= after:
            free.append(span)
    return sorted([*taken, *free], key=lambda found: found.start)
