"""The one door to `analysis`, and the only cache of the screen.

Answers are kept by (store, revision, question, filters, options): an import, an undo or newly scored
comments change the revision, so nobody sees numbers of yesterday's data. Answers are shared by all
visitors: treat them as frozen, frames included.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from datetime import date
from typing import TypeVar

import pandas as pd
import streamlit as st

from analysis import briefing, ingest, metrics, pipeline, privacy
from analysis.briefing import tones
from analysis.briefing.cards import headline_changes
from analysis.drivers import DriverReport
from analysis.inbox import Inbox, inbox_path, watch
from analysis.ingest import leftovers
from analysis.records import PSEUDONYM_SIGN, ImportReport
from analysis.schema import Filters
from analysis.store import IN_MEMORY, Receipt, Warehouse
from analysis.watching import STAGES, Watch
from dashboard import scoring
from dashboard.background import Work, imports_begun
from dashboard.inbox import InboxFile, Watcher

Answer = TypeVar("Answer")
KEPT_ANSWERS = 512  # about twenty questions for two dozen recent filter settings

# Questions whose answer changes while comments are being read; the others outlast it.
READS_SCORES = frozenset(
    {
        "quotes", "tone", "tone_weeks", "aspect_tones", "keyword_contrast", "comments", "comment_total",
        "texts", "pending_count", "emerging_issues", "digest", "effect_tests",
        "contrast", "quotes_with", "themes", "needs", "call_backs", "employees", "behind",
    }
)


@st.cache_resource(show_spinner=False)
def warehouse() -> Warehouse:
    """The store that XINSHENG_STORE names, opened once per process, after clearing up behind killed ones.

    Raises StoreBusy or StoreDamaged; a failure is not kept, so the next run tries again.
    """
    leftovers.clear()
    return Warehouse.open()


def ask(question: Callable[..., Answer], filters: Filters, **options: Hashable) -> Answer:
    """The kept answer to `question(store, filters, **options)`; options say all in their `repr`."""
    name = f"{question.__module__}.{question.__qualname__}"
    key = repr((name, _revision(question.__name__), filters, sorted(options.items())))
    return _kept(key, question, filters, options)


def ask_store(method: str, *arguments: Hashable, **options: Hashable):
    """The kept answer of a reading method of the store, e.g. `ask_store("values", "channel")`."""

    def question(store: Warehouse, _: Filters, **given: Hashable):
        return getattr(store, method)(*arguments, **given)

    key = repr((f"store.{method}", _revision(method), arguments, sorted(options.items())))
    return _kept(key, question, Filters(), options)


# The key is one string, which is told apart as well as its parts in a third of the time; a page asks a hundred times.
@st.cache_resource(max_entries=KEPT_ANSWERS, show_spinner=False)
def _kept(key: str, _question: Callable[..., Answer], _filters: Filters, _options: dict[str, Hashable]) -> Answer:
    return _question(warehouse(), _filters, **_options)


@st.cache_resource(show_spinner=False)
def _reader() -> scoring.Reader:
    return scoring.Reader(warehouse())


@st.cache_resource(show_spinner=False)
def _watcher() -> Watcher:
    store = warehouse()
    inbox = Inbox(inbox_path(store=store.path))
    return Watcher(
        inbox, follow=lambda told, stop: watch(inbox, store, told=told, stop=stop), imported=_reader().start
    )


def _revision(name: str) -> tuple[Hashable, ...]:
    """What an answer depends on: the imports, and for some questions the reading of comments too."""
    store = warehouse()
    revision = store.revision()
    if name in READS_SCORES:
        return id(store), revision
    return id(store), *_imports(id(store), revision)


@st.cache_resource(max_entries=8, show_spinner=False)
def _imports(store_id: int, revision: int) -> tuple[Hashable, ...]:
    ledger = warehouse().batches()
    undone = tuple(ledger.loc[ledger["undone_at"].notna(), "batch"].astype(int))
    return len(ledger), undone, len(warehouse().receipts()), warehouse().told()


# What is in the store.


def is_empty() -> bool:
    """Whether nothing has been imported yet."""
    return ask_store("is_empty")


def period() -> tuple[date, date] | None:
    """First and last day of the data, or None without any."""
    return ask_store("period")


def values(key: str) -> list[str]:
    """The values of a filter key that occur among the answers, else among comments and tickets."""
    for table in ("answers", "comments", "tickets"):
        found = ask_store("values", key, table=table)
        if found:
            return found
    return []


def attributes() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The attributes beyond the usual keys, by name, each with its values."""
    return tuple((name, tuple(ask_store("values", name))) for name in ask_store("attributes"))


def totals(filters: Filters) -> dict[str, int]:
    """Numbers of responses, answers, comments and tickets."""
    return ask_store("totals", filters)


def flags() -> list[str]:
    """The flags that some survey answer carries."""
    return ask_store("flags")


def left_out(filters: Filters) -> str:
    """The sentence on what the filters leave out for its flags; empty where they leave out nothing."""
    found = ask(briefing.left_out, filters) if filters.without else None
    return found.said() if found else ""


# Pages.


def headlines(filters: Filters) -> tuple[briefing.Headline, ...]:
    """The headline metrics with change, verdict and weekly series."""
    return ask(_headlines, filters)


def _headlines(store: Warehouse, filters: Filters) -> tuple[briefing.Headline, ...]:
    return briefing.headlines(store, filters, changes=ask(headline_changes, filters))  # findings ask for them too


def weak_dimensions(filters: Filters) -> briefing.WeakReport:
    """Touchpoint × dimension cells against the rest, worst first."""
    return ask(briefing.weak_dimensions, filters)


def touchpoint_weeks(filters: Filters, *, weeks: int) -> tuple[briefing.TouchpointWeek, ...]:
    """Satisfaction per touchpoint and week, fit for display: small cells are withheld."""
    return metrics.suppressed(ask(briefing.touchpoint_weeks, filters, weeks=weeks))


def touchpoint_scores(filters: Filters) -> tuple[briefing.TouchpointScore, ...]:
    """Satisfaction per touchpoint, lowest first."""
    return ask(briefing.touchpoint_scores, filters)


def stage_scores(filters: Filters) -> tuple[briefing.StageScore, ...]:
    """Satisfaction per journey stage, in the order of the journey."""
    return ask(briefing.stage_scores, filters)


def channel_gaps(filters: Filters) -> tuple[briefing.ChannelGap, ...]:
    """Dimensions whose satisfaction differs between channels, widest first."""
    return ask(briefing.channel_gaps, filters)


def driver_report(filters: Filters) -> DriverReport:
    """What goes with satisfaction as a whole, the most important first."""
    return ask(briefing.driver_report, filters)


def wait_curves(filters: Filters) -> tuple[briefing.WaitCurve, ...]:
    """Satisfaction by minutes waited, those that break first."""
    return ask(briefing.wait_curves, filters)


def ranking(filters: Filters, *, unit: str) -> briefing.Ranking:
    """Stores or staff, the best first."""
    return ask(briefing.ranking, filters, unit=unit)


def tone_weeks(filters: Filters) -> tuple:
    """Shares of positive and negative comments per week."""
    return ask(briefing.tone_weeks, filters)


def emerging_issues(filters: Filters) -> tuple[briefing.EmergingIssue, ...]:
    """What customers have just begun to speak of, the surest first."""
    return ask(briefing.emerging_issues, filters)


def keyword_contrast(filters: Filters) -> pd.DataFrame:
    """Words that tell praise from complaint."""
    return ask(briefing.keyword_contrast, filters)


def complaint_weeks(filters: Filters) -> tuple:
    """Complaints per week and per thousand orders."""
    return ask(briefing.complaint_weeks, filters)


def complaint_causes(filters: Filters) -> tuple:
    """Complaints by cause."""
    return ask(briefing.complaint_causes, filters)


def cause_share_weeks(filters: Filters, *, cause: str) -> tuple:
    """The share of one cause among the complaints, per week."""
    return ask(_cause_share_weeks, filters, cause=cause)


def voices(filters: Filters) -> Filters:
    """The filters narrowed to what customers said unasked for redress: survey answers and reviews.

    Complaints are negative by their nature and would say nothing about the tone; where nothing else was
    said, they are all there is.
    """
    sources = ask_store("values", "source", "comments")
    spoken = tuple(source for source in sources if source != "complaint")
    return filters.narrowed(source=spoken) if spoken else filters


def tone(filters: Filters) -> tones.Tone:
    """Shares of positive and negative comments and their change."""
    return ask(tones.tone, filters)


def aspect_tones(filters: Filters) -> tuple[tones.AspectTone, ...]:
    """Good and bad mentions per dimension, the most complained about first."""
    return ask(tones.aspect_tones, filters)


def quotes(filters: Filters, **options: Hashable) -> tuple[briefing.Quote, ...]:
    """Masked comments, newest first; options as `briefing.quotes`."""
    return ask(briefing.quotes, filters, **options)


def _cause_share_weeks(store: Warehouse, filters: Filters, *, cause: str) -> tuple:
    return briefing.cause_share_weeks(store, cause, filters)


def telling_quotes(filters: Filters, *, dimension: str | None, polarity: str, limit: int) -> tuple[briefing.Quote, ...]:
    """Recent comments of a tone, those first in which a passage shows it."""
    found = quotes(filters, dimension=dimension, polarity=polarity, limit=limit * 5)
    return tuple(sorted(found, key=lambda q: not q.passages)[:limit])


# Comments and tickets, a page at a time.


def comments(filters: Filters, **options: Hashable) -> pd.DataFrame:
    """One page of masked comments, newest first; options as `Warehouse.comments`."""
    return ask_store("comments", filters, **options)


def comment_total(filters: Filters, **options: Hashable) -> int:
    """How many comments `comments` would give without limit; same options, without limit and offset."""
    return ask_store("comment_total", filters, **options)


def tickets(filters: Filters, *, limit: int = 50, offset: int = 0) -> pd.DataFrame:
    """One page of complaints, newest first."""
    return ask_store("tickets", filters, limit=limit, offset=offset)


# Files: these change the store and are never kept.


def inspecting(content: bytes, *, file_name: str, **options: object) -> Work[ingest.Inspection]:
    """Begin to read a file and propose its mapping; options as `pipeline.inspect_file`."""
    store = warehouse()
    return Work(
        lambda watch: pipeline.inspect_file(store, content, file_name=file_name, watch=watch, **options),
        stages=STAGES[:1],
    )


def masked(cells: pd.DataFrame) -> pd.DataFrame:
    """A table of texts with phone numbers, e-mails and id numbers masked, as the store would keep them."""
    flat = pd.Series(cells.to_numpy(dtype=object).ravel(), dtype="str").str.replace("\0", PSEUDONYM_SIGN)
    shown = privacy.mask(flat)[0].to_numpy(dtype=object).reshape(cells.shape)
    return pd.DataFrame(shown, index=cells.index, columns=cells.columns)


def rehearse(found: ingest.Inspection, mapping: ingest.Mapping, day: date | None, *, rows: int) -> pipeline.Rehearsal:
    """What an import would do, found out on the first `rows` rows; raises MappingIncomplete."""
    return pipeline.rehearse(warehouse(), found, mapping=mapping, survey_date=day, rows=rows)


def revision() -> int:
    """Changes with every import, undo and scoring."""
    return warehouse().revision()


def importing(found: ingest.Inspection, mapping: ingest.Mapping, day: date | None) -> Work[ImportReport]:
    """Begin to import an inspected file; once it is in, its comments are read.

    It goes on when the visitor leaves: the file is in as a whole then, or after `cancel` not at all.
    """
    store, reader, inbox = warehouse(), _reader(), _watcher().inbox

    def task(watch: Watch) -> ImportReport:
        report = pipeline.import_inspected(store, found, mapping=mapping, survey_date=day, watch=watch)
        inbox.done(found.file_hash, report.batch)
        reader.start()
        return report

    work = Work(task, stages=STAGES[1:])
    imports_begun().put(found.file_name, work)
    return work


def load_sample(progress: Callable[[int, int], None] | None = None) -> list[ImportReport]:
    """Import the sample data and start reading its comments."""
    reports = pipeline.load_sample(warehouse(), progress=progress)
    _reader().start()
    return reports


def batches() -> pd.DataFrame:
    """All imports, newest first."""
    return ask_store("batches")


def quarantine(batch: int) -> pd.DataFrame:
    """Rows and cells of an import that stayed out, with the reason."""
    return ask_store("quarantine", batch)


def quarantine_workbook(batch: int) -> bytes:
    """The same as a workbook that can be corrected and imported again."""
    return pipeline.quarantine_workbook(warehouse(), batch)


def undo(batch: int) -> int:
    """Take an import back as a whole; the number of rows removed."""
    return warehouse().undo(batch)


def redo(batch: int) -> int:
    """Put an import that was taken back in again; the number of rows that count again."""
    restored = warehouse().redo(batch)
    _reader().start()
    return restored


def waiting_files() -> tuple[InboxFile, ...]:
    """The files of the inbox that wait for a person."""
    return _watcher().files()


def inbox_folder() -> str:
    """Where the inbox is."""
    return str(_watcher().inbox.folder)


def forget(identifier: str) -> Receipt:
    """Remove a person for good (see `pipeline.forget`); what was remembered of the data goes too."""
    receipt = pipeline.forget(warehouse(), identifier)
    _kept.clear()
    return receipt


def receipts() -> tuple[Receipt, ...]:
    """The receipts of all deletions, oldest first."""
    return warehouse().receipts()


def reading() -> scoring.Progress:
    """How far the reading of comments has come; starts it where comments wait, and the watch over the inbox."""
    if warehouse().path != IN_MEMORY:
        _watcher().start()
    return _reader().start()
