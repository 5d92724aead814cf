"""The commands: each takes its options and returns what it has to say."""

from __future__ import annotations

import json
from argparse import Namespace
from dataclasses import replace
from pathlib import Path

import pandas as pd

from analysis import briefing, doctor, export, ingest, pipeline
from analysis.cli.inbox_command import hand_over
from analysis.cli.showing import ImportProgress, Outcome, Progress, plain, text_table
from analysis.compare.planning import REACH_MARGIN, Reach
from analysis.errors import ArchiveOfSeveral, FileRefused, MappingIncomplete, StoreBusy
from analysis.estimate import Cell
from analysis.findings import Finding
from analysis.i18n import clauses, languages, say, words
from analysis.records import ImportReport, Issue
from analysis.schema import Filters
from analysis.store import Warehouse

ISSUES_SHOWN = 20  # in the text for people; JSON holds all
REPORT_NUMBERS = ("rows_read", "imported", "duplicates", "quarantined", "cells_quarantined")


# -- import


def import_files(options: Namespace) -> Outcome:
    """Import one file or several; a refused one does not keep the others out.

    While the app holds the store, the files go to the inbox that it watches.
    """
    mapping = _read_mapping(options.mapping) if options.mapping else None
    try:
        opened = Warehouse.open(options.store)
    except StoreBusy as busy:
        return hand_over(options, busy)
    with opened as store:
        reports = [report for path in options.files for report in _import_parts(store, path, mapping, options)]
        if options.score and not options.dry_run:
            pipeline.score_pending(store, progress=Progress("cli.progress.score"))
    data = [report_data(report) for report in reports]
    return Outcome(
        data if len(data) > 1 else data[0],
        "\n\n".join(_report_text(report) for report in reports if not report.refused),
        tuple(report.refused for report in reports if report.refused),
    )


def report_data(report: ImportReport) -> dict[str, object]:
    """An import's account as JSON: every reason is a sentence."""
    return {
        "batch": report.batch,
        "kind": report.kind,
        "format": report.format,
        "encoding": report.encoding,
        **{name: getattr(report, name) for name in REPORT_NUMBERS},
        "refused": report.refused,
        "missing": plain(report.missing),
        "masked": plain(report.masked),
        "mapping": plain(report.mapping),
        "issues": [
            {"row": issue.row, "column": issue.column, "value": issue.value, "reason": _reason(issue)}
            for issue in report.issues
        ],
        **({"flags": dict(report.flags)} if report.flags else {}),
    }


def _import_parts(
    store: Warehouse, path: Path, mapping: ingest.Mapping | None, options: Namespace
) -> list[ImportReport]:
    """The account of a file; of an archive of several tables one for each, in the archive's order."""
    try:
        return [_import_one(store, path, mapping, options)]
    except ArchiveOfSeveral as several:
        return [_import_one(store, path, mapping, options, member=member) for member in several.values["members"]]


def _import_one(
    store: Warehouse, path: Path, mapping: ingest.Mapping | None, options: Namespace, *, member: str | None = None
) -> ImportReport:
    progress = ImportProgress(path.name)
    try:
        return pipeline.import_file(
            store, path, kind=options.kind, mapping=mapping, survey_date=options.date, encoding=options.encoding,
            member=member, dry_run=options.dry_run, progress=progress,
        )
    except ArchiveOfSeveral:
        raise
    except (FileRefused, MappingIncomplete) as error:
        message = say(error.key, **{"file": path.name, **error.values})
        return ImportReport(None, path.name, options.kind, "", "", 0, 0, 0, 0, 0, refused=message)
    finally:
        progress.close()


def _read_mapping(path: Path) -> ingest.Mapping:
    try:
        tree = json.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, OSError) as error:
        raise MappingIncomplete("errors.mapping_unreadable", detail=f"{path.name}: {error}") from error
    # The JSON that `import --json` prints is a mapping file too.
    return ingest.Mapping.from_dict(tree["mapping"] if isinstance(tree, dict) and "mapping" in tree else tree)


def _report_text(report: ImportReport) -> str:
    title = say("cli.imported" if report.batch else "cli.rehearsed", file=report.file_name, batch=report.batch or "")
    facts = [say(f"kinds.{report.kind}"), *(word for word in (report.format, report.encoding) if word)]
    header = [say(f"cli.report.{name}") for name in REPORT_NUMBERS]
    numbers = [getattr(report, name) for name in REPORT_NUMBERS]
    parts = [f"{title}  ({' · '.join(facts)})", text_table(header, [numbers])]
    if report.unmapped:
        parts.append(say("cli.unmapped", columns=report.unmapped))
    if report.masked:
        masked = [f"{say(f'masks.{kind}')} {count}" for kind, count in report.masked.items()]
        parts.append(say("cli.masked", parts=masked))
    parts += _notices(report)
    if report.flags:
        flagged = [say("flags.part", name=say(f"flags.{flag}"), count=count) for flag, count in report.flags.items()]
        parts.append(say("cli.flagged", parts=flagged))
    asked = [column for column in report.mapping.get("columns", ()) if column["question"]]
    parts += [say(column["question"], column=column["header"]) for column in asked]
    if report.issues:
        header = [say(f"cli.issue.{name}") for name in ("row", "column", "value", "reason")]
        shown = [[i.row, i.column, i.value, _reason(i)] for i in report.issues[:ISSUES_SHOWN]]
        parts.append(text_table(header, shown))
    if len(report.issues) > ISSUES_SHOWN:
        parts.append(say("cli.more_issues", n=len(report.issues) - ISSUES_SHOWN))
    return "\n".join(parts)


def _notices(report: ImportReport) -> list[str]:
    return [say(f"notices.{notice.name}", **notice.values) for notice in report.notices]


def _reason(issue: Issue) -> str:
    return say(f"reasons.{issue.reason}", **issue.values)


# -- metrics and findings


def show_metrics(options: Namespace) -> Outcome:
    """A metric, over all or by keys."""
    filters = filters_of(options)
    with Warehouse.open(options.store) as store:
        cells = briefing.metric_table(store, options.metric, options.by, filters)
        easy = briefing.easy_table(store, cells, filters) if options.metric == "ces" else cells
        left_out, said = _left_out(store, filters)
        whole = None if options.by or not any(c.estimate.floored().shown for c in cells) else (
            briefing.reach(store, options.metric, filters)
        )
        weighting = weighting_line(store)
    reach, reach_words = _reach(whole)
    data = [
        {**_cell_data(cell, options.metric), **reach, **left_out,
         **(_easy_data(own) if options.metric == "ces" else {})}
        for cell, own in zip(cells, easy, strict=True)
    ]
    header, rows = _cell_lines(data, options)
    if options.out:
        return written(data, header, rows, options.out, title=say(f"metrics.{options.metric}"))
    if not data:
        return Outcome(data, "\n".join([say("withheld.no_data"), *said]))
    title = f"{say(f'metrics.{options.metric}')} ({data[0]['unit']})"
    return Outcome(data, "\n".join([title, text_table(header, rows), *reach_words, *said, weighting]))


def _reach(found: Reach | None) -> tuple[dict[str, object], list[str]]:
    """How many answers ±5 points take, and what difference so many answers as there are can show."""
    if found is None:
        return {}, []
    margin, points = 100 * REACH_MARGIN, round(100 * found.detectable, 1)
    said = say("cli.estimate.reach", margin=f"{margin:.0f}", needed=f"{found.needed:,}", points=f"{points:.1f}")
    return {"reach": {"margin": margin, "needed": found.needed, "detectable": points}}, [said]


def weighting_line(store: Warehouse) -> str:
    """Whether the numbers above are weighted: no command but `metrics --weighted` gives weighted ones."""
    known = store.population()
    return say("weighting.cli", margins=briefing.margin_names(tuple(known))) if known else say("weighting.cli_none")


def _left_out(store: Warehouse, filters: Filters) -> tuple[dict[str, object], list[str]]:
    """What `--without` left out: a field for every record of the JSON, and the lines that say it."""
    if not filters.without:
        return {}, []
    left = store.left_out(filters)
    counts = {**left.flags, "responses": left.responses}
    found = briefing.left_out(store, filters)
    return {"left_out": counts}, [found.said()] if found else []


def filters_of(options: Namespace) -> Filters:
    """The period, the restrictions and what is left out, as a command line names them."""
    where: dict[str, list[str]] = {}
    for key, value in options.where:
        where.setdefault(key, []).append(value)
    filters = Filters.of(options.start, options.end).narrowed(**{key: tuple(values) for key, values in where.items()})
    return replace(filters, without=options.without)


def _cell_data(cell: Cell, metric: str) -> dict[str, object]:
    keys = {key: None if value is None else str(plain(value)) for key, value in cell.keys.items()}
    return {**keys, "metric": metric, **cell.estimate.floored().as_record(), "weighted": False}


def _easy_data(cell: Cell) -> dict[str, object]:
    """The share that found it easy, withheld where the mean is."""
    numbers = cell.estimate.as_record()
    return {"easy_share" if name == "value" else f"easy_{name}": numbers[name] for name in ("value", "low", "high")}


def _cell_lines(data: list[dict[str, object]], options: Namespace) -> tuple[list[str], list[list[object]]]:
    numbers = ("value", "low", "high", "n")
    numbers = (*numbers, "easy_share", "easy_low", "easy_high") if options.metric == "ces" else numbers
    names = [*numbers, "unit", "withheld", "weighted"] if options.out else numbers
    header = [*(key_words(key) for key in options.by), *(say(f"cli.estimate.{name}") for name in names)]
    rows = [[*(cell[key] for key in options.by), *(_number_or_reason(cell, name) for name in names)] for cell in data]
    if options.out:
        return header, rows
    why = [_number_or_reason(cell, "withheld") for cell in data]
    return [*header, ""], [[*row, reason] for row, reason in zip(rows, why, strict=True)]


def _number_or_reason(cell: dict[str, object], name: str) -> object:
    if name == "weighted":
        return say("weighting.no")
    return say(f"withheld.{cell[name]}") if name == "withheld" and cell[name] else cell[name]


def written(data: object, header: list[str], rows: list[list[object]], path: Path, *, title: str) -> Outcome:
    """A result as a file: its table goes there, one line says so."""
    export.write(pd.DataFrame(rows, columns=header, dtype=object), path, sheet=title)
    return Outcome(data, say("cli.written", n=len(rows), out=path))


def key_words(key: str) -> str:
    """A key's name; an attribute is called by its own."""
    return say(f"keys.{key}") if f"keys.{key}" in words() else key


def show_findings(options: Namespace) -> Outcome:
    """What deserves attention, most important first."""
    with Warehouse.open(options.store) as store:
        filters = Filters(options.start, options.end, without=options.without)
        digest = briefing.digest(store, filters)
        found = digest.findings
        left_out, said = _left_out(store, filters)
        weighting = weighting_line(store)
    data = [
        {
            "kind": finding.kind,
            "title": finding.title,
            "scope": plain(finding.scope),
            "estimate": plain(finding.estimate),
            "certainty": finding.certainty,
            "evidence": plain(finding.evidence),
            "rank": finding.rank,
            "tone": finding.tone,
            "n": finding.estimate.n,
            "method": finding.method,
            "p": plain(finding.p_value),
            "q": plain(finding.p_adjusted),
            "weighted": False,
            "titles": {language: finding.headline.said(language) for language in languages()},
            **left_out,
        }
        for finding in found
    ]
    if options.out:
        names = ("rank", "kind", "title", "certainty", "value", "low", "high", "n", "evidence")
        header = [say(f"cli.finding.{name}") for name in names]
        return written(data, header, list(map(_finding_line, data)), options.out, title=say("cli.finding.title"))
    silent = "nothing_stands_out" if digest.tested else "too_few_to_tell"
    lines = list(map(_finding_text, found)) or [say(f"cli.{silent}")]
    return Outcome(data, "\n".join([*lines, *said, weighting]))


def _finding_line(finding: dict) -> list[object]:
    numbers = [finding["estimate"][name] for name in ("value", "low", "high", "n")]
    kind, evidence = say(f"findings.kinds.{finding['kind']}"), clauses(finding["evidence"])
    return [finding["rank"], kind, finding["title"], finding["certainty"], *numbers, evidence]


def _finding_text(finding: Finding) -> str:
    title = f"{finding.rank}. {finding.title} ({finding.certainty})"
    return "\n".join([title, *(f"   {line}" for line in finding.evidence)])


# -- the store


def list_batches(options: Namespace) -> Outcome:
    """The ledger, newest first."""
    columns = ["batch", "kind", "file_name", *REPORT_NUMBERS, "masked", "created_at", "undone_at"]
    with Warehouse.open(options.store) as store:
        ledger = store.batches()
    masked = [json.loads(counts) for counts in ledger["masked"]]
    data = plain(ledger.assign(masked=masked).to_dict("records"))
    ledger["masked"] = [sum(counts.values()) for counts in masked]
    header = [say(f"cli.{'report' if name in REPORT_NUMBERS else 'ledger'}.{name}") for name in columns]
    if options.out:
        ledger["kind"] = [say(f"kinds.{kind}") for kind in ledger["kind"]]
        rows = ledger[columns].to_numpy(object).tolist()
        return written(data, header, rows, options.out, title=say("cli.ledger.batch"))
    rows = [[row[name] for name in columns] for row in plain(ledger.to_dict("records"))]
    return Outcome(data, text_table(header, rows) if rows else say("cli.no_batches"))


def show_quarantine(options: Namespace) -> Outcome:
    """What stayed out of a batch; as XLSX a workbook that can be corrected and imported again."""
    with Warehouse.open(options.store) as store:
        frame = store.quarantine(options.batch)
        book = pipeline.quarantine_workbook(store, options.batch) if _is_workbook(options.out) else None
    header = [say(f"cli.issue.{name}") for name in ("row", "column", "value", "reason")]
    lines = [
        [plain(line["row"]), plain(line["column"]), plain(line["value"]),
         say(f"reasons.{line['reason']}", **line["values"])]
        for line in frame.to_dict("records")
    ]
    data = [dict(zip(("row", "column", "value", "reason"), line, strict=True)) for line in lines]
    if book is not None:
        export.write_bytes(book, options.out)
        return Outcome(data, say("cli.correct_there", out=options.out))
    if options.out:
        return written(data, header, lines, options.out, title=say("correction.reasons"))
    return Outcome(data, text_table(header, lines) if lines else say("errors.no_quarantine", name=options.batch))


def _is_workbook(path: Path | None) -> bool:
    return path is not None and path.suffix.lower() == export.XLSX


def undo_batch(options: Namespace) -> Outcome:
    """Take an import back."""
    with Warehouse.open(options.store) as store:
        removed = store.undo(options.batch)
    return Outcome({"batch": options.batch, "removed": removed}, say("cli.undone", batch=options.batch, n=removed))


def redo_batch(options: Namespace) -> Outcome:
    """Put an undone import back."""
    with Warehouse.open(options.store) as store:
        restored = store.redo(options.batch)
    return Outcome({"batch": options.batch, "restored": restored}, say("cli.redone", batch=options.batch, n=restored))


def forget_person(options: Namespace) -> Outcome:
    """Remove one person for good, and give the receipt."""
    with Warehouse.open(options.store) as store:
        receipt = pipeline.forget(store, options.person)
    parts = [
        say("cli.removed_part", table=say(f"tables.{table}"), count=count) for table, count in receipt.removed.items()
    ]
    text = say("cli.forgotten", number=receipt.number, time=receipt.created_at, parts=parts)
    return Outcome(receipt.as_dict(), text)


def load_demo(options: Namespace) -> Outcome:
    """The sample files, or invented answers in any number."""
    with Warehouse.open(options.store) as store:
        if options.rows:
            reports = [pipeline.make_answers(store, options.rows)]
        elif store.is_empty() or options.again:
            reports = pipeline.load_sample(store, progress=Progress("cli.progress.sample"))
        else:
            reports = []
        totals = store.totals()
    key = "cli.demo_loaded" if reports else "cli.demo_kept"
    data = {"imports": [report_data(report) for report in reports], "totals": totals}
    return Outcome(data, say(key, files=len(reports), **totals))


def examine(options: Namespace) -> Outcome:
    """What is installed, where the store is, who holds it, whether it is sound."""
    examination = doctor.examine(options.store)
    header = [say("cli.doctor.part"), "", ""]
    rows = [[line.part, {True: "✓", False: "✗", None: ""}[line.sound], line.finding] for line in examination.lines]
    return Outcome(plain(examination.data), text_table(header, rows), examination.failures)
