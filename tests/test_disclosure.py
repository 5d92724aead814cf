"""No small cell can be worked out from what is shown, whatever is added and subtracted."""

from __future__ import annotations

from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.disclosure import ALL, hidden_cells

FLOOR = 5


def tables_of(counts: dict[tuple, float]) -> dict[tuple, float]:
    """All cells and margins, counted independently of the code under test."""
    width = len(next(iter(counts)))
    found: dict[tuple, float] = {}
    for size in range(width + 1):
        for keys in combinations(range(width), size):
            for cell, n in counts.items():
                margin = tuple(v if i in keys else ALL for i, v in enumerate(cell))
                found[margin] = found.get(margin, 0) + n
    return found


def worked_out(counts: dict[tuple, float], shown: set[tuple]) -> set[tuple]:
    """Cells whose count is a linear combination of the shown ones; every cell is a sum of innermost ones."""
    innermost = list(counts)
    everything = tables_of(counts)
    parts = {
        cell: np.array([all(c in (v, ALL) for v, c in zip(inner, cell, strict=True)) for inner in innermost], float)
        for cell in everything
    }
    if not shown:
        return set()
    matrix = np.array([parts[cell] for cell in shown])
    _, sizes, vectors = np.linalg.svd(matrix)
    rows = vectors[: int((sizes > 1e-9).sum())]
    return {cell for cell, part in parts.items() if np.abs(part - (part @ rows.T) @ rows).max() < 1e-6}


@st.composite
def tables(draw: st.DrawFn) -> dict[tuple, float]:
    shape = draw(st.sampled_from([(2,), (5,), (2, 3), (3, 4), (2, 2, 3), (3, 3, 2)]))
    sizes = st.sampled_from([0, 1, 2, 3, 4, 5, 7, 9, 20, 300])
    return {cell: float(draw(sizes)) for cell in product(*map(range, shape))}


@given(tables())
def test_no_sum_or_difference_of_shown_counts_gives_a_small_cell(counts: dict[tuple, float]) -> None:
    everything = tables_of(counts)
    hidden = hidden_cells(counts)
    small = {cell for cell, n in everything.items() if 0 < n < FLOOR}
    assert small <= hidden
    assert not small & worked_out(counts, everything.keys() - hidden)


@given(tables())
def test_what_a_line_lacks_of_its_total_is_no_small_group(counts: dict[tuple, float]) -> None:
    hidden = hidden_cells(counts)
    everything = tables_of(counts)
    for margin in everything.keys() - hidden:
        for key in (i for i, value in enumerate(margin) if value == ALL):
            line = [c for c in everything if c[key] != ALL and (*c[:key], ALL, *c[key + 1 :]) == margin]
            lacking = sum(everything[c] for c in line if c in hidden)
            # Where all but nobody are hidden there is nothing left to hide beside them.
            assert lacking == 0 or lacking >= FLOOR or all(c in hidden or not everything[c] for c in line)


@pytest.mark.parametrize(
    ("counts", "hidden"),
    [
        ({}, set()),
        ({("a",): 10, ("b",): 20}, set()),
        ({("a",): 3, ("b",): 20, ("c",): 30}, {("a",), ("b",)}),
        ({("a",): 3, ("b",): 4, ("c",): 30}, {("a",), ("b",)}),
        ({("a",): 0, ("b",): 20}, set()),
        ({("a",): 1, ("b",): 0}, {("a",), (ALL,)}),
    ],
)
def test_small_tables(counts: dict[tuple, float], hidden: set[tuple]) -> None:
    assert hidden_cells(counts) == hidden


def test_a_margin_is_judged_alike_whatever_else_was_asked() -> None:
    wide = {(a, b): n for (a, b), n in zip(product("xyz", "pq"), (40, 2, 30, 3, 50, 60), strict=True)}
    narrow: dict[tuple, float] = {}
    for (a, _), n in wide.items():
        narrow[(a,)] = narrow.get((a,), 0) + n
    margins = {cell[:1] for cell in hidden_cells(wide) if cell[1] == ALL and cell[0] != ALL}
    assert margins == {cell for cell in hidden_cells(narrow) if cell != (ALL,)}


def test_the_rest_that_nobody_can_ask_for_hides_nothing_unless_it_is_small_itself() -> None:
    def rest(cell: tuple) -> bool:
        return cell[-1] == "rest"

    assert hidden_cells({("tag",): 60, ("rest",): 900}, unshown=rest) == {("rest",)}
    assert ("tag",) in hidden_cells({("tag",): 900, ("rest",): 3}, unshown=rest)
