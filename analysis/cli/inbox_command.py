"""The inbox command, and what `import` does while the app holds the store."""

from __future__ import annotations

from argparse import Namespace

from analysis.cli.showing import Outcome
from analysis.errors import StoreBusy
from analysis.i18n import say
from analysis.inbox import Handled, Inbox, inbox_path, once, watch
from analysis.store import Warehouse

APP = "streamlit"  # what the owner of a store is called where it is the app
# Options that say how a file is to be read; an inbox cannot keep them.
_NEEDS_THE_STORE = ("kind", "mapping", "date", "encoding", "dry_run", "score")


def watch_inbox(options: Namespace) -> Outcome:
    """Import what lies in the inbox and can be imported; without --once until interrupted."""
    inbox = Inbox(inbox_path(options.inbox, store=options.store))
    inbox.folder.mkdir(parents=True, exist_ok=True)
    with Warehouse.open(options.store) as store:
        if options.once:
            handled = once(inbox, store)
        else:
            handled = []
            print(say("inbox.watching", folder=inbox.folder), flush=True)
            try:
                watch(inbox, store, told=lambda one: print(_words(one), flush=True), stop=lambda: False)
            except KeyboardInterrupt:
                return Outcome([], say("inbox.ended"))
    data = [
        {"file": one.name, "batch": one.report.batch if one.report else None, "refused": one.refused or None,
         "waits": one.waits or None}
        for one in handled
    ]
    return Outcome(data, "\n".join(map(_words, handled)) or say("inbox.empty", folder=inbox.folder))


def hand_over(options: Namespace, busy: StoreBusy) -> Outcome:
    """Give files to the inbox that the app watches. Raises `busy` where no app holds the store, or options would
    be lost on the way.
    """
    if APP not in str(busy.values.get("owner", "")) or any(getattr(options, name) for name in _NEEDS_THE_STORE):
        raise busy
    inbox = Inbox(inbox_path(store=options.store))
    names = [inbox.put(path).name for path in options.files]
    return Outcome(
        [{"file": path.name, "handed_over": name} for path, name in zip(options.files, names, strict=True)],
        "\n".join(say("inbox.handed_over", file=path.name, folder=inbox.folder) for path in options.files),
    )


def _words(handled: Handled) -> str:
    if handled.report:
        numbers = {name: getattr(handled.report, name) for name in ("batch", "imported", "duplicates", "quarantined")}
        return say("inbox.imported", file=handled.name, **numbers)
    if handled.refused:
        return say("inbox.refused", file=handled.name, why=handled.refused)
    return say("inbox.waits", file=handled.name, why=handled.waits)
