"""The journey beside its line: stage by touchpoint, pains and delights in customers' words, and two sides of value."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.briefing import StageScore
from analysis.briefing.balance import SIDES, Balance
from analysis.compare import WeakCell
from analysis.estimate import Cell, Estimate
from analysis.i18n import listed, named, say
from analysis.schema import STAGES, Filters
from analysis.taxonomy import taxonomy
from dashboard import behind, components, customers, data, formatting, numbers, quotes, titles
from dashboard.charts.base import mark_id
from dashboard.charts.dots import Dot, dot_plot
from dashboard.charts.heat import HeatCell, heatmap
from dashboard.filters import Selection

QUOTES = 2    # of each pain and delight
PLACES = 2    # pains, and delights, that are quoted
TONES = {"pains": "negative", "delights": "positive"}
PRAISED = 10  # mentions that a dimension needs to be called praised where no score stands out


def stage_card(selection: Selection) -> None:
    """Satisfaction at each stage and touchpoint, coloured by the distance from the whole."""
    cells = [c for c in customers.journey_cells(selection.filters) if c.estimate.floored().shown]
    title = cells_title(cells)
    with components.card(title, say("screen.journey.cells_rule"), key="journey-cells"):
        if not cells:
            components.quiet_note(say("screen.journey.cells_empty"))
            return
        whole = sum(c.estimate.n * c.estimate.value for c in cells) / sum(c.estimate.n for c in cells)
        figure = heatmap(
            [_heat(cell, whole) for cell in cells], rows=[s for s in STAGES if _at(cells, s)],
            columns=list(dict.fromkeys(str(c.keys["touchpoint"]) for c in cells)),
        )
        behind.chart(
            figure, [_cell_group(cell, selection.filters) for cell in cells], key="journey-cells-chart", alt=title,
            frame=numbers.table((c.keys, c.estimate) for c in cells), card="journey-cells", days=selection.days,
        )


def cells_title(cells: Sequence[Cell]) -> str:
    """Which stage is lowest at which touchpoint, among bases that can be ranked."""
    ranked = [cell for cell in cells if cell.estimate.ranked]
    if not ranked:
        return say("screen.journey.cells")
    lowest = min(ranked, key=lambda cell: cell.estimate.value)
    return say(
        "screen.journey.cells_lowest", stage=named(str(lowest.keys["stage"])),
        place=named(str(lowest.keys["touchpoint"])), value=formatting.value(lowest.estimate),
        interval=formatting.interval(lowest.estimate),
    )


def words_card(stages: Sequence[StageScore], selection: Selection) -> None:
    """Where it hurts and where it delights, each with what customers said there."""
    title = say("screen.journey.words_title", pains=_count(stages, "pains"), delights=_count(stages, "delights"))
    with components.card(title, say("screen.journey.words_rule"), key="journey-words"):
        for kind in TONES:
            found = [(stage.stage, cell) for stage in stages for cell in getattr(stage, kind)][:PLACES]
            for stage, cell in found:
                _quoted(stage, cell, kind, selection.filters)
            if not found:
                _unscored(kind, selection.filters, judged=any(s.estimate.ranked for s in stages))


def balance_card(selection: Selection) -> None:
    """Functional and emotional value side by side."""
    found = customers.balance(selection.filters)
    title = balance_title(found)
    with components.card(title, balance_rule(found), key="balance"):
        sides = [(side, getattr(found, side)) for side in SIDES]
        if not all(estimate.floored().shown for _, estimate in sides):
            return
        dots = [Dot(say(f"screen.journey.{side}"), estimate.floored(), "weak" if found.lower == side else "context")
                for side, estimate in sides]
        groups = [
            behind.group(dot.label, dot.label, dot.estimate, {}, selection.filters, **_spoken(found.dimensions[side]))
            for dot, side in zip(dots, SIDES, strict=True)
        ]
        lines = [({"metric": say(f"screen.journey.{side}")}, estimate) for side, estimate in sides]
        lines.append(({"metric": say("screen.journey.difference")}, found.difference))
        behind.chart(
            dot_plot(dots), groups, key="balance-chart", alt=title, frame=numbers.table(lines), card="balance",
            days=selection.days,
        )


def stage_group(stage: str, estimate: Estimate, filters: Filters) -> behind.Group:
    """What was said of a stage: of its dimensions, or at its touchpoints where it has none."""
    return behind.group(stage, named(stage), estimate, {}, filters, **_of_stage(stage))


def _cell_group(cell: Cell, filters: Filters) -> behind.Group:
    stage, place = str(cell.keys["stage"]), str(cell.keys["touchpoint"])
    scope = _of_stage(stage)
    scope["sheet"] = (("touchpoint", (place,)), *(pair for pair in scope["sheet"] if pair[0] == "dimension"))
    return behind.group(mark_id(stage, place), f"{named(stage)} · {named(place)}", cell.estimate, {}, filters, **scope)


def _of_stage(stage: str) -> dict[str, tuple]:
    known = taxonomy()
    dimensions = tuple(d.name for d in known.dimensions if d.stage == stage)
    if dimensions:
        return _spoken(dimensions)
    places = tuple(place.name for place in known.touchpoints if place.stage == stage)
    return {"sheet": (("touchpoint", places),), "dimensions": ()}


def _spoken(dimensions: tuple[str, ...]) -> dict[str, tuple]:
    return {"sheet": (("dimension", dimensions),), "dimensions": dimensions}


def balance_title(found: Balance) -> str:
    """Which side of value is reliably lower."""
    if not found.difference.ranked:
        return say("screen.journey.balance_few")
    if found.difference.note == "no_spread":
        return say("screen.journey.balance_same")
    gap = formatting.number(abs(found.difference.value), places=1)
    interval = formatting.interval(found.difference, places=1)
    return say(f"screen.journey.balance_{found.lower or 'even'}", gap=gap, interval=interval)


def balance_rule(found: Balance) -> str:
    """Which dimensions are counted on which side."""
    names = {side: listed([named(dimension) for dimension in found.dimensions[side]]) for side in SIDES}
    return say("screen.journey.balance_rule", **names)


def _heat(cell: Cell, whole: float) -> HeatCell:
    distance = cell.estimate.value - whole if cell.estimate.ranked else None
    return HeatCell(str(cell.keys["stage"]), str(cell.keys["touchpoint"]), cell.estimate.floored(), distance)


def _at(cells: Sequence[Cell], stage: str) -> bool:
    return any(cell.keys["stage"] == stage for cell in cells)


def _count(stages: Sequence[StageScore], kind: str) -> int:
    return sum(len(getattr(stage, kind)) for stage in stages)


def _quoted(stage: str, cell: WeakCell, kind: str, filters: Filters) -> None:
    components.section_label(say(
        f"screen.journey.{kind}", stage=named(stage), place=titles.place(cell.keys),
        value=formatting.value(cell.estimate),
        interval=formatting.interval(cell.estimate), n=formatting.base(cell.estimate.n),
    ))
    touchpoint = cell.keys.get("touchpoint")
    # Texts are filed under the channel that they came in by, which a place like the self-checkout is not.
    known = touchpoint in data.ask_store("values", "touchpoint", table="comments")
    there = filters.narrowed(touchpoint=str(touchpoint)) if known else filters
    _quotes(there, str(cell.keys["dimension"]), kind)


def _unscored(kind: str, filters: Filters, *, judged: bool) -> None:
    """No score stands out, or none is `judged`: the dimension that comments of the tone name most."""
    tones = [t for t in data.aspect_tones(filters) if getattr(t, TONES[kind]) >= PRAISED]
    if not tones:
        components.quiet_note(say(f"screen.journey.no_{kind}" if judged else f"screen.journey.few_{kind}"))
        return
    most = max(tones, key=lambda t: getattr(t, TONES[kind]))
    count = getattr(most, TONES[kind])
    components.section_label(say(f"screen.journey.said_{kind}", dimension=named(most.dimension), count=count))
    _quotes(filters, most.dimension, kind)


def _quotes(filters: Filters, dimension: str, kind: str) -> None:
    found = data.telling_quotes(filters, dimension=dimension, polarity=TONES[kind], limit=QUOTES)
    quotes.comment_list(found, empty=say("screen.journey.no_words"))
