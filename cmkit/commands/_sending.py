"""Documents out of the house: the options of ``--send``, and what is said of each delivery."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from cmkit.base.faults import Exit, UsageFault, worst
from cmkit.base.lang import _
from cmkit.commands._kit import Session

if TYPE_CHECKING:
    from cmkit.delivery.message import Message
    from cmkit.delivery.send import Delivered, Outbox, Parcel
    from cmkit.facts.section import Document

_DEFAULT = ""
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Sending:
    """What the options say: to whom (a blank name: as the settings say), only to look, and once more."""

    to: tuple[str, ...] = ()
    dry_run: bool = False
    resend: bool = False


def send_options(inner: Callable[..., R]) -> Callable[..., R]:
    """``--send [TO]``, ``--dry-run``, ``--resend`` for a command that writes documents; it gets them as ``sending``."""

    @wraps(inner)
    def function(*args: Any, send: tuple[str, ...], dry_run: bool, resend: bool, **more: Any) -> R:
        if (dry_run or resend) and not send:
            raise UsageFault(_("--dry-run 和 --resend 要和 --send 一起用"))
        return inner(*args, sending=Sending(send, dry_run, resend), **more)

    function = click.option("--resend", is_flag=True, help=_("已发过或不确定是否送达的也再发一次"))(function)
    function = click.option("--dry-run", "dry_run", is_flag=True, help=_("只显示将要发送的内容，不写文件也不发送"))(
        function
    )
    return click.option(
        "--send",
        "send",
        metavar="[TO]",
        is_flag=False,
        flag_value=_DEFAULT,
        multiple=True,
        help=_("发给 cmkit.toml 里的发送对象（可重复；不写名称则按设置）"),
    )(function)


def outbox_of(session: Session) -> Outbox:
    """The outbox of the session's workspace."""
    from cmkit.delivery.send import Outbox
    from cmkit.store.deliveries import DeliveryBook

    book, workspace = DeliveryBook(session.store), session.workspace
    return Outbox(book, workspace.settings.delivery, workspace.root, session.who)


def check(session: Session, sending: Sending) -> None:
    """Raises ConfigFault where a target that is asked for is not in the settings: before anything is made."""
    from cmkit.delivery.send import targets_for

    if sending.to:
        targets_for(session.workspace.settings.delivery, _names(sending), "", [])


def write_and_send(
    session: Session,
    documents: Sequence[tuple[str, Document]],
    period: str,
    to: str,
    out: Path | None,
    sending: Sending,
) -> int:
    """Write the documents and, where asked, send each to its targets; gives the exit code."""
    from cmkit.commands._documents import write_documents

    check(session, sending)
    if sending.dry_run:
        return look(session, documents, period, to, sending)
    paths = write_documents(session, documents, period, to, out)
    return finish(session, documents, period, paths, sending)


def look(session: Session, documents: Sequence[tuple[str, Document]], period: str, to: str, sending: Sending) -> int:
    """Show what would be sent; nothing is kept."""
    from cmkit.commands._documents import write_documents
    from cmkit.delivery.send import show

    outbox = outbox_of(session)
    with tempfile.TemporaryDirectory() as folder:
        paths = write_documents(session, documents, period, to, Path(folder))
        parcels = _parcels(session, documents, period, paths, sending)
    shown = [show(parcel, outbox) for parcel in parcels]
    if session.format == "json":
        keys = [{name: getattr(one.key, name) for name in ("target", "report", "who", "period")} for one in parcels]
        session.show_json([{**key, "message": text} for key, text in zip(keys, shown, strict=True)])
    else:
        session.show(f"\n{'-' * 40}\n".join(shown) if shown else _("没有要发送的对象"))
    return Exit.DONE


def finish(
    session: Session,
    documents: Sequence[tuple[str, Document]],
    period: str,
    paths: Sequence[Path],
    sending: Sending,
    code: int = 0,
) -> int:
    """Show what was written and, where asked, send it; gives the exit code of both."""
    from cmkit.delivery.send import deliver

    if not sending.to:
        session.show_paths(paths)
        return code
    parcels = _parcels(session, documents, period, paths, sending)
    if session.format == "json":
        session.outputs.extend(paths)
    else:
        session.show_paths(paths)
    found = deliver(parcels, outbox_of(session), resend=sending.resend)
    if session.format == "json":
        told = [one.as_dict() for one in found]
        session.show_json({"files": [str(path) for path in paths], "deliveries": told})
    return int(worst([code, tell(session, found)]))


def _names(sending: Sending) -> list[str]:
    return [part.strip() for given in sending.to for part in given.replace("，", ",").split(",") if part.strip()]


def _parcels(
    session: Session,
    documents: Sequence[tuple[str, Document]],
    period: str,
    paths: Sequence[Path],
    sending: Sending,
) -> list[Parcel]:
    """A parcel a document and target; a document that could not be written is not sent."""
    from cmkit.delivery.book import Key
    from cmkit.delivery.send import Parcel, targets_for
    from cmkit.render.output import file_stem

    settings, names, people = session.workspace.settings.delivery, _names(sending), _people(session)
    parcels = []
    for who, document in documents:
        stem = file_stem(document.name, who, period)
        made = [path for path in paths if path.stem == stem]
        for target in targets_for(settings, names, document.name, people.get(who, [who])) if made else ():
            taken = [path for path in made if path.suffix.lstrip(".") in target.attach]
            parcels.append(
                Parcel(Key(target.name, document.name, who, period), target, _message(session, document, taken))
            )
    return parcels


def _message(session: Session, document: Document, taken: Sequence[Path]) -> Message:
    from cmkit.delivery.message import Attachment, Message
    from cmkit.render.mail import letter

    overrides, pack = session.workspace.root / "templates", session.pack.info.name
    said = letter(document, [path.name for path in taken], overrides=overrides, pack=pack)
    files = tuple(Attachment(path.name, path.read_bytes()) for path in taken)
    return Message(said.title, said.short, said.text, said.html, said.picture, files)


def _people(session: Session) -> dict[str, list[str]]:
    """What a target's ``who`` may call a document: its number and name as in the file's name, or either alone."""
    from cmkit.facts.records import Org, Staff
    from cmkit.store import load

    found = [(one.org_id, one.name) for one in load(session.store, Org)]
    found += [(one.staff_id, one.name) for one in load(session.store, Staff)]
    return {f"{number}{name}": [f"{number}{name}", number, name] for number, name in found}


def tell(session: Session, found: Sequence[Delivered]) -> int:
    """A line for each delivery, what went wrong also when quiet; gives the exit code."""
    words = {
        "sent": _("已发送 {target}：{what}"),
        "already": _("先前已发送 {target}：{what}，没有重发"),
        "failed": _("没有发出 {target}：{what}，{note}"),
        "uncertain": _("不确定是否送达 {target}：{what}，{note}"),
    }
    codes = [int(Exit.DONE)]
    for one in found:
        what = " ".join(part for part in (one.key.report, one.key.who, one.key.period) if part)
        line = words[one.state].format(target=one.key.target, what=what, note=one.note)
        if one.state in {"sent", "already"}:
            session.say(f"{line} {one.note}".rstrip() if one.state == "sent" else line)
            continue
        session.complain(line)
        codes.append(int(Exit.NEGATIVE if one.state == "uncertain" else Exit.CONFIG if one.settings else Exit.BUSY))
    return worst(codes)


def retry_failed(session: Session) -> int:
    """Send what earlier runs could not; nothing is said where there is nothing to do."""
    from cmkit.delivery.send import retry

    if not session.workspace.settings.delivery.targets:
        return Exit.DONE
    outbox = outbox_of(session)
    return tell(session, retry(outbox)) if outbox.book.open_entries() else Exit.DONE
