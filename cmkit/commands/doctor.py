"""``cmkit doctor``."""

from __future__ import annotations

import sys

from cmkit import __version__
from cmkit.base.faults import Exit
from cmkit.base.lang import _
from cmkit.commands._kit import Session, command, with_session


@command("doctor", _("体检：版本、设置、数据库、节假日、模板"))
@with_session
def cli(session: Session) -> int:
    """Whether everything a nightly run needs is there."""
    from cmkit.commands._health import examine
    from cmkit.facts.section import Column

    found = [(_("cmkit 版本"), True, f"{__version__} · Python {sys.version.split()[0]}"), *examine(session)]
    rows = [(name, _("正常") if good else _("有问题"), text) for name, good, text in found]
    value = [{"check": name, "ok": good, "text": text} for name, good, text in found]
    session.show_rows([Column(_("项目")), Column(_("结果")), Column(_("说明"))], rows, value)
    return Exit.DONE if all(good for _name, good, _text in found) else Exit.NEGATIVE
