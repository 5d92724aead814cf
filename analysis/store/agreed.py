"""What people agreed on: actions and targets, every version kept, and nothing overwritten unseen."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

import duckdb

from analysis.actions import Action, Change, Goal, Plan, Target, changes
from analysis.errors import Outdated, StoreDamaged, UnknownName
from analysis.i18n import Sentence, clauses
from analysis.schema import Promise, TagRules
from analysis.store import audit, events, promises, tags
from analysis.store.access import Access
from analysis.store.audit import Entry
from analysis.store.chain import first_break

_STANDING = 'SELECT item, version, content, who, saved_at FROM "{table}" ORDER BY item'
_MAKERS: dict[str, Callable] = {"actions": Plan.of_content, "targets": Goal.of_content}
# What the audit tells of besides: rules of tags, of which the usual ones stand before anybody changed them.
_READERS = _MAKERS | {
    tags.SUBJECT: lambda content: TagRules(**content), events.SUBJECT: events.Told.of_content,
    promises.SUBJECT: promises.of_content,
}
Said = Plan | Goal | TagRules | events.Told | Promise


@dataclass(frozen=True, slots=True)
class Saved:
    """A version that was saved and what it changed; nothing where its content is not readable any more."""

    entry: Entry
    changes: tuple[Change, ...]


class Agreed(Access):
    """The part of the store that people agree on; it belongs to no batch, so neither undo nor deletion touches it."""

    def actions(self) -> tuple[Action, ...]:
        """All actions as they stand, the oldest first, those that were dropped included."""
        return tuple(_standing(Action, "actions", self._rows(_STANDING.format(table="actions"))))

    def targets(self) -> tuple[Target, ...]:
        """All targets that were set, as they stand, dropped ones included; defaults are not among them."""
        return tuple(_standing(Target, "targets", self._rows(_STANDING.format(table="targets"))))

    def open_action(self, plan: Plan, *, who: str) -> Action:
        """Keep a new action; raises PlanRefused for one that cannot be kept, or without a name."""
        return self._save("actions", Action, plan.checked(), who=who)

    def change_action(self, number: int, plan: Plan, *, who: str, seen: int) -> Action:
        """Keep the next version of an action, where `seen` is the version that its author had in view.

        Raises Outdated where another version was saved since, PlanRefused, and UnknownName for no such action.
        """
        return self._save("actions", Action, plan.checked(), who=who, number=number, seen=seen)

    def set_target(self, goal: Goal, *, who: str, number: int = 0, seen: int = 0) -> Target:
        """Keep a new target, or with `number` the next version of one; raises as `change_action`."""
        return self._save("targets", Target, goal.checked(), who=who, number=number, seen=seen)

    def audit(self) -> tuple[Entry, ...]:
        """Every version that was ever saved, oldest first."""
        return audit.entries(self._rows(audit.AUDIT))

    def trail(self) -> tuple[Saved, ...]:
        """The same with what each changed against the version before it."""
        before: dict[tuple[str, int], Said] = {}
        found = []
        for entry in self.audit():
            said = _told(entry)
            changed = changes(before.get((entry.subject, entry.item), _first(entry)), said) if said else ()
            found.append(Saved(entry, changed))
            if said:
                before[entry.subject, entry.item] = said
        return tuple(found)

    def audit_breaks(self) -> dict[str, int]:
        """What must not be there, by check: a broken chain, actions or targets that are not as it says."""
        told = self.audit()
        rules, version = tags.rules(self._rows(tags.RULES)), int(self._row(tags.VERSION)[0])
        events_ = events.events(self._rows(events.EVENTS))
        promised = promises.in_force(self._rows(promises.TOLD))
        return {
            "audit_is_a_chain": int(first_break(told) is not None),
            "audit_is_whole": int(audit.lost(told, self._rows("SELECT subject, item, version FROM told_versions"))),
            "events_are_as_audited": int(not events.as_audited(events_, audit.last_told(told, events.SUBJECT))),
            "promises_are_as_audited": int(not promises.as_audited(promised, audit.last_told(told, promises.SUBJECT))),
            "tag_rules_are_as_audited": int(not tags.as_audited(rules, version, told)),
            **{f"{table}_are_as_audited": self._row(audit.not_as_told(table))[0] for table in _MAKERS},
        }

    def _save(self, table: str, kind: type, said: Plan | Goal, *, who: str, number: int = 0, seen: int = 0):
        name = audit.author(who)
        with self._writing() as cursor:
            number = number or _twin(cursor, table, said) or audit.next_item(cursor, table)
            if seen or cursor.execute(f'SELECT 1 FROM "{table}" WHERE item = ?', [number]).fetchall():
                _refuse_outdated(cursor, table, number, seen)
            entry = audit.append(
                cursor, who=name, subject=table, item=number, version=seen + 1, content=said.as_content()
            )
            cursor.execute(f'DELETE FROM "{table}" WHERE item = ?', [number])
            line = [number, entry.version, audit.written(entry.content), name, entry.at]
            cursor.execute(f'INSERT INTO "{table}" VALUES (?, ?, ?, ?, ?)', line)
        return kind(number, entry.version, said, name, entry.at)


def _standing(kind: type, table: str, rows: list[tuple]):
    for number, version, content, who, at in rows:
        yield kind(number, version, _made(table, content), who, at)


def _first(entry: Entry) -> Said | None:
    """What stood before the first entry on something."""
    if entry.subject == promises.SUBJECT:
        return promises.usual(entry.content)
    return TagRules() if entry.subject == tags.SUBJECT else None


def _told(entry: Entry) -> Said | None:
    try:
        return _READERS[entry.subject](entry.content)
    except (ValueError, KeyError, TypeError):
        return None  # tampered with: the chain says so, and the page beside the line


def _made(table: str, content: str) -> Plan | Goal:
    try:
        return _MAKERS[table](json.loads(content))
    except (ValueError, KeyError, TypeError) as error:
        raise StoreDamaged("errors.agreed_damaged", table=Sentence(f"tables.{table}")) from error


def _twin(cursor: duckdb.DuckDBPyConnection, table: str, said: Plan | Goal) -> int | None:
    """The number of a target for the same: two people may set the first one at once. Actions may be alike."""
    if isinstance(said, Plan):
        return None
    asked = (said.metric, said.scope, said.start, said.end)
    for number, content in cursor.execute(f'SELECT item, content FROM "{table}"').fetchall():
        known = _made(table, content)
        if (known.metric, known.scope, known.start, known.end) == asked:
            return number
    return None


def _refuse_outdated(cursor: duckdb.DuckDBPyConnection, table: str, number: int, seen: int) -> None:
    """Raise Outdated with what changed between the version seen and the one that stands."""
    standing = cursor.execute(
        f'SELECT version, content, who, saved_at FROM "{table}" WHERE item = ?', [number]
    ).fetchall()
    if not standing:
        raise UnknownName("errors.action_unknown", number=number, known="")
    version, content, who, at = standing[0]
    if version == seen:
        return
    before = cursor.execute(
        "SELECT content FROM audit WHERE subject = ? AND item = ? AND version = ?", [table, number, seen]
    ).fetchall()
    found = changes(_made(table, before[0][0]) if before else None, _made(table, content))
    said = clauses([change.sentence.said() for change in found]) or Sentence("action.nothing")
    raise Outdated("errors.outdated", who=who, at=at.replace("T", " "), changes=said, number=number, version=version)
