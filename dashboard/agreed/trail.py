"""Who changed what and when, and whether the record of it is whole."""

from __future__ import annotations

from analysis.i18n import clauses, say, words
from dashboard import components, formatting, loop

SHOWN = 20  # latest changes; all of them are in the store
_ONLY_ONE = frozenset({"tag_rules"})  # of which there is one, so that a number would say nothing
_NAMED_BY = {"events": "event", "promises": "name"}


def card() -> None:
    """The latest changes, newest first; a warning where the record was tampered with."""
    saved, breaks = loop.trail()
    broken = [name for name, faults in breaks.items() if faults]
    if broken:
        components.refusal(say("screen.trail.broken"), say("screen.trail.broken_body"))
    with components.card(_title(len(saved), broken), say("screen.trail.rule"), key="trail"):
        if not saved:
            components.quiet_note(say("screen.trail.none"))
            return
        header = [say(f"screen.trail.{name}") for name in ("when", "who", "what", "changes")]
        components.text_table(header, [_line(one) for one in reversed(saved[-SHOWN:])], label=say("screen.trail.label"))
        components.quiet_note(say("screen.trail.head", digest=saved[-1].entry.digest[:16], n=len(saved)))


def _title(count: int, broken: list[str]) -> str:
    return say("screen.trail.title_broken" if broken else "screen.trail.title", count=count)


def _line(one) -> list[str]:
    entry = one.entry
    named = say(f"screen.trail.{entry.subject}")
    form = "version_one" if entry.subject in _ONLY_ONE else "version"
    subject = say(f"screen.trail.{form}", subject=named, number=_number(entry), version=entry.version)
    changed = clauses([change.sentence.said() for change in one.changes])
    return [entry.at.replace("T", " "), entry.who, subject, formatting.unbroken(changed)]


def _number(entry) -> str:
    """What tells one of its kind from another: its own name where it has one, else its number."""
    name = entry.content.get(_NAMED_BY.get(entry.subject, ""), entry.item)
    return say(f"promises.names.{name}") if f"promises.names.{name}" in words() else str(name)
