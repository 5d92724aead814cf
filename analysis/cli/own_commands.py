"""The commands for what a company has of its own: dimensions and terms, and labels."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import asdict

from analysis import export, own, pipeline
from analysis.briefing import labelling, vocabulary
from analysis.cli.showing import Outcome, Progress, text_table
from analysis.errors import BadTaxonomy
from analysis.i18n import listed, say
from analysis.store import Warehouse
from analysis.text.adjustment import CALLS


def change_taxonomy(options: Namespace) -> Outcome:
    """Show, preview, add to or take from the own dimensions; what was read before is read anew."""
    with Warehouse.open(options.store) as store:
        if options.add and options.preview:
            return _previewed(vocabulary.preview(store, own.checked(options.add, options.terms or "")))
        scored = None
        if options.add or options.remove:
            if options.add:
                own.add_terms(store, own.checked(options.add, options.terms or ""))
            else:
                own.remove_terms(store, options.remove)
            scored = pipeline.score_pending(store, progress=Progress("cli.progress.score"))
        additions = own.additions_of(store)
    rows = [[entry.name, listed(entry.terms)] for entry in additions]
    table = text_table([say("keys.dimension"), say("cli.own.terms")], rows) if rows else say("cli.own.none")
    said = [] if scored is None else [say("cli.own.rescored", n=scored)]
    return Outcome({"additions": [asdict(entry) for entry in additions], "scored": scored}, "\n".join([table, *said]))


def _previewed(found: vocabulary.Preview) -> Outcome:
    moved = [say("cli.own.moved", term=term, dimension=name) for term, name in found.moved]
    head = say("cli.own.preview", name=found.addition.name, searched=found.searched, hits=found.hits,
               before=found.before)
    quotes = [quote.text for quote in found.quotes]
    data = {
        "name": found.addition.name, "terms": [*found.addition.terms], "searched": found.searched, "hits": found.hits,
        "before": found.before, "moved": [[*pair] for pair in found.moved], "quotes": quotes,
    }
    return Outcome(data, "\n".join([head, *moved, *(f"  {quote}" for quote in quotes)]))


def handle_labels(options: Namespace) -> Outcome:
    """Draw comments to label, take labels in, write them out, switch the adjustment; and how right the tone is."""
    with Warehouse.open(options.store) as store:
        if options.draw or options.export:
            content = labelling.labels_csv(store, draw=options.draw, seed=options.seed)
            out = options.export
            if out is None:
                raise BadTaxonomy("errors.labels_where")
            export.write_bytes(content, out)
            return Outcome({"out": str(out)}, say("cli.own.labels_written", out=out))
        if options.labels_file:
            labelling.read_labels(store, options.labels_file.read_bytes())
        if options.adjust:
            labelling.switch_adjustment(store, on=options.adjust == "on")
            pipeline.score_pending(store, progress=Progress("cli.progress.score"))
        report = labelling.label_report(store)
    return Outcome(_data(report), _text(report))


def _data(report: labelling.LabelReport) -> dict[str, object]:
    comparison = report.comparison
    return {
        "labels": report.labels, "accuracy": report.accuracy.floored().as_record(), "uncertain": report.uncertain,
        "confusion": [[label, call, count] for (label, call), count in sorted(report.confusion.items())],
        "adjustment": None if comparison is None else {
            "n": comparison.n, "right": comparison.right, "right_adjusted": comparison.right_adjusted,
            "p": comparison.p_value, "better": comparison.better,
        },
        "used": report.used,
    }


def _text(report: labelling.LabelReport) -> str:
    accuracy = report.accuracy.floored()
    head = say("cli.own.few_labels", n=report.labels)
    if accuracy.shown:
        head = say("cli.own.accuracy", n=report.labels, value=100 * accuracy.value, low=100 * accuracy.low,
                   high=100 * accuracy.high, uncertain=report.uncertain)
    calls = (*CALLS, "uncertain")
    header = [say("cli.own.label"), *(say(f"screen.labels.call_{call}") for call in calls)]
    rows = [[say(f"screen.polarity.{label}"), *(report.confusion.get((label, call), 0) for call in calls)]
            for label in CALLS]
    parts = [head, text_table(header, rows)] if report.labels else [head]
    if report.comparison:
        parts.append(say("cli.own.better" if report.comparison.better else "cli.own.no_better", n=report.comparison.n,
                         right=report.comparison.right, adjusted=report.comparison.right_adjusted,
                         p=report.comparison.p_value))
    parts.append(say("cli.own.used" if report.used else "cli.own.not_used"))
    return "\n".join(parts)
