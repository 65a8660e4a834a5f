"""The only room with SQLAlchemy: tables from facts, batches with provenance, undo, sums in the database."""

from cmkit.store.batches import BatchInfo, BatchReport, take_in
from cmkit.store.cells import with_cells
from cmkit.store.connection import Store, open_store
from cmkit.store.documents import Made, MadeFile, Standing, document_made, documents_made, keep_documents, standing
from cmkit.store.history import load_at
from cmkit.store.load import Lookup, count, load, origin_of, origins_of, stored_rows
from cmkit.store.snapshot import copied
from cmkit.store.sums import measure_days, run_queries, run_query
from cmkit.store.trace import contributions
from cmkit.store.undo import UndoReport, undo

__all__ = [
    "BatchInfo",
    "BatchReport",
    "Lookup",
    "Made",
    "MadeFile",
    "Standing",
    "Store",
    "UndoReport",
    "contributions",
    "copied",
    "count",
    "document_made",
    "documents_made",
    "keep_documents",
    "load",
    "load_at",
    "measure_days",
    "open_store",
    "origin_of",
    "origins_of",
    "run_queries",
    "run_query",
    "standing",
    "stored_rows",
    "take_in",
    "undo",
    "with_cells",
]
