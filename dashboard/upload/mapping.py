"""What each column of a file is taken for, as a table that can be edited."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd
import streamlit as st

from analysis.i18n import say, words
from analysis.ingest import ROLES_OF, TIME_ROLES, ColumnMapping, Inspection, Mapping
from analysis.schema import METRICS, SCALES, Kind
from analysis.taxonomy import taxonomy
from dashboard import accounts, components
from dashboard.formatting import literal
from dashboard.upload.visit import Looked

SAMPLE_CELLS = 2          # different values of a column shown beside its role
DAY_OR_MONTH = "questions.day_or_month"
NOT_SAID = "—"            # stands in a mapping's cell that does not apply
EDITOR_ROW, EDITOR_ROWS = 36, 12
TEXT_COLUMNS = ("name", "dimension", "metric", "scale", "touchpoint")
MAPPING_COLUMNS = ("header", "sample", "role", "name", "dimension", "metric", "scale", "reversed", "touchpoint", "why")


def left_out(file_id: str, found: Inspection, mapping: Mapping) -> Mapping:
    """The mapping with the choice, for each kind of row that the tool set apart, whether it stays out."""
    chosen = tuple(
        mark.name for mark in found.marks
        if st.checkbox(
            say(f"questions.rows.{mark.name}", count=f"{len(mark.rows):,}"), value=mark.name in mapping.leave_out,
            key=f"leave-{mark.name}-{file_id}",
        )
    )
    return replace(mapping, leave_out=chosen)


def with_order_of_dates(file_id: str, mapping: Mapping) -> Mapping:
    """The mapping with the answer to whether the day or the month comes first, where only a person can tell."""
    return replace(mapping, columns=tuple(_with_order(file_id, column) for column in mapping.columns))


def _with_order(file_id: str, column: ColumnMapping) -> ColumnMapping:
    if column.question != DAY_OR_MONTH or column.role not in TIME_ROLES:
        return column
    answer = st.selectbox(
        say("screen.data.order_of_dates", column=literal(column.header)), ("day", "month"), index=None, width=360,
        format_func=lambda first: say(f"screen.data.{first}_first"), key=f"order-{column.index}-{file_id}",
        placeholder=NOT_SAID,
    )
    return replace(column, day_first=None if answer is None else answer == "day")


def mapping_editor(file_id: str, looked: Looked) -> Mapping:
    """The proposed mapping, drawn for correction; returns what stands in it now."""
    found = looked.inspection
    table = mapping_table(found.mapping, looked.head)
    used = int((table["role"] != "ignore").sum())
    ignored = len(table) - used
    components.quiet_note(say(f"screen.data.mapping_{'part' if ignored else 'all'}", used=used, ignored=ignored))
    edited = st.data_editor(
        table, key=f"mapping-{file_id}-{looked.asked[1]}-{looked.asked[2]}", hide_index=True, num_rows="fixed",
        row_height=EDITOR_ROW, height=EDITOR_ROW * (min(len(table), EDITOR_ROWS) + 1) + 2,
        placeholder=NOT_SAID, column_config=_editor_columns(table, found.kind), alt=say("screen.data.mapping"),
    )
    return mapping_from(edited, found.mapping)


def mapping_table(proposed: Mapping, head: pd.DataFrame) -> pd.DataFrame:
    """The proposed mapping as an editable table, one line per column of the file.

    Its columns are MAPPING_COLUMNS; sample holds a few values of `head`, the file's first rows.
    """
    rows = [
        {
            "header": column.header, "sample": _sample(head, column.index), "role": column.role,
            "name": column.name, "dimension": column.dimension, "metric": column.metric, "scale": column.scale,
            "reversed": column.reversed, "touchpoint": column.touchpoint, "why": accounts.reason_words(column.why, {}),
        }
        for column in proposed.columns
    ]
    table = pd.DataFrame(rows, columns=["header", "sample", "role", "reversed", "why", *TEXT_COLUMNS])
    return table.astype(dict.fromkeys(TEXT_COLUMNS, object))[[*MAPPING_COLUMNS]]


def mapping_from(table: pd.DataFrame, proposed: Mapping) -> Mapping:
    """The mapping with what was changed in its table; lines stand in the order of the columns."""
    edited = [
        replace(
            column, role=line["role"] or "ignore", reversed=bool(line["reversed"]),
            **{name: accounts.text(line[name]) or None for name in TEXT_COLUMNS},
        )
        for column, line in zip(proposed.columns, table.to_dict("records"), strict=True)
    ]
    return replace(proposed, columns=tuple(edited))


def _editor_columns(table: pd.DataFrame, kind: Kind) -> dict:
    choice = st.column_config.SelectboxColumn
    fixed = st.column_config.TextColumn

    def title(name: str) -> str:
        return say(f"screen.data.column_{name}")

    def known(name: str, options: Sequence[str]) -> list[str]:
        return list(dict.fromkeys([*options, *(value for value in table[name] if isinstance(value, str))]))

    names = taxonomy()
    dimensions = known("dimension", [d.name for d in names.dimensions])
    metrics = known("metric", METRICS)
    return {
        "header": fixed(title("header"), disabled=True, width="medium", pinned=True),
        "sample": fixed(title("sample"), disabled=True, width="medium"),
        "role": choice(title("role"), options=known("role", ROLES_OF[kind]), required=True, format_func=_role_words),
        "name": fixed(title("name"), width=120),
        "dimension": choice(title("dimension"), options=dimensions, width=150),
        "metric": choice(title("metric"), options=metrics, format_func=lambda m: say(f"metrics.{m}"), width=140),
        "scale": choice(title("scale"), options=known("scale", list(SCALES)), format_func=scale_words, width="small"),
        "reversed": st.column_config.CheckboxColumn(title("reversed"), width="small"),
        "why": fixed(title("why"), disabled=True, width=300),
        "touchpoint": choice(title("touchpoint"), options=known("touchpoint", [t.name for t in names.touchpoints])),
    }


def scale_words(scale: str) -> str:
    """A scale as people write it: "1 – 5 分"."""
    key = f"screen.data.scales.{scale}"
    return say(key) if key in words() else say("screen.data.scale", low=scale.split("-")[0], high=scale.split("-")[-1])


def _role_words(role: str) -> str:
    key = f"screen.data.roles.{role}"
    return say(key) if key in words() else role


def _sample(frame: pd.DataFrame, index: int) -> str:
    cells = [c for c in dict.fromkeys(accounts.text(v).strip() for v in frame.iloc[:, index]) if c]
    return " / ".join(accounts.cut(c) for c in cells[:SAMPLE_CELLS])
