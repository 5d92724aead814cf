"""The report command: a week as a file, also for a scheduler."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from analysis import export, report
from analysis.cli.showing import Outcome, Progress
from analysis.errors import OutputFailed, ReportRefused
from analysis.i18n import say
from analysis.store.snapshot import open_or_copy
from analysis.watching import Watch


def write_report(options: Namespace) -> Outcome:
    """Make the report and write it; into a folder it goes under its own name."""
    form, out = options.format, options.out
    if out is not None and not out.is_dir() and out.suffix.lower() != f".{form}":
        raise OutputFailed("report.refused.format", path=out.name, format=form, suffix=f".{form}")
    monday = None if options.week is None else report.monday_of(options.week)
    template = None if options.template is None else _read(options.template)
    progress = Progress("cli.progress.report")
    watch = Watch(lambda stage, done, total: progress(done, total))
    with open_or_copy(options.store) as store:
        content = report.week_content(store, monday, watch=watch)
    made = report.report_of(content)
    name = options.template.name if options.template else ""
    found = report.file_bytes(made, form, template=template, template_name=name)
    path = _path(out, report.report_file_name(made, form))
    export.write_bytes(found, path)
    data = {
        "week": made.week, "start": content.week.start.isoformat(), "end": content.week.end.isoformat(),
        "format": form, "language": made.language, "out": str(path), "answer": made.answer,
    }
    return Outcome(data, say("cli.report_written", out=path, answer=made.answer))


def _path(out: Path | None, name: str) -> Path:
    if out is None:
        return Path(name)
    return out / name if out.is_dir() else out


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ReportRefused("report.refused.template", file=path.name, why=error.strerror) from error
