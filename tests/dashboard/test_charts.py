"""Charts: nothing withheld is drawn, every week has its own interval, names are letters and not markup."""

from __future__ import annotations

import math
import re
from datetime import date, timedelta

import plotly.graph_objects as go
import pytest

from analysis.estimate import Estimate
from analysis.i18n import say
from dashboard.charts.base import plain, shortened
from dashboard.charts.dots import Dot, Pair, dot_plot, dumbbell
from dashboard.charts.heat import HeatCell, heatmap
from dashboard.charts.lines import Point, journey_line, time_line
from dashboard.charts.sparkline import sparkline_svg
from dashboard.components import SparkPoint

SCORE = Estimate(62.0, 58.0, 66.0, 412, "score")
HIDDEN = Estimate.missing("score", n=3, why="hidden")
FLAT = Estimate(100.0, math.nan, math.nan, 12, "score", note="no_spread")
EVIL = "<b>店</b><a href='javascript:alert(1)'>x</a>"
WEEK = date(2026, 11, 16)


def words(figure: go.Figure) -> list[str]:
    return [text for trace in figure.data for text in trace.text or ()]


def test_names_are_escaped_everywhere() -> None:
    figures = [
        dot_plot([Dot(EVIL, SCORE)]),
        dumbbell([Pair(EVIL, EVIL, SCORE, EVIL, SCORE, SCORE)]),
        heatmap([HeatCell(EVIL, "47 周", SCORE, 1.0)], rows=[EVIL], columns=["47 周"]),
        journey_line([Point(EVIL, SCORE)]),
    ]
    for figure in figures:
        text = figure.to_json()
        assert "\\u003ca" not in text
        assert "<a " not in text
        assert "<b>店" not in text


def test_withheld_row_keeps_its_place_and_says_why() -> None:
    figure = dot_plot([Dot("甲", SCORE), Dot("乙", HIDDEN)])
    assert list(figure.layout.yaxis.ticktext) == ["甲", "乙"]
    assert say("withheld.hidden") in words(figure)
    assert [len(t.x) for t in figure.data if "markers" in t.mode] == [1]
    assert not any("3" in w for w in words(figure))


def test_reference_line_is_inside_the_axis() -> None:
    figure = dot_plot([Dot("甲", SCORE)], reference=95.0)
    low, high = figure.layout.xaxis.range
    assert low < 58 < 95 < high


@pytest.mark.parametrize("estimates", [[], [HIDDEN], [FLAT]])
def test_charts_of_nothing_or_little(estimates: list[Estimate]) -> None:
    assert dot_plot([Dot("甲", e) for e in estimates]).layout.height > 0
    assert time_line([Point(WEEK, e) for e in estimates]).layout.height > 0
    assert journey_line([Point("使用", e) for e in estimates]).layout.height > 0


def test_each_week_has_its_own_interval() -> None:
    weeks = [WEEK + timedelta(weeks=i) for i in range(3)]
    points = [Point(w, Estimate(0.2, 0.2 - 0.01 * i, 0.2 + 0.01 * i, 50, "share")) for i, w in enumerate(weeks, 1)]
    low, high, line = time_line(points).data
    assert list(low.y) == pytest.approx([19, 18, 17])
    assert list(high.y) == pytest.approx([21, 22, 23])
    assert list(line.y) == pytest.approx([20, 20, 20])


def test_a_withheld_week_leaves_a_gap() -> None:
    points = [Point(WEEK + timedelta(weeks=i), e) for i, e in enumerate([SCORE, HIDDEN, SCORE])]
    lines = [t for t in time_line(points).data if "markers" in t.mode]
    assert [len(t.x) for t in lines] == [1, 1]


def test_journey_keeps_stages_without_answers_in_place() -> None:
    figure = journey_line([Point("认知", HIDDEN), Point("使用", SCORE)], weakest="使用")
    assert figure.layout.xaxis.ticktext[0] == "认知"
    assert [list(t.x) for t in figure.data if t.hoverinfo != "skip"] == [[1]]


def test_heat_shows_value_and_base_but_no_hidden_cell() -> None:
    cells = [HeatCell("门店", "46 周", SCORE, -3.0), HeatCell("门店", "47 周", HIDDEN, None)]
    figure = heatmap(cells, rows=["门店"], columns=["46 周", "47 周"])
    assert [w for w in figure.data[1].text if "62" in w and "412" in w]
    assert len(figure.data[1].text) == 1
    assert figure.data[0].z[0][1] is None


def test_sparkline_breaks_at_a_gap_and_ends_with_a_dot() -> None:
    points = [SparkPoint(1, 0, 2), SparkPoint(2, 1, 3), SparkPoint(None, None, None), SparkPoint(2, None, None)]
    svg = sparkline_svg(points, colour="#000000", ink="#ffffff")
    assert svg.count("<polyline") == 2
    assert svg.count("<circle") == 1


def test_a_goal_is_dashed_over_a_sparkline_that_stays_below_it() -> None:
    points = [SparkPoint(0.8, 0.78, 0.82), SparkPoint(0.81, 0.79, 0.83)]
    svg = sparkline_svg(points, colour="#000000", ink="#ffffff", goal=0.9, rule="#888888")
    [goal] = {float(y) for y in re.findall(r'<line [^>]*y1="([\d.]+)" y2="\1"', svg)}
    heights = [float(y) for pair in re.findall(r'points="([^"]+)"', svg) for y in re.findall(r",([\d.]+)", pair)]
    assert 0 < goal < min(heights)
    assert "<line" not in sparkline_svg([], colour="#000000", ink="#ffffff", goal=0.9, rule="#888888")


@pytest.mark.parametrize("points", [[], [SparkPoint(None, None, None)], [SparkPoint(3, 3, 3)]])
def test_sparkline_of_nothing_or_one_week(points: list[SparkPoint]) -> None:
    svg = sparkline_svg(points, colour="#000000", ink="#ffffff")
    assert svg.startswith("<svg")
    assert "nan" not in svg


def test_long_names_end_in_an_ellipsis_before_they_are_escaped() -> None:
    assert shortened("北京市朝阳区建国路八十八号旗舰店", width=6) == "北京市朝阳…"
    assert plain("A & B") == "A &amp; B"
