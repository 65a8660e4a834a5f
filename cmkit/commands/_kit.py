"""What every command file uses: the global options, the session, and showing rows."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
from click.core import ParameterSource

from cmkit.base.faults import DiskFault, Fault, OutputFault, UsageFault
from cmkit.base.lang import _, set_language

if TYPE_CHECKING:
    from cmkit.base.period import Period
    from cmkit.base.problem import Problem
    from cmkit.base.workspace import Workspace
    from cmkit.facts.section import Cell, Column, Document
    from cmkit.facts.specs import Pack
    from cmkit.reports.desk import Desk
    from cmkit.store import Store

FORMATS = ("table", "json", "csv", "md")
COMPLETE = "_CMKIT_COMPLETE"
"""The variable that a shell asks for completions with."""
KPI_MARK = "kpi:"
"""How the marks of indicators begin among the findings that have been told."""
_STEERING = "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]"
"""Control and bidirectional characters; tab and newline, which tables and CSV are made of, are not among them."""
F = TypeVar("F", bound=Callable[..., Any])
R = TypeVar("R")


class DayType(click.ParamType[date]):
    """A day as 2026-10-30."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The day, or a usage error naming the form."""
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            self.fail(_("{value} 不是日期，请写成 2026-10-30").format(value=value), param, ctx)


DAY = DayType()


class Session:
    """What the global options say, and the things that commands open when they need them."""

    def __init__(self, words: Sequence[str] = ()) -> None:
        self.words = words
        """The command line as it was given: errors before it is parsed must know the format, too."""
        self.options: dict[str, Any] = {}
        self.outputs: list[Path] = []
        """The files that this run wrote, for the run ledger."""
        self.verdict = ""
        """The sentence that a check ends with, for a summary."""
        self._workspace: Workspace | None = None
        self._pack: Pack | None = None
        self._store: Store | None = None
        self._today: date | None = None

    def wants_json(self) -> bool:
        """JSON was asked for, also for errors."""
        asked = self.options.get("format") or option_in(self.words, "--format") or os.environ.get("CMKIT_FORMAT")
        return asked == "json"

    @property
    def format(self) -> str:
        """table, json, csv or md."""
        return str(self.options.get("format") or "table")

    @property
    def quiet(self) -> bool:
        """Nothing is printed on success."""
        return bool(self.options.get("quiet"))

    @property
    def interactive(self) -> bool:
        """A person can be asked: a terminal on both sides and no ``--no-input``."""
        return not self.options.get("no_input") and sys.stdin.isatty() and sys.stdout.isatty()

    @property
    def workspace(self) -> Workspace:
        """The workspace, found now."""
        if self._workspace is None:
            from cmkit.base.workspace import find_workspace

            self._workspace = find_workspace(self.options.get("workspace"))
        return self._workspace

    @property
    def pack(self) -> Pack:
        """The workspace's sector pack."""
        if self._pack is None:
            from cmkit.packs import load_pack

            self._pack = load_pack(self.workspace.settings.pack, [self.workspace.root / "packs"])
        return self._pack

    @property
    def store(self) -> Store:
        """The workspace's store, opened now."""
        if self._store is None:
            from cmkit.store import open_store

            self._store = open_store(self.workspace.store_path, self.pack.tables)
        return self._store

    @property
    def on(self) -> date:
        """The day to act for, asked of the clock once a run."""
        given = self.options.get("on")
        if isinstance(given, date):
            return given
        if self._today is None:
            self._today = self.workspace.today()
        return self._today

    @property
    def who(self) -> str:
        """Who is acting."""
        return self.workspace.operator(str(self.options.get("as_name") or ""))

    def clock(self, text: str | None) -> str:
        """A moment of the store as the office's clock shows it, for people; JSON keeps it as it is."""
        from cmkit.base.clock import local

        return local(text, self.workspace.settings.zone)

    def period(self, text: str | None, kind: Any = "month") -> Period:
        """The period named, else the one that the acting day falls in."""
        from cmkit.base.period import parse_period, period_of

        scheme = self.pack.info.work_month
        return parse_period(text, scheme) if text else period_of(kind, self.on, scheme)

    def desk(self, period: Period | None = None, *, screen: bool = False) -> Desk:
        """The desk at which reports are composed, for a period (default: this month).

        A desk for the ``screen`` masks clients' names, too, which reports print where the pack says so.
        """
        from cmkit.reports.desk import Desk

        return Desk(
            self.store,
            self.pack,
            self.workspace,
            period or self.period(None),
            self.on,
            reveal=bool(self.options.get("unmask")),
            names=False if screen else None,
        )

    def close(self) -> None:
        """Let go of what was opened."""
        if self._store is not None:
            self._store.close()

    def say(self, text: str) -> None:
        """A line for people, on stderr; nothing when quiet."""
        if not self.quiet:
            from cmkit.base.text import safe_line

            click.echo(safe_line(text), err=True)

    def complain(self, text: str) -> None:
        """A line about something that went wrong, on stderr, also when quiet."""
        from cmkit.base.text import safe_line

        click.echo(safe_line(text), err=True)

    def show(self, text: str) -> None:
        """Data on stdout, without what could steer a terminal; nothing when quiet: the exit code is the answer."""
        if not self.quiet:
            click.echo(re.sub(_STEERING, "\ufffd", text))

    def show_json(self, value: Any) -> None:
        """One JSON value on stdout."""
        self.show(json_text(value))

    def show_rows(self, columns: Sequence[Column], rows: Sequence[Sequence[Cell]], value: Any) -> None:
        """Rows in the format asked for; ``value`` is what JSON shows, an iterator where making it takes long."""
        if self.format == "json":
            self.show_json(list(value) if isinstance(value, Iterator) else value)
            return
        from cmkit.render import screen

        self.show(screen.show(self.format, columns, rows))

    def show_document(self, document: Document) -> None:
        """A document on the terminal: its title, then every section as a table; JSON gives the same as plain values."""
        from cmkit.render import screen

        if self.format == "json":
            self.show_json(screen.document_json(document))
        else:
            self.show(screen.show_document(document, self.format))

    def show_problems(self, problems: Sequence[Problem], limit: int = 50) -> None:
        """Problems on stderr, the first ``limit`` of them; errors also when quiet, for then it was no success."""
        for problem in problems[:limit]:
            tell = self.complain if problem.severity == "error" else self.say
            tell(f"[{problem.code}] {problem}")
        if len(problems) > limit:
            self.say(_("…… 另有 {count} 条").format(count=len(problems) - limit))

    def show_paths(self, paths: Sequence[Path]) -> None:
        """The files that were written, one a line, or a JSON list."""
        self.outputs.extend(paths)
        if self.format == "json":
            self.show_json([str(path) for path in paths])
            return
        from cmkit.base.text import safe_line

        for path in paths:
            self.show(safe_line(str(path)))


def check_words(words: Sequence[str]) -> None:
    """Raises UsageFault for a command line in another encoding (a GBK terminal): it could not be stored as text."""
    for word in words:
        try:
            word.encode()
        except UnicodeEncodeError:
            shown = word.encode("utf-8", "replace").decode()
            raise UsageFault(
                _("命令行里有不是 UTF-8 的文字：{word}").format(word=shown), hint=_("请把终端或文件名改为 UTF-8")
            ) from None


def json_text(value: Any) -> str:
    """One JSON value on one line; characters that could steer a terminal are written as escapes."""
    import json

    text = json.dumps(value, ensure_ascii=False, default=str)
    return re.sub(_STEERING, lambda found: f"\\u{ord(found[0]):04x}", text)


def option_in(words: Sequence[str], option: str) -> str:
    """What a command line that has not been parsed gives for ``option``, written ``--x value`` or ``--x=value``."""
    found = ""
    for place, word in enumerate(words):
        if word == "--":
            break
        if word == option and place + 1 < len(words):
            found = words[place + 1]
        elif word.startswith(f"{option}="):
            found = word.partition("=")[2]
    return found


def _keep(ctx: click.Context, param: click.Parameter, value: Any) -> None:
    session = ctx.find_object(Session)
    name = str(param.name)
    if session is None or value is None or value is False:
        return
    # Each level of a command line reads the variables anew; one must not undo the option given at the level above.
    if name in session.options and ctx.get_parameter_source(name) is ParameterSource.ENVIRONMENT:
        return
    session.options[name] = value
    if param.name == "lang":
        set_language("en" if value == "en" else "zh")


def global_options(*, hidden: bool) -> list[click.Option]:
    """The options that stand before or after any command."""

    def option(*names: str, **more: Any) -> click.Option:
        return click.Option(list(names), expose_value=False, callback=_keep, hidden=hidden, **more)

    return [
        option(
            "--workspace", metavar="DIR", envvar="CMKIT_WORKSPACE", help=_("工作区文件夹（默认从当前文件夹向上找）")
        ),
        option("--lang", type=click.Choice(["zh", "en"]), envvar="CMKIT_LANG", help=_("界面与文档的语言")),
        option("--on", type=DAY, envvar="CMKIT_ON", help=_("按哪一天办（默认今天）")),
        option("--format", type=click.Choice(FORMATS), envvar="CMKIT_FORMAT", help=_("结果的显示格式")),
        option("--quiet", is_flag=True, default=None, envvar="CMKIT_QUIET", help=_("成功时不输出")),
        option("--no-input", is_flag=True, default=None, envvar="CMKIT_NO_INPUT", help=_("从不提问")),
        option("--as", "as_name", metavar="NAME", envvar="CMKIT_AS", help=_("以谁的名义")),
    ]


def with_completion(params: list[click.Parameter]) -> list[click.Parameter]:
    """The parameters as they are; while a shell asks, those that stand for a client, a person, a period know theirs."""
    if COMPLETE in os.environ:
        from cmkit.commands._complete import completed

        completed(params)
    return params


class Command(click.Command):
    """A command that also takes the global options."""

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """Its own parameters and the global ones."""
        return with_completion([*super().get_params(ctx), *global_options(hidden=ctx.parent is not None)])


class Group(click.Group):
    """A group that also takes the global options; its commands do too."""

    command_class = Command

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """Its own parameters and the global ones."""
        return with_completion([*super().get_params(ctx), *global_options(hidden=ctx.parent is not None)])


Group.group_class = Group


def command(name: str, text: str, **more: Any) -> Callable[[Callable[..., Any]], Command]:
    """Make a function a command. ``text`` is its help in the language spoken now."""
    return click.command(name, cls=Command, help=text, **more)


def group(name: str, text: str, **more: Any) -> Callable[[Callable[..., Any]], Group]:
    """Make a function a group of commands."""
    return click.group(name, cls=Group, help=text, **more)


def with_session(function: Callable[..., R]) -> Callable[..., R]:
    """Hand the session to a command as its first argument."""
    return click.make_pass_decorator(Session)(function)


def unmask_options(function: F) -> F:
    """``--unmask --reason TEXT`` for a command that shows or exports people."""
    function = click.option("--reason", metavar="TEXT", help=_("查看完整信息的事由（记入调阅登记）"))(function)
    return click.option("--unmask", is_flag=True, help=_("显示完整的姓名、证件与电话"))(function)


def reveal(session: Session, what: str, whose: Sequence[str], unmask: bool, reason: str | None) -> bool:
    """Whether full values may be shown; the access record is written first, or nothing is shown.

    Raises UsageFault without a reason, DeniedFault where the record cannot be written.
    """
    if not unmask:
        return False
    if not (reason or "").strip():
        raise UsageFault(_("--unmask 需要写明 --reason 事由"))
    from cmkit.base.clock import stamp
    from cmkit.privacy.access import access_log, record

    log = access_log(session.workspace.root)
    record(log, who=session.who, when=stamp(), what=what, whose=whose, why=str(reason).strip())
    session.options["unmask"] = True
    return True


def split_formats(text: str, legal: Sequence[str]) -> tuple[str, ...]:
    """``md,html`` as a tuple, or a usage fault naming the legal ones."""
    wanted = tuple(part.strip().lower() for part in text.split(",") if part.strip())
    for part in wanted:
        if part not in legal:
            raise UsageFault(
                _("不认识的文档格式 {name}").format(name=part),
                hint=_("可用的有：{names}").format(names="、".join(legal)),
            )
    return wanted


def os_fault(error: OSError) -> Fault:
    """The fault that stands for an error of the operating system."""
    import errno

    text, name = error.strerror or str(error), str(error.filename or "")
    if error.errno in {errno.ENOSPC, errno.EIO, errno.EFBIG, errno.EDQUOT}:
        return DiskFault(_("写不下去：{text} {name}").format(text=text, name=name), hint=_("请检查磁盘空间"))
    return OutputFault(_("文件不能用：{text} {name}").format(text=text, name=name))


def keep_traceback(session: Session, error: BaseException) -> str:
    """Write the traceback of a bug to the workspace's log (0600, values left out); gives its path or ""."""
    import traceback

    from cmkit.base.clock import stamp

    try:
        folder = session.workspace.private
        folder.mkdir(mode=0o700, exist_ok=True)
        path = folder / "error.log"
        frames = traceback.format_list(traceback.extract_tb(error.__traceback__))
        handle = os.open(path, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)
        with os.fdopen(handle, "a", encoding="utf-8") as log:
            log.write(f"{stamp()} {type(error).__name__}\n{''.join(frames)}\n")
    except (OSError, Fault):
        return ""
    return str(path)
