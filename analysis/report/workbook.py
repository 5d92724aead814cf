"""The report as a workbook: an account of what it is, then one sheet per table, numbers as numbers."""

from __future__ import annotations

import pandas as pd

from analysis.export import Sheet, xlsx_bytes
from analysis.i18n import say, words
from analysis.report.parts import Report, Section, Table

# The formulas of the language file that a section's tables follow.
FORMULAS: dict[str, tuple[str, ...]] = {
    "headlines": ("nps", "csat", "ces", "complaint_rate"), "weak": ("weak",), "touchpoints": ("weeks", "scores"),
    "drivers": ("parts",), "stores": ("funnel", "order"), "complaints": ("volume", "causes"),
    "promises": ("promises",), "voice": ("tone", "dimensions"), "customers": ("tags", "segments"),
    "actions": ("effect",),
}
FORMULA_PARTS = ("scale", "rule", "base", "interval", "judged")


def workbook_bytes(report: Report) -> bytes:
    """The report as XLSX: the sheet of explanations first."""
    tables = [_sheet(table) for section in report.sections for table in section.tables]
    return xlsx_bytes([_about(report), *tables])


def formula_lines(section: Section) -> list[tuple[str, str]]:
    """How the numbers of a section came about: what of which formula, and its words."""
    known = words()
    return [
        (say("report.about.formula", name=_name(formula), part=say(f"formulas.{part}")), known[key])
        for formula in FORMULAS.get(section.key, ())
        for part in FORMULA_PARTS
        if (key := f"formulas.{formula}.{part}") in known
    ]


def _name(formula: str) -> str:
    known = words()
    return say(f"metrics.{formula}") if f"metrics.{formula}" in known else say(f"screen.numbers.{formula}")


def _sheet(table: Table) -> Sheet:
    frame = pd.DataFrame(list(table.rows), columns=list(table.columns), dtype=object)
    return Sheet(table.name, frame, places=table.places)


def _about(report: Report) -> Sheet:
    lines = [
        (say("report.about.report"), f"{report.name} · {report.week}"), (say("report.about.period"), report.period),
        (say("report.about.base"), report.base), (say("report.about.answer"), report.answer),
        (say("report.about.made"), say("report.about.made_by")),
        (say("report.about.withheld"), say("report.about.withheld_rule")),
    ]
    for section in report.sections:
        for table in section.tables:
            lines.append((say("report.about.sheet", name=table.name), f"{section.title}（{section.source}）"))
        lines += [(section.name, note) for note in (*section.notes, section.empty) if note]
        lines += formula_lines(section)
    columns = [say("report.about.item"), say("report.about.what")]
    return Sheet(say("report.about.name"), pd.DataFrame(lines, columns=columns, dtype=object))
