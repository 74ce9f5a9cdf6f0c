"""Staff who are kin, in every capability: nothing about own family is found, given or written at work."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from lagspill.access import operations as access
from lagspill.access import queries as access_queries
from lagspill.access.identity import linked_staff
from lagspill.access.rules import Role
from lagspill.agreements import demo as agreements
from lagspill.agreements import queries as agreement_queries
from lagspill.agreements.rules import LineKind
from lagspill.audit.models import Entry
from lagspill.conversations import queries as conversations
from lagspill.followup import operations as followup
from lagspill.followup import queries as followup_queries
from lagspill.followup.models import WorkItem
from lagspill.followup.queries import Filters
from lagspill.kernel.actor import Actor
from lagspill.kernel.calendar import oslo_today
from lagspill.kernel.errors import NotAllowed, NotFound, NotPossible
from lagspill.kernel.national_id import make_synthetic
from lagspill.people import operations, queries
from lagspill.people.rules import AgeGroup, Channel, Reach
from lagspill.promises.models import Promise
from lagspill.tenancy.scope import use_actor
from tests.browser import browser_of
from tests.world import World, add_colleague

pytestmark = pytest.mark.django_db


def digits_of(world: World) -> str:
    assert world.caregiver_person.birth_on
    return make_synthetic(world.caregiver_person.birth_on, 0).digits


@pytest.fixture
def kin(world: World) -> Actor:
    """A coordinator of the whole municipality who is the caregiver herself, linked by the administrator."""
    with use_actor(world.system):
        made = add_colleague(
            name="Anne Haugen", role=Role.COORDINATOR, unit=world.root, now=world.now
        )
    assert made.id
    with use_actor(world.admin):
        access.link_staff(
            actor=world.admin, now=world.now, staff_id=made.id, digits=digits_of(world)
        )
    with use_actor(world.system):
        return access_queries.get_staff_actor(made.id, "1824")


class TestLinking:
    def test_only_an_administrator_links_and_only_once(self, world: World, kin: Actor):
        assert kin.id
        with use_actor(world.system):
            assert linked_staff() == {kin.id}
            row = Entry.objects.get(verb="link_staff")
            assert (row.object_id, row.fields) == (kin.id, ["identity"])
        for who in (world.coordinator, world.leader, kin):
            with use_actor(who), pytest.raises(NotAllowed):
                access.link_staff(actor=who, now=world.now, staff_id=kin.id, digits="1" * 11)
        with use_actor(world.admin):
            access.link_staff(
                actor=world.admin, now=world.now, staff_id=kin.id, digits=digits_of(world)
            )
            with pytest.raises(NotPossible) as refused:
                access.link_staff(
                    actor=world.admin, now=world.now, staff_id=kin.id, digits="1" * 11
                )
            assert refused.value.code == "linked_otherwise"
            with pytest.raises(NotFound):
                access.link_staff(
                    actor=world.admin, now=world.now, staff_id=world.file.id, digits="1" * 11
                )

    def test_the_page_lists_links_and_shows_no_number_again(self, world: World):
        desk = browser_of(world.admin)
        listed = reverse("staff-links")
        at = reverse("staff-link", args=[world.nurse.id])
        assert at in desk.get(listed).content.decode()
        wrong = desk.post(at, {"digits": "12345678901"})
        assert wrong.status_code == 422
        assert "12345678901" not in wrong.content.decode()
        assert desk.post(at, {"digits": digits_of(world)}).status_code in (302, 303)
        page = desk.get(listed).content.decode()
        assert at not in page
        assert digits_of(world) not in page
        for other in (world.coordinator, world.leader):
            for address in (listed, at):
                assert browser_of(other).get(address).status_code == 404


class TestNothingIsGiven:
    def test_not_as_staff_of_the_file_nor_as_lead(self, world: World, kin: Actor):
        assert kin.id
        with use_actor(world.coordinator):
            with pytest.raises(NotPossible) as refused:
                operations.add_file_staff(
                    actor=world.coordinator,
                    now=world.now,
                    file=world.file,
                    staff_id=kin.id,
                    role="lead",
                )
            view = queries.get_file(world.coordinator, world.file.id, world.now)
            leads = conversations.list_leads(world.coordinator, view, world.now)
        assert refused.value.code == "not_for_kin"
        assert kin.id not in {card.id for card in leads}
        assert world.nurse.id in {card.id for card in leads}

    def test_not_work_to_take_or_be_given_or_count(self, world: World, kin: Actor):
        assert kin.id
        with use_actor(world.system):
            work = WorkItem.objects.get(file_id=world.file.id, kind="contact_new")
        with use_actor(kin):
            assert followup_queries.list_work(kin, world.now, Filters()).rows == ()
            assert followup_queries.count_work(kin, world.now).matching == 0
            with pytest.raises(NotFound):
                followup.take_work(actor=kin, now=world.now, work_id=work.id)
        with use_actor(world.coordinator):
            view = followup_queries.get_work(world.coordinator, work.id, world.now)
            assert kin.id not in {colleague.id for colleague in view.colleagues}
            with pytest.raises(NotPossible) as refused:
                followup.give_work(
                    actor=world.coordinator, now=world.now, work_id=work.id, staff_id=kin.id
                )
        assert refused.value.code == "not_a_colleague_here"

    def test_not_a_measure_or_a_promise(self, world: World, kin: Actor):
        assert kin.id
        due = oslo_today(world.now) + timedelta(days=9)
        measure = agreements.line(
            LineKind.MEASURE, "Ringe", unit_id=world.north.id, owner_staff_id=kin.id, due_on=due
        )
        with use_actor(world.coordinator):
            owners = agreement_queries.list_owners(world.coordinator, world.file.id, world.now)
        assert kin.id not in dict(owners)
        with pytest.raises(NotPossible) as refused:
            agreements.build_draft(
                lead=world.coordinator, file_id=world.file.id, now=world.now, lines=[measure]
            )
        assert refused.value.code == "not_for_kin"
        with use_actor(world.system):
            assert not Promise.objects.exists()

    def test_not_a_registration_search_card_or_pin(self, world: World, kin: Actor):
        person = world.care_recipient_person
        with use_actor(kin):
            assert queries.search_caregivers(kin, "anne", world.now) == []
            assert queries.find_same_caregiver(kin, "Anne Haugen", "90000001", world.now) == []
            assert queries.list_choosable_recipients(kin, str(person.id), world.now) == []
            with pytest.raises(NotFound):
                operations.set_pin(actor=kin, now=world.now, person_id=person.id, is_pinned=True)
            with pytest.raises(NotPossible) as refused:
                operations.register_by_hand(
                    actor=kin,
                    now=world.now,
                    new=operations.NewCaregiver(
                        name="Berit Haugen",
                        code="spouse_partner",
                        age_group=AgeGroup.ADULT,
                        reach=Reach(Channel.PHONE, "90000002"),
                        care_recipient_id=person.id,
                    ),
                )
        assert refused.value.code == "own_kin"
        desk = browser_of(kin)
        for address in (
            reverse("file", args=[world.file.id]),
            reverse("card", args=[person.id]),
            reverse("parties", args=[person.id]),
            reverse("death", args=[person.id]),
        ):
            assert desk.get(address).status_code == 404
