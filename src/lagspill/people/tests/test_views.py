"""Pages of people through a browser: registering on a phone, finding, reaching safely, and the code of an invitation."""

from __future__ import annotations

import uuid

import pytest
from django.http import HttpResponse
from django.test import Client

from lagspill.kernel import clock, content
from lagspill.people import operations
from lagspill.people.models import File, Person, Relation
from lagspill.tenancy.scope import use_actor
from tests.browser import browser_of
from tests.world import World, add_caregiver

REGISTER = "/arbeid/parorende/ny/"


@pytest.fixture(autouse=True)
def _at(monkeypatch: pytest.MonkeyPatch, now) -> None:
    monkeypatch.setattr(clock, "now", lambda: now)


def typed(world: World, **changes: str) -> dict[str, str]:
    return {
        "name": "Berit Haugen",
        "relation": "spouse_partner",
        "phone": "900 00 077",
        "care_recipient": str(world.care_recipient_person.id),
        **changes,
    }


def text(response: HttpResponse) -> str:
    return response.content.decode()


def files(world: World) -> int:
    with use_actor(world.system):
        return File.objects.count()


class TestRegister:
    def test_the_form_knows_who_one_came_from(self, world: World):
        page = browser_of(world.nurse).get(f"{REGISTER}?for={world.care_recipient_person.id}")
        assert page.status_code == 200
        assert "Arne Haugen" in text(page)
        assert 'name="idempotency_key"' in text(page)

    def test_three_fields_are_enough(self, world: World):
        client = browser_of(world.nurse)
        answer = client.post(REGISTER, typed(world))
        assert (answer.status_code, answer.headers["Location"]) == (302, "/arbeid/")
        assert "Registrert." in text(client.get("/arbeid/"))
        with use_actor(world.system):
            person = Person.objects.get(name="Berit Haugen")
            file = File.objects.get(caregiver=person)
            assert file.reach_phone == "90000077"
            assert Relation.objects.get(file=file).code == "spouse_partner"

    def test_the_same_form_twice_registers_once(self, world: World):
        client, key = browser_of(world.nurse), str(uuid.uuid4())
        for _ in range(2):
            answer = client.post(REGISTER, typed(world, idempotency_key=key))
            assert answer.status_code == 302
        assert files(world) == 2

    @pytest.mark.parametrize(
        "name",
        [
            "Áile Čáhci Đorvu Ŋieida",
            "Mor 🙂 til Ole",
            "<script>alert(1)</script>",
            'O\'Brien & "Co"',
            "محمد",
            "B" * 120,
        ],
    )
    def test_takes_names_as_people_write_them(self, world: World, name: str):
        answer = browser_of(world.nurse).post(REGISTER, typed(world, name=name))
        assert answer.status_code == 302
        with use_actor(world.system):
            made = File.objects.select_related("caregiver").latest("id")
            assert made.caregiver.name == name
        page = browser_of(world.coordinator).get(f"/arbeid/fil/{made.id}/kontakt/")
        assert page.status_code == 200
        assert "<script>alert" not in text(page)

    def test_takes_out_what_nobody_can_see(self, world: World):
        answer = browser_of(world.nurse).post(
            REGISTER, typed(world, name="Be\x00rit \u202eHau\x07gen\n  Moe")
        )
        assert answer.status_code == 302
        with use_actor(world.system):
            assert Person.objects.filter(name="Berit Haugen Moe").exists()

    @pytest.mark.parametrize(
        ("changes", "kept"),
        [
            ({"name": "B" * 121}, "B" * 121),
            ({"name": "   "}, "900 00 077"),
            ({"relation": "cousin's friend"}, "Berit Haugen"),
            ({"relation": ""}, "Berit Haugen"),
            ({"relation": "adult_child"}, "Berit Haugen"),  # asks the age
            ({"phone": "1234"}, "1234"),
            ({"phone": "", "note": ""}, "Berit Haugen"),
            ({"care_recipient": str(uuid.uuid4())}, "Berit Haugen"),
            ({"care_recipient": "other", "care_recipient_name": ""}, "Berit Haugen"),
            ({"note": "x" * 301}, "x" * 301),
        ],
    )
    def test_an_unusable_form_comes_back_with_what_was_typed(
        self, world: World, changes: dict[str, str], kept: str
    ):
        page = browser_of(world.nurse).post(REGISTER, typed(world, **changes))
        assert page.status_code == 422
        assert kept in text(page)
        assert "<title>Feil: " in text(page)
        assert files(world) == 1

    def test_somebody_not_yet_known_can_be_the_one_they_help(self, world: World):
        answer = browser_of(world.nurse).post(
            REGISTER, typed(world, care_recipient="other", care_recipient_name="Ellen Vik")
        )
        assert answer.status_code == 302
        with use_actor(world.system):
            assert Person.objects.filter(name="Ellen Vik").exists()

    def test_a_likeness_is_a_question_with_three_ways_on(self, world: World):
        client = browser_of(world.coordinator)
        given = typed(world, name="Anne Haugen", relation="spouse_partner")
        page = client.post(REGISTER, given)
        assert page.status_code == 422
        assert "Er det den samme?" in text(page)
        assert "Ja, det er Anne Haugen" in text(page)
        assert files(world) == 1
        assert client.post(REGISTER, {**given, "same_as": str(world.file.id)}).status_code == 302
        assert files(world) == 1
        assert client.post(REGISTER, {**given, "is_someone_else": "on"}).status_code == 302
        assert files(world) == 2

    def test_a_likeness_with_what_is_hidden_shows_nothing(self, world: World):
        answer = browser_of(world.nurse).post(REGISTER, typed(world, name="Anne Haugen"))
        assert answer.status_code == 302
        assert files(world) == 2

    def test_who_may_not_register_is_refused(self, world: World):
        answer = browser_of(world.admin).post(
            REGISTER, typed(world, care_recipient="other", care_recipient_name="Ellen Vik")
        )
        assert answer.status_code == 404
        assert files(world) == 1

    def test_speaks_the_readers_language(self, world: World):
        for language, words in (("nn", "Ny pårørande"), ("en", "New caregiver")):
            page = browser_of(world.nurse, language=language).get(REGISTER)
            assert words in text(page)


class TestFind:
    def test_finds_those_one_follows_up_and_no_others(self, world: World):
        for actor, seen in ((world.coordinator, True), (world.nurse, False)):
            page = browser_of(actor).post("/arbeid/sok/", {"name": "haug"})
            assert page.status_code == 200
            assert ("Anne Haugen" in text(page)) is seen

    def test_names_never_stand_in_an_address(self, world: World):
        page = browser_of(world.coordinator).get("/arbeid/sok/?name=haug")
        assert page.status_code == 200
        assert "Anne Haugen" not in text(page)  # an empty form: what the address says is not read
        assert 'value="haug"' not in text(page)
        assert browser_of(world.coordinator).post("/arbeid/sok/", {"name": ""}).status_code == 422

    def test_own_list_of_cards(self, world: World):
        assert "Arne Haugen" in text(browser_of(world.nurse).get("/arbeid/kort/"))
        assert "Arne Haugen" not in text(browser_of(world.other_nurse).get("/arbeid/kort/"))


class TestReach:
    def path(self, world: World) -> str:
        return f"/arbeid/fil/{world.file.id}/kontakt/"

    def test_is_shown_and_changed(self, world: World):
        client = browser_of(world.coordinator)
        page = client.get(self.path(world))
        assert "anne@example.no" in text(page)
        answer = client.post(
            self.path(world),
            {"channel": "phone", "phone": "90 00 00 55", "blocked": ["email"], "note": "Ring sent"},
        )
        assert answer.status_code == 302
        with use_actor(world.system):
            file = File.objects.get(id=world.file.id)
            assert (file.reach_phone, file.reach_blocked) == ("90000055", ["email"])
            assert file.reach_note == "Ring sent"

    @pytest.mark.parametrize(
        "given",
        [
            {"channel": "email", "email": ""},
            {"channel": "email", "email": "anne(at)example.no"},
            {"channel": "pigeon"},
            {"channel": "phone", "phone": "90000055", "blocked": ["everything"]},
            {},
        ],
    )
    def test_an_unusable_form_changes_nothing(self, world: World, given: dict[str, str]):
        page = browser_of(world.coordinator).post(self.path(world), given)
        assert page.status_code == 422
        with use_actor(world.system):
            assert File.objects.get(id=world.file.id).reach_phone == "90000001"

    @pytest.mark.parametrize("who", ["nurse", "leader", "admin", "stranger", "caregiver"])
    def test_is_hidden_from_others(self, world: World, who: str):
        client = browser_of(getattr(world, who))
        assert client.get(self.path(world)).status_code == 404
        assert client.post(self.path(world), {"channel": "phone"}).status_code == 404

    def test_a_file_of_another_municipality_is_nowhere(self, world: World):
        path = f"/arbeid/fil/{world.hol_file.id}/kontakt/"
        assert browser_of(world.coordinator).get(path).status_code == 404
        assert browser_of(world.stranger).get(path).status_code == 200


class TestCode:
    def test_opens_ones_own_file(self, world: World):
        with use_actor(world.system):
            file, _, _ = add_caregiver(
                name="Ola Vik",
                care_recipient=world.care_recipient_person,
                unit=world.north,
                now=world.now,
            )
        with use_actor(world.coordinator):
            code = operations.make_binding_code(actor=world.coordinator, now=world.now, file=file)
        client = browser_of(world.unknown_citizen)
        assert client.get("/min/kode/").status_code == 200
        answer = client.post("/min/kode/", {"code": code.lower()})
        assert (answer.status_code, answer.headers["Location"]) == (302, "/min/")
        again = client.post("/min/kode/", {"code": code})
        assert again.status_code == 422

    @pytest.mark.parametrize("code", ["1824-AAAA-AAAA", "tull", "", "x" * 41, "<b>1824</b>"])
    def test_a_wrong_one_is_told_in_words(self, world: World, code: str):
        page = browser_of(world.unknown_citizen).post("/min/kode/", {"code": code})
        assert page.status_code == 422
        assert "<b>1824" not in text(page)

    def test_says_what_to_do(self, world: World):
        page = browser_of(world.unknown_citizen).post("/min/kode/", {"code": "1824-AAAA-AAAA"})
        assert str(content.reason("code_unknown")) in text(page)

    def test_too_many_wrong_ones_are_told_in_words(self, world: World):
        client = browser_of(world.unknown_citizen)
        pages = [client.post("/min/kode/", {"code": "1824-AAAA-AAAA"}) for _ in range(6)]
        assert [page.status_code for page in pages] == [422] * 6
        told = [str(content.reason("too_many_codes")) in text(page) for page in pages]
        assert told == [False] * 5 + [True]

    def test_is_for_citizens(self, world: World):
        assert browser_of(world.nurse).get("/min/kode/").status_code == 404
        assert Client().get("/min/kode/").status_code == 302


@pytest.mark.parametrize("path", [REGISTER, "/arbeid/kort/"])
def test_pages_of_staff_are_for_staff(world: World, path: str) -> None:
    assert browser_of(world.caregiver).get(path).status_code == 404
    visitor = Client().get(path)
    assert (visitor.status_code, visitor.headers["Location"]) == (302, f"/logg-inn/?neste={path}")
