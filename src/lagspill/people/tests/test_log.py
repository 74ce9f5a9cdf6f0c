"""The owner's log: each sees the own side, in plain words; a question reaches the privacy officer, who never sees a text."""

from __future__ import annotations

import ast
import html
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext

from lagspill.access import identity
from lagspill.access import operations as access
from lagspill.access import queries as access_queries
from lagspill.access.rules import Role, Why
from lagspill.agreements import queries as agreements
from lagspill.agreements.rules import Answer
from lagspill.audit import operations as audit
from lagspill.followup import policy as followup
from lagspill.followup.models import WorkItem
from lagspill.kernel import content
from lagspill.kernel.actor import Actor
from lagspill.kernel.errors import NotFound, NotPossible
from lagspill.kernel.ids import new_id
from lagspill.kernel.national_id import make_synthetic
from lagspill.people import operations as people
from lagspill.people import policy, queries
from lagspill.people.models import FileParty, Item, LogQuestion, Relation
from lagspill.people.queries.log import log_words, silent_verbs
from lagspill.people.rules import About, Audience
from lagspill.promises.rules import Event
from lagspill.tenancy.models import Municipality
from lagspill.tenancy.scope import use_actor
from tests.browser import browser_of
from tests.world import VEFSN, World, add_colleague

pytestmark = pytest.mark.django_db
SOURCE = Path(__file__).resolve().parents[2]
PAGE = f"/min/{VEFSN}/hvem-har-lest/"


def text(response: HttpResponse) -> str:
    return html.unescape(response.content.decode())


def lines(actor: Actor, world: World, **narrowed: str) -> list[queries.LogLine]:
    with use_actor(actor), transaction.atomic():
        found = queries.get_own_log(actor, world.now + timedelta(days=1), **narrowed)
    return [line for day in found.days for line in day.lines]


def said(actor: Actor, world: World, **narrowed: str) -> list[tuple[str, str]]:
    return [(line.words.nb, line.who) for line in lines(actor, world, **narrowed)]


def place(world: World, audience: Audience, now=None) -> Item:
    with use_actor(world.coordinator), transaction.atomic():
        item = people.write_item(
            actor=world.coordinator,
            now=now or world.now,
            file=world.file,
            kind="statement",
            about=About.CAREGIVER,
            relation_ids=[world.relation.id],
            caregiver_present=True,
        )
        return people.place_item(
            actor=world.coordinator,
            now=now or world.now,
            item_id=item.id,
            audience=audience,
            sentence="",
            caregiver_present=True,
        )


def agrees_to_be_known(world: World) -> None:
    """The care recipient learns of the relation, and is party to the file."""
    with use_actor(world.system), transaction.atomic():
        Relation.objects.filter(id=world.relation.id).update(known_to_recipient_at=world.now)
        FileParty.objects.create(
            file=world.file,
            person=world.care_recipient_person,
            basis="care_recipient",
            starts_at=world.now - timedelta(days=1),
        )


def read_card(world: World, actor: Actor, hours: int = 1) -> None:
    now = world.now + timedelta(hours=hours)
    with use_actor(actor), transaction.atomic():
        agreements.get_card(actor, world.care_recipient_person.id, now)


def officer_of(world: World) -> Actor:
    with use_actor(world.system), transaction.atomic():
        return add_colleague(
            name="Eli Rø", role=Role.PRIVACY_OFFICER, unit=world.root, now=world.now
        )


class TestSides:
    def test_a_caregiver_sees_reads_by_role_and_unit(self, world: World):
        with use_actor(world.coordinator), transaction.atomic():
            queries.get_file(world.coordinator, world.file.id, world.now)
        found = said(world.caregiver, world, only="read")
        assert found == [("Mappen din ble åpnet", "av pårørendekoordinator i Vefsn kommune")]

    def test_names_stand_there_only_where_the_municipality_says_so(self, world: World):
        read_card(world, world.nurse)
        assert said(world.care_recipient, world, only="read") == [
            ("Avtalekortet ditt ble lest", "av en ansatt i Hjemmetjenesten, sone nord")
        ]
        with use_actor(world.system), transaction.atomic():
            Municipality.objects.filter(number=VEFSN).update(settings={"log_names": True})
        assert said(world.care_recipient, world, only="read") == [
            ("Avtalekortet ditt ble lest", "av Tone Sæther, en ansatt i Hjemmetjenesten, sone nord")
        ]

    def test_a_hidden_relation_shows_in_nothing_the_care_recipient_sees(self, world: World):
        """The daughter looks at her father's card, and staff work in her file: he does not know that she is registered."""
        place(world, Audience.SHARED)
        before = said(world.care_recipient, world)
        read_card(world, world.caregiver)
        with use_actor(world.coordinator), transaction.atomic():
            queries.get_file(world.coordinator, world.file.id, world.now)
        assert ("Mappen din ble åpnet", "av pårørendekoordinator i Vefsn kommune") in said(
            world.caregiver, world
        )
        assert said(world.care_recipient, world) == before

    def test_what_is_shared_counts_from_when_it_was_shared(self, world: World):
        agrees_to_be_known(world)
        item = place(world, Audience.TALK)
        read = world.now + timedelta(hours=1)
        with use_actor(world.coordinator), transaction.atomic():
            audit.record_read(
                world.coordinator,
                "get_item",
                "statement",
                now=read,
                object_id=item.id,
                file_id=world.file.id,
            )
        assert "get_item" not in str(said(world.care_recipient, world))
        with use_actor(world.system), transaction.atomic():
            Item.objects.filter(id=item.id).update(
                audience="shared", placed_at=world.now + timedelta(hours=2)
            )
        shared = [words for words, _ in said(world.care_recipient, world)]
        assert "Noe som er delt med deg, ble lest" not in shared
        with use_actor(world.coordinator), transaction.atomic():
            audit.record_read(
                world.coordinator,
                "get_item",
                "statement",
                now=world.now + timedelta(hours=3),
                object_id=item.id,
                file_id=world.file.id,
            )
        shared = [words for words, _ in said(world.care_recipient, world)]
        assert shared.count("Noe som er delt med deg, ble lest") == 1

    def test_a_caregiver_sees_that_staff_read_her_part_of_the_card_and_nothing_else_of_it(
        self, world: World
    ):
        card = (
            "Det du har delt, ble lest på avtalekortet",
            "av en ansatt i Hjemmetjenesten, sone nord",
        )
        read_card(world, world.nurse)  # nothing of hers stands there yet
        read_card(world, world.care_recipient)
        assert card not in said(world.caregiver, world)
        item = place(world, Audience.SERVICE)
        with use_actor(world.nurse), transaction.atomic():
            audit.record_read(
                world.nurse,
                "get_card",
                "card",
                now=world.now + timedelta(hours=2),
                object_ids=[item.id],
                person_id=world.care_recipient_person.id,
            )
        with use_actor(world.nurse), transaction.atomic():
            audit.record_read(
                world.nurse,
                "get_parties",
                "consent",
                now=world.now + timedelta(hours=2),
                person_id=world.care_recipient_person.id,
            )
        assert said(world.caregiver, world, only="read") == [card]

    def test_a_caregiver_learns_nothing_of_a_no_to_sharing(self, world: World):
        agrees_to_be_known(world)
        before = said(world.caregiver, world)
        now = world.now + timedelta(hours=1)
        with use_actor(world.nurse), transaction.atomic():
            people.note_no(actor=world.nurse, now=now, relation_id=world.relation.id, again_on=None)
        assert said(world.caregiver, world) == before
        assert (
            "Det du har sagt om å dele, ble skrevet ned",
            "av en ansatt i Hjemmetjenesten, sone nord",
        ) in said(world.care_recipient, world)

    def test_refused_knocks_and_own_reads_are_left_out(self, world: World):
        now = world.now + timedelta(hours=1)
        before = said(world.caregiver, world)
        with use_actor(world.caregiver), transaction.atomic():
            audit.record_read(world.caregiver, "get_talk", "talk", now=now, file_id=world.file.id)
            audit.record(
                world.caregiver, "file", "file", now=now, act=audit.REFUSE, file_id=world.file.id
            )
        assert said(world.caregiver, world) == before

    def test_an_emergency_stands_there_with_its_reason(self, world: World):
        with use_actor(world.other_nurse), transaction.atomic():
            access.open_card(
                actor=world.other_nurse,
                now=world.now,
                person_id=world.care_recipient_person.id,
                why=Why.FOUND,
                reason="Fant ham på gulvet",
                hours=1,
            )
        (line,) = lines(world.care_recipient, world, only="emergency")
        assert line.words.nb == "Avtalekortet ditt ble åpnet i en nødssituasjon"
        assert (line.who, line.why) == (
            "av en ansatt i Hjemmetjenesten, sone sør",
            "Noen er funnet hjelpeløse eller savnes",
        )
        assert "Fant ham" not in text(browser_of(world.care_recipient).get(PAGE))
        assert "nødssituasjon" not in str(said(world.caregiver, world))


class TestPage:
    def test_pages_follow_each_other_and_cost_the_same(self, world: World):
        costs = []
        for count in (1, 3, 100):
            with use_actor(world.coordinator), transaction.atomic():
                for _ in range(count):
                    audit.record_read(
                        world.coordinator, "get_file", "file", now=world.now, file_id=world.file.id
                    )
            client = browser_of(world.caregiver)
            client.get(PAGE)
            with CaptureQueriesContext(connection) as seen:
                page = client.get(PAGE)
            costs.append(len(seen))
        assert costs[0] == costs[1] == costs[2]
        assert "Spør om dette" in text(page)
        seen_ids: list = []
        after = ""
        while True:
            with use_actor(world.caregiver), transaction.atomic():
                found = queries.get_own_log(world.caregiver, world.now, only="read", after=after)
            seen_ids += [line.id for day in found.days for line in day.lines]
            after = found.next
            if not after:
                break
        assert len(seen_ids) == len(set(seen_ids)) == 104

    def test_it_is_for_citizens_about_themselves(self, world: World):
        assert browser_of(world.caregiver).get(PAGE).status_code == 200
        assert browser_of(world.care_recipient).get(PAGE).status_code == 200
        assert browser_of(world.unknown_citizen).get(PAGE).status_code == 404
        assert browser_of(world.coordinator).get(PAGE).status_code == 404


class TestQuestion:
    def test_it_goes_to_the_privacy_officer_and_comes_back(self, world: World):
        officer = officer_of(world)
        read_card(world, world.nurse)
        (line,) = lines(world.care_recipient, world, only="read")
        client = browser_of(world.care_recipient)
        assert client.post(f"{PAGE}{line.id}/", {"words": ""}).status_code == 422
        asked = client.post(f"{PAGE}{line.id}/", {"words": "Hvorfor leste dere dette?"})
        assert asked.status_code == 302
        assert "har fått spørsmålet" in text(client.get(f"{PAGE}{line.id}/"))
        with use_actor(world.system), transaction.atomic():
            question = LogQuestion.objects.get()
            work = WorkItem.objects.get(kind="log_question")
            assert (work.role, work.target_id) == ("privacy_officer", question.id)
        with use_actor(officer), transaction.atomic():
            assert followup.can_see_work(officer, work, world.now)
            assert set(followup.visible_work(officer, world.now)) == {work}
        address = f"/arbeid/personvern/sporsmal/{question.id}/"
        for other in (world.coordinator, world.leader, world.admin, world.nurse):
            assert browser_of(other).get(address).status_code == 404
        page = text(browser_of(officer).get(address))
        assert "Hvorfor leste dere dette?" in page
        assert "Avtalekortet ditt ble lest" in page
        answer = browser_of(officer).post(address, {"answer": "Tone var hos deg den dagen."})
        assert answer.status_code == 302
        assert "Tone var hos deg den dagen." in text(client.get(f"{PAGE}{line.id}/"))
        with use_actor(world.system), transaction.atomic():
            work.refresh_from_db()
            assert work.closed_how == "LogQuestionAnswered"

    def test_nobody_asks_about_the_log_of_another_or_twice(self, world: World):
        read_card(world, world.nurse)
        (line,) = lines(world.care_recipient, world, only="read")
        with use_actor(world.caregiver), transaction.atomic(), pytest.raises(NotFound):
            people.ask_about_log(
                actor=world.caregiver, now=world.now, entry_id=line.id, words="Hva er dette?"
            )
        assert browser_of(world.caregiver).get(f"{PAGE}{line.id}/").status_code == 404
        assert browser_of(world.caregiver).get(f"{PAGE}{new_id()}/").status_code == 404
        asked = {"now": world.now, "entry_id": line.id, "words": "Hva er dette?"}
        with use_actor(world.care_recipient), transaction.atomic():
            people.ask_about_log(actor=world.care_recipient, **asked)
            with pytest.raises(NotPossible):
                people.ask_about_log(actor=world.care_recipient, **asked)

    def test_both_faces_agree_on_who_reads_a_question(self, world: World):
        officer = officer_of(world)
        with use_actor(world.system), transaction.atomic():
            question = LogQuestion.objects.create(
                person=world.care_recipient_person,
                entry_id=new_id(),
                words="Hvem?",
                asked_at=world.now,
            )
            hashed = identity.key_hash(make_synthetic(date(1945, 11, 2), 0).digits)
            kin = add_colleague(
                name="Kin Rø", role=Role.PRIVACY_OFFICER, unit=world.root, now=world.now
            )
            assert identity.link_staff(hashed, kin.id)
            kin = access_queries.get_staff_actor(kin.id, VEFSN)
        answers = []
        for actor in (
            world.care_recipient,
            officer,
            kin,
            world.caregiver,
            world.coordinator,
            world.leader,
            world.stranger,
            world.system,
        ):
            with use_actor(actor), transaction.atomic():
                single = bool(policy.can_see_log_question(actor, question, world.now))
                listed = policy.visible_log_questions(actor, world.now).filter(id=question.id)
                assert single == listed.exists()
                answers.append(single)
        assert answers == [True, True, False, False, False, False, False, False]


class TestPrivacyOfficer:
    def test_the_role_reads_no_item_file_or_card(self, world: World):
        officer = officer_of(world)
        items = [
            place(world, audience)
            for audience in (Audience.TALK, Audience.SERVICE, Audience.SHARED)
        ]
        with use_actor(officer), transaction.atomic():
            assert not any(policy.can_read_item(officer, item, world.now) for item in items)
            assert not policy.visible_items(officer, world.now).exists()
            assert not policy.visible_cards(officer, world.now).exists()
            assert not policy.visible_files(officer, world.now).exists()

    def test_the_search_gives_who_and_when_and_no_text(self, world: World):
        officer = officer_of(world)
        read_card(world, world.nurse)
        client = browser_of(officer)
        page = client.post(
            "/arbeid/personvern/logg/", {"digits": make_synthetic(date(1945, 11, 2), 0).digits}
        )
        assert page.status_code == 200
        assert "Avtalekortet ditt ble lest" in text(page)
        assert "Av Tone Sæther, en ansatt i Hjemmetjenesten, sone nord".lower() in text(
            page
        ).lower() or ("Av en ansatt i Hjemmetjenesten, sone nord" in text(page))
        by_staff = client.post("/arbeid/personvern/logg/", {"staff": str(world.nurse.id)})
        assert "Avtalekortet ditt ble lest" in text(by_staff)
        assert client.post("/arbeid/personvern/logg/", {}).status_code == 422
        for other in (world.leader, world.admin, world.coordinator):
            assert browser_of(other).get("/arbeid/personvern/logg/").status_code == 404

    def test_own_kin_is_never_found(self, world: World):
        officer = officer_of(world)
        read_card(world, world.nurse)
        hashed = identity.key_hash(make_synthetic(date(1945, 11, 2), 0).digits)
        with use_actor(world.system), transaction.atomic():
            assert identity.link_staff(hashed, officer.id)
            kin = access_queries.get_staff_actor(officer.id, VEFSN)
        asked = queries.LogSearch(digits=make_synthetic(date(1945, 11, 2), 0).digits)
        by_nurse = queries.LogSearch(staff_id=world.nurse.id)
        with use_actor(officer), transaction.atomic():
            assert queries.search_log(officer, asked, world.now)[0]
            assert queries.search_log(officer, by_nurse, world.now)[0]
        with use_actor(kin), transaction.atomic():
            assert queries.search_log(kin, asked, world.now) == ([], "")
            assert queries.search_log(kin, by_nurse, world.now) == ([], "")


# --- every verb has words ----------------------------------------------------------------------------------------------

#: Verbs that are put together, by how they stand in the code.
MADE_OF = {
    "f'answer_{answer.value}'": [f"answer_{answer.value}" for answer in Answer],
    "f'{kind.value}_promise'": [f"{event.value}_promise" for event in Event],
}


def _first_text(call: ast.Call) -> str:
    return next(
        a.value for a in call.args if isinstance(a, ast.Constant) and isinstance(a.value, str)
    )


def _verbs(tree: ast.AST, function: ast.FunctionDef, call: ast.Call) -> list[str]:
    """The verbs that a call of `audit.record` writes: as they stand, or as callers of its function give them."""
    verb = call.args[1]
    if isinstance(verb, ast.Constant):
        return [str(verb.value)]
    if isinstance(verb, ast.IfExp):
        return [ast.literal_eval(verb.body), ast.literal_eval(verb.orelse)]
    if isinstance(verb, ast.Name):
        calls = [c for c in ast.walk(tree) if isinstance(c, ast.Call)]
        named = [c for c in calls if isinstance(c.func, ast.Name) and c.func.id == function.name]
        return [_first_text(c) for c in named]
    return MADE_OF[ast.unparse(verb)]


def recorded() -> set[str]:
    """Every verb that operations and queries record about a file or a person."""
    found: set[str] = set()
    for path in SOURCE.rglob("*.py"):
        if {"tests", "migrations"} & set(path.parts) or path.parent.name == "audit":
            continue
        tree = ast.parse(path.read_text("utf-8"))
        functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
        for function in functions:
            for call in [node for node in ast.walk(function) if isinstance(node, ast.Call)]:
                is_record = isinstance(call.func, ast.Attribute) and call.func.attr in (
                    "record",
                    "record_read",
                )
                about = {keyword.arg for keyword in call.keywords} & {"file_id", "person_id"}
                if is_record and about:
                    found.update(_verbs(tree, function, call))
    return found


def test_every_verb_about_a_file_or_a_person_has_words_or_a_reason():
    told = {verb for _side, verb in log_words()}
    verbs = recorded()
    assert len(verbs) > 100
    assert verbs - told - set(silent_verbs()) == set()
    assert (told | set(silent_verbs())) - verbs == set()
    assert told & set(silent_verbs()) == set()


def test_every_role_has_words_in_the_log():
    assert set(content.load("log")["role"]) == {role.value for role in Role}
