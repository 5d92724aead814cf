"""What can go wrong, said once.

Every error carries a message key and the values that fill it, so that the same failure reads
well in any interface language (`analysis.i18n`), and never a traceback.
"""

from __future__ import annotations

import logging
import traceback


class XinshengError(Exception):
    """Something the user can act on: `key` names the sentence in `i18n`, `values` fill it."""

    def __init__(self, key: str, **values: object) -> None:
        self.key = key
        self.values = values
        super().__init__(f"{key} {values}" if values else key)


class FileRefused(XinshengError):
    """A whole file cannot be read; nothing of it was imported."""


class Stopped(XinshengError):
    """The user stopped the work; nothing of it was kept."""


class ArchiveOfSeveral(FileRefused):
    """An archive holds several tables, each a file of its own; `values["members"]` are their names in it."""


class MappingIncomplete(XinshengError):
    """A column that the kind of record must have is not mapped."""


class StoreBusy(XinshengError):
    """Another process owns the store's file; `values["owner"]` names it."""


class StoreDamaged(XinshengError):
    """The store's file is not a sound store of this version."""


class OutputFailed(XinshengError):
    """A result cannot be written where it was asked for, or not in that form."""


class ReportRefused(XinshengError):
    """A report that cannot be made: no data, a week without any, or a template that does not serve."""


class UnknownName(XinshengError):
    """A metric, key, batch or engine that does not exist; `values["known"]` lists those that do."""


class PlanRefused(XinshengError):
    """An action or a target that cannot be kept as it was given."""


class Outdated(XinshengError):
    """Somebody else saved in between; `values` say who, when, and what they changed. Nothing was overwritten."""


class BadTaxonomy(XinshengError):
    """A dimension, term or label of one's own that cannot be used, or a file of them that cannot be read."""


def log_failure(log: logging.Logger, what: str, error: BaseException) -> None:
    """Log where an unforeseen error happened and of which kind it is.

    Its own words stay out of the log: they may quote a cell, and a cell may hold whatever a customer wrote.
    """
    where = "".join(traceback.format_tb(error.__traceback__))
    log.error("%s: %s\n%s", what, type(error).__name__, where)
