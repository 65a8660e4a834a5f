"""Letters by SMTP: text and HTML, the picture inside by its content id, the documents as attachments.

The HTML of a letter has no inline SVG and no data URI, which mail programs drop.
"""

from __future__ import annotations

import contextlib
import smtplib
import ssl
from collections.abc import Iterator, Sequence
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from email.utils import format_datetime, getaddresses, parseaddr
from typing import Any

from cmkit.base.faults import ConfigFault
from cmkit.base.lang import _
from cmkit.base.problem import Place
from cmkit.base.sending import MailSettings, TargetSettings
from cmkit.delivery.channel import Access, Channel
from cmkit.delivery.message import Attachment, Message, Outcome, failed, fitting, sent, uncertain
from cmkit.delivery.secrets import Secret, need_secret, scrub
from cmkit.delivery.web import LOOPBACK

_KINDS = {
    "docx": "vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "pdf",
}
_MEGABYTE = 1024 * 1024
_TAKEN = 250
_FORWARDED = 251


class _Letter(EmailPolicy):
    """Headers in lines of 78, as the standard wants them; names of attachments in one, as mail programs read them."""

    def fold_binary(self, name: str, value: str) -> bytes:
        """A header's bytes."""
        if name.lower().startswith("content-"):
            return SMTP.clone(max_line_length=998).fold_binary(name, value)
        return super().fold_binary(name, value)


_POLICY = _Letter(linesep="\r\n")


def letter(message: Message, target: TargetSettings, access: Access) -> EmailMessage:
    """The letter as it goes out.

    Raises ConfigFault where the settings name no server, no receiver, or no address.
    """
    mail = _mail(access)
    made = EmailMessage(policy=_POLICY)
    try:
        made["From"] = mail.sender
        made["To"] = ", ".join(target.to)
        if target.cc:
            made["Cc"] = ", ".join(target.cc)
        made["Subject"] = " ".join(message.title.split())
    except ValueError as error:
        raise ConfigFault(_("{name} 的邮件地址不对").format(name=target.name), hint=str(error)[:120]) from None
    made["Date"] = format_datetime(access.now)
    if access.mark:
        # The same letter sent twice carries the same number: a mail program shows it once.
        made["Message-ID"] = f"<{access.mark[:40]}@{parseaddr(mail.sender)[1].partition('@')[2] or 'cmkit.invalid'}>"
    kept, left = fitting(message.files, mail.max_mb * _MEGABYTE)
    note = _left_out(left)
    made.set_content("\n\n".join(part for part in (message.text, note) if part) + "\n")
    if message.html:
        made.add_alternative(message.html.replace("</body>", f"{_paragraph(note)}</body>"), subtype="html")
        if message.picture:
            _page(made).add_related(
                message.picture, "image", "png", cid="<picture>", filename="picture.png", disposition="inline"
            )
    for file in kept:
        _attach(made, file)
    return made


def _page(made: EmailMessage) -> Any:
    """The HTML part, which the picture belongs to."""
    return next(part for part in made.walk() if part.get_content_type() == "text/html")


def _attach(made: EmailMessage, file: Attachment) -> None:
    suffix = file.name.rpartition(".")[2].lower()
    if suffix in {"md", "html", "csv"}:
        made.add_attachment(
            file.data, maintype="text", subtype={"md": "markdown"}.get(suffix, suffix), filename=file.name
        )
        return
    kind = _KINDS.get(suffix, "octet-stream")
    made.add_attachment(file.data, maintype="application", subtype=kind, filename=file.name)


def _left_out(left: Sequence[Attachment]) -> str:
    if not left:
        return ""
    names = "、".join(f"{file.name}（{len(file.data) / _MEGABYTE:.1f} MB）" for file in left)
    return _("以下文件太大，没有随信附上：{names}").format(names=names)


def _paragraph(note: str) -> str:
    from html import escape

    return f"<p>{escape(note)}</p>" if note else ""


def _mail(access: Access) -> MailSettings:
    if access.settings.mail is None:
        raise ConfigFault(
            _("没有设置邮件服务器"), hint=_("请在 cmkit.toml 写 [delivery.mail]"), place=Place("cmkit.toml")
        )
    return access.settings.mail


def _send(message: Message, target: TargetSettings, access: Access) -> Outcome:
    mail = _mail(access)
    if not target.to:
        return failed(_("{name} 没有写收件人 to").format(name=target.name), settings=True)
    password = need_secret(mail.account, "password", access.secrets) if mail.user else Secret("")
    made = letter(message, target, access)
    begun: list[bool] = []
    try:
        with _server(mail, password) as server:
            refused = _receivers(server, mail, target)
            if refused:
                return failed(refused, settings=True)
            begun.append(True)
            code, said = server.data(made.as_bytes())
    except UnicodeError:
        # The error's own words would quote what could not be sent: the password.
        return failed(_("邮件的用户名、密码和地址只能用英文字母、数字和符号"), settings=True)
    except (smtplib.SMTPException, OSError) as error:
        return _lost(error, mail, password, begun=bool(begun))
    if code != _TAKEN:
        return failed(_("邮件服务器没有收下：{code} {text}").format(code=code, text=_words(said, password)))
    return sent()


@contextlib.contextmanager
def _server(mail: MailSettings, password: Secret) -> Iterator[smtplib.SMTP]:
    """The server, greeted and logged into.

    Raises ConfigFault before a password would go over an open line.
    """
    if mail.security == "none" and mail.user and mail.host not in LOOPBACK:
        raise ConfigFault(
            _("邮件服务器 {host} 没有加密，不能发送密码").format(host=mail.host),
            hint=_('请把 security 设为 "tls" 或 "starttls"'),
            place=Place("cmkit.toml", cell="delivery.mail.security"),
        )
    context = ssl.create_default_context(cafile=mail.ca_file or None)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if mail.security == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(mail.host, mail.port, timeout=mail.timeout, context=context)
    else:
        server = smtplib.SMTP(mail.host, mail.port, timeout=mail.timeout)
    try:
        if mail.security == "starttls":
            server.starttls(context=context)
        server.ehlo_or_helo_if_needed()
        if mail.user:
            server.login(mail.user, password.value)
        yield server
    finally:
        # A server that is gone need not be bidden goodbye; what was taken stays taken.
        with contextlib.suppress(smtplib.SMTPException, OSError):
            server.quit()


def _receivers(server: smtplib.SMTP, mail: MailSettings, target: TargetSettings) -> str:
    """What the server says against the sender or a receiver; nothing has been sent by then."""
    code, said = server.mail(parseaddr(mail.sender)[1])
    if code != _TAKEN:
        return _("发件人被拒绝：{code} {text}").format(code=code, text=_words(said))
    for _name, address in getaddresses([*target.to, *target.cc]):
        code, said = server.rcpt(address)
        if code not in {_TAKEN, _FORWARDED}:
            return _("收件人 {address} 被拒绝：{code} {text}").format(address=address, code=code, text=_words(said))
    return ""


def _lost(error: Exception, mail: MailSettings, password: Secret, *, begun: bool) -> Outcome:
    host = mail.host
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return failed(_("邮件服务器 {host} 不认这个用户名或密码").format(host=host), settings=True)
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return failed(_("邮件服务器 {host} 不支持所设的加密或登录方式").format(host=host), settings=True)
    if isinstance(error, ssl.SSLCertVerificationError):
        return failed(_("邮件服务器 {host} 的证书不可信").format(host=host), settings=True)
    if isinstance(error, smtplib.SMTPDataError | smtplib.SMTPResponseException):
        said = _words(error.smtp_error, password)
        return failed(_("邮件服务器没有收下：{code} {text}").format(code=error.smtp_code, text=said))
    why = scrub(str(getattr(error, "strerror", "") or error or type(error).__name__), password)[:160]
    if begun:
        return uncertain(_("信已发出，{host} 没有确认：{why}").format(host=host, why=why))
    return failed(_("连不上 {host}：{why}").format(host=host, why=why))


def _words(said: object, *secrets: Secret) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    return scrub(" ".join(text.split()), *secrets)[:160]


def _show(message: Message, target: TargetSettings, access: Access) -> str:
    made = letter(message, target, access)
    kept, left = fitting(message.files, _mail(access).max_mb * _MEGABYTE)
    files = [f"{file.name}（{len(file.data):,} B）" for file in kept]
    files += [_("{name}（{size:,} B，太大，不附）").format(name=file.name, size=len(file.data)) for file in left]
    head = [f"{name}: {made[name]}" for name in ("From", "To", "Cc", "Subject") if made[name]]
    picture = [_("正文图片：{size:,} B").format(size=len(message.picture))] if message.picture else []
    return "\n".join([*head, "", message.text, "", *picture, *[_("附件：{name}").format(name=file) for file in files]])


CHANNEL = Channel(_send, _show)
