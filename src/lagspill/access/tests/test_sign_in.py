"""What a session says: ids only, the grants of this very moment, and never two people in one browser."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.contrib.sessions.backends.base import SessionBase
from django.test import Client, RequestFactory

from lagspill.access import identity, operations, sign_in
from lagspill.access.models import DoneOnce, Membership, StaffMember
from lagspill.access.rules import Role
from lagspill.audit.models import StoredFact
from lagspill.kernel.actor import VISITOR, Kind
from lagspill.kernel.errors import NotAllowed
from lagspill.kernel.national_id import make_synthetic
from lagspill.tenancy.scope import use_actor
from tests.browser import browser_of
from tests.world import HOL, VEFSN, World


def request_with(session: SessionBase):
    request = RequestFactory().get("/")
    request.session = session
    return request


class TestSession:
    def test_nobody_signed_in_is_a_visitor(self, world: World):
        assert sign_in.actor_and_places(request_with(Client().session)) == (VISITOR, ())

    def test_staff_get_the_grants_they_hold(self, world: World):
        actor, places = sign_in.actor_and_places(request_with(browser_of(world.nurse).session))
        assert (actor, places) == (world.nurse, ())

    @pytest.mark.parametrize(
        "key", ['"\\000\\000aaaaaaaa"', "../../etc/passwd", "æ" * 32, "a" * 4000, ""]
    )
    def test_a_cookie_that_is_no_key_of_ours_is_nobodys_and_breaks_nothing(self, db: None, key):
        answer = Client().get("/", headers={"cookie": f"okt={key}"})
        assert (answer.status_code, answer.wsgi_request.actor) == (200, VISITOR)

    def test_staff_of_another_municipality_and_staff_who_are_gone_are_visitors(self, world: World):
        session = browser_of(world.nurse).session
        session["lagspill"] = {**session["lagspill"], "municipality": HOL}
        assert sign_in.actor_and_places(request_with(session)) == (VISITOR, ())
        session["lagspill"] = {"kind": "staff", "staff": str(uuid.uuid4()), "municipality": VEFSN}
        assert sign_in.actor_and_places(request_with(session)) == (VISITOR, ())

    def test_a_citizen_is_known_in_their_places(self, world: World):
        session = browser_of(world.caregiver).session
        actor, places = sign_in.actor_and_places(request_with(session))
        assert (actor.kind, actor.id, actor.municipality) == (
            Kind.CITIZEN,
            world.caregiver.id,
            None,
        )
        assert [(p.municipality, p.person_id) for p in places] == [
            (VEFSN, world.caregiver_person.id)
        ]

    def test_a_citizen_acts_as_the_person_they_are_in_that_municipality(self, world: World):
        request = request_with(browser_of(world.caregiver).session)
        request.actor, request.places = sign_in.actor_and_places(request)
        assert sign_in.citizen_in(request, VEFSN) == world.caregiver
        assert sign_in.citizen_in(request, HOL) is None
        assert sign_in.citizen_actors(request) == [world.caregiver]
        request.actor = world.nurse
        assert sign_in.citizen_in(request, VEFSN) is None

    def test_signing_in_ends_the_session_of_somebody_else(self, world: World):
        client = browser_of(world.nurse)
        old, key = client.session, client.session.session_key
        request = request_with(old)
        sign_in.sign_in_citizen(request, world.caregiver.id)
        request.session.save()
        assert request.session.session_key != key
        assert request.session["lagspill"] == {
            "kind": "citizen",
            "identity": str(world.caregiver.id),
        }
        assert client.get("/arbeid/").status_code == 302  # the old cookie is nobody's

        sign_in.sign_in_staff(request, world.nurse.id, VEFSN)
        assert request.session["lagspill"]["kind"] == "staff"
        assert "identity" not in request.session["lagspill"]

    def test_signing_out_forgets_the_session_on_the_server(self, world: World):
        client = browser_of(world.nurse)
        cookie = client.cookies["okt"].value
        assert client.get("/arbeid/").status_code == 200
        assert client.post("/logg-ut/").status_code == 302
        thief = Client()
        thief.cookies["okt"] = cookie
        assert thief.get("/arbeid/").status_code == 302


class TestIdentity:
    def test_only_a_keyed_hash_is_kept_and_the_same_person_is_found_again(self, world: World):
        digits = make_synthetic(world.caregiver_person.birth_on, 0).digits
        hashed = identity.key_hash(digits)
        assert digits not in hashed
        assert identity.ensure_identity(hashed) == identity.ensure_identity(hashed)
        with use_actor(world.system):
            assert identity.find_person(hashed) == world.caregiver_person.id
            assert identity.find_person(identity.key_hash("00000000000")) is None

    def test_a_person_is_bound_once(self, world: World):
        with use_actor(world.system):
            assert not identity.bind(world.unknown_citizen.id, world.caregiver_person.id)


class TestClaimOnce:
    def test_the_first_submit_is_told_yes_and_the_second_no(self, world: World):
        key = uuid.uuid4()
        with use_actor(world.nurse):
            answers = [
                operations.claim_once(actor=world.nurse, key=key, now=world.now) for _ in range(2)
            ]
            assert answers == [True, False]
            assert DoneOnce.objects.count() == 1

    def test_keys_are_each_actors_own_and_a_form_without_one_is_new(self, world: World):
        key = uuid.uuid4()
        for actor in (world.nurse, world.other_nurse, world.caregiver):
            with use_actor(actor):
                assert operations.claim_once(actor=actor, key=key, now=world.now)
                assert operations.claim_once(actor=actor, key=None, now=world.now)
                assert operations.claim_once(actor=actor, key=None, now=world.now)


class TestGrants:
    def test_ending_a_grant_ends_what_it_gave_and_is_told_once_per_act(self, world: World):
        with use_actor(world.system):
            held = Membership.objects.get(staff_id=world.nurse.id)
            operations.end_membership(actor=world.system, now=world.now, membership=held)
            later = world.now + timedelta(days=1)
            again = operations.end_membership(actor=world.system, now=later, membership=held)
            assert again.ends_at == world.now
            assert StoredFact.objects.filter(type="MembershipEnded").exists()
        actor, _ = sign_in.actor_and_places(request_with(browser_of(world.nurse).session))
        assert actor.active_grants(world.now) == ()

    @pytest.mark.parametrize("begins_in", [timedelta(0), timedelta(days=7)])
    def test_a_grant_that_ends_before_it_gave_anything_is_taken_away(
        self, world: World, begins_in: timedelta
    ):
        with use_actor(world.system):
            staff = StaffMember.objects.get(id=world.nurse.id)
            held = operations.grant_membership(
                actor=world.system,
                now=world.now + begins_in,
                staff=staff,
                role=Role.NURSE,
                unit=world.south,
            )
            operations.end_membership(actor=world.system, now=world.now, membership=held)
            assert not Membership.objects.filter(id=held.id).exists()

    def test_only_administrators_add_staff_and_give_grants(self, world: World):
        with use_actor(world.admin):
            staff = operations.add_staff_member(actor=world.admin, now=world.now, name="Ny Kollega")
            operations.grant_membership(
                actor=world.admin, now=world.now, staff=staff, role=Role.NURSE, unit=world.north
            )
        for actor in (world.coordinator, world.leader, world.nurse):
            with use_actor(actor):
                with pytest.raises(NotAllowed):
                    operations.add_staff_member(actor=actor, now=world.now, name="Ny Kollega")
                with pytest.raises(NotAllowed):
                    operations.grant_membership(
                        actor=actor, now=world.now, staff=staff, role=Role.ADMIN, unit=world.root
                    )
