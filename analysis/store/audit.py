"""Who changed what and when: every version of what people agreed on, in a chain that shows tampering."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field

import duckdb

from analysis.actions import LONGEST_NAME
from analysis.errors import PlanRefused
from analysis.store.batches import now
from analysis.store.chain import FIRST, digest

AUDIT = "SELECT number, saved_at, who, subject, item, version, content, previous, digest FROM audit ORDER BY number"

# What stands must be what its last line says: also the end of the chain cannot be cut off unseen, nor a line of the
# table changed behind its back.
_NOT_AS_TOLD = """
    SELECT count(*) FROM (SELECT * FROM "{table}") t
    FULL JOIN (SELECT item, version, content, who, saved_at FROM audit WHERE subject = '{table}'
               QUALIFY row_number() OVER (PARTITION BY item ORDER BY version DESC) = 1) a USING (item)
    WHERE (t.version, t.content, t.who, t.saved_at) IS DISTINCT FROM (a.version, a.content, a.who, a.saved_at)"""


@dataclass(frozen=True, slots=True)
class Entry:
    """One saved version: of what (`subject` names the table, `item` the line), by whom, when, and all it says.

    `digest` is the SHA-256 of everything else here, `previous` the digest of the entry before.
    """

    number: int
    at: str
    who: str
    subject: str
    item: int
    version: int
    content: dict[str, object] = field(hash=False)
    previous: str
    digest: str

    @property
    def sound(self) -> bool:
        """Whether the digest belongs to the content."""
        return self.digest == digest({name: value for name, value in asdict(self).items() if name != "digest"})


def entries(rows: Iterable[tuple]) -> tuple[Entry, ...]:
    """Rows of `AUDIT` as they are, oldest first; what is no JSON any more gives an entry that is not sound."""
    return tuple(Entry(*row[:6], _content(row[6]), *row[7:]) for row in rows)


def author(who: str) -> str:
    """The name that a change is kept under, tidied; raises PlanRefused for none and for one that is too long."""
    name = " ".join(who.split())
    if not 0 < len(name) <= LONGEST_NAME:
        raise PlanRefused("errors.author", limit=LONGEST_NAME)
    return name


def append(
    cursor: duckdb.DuckDBPyConnection, *, who: str, subject: str, item: int, version: int, content: Mapping[str, object]
) -> Entry:
    """Write the next entry, inside the transaction that keeps the version itself."""
    last = cursor.execute("SELECT number, digest FROM audit ORDER BY number DESC LIMIT 1").fetchall()
    number, previous = (last[0][0] + 1, last[0][1]) if last else (1, FIRST)
    line = {
        "number": number, "at": now().isoformat(), "who": who, "subject": subject, "item": item, "version": version,
        "content": dict(content), "previous": previous,
    }
    entry = Entry(**line, digest=digest(line))
    cursor.execute(
        "INSERT INTO audit VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [number, entry.at, who, subject, item, version, written(content), previous, entry.digest],
    )
    return entry


def next_item(cursor: duckdb.DuckDBPyConnection, subject: str) -> int:
    """A number that nothing of its kind had; numbers are not given twice, whatever became of what had them."""
    asked = "SELECT coalesce(max(item), 0) + 1 FROM audit WHERE subject = ?"
    return cursor.execute(asked, [subject]).fetchall()[0][0]


def tell(
    cursor: duckdb.DuckDBPyConnection, *, who: str, subject: str, item: int, content: Mapping[str, object]
) -> Entry:
    """Write the next version of what stands in a table of its own, and that it is the last one.

    Raises PlanRefused without a name of its author.
    """
    name = author(who)
    version = 1 + cursor.execute(
        "SELECT coalesce(max(version), 0) FROM told_versions WHERE (subject, item) = (?, ?)", [subject, item]
    ).fetchall()[0][0]
    entry = append(cursor, who=name, subject=subject, item=item, version=version, content=content)
    cursor.execute("DELETE FROM told_versions WHERE (subject, item) = (?, ?)", [subject, item])
    cursor.execute("INSERT INTO told_versions VALUES (?, ?, ?)", [subject, item, version])
    return entry


def last_told(told: Iterable[Entry], subject: str) -> dict[int, Mapping[str, object]]:
    """What the last entry on each item of a subject says."""
    return {entry.item: entry.content for entry in told if entry.subject == subject}


def written(content: Mapping[str, object]) -> str:
    """Content as it is stored."""
    return json.dumps(dict(content), ensure_ascii=False, sort_keys=True)


def lost(told: Iterable[Entry], versions: Iterable[tuple[str, int, int]]) -> bool:
    """Whether entries on something that stands in a table of its own are gone, or there are more than were written."""
    known = {(subject, item): version for subject, item, version in versions}
    found = {(e.subject, e.item): e.version for e in told if e.subject in ("events", "promises")}
    return known != found


def not_as_told(table: str) -> str:
    """The query that counts lines of `table` which are not what the audit says last of them."""
    return _NOT_AS_TOLD.format(table=table)


def _content(text: str) -> dict[str, object]:
    try:
        found = json.loads(text)
    except ValueError:
        return {"": text}
    return found if isinstance(found, dict) else {"": text}
