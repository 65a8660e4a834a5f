"""The whole main job on sample data: the same commands that an office runs, one after the other."""

from __future__ import annotations

import shutil
import tomllib
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import click
import msgspec

from cmkit.base.faults import Exit, InternalFault, OutputFault
from cmkit.base.lang import _
from cmkit.base.period import period_of
from cmkit.base.problem import Place
from cmkit.commands._importing import Wanted, import_files
from cmkit.commands._kit import Session
from cmkit.commands._loading import load_command
from cmkit.commands._setup import make_workspace
from cmkit.render.output import write_bytes
from cmkit.render.templates import data_root

MARK = ".cmkit-demo"


class DemoImport(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One file of the sample, in the order of import."""

    file: str
    as_of: str = ""
    table: str = ""


class DemoPlan(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"imports": "import"}):
    """``demo.toml``: what to do with a folder of sample data."""

    pack: str
    on: str
    period: str
    owner: str
    imports: tuple[DemoImport, ...]
    log_owners: tuple[str, ...] = ()
    meetings: tuple[str, ...] = ()
    silence: tuple[str, ...] = ()
    branch: str = ""
    form: str = "actuals"
    office: str = ""


class Demo:
    """One run of the demonstration in ``folder``, which is made anew each time."""

    def __init__(self, folder: Path, pack: str, lang: str, *, say: Callable[[str], None], quiet: bool = False) -> None:
        self.folder = folder.expanduser().resolve()
        self.pack = pack
        self.lang = lang
        self.say = say
        self.quiet = quiet
        self.files: list[str] = []

    def run(self) -> dict[str, Any]:
        """Do everything; gives the files written and the verdict.

        Raises OutputFault where the folder holds something else, InternalFault where a step fails.
        """
        source = data_root("sample_data") / self.pack
        if not (source / "demo.toml").is_file():
            known = sorted(path.parent.name for path in data_root("sample_data").glob("*/demo.toml"))
            raise click.BadParameter(
                _("没有 {name} 的样例；有：{names}").format(name=self.pack, names="、".join(known))
            )
        plan = msgspec.convert(tomllib.loads((source / "demo.toml").read_text(encoding="utf-8")), DemoPlan)
        self._lay(source, plan)
        self._import(plan)
        verdict = self._documents(plan)
        self._title(_("结果"))
        self.say(_("共写出 {count} 个文件，在 {path}").format(count=len(self.files), path=self.folder))
        self.say(verdict)
        return {
            "workspace": str(self.folder),
            "pack": self.pack,
            "on": plan.on,
            "files": self.files,
            "verdict": verdict,
        }

    def _lay(self, source: Path, plan: DemoPlan) -> None:
        if self.folder.exists():
            if any(self.folder.iterdir()) and not (self.folder / MARK).exists():
                raise OutputFault(
                    _("文件夹不是空的，也不是上次的演示"), hint=_("换一个文件夹"), place=Place(file=str(self.folder))
                )
            shutil.rmtree(self.folder)
        # A pack of the office's own goes over the shipped one: here it silences what invented numbers would warn about.
        words = [
            f'name = "{plan.pack}"',
            f'extends = "{plan.pack}"',
            f"silence = {list(plan.silence)!r}".replace("'", '"'),
        ]
        write_bytes(self.folder / "packs" / plan.pack / "pack.toml", ("\n".join(words) + "\n").encode())
        make_workspace(self.folder, plan.pack, plan.office, self.lang)
        write_bytes(self.folder / MARK, b"")
        for path in sorted(source.rglob("*")):
            inside = path.relative_to(source)
            if path.is_file() and inside.parts[0] != "expected" and path.name != "demo.toml":
                write_bytes(self.folder / "inbox" / inside, path.read_bytes())

    def _session(self, plan: DemoPlan) -> Session:
        session = Session()
        session.options |= {"workspace": str(self.folder), "on": date.fromisoformat(plan.on), "as_name": _("演示")}
        return session

    def _step(self, plan: DemoPlan, words: Sequence[str], *, show: bool = False) -> Session:
        """Run one cmkit command in this process, exactly as a terminal would; quietly unless ``show``."""
        self.say(f"$ cmkit {' '.join(words)}")
        session = self._session(plan)
        session.options |= {} if show and not self.quiet else {"quiet": True}
        command = load_command(words[0])
        if command is None:
            raise InternalFault(f"no command {words[0]!r}")
        try:
            code = command.main(list(words[1:]), words[0], standalone_mode=False, obj=session)
        finally:
            session.close()
        if (code or 0) not in {Exit.DONE, Exit.NEGATIVE, Exit.REFUSED}:
            raise InternalFault(_("演示的这一步失败了（{code}）：{words}").format(code=code, words=" ".join(words)))
        self.files += [str(path) for path in session.outputs]
        for path in session.outputs:
            self.say(f"  -> {path.relative_to(self.folder)}")
        return session

    def _title(self, text: str) -> None:
        self.say("")
        self.say(f"【{text}】")

    def _import(self, plan: DemoPlan) -> None:
        self._title(_("导入各机构发来的表格"))
        session = self._session(plan)
        wanted = [(one, self.folder / "inbox" / one.file) for one in plan.imports]
        for one, path in wanted:
            as_of = date.fromisoformat(one.as_of) if one.as_of else None
            rejects = self.folder / "out" / "rejects" / f"{path.stem}.xlsx"
            result = import_files(session, [path], Wanted(table=one.table, as_of=as_of, rejects=rejects))
            for intake, outcome, _known in result.sheets:
                label = session.pack.tables[intake.table].label
                where = f"{intake.file}{'!' + intake.sheet if intake.sheet else ''}"
                self.say(
                    _("  {where} -> {label}：读入 {read}，新增 {created}，更新 {updated}，拒收 {rejected}").format(
                        where=where,
                        label=label,
                        read=outcome.read,
                        created=outcome.created,
                        updated=outcome.updated,
                        rejected=outcome.rejected,
                    )
                )
                for problem in intake.problems:
                    if problem.severity == "error":
                        self.say(f"      {problem.place.sheet}!{problem.place.cell} {problem.message}")
            for sent_back in result.rejects:
                self.files.append(str(sent_back))
                self.say(f"  -> {sent_back.relative_to(self.folder)}")
        session.close()
        for meeting in plan.meetings:
            self._step(plan, ["minutes", "new", str(self.folder / "inbox" / meeting)])

    def _documents(self, plan: DemoPlan) -> str:
        day = date.fromisoformat(plan.on)
        following = period_of("month", day).next()
        span = ["--from", following.start.isoformat(), "--to", following.end.isoformat()]
        self._title(_("排下月走访计划"))
        self._step(plan, ["visits", "plan", "--owner", plan.owner, *span, "--iterations", "1500", "--save"])
        self._title(_("写当日工作日志和周志"))
        for who in plan.log_owners:
            self._step(plan, ["worklog", "--owner", who])
        self._step(plan, ["worklog", "--owner", plan.owner, "--week"])
        if plan.meetings:
            self._title(_("写会议纪要，带上次没办完的事"))
            text = (self.folder / "inbox" / plan.meetings[-1]).read_text(encoding="utf-8")
            self._step(plan, ["minutes", "render", str(tomllib.loads(text)["series"])])
        self._title(_("写月度报告：总体、各机构、一位客户经理"))
        self._step(plan, ["report", "monthly", "--period", plan.period])
        self._step(plan, ["report", "monthly", "--period", plan.period, "--branch", "all", "--to", "html,xlsx"])
        self._step(plan, ["report", "monthly", "--period", plan.period, "--owner", plan.owner])
        self._title(_("给各机构下发下月填报表"))
        self._step(plan, ["exchange", "issue", plan.form, "--period", following.name])
        self._title(_("指标检查"))
        self._step(plan, ["kpi", "check", "--period", plan.period, "--by", "branch"])
        top = self._session(plan)
        head = top.desk().everything().id
        top.close()
        return self._step(plan, ["kpi", "check", "--period", plan.period, "--branch", head], show=True).verdict
