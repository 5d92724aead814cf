"""Native charts that PowerPoint edits: values, error bars and labels all lie in the chart's own sheet.

python-pptx has no error bars, so they are written as the file format has them (ECMA-376 part 1, 21.2.2.55): custom
plus and minus values that refer to columns of the embedded workbook.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd
from lxml import etree
from pptx.chart.chart import Chart as NativeChart
from pptx.chart.data import CategoryChartData, XyChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION, XL_MARKER_STYLE, XL_TICK_LABEL_POSITION, XL_TICK_MARK
from pptx.enum.dml import MSO_LINE
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.slide import Slide
from pptx.util import Emu, Inches, Pt

from analysis.export import Sheet, xlsx_bytes
from analysis.formatting import NO_BREAK
from analysis.i18n import say
from analysis.report import look
from analysis.report.parts import Bars, Course, Funnel, Number, Point
from analysis.report.slides.text import Box

SHEET = "Sheet1"  # the name that python-pptx gives the sheet behind a chart
_WHISKER, _LINE_WIDTH = Pt(1.25), Pt(2)
_BAR_GAP = 45  # percent of a bar's width between two bars
_PADDING = 0.15  # room above and below the drawn numbers, as a share of their span
_CLEAR = 0.2  # intervals that begin beyond this share of the axis leave room for values inside the bars
_WEEK_LABEL = Inches(0.5)
_BESIDE = {"attention": look.ATTENTION, "good": look.GOOD, "brand": look.BRAND}


def bars(slide: Slide, box: Box, chart: Bars, *, alt: str, size: float = 12) -> None:
    """Horizontal bars with the interval as a whisker, the first on top; values inside where no whisker reaches them."""
    inside = _room_inside(chart.points)
    labels = [_bar_label(point, valued=not inside) for point in chart.points]
    data = CategoryChartData(number_format=_format(chart.points))
    data.categories = labels
    data.add_series(chart.name, [point.number.value for point in chart.points])
    native = _added(slide, box, XL_CHART_TYPE.BAR_CLUSTERED, data, alt)
    native.has_legend = False
    plot = native.plots[0]
    plot.gap_width = _BAR_GAP
    series = plot.series[0]
    for position, point in enumerate(chart.points):
        fill = series.points[position].format.fill
        fill.solid()
        fill.fore_color.rgb = _rgb(look.TONES[point.tone])
    if inside:
        _value_labels(series._element, chart.points, size)
    _sheet_behind(native, _columns(chart.points, labels))
    _whiskers(series._element, [point.number for point in chart.points], columns=("E", "F"), colour=look.INK)
    _axes(native, size)
    native.category_axis.reverse_order = True
    _span(native, [point.number for point in chart.points], from_zero=True)


def course(slide: Slide, box: Box, chart: Course, *, alt: str, size: float = 11) -> None:
    """Lines over weeks, each week with its interval."""
    labels = [point.label.replace(" ", NO_BREAK) for point in chart.lines[0].points]
    numbers = [point.number for line in chart.lines for point in line.points]
    data = CategoryChartData(number_format=_format(chart.lines[0].points))
    data.categories = labels
    for line in chart.lines:
        data.add_series(line.name, [point.number.value for point in line.points])
    native = _added(slide, box, XL_CHART_TYPE.LINE_MARKERS, data, alt)
    native.has_legend = len(chart.lines) > 1
    if native.has_legend:
        native.legend.position, native.legend.include_in_layout = XL_LEGEND_POSITION.TOP, False
        native.legend.font.size = Pt(size)
    columns: dict[str, list[object]] = {}
    for line, series in zip(chart.lines, native.plots[0].series, strict=True):
        columns |= _line(series, line, before=1 + len(chart.lines) + len(columns))
    heads = {line.name: [point.number.value for point in line.points] for line in chart.lines}
    _sheet_behind(native, {say("keys.week"): labels, **heads, **columns})
    _axes(native, size)
    _label_every(native, max(1, math.ceil(_WEEK_LABEL * len(labels) / box.width)))
    _span(native, numbers, from_zero=chart.from_zero)


def funnel(slide: Slide, box: Box, chart: Funnel, *, alt: str, size: float = 11) -> None:
    """Units by answers and share within the limits of the usual; those outside are named."""
    data = XyChartData(number_format="0.0")
    for line in chart.limits:
        series = data.add_series(line.name)
        for n, share in zip(line.n, line.share, strict=True):
            series.add_data_point(n, share)
    groups = {tone: [p for p in chart.points if p.tone == tone and p.number.value is not None]
              for tone in ("context", "attention", "good")}
    drawn = {tone: points for tone, points in groups.items() if points}
    for tone, points in drawn.items():
        series = data.add_series(points[0].note if tone != "context" else say("screen.stores.standing_usual"))
        for point in points:
            series.add_data_point(point.number.n, point.number.value)
    native = _added(slide, box, XL_CHART_TYPE.XY_SCATTER, data, alt)
    native.has_legend = False
    found = list(native.plots[0].series)
    for line, series in zip(chart.limits, found, strict=False):
        _limit(series, line.kind)
    for (tone, points), series in zip(drawn.items(), found[len(chart.limits):], strict=True):
        _dots(series, points, tone, size)
    _axes(native, size)
    _named(native.category_axis, chart.across, size)
    _named(native.value_axis, chart.up, size)
    shares = [s for line in chart.limits for s in line.share] + [p.number.value for p in chart.points if p.number.value]
    low, high = max(0.0, math.floor(min(shares) / 5 - 0.2) * 5), min(100.0, math.ceil(max(shares) / 5 + 0.2) * 5)
    native.value_axis.minimum_scale, native.value_axis.maximum_scale = low, high
    native.category_axis.minimum_scale = math.floor(min(n for line in chart.limits for n in line.n) / 20) * 20


def _added(slide: Slide, box: Box, kind: XL_CHART_TYPE, data: object, alt: str) -> NativeChart:
    frame = slide.shapes.add_chart(kind, Emu(box.left), Emu(box.top), Emu(box.width), Emu(box.height), data)
    properties = frame._element.nvGraphicFramePr.cNvPr
    properties.set("descr", alt)
    frame.chart.has_title = False
    return frame.chart


def _room_inside(points: Sequence[Point]) -> bool:
    ends = [number.high or number.value for number in (p.number for p in points) if number.value is not None]
    lows = [number.value if number.low is None else number.low for number in (p.number for p in points)
            if number.value is not None]
    return bool(ends) and min(lows) >= _CLEAR * max(ends)


def _bar_label(point: Point, *, valued: bool) -> str:
    number = point.number
    value = "" if number.value is None or not valued else f"{number.value:.{number.places}f}{number.suffix}"
    base = "" if number.n is None else f"n {number.n:,}"
    beside = " · ".join(part for part in (value, point.note, base) if part)
    return f"{point.label}  {beside}" if beside else point.label


def _format(points: Sequence[Point]) -> str:
    number = points[0].number
    pattern = "0." + "0" * number.places if number.places else "0"
    return f'{pattern}"{number.suffix}"' if number.suffix else pattern


def _rgb(colour: str) -> RGBColor:
    return RGBColor.from_string(colour[1:])


# ---- intervals


def _columns(points: Sequence[Point], labels: Sequence[str]) -> dict[str, list[object]]:
    """What the sheet behind bars holds: label, value, limits, the whiskers' lengths, n."""
    numbers = [point.number for point in points]
    names = ("value", "low", "high")
    table: dict[str, list[object]] = {" ": list(labels)}
    table |= {say(f"cli.estimate.{name}"): [getattr(number, name) for number in numbers] for name in names}
    table |= {"−": [_arm(n, n.low) for n in numbers], "+": [_arm(n, n.high) for n in numbers]}
    return table | {"n": [number.n for number in numbers]}


def _arm(number: Number, limit: float | None) -> float | None:
    if number.value is None or limit is None:
        return None
    return round(abs(limit - number.value), 6)


def _sheet_behind(native: NativeChart, columns: dict[str, list[object]]) -> None:
    """Put our own sheet behind the chart, where no label is a formula and the limits stand beside the values."""
    frame = pd.DataFrame(dict(enumerate(columns.values())), dtype=object)
    frame.columns = list(columns)
    native.part.chart_workbook.update_from_xlsx_blob(xlsx_bytes([Sheet(SHEET, frame)]))


def _line(series, line, *, before: int) -> dict[str, list[object]]:
    """Style one series; its lengths of whiskers as columns of the sheet, the first of them after `before` others."""
    colour = _BESIDE.get(line.tone, look.BRAND)
    series.smooth = False
    series.format.line.color.rgb, series.format.line.width = _rgb(colour), _LINE_WIDTH
    series.marker.style, series.marker.size = XL_MARKER_STYLE.CIRCLE, 5
    series.marker.format.fill.solid()
    series.marker.format.fill.fore_color.rgb = _rgb(colour)
    series.marker.format.line.color.rgb = _rgb(colour)
    numbers = [point.number for point in line.points]
    letters = tuple(chr(ord("A") + before + step) for step in range(2))
    _whiskers(series._element, numbers, columns=letters, colour=colour)
    return {f"{line.name} −": [_arm(n, n.low) for n in numbers], f"{line.name} +": [_arm(n, n.high) for n in numbers]}


def _whiskers(series: etree._Element, numbers: Sequence[Number], *, columns: tuple[str, str], colour: str) -> None:
    lengths = {"minus": [_arm(n, n.low) for n in numbers], "plus": [_arm(n, n.high) for n in numbers]}
    if not any(arm is not None for arms in lengths.values() for arm in arms):
        return
    sides = {side: _lengths(lengths[side], column) for side, column in zip(("minus", "plus"), columns, strict=True)}
    bars = parse_xml(
        f'<c:errBars {nsdecls("c", "a")}><c:errBarType val="both"/><c:errValType val="cust"/><c:noEndCap val="0"/>'
        f'<c:plus>{sides["plus"]}</c:plus><c:minus>{sides["minus"]}</c:minus><c:spPr><a:ln w="{_WHISKER}">'
        f'<a:solidFill><a:srgbClr val="{colour[1:]}"/></a:solidFill></a:ln></c:spPr></c:errBars>'
    )
    series.find(qn("c:cat")).addprevious(bars)


def _lengths(arms: Sequence[float | None], column: str) -> str:
    points = "".join(f'<c:pt idx="{i}"><c:v>{arm!r}</c:v></c:pt>' for i, arm in enumerate(arms) if arm is not None)
    return (
        f"<c:numRef><c:f>{SHEET}!${column}$2:${column}${len(arms) + 1}</c:f><c:numCache>"
        f'<c:formatCode>General</c:formatCode><c:ptCount val="{len(arms)}"/>{points}</c:numCache></c:numRef>'
    )


# ---- labels and axes


def _value_labels(series: etree._Element, points: Sequence[Point], size: float) -> None:
    """The value at the foot of each bar, white on the strong colours."""
    each = "".join(
        f'<c:dLbl><c:idx val="{i}"/>{_label_body(points, point, size)}</c:dLbl>' for i, point in enumerate(points)
    )
    labels = parse_xml(f'<c:dLbls {nsdecls("c", "a")}>{each}{_label_body(points, None, size)}</c:dLbls>')
    series.find(qn("c:cat")).addprevious(labels)


def _label_body(points: Sequence[Point], point: Point | None, size: float) -> str:
    strong = point is not None and point.tone in ("attention", "good", "brand")
    colour = look.CARD if strong else look.INK
    pattern = _format(points).replace('"', "&quot;")
    return (
        f'<c:numFmt formatCode="{pattern}" sourceLinked="0"/><c:spPr/><c:txPr><a:bodyPr/><a:p><a:pPr><a:defRPr '
        f'sz="{round(size * 100)}" b="1"><a:solidFill><a:srgbClr val="{colour[1:]}"/></a:solidFill></a:defRPr></a:pPr>'
        '<a:endParaRPr lang="zh-CN"/></a:p></c:txPr><c:dLblPos val="inBase"/><c:showLegendKey val="0"/>'
        '<c:showVal val="1"/><c:showCatName val="0"/><c:showSerName val="0"/><c:showPercent val="0"/>'
        '<c:showBubbleSize val="0"/>'
    )


def _axes(native: NativeChart, size: float) -> None:
    for axis in (native.category_axis, native.value_axis):
        axis.has_major_gridlines = axis.has_minor_gridlines = False
        axis.major_tick_mark = axis.minor_tick_mark = XL_TICK_MARK.NONE
        axis.tick_labels.font.size = Pt(size)
        axis.tick_labels.font.color.rgb = _rgb(look.SECONDARY)
        axis.format.line.color.rgb = _rgb(look.LINE)
    # Labels keep to the edge where values fall below zero.
    native.category_axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW


def _span(native: NativeChart, numbers: Sequence[Number], *, from_zero: bool) -> None:
    ends = [end for n in numbers for end in (n.value, n.low, n.high) if end is not None]
    if not ends:
        return
    low, high = min(ends), max(ends)
    room = (high - low) * _PADDING or 1.0
    step = _step(high + room - (0.0 if from_zero and low >= 0 else low - room))
    bottom = 0.0 if from_zero and low >= 0 else math.floor((low - room) / step) * step
    axis = native.value_axis
    axis.minimum_scale, axis.maximum_scale = round(bottom, 6), round(math.ceil((high + room / 2) / step) * step, 6)
    axis.major_unit = step
    axis.tick_labels.number_format, axis.tick_labels.number_format_is_linked = "General", False
    if native.category_axis.reverse_order:
        axis.tick_label_position = XL_TICK_LABEL_POSITION.HIGH


def _step(span: float) -> float:
    """A round distance between ticks, four or five of them over the span."""
    size = 10 ** math.floor(math.log10(span / 4))
    return next((size * factor for factor in (1, 2, 2.5, 5, 10) if span / (size * factor) <= 5), size * 10)


def _limit(series, kind: str) -> None:
    series.marker.style = XL_MARKER_STYLE.NONE
    series.smooth = False
    series.format.line.color.rgb = _rgb(look.CONTEXT if kind == "alert" else look.SECONDARY)
    series.format.line.width = Pt(1)
    if kind == "target":
        series.format.line.dash_style = MSO_LINE.DASH


def _label_every(native: NativeChart, step: int) -> None:
    """Label every so many weeks, so that no label breaks into two lines."""
    axis = native.category_axis._element
    skip = parse_xml(f'<c:tickLblSkip {nsdecls("c")} val="{step}"/>')
    axis.find(qn("c:lblOffset")).addnext(skip)


def _dots(series, points: Sequence[Point], tone: str, size: float) -> None:
    series.format.line.fill.background()
    series.marker.style, series.marker.size = XL_MARKER_STYLE.CIRCLE, 8
    series.marker.format.fill.solid()
    series.marker.format.fill.fore_color.rgb = _rgb(look.TONES[tone])
    series.marker.format.line.color.rgb = _rgb(look.CARD)
    if tone == "context":
        return
    for position, point in enumerate(points):
        frame = series.points[position].data_label.text_frame
        frame.text = point.label
        run = frame.paragraphs[0].runs[0]
        run.font.size, run.font.bold, run.font.color.rgb = Pt(size), True, _rgb(look.TONES[tone])


def _named(axis, title: str, size: float) -> None:
    axis.has_title = True
    axis.axis_title.text_frame.text = title
    run = axis.axis_title.text_frame.paragraphs[0].runs[0]
    run.font.size, run.font.bold, run.font.color.rgb = Pt(size), False, _rgb(look.SECONDARY)
