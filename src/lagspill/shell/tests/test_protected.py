"""Protected addresses and safe contact, through every capability: who sees where somebody lives, and what is never sent."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from lagspill.access.rules import Role
from lagspill.agreements import queries as agreements
from lagspill.conversations import operations as conversations
from lagspill.conversations import queries as conversation_queries
from lagspill.conversations.models import Invitation
from lagspill.conversations.rules import Channel as Way
from lagspill.conversations.rules import Form
from lagspill.dispatch import operations as dispatch
from lagspill.dispatch.rules import Outcome
from lagspill.followup import queries as followup
from lagspill.followup.models import WorkItem
from lagspill.followup.queries import Filters
from lagspill.kernel.actor import Actor
from lagspill.kernel.errors import NotFound, NotPossible
from lagspill.people import operations, policy, queries
from lagspill.people.models import File, Person
from lagspill.people.rules import Channel, Protection, Reach
from lagspill.tenancy.scope import use_actor
from tests.browser import browser_of
from tests.world import World, add_caregiver, add_colleague

pytestmark = pytest.mark.django_db
HOME = "Gata 1"


def protect(world: World, code: Protection) -> None:
    with use_actor(world.coordinator):
        operations.set_protection(
            actor=world.coordinator, now=world.now, file_id=world.file.id, protection=code
        )


@pytest.fixture
def lead(world: World) -> Actor:
    """A nurse of the zone who is lead in the file: file staff, and no named role."""
    with use_actor(world.coordinator):
        operations.add_file_staff(
            actor=world.coordinator,
            now=world.now,
            file=world.file,
            staff_id=world.nurse.id,
            role="lead",
        )
    return world.nurse


class TestAddress:
    def test_only_the_named_roles_and_the_caregiver_see_where_they_live(
        self, world: World, lead: Actor
    ):
        at = reverse("file", args=[world.file.id])
        assert HOME in browser_of(lead).get(at).content.decode()
        protect(world, Protection.CONFIDENTIAL)
        assert HOME not in browser_of(lead).get(at).content.decode()
        assert (
            HOME
            not in browser_of(lead)
            .get(reverse("file-reach", args=[world.file.id]))
            .content.decode()
        )
        page = browser_of(world.coordinator).get(at).content.decode()
        assert HOME in page
        assert "Skjermet. Ingen brev." in page
        with use_actor(world.caregiver):
            own = queries.list_own_files(world.caregiver, world.now)
        assert own[0].reach.address.startswith(HOME)

    def test_whoever_does_not_see_it_leaves_it_as_it_is(self, world: World, lead: Actor):
        protect(world, Protection.CONFIDENTIAL)
        with use_actor(lead):
            operations.set_reach(
                actor=lead,
                now=world.now,
                file=queries.get_file_row(lead, world.file.id, world.now),
                reach=Reach(Channel.PHONE, "90000007"),
            )
        with use_actor(world.system):
            kept = File.objects.get(id=world.file.id)
        assert (kept.reach_phone, kept.reach_address[: len(HOME)]) == ("90000007", HOME)

    def test_the_worklist_shows_others_no_unit(self, world: World):
        protect(world, Protection.CONFIDENTIAL)
        for who, units in ((world.coordinator, {world.north.name}), (world.leader, {""})):
            with use_actor(who):
                rows = followup.list_work(who, world.now, Filters()).rows
            assert {row.unit for row in rows} == units

    def test_only_the_named_roles_say_so(self, world: World, lead: Actor):
        for who in (lead, world.leader, world.admin, world.stranger):
            with use_actor(who), pytest.raises(NotFound):
                operations.set_protection(
                    actor=who,
                    now=world.now,
                    file_id=world.file.id,
                    protection=Protection.NONE,
                )
        given = {"channel": "phone", "phone": "90000001", "protected": "7"}
        at = reverse("file-reach", args=[world.file.id])
        assert browser_of(lead).post(at, given).status_code in (302, 303)
        with use_actor(world.system):
            assert Person.objects.get(id=world.caregiver_person.id).protected == ""
        assert browser_of(world.coordinator).post(at, given).status_code in (302, 303)
        with use_actor(world.system):
            assert Person.objects.get(id=world.caregiver_person.id).protected == "7"


class TestUnlisted:
    def test_no_search_hit_no_likeness_and_no_row(self, world: World, lead: Actor):
        protect(world, Protection.STRICT)
        with use_actor(world.coordinator):
            assert queries.search_caregivers(world.coordinator, "anne", world.now)
            assert followup.list_work(world.coordinator, world.now, Filters()).rows
        with use_actor(lead):
            assert not queries.search_caregivers(lead, "anne", world.now)
            assert not queries.find_same_caregiver(lead, "Anne Haugen", "", world.now)
            card = agreements.get_card(lead, world.care_recipient_person.id, world.now)
            assert card.caregivers == ()
        with use_actor(world.leader):
            assert followup.list_work(world.leader, world.now, Filters()).rows == ()
            assert followup.count_work(world.leader, world.now).matching == 0
            work = WorkItem.objects.get(file_id=world.file.id, kind="contact_new")
            with pytest.raises(NotFound):
                followup.get_work(world.leader, work.id, world.now)

    def test_the_limit_counts_what_may_be_shown(self, world: World, lead: Actor):
        """The hidden ones are taken away before the limit: they leave no hole."""
        protect(world, Protection.STRICT)
        with use_actor(world.system):
            other, _, _ = add_caregiver(
                name="Anne Østby",
                care_recipient=world.care_recipient_person,
                unit=world.north,
                now=world.now,
                code="friend",
                email="",
            )
            operations.add_file_staff(
                actor=world.system, now=world.now, file=other, staff_id=lead.id, role="lead"
            )
        with use_actor(lead):
            found = queries.search_caregivers(lead, "anne", world.now, limit=1)
        assert [file_id for file_id, _ in found] == [other.id]

    def test_a_new_one_that_looks_alike_makes_no_work(self, world: World):
        protect(world, Protection.STRICT)
        with use_actor(world.system):
            alike = operations.add_person(actor=world.system, now=world.now, name="Anne Haugen")
            assert queries.find_hidden_same_caregiver(alike) is None

    def test_a_care_recipient_stands_in_no_list_but_of_the_named(self, world: World):
        person = world.care_recipient_person
        with use_actor(world.system):
            responsible = add_colleague(
                name="Elin Holm", role=Role.RESPONSIBLE_NURSE, unit=world.north, now=world.now
            )
            operations.add_file_staff(
                actor=world.system,
                now=world.now,
                file=world.file,
                staff_id=responsible.id,
                role="contact_person",
            )
        with use_actor(world.nurse):
            operations.set_pin(
                actor=world.nurse, now=world.now, person_id=person.id, is_pinned=True
            )
            assert queries.list_served(world.nurse, world.now)[0]
        at = reverse("protection", args=[person.id])
        desk = browser_of(responsible)
        assert at in desk.get(reverse("parties", args=[person.id])).content.decode()
        assert desk.post(at, {"protected": "9"}).status_code == 422
        assert desk.post(at, {"protected": "6"}).status_code in (302, 303)
        assert browser_of(world.nurse).get(at).status_code == 404
        with use_actor(world.nurse):
            assert queries.list_served(world.nurse, world.now)[0] == []
            assert queries.list_pinned(world.nurse, world.now) == []
            assert queries.list_choosable_recipients(world.nurse, None, world.now) == []
        with use_actor(responsible):
            assert queries.list_served(responsible, world.now)[0]
        with use_actor(world.other_nurse):
            assert not policy.openable(world.other_nurse, world.now).exists()


class TestSafeContact:
    def invite(self, world: World, channel: Way, form: Form = Form.PHONE) -> Invitation:
        with use_actor(world.coordinator):
            view = queries.get_file(world.coordinator, world.file.id, world.now)
            plan = conversation_queries.propose(world.coordinator, view, world.now).plan
            made = conversations.send_invitation(
                actor=world.coordinator,
                now=world.now,
                file_id=world.file.id,
                plan=plan.__class__(**{**plan.__dict__, "form": form}),
                channel=channel,
            )
        assert made is not None
        return made

    def stop(self, world: World, *blocked: Channel) -> None:
        with use_actor(world.coordinator):
            operations.set_reach(
                actor=world.coordinator,
                now=world.now,
                file=queries.get_file_row(world.coordinator, world.file.id, world.now),
                reach=Reach(
                    Channel.PHONE,
                    "90000001",
                    "anne@example.no",
                    "Gata 1, 8656 Mosjøen",
                    blocked=frozenset(blocked),
                ),
            )

    @pytest.mark.parametrize("how", ["blocked", "protected"])
    def test_a_letter_that_waits_becomes_a_call(self, world: World, how: str):
        sent = self.invite(world, Way.LETTER)
        if how == "blocked":
            self.stop(world, Channel.LETTER)
        else:
            protect(world, Protection.CONFIDENTIAL)
        with use_actor(world.system):
            assert Invitation.objects.get(id=sent.id).channel == "phone"
            work = WorkItem.objects.filter(file_id=world.file.id, closed_at__isnull=True)
            kinds = set(work.values_list("kind", flat=True))
        assert "call_invitation" in kinds
        assert "post_letter" not in kinds
        with use_actor(world.coordinator), pytest.raises(NotPossible) as refused:
            conversations.write_letter(
                actor=world.coordinator, now=world.now, invitation_id=sent.id
            )
        assert refused.value.code == "channel_blocked"

    def test_a_letter_is_never_chosen_for_a_protected_address(self, world: World):
        protect(world, Protection.CONFIDENTIAL)
        with pytest.raises(NotPossible) as refused:
            self.invite(world, Way.LETTER)
        assert refused.value.code == "channel_blocked"

    def test_nobody_comes_home_who_must_not(self, world: World):
        self.stop(world, Channel.IN_PERSON)
        with pytest.raises(NotPossible) as refused:
            self.invite(world, Way.PORTAL, Form.HOME)
        assert refused.value.code == "not_at_home"

    def test_a_blocked_mail_becomes_a_call(self, world: World):
        self.stop(world, Channel.EMAIL)
        with use_actor(world.coordinator):
            told = dispatch.notify(
                actor=world.coordinator,
                now=world.now + timedelta(minutes=1),
                file_id=world.file.id,
                notice="invitation",
                language="nb",
            )
        assert told is Outcome.NEEDS_CALL
