"""What people tell the store beside their files: who the customers are, and what happened when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from analysis.schema import PEOPLE_KEYS, Promise, TagRules
from analysis.store import events, population, promises, tags
from analysis.store.access import Access
from analysis.store.attributes import names_query
from analysis.store.events import Event


class Told(Access):
    """The part of the store that is told, not imported."""

    def population(self) -> dict[str, dict[str, float]]:
        """The known shares of customers, {key: {value: share}}; a key's add up to 1. Empty where none are told."""
        return population.shares(self._rows(population.KNOWN))

    def set_population(self, key: str, shares: Mapping[str, float]) -> None:
        """Keep what share of the customers has which value of `key`; no shares forget it (see `population.keep`)."""
        attributes = self.attributes()
        with self._writing() as cursor:
            population.keep(cursor, key, shares, attributes=attributes)

    def tag_rules(self) -> TagRules:
        """When a customer carries which tag."""
        return tags.rules(self._rows(tags.RULES))

    def tag_rules_version(self) -> int:
        """How often the rules of tags were changed; 0 while they are the usual ones."""
        return int(self._row(tags.VERSION)[0])

    def set_tag_rules(self, rules: TagRules, *, who: str, seen: int) -> None:
        """Keep when a customer carries which tag, in place of the version `seen`, and who said so (see `tags.keep`)."""
        with self._writing() as cursor:
            tags.keep(cursor, rules, who=who, seen=seen)

    def events(self) -> tuple[Event, ...]:
        """What happened outside the answers, earliest first."""
        return events.events(self._rows(events.EVENTS))

    def add_event(self, name: str, *, kind: str, start: date, end: date | None = None, who: str) -> int:
        """Keep an event of one day, or until `end`; its number (see `events.add`)."""
        with self._writing() as cursor:
            return events.add(cursor, events.Told(name, kind, start, end or start), who=who)

    def remove_event(self, number: int, *, who: str) -> None:
        """Take an event back; raises EventRefused where there is none of that number."""
        with self._writing() as cursor:
            events.remove(cursor, number, who=who)

    def told(self) -> tuple[object, ...]:
        """All that is told, as one value that changes with any of it."""
        return repr(self.population()), self.events(), self.promises(), self.tag_rules()

    def promises(self) -> tuple[Promise, ...]:
        """The promises in force: the usual ones as this company keeps them, then its own (see `promises.in_force`)."""
        return promises.in_force(self._rows(promises.TOLD))

    def set_promise(self, promise: Promise, *, who: str, seen: float | None = None) -> None:
        """Keep a promise in place of the one of its name, whose minutes were `seen` (see `promises.keep`)."""
        known = (*PEOPLE_KEYS, *self.attributes())
        with self._writing() as cursor:
            promises.keep(cursor, promise, who=who, seen=seen, attributes=known)

    def drop_promise(self, name: str, *, who: str, seen: float) -> None:
        """Give a promise up whose minutes were `seen` (see `promises.drop`)."""
        with self._writing() as cursor:
            promises.drop(cursor, name, who=who, seen=seen)

    def reset_promises(self, *, who: str, seen: Sequence[Promise]) -> None:
        """Go back to the usual promises from those `seen` (see `promises.reset`)."""
        with self._writing() as cursor:
            promises.reset(cursor, who=who, seen=seen)

    def attributes(self) -> list[str]:
        """The names of the attributes that files brought beyond the known keys, sorted."""
        return [name for (name,) in self._rows(names_query().sql("duckdb"))]
