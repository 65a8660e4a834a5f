"""Branch workbooks as plain files: issue, receive, and the register of who has returned what."""

from cmkit.exchange.issue import Branch, branches_of, issue
from cmkit.exchange.receive import Received, receive
from cmkit.exchange.register import StatusRow, status

__all__ = ["Branch", "Received", "StatusRow", "branches_of", "issue", "receive", "status"]
