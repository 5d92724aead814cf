"""The channels command: how alike the channels are, and where one falls behind the others."""

from __future__ import annotations

from argparse import Namespace

from analysis import briefing
from analysis.briefing import ChannelGap, Consistency
from analysis.cli.commands import filters_of, weighting_line, written
from analysis.cli.showing import Outcome, plain, text_table
from analysis.estimate import Estimate
from analysis.formatting import interval, value
from analysis.i18n import named, say
from analysis.store import Warehouse

_COLUMNS = ("dimension", "place", "lowest", "low_mean", "rest_mean", "difference", "interval", "p", "verdict")


def show_channels(options: Namespace) -> Outcome:
    """The consistency score with its interval; then each question's lowest channel against the others."""
    filters = filters_of(options)
    with Warehouse.open(options.store) as store:
        briefing.refuse_telling(store, filters)
        alike = briefing.channel_consistency(store, filters)
        gaps = briefing.channel_gaps(store, filters)
        weighting = weighting_line(store)
    data = {
        "consistency": plain(alike.estimate), "questions": alike.questions, "channels": alike.channels,
        "weighted": False, "gaps": [_gap_data(gap) for gap in gaps],
    }
    header = [say(f"cli.channels.{name}") for name in _COLUMNS]
    rows = [_line(gap) for gap in gaps]
    if options.out:
        return written(data, header, rows, options.out, title=say("cli.command.channels"))
    table = [text_table(header, rows), weighting] if rows else [say("cli.channels.no_gaps")]
    return Outcome(data, "\n".join([_score(alike), "", *table]))


def _score(alike: Consistency) -> str:
    estimate = alike.estimate.floored()
    if not estimate.shown:
        return say("cli.channels.unknown", why=value(estimate))
    return say(
        "cli.channels.score", value=value(estimate, places=1), interval=interval(estimate, places=1), n=estimate.n,
        questions=alike.questions, channels=alike.channels,
    )


def _line(gap: ChannelGap) -> list[object]:
    step = gap.difference.estimate
    return [
        named(gap.dimension), named(gap.place) if gap.place else None, named(str(gap.lowest.keys["channel"])),
        _mean(gap.lowest.estimate), _mean(gap.rest.estimate), value(step, places=1), interval(step, places=1),
        f"{gap.p_adjusted:.3f}", say(f"cli.channels.{'reliable' if gap.reliable else 'unproven'}"),
    ]


def _mean(estimate: Estimate) -> str:
    return f"{value(estimate.floored(), places=1)} (n={estimate.n})"


def _gap_data(gap: ChannelGap) -> dict[str, object]:
    return {
        "dimension": gap.dimension, "touchpoint": gap.place, "channel": gap.lowest.keys["channel"],
        "lowest": plain(gap.lowest.estimate), "rest": plain(gap.rest.estimate),
        "difference": plain(gap.difference.estimate), "p": plain(gap.difference.p_value), "q": plain(gap.p_adjusted),
        "reliable": gap.reliable,
    }
