"""Pages about who may be told what: the care recipient's own, those of who reads for them, and those of staff."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

import pytest
from django.http import HttpResponse

from lagspill.kernel import clock
from lagspill.people import queries
from lagspill.people.models import (
    CapacityStatement,
    ConsentAsked,
    Designation,
    LegalGround,
    Representation,
    SharingConsent,
    Told,
)
from lagspill.people.rules import Ability, Matter
from lagspill.people.tests.test_parties import (
    GUARDIAN,
    add_guardian,
    agree,
    citizen_of,
    give,
    other_caregiver,
    state,
)
from lagspill.tenancy.scope import use_actor
from tests.browser import browser_of
from tests.world import World


@pytest.fixture(autouse=True)
def _at(monkeypatch: pytest.MonkeyPatch, now) -> None:
    monkeypatch.setattr(clock, "now", lambda: now)


def text(response: HttpResponse) -> str:
    return response.content.decode()


def own(world: World, rest: str = "") -> str:
    return f"/min/1824/om/{world.care_recipient_person.id}/{rest}"


def work(world: World, rest: str = "samtykke/") -> str:
    return f"/arbeid/person/{world.care_recipient_person.id}/{rest}"


def typed(world: World, **changes: object) -> dict[str, object]:
    return {
        "said_by": "self",
        "how": "in_person",
        "to": str(world.caregiver_person.id),
        "topics": ["everyday", "sudden"],
        "purpose": "safety",
        "period": "months_3",
        **changes,
    }


class TestOwnPages:
    def test_says_who_is_nearest_what_is_told_and_who_decides(self, world: World):
        agree(world)
        give(world, world.care_recipient)
        state(world, Matter.ECONOMY, Ability.UNABLE)
        add_guardian(world)
        for path in ("/min/", own(world)):
            page = text(browser_of(world.care_recipient).get(path))
            assert "Hvordan dagene går" in page
            assert "Andre bestemmer nå om økonomien" in page
            assert "Bestemt av Lege Hanne Berg, 25. november 2026" in page
            assert "Grete Vang" in page
            assert "Du leser dette for" not in page

    def test_gives_and_withdraws_and_sees_what_was_told(self, world: World):
        agree(world)
        client = browser_of(world.care_recipient)
        assert client.get(own(world, "samtykke/")).status_code == 200
        answer = client.post(own(world, "samtykke/"), typed(world))
        assert (answer.status_code, answer.headers["Location"]) == (302, own(world))
        with use_actor(world.system):
            rows = list(SharingConsent.objects.order_by("topic"))
            assert [(row.topic, row.how) for row in rows] == [
                ("everyday", "portal"),
                ("sudden", "portal"),
            ]
            assert rows[0].ends_at is not None
            assert rows[0].ends_at.date() == date(2027, 2, 25)
        nurse = browser_of(world.nurse)
        path = f"/arbeid/fil/{world.file.id}/fortalt/"
        told = nurse.post(path, {"topics": [f"{world.relation.id}:everyday"]})
        assert (told.status_code, told.headers["Location"]) == (302, work(world))
        assert browser_of(world.other_nurse).get(path).status_code == 404
        kari = browser_of(world.coordinator)
        assert "Hva har du fortalt Anne Haugen?" in text(kari.get(path))
        assert kari.post(path, {"topics": [f"{world.relation.id}:everyday"]}).status_code == 302
        assert kari.post(path, {"topics": [f"{world.relation.id}:health"]}).status_code == 422
        page = f"/min/1824/samtykke/{rows[0].id}/"
        assert "Kari Moe" in text(client.get(page))
        assert client.post(page).status_code == 302
        after = text(client.get(page))
        assert "Er over" in after
        assert "Det som er fortalt, kan vi ikke kalle tilbake" in after

    @pytest.mark.parametrize(
        "changes",
        [{"topics": []}, {"to": "x"}, {"to": str(uuid.uuid4())}, {"purpose": ""}, {"period": "y"}],
    )
    def test_an_unusable_form_changes_nothing(self, world: World, changes: dict[str, object]):
        agree(world)
        page = browser_of(world.care_recipient).post(
            own(world, "samtykke/"), typed(world, **changes)
        )
        assert page.status_code == 422
        assert "<title>Feil: " in text(page)
        with use_actor(world.system):
            assert not SharingConsent.objects.exists()

    def test_says_why_not_in_words(self, world: World):
        agree(world)
        state(world, Matter.INFORMATION_SHARING, Ability.UNABLE)
        page = browser_of(world.care_recipient).post(own(world, "samtykke/"), typed(world))
        assert page.status_code == 422
        assert "ikke kan bestemme dette nå" in text(page)

    def test_chooses_who_is_nearest_and_chooses_away(self, world: World):
        agree(world)
        client = browser_of(world.care_recipient)
        path = own(world, "nermest/")
        assert client.post(path, {"relation": str(world.relation.id)}).status_code == 302
        with use_actor(world.system):
            held = Designation.objects.get(ends_on__isnull=True)
        assert "skal ikke lenger stå som nærmest" in text(client.get(own(world)))
        assert client.post(path, {"end": str(held.id)}).status_code == 302
        with use_actor(world.system):
            assert not Designation.objects.filter(ends_on__isnull=True).exists()
        assert client.post(path, {"relation": "tull"}).status_code == 404
        state(world, Matter.HEALTH_CARE, Ability.UNABLE)
        refused = client.post(path, {"relation": str(world.relation.id)}, follow=True)
        assert "ikke kan velge dette nå" in text(refused)

    @pytest.mark.parametrize("who", ["caregiver", "unknown_citizen", "nurse"])
    def test_is_hidden_from_others(self, world: World, who: str):
        agree(world)
        (row,) = give(world, world.care_recipient)
        client = browser_of(getattr(world, who))
        for path in (own(world), own(world, "samtykke/"), f"/min/1824/samtykke/{row.id}/"):
            assert client.get(path).status_code == 404
        assert client.post(own(world, "nermest/"), {}).status_code == 404

    def test_speaks_the_readers_language(self, world: World):
        for language, words in (("nn", "Kven får vite kva om deg"), ("en", "Who is told what")):
            page = browser_of(world.care_recipient, language=language).get(own(world))
            assert words in text(page)


class TestReadingForSomebody:
    def test_the_screen_says_for_whom_everywhere(self, world: World):
        agree(world)
        (row,) = give(world, world.care_recipient)
        client = browser_of(add_guardian(world))
        person_id = world.care_recipient_person.id
        for path in (
            *("/min/", own(world), own(world, "samtykke/")),
            *(f"/min/1824/samtykke/{row.id}/", f"/kort/{person_id}/"),
        ):
            page = client.get(path)
            assert page.status_code == 200, path
            assert "Du leser dette for Arne Haugen, som verge" in text(page), path

    def test_a_guardian_who_is_a_caregiver_is_not_offered_the_own_favour(self, world: World):
        agree(world)
        relation, person = other_caregiver(world)
        agree(world, relation)
        add_guardian(world, person_id=person.id)
        page = browser_of(citizen_of(world, person)).get(own(world, "samtykke/"))
        offered = {value for value, _ in page.context["form"].fields["to"].choices}
        assert offered.isdisjoint({str(person.id), "all"})
        assert "Du kan ikke si ja til noe som gjelder deg selv" in text(page)
        page = browser_of(world.care_recipient).get(own(world, "samtykke/"))
        offered = {value for value, _ in page.context["form"].fields["to"].choices}
        assert {str(person.id), "all"} <= offered

    def test_a_guardian_who_is_a_caregiver_learns_of_no_other(self, world: World):
        agree(world)
        give(world, world.care_recipient)
        relation, person = other_caregiver(world)
        agree(world, relation)
        add_guardian(world, person_id=person.id)
        client = browser_of(citizen_of(world, person))
        for path in ("/min/", own(world), own(world, "samtykke/")):
            page = text(client.get(path))
            assert "Det andre pårørende har delt, ser du ikke" in page
            assert "Anne Haugen" not in page

    def test_ends_with_the_representation(self, world: World):
        guardian = add_guardian(world)
        client = browser_of(guardian)
        assert client.get(own(world)).status_code == 200
        with use_actor(world.system):
            Representation.objects.update(ends_at=world.now - timedelta(hours=1))
        assert client.get(own(world)).status_code == 404


class TestStaffPages:
    def test_shows_all_of_it(self, world: World):
        agree(world)
        (row,) = give(world, world.care_recipient)
        add_guardian(world)
        state(world, Matter.HEALTH_CARE, Ability.PARTLY)
        page = text(browser_of(world.coordinator).get(work(world)))
        for words in (
            "Anne Haugen",
            "Grete Vang",
            "Vedtak 2026/14",
            "Bestemmer noe selv om helsehjelpen",
        ):
            assert words in page
        assert browser_of(world.coordinator).get(f"/arbeid/samtykke/{row.id}/").status_code == 200
        assert "Skriv ned en vurdering" not in text(browser_of(world.nurse).get(work(world)))

    @pytest.mark.parametrize("who", ["other_nurse", "leader", "admin", "stranger", "caregiver"])
    def test_is_hidden_from_others(self, world: World, who: str):
        client = browser_of(getattr(world, who))
        for rest in (
            *("samtykke/", "samtykke/nytt/", "samtykke/nei/", "samtykke/grunnlag/"),
            *("vurdering/", "representant/", "nermest/"),
        ):
            assert client.get(work(world, rest)).status_code == 404

    def test_a_yes_is_written_down(self, world: World):
        agree(world)
        add_guardian(world)
        client = browser_of(world.nurse)
        assert client.get(work(world, "samtykke/nytt/")).status_code == 200
        answer = client.post(work(world, "samtykke/nytt/"), typed(world, to="all", period="open"))
        assert (answer.status_code, answer.headers["Location"]) == (302, work(world))
        with use_actor(world.system):
            row = SharingConsent.objects.filter(topic="sudden").get()
            assert (row.to_person_id, row.ends_at, row.recorded_by) == (None, None, world.nurse.id)
        page = f"/arbeid/samtykke/{row.id}/"
        assert client.post(page, {"how": "pigeon"}).status_code == 422
        assert client.post(page, {"how": "phone"}).status_code == 302
        with use_actor(world.system):
            row.refresh_from_db()
            assert (row.withdrawn_at, row.withdrawn_how) == (world.now, "phone")

    def test_a_no_is_written_down(self, world: World):
        agree(world)
        client = browser_of(world.nurse)
        given = {"relation": str(world.relation.id), "again_on": "2027-02-01"}
        assert client.post(work(world, "samtykke/nei/"), given).status_code == 302
        past = {**given, "again_on": "2026-11-01"}
        assert client.post(work(world, "samtykke/nei/"), past).status_code == 422
        with use_actor(world.system):
            assert ConsentAsked.objects.get().again_on == date(2027, 2, 1)

    def test_a_ground_is_written_down_and_ends(self, world: World):
        agree(world)
        client = browser_of(world.coordinator)
        given = {
            "relation": str(world.relation.id),
            "topics": ["sudden"],
            "ground": "danger",
            "why": "Funnet kald ute.",
            "last_on": "2026-12-01",
        }
        assert client.get(work(world, "samtykke/grunnlag/")).status_code == 200
        assert client.post(work(world, "samtykke/grunnlag/"), given).status_code == 302
        with use_actor(world.system):
            row = LegalGround.objects.get()
        assert "Funnet kald ute." in text(browser_of(world.care_recipient).get(own(world)))
        assert client.post(f"/arbeid/grunnlag/{row.id}/slutt/").status_code == 302
        assert "Funnet kald ute." not in text(browser_of(world.care_recipient).get(own(world)))
        refused = browser_of(world.nurse).post(work(world, "samtykke/grunnlag/"), given)
        assert refused.status_code == 403

    def test_an_assessment_is_written_down(self, world: World):
        client = browser_of(world.coordinator)
        given = {
            "matter": "economy",
            "ability": "unable",
            "decided_on": "2026-11-20",
            "decided_by": "Lege Hanne Berg",
            "why": "Kan ikke forstå tall.",
            "is_told_recipient": "on",
        }
        assert client.get(work(world, "vurdering/")).status_code == 200
        assert client.post(work(world, "vurdering/"), given).status_code == 302
        late = {**given, "decided_on": "2026-12-20"}
        assert client.post(work(world, "vurdering/"), late).status_code == 422
        with use_actor(world.system):
            assert CapacityStatement.objects.get().is_told_recipient

    def test_who_acts_is_written_down_and_ends(self, world: World):
        client = browser_of(world.coordinator)
        given = {
            "who": "other",
            "name": "Grete Vang",
            "number": GUARDIAN.digits,
            "ground": "guardian",
            "scopes": ["personal"],
            "document_ref": "Vedtak 1",
            "starts_on": "2026-11-25",
        }
        assert client.get(work(world, "representant/")).status_code == 200
        for broken in (
            {**given, "number": "12345678901"},
            {**given, "name": "", "number": ""},
            {**given, "scopes": []},
            {**given, "document_ref": ""},
        ):
            assert client.post(work(world, "representant/"), broken).status_code == 422
        assert client.post(work(world, "representant/"), given).status_code == 302
        with use_actor(world.system):
            row = Representation.objects.get()
        assert client.post(f"/arbeid/representant/{row.id}/slutt/").status_code == 302
        with use_actor(world.system):
            row.refresh_from_db()
            assert row.ends_at == world.now

    def test_who_is_nearest_is_written_down_and_ends(self, world: World):
        client = browser_of(world.coordinator)
        given = {"relation": str(world.relation.id), "basis": "statutory_order"}
        assert "Nummer 2 i rekkefølgen" in text(client.get(work(world, "nermest/")))
        assert client.post(work(world, "nermest/"), given).status_code == 422
        state(world, Matter.HEALTH_CARE, Ability.UNABLE)
        assert client.post(work(world, "nermest/"), given).status_code == 302
        with use_actor(world.system):
            row = Designation.objects.get()
        assert client.post(f"/arbeid/nermest/{row.id}/slutt/").status_code == 302
        with use_actor(world.system):
            assert Designation.objects.get().ends_on == world.now.date()

    def test_nothing_to_tell_is_said(self, world: World):
        page = browser_of(world.coordinator).get(f"/arbeid/fil/{world.file.id}/fortalt/")
        assert "Ingenting kan fortelles nå" in text(page)
        with use_actor(world.system):
            assert not Told.objects.exists()

    def test_the_card_leads_here_for_those_who_may(self, world: World):
        card = f"/kort/{world.care_recipient_person.id}/"
        assert work(world) in text(browser_of(world.nurse).get(card))
        assert own(world) in text(browser_of(world.care_recipient).get(card))
        agree(world)
        caregiver = text(browser_of(world.caregiver).get(card))
        assert own(world) not in caregiver
        assert work(world) not in caregiver


def test_the_list_of_what_is_read_costs_the_same_for_one_and_three(
    world: World, django_assert_max_num_queries
) -> None:
    agree(world)
    for topics in (("everyday",), ("health", "help", "sudden")):
        give(world, world.care_recipient, topics=topics)
        with use_actor(world.coordinator), django_assert_max_num_queries(11):
            queries.get_parties(world.coordinator, world.care_recipient_person.id, world.now)


@pytest.mark.parametrize("page", ["vurdering", "representant", "samtykke/grunnlag"])
def test_those_without_the_overview_are_told_so_before_they_write(world: World, page: str) -> None:
    """A nurse sees who may be told what, and finds no form for what she may not write."""
    address = f"/arbeid/person/{world.care_recipient_person.id}/{page}/"
    assert browser_of(world.nurse).get(address).status_code == 403
    assert browser_of(world.nurse).post(address).status_code == 403
    assert browser_of(world.other_nurse).get(address).status_code == 404
    assert browser_of(world.coordinator).get(address).status_code == 200
