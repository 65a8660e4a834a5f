"""The part of ``cmkit.toml`` that says how documents are sent: the mail server and the targets. No secret stands in it."""

from __future__ import annotations

from typing import Literal

import msgspec

Kind = Literal["mail", "wecom", "dingtalk", "feishu"]


class MailSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The mail server that takes the office's letters."""

    host: str
    port: int = 465
    security: Literal["tls", "starttls", "none"] = "tls"
    """``none`` is for a server on this machine; a password never goes over an open line to another one."""
    user: str = ""
    sender: str
    """``城东支行 <report@example.com>``."""
    account: str = "mail"
    """The password's name: ``CMKIT_SECRET_MAIL_PASSWORD``, or ``password`` under ``[mail]`` in the file of secrets."""
    ca_file: str = ""
    """A firm's own certificate authority."""
    timeout: int = 30
    max_mb: int = 20
    """Attachments beyond this are left out, largest first, and named in the letter."""


class TargetSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One receiver: people by mail, or a group with a robot."""

    name: str
    kind: Kind
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    account: str = ""
    """The robot's name among the secrets (default: the target's): its ``url`` and, where it signs, its ``key``."""
    reports: tuple[str, ...] = ()
    """Which reports it gets where nobody is named; empty: all."""
    who: tuple[str, ...] = ()
    """Whose documents (an owner, an office, 全部); empty: all."""
    attach: tuple[str, ...] = ("docx", "xlsx", "pdf")
    """Which of the files that were made go along."""


class DeliverySettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``[delivery]``."""

    secrets: str = ".cmkit/secrets.toml"
    """The file of secrets, readable by its owner alone (0600); the environment goes before it."""
    mail: MailSettings | None = None
    targets: tuple[TargetSettings, ...] = ()
