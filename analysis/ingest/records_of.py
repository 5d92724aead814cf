"""From a mapped source to the record tables of each kind. Row positions stand in `at` until the end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from analysis.ingest import quality
from analysis.ingest.attributes import attribute_lines, read_attributes
from analysis.ingest.choices import choice_lines
from analysis.ingest.fingerprint import Fingerprint, hex_id, identity_hash
from analysis.ingest.mapping import ColumnMapping
from analysis.ingest.names import is_named
from analysis.ingest.scales import read_scores
from analysis.ingest.source import Source
from analysis.records import ENTITY_COLUMNS, Answers, Question
from analysis.schema import SCALES, Kind
from analysis.taxonomy import fold, taxonomy

_SEQUENCE = r"\p{Nd}{1,7}"  # ids that only count the rows of a file: other files have the same ones


@dataclass
class Built:
    """Record tables of one kind with the position of their source row in `at`, and per source row: its content
    hash, its identity (NA where a row never replaces another), whether it holds anything to keep, its flags, its
    answers, and the ids under which its records are kept.
    """

    tables: dict[str, pd.DataFrame]
    content: np.ndarray
    usable: np.ndarray
    identity: pd.Series = field(default_factory=lambda: pd.Series(dtype="UInt64"))
    flags: dict[str, np.ndarray] = field(default_factory=dict)
    answers: Answers | None = None
    record_ids: pd.Series | None = None


def build(source: Source) -> Built:
    """Records of the source's kind."""
    return _BUILDERS[source.mapping.kind](source)


@dataclass(frozen=True, slots=True)
class _Scored:
    """The answers to one question."""

    column: ColumnMapping
    scores: np.ndarray


@dataclass(frozen=True, slots=True)
class _Said:
    """The texts of one column with the stars given beside them, and their own day where it is not the row's."""

    text: pd.Series
    stars: np.ndarray
    day: np.ndarray | None = None


def _answers_and_comments(source: Source) -> Built:
    """Surveys and reviews: a row becomes an answer per scored question and a comment per text."""
    kind = source.mapping.kind
    times, entities, ids = source.read_days(), source.read_entities(), source.read_ids()
    wait, weight = source.read_numbers("wait_minutes"), source.read_numbers("weight")
    scored = [_Scored(column, _read_score(source, column)) for column in source.mapping.having("score")]
    stars = _read_stars(source)
    texts = [_Said(source.read_texts(column), stars) for column in source.mapping.having("comment")]
    later = source.read_times("follow_up_time", after=times.dt.normalize())
    # A later text without a date of its own counts on the day of the first.
    nothing, days = np.full(len(source), np.nan), later.fillna(times).dt.normalize().to_numpy()
    texts += [_Said(source.read_texts(column), nothing, days) for column in source.mapping.having("follow_up")]

    told_by = _telling_ids(source, ids, times)
    fingerprint = Fingerprint(len(source), kind, taken=source.taken)
    said_of = {"id": told_by, "time": times, "later": later, "wait": wait, "weight": weight, "stars": stars}
    for name, part in said_of.items():
        fingerprint.add(name, part)
    _add_entities(fingerprint, entities)
    for question in scored:
        c = question.column
        fingerprint.add(f"score/{c.touchpoint}/{c.dimension}/{c.metric}/{c.scale}", question.scores)
    for number, said in enumerate(texts):
        fingerprint.add(f"text/{number}", said.text)
    attributes = read_attributes(source)
    nameless = (ids == "").to_numpy(bool)
    _add_attributes(fingerprint, attributes, where=nameless)
    for column in source.mapping.having("choice"):
        fingerprint.add(f"choice/{fold(column.header)}", source.cells(column).where(nameless, ""))
    content = fingerprint.content(told_by)

    response = _record_ids(ids, content)
    shared = pd.DataFrame({"response_id": response.to_numpy(), "day": times.dt.normalize().to_numpy()}).join(
        entities.reset_index(drop=True)
    )
    respondents = shared.assign(row=source.table.frame.index.to_numpy(), wait_minutes=wait, weight=weight)
    answers = Answers(respondents, tuple(_asked(q.column) for q in scored), tuple(q.scores for q in scored))
    comments = _comments(shared, texts, kind)
    usable = np.zeros(len(source), bool)
    for question in scored:
        usable |= ~np.isnan(question.scores)
    usable[comments["at"]] = True
    if kind == "review":
        usable |= ~np.isnan(stars)
        comments = pd.concat([comments, _starred_only(shared, comments, stars)], ignore_index=True)
    tables = {"comments": comments, **_attribute_table(attributes)}
    if source.mapping.having("choice"):
        tables["choices"] = choice_lines(source, shared)
        usable[tables["choices"]["at"]] = True
    flags = _flags(source, scored, texts, entities["customer_id"], times, content) if kind == "survey" else {}
    asked = "/".join(sorted(f"{q.column.touchpoint}:{q.column.dimension}" for q in scored))
    identity = _submissions(kind, ids, times, asked, content)
    return Built(tables, content, usable, identity, flags, answers, record_ids=response)


def _flags(
    source: Source, scored: list[_Scored], texts: list[_Said], customers: pd.Series, times: pd.Series,
    content: np.ndarray,
) -> dict[str, np.ndarray]:
    """Per flag which rows carry it; only rows with a score can."""
    answered = np.zeros(len(source), bool)
    for question in scored:
        answered |= ~np.isnan(question.scores)
    durations = np.where(answered, source.read_durations(), np.nan)
    questions = [(q.column.scale, q.column.reversed, q.scores) for q in scored]
    said = [*(q.scores for q in scored), *(said.text for said in texts)]
    order = (times.to_numpy(), content)
    sources = (source.read_origins(), pd.factorize(customers)[0])
    found = {
        "straight_lining": quality.straight_lining(questions, len(source)),
        "too_fast": quality.too_fast(durations),
        "same_source": np.logical_or.reduce([quality.same_source(which, said, order) for which in sources]),
    }
    return {flag: rows & answered for flag, rows in found.items()}


def _read_score(source: Source, column: ColumnMapping) -> np.ndarray:
    scale = column.scale or "stars"
    read = read_scores(source.cells(column), scale=scale, reverse=column.reversed)
    ends = {"low": f"{SCALES[scale].low:g}", "high": f"{SCALES[scale].high:g}"}
    source.fault(read.unreadable, column, "score_unreadable")
    source.fault(read.off_scale, column, "score_off_scale", **ends)
    return read.scores


def _read_stars(source: Source) -> np.ndarray:
    """Stars of every row, 0.5 to 5; points of ten count half."""
    column = source.mapping.first("stars")
    if column is None:
        return np.full(len(source), np.nan)
    scores = _read_score(source, column)
    return scores / 2 if column.scale in ("1-10", "0-10") else scores


def _asked(column: ColumnMapping) -> Question:
    """What a column asks. Its touchpoint is its own, else its dimension's home."""
    dimension = taxonomy().dimension(column.dimension or "")
    home = column.touchpoint or (dimension.touchpoint if dimension else None)
    return Question(column.dimension, column.metric, column.scale, home)


def _comments(shared: pd.DataFrame, texts: list[_Said], kind: Kind) -> pd.DataFrame:
    """One line per text that is not blank."""
    parts = []
    for number, said in enumerate(texts):
        at = np.flatnonzero((said.text != "").to_numpy(bool))
        part = shared.take(at).reset_index(drop=True)
        part.insert(0, "at", at)
        part["text"] = said.text.iloc[at].array
        part["stars"] = said.stars[at]
        if said.day is not None:
            part["day"] = said.day[at]
        part["comment_id"] = part["response_id"] + f":{number + 1}" if len(texts) > 1 else part["response_id"]
        parts.append(part)
    comments = pd.concat(parts, ignore_index=True) if parts else _no_comments(shared)
    if kind == "review":
        comments["response_id"] = pd.Series(None, index=comments.index, dtype="str")
    return comments.assign(source=kind)


def _no_comments(shared: pd.DataFrame) -> pd.DataFrame:
    nothing = pd.Series([], dtype="str")
    return shared.head(0).assign(at=np.empty(0, np.int64), text=nothing, comment_id=nothing, stars=np.empty(0))


def _starred_only(shared: pd.DataFrame, comments: pd.DataFrame, stars: np.ndarray) -> pd.DataFrame:
    """Reviews that give stars and say nothing with them: they count among the stars, with an empty text."""
    silent = np.setdiff1d(np.flatnonzero(~np.isnan(stars)), comments.loc[comments["stars"].notna(), "at"])
    part = shared.take(silent).reset_index(drop=True)
    return part.assign(
        at=silent, text="", comment_id=part["response_id"], response_id=pd.Series(None, index=part.index, dtype="str"),
        source="review", stars=stars[silent],
    )


def _tickets(source: Source) -> Built:
    """Complaints: a row becomes a ticket, and a comment where it says something."""
    created, entities, ids = source.read_days(), source.read_entities(), source.read_ids()
    times = {role: source.read_times(role, after=created) for role in ("first_reply", "plan", "resolved", "closed")}
    names = {role: source.read_names(role) for role in ("status", "category", "priority")}
    numbers = {role: source.read_numbers(role) for role in ("contacts", "compensation")}
    reopened = source.read_flags("reopened")
    text = _title_and_text(source)

    told_by = _telling_ids(source, ids, created)
    fingerprint = Fingerprint(len(source), "complaint", taken=source.taken)
    said = {"id": told_by, "time": created, **times, **names, **numbers, "reopened": reopened, "text": text}
    for name, part in said.items():
        fingerprint.add(name, part)
    _add_entities(fingerprint, entities)
    attributes = read_attributes(source)
    _add_attributes(fingerprint, attributes, where=np.full(len(source), True))
    content = fingerprint.content(told_by)
    counted = _is_counter(source, ids)
    named = ids.reset_index(drop=True)
    ticket = _record_ids(ids, content) if counted else named.mask(named == "", hex_id(content))
    shared = entities.reset_index(drop=True)
    facts = {name: part.to_numpy() for name, part in times.items()} | names | numbers
    tickets = shared.assign(
        at=np.arange(len(source)), ticket_id=ticket, created=created.to_numpy(), **facts, reopened=reopened.array
    )
    day = created.dt.normalize().to_numpy()
    spoken = _Said(text, np.full(len(source), np.nan))
    comments = _comments(shared.assign(response_id=ticket, day=day), [spoken], "complaint")
    comments["response_id"] = pd.Series(None, index=comments.index, dtype="str")
    nameless = (ids == "").to_numpy(bool) | counted
    identity = pd.Series(identity_hash("complaint", ids), dtype="UInt64").mask(nameless)
    tables = {"tickets": tickets, "comments": comments, **_attribute_table(attributes)}
    return Built(tables, content, np.full(len(source), True), identity, record_ids=ticket)


def _title_and_text(source: Source) -> pd.Series:
    """Title and body as one text; a body that begins with its title stands alone."""
    blank = pd.Series("", index=source.table.frame.index, dtype="str")
    title = source.mapping.first("title")
    heading = source.read_texts(title) if title else blank
    bodies = [source.read_texts(column) for column in source.mapping.having("comment")]
    text = bodies[0] if bodies else blank
    for further in bodies[1:]:
        text = (text + " " + further).str.strip()
    repeated = np.array([body.startswith(head) for head, body in zip(heading, text, strict=True)], bool)
    return text.where(repeated, (heading + " " + text).str.strip())


def _volumes(source: Source) -> Built:
    """Order volumes: a row becomes a count of a day, channel and store; a later file corrects it."""
    times = source.read_days()
    names = {role: source.read_names(role) for role in ("channel", "store", "region")}
    count = source.read_numbers("count", whole_row=True)
    column = source.mapping.first("count")
    broken = ~np.isnan(count) & (count != np.floor(count))
    source.fault(broken, column, "count_not_whole", whole_row=True)
    day = times.dt.normalize()
    volumes = pd.DataFrame({"at": np.arange(len(source)), "day": day.to_numpy(), **names, "count": count})
    fingerprint = Fingerprint(len(source), "volume", taken=source.taken)
    for name, part in {"day": day, **names, "count": count}.items():
        fingerprint.add(name, part)
    identity = identity_hash("volume", day, names["store"], names["channel"])
    content = fingerprint.content(pd.Series(["day"] * len(source)))
    return Built({"volumes": volumes}, content, ~np.isnan(count), pd.Series(identity, dtype="UInt64"))


def _customers(source: Source) -> Built:
    """Customers: a row becomes what is known of one; a later file replaces it."""
    ids = source.read_customers()
    facts = {
        "tier": source.read_names("tier"),
        "spend_12m": source.read_numbers("spend_12m"),
        "last_purchase": source.read_times("last_purchase").dt.normalize().to_numpy(),
        "bought_new": source.read_flags("bought_new").array,
        "age_band": source.read_names("age_band"),
        "region": source.read_names("region"),
    }
    source.fault(ids.isna().to_numpy(), source.mapping.first("customer_id"), "customer_missing", whole_row=True)
    fingerprint = Fingerprint(len(source), "customer", taken=source.taken)
    for name, part in {"customer": ids, **facts}.items():
        fingerprint.add(name, part)
    attributes = read_attributes(source)
    _add_attributes(fingerprint, attributes, where=np.full(len(source), True))
    customers = pd.DataFrame({"at": np.arange(len(source)), "customer_id": ids.to_numpy(), **facts})
    identity = pd.Series(identity_hash("customer", ids), dtype="UInt64")
    tables = {"customers": customers, **_attribute_table(attributes)}
    return Built(tables, fingerprint.content(ids.fillna("")), ids.notna().to_numpy(), identity)


def _add_entities(fingerprint: Fingerprint, entities: pd.DataFrame) -> None:
    for name in ENTITY_COLUMNS:
        fingerprint.add(name, entities[name])


def _add_attributes(
    fingerprint: Fingerprint, attributes: list[tuple[ColumnMapping, pd.Categorical]], *, where: np.ndarray
) -> None:
    """Attributes tell rows apart that have no id, and make a ticket another one; an answer with an id stays the same
    when a later export knows more of who gave it.
    """
    for column, values in attributes:
        said = pd.Categorical.from_codes(np.where(where, values.codes, -1), dtype=values.dtype)
        fingerprint.add(f"attribute/{fold(column.header)}", said)


def _attribute_table(attributes: list[tuple[ColumnMapping, pd.Categorical]]) -> dict[str, pd.DataFrame]:
    return {"attributes": attribute_lines(attributes)} if attributes else {}


def _is_counter(source: Source, ids: pd.Series) -> bool:
    """Whether the id column only numbers the rows of this export: another one may number them anew."""
    column = source.mapping.first("id")
    named = column is not None and is_named(column.header, "row_number")
    return named and bool(ids[ids != ""].str.fullmatch(_SEQUENCE).all())


def _telling_ids(source: Source, ids: pd.Series, times: pd.Series) -> pd.Series:
    """The ids by which rows are told apart: blank for row numbers, where times of the day tell more.

    A number that moved, because a row came before or went, makes no other answer of it. Where only days are
    known the number stays: two short files of one day would hold the same answers without it.
    """
    return pd.Series("", index=ids.index, dtype="str") if _is_counter(source, ids) and _is_timed(times) else ids


def _is_timed(times: pd.Series) -> bool:
    """Whether times of the day are known, not days alone."""
    return bool((times.notna() & (times != times.dt.normalize())).any())


def _submissions(kind: Kind, ids: pd.Series, times: pd.Series, asked: str, content: np.ndarray) -> pd.Series:
    """The identity of each submission: of several versions of it the last one counts.

    The same id at the same time is the same submission, corrected. The same id at another time is another one:
    who answers every month counts every month. Where only days are known the id must be more than a number
    and the questions the same. Files that give one id several rows have no identities.
    """
    if _is_timed(times):
        identity, known = identity_hash(kind, ids, times), ids != ""
    else:
        question = pd.Series([asked] * len(ids), dtype="str")
        identity, known = identity_hash(kind, ids, times, question), ~ids.str.fullmatch(_SEQUENCE + "|").fillna(True)
    known = (known & times.notna()).to_numpy(bool)
    versions = pd.DataFrame({"identity": identity[known], "content": content[known]})
    # Looked at as pairs only where an id comes twice at all.
    if not versions["identity"].is_unique and versions.drop_duplicates()["identity"].duplicated().any():
        known = np.zeros(len(ids), bool)
    return pd.Series(identity, dtype="UInt64").where(known)


def _record_ids(ids: pd.Series, content: np.ndarray) -> pd.Series:
    """The file's ids; where they only number its rows, with the content so that files stay apart."""
    ids = ids.reset_index(drop=True)
    counted, blank = ids.str.fullmatch(_SEQUENCE).fillna(False), ids == ""
    if not (counted | blank).any():
        return ids
    own = hex_id(content)
    return ids.where(~counted, ids + "-" + own.str[:8]).mask(blank, own)


_BUILDERS: dict[Kind, Callable[[Source], Built]] = {
    "survey": _answers_and_comments,
    "review": _answers_and_comments,
    "complaint": _tickets,
    "volume": _volumes,
    "customer": _customers,
}
