"""Which cells of a table to keep back so that nobody can work out a small one from what is shown.

Hiding a cell of three people is of no use while the total and its neighbours stand beside it: the difference gives it
away. Here the table includes its margins, and cells are hidden until no hidden count follows from the shown ones by
adding and subtracting. Not guarded: that a count lies within bounds, and what someone knows from elsewhere.

References
----------
1. Hundepool, A. et al. (2012). Statistical Disclosure Control, chapter 4: primary and secondary suppression.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from analysis.estimate import FLOOR_SHOWN

ALL = "\0all"  # the margin: any value of a key

# Beyond so many hidden cells of one table the exact check takes seconds; then whole lines are hidden instead.
_EXACT_CELLS = 150

_ROUNDING = 1e-9

Cell = tuple[object, ...]
Line = tuple[list[Cell], Cell]  # cells that add up to a margin, and that margin


def hidden_cells(
    counts: Mapping[Cell, float], *, unshown: Callable[[Cell], bool] = lambda _: False, floor: int = FLOOR_SHOWN
) -> frozenset[Cell]:
    """The cells, margins included, that must not be shown; `counts` are people per innermost cell.

    A cell is a value for each key; `ALL` stands in a margin. `unshown` says of which cells nobody can ask anyway. What
    is hidden of a margin depends on its own table only, so what one question was given cannot be put together with
    what another was. A cell without people may be given as 0 and is shown unless it would tell where others are. An
    empty table hides nothing.
    """
    if not counts:
        return frozenset()
    tables = _tables(counts)
    everything = {cell: n for table in tables.values() for cell, n in table.items()}
    small = {cell for cell, n in everything.items() if 0 < n < floor}
    never = {cell for cell in everything if unshown(cell)}
    hidden: set[Cell] = set()
    for keys in sorted(tables, key=len):
        hidden |= (small | never).intersection(tables[keys])
        below = [line for fewer in tables if set(fewer) < set(keys) for line in _lines(tables, fewer)]
        _close(tables[keys], _Additions(_lines(tables, keys), below, never - small), hidden, floor)
    return frozenset(hidden)


@dataclass(frozen=True, slots=True)
class _Additions:
    """What adds up to what in a table and in its margins' own tables (`below`).

    `harmless` are cells that nobody can ask for but everybody may work out.
    """

    lines: list[Line]
    below: list[Line]
    harmless: set[Cell]


def _tables(counts: Mapping[Cell, float]) -> dict[tuple[int, ...], dict[Cell, float]]:
    """The table of each set of keys, from the grand total to the innermost cells."""
    width = len(next(iter(counts)))
    tables: dict[tuple[int, ...], dict[Cell, float]] = {}
    for size in range(width + 1):
        for keys in combinations(range(width), size):
            table = tables.setdefault(keys, {})
            for cell, n in counts.items():
                margin = tuple(value if key in keys else ALL for key, value in enumerate(cell))
                table[margin] = table.get(margin, 0) + n
    return tables


def _lines(tables: Mapping[tuple[int, ...], dict[Cell, float]], keys: tuple[int, ...]) -> list[Line]:
    """The cells of a table that add up to a margin, each with that margin."""
    lines: dict[tuple[int, Cell], list[Cell]] = {}
    for cell in tables[keys]:
        for key in keys:
            lines.setdefault((key, _with(cell, key, ALL)), []).append(cell)
    return [(cells, margin) for (_, margin), cells in lines.items()]


def _close(table: Mapping[Cell, float], sums: _Additions, hidden: set[Cell], floor: int) -> None:
    """Hide further cells of the table, the smallest first, until no small one follows from what is shown."""
    while True:
        changed = False
        for cells, margin in sums.lines:
            kept_back = [cell for cell in cells if cell in hidden]
            # The hidden cells of a line add up to what its margin says beyond the shown ones: a group of its own.
            small = 0 < sum(table[cell] for cell in kept_back) < floor
            alone = len(kept_back) == 1 and kept_back[0] not in sums.harmless
            if (small or alone) if margin not in hidden else not kept_back:
                changed |= _hide_smallest(table, cells, hidden)
        if changed:
            continue
        if len(hidden.intersection(table)) > _EXACT_CELLS:
            hidden.update(cell for cells, _ in sums.lines if not hidden.isdisjoint(cells) for cell in cells)
            return
        # A larger cell that is worked out would soon tell of the small one that it was hidden for.
        known = _worked_out([*sums.lines, *sums.below], hidden) - sums.harmless
        if not known or not _hide_beside(table, sums.lines, known, hidden):
            return


def _hide_smallest(table: Mapping[Cell, float], cells: Iterable[Cell], hidden: set[Cell], *, least: float = 1) -> bool:
    shown = [cell for cell in cells if cell not in hidden and table[cell] >= least]
    if shown:
        hidden.add(min(shown, key=lambda cell: (table[cell], repr(cell))))
    return bool(shown)


def _worked_out(lines: Sequence[Line], hidden: set[Cell]) -> frozenset[Cell]:
    """Hidden cells whose count is a sum of shown ones: those without a part in the null space of all additions."""
    sums = [(cells, margin) for cells, margin in lines if margin in hidden or not hidden.isdisjoint(cells)]
    unknown = list(dict.fromkeys(cell for cells, margin in sums for cell in (*cells, margin) if cell in hidden))
    if not unknown:
        return frozenset()
    place = {cell: i for i, cell in enumerate(unknown)}
    matrix = np.zeros((len(sums), len(unknown)))
    for row, (cells, margin) in enumerate(sums):
        matrix[row, [place[cell] for cell in cells if cell in place]] = 1.0
        if margin in place:
            matrix[row, place[margin]] = -1.0
    _, sizes, vectors = np.linalg.svd(matrix)
    free = np.abs(vectors[int((sizes > _ROUNDING).sum()) :]).max(axis=0, initial=0.0)
    return frozenset(cell for cell in unknown if free[place[cell]] < _ROUNDING)


def _hide_beside(
    table: Mapping[Cell, float], lines: Sequence[Line], known: frozenset[Cell], hidden: set[Cell]
) -> bool:
    """Hide one more cell for each that was worked out, in a line of it if there is one; False where none is left."""
    changed = False
    for cell in sorted(known, key=repr):
        beside = [other for cells, margin in lines if cell == margin or cell in cells for other in cells]
        # An empty cell that is kept back leaves open where the people of its line are.
        changed |= any(_hide_smallest(table, cells, hidden, least=n) for n in (1, 0) for cells in (beside, table))
    return changed


def _with(cell: Cell, key: int, value: object) -> Cell:
    return (*cell[:key], value, *cell[key + 1 :])
