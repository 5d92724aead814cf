"""The terms that numbers and titles use, explained where they are read."""

from __future__ import annotations

from collections.abc import Iterable

from analysis.i18n import say
from dashboard import components

GROUPS: dict[str, tuple[str, ...]] = {
    "scores": ("nps", "csat", "ces", "hundred", "place", "stage"),
    "sure": ("n", "interval", "reliable", "many", "resampling", "control", "weighted"),
    "why": ("weak", "driver", "priority", "tipping", "funnel"),
    "service": ("tone", "issue", "complaint_rate", "promise", "first_contact", "effect"),
    "data": ("batch", "quarantine", "masked"),
}
TERMS = tuple(term for terms in GROUPS.values() for term in terms)


def lines(terms: Iterable[str]) -> list[tuple[str, str]]:
    """Each term with what it means."""
    return [(say(f"glossary.{term}.term"), say(f"glossary.{term}.meaning")) for term in terms]


def within(text: str) -> list[str]:
    """The terms that a text uses, in the order of the glossary; small and capital letters are the same."""
    heard = text.casefold()
    return [term for term in TERMS if any(word in heard for word in _seen(term))]


def panel() -> None:
    """All terms, group by group."""
    for group, terms in GROUPS.items():
        components.section_label(say(f"glossary.groups.{group}"))
        components.definitions(lines(terms))


def _seen(term: str) -> list[str]:
    return say(f"glossary.{term}.seen").casefold().split("|")
