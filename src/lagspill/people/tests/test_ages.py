"""Young people: a birth date moves with time, under 16 has no file, 16 and 17 have one that child-responsible staff lead."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lagspill.access.rules import Role
from lagspill.children.models import ChildTrack
from lagspill.kernel import clock
from lagspill.kernel.actor import Actor, system_actor
from lagspill.kernel.errors import NotFound, NotPossible
from lagspill.people import operations, policy, queries
from lagspill.people.models import (
    File,
    FileParty,
    ItemFamily,
    Person,
    Relation,
    RelationAnswer,
)
from lagspill.people.rules import About, AgeGroup, Audience, Channel, Reach, years_before
from lagspill.tenancy.models import Municipality
from lagspill.tenancy.scope import use_actor
from tests.browser import browser_of
from tests.world import World, add_caregiver, add_colleague

REGISTER = "/arbeid/parorende/ny/"
TODAY = date(2026, 11, 25)
NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
SEVENTEEN, FIFTEEN = date(2009, 6, 15), date(2011, 6, 15)
WORLDS = 5000 if os.environ.get("LAGSPILL_LONG") == "1" else 15
REACH = Reach(Channel.PHONE, phone="90000077")


@pytest.fixture(autouse=True)
def _at(monkeypatch: pytest.MonkeyPatch, now) -> None:
    monkeypatch.setattr(clock, "now", lambda: now)


@pytest.fixture
def liv(world: World) -> Actor:
    """Child-responsible in home care."""
    with use_actor(world.system):
        return add_colleague(
            name="Liv Aas", role=Role.CHILD_RESPONSIBLE, unit=world.home_care, now=world.now
        )


def young(world: World, birth_on: date = SEVENTEEN) -> File:
    with use_actor(world.system):
        return add_caregiver(
            name="Emma Vik",
            care_recipient=world.care_recipient_person,
            unit=world.north,
            now=world.now,
            code="child",
            serial=7,
            birth_on=birth_on,
        )[0]


@pytest.mark.django_db
@settings(
    max_examples=WORLDS, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
)
@given(
    born=st.none() | st.dates(date(2000, 1, 1), date(2026, 12, 31)),
    stated=st.sampled_from(AgeGroup),
    days=st.integers(min_value=0, max_value=4000),
)
def test_one_person_and_a_list_of_rows_are_told_the_same_age(
    born: date | None, stated: AgeGroup, days: int
):
    now = NOW + timedelta(days=days)
    with transaction.atomic():
        Municipality.objects.get_or_create(number="9901", defaults={"name": "9901", "slug": "9901"})
        with use_actor(system_actor("test.worlds", "9901")):
            person = Person.objects.create(name="p", birth_on=born, age_group=stated.value)
            file = File.objects.filter(caregiver=person)
            assert not file.exists()
            found = policy.age_group(person, now)
            rows = Person.objects.filter(id=person.id)
            is_young = rows.filter(policy.aged_16_or_17(now, "")).exists()
            is_minor = rows.filter(policy.is_minor(now, "")).exists()
            assert is_young == (found is AgeGroup.SIXTEEN_SEVENTEEN)
            assert is_minor == (found in (AgeGroup.SIXTEEN_SEVENTEEN, AgeGroup.UNDER_SIXTEEN))
            if born is None:
                assert found is stated
        transaction.set_rollback(True)


def test_the_leap_day_is_turned_on_the_last_day_of_february():
    assert years_before(date(2028, 2, 29), 17) == date(2011, 2, 28)
    assert years_before(TODAY, 18) == date(2008, 11, 25)


class TestRegistering:
    def typed(self, world: World, **changes: str) -> dict[str, str]:
        return {
            "name": "Mia Vik",
            "relation": "child",
            "care_recipient": str(world.care_recipient_person.id),
            "age_group": "under_16",
            **changes,
        }

    def test_under_16_makes_no_file_and_keeps_a_first_name_alone(self, world: World, liv: Actor):
        client = browser_of(world.nurse)
        answer = client.post(REGISTER, self.typed(world, phone="900 00 077"))
        assert answer.status_code == 302
        assert "Barneansvarlig har fått beskjed" in client.get("/arbeid/").content.decode()
        with use_actor(world.system):
            assert File.objects.count() == 1
            assert not Person.objects.filter(name__contains="Mia").exists()
            track = ChildTrack.objects.get()
            assert (track.child_name, track.person_id) == ("Mia", world.care_recipient_person.id)

    def test_asks_no_telephone_of_a_child_but_of_everybody_else(self, world: World):
        client = browser_of(world.nurse)
        assert client.post(REGISTER, self.typed(world, age_group="16_17")).status_code == 422
        assert client.post(REGISTER, self.typed(world)).status_code == 302

    def test_the_same_form_twice_passes_on_once(self, world: World):
        client, key = browser_of(world.nurse), "01a21341-6592-74a5-9f8f-a4ef8923b328"
        for _ in range(2):
            client.post(REGISTER, self.typed(world, idempotency_key=key))
        with use_actor(world.system):
            assert ChildTrack.objects.count() == 1

    def test_no_way_in_opens_a_file_for_a_child(self, world: World):
        with pytest.raises(NotPossible) as refusal:
            young(world, FIFTEEN)
        assert refusal.value.code == "child_track_only"
        with use_actor(world.caregiver), pytest.raises(Exception, match="wrong_role"):
            operations.pass_on_child(
                actor=world.caregiver,
                now=world.now,
                name="Mia",
                relation="child",
                person_id=world.care_recipient_person.id,
                unit_id=world.north.id,
            )


class TestYoungFile:
    def test_the_nearest_child_responsible_colleague_leads(self, world: World, liv: Actor):
        file = young(world)
        with use_actor(liv):
            view = queries.get_file(liv, file.id, world.now)
            assert ("Liv Aas", "lead") in [(card.name, role) for card, role in view.staff]

    def test_the_lead_ends_by_itself_on_the_eighteenth_birthday(self, world: World, liv: Actor):
        file = young(world)
        last, first = (datetime(2027, 6, day, 9, tzinfo=UTC) for day in (14, 15))
        with use_actor(liv):
            assert policy.can_open_file(liv, file, last)
            assert policy.visible_files(liv, last).filter(id=file.id).exists()
            assert not policy.can_open_file(liv, file, first)
            assert not policy.visible_files(liv, first).filter(id=file.id).exists()

    def test_the_role_opens_no_file_of_a_grown_up(self, world: World, liv: Actor):
        with use_actor(world.coordinator):
            operations.add_file_staff(
                actor=world.coordinator,
                now=world.now,
                file=world.file,
                staff_id=liv.id or world.file.id,
                role="lead",
            )
        with use_actor(liv), pytest.raises(NotFound):
            queries.get_file(liv, world.file.id, world.now)

    def test_nobody_under_18_is_in_a_family_view(self, world: World, liv: Actor):
        file = young(world)
        with use_actor(world.system):
            mine = _placed(world, file, "young")
            theirs = _placed(world, world.file, "grown")
            emma = Person.objects.get(id=file.caregiver_id)
            for relation in Relation.objects.filter(file_id__in=[file.id, world.file.id]):
                operations.agree_to_relation(
                    actor=world.system, now=world.now, relation_id=relation.id, how="phone"
                )
                RelationAnswer.objects.create(
                    file=relation.file,
                    relation=relation,
                    care_recipient=relation.care_recipient,
                    matter="family",
                    is_yes=True,
                    how="portal",
                    answered_at=world.now,
                )
            for item, reader in ((mine, world.caregiver_person), (theirs, emma)):
                ItemFamily.objects.create(file=item.file, item=item, person=reader)
                FileParty.objects.create(
                    file=item.file, person=reader, basis="family", starts_at=world.now
                )
        for actor, item in (
            (world.caregiver, mine),
            (_citizen(emma, world.caregiver), theirs),
        ):
            with use_actor(actor):
                assert not policy.can_read_item(actor, item, world.now)
                assert not policy.visible_items(actor, world.now).filter(id=item.id).exists()


def _citizen(person: Person, like: Actor) -> Actor:
    return Actor(like.kind, person.id, like.municipality, person.id)


def _placed(world: World, file: File, sentence: str):
    item = operations.write_item(
        actor=world.system, now=world.now, file=file, kind="statement", about=About.CAREGIVER
    )
    return operations.place_item(
        actor=world.system,
        now=world.now,
        item_id=item.id,
        audience=Audience.TALK,
        sentence=sentence,
        caregiver_present=True,
    )


class TestStateAge:
    def address(self, world: World) -> str:
        return f"/arbeid/fil/{world.file.id}/alder/"

    def forget(self, world: World) -> None:
        with use_actor(world.system):
            Person.objects.filter(id=world.caregiver_person.id).update(
                birth_on=None, age_group="unknown"
            )

    def test_the_file_leads_to_it_while_the_age_is_unknown(self, world: World):
        client = browser_of(world.coordinator)
        assert (
            self.address(world) not in client.get(f"/arbeid/fil/{world.file.id}/").content.decode()
        )
        self.forget(world)
        assert self.address(world) in client.get(f"/arbeid/fil/{world.file.id}/").content.decode()

    @pytest.mark.parametrize(
        ("given", "found"),
        [
            ({"age_group": "adult"}, "adult"),
            ({"age_group": "16_17"}, "16_17"),
            ({"birth_on": "1990-01-01"}, "adult"),
            ({"birth_on": "2009-06-15", "age_group": "adult"}, "16_17"),  # the date decides
        ],
    )
    def test_a_date_decides_and_a_group_will_do(
        self, world: World, liv: Actor, given: dict[str, str], found: str
    ):
        self.forget(world)
        client = browser_of(world.coordinator)
        assert client.post(self.address(world), given).status_code == 302
        with use_actor(world.coordinator):
            view = queries.get_file(world.coordinator, world.file.id, world.now)
        assert view.age_group == found
        assert ("lead" in [role for _card, role in view.staff]) == (found == "16_17")

    def test_under_16_is_passed_on_and_the_file_closes(self, world: World, liv: Actor):
        self.forget(world)
        client = browser_of(world.coordinator)
        answer = client.post(self.address(world), {"age_group": "under_16"})
        assert (answer.status_code, answer.headers["Location"]) == (302, "/arbeid/")
        with use_actor(world.system):
            assert File.objects.get(id=world.file.id).closed_at is not None
            assert ChildTrack.objects.get().child_name == "Anne"
        assert client.get(self.address(world)).status_code == 404

    @pytest.mark.parametrize("given", [{}, {"age_group": "30"}, {"birth_on": "2027-01-01"}])
    def test_an_unusable_form_comes_back(self, world: World, given: dict[str, str]):
        page = browser_of(world.coordinator).post(self.address(world), given)
        assert page.status_code == 422
        assert "<title>Feil: " in page.content.decode()

    @pytest.mark.parametrize("who", ["nurse", "other_nurse", "stranger", "caregiver"])
    def test_others_find_nothing(self, world: World, who: str):
        client = browser_of(getattr(world, who))
        answer = client.post(self.address(world), {"age_group": "under_16"})
        assert answer.status_code == 404
