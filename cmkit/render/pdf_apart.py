"""An office's own typst template, compiled in a process of its own: a folder with nothing else, no network, an end.

The shipped templates are compiled in the process itself; nobody from outside wrote them.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from cmkit.base.lang import _

SECONDS = 10
"""Of processor time; a document of a hundred pages takes one."""
_BYTES: Final = 3 * 2**30
_COMMENT: Final = re.compile(r"^\s*//[^\n]*$", re.MULTILINE)
_REFUSED: Final = re.compile(r'\b(?:eval|plugin)\b|\b(?:import|include)\s*(?!\s*"[^"@][^"]*")|"@')
_NEW_USER, _NEW_NET = 0x10000000, 0x40000000
_DEAD_PROXY: Final = "http://127.0.0.1:9"


class TemplateError(Exception):
    """What typst has against the template."""

    def __init__(self, message: str, diagnostic: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.diagnostic = diagnostic


def compiled(path: Path, beside: dict[str, bytes], data: str, stamp: int) -> bytes:
    """The PDF that the template at ``path`` makes of ``data``; it sees itself and the parts ``beside`` it, nothing more.

    Raises:
        TemplateError: It is wrong, asks for what it may not have, or comes to no end.
    """
    source = path.read_text(encoding="utf-8", errors="replace")
    for text in (source, *(part.decode("utf-8", "replace") for part in beside.values())):
        refused = _REFUSED.search(_COMMENT.sub("", text))
        if refused:
            raise TemplateError(_("不允许的写法 {text}").format(text=refused.group().strip() or "import"))
    with tempfile.TemporaryDirectory(prefix="cmkit-pdf-") as folder:
        for name, content in {**beside, path.name: source.encode()}.items():
            (Path(folder) / name).write_bytes(content)
        return _child(Path(folder) / path.name, data, stamp)


def _child(main: Path, data: str, stamp: int) -> bytes:
    asked = json.dumps({"main": str(main), "data": data, "stamp": stamp, "seconds": SECONDS}).encode()
    env = {"PYTHONPATH": os.pathsep.join(sys.path), "PATH": os.environ.get("PATH", ""), "HOME": str(main.parent)}
    env |= dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"), _DEAD_PROXY)
    env |= {name: os.environ[name] for name in ("SYSTEMROOT", "WINDIR") if name in os.environ}
    words = [sys.executable, "-m", __name__]
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and module
            words, input=asked, capture_output=True, env=env, timeout=SECONDS * 3, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise TemplateError(_("模板运行太久")) from error
    if done.returncode == 0:
        return done.stdout
    with contextlib.suppress(ValueError, LookupError):
        told = json.loads(done.stderr.decode("utf-8", "replace").splitlines()[-1])
        raise TemplateError(str(told["message"]), str(told["diagnostic"]))
    raise TemplateError(_("模板运行太久或占用内存太多"))


def _fence(seconds: int) -> None:
    """No more time and memory than a document needs, and, where the kernel lets us, no network at all."""
    if sys.platform == "win32":
        return
    import ctypes
    import resource

    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_AS, (_BYTES, _BYTES))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).unshare(_NEW_USER | _NEW_NET)


def main() -> int:
    """Compile what stdin asks for, in the child."""
    asked = json.loads(sys.stdin.buffer.read())
    _fence(int(asked["seconds"]))
    import typst

    from cmkit.render.fonts import font_set

    where = Path(asked["main"])
    compiler = typst.Compiler(input=str(where), root=str(where.parent), font_paths=font_set().book)
    try:
        made = compiler.compile(sys_inputs={"data": asked["data"]}, format="pdf", timestamp=asked["stamp"])
    except typst.TypstError as error:
        told = {"message": str(error.message), "diagnostic": str(error.diagnostic)}
        sys.stderr.write(json.dumps(told) + "\n")
        return 1
    sys.stdout.buffer.write(made if isinstance(made, bytes) else b"".join(made or ()))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
