"""The e-mail itself, and its way out to a real server and into a maildir."""

from __future__ import annotations

import mailbox
import re
import socket
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from email.headerregistry import Address
from email.utils import parsedate_to_datetime

import pytest

from lagspill.dispatch import channels
from lagspill.dispatch.channels import NotSent
from lagspill.dispatch.tests.receiver import receiving, signing_in
from lagspill.kernel.content import LANGUAGES

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
#: Words that would tell a stranger at the screen what it is about.
TELLING = re.compile(
    r"pårørende|pårørande|caregiver|omsorg|helse|syk|sjuk|health|illness|patient|pasient|kommune|municipal|"
    r"sjekk|check|samtale|talk|avtale|agreement|løfte|promise|invit|famil|vefsn",
    re.IGNORECASE,
)


@pytest.fixture
def site(settings):
    settings.SITE_URL = "https://lagspill.example.no"
    settings.MAIL_FROM = "ikke-svar@lagspill.example.no"
    return settings


def mail(email: str = "anne@example.no", code: str = "message", language: str = "nb"):
    return channels.compose(
        message_id=uuid.UUID(int=7), email=email, code=code, language=language, now=NOW
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", sorted(channels.notices()))
def test_no_notice_tells_what_it_is_about(site, code, language):
    message = mail(code=code, language=language)
    text = f"{message['Subject']}\n{message.get_content()}"
    assert "Lagspill" in text
    assert TELLING.findall(text) == []
    assert re.findall(r"https?://\S+", text) == ["https://lagspill.example.no/min/"]


@pytest.mark.parametrize(
    ("language", "advice"),
    [("nb", "Ventet du ikke denne"), ("nn", "Venta du ikkje denne"), ("en", "not expecting")],
)
def test_every_notice_says_what_to_do_when_it_was_not_expected(site, language, advice):
    assert all(
        advice in mail(code=code, language=language).get_content() for code in channels.notices()
    )


def test_the_headers_say_that_a_machine_wrote_it(site):
    message = mail()
    assert message["Subject"] == "Du har fått en beskjed i Lagspill"
    assert message["To"] == "anne@example.no"
    assert message["From"].addresses == (Address("Lagspill", addr_spec=site.MAIL_FROM),)
    assert parsedate_to_datetime(message["Date"]) == NOW
    assert message["Message-ID"] == f"<{uuid.UUID(int=7)}@lagspill.example.no>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Content-Language"] == "nb"
    assert (message.get_content_type(), message.get_content_charset()) == ("text/plain", "utf-8")
    assert not message.is_multipart()


def test_a_code_without_words_of_its_own_gets_the_general_ones():
    assert channels.notice("whatever") == channels.notice("message")
    assert channels.notice("answer") != channels.notice("message")


def test_a_language_we_do_not_have_becomes_bokmal():
    assert [channels.language_of(code) for code in ("nn", "en", "pl", "")] == [
        "nn",
        "en",
        "nb",
        "nb",
    ]


@pytest.mark.parametrize(
    "email", ["", "no address", "a@b@c.no", "bjørn@example.no", "a@example.no\nBcc: x@example.no"]
)
def test_what_is_no_address_fails_for_good(site, email):
    with pytest.raises(NotSent) as raised:
        mail(email=email)
    assert (raised.value.code, raised.value.is_final) == ("address", True)


def test_a_server_gets_the_message_whole(site):
    with receiving() as receiver:
        site.MAIL_URL = receiver.url
        channels.channel().send(mail())
    assert receiver.envelopes[0].mail_from == "ikke-svar@lagspill.example.no"
    assert receiver.envelopes[0].rcpt_tos == ["anne@example.no"]
    assert receiver.messages[0]["Subject"] == "Du har fått en beskjed i Lagspill"
    arrived, sent = receiver.messages[0].get_content(), mail().get_content()
    assert arrived.split() == sent.split()


def test_a_domain_with_norwegian_letters_is_written_as_every_server_reads_it(site):
    with receiving(enable_SMTPUTF8=False) as receiver:
        site.MAIL_URL = receiver.url
        channels.channel().send(mail(email="anne@blåbær.no"))
    assert receiver.envelopes[0].rcpt_tos == ["anne@xn--blbr-roah.no"]


@pytest.mark.parametrize(
    ("where", "reply", "code", "is_final"),
    [
        ("rcpt_reply", "550 <anne@example.no> unknown", "refused", True),
        ("rcpt_reply", "450 try later", "deferred", False),
        ("data_reply", "554 no", "refused", True),
        ("data_reply", "451 disk full", "deferred", False),
    ],
)
def test_an_answer_becomes_a_code_and_is_not_kept(site, where, reply, code, is_final):
    with receiving() as receiver:
        setattr(receiver, where, reply)
        site.MAIL_URL = receiver.url
        with pytest.raises(NotSent) as raised:
            channels.channel().send(mail())
    assert (raised.value.code, raised.value.is_final) == (code, is_final)
    assert "anne" not in repr(raised.value)
    assert raised.value.__suppress_context__  # a traceback would show the server's words
    assert receiver.envelopes == []


def test_a_server_that_is_not_there_is_tried_again(site):
    with socket.socket() as taken:  # bound, and listening to nobody
        taken.bind(("127.0.0.1", 0))
        site.MAIL_URL = f"smtp://127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(NotSent) as raised:
            channels.channel().send(mail())
    assert (raised.value.code, raised.value.is_final) == ("unreachable", False)


def sign_in_to(receiver, site, password: str) -> None:
    site.MAIL_URL = f"smtp://post%40eksempel:{password}@127.0.0.1:{receiver.port}"
    channels.channel().send(mail())


def test_user_and_password_are_used(site):
    with signing_in() as receiver:
        sign_in_to(receiver, site, "riktig")
    assert (receiver.logins, len(receiver.messages)) == (["post@eksempel"], 1)


def test_a_wrong_password_is_our_fault_and_tried_again(site):
    with signing_in() as receiver, pytest.raises(NotSent) as raised:
        sign_in_to(receiver, site, "feil")
    assert (raised.value.code, raised.value.is_final) == ("login", False)


def test_a_password_never_leaves_the_machine_in_clear(site, monkeypatch):
    monkeypatch.setattr(channels, "_LOOPBACK", ())
    with signing_in() as receiver, pytest.raises(NotSent) as raised:
        sign_in_to(receiver, site, "riktig")
    assert (raised.value.code, receiver.logins) == ("insecure", [])


def test_a_maildir_gets_the_message_where_mail_programs_look(site, tmp_path):
    site.MAIL_URL = f"maildir://{tmp_path}/data/post%20ut"
    channels.channel().send(mail())
    held = list(mailbox.Maildir(tmp_path / "data" / "post ut", create=False))
    assert [message["To"] for message in held] == ["anne@example.no"]
    assert len(list((tmp_path / "data" / "post ut" / "new").iterdir())) == 1


def test_workers_who_make_the_maildir_at_once_all_get_their_message_in(site, tmp_path):
    for attempt in range(20):
        site.MAIL_URL = f"maildir://{tmp_path}/{attempt}/mail"
        together = threading.Barrier(4)

        def send(_number, together=together):
            together.wait()
            channels.channel().send(mail())

        with ThreadPoolExecutor(4) as workers:
            list(workers.map(send, range(4)))
        assert len(list((tmp_path / str(attempt) / "mail" / "new").iterdir())) == 4


def test_a_maildir_that_cannot_be_written_is_tried_again(site, tmp_path):
    (tmp_path / "file").write_text("")
    site.MAIL_URL = f"maildir://{tmp_path}/file/mail"
    with pytest.raises(NotSent) as raised:
        channels.channel().send(mail())
    assert (raised.value.code, raised.value.is_final) == ("unreachable", False)


def test_without_settings_there_is_no_way_out(site):
    site.MAIL_URL = ""
    assert channels.channel() is None


def test_the_ports_are_those_of_mail(site):
    site.MAIL_URL = "smtps://mail.example.no"
    wrapped = channels.channel()
    site.MAIL_URL = "smtp://mail.example.no"
    assert (wrapped.port, wrapped.is_wrapped) == (465, True)
    assert (channels.channel().port, channels.channel().is_wrapped) == (587, False)
