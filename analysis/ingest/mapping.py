"""What each column of a file is taken for: proposed, shown, changed, kept."""

from __future__ import annotations

from collections.abc import Mapping as MappingABC
from dataclasses import asdict, dataclass, fields, replace

from analysis.errors import MappingIncomplete
from analysis.schema import KINDS, METRICS, RESERVED_NAMES, SCALES, Kind, Metric

_ENTITIES = ("customer_id", "channel", "store", "region", "staff", "touchpoint", "tier", "persona")
_TICKET_TIMES = ("first_reply", "plan", "resolved", "closed")
_TICKET_FACTS = ("status", "category", "priority", "contacts", "reopened", "compensation")

# What only serves to flag doubtful answers: how long somebody took, and from which address or device they came.
QUALITY_ROLES = ("duration", "origin")

# Roles that make sense in each kind of file, in the order a person would look for them.
ROLES_OF: dict[Kind, tuple[str, ...]] = {
    "survey": (
        "id", "time", "score", "comment", *_ENTITIES, "wait_minutes", "weight", "choice", "attribute", *QUALITY_ROLES,
        "ignore",
    ),
    "review": (
        "id", "time", "stars", "comment", "follow_up", "follow_up_time", "score", *_ENTITIES, "attribute", "ignore",
    ),
    "complaint": ("id", "time", *_TICKET_TIMES, "title", "comment", *_TICKET_FACTS, *_ENTITIES, "attribute", "ignore"),
    "volume": ("time", "channel", "store", "region", "count", "ignore"),
    "customer": ("customer_id", "tier", "spend_12m", "last_purchase", "bought_new", "age_band", "persona", "region",
                 "ignore"),
}
ROLES: tuple[str, ...] = tuple(dict.fromkeys(role for roles in ROLES_OF.values() for role in roles))

# Roles whose cells are moments.
TIME_ROLES = ("time", "follow_up_time", *_TICKET_TIMES, "last_purchase")

# Roles that more than one column of a file may have.
REPEATED_ROLES = ("score", "comment", "choice", "attribute", "ignore")


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """One column: its position and header, its role, and for a score what the question asks.

    `confidence` runs from 0 to 1; `why` is a message key under `reasons.`. `question` is the message key of
    what only a person can tell, and None where nothing is open. `name` is the key that an attribute gets, or what a
    question of several options is called: its columns share it. `option` is the option that a column stands for,
    None where a cell holds several, with `separator` between them. `order`: the options are ranked.
    `day_first` settles 10-11-2025 in a column of times; None leaves it to the column's other dates.
    `positions`: the answers are bare numbers that may be the positions of options, whatever was decided on them.
    """

    index: int
    header: str
    role: str
    dimension: str | None = None
    metric: Metric | None = None
    scale: str | None = None
    reversed: bool = False
    touchpoint: str | None = None
    confidence: float = 1.0
    why: str = ""
    question: str | None = None
    name: str | None = None
    option: str | None = None
    separator: str | None = None
    order: bool = False
    day_first: bool | None = None
    positions: bool = False


@dataclass(frozen=True, slots=True)
class Mapping:
    """What a file's columns are taken for, and which rows that its tool set apart stay out (names of row marks)."""

    kind: Kind
    columns: tuple[ColumnMapping, ...]
    leave_out: tuple[str, ...] = ()

    def having(self, *roles: str) -> tuple[ColumnMapping, ...]:
        """The columns of these roles, in file order."""
        return tuple(column for column in self.columns if column.role in roles)

    def first(self, role: str) -> ColumnMapping | None:
        """The first column of a role, or None."""
        return next(iter(self.having(role)), None)

    @property
    def positions(self) -> frozenset[str]:
        """The headers of the columns whose answers may be positions of options."""
        return frozenset(column.header for column in self.columns if column.positions)

    def to_dict(self) -> dict[str, object]:
        """Plain data for JSON; `from_dict` reads it back."""
        return {
            "kind": self.kind, "columns": [asdict(column) for column in self.columns], "leave_out": [*self.leave_out],
        }

    @classmethod
    def from_dict(cls, tree: MappingABC[str, object]) -> Mapping:
        """A mapping from plain data. Raises MappingIncomplete where a name in it does not exist."""
        known = {field.name for field in fields(ColumnMapping)}
        try:
            columns = tuple(
                ColumnMapping(**{name: value for name, value in column.items() if name in known})
                for column in tree["columns"]
            )
            mapping = cls(tree["kind"], columns, tuple(map(str, tree.get("leave_out", ()))))
        except (KeyError, TypeError, AttributeError) as error:
            raise MappingIncomplete("errors.mapping_unreadable", detail=str(error)) from error
        mapping.check_names()
        return mapping

    def check_names(self) -> None:
        """Raise MappingIncomplete where a kind, role, metric or scale does not exist, or a name is taken."""
        if self.kind not in KINDS:
            raise MappingIncomplete("errors.mapping_name", column="-", value=self.kind, known=tuple(KINDS))
        for column in self.columns:
            wanted = [(column.role, ROLES_OF[self.kind])]
            if column.role == "attribute" and (column.name or "").strip().casefold() in RESERVED_NAMES:
                raise MappingIncomplete("errors.attribute_name", column=column.header, value=column.name)
            if column.role == "score":
                wanted += [(column.metric, METRICS), (column.scale, tuple(SCALES))]
            for value, known in wanted:
                if value not in known:
                    raise MappingIncomplete(
                        "errors.mapping_name", column=column.header, value=value, known=tuple(known)
                    )

    def placed(self, header: tuple[str, ...]) -> Mapping:
        """This mapping on a file whose columns may stand in another order; ignored columns may be absent.

        Raises MappingIncomplete naming a column that the file does not have.
        """
        return replace(self, columns=tuple(_placed(c, header) for c in self.columns if _is_needed(c, header)))


def _is_needed(column: ColumnMapping, header: tuple[str, ...]) -> bool:
    return column.role != "ignore" or column.header in header


def _placed(column: ColumnMapping, header: tuple[str, ...]) -> ColumnMapping:
    if column.index < len(header) and header[column.index] == column.header:
        return column
    if column.header not in header:
        raise MappingIncomplete("errors.mapping_column_missing", column=column.header)
    return replace(column, index=header.index(column.header))
