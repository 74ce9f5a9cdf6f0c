"""The pages, without JavaScript: the happy path, faults with the input kept, and other people's pages that are not there."""

from __future__ import annotations

import re
import uuid

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape

from lagspill.assessments import demo, operations
from lagspill.assessments.models import Answer, CheckInRequest
from lagspill.audit.models import StoredFact
from lagspill.kernel import clock
from lagspill.kernel.actor import Actor
from lagspill.people import operations as people
from lagspill.people.models import File
from lagspill.people.rules import Channel, Reach
from lagspill.tenancy.scope import use_actor
from tests.world import VEFSN, World

ALL = {"q_rest": "3", "q_own_time": "2", "q_alone": "4", "q_unease": "1", "q_own_life": "2"}


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
def anne(world: World) -> Client:
    return signed_in(world.caregiver)


@pytest.fixture
def kari(world: World) -> Client:
    return signed_in(world.coordinator)


MINE = f"/min/{VEFSN}/egen-sjekk/"


def sheet_of(page: str) -> str:
    found = re.search(r'name="sheet" value="([0-9a-f-]{36})"', page)
    assert found
    return found[1]


def key_of(page: str) -> str:
    found = re.search(r'name="idempotency_key" value="([0-9a-f-]{36})"', page)
    assert found
    return found[1]


def checked(page: str) -> set[str]:
    """Names and values of the ticked radio buttons."""
    inputs = re.findall(r"<input[^>]+type=\"radio\"[^>]*>", page)
    return {
        f"{re.search(r'name=.([a-z_]+)', each)[1]}={re.search(r'value=.([a-z0-9_]+)', each)[1]}"
        for each in inputs
        if " checked" in each
    }


def without_chance(response: HttpResponse) -> str:
    """The page without its secret and the id that was asked for."""
    page = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", response.content.decode())
    return re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "id", page)


def answered(world: World, *, is_shared: bool = False, wants_call: bool = False) -> uuid.UUID:
    with use_actor(world.caregiver):
        return demo.answer_over_time(
            actor=world.caregiver,
            now=world.now,
            file_id=world.file.id,
            given=[(100, [4, 4, 4, 4, 4]), (0, [3, 2, 4, 1, 2])],
            is_shared=is_shared,
            wants_call=wants_call,
        )[-1]


def call_of(world: World) -> uuid.UUID:
    with use_actor(world.caregiver):
        return operations.ask_for_call(
            actor=world.caregiver, now=world.now, file_id=world.file.id
        ).id


# --- the caregiver ----------------------------------------------------------------------------------------------------


def test_answer_see_the_result_share_it_and_take_it_back(
    world: World, anne: Client, kari: Client
) -> None:
    page = anne.get(MINE).content.decode()
    assert page.count('class="ds-fieldset ls-scale"') == 5
    assert "Kari Moe ringer deg" in page
    sent = anne.post(MINE, ALL | {"sheet": sheet_of(page), "closing": "not_now"})
    with use_actor(world.caregiver):
        row = Answer.objects.get()
    result = reverse("my-check-in-result", args=[VEFSN, row.id])
    assert (sent.status_code, sent.headers["Location"]) == (302, result)
    shown = anne.get(result).content.decode()
    assert "Summen er <b>12</b> av 20." in shown
    assert "Dette kan bare leses av deg." in shown

    staff_page = reverse("file-check-ins", args=[world.file.id])
    assert "Ingenting er delt" in kari.get(staff_page).content.decode()
    for readers, words, seen in (
        (
            "talk",
            "Dette kan leses av deg og Kari Moe, men ikke av Arne Haugen.",
            "Summen er 12 av 20.",
        ),
        ("mine", "Dette kan bare leses av deg.", "Ingenting er delt"),
    ):
        back = anne.post(reverse("my-check-in-readers", args=[VEFSN, row.id]), {"readers": readers})
        assert (back.status_code, back.headers["Location"]) == (302, result)
        assert words in anne.get(result).content.decode()
        assert seen in kari.get(staff_page).content.decode()


def test_a_yes_says_who_rings_and_by_when_and_the_call_says_no_answer(
    world: World, anne: Client, kari: Client
) -> None:
    sheet = sheet_of(anne.get(MINE).content.decode())
    sent = anne.post(MINE, ALL | {"sheet": sheet, "closing": "call_me"})
    shown = anne.get(sent.headers["Location"]).content.decode()
    assert "Innen fredag 27. november" in shown
    assert "Kari Moe ringer." in shown
    with use_actor(world.coordinator):
        call = CheckInRequest.objects.get()
    page = kari.get(reverse("call-request", args=[call.id])).content.decode()
    assert "Den pårørende har bedt om å bli ringt." in page
    assert "tel:" in page
    for word in ("Nesten hele tiden", "12", "Ofte"):
        assert word not in re.sub(
            r"<[^>]+>|90 ?00 ?00 ?01", "", page.split("<main")[1].split("</main")[0]
        )


def test_only_a_call_without_any_answer(world: World, anne: Client) -> None:
    sheet = sheet_of(anne.get(MINE).content.decode())
    sent = anne.post(MINE, {"sheet": sheet, "closing": "call_me"}, follow=True)
    assert sent.redirect_chain == [(MINE, 302)]
    assert "Kari Moe ringer deg innen fredag 27. november." in sent.content.decode()
    with use_actor(world.caregiver):
        assert not Answer.objects.exists()


def test_nothing_at_all_is_answered_422_with_words(anne: Client) -> None:
    sheet = sheet_of(anne.get(MINE).content.decode())
    sent = anne.post(MINE, {"sheet": sheet, "closing": "no"})
    page = sent.content.decode()
    assert sent.status_code == 422
    assert "Svar på minst ett spørsmål" in page
    assert checked(page) == {"closing=no"}


@pytest.mark.parametrize(
    "fault",
    [
        {"q_rest": "99"},
        {"q_rest": "<script>alert(1)</script>"},
        {"closing": "🦔"},
        {"sheet": "12"},
        {"sheet": ""},
    ],
)
def test_a_fault_is_answered_422_with_the_rest_kept(world: World, anne: Client, fault) -> None:
    sheet = sheet_of(anne.get(MINE).content.decode())
    for address in (MINE, f"{MINE}lagre/"):
        sent = anne.post(address, ALL | {"sheet": sheet, "closing": "no"} | fault)
        page = sent.content.decode()
        assert sent.status_code == 422
        assert {"q_alone=4", "q_own_life=2"} <= checked(page)
        assert "<script>alert" not in page
    with use_actor(world.caregiver):
        assert not Answer.objects.exists()


def test_a_lost_session_loses_nothing(world: World, anne: Client) -> None:
    sheet = sheet_of(anne.get(MINE).content.decode())
    saved = anne.post(
        f"{MINE}lagre/", {"sheet": sheet, "q_rest": "0", "closing": "call_me"}, headers={"HX-Request": "true"}
    )  # fmt: skip  # one request
    assert (saved.status_code, saved.content) == (204, b"")
    later = signed_in(world.caregiver)
    page = later.get(MINE).content.decode()
    assert sheet_of(page) == sheet
    assert checked(page) == {"q_rest=0", "closing=call_me"}
    assert "Svarene dine fra" in page


def test_without_javascript_there_is_a_button_that_saves(world: World, anne: Client) -> None:
    page = anne.get(MINE).content.decode()
    assert f'formaction="{MINE}lagre/"' in page
    saved = anne.post(f"{MINE}lagre/", {"sheet": sheet_of(page), "q_rest": "2"}, follow=True)
    assert saved.redirect_chain == [(MINE, 302)]
    assert "Bare du ser det." in saved.content.decode()
    assert checked(saved.content.decode()) == {"q_rest=2"}


def test_looking_at_the_page_writes_no_answer(world: World, anne: Client) -> None:
    sheet = sheet_of(anne.get(MINE).content.decode())
    anne.post(f"{MINE}lagre/", {"sheet": sheet})
    with use_actor(world.caregiver):
        assert not Answer.objects.exists()


def test_over_time_is_told_in_words_picture_and_table(world: World, anne: Client) -> None:
    last = answered(world)
    page = anne.get(reverse("my-check-in-result", args=[VEFSN, last])).content.decode()
    assert (
        "Fra 20 til 12 siden 17. august. Lavere tall betyr at svarene dine er lettere enn sist."
        in page
    )
    assert "<svg" in page
    assert "Vis som tabell" in page


def test_a_skipped_question_is_shown_as_skipped(world: World, anne: Client) -> None:
    sheet = sheet_of(anne.get(MINE).content.decode())
    sent = anne.post(MINE, {"sheet": sheet, "q_rest": "2"}, follow=True)
    page = sent.content.decode()
    assert "Da regner vi ikke ut noen sum." in page
    assert page.count("Ikke svart") == 4


def test_the_page_says_who_asked(world: World, anne: Client) -> None:
    with use_actor(world.coordinator):
        operations.ask_check_in(actor=world.coordinator, now=world.now, file_id=world.file.id)
    assert "Kari Moe spør hvordan du har det." in anne.get(MINE).content.decode()


def test_asking_for_a_call_afterwards(world: World, anne: Client) -> None:
    answered(world)
    sent = anne.post(f"/min/{VEFSN}/ring-meg/", follow=True)
    assert "Kari Moe ringer deg innen fredag 27. november." in sent.content.decode()


def test_a_wish_for_a_call_is_taken_back_with_one_button(world: World, anne: Client) -> None:
    anne.post(f"/min/{VEFSN}/ring-meg/")
    page = anne.get(MINE).content.decode()
    assert f'action="/min/{VEFSN}/ring-meg/ikke/"' in page
    for _ in range(2):
        sent = anne.post(f"/min/{VEFSN}/ring-meg/ikke/", follow=True)
        assert "Da ringer vi ikke." in sent.content.decode()
        assert "ringer deg innen" not in sent.content.decode()
    with use_actor(world.system):
        request = CheckInRequest.objects.get()
        assert (request.state, request.outcome) == ("closed", "not_wanted")
        assert StoredFact.objects.filter(type="CallMade").count() == 1


def test_a_serving_nurse_makes_the_call_she_asked_for(world: World) -> None:
    with use_actor(world.system):
        File.objects.filter(id=world.file.id).update(reach_email="")
    nurse = signed_in(world.nurse)
    sent = nurse.post(reverse("ask-check-in", args=[world.file.id]))
    with use_actor(world.system):
        call = CheckInRequest.objects.get()
    address = reverse("call-request", args=[call.id])
    assert (call.kind, sent.headers["Location"]) == ("call", address)
    page = nurse.get(address).content.decode()
    assert re.search(r"tel:\+?(47)?90000001", page)
    assert str(world.file.id) not in page  # no way into the file
    nurse.post(address, {"outcome": "reached", "idempotency_key": key_of(page)})
    with use_actor(world.system):
        assert CheckInRequest.objects.get().state == "made"
    assert signed_in(world.other_nurse).get(address).status_code == 404


@pytest.mark.parametrize("who", ["care_recipient", "unknown_citizen"])
def test_other_citizens_find_nothing(world: World, who: str) -> None:
    last = answered(world, is_shared=True)
    with use_actor(world.caregiver):
        people.agree_to_relation(
            actor=world.caregiver, now=world.now, relation_id=world.relation.id, how="portal"
        )
    other = signed_in(getattr(world, who))
    missing = other.get(reverse("my-check-in-result", args=[VEFSN, uuid.uuid4()]))
    hidden = other.get(reverse("my-check-in-result", args=[VEFSN, last]))
    assert (missing.status_code, hidden.status_code) == (404, 404)
    assert without_chance(missing) == without_chance(hidden)
    for address in (MINE, f"{MINE}lagre/", f"{MINE}{last}/lesere/", f"/min/{VEFSN}/ring-meg/"):
        assert other.post(address, {"readers": "talk"}).status_code == 404
    with use_actor(world.system):
        assert CheckInRequest.objects.count() == 0


@pytest.mark.parametrize("address", [MINE, "/min/3330/egen-sjekk/", "/min/0000/egen-sjekk/"])
def test_staff_and_people_of_other_places_find_nothing(
    world: World, address: str, kari: Client
) -> None:
    assert kari.get(address).status_code == 404
    if address != MINE:
        assert signed_in(world.caregiver).get(address).status_code == 404


def test_a_visitor_is_sent_to_sign_in() -> None:
    for address in (MINE, reverse("call-request", args=[uuid.uuid4()])):
        assert Client().get(address).headers["Location"].startswith("/logg-inn/")


def test_an_audience_that_is_none_changes_nothing(world: World, anne: Client) -> None:
    last = answered(world)
    for readers in ("shared", "", "draft"):
        sent = anne.post(reverse("my-check-in-readers", args=[VEFSN, last]), {"readers": readers})
        assert sent.status_code == 422
    with use_actor(world.caregiver):
        assert Answer.objects.select_related("item").get(id=last).item.audience == "mine"


# --- staff ------------------------------------------------------------------------------------------------------------


def test_staff_see_what_is_shared_over_time_and_can_ask(world: World, kari: Client) -> None:
    answered(world, is_shared=True)
    address = reverse("file-check-ins", args=[world.file.id])
    page = kari.get(address).content.decode()
    assert "Fra 20 til 12 siden 17. august." in page
    assert "Sist spurt" not in page
    ask = reverse("ask-check-in", args=[world.file.id])
    key = key_of(page)
    for _ in range(2):
        sent = kari.post(ask, {"idempotency_key": key})
        assert (sent.status_code, sent.headers["Location"]) == (302, address)
    page = kari.get(address).content.decode()
    assert "Spørsmålet er sendt." in page
    assert "Sist spurt 25. november 2026." in page
    with use_actor(world.coordinator):
        assert CheckInRequest.objects.count() == 1


def test_a_nurse_who_only_sees_the_relation_asks_and_goes_back_to_the_start_page(
    world: World,
) -> None:
    nurse = signed_in(world.nurse)
    answered(world, is_shared=True)
    assert nurse.get(reverse("file-check-ins", args=[world.file.id])).status_code == 404
    sent = nurse.post(reverse("ask-check-in", args=[world.file.id]))
    assert (sent.status_code, sent.headers["Location"]) == (302, reverse("staff-start"))
    with use_actor(world.nurse):
        assert CheckInRequest.objects.get().asked_by == world.nurse.id


@pytest.mark.parametrize("who", ["other_nurse", "leader", "admin", "stranger"])
def test_other_staff_find_nothing(world: World, who: str) -> None:
    answered(world, is_shared=True)
    call = call_of(world)
    other = signed_in(getattr(world, who))
    assert other.get(reverse("file-check-ins", args=[world.file.id])).status_code == 404
    assert other.post(reverse("ask-check-in", args=[world.file.id])).status_code == 404
    assert other.get(reverse("call-request", args=[call])).status_code == 404
    assert (
        other.post(reverse("call-request", args=[call]), {"outcome": "reached"}).status_code == 404
    )


def test_a_call_shows_how_to_reach_safely_and_is_recorded(world: World, kari: Client) -> None:
    call = call_of(world)
    with use_actor(world.coordinator):
        people.set_reach(
            actor=world.coordinator,
            now=world.now,
            file=world.file,
            reach=Reach(
                Channel.PHONE,
                phone="90000001",
                note="Bare etter <fire>, og aldri hjemme",
                blocked=frozenset({Channel.LETTER}),
            ),
        )
    address = reverse("call-request", args=[call])
    page = kari.get(address).content.decode()
    assert escape("Bare etter <fire>, og aldri hjemme") in page
    assert "Skal ikke brukes: brev." in " ".join(page.split())
    assert "Anne Haugen" not in page.split("</title>")[0]
    sent = kari.post(address, {"outcome": "not_reached", "idempotency_key": key_of(page)})
    assert (sent.status_code, sent.headers["Location"]) == (302, address)
    again = kari.post(address, {"outcome": "not_reached", "idempotency_key": key_of(page)})
    assert again.status_code == 302
    page = kari.get(address).content.decode()
    assert "Prøvd 1 gang." in page
    kari.post(address, {"outcome": "reached", "idempotency_key": key_of(page)})
    assert "Ute av listen" in kari.get(address).content.decode()


def test_where_the_phone_is_blocked_there_is_no_number_to_press(world: World, kari: Client) -> None:
    call = call_of(world)
    with use_actor(world.coordinator):
        people.set_reach(
            actor=world.coordinator,
            now=world.now,
            file=world.file,
            reach=Reach(Channel.EMAIL, phone="90000001", email="a@example.no", blocked=frozenset({Channel.PHONE})),
        )  # fmt: skip  # one call
    page = kari.get(reverse("call-request", args=[call])).content.decode()
    main = page.split("<main")[1].split("</main")[0]
    assert "Ikke ring" in main
    assert "tel:" not in main


@pytest.mark.parametrize("outcome", ["", "lost", "🦔"])
def test_a_call_without_an_outcome_is_answered_422(
    world: World, kari: Client, outcome: str
) -> None:
    address = reverse("call-request", args=[call_of(world)])
    sent = kari.post(address, {"outcome": outcome})
    assert sent.status_code == 422
    with use_actor(world.coordinator):
        assert CheckInRequest.objects.get().tries == 0


def test_a_call_that_is_off_the_list_cannot_be_recorded_again(world: World, kari: Client) -> None:
    address = reverse("call-request", args=[call_of(world)])
    kari.post(address, {"outcome": "reached"})
    sent = kari.post(address, {"outcome": "not_reached"})
    assert sent.status_code == 422
    assert "Dette er allerede gjort." in sent.content.decode()
    assert checked(sent.content.decode()) == {"outcome=not_reached"}


@pytest.mark.parametrize("language", ["nn", "en"])
def test_pages_speak_the_readers_language(
    world: World, anne: Client, kari: Client, language: str
) -> None:
    last = answered(world, is_shared=True, wants_call=True)
    with use_actor(world.coordinator):
        call = CheckInRequest.objects.get().id
    words = {"nn": ("Send og sjå svara mine", "Kven ser svara?", "Eigen sjekk", "Slik når du trygt fram"),
             "en": ("Send and see my answers", "Who sees the answers?", "Own check-in", "How to reach them safely")}  # fmt: skip  # one language a line
    pages = (
        (anne, MINE),
        (anne, reverse("my-check-in-result", args=[VEFSN, last])),
        (kari, reverse("file-check-ins", args=[world.file.id])),
        (kari, reverse("call-request", args=[call])),
    )
    for (client, address), word in zip(pages, words[language], strict=True):
        client.cookies["sprak"] = language
        assert word in client.get(address).content.decode()


def test_the_file_page_costs_the_same_for_one_answer_and_for_three(
    world: World, kari: Client
) -> None:
    address = reverse("file-check-ins", args=[world.file.id])
    costs = []
    for days in (3, 2, 1):
        with use_actor(world.caregiver):
            demo.answer_over_time(
                actor=world.caregiver,
                now=world.now,
                file_id=world.file.id,
                given=[(days, [1, 1, 1, 1, 1])],
            )
        with CaptureQueriesContext(connection) as asked:
            assert kari.get(address).status_code == 200
        costs.append(len(asked))
    assert costs[0] == costs[2]
