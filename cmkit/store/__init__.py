"""The only room with SQLAlchemy: tables from facts, batches with provenance, undo, sums in the database."""

from cmkit.store.batches import BatchInfo, BatchReport, take_in
from cmkit.store.connection import Store, open_store
from cmkit.store.load import Lookup, count, load, origin_of, stored_rows
from cmkit.store.sums import contributions, measure_days, run_query
from cmkit.store.undo import UndoReport, undo

__all__ = [
    "BatchInfo",
    "BatchReport",
    "Lookup",
    "Store",
    "UndoReport",
    "contributions",
    "count",
    "load",
    "measure_days",
    "open_store",
    "origin_of",
    "run_query",
    "stored_rows",
    "take_in",
    "undo",
]
