"""The pages, without JavaScript: the happy path, faults with the input kept, two versions, and pages that are not there."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils.html import escape
from pypdf import PdfReader

from lagspill.conversations import operations, queries
from lagspill.conversations.models import Invitation, Preparation, Statement, Talk
from lagspill.conversations.rules import FIRST_TOPICS
from lagspill.conversations.tests.test_operations import WORDS, draft, place, send, talk_of
from lagspill.dispatch.models import OutboxMessage
from lagspill.kernel import clock
from lagspill.kernel.actor import Actor
from lagspill.people.models import Person
from lagspill.tenancy.scope import use_actor
from tests.world import VEFSN, World

OUTSIDERS = ("nurse", "other_nurse", "leader", "admin", "stranger", "caregiver", "care_recipient")


@pytest.fixture(autouse=True)
def moment(world: World, settings, tmp_path, monkeypatch) -> None:
    """The views see the world's own moment; e-mail is set up."""
    settings.MAIL_URL = f"maildir://{tmp_path}/mail"
    monkeypatch.setattr(clock, "now", lambda: world.now)


def signed_in(actor: Actor) -> Client:
    client = Client()
    session = client.session
    session["lagspill"] = (
        {"kind": "staff", "staff": str(actor.id), "municipality": actor.municipality}
        if actor.is_staff
        else {"kind": "citizen", "identity": str(actor.id)}
    )
    session.save()
    client.cookies["okt"] = session.session_key
    return client


@pytest.fixture
def kari(world: World) -> Client:
    return signed_in(world.coordinator)


@pytest.fixture
def anne(world: World) -> Client:
    return signed_in(world.caregiver)


def read(response: HttpResponse) -> str:
    return response.content.decode()


def fields_of(page: str, form_has: str = "") -> dict[str, object]:
    """What a browser would send from the first form that holds `form_has`, as it stands."""
    for form in re.findall(r"<form.*?</form>", page, re.DOTALL):
        if form_has in form:
            break
    else:
        raise AssertionError(f"no form with {form_has}")
    found: dict[str, list[str]] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        attrs = dict(re.findall(r'([a-z-]+)="([^"]*)"', tag))
        checkable = attrs.get("type") in ("radio", "checkbox")
        if "name" in attrs and (not checkable or re.search(r"\schecked", tag)):
            found.setdefault(attrs["name"], []).append(attrs.get("value", ""))
    for name, inner in re.findall(
        r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', form, re.DOTALL
    ):
        chosen = re.search(r'<option value="([^"]*)"\s+selected', inner)
        options = re.findall(r'<option value="([^"]*)"', inner)
        found[name] = [chosen[1] if chosen else options[0]]
    found.pop("csrfmiddlewaretoken", None)
    return dict(found)


class TestInvite:
    def test_the_proposal_is_sent_as_it_stands_in_one_click(self, world: World, kari: Client):
        address = reverse("invite", args=[world.file.id])
        page = read(kari.get(address))
        assert "Anne Haugen" in page
        assert "Samtalen og avtalen er frivillig og binder ingen" in page
        assert "Kan Arne Haugen lese det?" in page
        given = (
            fields_of(page, "Paperplane") if "Paperplane" in page else fields_of(page, "reply_by")
        )
        answer = kari.post(address, {**given, "act": "send"})
        assert answer.status_code == 302
        with use_actor(world.system):
            made = Invitation.objects.get()
        assert answer["Location"] == reverse("invitation", args=[made.id])
        assert (made.state, made.lead_id, made.form) == ("sent", world.coordinator.id, "choose")
        assert made.topics == list(FIRST_TOPICS)
        again = kari.post(address, {**given, "act": "send"})
        assert again["Location"] == reverse("file", args=[world.file.id])
        shown = kari.get(answer["Location"])
        assert shown.status_code == 200
        assert "Venter på svar" in read(shown)

    def test_the_preview_follows_what_was_chosen(self, world: World, kari: Client):
        address = reverse("invite", args=[world.file.id])
        given = fields_of(read(kari.get(address)), "reply_by")
        changed = {
            **given,
            "form": "home",
            "others": "names",
            "others_names": "Fastlegen",
            "language": "nn",
            "act": "preview",
        }
        page = read(kari.post(address, changed))
        assert "heime hos deg" in page
        assert "Fastlegen er med." in page
        with use_actor(world.system):
            assert not Invitation.objects.exists()

    @pytest.mark.parametrize(
        ("changes", "says"),
        [
            ({"day": "2020-01-01"}, "Tidspunktet har allerede vært."),
            ({"day": "i morgen"}, None),
            ({"day2": "2026-12-09"}, "Skriv både dag og klokkeslett."),
            ({"others": "names"}, "Skriv hvem som er med."),
            ({"place": "x" * 121}, None),
            ({"lead": "11111111-1111-1111-1111-111111111111"}, None),
            ({"topics": ["T99"]}, None),
        ],
    )
    def test_a_fault_keeps_the_input(
        self, world: World, kari: Client, changes: dict[str, object], says: str | None
    ):
        address = reverse("invite", args=[world.file.id])
        given = fields_of(read(kari.get(address)), "reply_by")
        answer = kari.post(
            address, {**given, "others_names": "", "place": "Storgata 1", **changes, "act": "send"}
        )
        assert answer.status_code == 422
        page = read(answer)
        if says:
            assert says in page
        assert str(changes.get("place", "Storgata 1")) in page

    @pytest.mark.parametrize(
        ("age", "says"),
        [("unknown", "alder"), ("under_16", "barn")],
    )
    def test_who_cannot_be_invited_is_said_at_once(
        self, world: World, kari: Client, age: str, says: str
    ):
        with use_actor(world.system):
            Person.objects.filter(id=world.caregiver_person.id).update(birth_on=None, age_group=age)
        page = read(kari.get(reverse("invite", args=[world.file.id])))
        assert says in page.lower()
        assert 'value="send"' not in page

    def test_for_others_there_is_nothing(self, world: World):
        invitation = send(world)
        for who in OUTSIDERS:
            client = signed_in(getattr(world, who))
            assert client.get(reverse("invite", args=[world.file.id])).status_code == 404, who
            assert client.get(reverse("invitation", args=[invitation.id])).status_code == 404, who
            letter = client.post(reverse("invitation-letter", args=[invitation.id]))
            assert letter.status_code == 404, who

    def test_the_notice_reveals_nothing(self, world: World, kari: Client):
        send(world)
        with use_actor(world.system):
            [message] = OutboxMessage.objects.all()
        kept = " ".join(str(value) for value in vars(message).values())
        for word in ("Anne", "Haugen", "Arne", "Kari", "samtale", "anne@example.no"):
            assert word not in kept


class TestLetter:
    def test_it_holds_everything_and_a_code_that_is_nowhere_else(
        self, world: World, kari: Client, tmp_path, caplog
    ):
        with use_actor(world.system):
            Person.objects.filter(id=world.caregiver_person.id).update(is_bound=False)
        invitation = send(world)
        assert invitation.channel == "letter"
        page = read(kari.get(reverse("invitation", args=[invitation.id])))
        answer = kari.post(reverse("invitation-letter", args=[invitation.id]))
        assert answer["Content-Type"] == "application/pdf"
        assert "Anne" not in answer["Content-Disposition"]
        file = tmp_path / "letter.pdf"
        file.write_bytes(answer.content)
        pdf = PdfReader(file)
        assert pdf.metadata is not None
        about = " ".join(str(value) for value in pdf.metadata.values())
        for name in ("Anne", "Haugen", "Arne", "Kari"):
            assert name not in about
        text = re.sub(r"\s+", " ", " ".join(sheet.extract_text() for sheet in pdf.pages))
        for said in (
            "Hvorfor vi spør",
            "Kari Moe",
            "der det passer deg best",
            "Ingen andre",
            "Hva er viktig for deg?",
            "Det som blir skrevet ned",
            "Kan Arne Haugen lese det?",
            "binder ingen",
            "nei",
            "Vi bestiller og betaler tolk",
            "noen som kan være der",
            "Svarark",
            "Ring oss",
        ):
            assert said in text, said
        code = re.search(r"1824-[A-Z0-9]{4}-[A-Z0-9]{4}", text)
        assert code
        assert code[0] not in page
        assert code[0] not in caplog.text
        posted = kari.post(reverse("invitation-posted", args=[invitation.id]), follow=True)
        assert "Merket som postlagt." in read(posted)


class TestMyInvitation:
    def address(self, invitation: Invitation) -> str:
        return reverse("my-invitation", args=[VEFSN, invitation.id])

    def test_yes_with_a_time_leads_to_the_talk(self, world: World, anne: Client):
        invitation = send(world)
        page = read(anne.get(self.address(invitation)))
        assert "Kari Moe" in page
        given = fields_of(page, 'name="answer"')
        time = invitation.times[0].isoformat()
        data = {**given, "answer": "yes", "time": time, "form": "home", "needs": ["stand_in"]}
        answer = anne.post(self.address(invitation), data)
        assert answer.status_code == 302
        again = anne.post(self.address(invitation), data)
        assert again.status_code == 302
        with use_actor(world.system):
            talk = Talk.objects.get()
        assert (talk.form, talk.needs) == ("home", ["stand_in"])
        assert "Du har sagt ja" in read(anne.get(self.address(invitation)))

    def test_no_needs_nothing_else(self, world: World, anne: Client):
        invitation = send(world)
        assert anne.post(self.address(invitation), {"answer": "no"}).status_code == 302
        assert "Takk for svaret" in read(anne.get(self.address(invitation)))

    @pytest.mark.parametrize(
        ("data", "says"),
        [
            ({}, None),
            ({"answer": "yes"}, "Velg en tid, eller «En annen tid»."),
            ({"answer": "yes", "time": "other"}, "Skriv når det passer. Et par ord holder."),
            (
                {"answer": "yes", "time": "other", "wish": "x", "needs": ["interpreter"]},
                "Skriv hvilket språk tolken skal kunne.",
            ),
            ({"answer": "yes", "time": "2020-01-01"}, None),
            ({"answer": "yes", "time": "other", "wish": "x" * 501}, None),
        ],
    )
    def test_a_fault_keeps_the_input(
        self, world: World, anne: Client, data: dict[str, object], says: str | None
    ):
        invitation = send(world)
        sent = {"interpreter_language": "davvisámegiella", **data}
        if data.get("needs"):
            sent["interpreter_language"] = ""
        answer = anne.post(self.address(invitation), sent)
        assert answer.status_code == 422
        if says:
            assert says in read(answer)
        if not data.get("needs"):
            assert "davvisámegiella" in read(answer)

    @pytest.mark.parametrize("who", ["care_recipient", "unknown_citizen", "coordinator"])
    def test_for_others_there_is_nothing(self, world: World, who: str):
        invitation = send(world)
        client = signed_in(getattr(world, who))
        assert client.get(self.address(invitation)).status_code == 404
        assert client.post(self.address(invitation), {"answer": "no"}).status_code == 404

    def test_staff_write_down_an_answer_from_the_telephone(self, world: World, kari: Client):
        invitation = send(world)
        address = reverse("invitation-answer", args=[invitation.id])
        bad = kari.post(address, {"answer": "yes", "how": "phone", "later": "sein"})
        assert bad.status_code == 422
        data = {"answer": "yes", "how": "phone", "time": "other", "wish": "helst kveld"}
        page = read(kari.post(address, data, follow=True))
        assert "Svarte ja" in page
        assert "helst kveld" in page


class TestTalk:
    def test_a_draft_is_kept_without_script_and_placed_once(self, world: World, kari: Client):
        talk = talk_of(world)
        address = reverse("talk", args=[talk.id])
        page = read(kari.get(address))
        assert "Hva er viktig for deg?" in page
        given = fields_of(page, 'value="T01"')
        target = reverse("talk-statement", args=[talk.id])
        saved = kari.post(target, {**given, "text": WORDS, "act": "save"})
        assert saved.status_code == 302
        page = read(kari.get(address))
        assert escape(WORDS) in page
        given = fields_of(page, 'value="T01"')
        data = {**given, "text": WORDS, "audience": "talk", "about": "caregiver", "act": "place"}
        for _ in range(2):
            assert kari.post(target, data).status_code == 302
        with use_actor(world.coordinator):
            said = queries.list_statements(world.coordinator, world.file.id, world.now)
        assert [(s.text, s.audience) for s in said] == [(WORDS, "talk")]

    def test_autosave_answers_that_there_is_nothing_to_show(self, world: World, kari: Client):
        talk = talk_of(world)
        target = reverse("talk-statement", args=[talk.id])
        answer = kari.post(target, {"topic": "T02", "text": "a"}, headers={"HX-Request": "true"})
        assert (answer.status_code, answer.content) == (204, b"")

    def test_each_reader_is_named_before_placing(self, world: World, kari: Client):
        page = read(kari.get(reverse("talk", args=[talk_of(world).id])))
        assert "Dette kan leses av Anne Haugen og Kari Moe, men ikke av Arne Haugen." in page

    def test_two_devices_get_both_versions(self, world: World, kari: Client):
        talk = talk_of(world)
        address, target = (
            reverse("talk", args=[talk.id]),
            reverse("talk-statement", args=[talk.id]),
        )
        one, two = (fields_of(read(kari.get(address)), 'value="T01"') for _ in range(2))
        kari.post(target, {**one, "text": "fra mobilen", "act": "save"})
        answer = kari.post(target, {**two, "text": "fra kontoret", "act": "save"})
        assert answer.status_code == 409
        page = read(answer)
        assert "fra mobilen" in page
        assert "fra kontoret" in page
        headers = {"HX-Request": "true"}
        assert kari.post(target, {**two, "text": "x"}, headers=headers).status_code == 409
        given = fields_of(page, "fra kontoret")
        assert kari.post(target, {**given, "text": "begge", "act": "save"}).status_code == 302
        with use_actor(world.coordinator):
            held = queries.list_drafts(world.coordinator, talk.id, world.now)
        assert held["T01"].text == "begge"

    @pytest.mark.parametrize(
        ("data", "says"),
        [
            ({"text": ""}, "Det er ikke skrevet noe ennå."),
            ({"about": "both", "audience": "shared"}, None),
            ({"text": "x" * 4001}, None),
            ({"audience": "mine"}, None),
            ({"version": "-1"}, None),
        ],
    )
    def test_a_fault_keeps_the_words(
        self, world: World, kari: Client, data: dict[str, str], says: str | None
    ):
        talk = talk_of(world)
        given = {"topic": "T01", "text": "<b>Sørga & Ánte</b>", "act": "place"} | data
        answer = kari.post(reverse("talk-statement", args=[talk.id]), given)
        assert answer.status_code == 422
        page = read(answer)
        if says:
            assert says in page
        assert escape(given["text"]) in page
        assert "<b>Sørga" not in page

    def test_an_unknown_topic_is_a_refusal(self, world: World, kari: Client):
        target = reverse("talk-statement", args=[talk_of(world).id])
        assert kari.post(target, {"topic": "T99", "text": "x"}).status_code == 422

    def test_for_others_there_is_nothing(self, world: World):
        talk = talk_of(world)
        acts = ("talk-statement", "talk-hold", "talk-call-off", "talk-presence", "talk-plan")
        for who in OUTSIDERS:
            client = signed_in(getattr(world, who))
            assert client.get(reverse("talk", args=[talk.id])).status_code == 404, who
            for name in acts:
                assert client.post(reverse(name, args=[talk.id])).status_code == 404, (who, name)

    def test_readers_presence_time_and_end(self, world: World, kari: Client):
        talk = talk_of(world)
        made = place(world, talk, topic="T04")
        assert made is not None
        readers = reverse("statement-readers", args=[made.id])
        assert kari.post(readers, {"audience": "service"}).status_code == 422
        assert kari.post(readers, {"audience": "service", "how": "phone"}).status_code == 302
        assert kari.post(readers, {"audience": "everyone"}).status_code == 422
        presence = reverse("talk-presence", args=[talk.id])
        assert kari.post(presence, {"presence": "absent"}).status_code == 302
        plan = reverse("talk-plan", args=[talk.id])
        late = {"day": "2026-12-10", "clock": "12:00", "form": "home"}
        assert kari.post(plan, {**late, "day": "2020-01-01"}).status_code == 422
        assert kari.post(plan, {**late, "clock": "tolv"}).status_code == 422
        assert kari.post(plan, late).status_code == 302
        page = read(kari.post(reverse("talk-hold", args=[talk.id]), follow=True))
        assert "Samtalen er avsluttet" in page
        assert "ikke avklart med den pårørende" in page.lower()

    def test_old_drafts_are_warned_of(self, world: World, kari: Client, monkeypatch):
        talk = talk_of(world)
        draft(world, talk)
        assert "snart slettes" not in read(kari.get(reverse("talk", args=[talk.id])))
        monkeypatch.setattr(clock, "now", lambda: world.now + timedelta(hours=50))
        assert "snart slettes" in read(kari.get(reverse("talk", args=[talk.id])))

    def test_a_talk_may_begin_without_an_invitation(self, world: World, kari: Client):
        page = read(kari.post(reverse("start-talk", args=[world.file.id]), follow=True))
        assert "Samtale med Anne Haugen" in page


class TestMine:
    def test_words_are_private_until_shared_and_again(
        self, world: World, anne: Client, kari: Client
    ):
        talk = talk_of(world)
        address = reverse("my-preparation", args=[VEFSN, talk.id])
        given = fields_of(read(anne.get(address)), 'value="T03"')
        sent = {**given, "text": WORDS, "is_important": "on"}
        saved = anne.post(address, sent, headers={"HX-Request": "true"})
        assert saved.status_code == 204
        seen = read(kari.get(reverse("talk", args=[talk.id])))
        assert escape(WORDS) not in seen
        assert "viktig for den pårørende" in seen
        assert anne.post(address, {**sent, "act": "share"}).status_code == 302
        assert escape(WORDS) in read(kari.get(reverse("talk", args=[talk.id])))
        assert "Ta tilbake" in read(anne.get(address))
        taken = anne.post(address, {"topic": "T03", "act": "take_back"})
        assert taken.status_code == 302
        assert escape(WORDS) not in read(kari.get(reverse("talk", args=[talk.id])))

    def test_faults_keep_the_words(self, world: World, anne: Client):
        talk = talk_of(world)
        address = reverse("my-preparation", args=[VEFSN, talk.id])
        assert anne.post(address, {"topic": "T01", "act": "share"}).status_code == 422
        long = anne.post(address, {"topic": "T01", "text": "å" * 4001})
        assert long.status_code == 422
        assert "å" * 4001 in read(long)
        assert anne.post(address, {"topic": "T99", "text": "x"}).status_code == 422
        with use_actor(world.system):
            assert not Preparation.objects.exists()

    def test_two_pages_get_both_versions(self, world: World, anne: Client):
        talk = talk_of(world)
        address = reverse("my-preparation", args=[VEFSN, talk.id])
        one, two = (fields_of(read(anne.get(address)), 'value="T03"') for _ in range(2))
        anne.post(address, {**one, "text": "fra sofaen"})
        answer = anne.post(address, {**two, "text": "fra bussen"})
        assert answer.status_code == 409
        assert "fra sofaen" in read(answer)
        assert "fra bussen" in read(answer)
        headers = {"HX-Request": "true"}
        assert anne.post(address, {**two, "text": "x"}, headers=headers).status_code == 409

    def test_the_caregiver_reads_what_was_written_and_chooses_readers(
        self, world: World, anne: Client
    ):
        talk = talk_of(world)
        made = place(world, talk, topic="T04")
        assert made is not None
        address = reverse("my-talk", args=[VEFSN, talk.id])
        assert escape(WORDS) in read(anne.get(address))
        change = reverse("my-readers", args=[VEFSN, made.id])
        assert anne.post(change, {"audience": "shared"}).status_code == 302
        assert anne.post(change, {"audience": "everyone"}).status_code == 422
        with use_actor(world.system):
            assert Statement.objects.get().item.audience == "shared"
        off = anne.post(reverse("my-talk-call-off", args=[VEFSN, talk.id]))
        assert off.status_code == 302
        assert "Samtalen er avlyst" in read(anne.get(address))

    @pytest.mark.parametrize("who", ["care_recipient", "unknown_citizen", "coordinator"])
    def test_for_others_there_is_nothing(self, world: World, who: str):
        talk = talk_of(world)
        client = signed_in(getattr(world, who))
        for name in ("my-preparation", "my-talk"):
            assert client.get(reverse(name, args=[VEFSN, talk.id])).status_code == 404
        off = client.post(reverse("my-talk-call-off", args=[VEFSN, talk.id]))
        assert off.status_code == 404


def test_every_page_is_there_in_each_language(world: World, kari: Client, anne: Client):
    talk = talk_of(world)
    place(world, talk)
    with use_actor(world.coordinator):
        operations.hold_talk(actor=world.coordinator, now=world.now, talk_id=talk.id)
    staff = [
        reverse("invite", args=[world.file.id]),
        reverse("invitation", args=[talk.invitation_id]),
        reverse("talk", args=[talk.id]),
    ]
    own = [
        reverse("my-invitation", args=[VEFSN, talk.invitation_id]),
        reverse("my-preparation", args=[VEFSN, talk.id]),
        reverse("my-talk", args=[VEFSN, talk.id]),
    ]
    for language in ("nb", "nn", "en"):
        for client, addresses in ((kari, staff), (anne, own)):
            client.cookies["sprak"] = language
            for address in addresses:
                assert client.get(address).status_code == 200


def test_a_lost_session_never_looks_like_saved_and_the_draft_is_there_afterwards(
    world: World, kari: Client
):
    talk = talk_of(world)
    target = reverse("talk-statement", args=[talk.id])
    headers = {"HX-Request": "true"}
    words = {"topic": "T01", "text": WORDS}
    assert kari.post(target, words, headers=headers).status_code == 204
    kari.cookies.clear()
    assert kari.post(target, {**words, "text": "mer"}, headers=headers).status_code == 401
    page = read(signed_in(world.coordinator).get(reverse("talk", args=[talk.id])))
    assert escape(WORDS) in page
