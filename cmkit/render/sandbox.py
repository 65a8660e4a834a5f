"""Jinja as cmkit uses it: sandboxed, strict about misspelt fields, modest in size; its errors said in a clerk's words."""

from __future__ import annotations

import contextlib
import re
import traceback
from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cmkit.base.faults import Fault, InputFault
from cmkit.base.lang import _
from cmkit.base.problem import Place
from cmkit.render.fence import fenced
from cmkit.render.templates import is_shipped

if TYPE_CHECKING:
    from jinja2.sandbox import ImmutableSandboxedEnvironment

MAX_TEXT = 1_000_000
MAX_STEPS = 100_000
_STRETCHING = frozenset({"center", "expandtabs", "ljust", "rjust", "zfill", "translate"})
_WIDTH = re.compile(r"\d{4,}")
_NEAR = 0.5


def environment(
    where: tuple[Path, ...], *, escape: bool, finalize: Callable[[Any], Any] | None = None
) -> ImmutableSandboxedEnvironment:
    """The environment whose templates come from ``where`` alone, with a fresh budget for one rendering."""
    env = _environment(where, escape, finalize)
    env.globals["range"] = _budgeted_range()
    return env


@lru_cache(maxsize=8)
def _environment(
    where: tuple[Path, ...], escape: bool, finalize: Callable[[Any], Any] | None
) -> ImmutableSandboxedEnvironment:
    # Kept, because a template takes longer to compile than to fill; a changed file is read again.
    from jinja2 import FileSystemLoader

    sandbox, strict = _classes()
    env: ImmutableSandboxedEnvironment = sandbox(
        loader=FileSystemLoader([str(folder) for folder in where], encoding="utf-8"),
        autoescape=escape,
        undefined=strict,
        finalize=finalize,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    env.globals = {"_": _, "dict": dict}
    for name in ("center", "indent", "wordwrap", "format", "pprint", "xmlattr", "urlize"):
        env.filters.pop(name, None)
    return env


@contextlib.contextmanager
def plain_words(path: Path, known: Mapping[str, object] | None = None) -> Iterator[None]:
    """Turn every error of the template at ``path`` into one sentence with its line; an office's own has an end, too.

    Raises:
        InputFault: The template is wrong, runs too long or takes too much memory.
    """
    try:
        with contextlib.nullcontext() if is_shipped(path) else fenced():
            yield
    except Fault as fault:
        fault.place = fault.place if fault.place.file else Place(path.name)
        raise
    except Exception as error:
        place = Place(path.name, cell=_line(error))
        message, hint = _said(error, known or {})
        raise InputFault(message, hint=hint, place=place) from error


def _said(error: Exception, known: Mapping[str, object]) -> tuple[str, str]:
    from jinja2.exceptions import SecurityError, TemplateNotFound, TemplateSyntaxError, UndefinedError

    detail = (str(error).splitlines() or [type(error).__name__])[0][:300]
    if isinstance(error, TemplateSyntaxError):
        hint = _("请检查 {{{{ }}}} 与 {{% %}} 是否成对,if 和 for 是否有对应的 endif 和 endfor")
        return _("模板语法有误: {detail}").format(detail=detail), hint.format()
    if isinstance(error, UndefinedError):
        return _unknown(detail, known)
    if isinstance(error, SecurityError):
        return _("模板里有不允许的写法: {detail}").format(detail=detail), _("模板只能填写字段和使用 if、for")
    if isinstance(error, TemplateNotFound):
        return _("模板引用的文件 {name} 不存在").format(name=detail), _("被引用的文件要放在同一个模板文件夹里")
    if isinstance(error, UnicodeDecodeError):
        return _("模板文件不是 UTF-8 编码"), _("请用记事本打开,另存为 UTF-8 编码")
    return _("模板不能用: {detail}").format(detail=detail), _("请用 cmkit templates check 检查模板")


def _unknown(detail: str, known: Mapping[str, object]) -> tuple[str, str]:
    field = detail.rpartition("|")[2]
    owner = detail.rpartition("|")[0]
    legal = owner.split(",") if owner else sorted(known)
    near = get_close_matches(field, [name for name in legal if name], n=3, cutoff=_NEAR)
    hint = _("是不是想写 {names}?").format(names=" / ".join(near)) if near else ""
    return _("模板里的字段 {field} 不存在").format(field=field), hint or _("cmkit templates fields 列出可用的字段")


def _line(error: Exception) -> str:
    # Frames of a compiled template carry the template's own lines; the innermost one is where it went wrong.
    number = getattr(error, "lineno", None)
    if number is None:
        frames = [frame for frame in traceback.extract_tb(error.__traceback__) if _is_template(frame.filename)]
        number = frames[-1].lineno if frames else None
    return _("第 {line} 行").format(line=number) if number else ""


def _is_template(filename: str) -> bool:
    return filename.endswith(".j2") or filename == "<template>"


def _budgeted_range() -> Callable[..., range]:
    left = [MAX_STEPS]

    def limited(*bounds: int) -> range:
        steps = range(*bounds)
        left[0] -= len(steps) + 1
        if left[0] < 0:
            raise _security(_("range 的次数太多"))
        return steps

    return limited


def _security(message: str) -> Exception:
    from jinja2.exceptions import SecurityError

    return SecurityError(message)


def _checked(operator: str, left: Any, right: Any) -> None:
    size = max((len(side) for side in (left, right) if isinstance(side, str | list | tuple | bytes)), default=0)
    count = max((abs(side) for side in (left, right) if isinstance(side, int | float)), default=0)
    if operator == "*" and size * count > MAX_TEXT:
        raise _security(_("重复的次数太多"))
    if operator == "**" and (abs(right) > 64 or abs(left) > MAX_TEXT):  # noqa: PLR2004 - beyond any layout's need
        raise _security(_("乘方太大"))
    if operator == "%" and isinstance(left, str) and _WIDTH.search(left):
        raise _security(_("格式宽度太大"))


def _classes() -> tuple[Any, Any]:
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    opened = _opened()

    class Sandbox(ImmutableSandboxedEnvironment):
        """Jinja's sandbox without the ways to make a small template fill the memory."""

        intercepted_binops = frozenset({"*", "**", "%"})

        def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
            _checked(operator, left, right)
            return super().call_binop(context, operator, left, right)

        def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
            stretching = isinstance(obj, str | bytes) and attr in _STRETCHING
            return not stretching and super().is_safe_attribute(obj, attr, value)

        def wrap_str_format(self, value: Any) -> Callable[..., str] | None:
            safe = super().wrap_str_format(value)
            text = getattr(value, "__self__", "")
            if safe is not None and isinstance(text, str) and (_WIDTH.search(text) or re.search(r"\{[^}]*\{", text)):
                raise _security(_("格式宽度太大"))
            return safe

        def getattr(self, obj: Any, attribute: str) -> Any:
            # Nine of ten looks are at the declared fields of a view, which are there to be seen.
            if attribute in opened.get(type(obj), ()):
                return getattr(obj, attribute)
            return super().getattr(obj, attribute)

    class Field(StrictUndefined):
        """A field that is not there; its message carries the names that are, and the one that was asked for."""

        __slots__ = ()

        @property
        def _undefined_message(self) -> str:
            names = _names(self._undefined_obj)
            return f"{','.join(names)}|{self._undefined_name}"

    return Sandbox, Field


def _opened() -> Mapping[type, frozenset[str]]:
    from cmkit.render import view

    kinds = (
        view.DocumentView, view.SectionView, view.ColumnView, view.CellView, view.FigureView, view.ChartView,
    )  # fmt: skip
    return {kind: frozenset(kind.__dataclass_fields__) for kind in kinds}


def _names(obj: object) -> list[str]:
    if isinstance(obj, Mapping):
        return sorted(str(key) for key in obj)
    kind = type(obj)
    held = [name for name in dir(kind) if isinstance(getattr(kind, name, None), property)]
    return sorted({*getattr(kind, "__dataclass_fields__", ()), *held})
