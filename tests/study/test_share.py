"""A fixed share of what `make study` measures, and that its page says what is measured."""

from __future__ import annotations

import pytest

from analysis import intervals
from tests.study import coverage, weakness, year
from tests.study.__main__ import PAGE, REGION, SHIFT, coverage_lines


def test_the_page_says_what_is_measured() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert [line for line in coverage_lines(coverage.exact(sizes=(5, 10, 30))) if line not in page] == []


def test_of_many_answers_the_interval_shown_holds_what_the_score_form_misses() -> None:
    truths = [(0.0, 0.995), (0.005, 0.02)]
    assert min(coverage.nps_coverage(intervals.nps, 100, truths)) >= 0.94
    assert min(coverage.nps_coverage(intervals.nps_score, 100, truths)) < 0.92


def test_the_interval_of_nps_holds_where_the_textbook_one_does_not() -> None:
    found = {(c.name, c.n): c for c in coverage.exact(sizes=(5, 10))}
    assert found["NPS, as shown", "5"].worst >= 0.95
    assert found["NPS, as shown", "10"].worst >= 0.95
    assert found["NPS, Wald", "10"].worst < 0.65


def test_ten_answers_against_two_hundred_are_rarely_called_different() -> None:
    assert coverage.false_positives(draws=90)["exact permutation (default)"][0] <= 0.055


def test_quiet_weeks_name_nothing_where_t_tests_name_dozens() -> None:
    quiet = year.quiet_year(0, weeks=3, dimensions=4)
    assert quiet.named == 0
    assert quiet.naive > 5


def test_a_shift_in_a_region_is_named_within_three_weeks() -> None:
    assert year.weeks_to_find(0, REGION, points=SHIFT, most=3, dimensions=4) in (1, 2, 3)


@pytest.mark.parametrize(("gap", "named"), [(15.0, True), (0.0, False)])
def test_a_weak_dimension_is_named_and_an_even_one_is_not(gap: float, named: bool) -> None:
    within, _, other = weakness.named(240, gap, runs=3)
    assert (within == 1.0, other) == (named, 0.0)
