"""Known shares of customers: told, listed, and the metrics weighted to them."""

from __future__ import annotations

from argparse import Namespace

from analysis import briefing
from analysis.briefing import Weighted
from analysis.cli.commands import filters_of, key_words, written
from analysis.cli.showing import Outcome, plain, text_table
from analysis.estimate import Cell, Estimate
from analysis.i18n import say
from analysis.store import Warehouse

_NUMBERS = ("value", "low", "high", "n", "unweighted", "difference")


def tell_population(options: Namespace) -> Outcome:
    """Keep or forget the shares of a key where one is named; then what is known."""
    with Warehouse.open(options.store) as store:
        if options.key and (options.shares or options.clear):
            store.set_population(options.key, dict(options.shares))
        known = store.population()
    if not known:
        return Outcome(known, say("cli.population.none"))
    rows = [[key_words(key), value, f"{100 * share:.1f}%"] for key, of in known.items() for value, share in of.items()]
    return Outcome(known, text_table([say(f"cli.population.{name}") for name in ("key", "value", "share")], rows))


def show_weighted(options: Namespace) -> Outcome:
    """A metric weighted to the known shares, beside the metric as it is."""
    filters = filters_of(options)
    with Warehouse.open(options.store) as store:
        weighted = briefing.weighted_metric(store, filters, metric=options.metric, keys=options.by)
    if weighted is None:
        return Outcome([], "", (say("cli.population.none"),))
    if weighted.refused:
        return Outcome([], "", (briefing.weighting_words(weighted),))
    pairs = list(zip(weighted.cells, weighted.plain, strict=True))
    data = [_record(cell, as_is.estimate, options.metric, weighted) for cell, as_is in pairs]
    header = [*(key_words(key) for key in options.by), *(say(f"cli.estimate.{name}") for name in _NUMBERS)]
    rows = [[*(line[key] for key in options.by), *(line[name] for name in _NUMBERS)] for line in data]
    title = say(f"metrics.{options.metric}")
    if options.out:
        return written(data, header, rows, options.out, title=title)
    return Outcome(data, "\n".join([title, text_table(header, rows), briefing.weighting_words(weighted)]))


def _record(cell: Cell, as_is: Estimate, metric: str, weighted: Weighted) -> dict[str, object]:
    numbers, before = cell.estimate.floored().as_record(), as_is.floored().as_record()
    both = None not in (numbers["value"], before["value"])
    return {
        **{key: None if value is None else str(plain(value)) for key, value in cell.keys.items()},
        "metric": metric, **numbers, "unweighted": before["value"],
        "difference": round(numbers["value"] - before["value"], 6) if both else None,
        "weighted": True, "weighted_by": list(weighted.margins),
        "design_effect": round(weighted.strata.design_effect, 4), "n_effective": round(weighted.strata.n_effective, 1),
    }
