"""One conversation with a mail server, and the line between "not taken" and "nobody knows"."""

import re
import smtplib
import socket
import ssl
import time
from dataclasses import dataclass, field

from channels_app.providers.base import Refused
from channels_app.providers.email.smtp_codes import refused
from channels_app.providers.errors import CallOutcomeUnknown, CallRefused, ErrorClass

CONNECT_SECONDS = 10
# RFC 5321 (4.5.3.2) would wait ten minutes for the answer to the final dot; a drain cannot.
ANSWER_SECONDS = 60
LIFE_SECONDS = 60
MOST_MESSAGES = 100
_LINE_DOT = re.compile(rb"^\.", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Target:
    """Where mail goes. `tls`: implicit (smtps). `starttls`: the conversation must become TLS before a password is said."""

    host: str
    port: int
    tls: bool
    starttls: bool
    name: str
    user: str = ""
    password: str = field(default="", repr=False)
    answer_seconds: float = ANSWER_SECONDS


class NotTaken(Exception):
    """The server refused one message; the conversation may go on."""

    def __init__(self, refusal: Refused) -> None:
        super().__init__(refusal.code)
        self.refusal = refusal


class Session:
    """A connection, for one thread at a time. Raises CallRefused if it cannot be opened: then nothing was sent."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._opened = time.monotonic()
        self._sent = 0
        self._smtp = _connect(target)

    def tired(self) -> bool:
        return self._sent >= MOST_MESSAGES or time.monotonic() - self._opened > LIFE_SECONDS

    def alive(self) -> bool:
        """Forget a conversation that was broken off, and find out whether the server still listens."""
        try:
            return self._smtp.rset()[0] == 250
        except (smtplib.SMTPException, OSError):
            return False

    def features(self) -> list[str]:
        return sorted(self._smtp.esmtp_features)

    def send(self, sender: str, recipient: str, mail: bytes, *, utf8: bool) -> str:
        """Send one mail and return the server's words. Raises NotTaken, CallRefused or CallOutcomeUnknown."""
        self._sent += 1
        try:
            if utf8 and not self._smtp.has_extn("smtputf8"):
                detail = "The server does not take addresses that are not ASCII."
                raise NotTaken(Refused(ErrorClass.RECIPIENT_PERMANENT, "smtputf8_not_offered", detail))
            options = [f"size={len(mail)}"] if self._smtp.has_extn("size") else []
            self._step("mail", self._smtp.mail(sender, [*options, *(["SMTPUTF8"] if utf8 else [])]))
            self._step("rcpt", self._smtp.rcpt(recipient))
            self._step("data", self._smtp.docmd("DATA"), wanted=354)
        except (smtplib.SMTPException, OSError) as error:
            raise CallRefused(ErrorClass.RETRY, "connection_lost", type(error).__name__) from error
        try:
            self._smtp.send(_LINE_DOT.sub(b"..", mail) + (b"" if mail.endswith(b"\r\n") else b"\r\n") + b".\r\n")
            answer = self._smtp.getreply()
        except (smtplib.SMTPException, OSError) as error:
            # From here on the server may have taken the mail, whatever we hear of it.
            raise CallOutcomeUnknown("no_answer_after_data", type(error).__name__) from error
        if answer[0] != 250 and not 400 <= answer[0] < 600:
            raise CallOutcomeUnknown("no_answer_after_data", f"the server said {answer[0]}")
        self._step("data", answer)
        return answer[1].decode(errors="replace")

    def _step(self, stage: str, answer: tuple[int, bytes], wanted: int = 250) -> None:
        code, words = answer
        # 251: the mailbox has moved and the server forwards.
        if code == wanted or (stage == "rcpt" and code in {251, 252}):
            return
        refusal = refused(stage, code, words.decode(errors="replace"))
        if code == 421 or code < 400:
            raise CallRefused(ErrorClass.RETRY, refusal.code, refusal.detail)
        if refusal.error_class == ErrorClass.ACCOUNT:
            raise CallRefused(refusal.error_class, refusal.code, refusal.detail)
        raise NotTaken(refusal)

    def close(self) -> None:
        try:
            self._smtp.quit()
        except (smtplib.SMTPException, OSError):
            self._smtp.close()


def _connect(target: Target) -> smtplib.SMTP:
    smtp = _open(target)
    try:
        # smtplib's own wait for the banner is over; from now on answers may take longer.
        if smtp.sock is not None:
            smtp.sock.settimeout(target.answer_seconds)
        smtp.ehlo_or_helo_if_needed()
        if target.starttls:
            _start_tls(smtp)
        if target.user:
            smtp.login(target.user, target.password)
    except BaseException as error:
        smtp.close()
        raise _refusal_of(error) from error
    return smtp


def _open(target: Target) -> smtplib.SMTP:
    try:
        if target.tls:
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(target.host, target.port, target.name, timeout=CONNECT_SECONDS, context=context)
        return smtplib.SMTP(target.host, target.port, target.name, timeout=CONNECT_SECONDS)
    except (smtplib.SMTPException, OSError) as error:
        raise _refusal_of(error) from error


def _start_tls(smtp: smtplib.SMTP) -> None:
    if not smtp.has_extn("starttls"):
        raise CallRefused(ErrorClass.ACCOUNT, "starttls_not_offered", "The server would talk in clear text only.")
    smtp.starttls(context=ssl.create_default_context())
    smtp.ehlo_or_helo_if_needed()


def _refusal_of(error: BaseException) -> BaseException:
    """Say what a failed opening means; what is not of the network stays as it is."""
    match error:
        case ssl.SSLError():
            return CallRefused(ErrorClass.ACCOUNT, "tls_failed", type(error).__name__)
        case smtplib.SMTPNotSupportedError():
            return CallRefused(ErrorClass.ACCOUNT, "auth_not_offered", "The server offers no way to log in.")
        case smtplib.SMTPResponseException():
            words = error.smtp_error
            text = words.decode(errors="replace") if isinstance(words, bytes) else str(words)
            refusal = refused("login", error.smtp_code, text)
            return CallRefused(refusal.error_class, refusal.code, refusal.detail)
        case socket.gaierror():
            return CallRefused(ErrorClass.RETRY, "host_not_found", type(error).__name__)
        case smtplib.SMTPException() | OSError():
            return CallRefused(ErrorClass.RETRY, "never_sent", type(error).__name__)
        case _:
            return error
