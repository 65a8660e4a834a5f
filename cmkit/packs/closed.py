"""The closed sets of words that pack files may use, beyond those that the specs declare themselves."""

from __future__ import annotations

from collections.abc import Iterable

from cmkit.base.lang import _

REPORT_SECTIONS = (
    "summary",
    "kpi_table",
    "kpi_trend",
    "clients",
    "activity",
    "visits",
    "pipeline",
    "funnel",
    "needs",
    "potential",
    "key_people",
    "guests",
    "outreach",
    "campaigns",
    "service",
    "risk",
    "team",
    "force",
    "recruit",
    "growth",
    "archive",
    "leaving",
    "territory",
    "market",
    "problems",
    "next",
    "support",
    "appendix",
    "lending",
    "value",
    "norms",
    "industries",
    "risk_identify",
    "risk_pricing",
    "risk_control",
    "risk_monitor",
    "risk_respond",
    "risk_improve",
    "client_card",
    "client_people",
    "client_credit",
    "client_ratios",
    "client_industry",
    "client_history",
    "client_needs",
    "client_solution",
)
"""The outline of a monthly report (月度经营分析报告)."""

LOG_SECTIONS = (
    "plan",
    "contacts",
    "business",
    "complaints",
    "referrals",
    "market",
    "learning",
    "tomorrow",
    "activity",
    "review",
)
"""The blocks of a work log (工作日志, A to J)."""

FORMATS = ("md", "html", "docx", "xlsx", "pdf")
REFS = ("clients", "staff", "orgs")
ANY_DATE = "-"
"""As a measure's ``date``: all records, whatever their date."""


def joined(words: Iterable[str]) -> str:
    """Words as a hint lists them."""
    return "、".join(words)


def suggested(word: str, legal: Iterable[str], rest: str) -> str:
    """A hint that begins with the legal word that ``word`` was probably meant to be, where there is one."""
    from difflib import get_close_matches

    found = get_close_matches(word.casefold(), list(legal), n=1, cutoff=0.6)
    return _("是不是想写“{word}”？{rest}").format(word=found[0], rest=rest) if found else rest
