"""The only edge to a database: the warehouse and the one count query."""

from analysis.store.forgetting import Receipt
from analysis.store.histogram import HISTOGRAM_KEYS
from analysis.store.opening import IN_MEMORY, store_path
from analysis.store.warehouse import Warehouse

__all__ = ["HISTOGRAM_KEYS", "IN_MEMORY", "Receipt", "Warehouse", "store_path"]
