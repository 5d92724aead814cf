"""The only edge to a database: the warehouse and the one count query."""

from analysis.store.warehouse import Warehouse

__all__ = ["Warehouse"]
