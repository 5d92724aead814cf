"""Write docs/statistics.md: how often intervals hold the truth, what a quiet year brings, and what is found.

`make study`; seeds are fixed, so that the same code writes the same page. Takes some minutes on one core.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from pathlib import Path

from analysis import intervals, trends
from tests.study import alarms, coverage, weakness, year

PAGE = Path(__file__).parents[2] / "docs" / "statistics.md"
YEARS, RUNS, REGION_RUNS, WEAK_RUNS = 9, 20, 120, 40
SHIFT = 8.0
STORE_SIZES = (30, 60, 120, 240)
WEAK_SIZES, WEAK_GAPS = (30, 60, 120, 240, 480), (0.0, 10.0, 15.0)
REGION, STORE = slice(0, year.STORES_EACH), slice(0, 1)
FEW_DIMENSIONS = 3  # for single stores, whose many runs would take too long with all

INTRODUCTION = """# How well the statistics hold

Written by `make study` from simulated answers and, where all possible samples can be counted, from exact sums. Seeds
are fixed. What is planted is known here, so that every share below can be checked; the formulas stand in the
docstrings of `analysis/intervals`, `analysis/compare` and `analysis/findings/listing.py`.
"""
INTERVALS = """## Intervals

The share of samples whose 95 % interval holds the truth, the worst and the mean over a grid of truths that reaches
from balanced to nearly all alike (NPS of 95 % promoters and 2 % detractors; shares of 1 % and 99 %). Samples are
counted exactly, except means and differences, which are simulated. Means of lopsided answers need a hundred.
"""
TRIANGLE = """The interval of NPS over the whole triangle of truths, {truths} of them with every edge and corner (no
passives, no detractors, 995 of 1,000 alike), all samples counted. Below {exact} answers the interval shown is exact: no
truth is held less often than it says. From there on, where fewer than {few} answers are unlike the most frequent kind,
the limits come from the exact chances of those few, with the share left open at its most likely value; else the score
interval stands, which alone misses most where one answer of a hundred is unlike the others. Truths rarer than the
grid's (shares of 0.05 % to 0.2 %) are not part of it, as no grid of shares would end; their worst stands beside it from
150 answers on, where all but a billionth of the samples are counted. Long tables (10,000 cells and more, read by
machines) keep the adjusted Wald form.
"""
TWO = """Ten answers against two hundred of the same kind, called different at p < .05 (NPS, mean and worst of six
truths, simulated; an exact test cannot pass 5 % but by the luck of the draw):
"""
QUIET = """## A year in which nothing happens

{dimensions} dimensions, {stores} stores in {regions} regions, {each} answers for each store, dimension and week,
{weeks} weekly looks with a year of history. The list holds weeks of every chart, weak dimensions and weak stores.
Beside it a dashboard that calls every store's week different from the last by a t test at 5 %.
"""
ALARMS = """How many periods pass until a rule signals, in standard deviations of independent normal values: where
nothing changes, and after a lasting shift of one. The charts here use the first two; a dashboard that tests
{dimensions} dimensions each week at 5 % has {alarms:.0f} false alarms a year.
"""
SHIFTED = """## A shift, and how soon it is named

One dimension falls by {points:.0f} points of 100 and stays there. Shares of {runs} runs, of the region
{region_runs}, in which the list has named it within three weeks, and within twelve. One region is {region}
stores with {each} answers each; single stores are judged among {few} dimensions. A single store with
{each} answers a week is too small for {points:.0f} points to be
told from chance in a week; wait, or look at longer periods.
"""
WEAK = """## A weak dimension, by gap and people

{questions} questions put to the same people, one lower by the gap. The share of {runs} runs in which it is named
within people (the product's way where people answer several questions), against everybody's answers, and in which any
other dimension is named. The margin is 5 points: a gap below it is not looked for.
"""


def main() -> None:
    """Measure all and write the page."""
    parts = [
        INTRODUCTION, INTERVALS, _coverage_table(), _triangle(), TWO, _errors_table(), _quiet(), _alarms(),
        _shifted(), _weak(),
    ]
    PAGE.write_text("\n".join(parts), encoding="utf-8")
    print(PAGE.read_text(encoding="utf-8"))


def coverage_lines(found: Iterable[coverage.Coverage]) -> list[str]:
    """A line of the page for each interval."""
    return [f"| {c.name} | {c.n} | {c.worst:.1%} | {c.mean:.1%} |" for c in found]


def _coverage_table() -> str:
    lines = coverage_lines([*coverage.exact(), *coverage.simulated()])
    return _table("| interval | answers | worst | mean |", lines, left=1)


def _triangle() -> str:
    lines = [
        f"| {ns[0]} to {ns[-1]} |" if len(ns) > 1 else f"| {ns[0]} |" for ns in coverage.TRIANGLE_SIZES
    ]
    lines = [
        line + " " + " | ".join(f"{share:.1%}" for share in worst) + " |"
        for line, (_, *worst) in zip(lines, coverage.whole_triangle(), strict=True)
    ]
    text = TRIANGLE.format(truths=len(coverage.TRIANGLE), exact=intervals.EXACT_BELOW, few=intervals.FEW_UNLIKE)
    small = _table("| answers | shown, worst | score, worst | Wald, worst |", lines, left=1)
    return "\n".join([text, small, large_table(coverage.large_triangle())])


def large_table(found: Iterable[tuple[int, float, float, float]]) -> str:
    """The same for many answers, and beyond the grid."""
    lines = [f"| {n:,} | {shown:.1%} | {score:.1%} | {rarer:.1%} |" for n, shown, score, rarer in found]
    return _table("| answers | shown, worst | score, worst | shown, rarer truths, worst |", lines, left=1)


def _errors_table() -> str:
    found = coverage.false_positives()
    lines = [f"| {name} | {mean:.1%} | {worst:.1%} |" for name, (mean, worst) in found.items()]
    return _table("| test | called different, mean | worst |", lines, left=1)


def _quiet() -> str:
    years = [year.quiet_year(seed) for seed in range(YEARS)]
    values = {"dimensions": year.DIMENSIONS, "stores": year.STORES, "regions": year.REGIONS, "each": year.EACH,
              "weeks": year.WEEKS}
    lines = [f"| {i} | {y.named} | {y.weeks_with_any} | {y.naive} |" for i, y in enumerate(years, start=1)]
    mean = [statistics.mean(getattr(y, name) for y in years) for name in ("named", "weeks_with_any", "naive")]
    lines.append("| mean | " + " | ".join(f"{x:.1f}" for x in mean) + " |")
    head = "| year | false findings | looks with any | t tests at 5 % |"
    return QUIET.format(**values) + "\n" + _table(head, lines)


def alarm_lines() -> list[str]:
    """A line of the page for each rule; the last is simulated."""
    limit, slack, sums = trends.SIGMAS, trends.CUSUM_SLACK, trends.CUSUM_LIMIT
    rules = {
        "three standard errors (weeks of the list, charts)": [alarms.single_values(limit, shift=s) for s in (0, 1)],
        "CUSUM (slow drifts)": [alarms.cusum(slack, sums, shift=s) for s in (0, 1)],
        "EWMA, weight 0.2, limit 2.962": [alarms.moving_average(0.2, 2.962, shift=s) for s in (0, 1)],
        "two standard errors": [alarms.single_values(2.0, shift=s) for s in (0, 1)],
        "all four Western Electric rules": [alarms.western_electric()],
    }
    return [
        f"| {name} | {found[0]:.0f} | {f'{found[1]:.0f}' if len(found) > 1 else '–'} |" for name, found in rules.items()
    ]


def _alarms() -> str:
    _, expected = alarms.weekly_tests(0.05, weeks=year.WEEKS, dimensions=10)
    text = ALARMS.format(dimensions=10, alarms=expected)
    return text + "\n" + _table("| rule | false alarm after | shift found after |", alarm_lines(), left=1)


def _shifted() -> str:
    lines = [_shift_line("one region", REGION, year.EACH, year.DIMENSIONS, most=3, runs=REGION_RUNS)]
    lines += [_shift_line("one store", STORE, each, FEW_DIMENSIONS, most=12) for each in STORE_SIZES]
    runs = {"runs": RUNS, "region_runs": REGION_RUNS}
    text = SHIFTED.format(points=SHIFT, **runs, region=year.STORES_EACH, each=year.EACH, few=FEW_DIMENSIONS)
    head = "| where | answers a store and week | within 3 weeks | within 12 weeks |"
    return text + "\n" + _table(head, lines, left=1)


def _shift_line(name: str, stores: slice, each: int, dimensions: int, *, most: int, runs: int = RUNS) -> str:
    found = [
        year.weeks_to_find(seed, stores, points=SHIFT, each=each, most=most, dimensions=dimensions)
        for seed in range(runs)
    ]
    late = f"{year.found_within(found, most):.0%}" if most > 3 else "–"
    return f"| {name} | {each} | {year.found_within(found, 3):.0%} | {late} |"


def _weak() -> str:
    lines = []
    for gap in WEAK_GAPS:
        for n in WEAK_SIZES:
            within, against, other = weakness.named(n, gap, runs=WEAK_RUNS)
            lines.append(f"| {gap:.0f} | {n} | {within:.0%} | {against:.0%} | {other:.0%} |")
    text = WEAK.format(questions=weakness.QUESTIONS, runs=WEAK_RUNS)
    return text + "\n" + _table("| gap | people | within people | against everybody | another named |", lines)


def _table(head: str, lines: Sequence[str], *, left: int = 0) -> str:
    columns = head.count("|") - 1
    under = "|" + "".join("---|" if i < left else "--:|" for i in range(columns))
    return "\n".join([head, under, *lines, ""])


if __name__ == "__main__":
    main()
