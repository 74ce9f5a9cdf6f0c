"""No personal data in logs, addresses, titles, file names, e-mails, traces or jobs: canaries go the whole path, and are looked for.

They come in from a file and by hand, are written in every field that takes words, and are in the air when things fail.
"""

from __future__ import annotations

import json
import logging
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connections, transaction
from procrastinate.contrib.django import app

from lagspill.access import identity
from lagspill.agreements.models import Version
from lagspill.conversations.models import Invitation, Talk
from lagspill.dispatch import operations as dispatch
from lagspill.dispatch import queue
from lagspill.dispatch.rules import Outcome
from lagspill.dispatch.tests.receiver import receiving
from lagspill.kernel import clock
from lagspill.kernel.actor import Actor, Kind, system_actor
from lagspill.kernel.calendar import oslo_today
from lagspill.kernel.national_id import make_synthetic
from lagspill.people import queries as people
from lagspill.people.models import File
from lagspill.people.models import Person as PersonRow
from lagspill.promises.models import Promise
from lagspill.tenancy.scope import use_actor
from tests.hostile.watching import Person, Watch, logs
from tests.world import VEFSN, World

SAMPLE = Path(__file__).parents[2] / "src" / "lagspill" / "fhir" / "samples" / "importert.json"
BORN, RECIPIENT_BORN = date(1971, 4, 17), date(1938, 8, 9)
DIGITS, RECIPIENT_DIGITS = (
    make_synthetic(BORN, 3).digits,
    make_synthetic(RECIPIENT_BORN, 4).digits,
)
NAME, RECIPIENT, BY_HAND = "Ylvine Kanarelli", "Odvarine Kanarelli", "Trygvine Kanarelli"
PHONE, EMAIL, STREET = "90417263", "ylvine@kanarelli.example.no", "Kanarelligata 17"
SONG = "kanarisang"
#: Part of a word is enough: a name cut in two is a name. The masked number is what a file may hold by mistake.
CANARIES = ("kanarelli", SONG, PHONE, DIGITS, RECIPIENT_DIGITS, "170471xxxxx", "170471")


@pytest.fixture
def watch() -> Watch:
    return Watch(CANARIES)


def _sing(verse: str) -> str:
    return f"{SONG} {verse} for {NAME}"


def test_no_canary_is_seen_where_it_must_not_be(
    committed_world: World,
    watch: Watch,
    settings: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings.MAIL_URL = f"maildir://{tmp_path}/mail"
    monkeypatch.setattr(connections["default"], "force_debug_cursor", True)  # queries are told too
    with logs(watch):
        world, staff = committed_world, Person(committed_world.coordinator, watch)
        _comes_in(world, staff, watch, tmp_path)
        file_id, caregiver = _caregiver(world, watch)
        _measured(staff, caregiver, file_id)
        talk_id = _invited(staff, caregiver, file_id, world)
        _talked(staff, caregiver, talk_id)
        version_id = _agreed(staff, caregiver, file_id, world)
        _kept(staff, caregiver, Person(world.leader, watch), world)
        _found(staff, Person(world.nurse, watch), file_id, world)
        _by_letter(staff, world)
        _work(watch)
        _goes_wrong(staff, caregiver, file_id, version_id, watch, monkeypatch)
        _mail_fails(staff, world, file_id, settings, watch)
    assert watch.look_at_mail(tmp_path / "mail") >= 3
    watch.look_at_traces(VEFSN)
    assert watch.found() == []
    _everything_was_there(watch)


def _everything_was_there(watch: Watch) -> None:
    """What is hidden exists: every canary was read where it may be, and each kind of place was looked at."""
    bodies = "\n".join(watch.pages)
    assert [
        c for c in (NAME, RECIPIENT, BY_HAND, PHONE, EMAIL, STREET, SONG) if c not in bodies
    ] == []
    assert {kind for kind, texts in watch.seen.items() if any(texts)} == {
        "address", "audit_entry", "audit_fact", "command", "dispatch_outbox_message", "e-mail body", "e-mail header",
        "file name", "followup_work_item", "header", "log", "procrastinate_jobs", "title",
    }  # fmt: skip  # a list to look through
    lines = "\n".join(watch.seen["log"])
    for name in (
        "lagspill.refusal",
        "lagspill.dispatch",
        "django.request",
        "django.db.backends",
        "procrastinate",
    ):
        assert f" {name}" in lines  # loggers that had something to say


# --- the path ---------------------------------------------------------------------------------------------------------


def _comes_in(world: World, staff: Person, watch: Watch, tmp_path: Path) -> None:
    """From a file, with a masked number that is refused; and by hand."""
    bundle = json.loads(SAMPLE.read_text("utf-8"))
    patient, related = (entry["resource"] for entry in bundle["entry"])
    patient["identifier"][0]["value"], related["identifier"][0]["value"] = RECIPIENT_DIGITS, DIGITS
    patient["birthDate"], related["birthDate"] = RECIPIENT_BORN.isoformat(), BORN.isoformat()
    patient["name"] = [{"family": "Kanarelli", "given": ["Odvarine"]}]
    related["name"] = [{"family": "Kanarelli", "given": ["Ylvine"]}]
    related["telecom"] = [{"system": "phone", "value": PHONE}, {"system": "email", "value": EMAIL}]
    related["address"] = [{"line": [STREET], "postalCode": "8656", "city": "Mosjøen"}]
    masked = json.loads(json.dumps(bundle["entry"][1]))
    masked["fullUrl"] = f"urn:uuid:{uuid.uuid4()}"
    masked["resource"]["identifier"][0]["value"] = "170471xxxxx"
    masked["resource"]["name"] = [{"family": "Kanarelli", "given": ["Sølvine"]}]
    bundle["entry"].append(masked)
    file, out = tmp_path / "fil.json", StringIO()
    file.write_text(json.dumps(bundle), "utf-8")
    call_command(
        "import-bundle", str(file), municipality=VEFSN, unit="hjemme-nord", apply=True, stdout=out
    )
    assert "Refused" in out.getvalue()
    watch.note("command", out.getvalue())
    staff.fill(
        "/arbeid/parorende/ny/", "/ny/", has="care_recipient", name=BY_HAND, relation="adult_child",
        phone=PHONE, note=_sing("på lapp"), age_group="adult", care_recipient="other",
        care_recipient_name=RECIPIENT, is_someone_else="on",
    )  # fmt: skip  # the form as one fills it in


def _caregiver(world: World, watch: Watch) -> tuple[uuid.UUID, Person]:
    holder = identity.ensure_identity(identity.key_hash(DIGITS))
    with use_actor(world.system), transaction.atomic():
        file = File.objects.get(caregiver__name=NAME)
    return file.id, Person(Actor(Kind.CITIZEN, holder), watch)


def _measured(staff: Person, caregiver: Person, file_id: uuid.UUID) -> None:
    staff.fill(f"/arbeid/fil/{file_id}/egen-sjekk/", "/be-om/")
    page = caregiver.open(f"/min/{VEFSN}/egen-sjekk/")
    assert "sheet" in page.content.decode()
    caregiver.fill(
        f"/min/{VEFSN}/egen-sjekk/", "/egen-sjekk/", has="sheet", closing="call_me", q_1="3"
    )


def _invited(staff: Person, caregiver: Person, file_id: uuid.UUID, world: World) -> uuid.UUID:
    staff.fill(
        f"/arbeid/fil/{file_id}/invitasjon/", "/invitasjon/", has="channel", act="send",
        others="names", others_names=_sing("med navn"), channel="portal",
    )  # fmt: skip  # the form as one fills it in
    caregiver.open("/min/")
    with use_actor(world.system), transaction.atomic():
        invitation = f"/min/{VEFSN}/invitasjon/{Invitation.objects.get(file_id=file_id).id}/"
    caregiver.fill(
        invitation, invitation, has="answer", answer="yes", time="other", wish=_sing("om tid"),
        form="home", needs="interpreter", interpreter_language=SONG,
    )  # fmt: skip  # the form as one fills it in
    caregiver.open(invitation)
    with use_actor(world.system), transaction.atomic():
        talk_id = Talk.objects.get(file_id=file_id).id
    prepare = f"/min/{VEFSN}/forberedelse/{talk_id}/"
    caregiver.fill(prepare, "", has="T01", text=_sing("hjemme"), act="share", topic="T01")
    return talk_id


def _talked(staff: Person, caregiver: Person, talk_id: uuid.UUID) -> None:
    page = f"/arbeid/samtale/{talk_id}/"
    staff.fill(page, "/utsagn/", has="T07", text=_sing("i utkast"), topic="T07")
    staff.fill(
        page, "/utsagn/", has="T04", text=_sing("delt"), topic="T04", act="place",
        about="care_recipient", audience="shared",
    )  # fmt: skip  # the form as one fills it in
    day = (oslo_today(clock.now()) + timedelta(days=3)).isoformat()
    staff.fill(page, "/tid/", day=day, clock="10:00", form="office", place=STREET)
    staff.fill(page, "/ferdig/")
    caregiver.open(f"/min/{VEFSN}/samtale/{talk_id}/")


def _agreed(staff: Person, caregiver: Person, file_id: uuid.UUID, world: World) -> uuid.UUID:
    draft = f"/arbeid/fil/{file_id}/avtale/"
    staff.fill(draft, draft)
    with use_actor(world.system), transaction.atomic():
        version_id = Version.objects.get(file_id=file_id).id
    staff.fill(draft, "/ta-inn/", kind="contingency")
    new = f"/arbeid/avtale/{version_id}/linje"
    day = (oslo_today(clock.now()) + timedelta(days=9)).isoformat()
    for kind, fields in (
        ("task", {"who": "caregiver", "when": SONG}),
        ("contact", {"name": NAME, "phone": PHONE, "substitute_name": RECIPIENT}),
        ("measure", {"due_on": day}),
    ):
        staff.fill(
            f"{new}/{kind}/",
            f"/{kind}/",
            text=_sing(kind),
            audience="shared",
            is_together="on",
            **fields,
        )
    staff.fill(
        draft, "/foresla/", review_on=(oslo_today(clock.now()) + timedelta(days=90)).isoformat()
    )
    mine = f"/min/{VEFSN}/avtale/{version_id}/"
    caregiver.fill(mine, mine, has="yes", answer="yes")
    staff.fill(f"/arbeid/avtale/{version_id}/", "/ja/")
    for person, address in (
        (staff, f"/arbeid/avtale/{version_id}/pdf/"),
        (caregiver, f"{mine}pdf/"),
    ):
        assert person.send(address, [("large", "on")]).content.startswith(b"%PDF")
    staff.fill(f"/arbeid/avtale/{version_id}/journal/", "/journal/")
    return version_id


def _kept(staff: Person, caregiver: Person, leader: Person, world: World) -> None:
    with use_actor(world.system), transaction.atomic():
        promise = Promise.objects.get(text__contains=SONG)
    caregiver.fill(f"/min/{VEFSN}/lofte/{promise.id}/", "/", has="words", words=_sing("ikke fulgt"))
    leader.open("/arbeid/liste/")
    leader.fill(
        f"/arbeid/lofte/{promise.id}/",
        "/",
        has="outcome",
        act="answer",
        answer=_sing("fra leder"),
        outcome="explained",
    )
    staff.fill(f"/arbeid/lofte/{promise.id}/", "/", has="keep", act="keep")
    caregiver.open("/min/")


def _found(staff: Person, nurse: Person, file_id: uuid.UUID, world: World) -> None:
    with use_actor(world.system), transaction.atomic():
        recipient = PersonRow.objects.filter(name=RECIPIENT).order_by("id")[0]
    for page in (f"/kort/{recipient.id}/", "/arbeid/", "/arbeid/kort/"):
        nurse.open(page)
    nurse.send(f"/kort/{recipient.id}/liste/", [("pin", "on")])
    nurse.open("/arbeid/")
    assert NAME in staff.send("/arbeid/sok/", [("name", NAME.split()[0])]).content.decode()
    for page in (f"/arbeid/fil/{file_id}/", "/arbeid/liste/", f"/arbeid/fil/{file_id}/egen-sjekk/"):
        staff.open(page)


def _by_letter(staff: Person, world: World) -> None:
    """Registered by hand, reached by letter; the letter is printed and posted."""
    with use_actor(world.system), transaction.atomic():
        file_id = File.objects.get(caregiver__name=BY_HAND).id
    staff.fill(
        f"/arbeid/fil/{file_id}/kontakt/", "/kontakt/", has="channel", channel="letter", email=EMAIL,
        address=STREET, note=_sing("i kontakt"), blocked="email",
    )  # fmt: skip  # the form as one fills it in
    staff.open(f"/arbeid/fil/{file_id}/kontakt/")
    sent = staff.fill(
        f"/arbeid/fil/{file_id}/invitasjon/",
        "/invitasjon/",
        has="channel",
        act="send",
        channel="letter",
    )
    page = sent.request["PATH_INFO"]
    assert staff.fill(page, "/brev/").content.startswith(b"%PDF")
    staff.fill(page, "/postlagt/")


def _work(watch: Watch) -> None:
    """The worker, until the queue is empty; what the jobs carry is looked at before.

    In a thread of its own: a browser that an earlier test opened keeps an event loop running in this one.
    """
    watch.look_at_traces(VEFSN)
    with app.replace_connector(queue.connector()), ThreadPoolExecutor(1) as pool:
        pool.submit(
            app.run_worker,
            wait=False,
            concurrency=1,
            delete_jobs="successful",
            listen_notify=False,
        ).result()


# --- when it fails ----------------------------------------------------------------------------------------------------


def _goes_wrong(
    staff: Person,
    caregiver: Person,
    file_id: uuid.UUID,
    version_id: uuid.UUID,
    watch: Watch,
    patch: pytest.MonkeyPatch,
) -> None:
    """422 with words in the form, 404 and 403 with words in the query, 409, a broken token, and a fault of ours."""
    long = _sing("ny linje") * 400
    assert (
        staff.send(
            f"/arbeid/avtale/{version_id}/svar/", [("text", long), ("how", NAME)]
        ).status_code
        == 422
    )
    staff.fill(
        "/arbeid/parorende/ny/",
        "/ny/",
        has="care_recipient",
        name=NAME * 20,
        phone=f"x{PHONE}",
        status=422,
    )
    nowhere = f"/arbeid/fil/{uuid.uuid4()}/"
    unknown = staff.client.get(nowhere, {"navn": NAME})
    assert unknown.status_code == 404, watch.seen["log"][-4:]
    assert staff.client.get(f"/{SONG}/{NAME}/").status_code == 404
    assert staff.client.post("/min/kode/", {"code": DIGITS}).status_code == 404
    assert caregiver.fill("/min/kode/", "/kode/", code=f"{VEFSN}-{DIGITS}", status=422)
    strict = type(staff.client)(enforce_csrf_checks=True)
    strict.cookies.update(staff.client.cookies)
    assert strict.post("/arbeid/sok/", {"name": NAME}).status_code == 403
    with patch.context() as broken:
        broken.setattr(people, "get_file", _break)
        answer = staff.client.get(f"/arbeid/fil/{file_id}/")
    watch.look_at_answer(answer)
    assert answer.status_code == 500
    assert SONG not in answer.content.decode()


def _break(*_args: Any, **_named: Any) -> None:
    """A fault as a library raises it: with the row in its message, and another one as its cause."""
    try:
        raise ValueError(f"Key (phone)=({PHONE}) of {NAME}")
    except ValueError as cause:
        raise RuntimeError(_sing("i en feil")) from cause


def _mail_fails(
    staff: Person, world: World, file_id: uuid.UUID, settings: Any, watch: Watch
) -> None:
    """A mail server that says no and quotes the address; then the notice becomes work."""
    with receiving() as server:
        settings.MAIL_URL, server.rcpt_reply = server.url, f"550 5.1.1 <{EMAIL}> {NAME} is not here"
        with use_actor(world.system), transaction.atomic():
            outcome = dispatch.notify(
                actor=world.system,
                now=clock.now(),
                file_id=file_id,
                notice="message",
                language="nb",
            )
        assert outcome is Outcome.SENT  # on its way
        _work(watch)
    assert any("message.not_sent" in line for line in watch.seen["log"])
    staff.open("/arbeid/liste/")


# --- it can fail ------------------------------------------------------------------------------------------------------


def test_a_canary_that_gets_out_is_found(
    committed_world: World, watch: Watch, settings: Any
) -> None:
    """Planted in each kind of place, one at a time."""
    with logs(watch):
        logging.getLogger("lagspill.test").info("told %s", NAME)
        logging.getLogger("lagspill.test").info("told", extra={"reason": PHONE})
        logging.getLogger("django.request").debug(
            f"told {SONG}"
        )  # already in the format: a library's bad habit
    person = Person(committed_world.coordinator, watch)
    person.open(f"/{SONG}/?navn=Kanarelli")
    watch.look_at_message(f"Subject: Hei {NAME}\nTo: {EMAIL}\n\nRing {PHONE}".encode())
    with use_actor(system_actor("test", VEFSN)), transaction.atomic():
        queue.defer("dispatch.send_message", municipality=VEFSN, message_id=DIGITS)
    watch.look_at_traces(VEFSN)
    kinds = [line.split(":")[0] for line in watch.found()]
    assert sorted(set(kinds)) == [
        "address",
        "e-mail body",
        "e-mail header",
        "log",
        "procrastinate_jobs",
    ]
    assert kinds.count("log") == 3
