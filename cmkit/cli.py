"""The root group: finds commands by file name, takes the global options, and is the only exit point."""

from __future__ import annotations

import atexit
import contextlib
import gc
import gettext
import os
import re
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

import click

from cmkit import __version__
from cmkit.base.faults import Exit, Fault
from cmkit.base.lang import LOCALE_DIR, Lang, _, detect, language, set_language
from cmkit.base.text import safe_line
from cmkit.commands import _kit, _loading

_LANG_WORD = re.compile(r'^\s*lang\s*=\s*"(zh|en)"', re.MULTILINE)


class _Terminated(BaseException):
    """SIGTERM came."""


class _Interrupted(BaseException):
    """SIGINT came. Python ends a program by the signal itself where a KeyboardInterrupt passed through exec()."""


def _wanted_language(args: list[str]) -> Lang:
    """The language before anything is parsed: the option, the variable, the workspace's, the locale's, Chinese."""
    given = _kit.option_in(args, "--lang") or os.environ.get("CMKIT_LANG", "")
    if given in {"zh", "en"}:
        return "en" if given == "en" else "zh"
    return _workspace_language(args) or detect()


def _workspace_language(args: list[str]) -> Lang | None:
    start = Path(_kit.option_in(args, "--workspace") or os.environ.get("CMKIT_WORKSPACE") or ".")
    with contextlib.suppress(OSError, UnicodeDecodeError):
        here = start.resolve()
        for folder in (here, *here.parents):
            settings = folder / "cmkit.toml"
            if settings.is_file():
                found = _LANG_WORD.search(settings.read_text(encoding="utf-8-sig"))
                return None if not found else ("en" if found.group(1) == "en" else "zh")
    return None


def _speak(lang: Lang) -> None:
    set_language(lang)
    # Click asks gettext's default domain, and gettext asks this variable.
    os.environ["LANGUAGE"] = lang
    gettext.bindtextdomain("cmkit-click", str(LOCALE_DIR))
    gettext.textdomain("cmkit-click")
    # Click's catalog has the sentence ("…" is not a valid integer), not the word in it.
    click.types.IntParamType.name = click.IntRange.name = "integer" if lang == "en" else "整数"


class Root(_kit.Group):
    """``cmkit``: every file of ``commands/`` that does not begin with ``_`` is a command."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """The commands' names."""
        return _loading.command_names()

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command of that name, loaded now."""
        return _loading.load_command(cmd_name)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Click's, which knows no names to suggest: the commands are not loaded, so it holds none of them."""
        try:
            return super().resolve_command(ctx, args)
        except click.NoSuchCommand as error:
            raise click.NoSuchCommand(args[0], possibilities=_loading.command_names(), ctx=ctx) from error

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, each with its sentence; none of them is loaded for it."""
        rows = [(name, _loading.short_help(name)) for name in self.list_commands(ctx)]
        with formatter.section(gettext.gettext("Commands")):
            formatter.write_dl(rows)


def _root() -> Root:
    return Root(
        name="cmkit",
        help=_(
            "客户经理日常工作的命令行工具：导入客户表格，生成工作日志、会议纪要、走访计划和月度报告，检查指标，与各机构交换表格。"
        ),
        params=[
            click.Option(
                ["--version"],
                is_flag=True,
                is_eager=True,
                expose_value=False,
                callback=_version,
                help=_("显示版本"),
            )
        ],
        no_args_is_help=True,
        context_settings={"help_option_names": ["-h", "--help"], "auto_envvar_prefix": "CMKIT"},
    )


def _version(ctx: click.Context, _param: click.Parameter, value: bool) -> None:
    if value:
        click.echo(f"cmkit {__version__}")
        ctx.exit()


def main(args: list[str] | None = None) -> NoReturn:
    """Run one command line and leave with its exit code."""
    words = sys.argv[1:] if args is None else args
    _rest_collector()
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(errors="replace")
    with contextlib.suppress(ValueError):
        signal.signal(signal.SIGTERM, _on_term)
        if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            signal.signal(signal.SIGINT, _on_int)
    _speak(_wanted_language(words))
    session = _kit.Session(words)
    code = _guarded(words, session)
    with contextlib.suppress(Exception):
        session.close()
    sys.exit(_flushed(code))


def _rest_collector() -> None:
    """Walk the objects seldom, and not at the very end: both together are a quarter of a short command's time."""
    gc.set_threshold(50_000, 20, 20)
    atexit.unregister(gc.freeze)
    atexit.register(gc.freeze)


def _on_term(_number: int, _frame: FrameType | None) -> None:
    raise _Terminated


def _on_int(_number: int, _frame: FrameType | None) -> None:
    raise _Interrupted


def _guarded(words: list[str], session: _kit.Session) -> int:
    try:
        _kit.check_words(words)
        result = _root().main(words, "cmkit", standalone_mode=False, obj=session)
        sys.stdout.flush()
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except (click.Abort, KeyboardInterrupt, _Interrupted):
        _say(session, {"code": "interrupted", "message": _("已中断")})
        return Exit.INTERRUPTED
    except _Terminated:
        return Exit.TERMINATED
    except click.ClickException as error:
        return _usage(session, error)
    except (BrokenPipeError, SystemExit):
        # Whoever read has seen enough; Click itself leaves with 1 then, which stands for a crash here.
        _silence(sys.stdout)
        return Exit.DONE
    except Fault as fault:
        return _stop(session, fault)
    except OSError as error:
        return _stop(session, _kit.os_fault(error))
    except Exception as error:  # noqa: BLE001 - the last line: a bug becomes one sentence and a log entry
        return _crash(session, error)
    return int(result) if isinstance(result, int) else Exit.DONE


def _stop(session: _kit.Session, fault: Fault) -> int:
    _say(session, fault.as_dict(), str(fault))
    return int(fault.exit_code)


def _usage(session: _kit.Session, error: click.ClickException) -> int:
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        click.echo(error.ctx.get_help() if error.ctx else "", err=True)
        return Exit.USAGE
    hint = ""
    context = getattr(error, "ctx", None)
    if context is not None:
        hint = _("用法见 {command} --help").format(command=context.command_path)
    _say(session, {"code": "usage", "exit": 2, "message": error.format_message(), "hint": hint})
    return Exit.USAGE


def _crash(session: _kit.Session, error: Exception) -> int:
    kept = _kit.keep_traceback(session, error)
    where = _("详情已记入 {path}").format(path=kept) if kept else ""
    _say(
        session,
        {"code": "crash", "exit": 1, "message": _("程序出错：{kind}").format(kind=type(error).__name__), "hint": where},
    )
    return Exit.CRASH


def _say(session: _kit.Session, told: dict[str, Any], text: str = "") -> None:
    """One line on stderr, or one JSON value there when JSON was asked for."""
    if session.wants_json():
        line = _kit.json_text({"error": told})
    else:
        said = text or " ".join(str(told[key]) for key in ("message", "hint") if told.get(key))
        line = ("Error: " if language() == "en" else "错误：") + safe_line(said)
    with contextlib.suppress(OSError, ValueError):
        click.echo(line, err=True)


def _silence(stream: Any) -> None:
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _flushed(code: int) -> int:
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        _silence(sys.stdout)
    except OSError as error:
        _silence(sys.stdout)
        with contextlib.suppress(OSError, ValueError):
            click.echo(str(_kit.os_fault(error)), err=True)
        return int(Exit.DISK)
    return code
