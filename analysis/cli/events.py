"""Events told on the command line."""

from __future__ import annotations

from argparse import Namespace

from analysis.cli.showing import Outcome, plain, text_table
from analysis.errors import XinshengError
from analysis.i18n import say
from analysis.store import Warehouse

_COLUMNS = ("number", "name", "kind", "start", "end")


def tell_events(options: Namespace) -> Outcome:
    """Keep or forget an event where one is named; then all there are."""
    if options.add and options.start is None:
        raise XinshengError("errors.event_without_day")
    with Warehouse.open(options.store) as store:
        if options.add:
            store.add_event(options.add, kind=options.kind, start=options.start, end=options.end, who=options.who or "")
        if options.remove:
            store.remove_event(options.remove, who=options.who or "")
        known = store.events()
    rows = [[e.number, e.name, say(f"events.{e.kind}"), e.start.isoformat(), e.end.isoformat()] for e in known]
    text = text_table([say(f"cli.event.{name}") for name in _COLUMNS], rows) if rows else say("cli.event.none")
    return Outcome([plain(event) for event in known], text)
