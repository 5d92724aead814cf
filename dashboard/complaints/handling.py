"""Cards on how complaints are handled: at the first contact or not, by bot or by people, and where they pile up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from analysis.briefing.bots import Bots, Side
from analysis.briefing.hotspots import Hotspot, Hotspots
from analysis.briefing.resolution import Resolution
from analysis.estimate import FLOOR_RANKED
from analysis.i18n import say, words
from analysis.schema import Filters
from dashboard import behind, components, formatting, numbers, service
from dashboard.charts.dots import Dot, dot_plot
from dashboard.filters import Selection

SHOWN_SPOTS = 6


def hotspot_card(selection: Selection) -> None:
    """Cause × place × part of the day, only where chance does not explain it."""
    found = service.hotspots(selection.filters)
    first = found.found[0] if found.found else None
    enough = found.counted >= FLOOR_RANKED
    title = say("screen.hotspots.none" if enough else "screen.hotspots.nothing")
    if first:
        title = say("screen.hotspots.title", category=first.category, place=first.place, hours=_hours(first))
    base = "orders" if found.by_orders else "complaints"
    rule = say("screen.hotspots.rule", place=say(f"keys.{found.place}"), base=say(f"screen.hotspots.{base}"))
    with components.card(title, rule, key="hotspots"):
        if not first and enough:
            components.quiet_note(say("screen.hotspots.none_body", cells=f"{found.cells:,}"))
        elif first:
            header = [say(f"screen.hotspots.{name}") for name in ("cell", "count", "usual", "ratio", "certainty")]
            rows = [_spot(spot) for spot in found.found[:SHOWN_SPOTS]]
            components.text_table(header, rows, label=title, numeric=frozenset({1, 2, 3}))
            lines = [({header[0]: _cell(spot)}, spot.ratio) for spot in found.found]
            groups = [_spot_group(spot, found.place, selection.filters) for spot in found.found]
            behind.menu(numbers.table(lines), groups, key="hotspots", card="hotspots", days=selection.days)
        components.quiet_note(_looked_at(found))


def first_contact_card(selection: Selection) -> None:
    """Is a matter settled at its first contact, and does it stay settled."""
    found = service.resolution(selection.filters)
    share = found.first.share.floored()
    title = say("screen.first_contact.none")
    if share.shown:
        title = say("screen.first_contact.title", share=formatting.value(share))
    rule = say("screen.first_contact.rule", days=found.first.window_days)
    with components.card(title, rule, key="first-contact"):
        again = found.reopened.floored()
        if not (share.shown or again.shown):
            components.quiet_note(_undecided(found))
            return
        again_name = say("screen.first_contact.again")
        dots = [Dot(say("screen.first_contact.first"), share), Dot(again_name, again)]
        groups = [behind.group(again_name, again_name, again, {"reopened": "true"}, selection.filters)]
        lines = [({say("screen.first_contact.what"): dot.label}, dot.estimate) for dot in dots]
        behind.chart(
            dot_plot(dots, row=44), groups, key="first-contact-chart", alt=title, frame=numbers.table(lines),
            card="first-contact", days=selection.days,
        )
        components.quiet_note(_undecided(found))


def bot_card(selection: Selection) -> None:
    """Bots against people: who takes how much, how fast, how satisfied the customers are."""
    found = service.bots(selection.filters)
    with components.card(_bot_title(found), _bot_rule(found), key="bots"):
        if found.column is None:
            components.quiet_note(say("screen.bots.none_body"))
            return
        header = [say(f"screen.bots.{name}") for name in ("who", "share", "half", "ninety", "satisfied")]
        components.text_table(
            header, [_side(side) for side in found.sides], label=_bot_title(found), numeric=frozenset({1, 2, 3, 4})
        )
        handed = found.handed.floored()
        if handed.shown:
            components.quiet_note(say("screen.bots.handed", share=formatting.value(handed),
                                      evidence=formatting.evidence(handed)))
        lines = [
            ({header[0]: say(f"promises.who.{side.who}"), say("screen.bots.what"): header[at]}, estimate)
            for side in found.sides
            for at, estimate in enumerate((side.share, side.half, side.ninety, side.satisfied), start=1)
        ]
        numbers.menu(numbers.table(lines), card="bots", days=selection.days)


def _spot(spot: Hotspot) -> list[str]:
    ratio = say("screen.hotspots.times", ratio=formatting.value(spot.ratio), interval=formatting.interval(spot.ratio))
    return [_cell(spot), f"{spot.count:,}", formatting.number(spot.usual, places=1), ratio,
            say(f"certainty.{spot.certainty}")]


def _spot_group(spot: Hotspot, place: str, filters: Filters) -> behind.Group:
    scope = behind.scope_of({"category": spot.category, place: spot.place}, filters)
    scope = replace(scope, hours=spot.hours)
    return behind.counted(_cell(spot), _cell(spot), spot.count, scope, said=" · ".join(_spot(spot)[1:4]))


def _cell(spot: Hotspot) -> str:
    return " · ".join((spot.category, spot.place, _hours(spot)))


def _hours(spot: Hotspot) -> str:
    return say("durations.hours_of_day", first=spot.hours[0], last=spot.hours[1])


def _looked_at(found: Hotspots) -> str:
    words_ = say("screen.hotspots.looked_at", counted=f"{found.counted:,}", cells=f"{found.cells:,}")
    left = say("screen.hotspots.unknown", count=f"{found.unknown:,}") if found.unknown else ""
    return words_ + left


def _undecided(found: Resolution) -> str:
    first = found.first
    return say("screen.first_contact.undecided", undecided=f"{first.undecided:,}", unknown=f"{first.unknown:,}")


def _bot_title(found: Bots) -> str:
    reached, sides = found.reached.floored(), {side.who: side for side in found.sides}
    if found.column is None or not reached.shown:
        return say("screen.bots.none")
    bot, person = (_half(sides.get(who)) for who in ("bot", "person"))
    if not (bot and person):
        return say("screen.bots.title_share", share=formatting.value(reached))
    return say("screen.bots.title", share=formatting.value(reached), bot=bot, person=person)


def _half(side: Side | None) -> str:
    half = side.half.floored() if side else None
    return formatting.time(half) if half and half.shown else ""


def _bot_rule(found: Bots) -> str:
    if found.column is None:
        return say("screen.bots.none_rule")
    rated = say("screen.bots.rated_by", column=found.rated_by) if found.rated_by else ""
    return say("screen.bots.rule", column=_column(found.column), channels=found.channels) + rated


def _column(name: str) -> str:
    return say(f"keys.{name}") if f"keys.{name}" in words() else name


def _side(side: Side) -> list[str]:
    cells: Sequence[tuple[str, str]] = [
        (formatting.value(side.share.floored()), formatting.interval(side.share.floored())),
        (formatting.time(side.half.floored()), formatting.time_interval(side.half.floored())),
        (formatting.time(side.ninety.floored()), formatting.time_interval(side.ninety.floored())),
        (formatting.value(side.satisfied.floored()), formatting.evidence(side.satisfied.floored())),
    ]
    label = say("screen.bots.side", who=say(f"promises.who.{side.who}"), n=formatting.base(side.half.n))
    return [label, *(say("screen.bots.cell", value=v, interval=i) if i else v for v, i in cells)]
