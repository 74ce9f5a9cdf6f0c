"""The pages: happy paths without script, invalid forms, what is hidden, and both versions when somebody else saved."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from lagspill.agreements.models import Confirmation, Line, Reply, Version
from lagspill.agreements.tests.conftest import SECRET, STRIP
from lagspill.kernel import clock
from lagspill.kernel.calendar import oslo_today
from lagspill.people import queries as people
from lagspill.people.models import Pin
from lagspill.tenancy.scope import use_actor


@pytest.fixture(autouse=True)
def stopped_clock(world, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: world.now)


def signed_in(actor):
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
def staff(world):
    return signed_in(world.coordinator)


@pytest.fixture
def mine(world):
    return signed_in(world.caregiver)


def of(world, model=Line, **conditions):
    with use_actor(world.system):
        return model.objects.get(**conditions)


def page_sentence(world, rung):
    with use_actor(world.coordinator):
        return people.reader_sentences(world.coordinator, world.file.id, [], world.now)[rung]


def draft_page(world):
    return reverse("agreement-draft", args=[world.file.id])


class TestDrafting:
    def test_a_draft_is_started_and_a_line_written(self, world, staff):
        assert "Start avtalen" in staff.get(draft_page(world)).text
        assert staff.post(draft_page(world)).status_code == 302
        version = of(world, Version)
        for kind in (
            "matters",
            "will_not",
            "service_asks",
            "measure",
            "contact",
            "contingency",
            "task",
        ):
            address = reverse("agreement-line-new", args=[version.id, kind])
            assert staff.get(address).status_code == 200
        answer = staff.post(
            address,
            {
                "text": "Handle mat 🛒 Áhkku",
                "who": "service",
                "audience": "shared",
                "is_together": "on",
            },
        )
        assert answer.status_code == 302
        page = staff.get(draft_page(world)).text
        assert "Handle mat 🛒 Áhkku" in page
        assert "Tjenesten" in page

    @pytest.mark.parametrize(
        ("kind", "wrong"),
        [
            ("task", {"text": ""}),
            ("task", {"text": "x", "who": "den eldste"}),
            ("task", {"text": "x" * 4001}),
            ("task", {"text": "x", "audience": "alle"}),
            ("measure", {"text": "x", "due_on": "i morgen"}),
            ("measure", {"text": "x", "unit": str(uuid.uuid4())}),
            ("contact", {"text": "x", "phone": "ring meg"}),
        ],
    )
    def test_a_wrong_line_is_said_so_with_the_input_kept(self, world, staff, draft, kind, wrong):
        held = {"text": "<script>x</script> beholdt", "audience": "talk", "who": "service"}
        answer = staff.post(
            reverse("agreement-line-new", args=[draft.id, kind]),
            held | {"unit": str(world.north.id)} | wrong,
        )
        assert answer.status_code == 422
        assert "<script>x" not in answer.text
        if wrong["text"] == "x":
            assert ">\nx</textarea>" in answer.text

    def test_a_refusal_of_the_domain_is_said_on_the_page(self, world, staff, draft, lines):
        line = of(world, kind="contingency")
        answer = staff.post(
            reverse("agreement-line", args=[line.id]),
            {"text": "Ring", "audience": "service", "revision": "1"},
        )
        assert answer.status_code == 422
        assert "handler om den pårørende" in answer.text

    def test_both_versions_are_shown_when_somebody_else_saved(self, world, staff, draft):
        line = of(world, text="Handle mat")
        address = reverse("agreement-line", args=[line.id])
        form = {"who": "caregiver", "audience": "shared", "is_together": "on", "revision": "1"}
        assert (
            staff.post(address, form | {"text": "Deres", "form_id": str(uuid.uuid4())}).status_code
            == 302
        )
        answer = staff.post(address, form | {"text": "Mine ord", "form_id": str(uuid.uuid4())})
        assert answer.status_code == 409
        assert "Deres" in answer.text
        assert "Mine ord" in answer.text
        assert 'name="revision" value="2"' in answer.text

    def test_it_saves_while_one_writes(self, world, staff, draft):
        line = of(world, text="Handle mat")
        form = {
            "who": "shared",
            "audience": "shared",
            "revision": "1",
            "form_id": str(uuid.uuid4()),
        }
        for text in ("Handle", "Handle brød"):
            answer = staff.post(
                reverse("agreement-line", args=[line.id]),
                form | {"text": text},
                headers={"HX-Request": "true"},
            )
            assert answer.status_code == 204
        assert of(world, id=line.id).text == "Handle brød"

    def test_lines_move_and_go_without_script(self, world, staff, draft):
        line = of(world, text="Dusj")
        assert (
            staff.post(
                reverse("agreement-line-move", args=[line.id]), {"direction": "up"}
            ).status_code
            == 302
        )
        assert of(world, id=line.id).position < of(world, text="Handle mat").position
        assert staff.post(reverse("agreement-line-remove", args=[line.id])).status_code == 302
        assert staff.post(reverse("agreement-line-remove", args=[line.id])).status_code == 404

    def test_a_proposal_needs_a_day_ahead(self, world, staff, draft):
        address = reverse("agreement-propose", args=[draft.id])
        assert staff.post(address, {"review_on": ""}).status_code == 422
        answer = staff.post(address, {"review_on": "2026-01-01"})
        assert answer.status_code == 422
        assert "fram i tid" in answer.text
        day = oslo_today(world.now) + timedelta(days=60)
        assert staff.post(address, {"review_on": day.isoformat()}).headers["Location"] == reverse(
            "agreement", args=[draft.id]
        )
        assert staff.get(draft_page(world)).status_code == 302

    @pytest.mark.parametrize("who", ["nurse", "leader", "stranger", "caregiver"])
    def test_nobody_else_finds_the_draft(self, world, known, draft, who):
        client = signed_in(getattr(world, who))
        line = of(world, text="Dusj")
        for address in (
            draft_page(world),
            reverse("agreement", args=[draft.id]),
            reverse("agreement-line", args=[line.id]),
        ):
            assert client.get(address).status_code == 404
        for name in ("propose", "confirm", "answer", "reopen", "lead", "withdraw", "pdf", "take"):
            assert client.post(reverse(f"agreement-{name}", args=[draft.id])).status_code in (
                404,
                422,
            )
        assert of(world, Version).state == "draft"

    @pytest.mark.parametrize("name", ["agreement", "agreement-withdraw", "agreement-extract"])
    def test_an_unknown_id_is_not_found(self, world, staff, name):
        assert staff.get(reverse(name, args=[uuid.uuid4()])).status_code == 404

    def test_an_unknown_kind_is_not_found(self, world, staff, draft):
        assert staff.get(reverse("agreement-line-new", args=[draft.id, "klage"])).status_code == 404
        assert (
            staff.post(reverse("agreement-take", args=[draft.id]), {"kind": "klage"}).status_code
            == 404
        )


class TestFollowing:
    def test_staff_record_the_answer_and_say_yes_and_print(self, world, staff, proposed):
        page = reverse("agreement", args=[proposed.id])
        assert "Si ja for kommunen" in staff.get(page).text
        answer = reverse("agreement-answer", args=[proposed.id])
        assert staff.post(answer, {"answer": "yes"}).status_code == 422
        assert staff.post(answer, {"answer": "yes", "how": "paper"}).status_code == 302
        assert "på papir, skrevet inn av Kari Moe" in staff.get(page).text
        for _ in range(2):
            assert staff.post(reverse("agreement-confirm", args=[proposed.id])).status_code == 302
        assert of(world, Version).state == "confirmed"
        assert "Svare om trygghetsalarm" in staff.get(page).text
        made = staff.post(reverse("agreement-pdf", args=[proposed.id]))
        assert made.headers["Content-Type"] == "application/pdf"
        assert made.headers["Content-Disposition"] == 'attachment; filename="avtale.pdf"'

    def test_every_part_says_who_reads_it(self, world, staff, proposed, lines):
        page = staff.get(reverse("agreement", args=[proposed.id])).text
        promises = page.partition('id="h-promises"')[2]
        readers = {rung: page_sentence(world, rung) for rung in ("talk", "service", "shared")}
        assert all(sentence in page for sentence in readers.values())
        assert readers["shared"] in promises.partition("</section>")[0]
        tasks = page.partition('id="h-tasks"')[2].partition("</section>")[0]
        assert tasks.count(readers["shared"]) == 1  # once for all that the same people read

    def test_every_line_of_a_draft_says_who_will_read_it(self, world, staff, draft, lines):
        page = staff.get(draft_page(world)).text
        for rung in ("talk", "service", "shared"):
            wanted = sum(new.audience == rung for new in lines)
            assert wanted
            assert page.count(page_sentence(world, rung)) == wanted

    def test_an_answer_out_of_order_is_said_on_the_page(self, world, staff, confirmed):
        answer = staff.post(
            reverse("agreement-answer", args=[confirmed.id]), {"answer": "no", "how": "phone"}
        )
        assert answer.status_code == 422
        assert "Dette steget passer ikke nå" in answer.text
        assert staff.post(reverse("agreement-reopen", args=[confirmed.id])).status_code == 422

    def test_a_withdrawal_is_asked_about_first(self, world, staff, proposed):
        address = reverse("agreement-withdraw", args=[proposed.id])
        assert "Trekk tilbake" in staff.get(address).text
        assert of(world, Version).state == "proposed"
        staff.post(address)
        assert of(world, Version).state == "withdrawn"

    def test_the_extract_is_seen_before_it_is_made(self, world, staff, known, confirmed):
        address = reverse("agreement-extract", args=[confirmed.id])
        page = staff.get(address).text
        assert "Blir Anne syk, ring sone nord" in page
        assert SECRET not in page
        assert STRIP not in page
        made = staff.post(address, {"person": str(world.care_recipient_person.id)})
        assert (
            made.headers["Content-Disposition"] == 'attachment; filename="utdrag-til-journal.pdf"'
        )
        assert staff.post(address, {"person": "noen"}).status_code == 404


class TestMyAgreement:
    def page(self, world, version):
        return reverse("my-agreement", args=[world.caregiver.municipality, version.id])

    def test_it_is_read_and_said_yes_to_on_one_page(self, world, mine, proposed):
        page = mine.get(self.page(world, proposed)).text
        assert "Avtalen er frivillig" in page
        assert "men ikke av Arne Haugen" in page
        answer = mine.post(
            self.page(world, proposed), {"answer": "yes", "revision": str(proposed.revision)}
        )
        assert answer.status_code == 302
        with use_actor(world.system):
            assert Confirmation.objects.get().by_person_id == world.caregiver.person_id
        assert "Du har sagt ja" in mine.get(self.page(world, proposed)).text

    def test_a_changed_proposal_is_shown_again(self, world, mine, proposed):
        answer = mine.post(self.page(world, proposed), {"answer": "yes", "revision": "1"})
        assert answer.status_code == 409
        assert "endret mens du leste" in answer.text

    def test_a_wish_for_change_is_kept_with_its_words(self, world, mine, proposed):
        key = str(uuid.uuid4())
        for _ in range(2):
            mine.post(
                self.page(world, proposed),
                {"answer": "change", "text": "Ikke lørdag", "idempotency_key": key},
            )
        assert of(world, Reply).text == "Ikke lørdag"
        assert mine.get(self.page(world, proposed)).status_code == 404  # a draft again

    @pytest.mark.parametrize(
        "wrong", [{}, {"answer": "kanskje"}, {"answer": "no", "text": "x" * 1001}]
    )
    def test_a_wrong_answer_is_said_so(self, world, mine, proposed, wrong):
        assert mine.post(self.page(world, proposed), wrong).status_code == 422

    def test_it_is_ended_without_a_reason(self, world, mine, confirmed):
        assert mine.post(self.page(world, confirmed), {"answer": "end"}).status_code == 302
        assert of(world, Version).state == "ended"

    def test_an_answer_too_late_is_said_on_the_page(self, world, mine, confirmed):
        answer = mine.post(self.page(world, confirmed), {"answer": "no"})
        assert answer.status_code == 422
        assert "Dette steget passer ikke nå" in answer.text

    def test_it_is_taken_home_as_pdf(self, world, mine, confirmed):
        made = mine.post(reverse("my-agreement-pdf", args=["1824", confirmed.id]), {"large": "on"})
        assert made.content.startswith(b"%PDF")

    @pytest.mark.parametrize("who", ["care_recipient", "unknown_citizen", "coordinator"])
    def test_nobody_else_finds_it(self, world, known, proposed, who):
        client = signed_in(getattr(world, who))
        assert client.get(self.page(world, proposed)).status_code == 404
        assert client.post(self.page(world, proposed), {"answer": "yes"}).status_code == 404


class TestCard:
    def page(self, world):
        return reverse("card", args=[world.care_recipient_person.id])

    def test_a_nurse_reads_it_and_keeps_it_on_the_list(self, world, known, confirmed):
        nurse = signed_in(world.nurse)
        page = nurse.get(self.page(world)).text
        assert "Bare for ansatte" in page
        assert STRIP in page
        assert SECRET not in page
        assert 'href="tel:+4790000001"' in page
        pin = reverse("card-pin", args=[world.care_recipient_person.id])
        assert nurse.post(pin, {"pin": "on"}).status_code == 302
        assert "Ta av min liste" in nurse.get(self.page(world)).text
        nurse.post(pin, {"pin": "off"})
        with use_actor(world.system):
            assert not Pin.objects.exists()

    def test_the_care_recipient_reads_their_own(self, world, known, confirmed):
        page = signed_in(world.care_recipient).get(self.page(world)).text
        assert "Avtalt rundt deg" in page
        assert "Blir Anne syk" in page
        assert STRIP not in page
        assert SECRET not in page
        assert "90000001" not in page.replace(" ", "").replace("\N{NO-BREAK SPACE}", "")

    def test_the_caregiver_reads_it(self, world, known, confirmed):
        page = signed_in(world.caregiver).get(self.page(world)).text
        assert STRIP in page
        assert "Bare for ansatte" not in page

    def test_an_empty_one_says_what_will_come(self, world):
        assert "Ingenting er avtalt ennå" in signed_in(world.nurse).get(self.page(world)).text

    @pytest.mark.parametrize(
        "who", ["other_nurse", "leader", "admin", "stranger", "unknown_citizen"]
    )
    def test_hidden_and_absent_answer_alike(self, world, known, confirmed, who):
        client = signed_in(getattr(world, who))
        hidden = client.get(self.page(world))
        absent = client.get(reverse("card", args=[uuid.uuid4()]))
        assert (hidden.status_code, absent.status_code) == (404, 404)

    def test_a_visitor_is_sent_to_sign_in(self, world):
        assert Client().get(self.page(world)).status_code == 302
