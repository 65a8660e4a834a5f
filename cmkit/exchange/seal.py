"""The signature of a form: an HMAC over what the hidden sheet says, with the workspace's own key."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from cmkit.base.faults import OutputFault
from cmkit.base.lang import _
from cmkit.base.problem import Place
from cmkit.base.workspace import Workspace, private_folder

SIGNED = ("form", "version", "branch", "period", "table", "columns")


def _key(workspace: Workspace) -> bytes:
    path: Path = private_folder(workspace.private) / "exchange.key"
    try:
        if not path.exists():
            handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(secrets.token_hex(32).encode())
        return path.read_bytes().strip()
    except OSError as error:
        raise OutputFault(_("不能使用签名密钥"), hint=error.strerror or "", place=Place(file=str(path))) from error


def sign(workspace: Workspace, meta: Mapping[str, str]) -> str:
    """The signature of a hidden sheet's entries."""
    text = "\n".join(f"{name}={meta.get(name, '')}" for name in SIGNED)
    return hmac.new(_key(workspace), text.encode(), hashlib.sha256).hexdigest()


def is_signed(workspace: Workspace, meta: Mapping[str, str]) -> bool:
    """Whether the entries carry this workspace's signature."""
    return hmac.compare_digest(sign(workspace, meta), meta.get("signature", ""))
