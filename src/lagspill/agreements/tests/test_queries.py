"""What each reader is shown: the version, the card, the documents; and what never reaches them."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from lagspill.agreements import demo, operations, queries
from lagspill.agreements.rules import LineKind, Who
from lagspill.agreements.tests.conftest import SECRET, STRIP
from lagspill.audit.models import Entry
from lagspill.kernel.calendar import oslo_today
from lagspill.kernel.errors import NotFound, NotPossible
from lagspill.people import operations as people
from lagspill.people.models import ItemCopy
from lagspill.people.rules import Audience
from lagspill.tenancy.scope import use_actor
from lagspill.ui.dates import date_full


def card(world, now, who):
    actor = getattr(world, who)
    with use_actor(actor):
        return queries.get_card(actor, world.care_recipient_person.id, now)


def squeezed(text):
    """Letters and digits alone: what line breaks and hyphens of a page cannot hide."""
    return "".join(char for char in text if char.isalnum())


def text_of(pdf):
    return squeezed("".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages))


class TestVersion:
    def test_each_line_says_who_reads_it(self, world, now, proposed):
        with use_actor(world.caregiver):
            view = queries.get_version(world.caregiver, proposed.id, now)
        assert len(view.lines) == 8
        (will_not,) = view.will_not
        assert will_not.readers == (
            "Dette kan leses av deg, Kari Moe og de ansatte som hjelper Arne Haugen nå, men ikke av Arne Haugen."
        )
        assert [group.who for group in view.task_groups] == ["caregiver", "service"]
        assert view.measures[0].unit == "Hjemmetjenesten, sone nord"
        assert view.recipient_names == "Arne Haugen"

    def test_a_promise_is_read_from_the_promise(self, world, now, confirmed, lines):
        with use_actor(world.coordinator):
            view = queries.find_current(world.coordinator, world.file.id, now)
        (measure,) = view.measures
        assert (measure.due_on, measure.promise.due_on, measure.promise.state) == (
            None,
            lines[7].due_on,
            "open",
        )
        assert {(c.side, c.how, c.by) for c in view.confirmations} == {
            ("caregiver", "portal", "Anne Haugen"),
            ("municipality", "portal", "Kari Moe"),
        }

    def test_a_draft_is_hidden_from_the_caregiver_as_if_absent(self, world, now, draft):
        with use_actor(world.coordinator):
            assert queries.find_open(world.coordinator, world.file.id, now) == draft.id
        with use_actor(world.caregiver):
            assert queries.list_versions(world.caregiver, world.file.id, now) == []
            with pytest.raises(NotFound):
                queries.get_version(world.caregiver, draft.id, now)

    def test_reading_is_logged_once_with_what_was_shown(self, world, now, confirmed):
        with use_actor(world.coordinator):
            queries.get_version(world.coordinator, confirmed.id, now)
            entry = Entry.objects.get(verb="get_version")
            assert (entry.act, entry.file_id, len(entry.object_ids)) == ("read", world.file.id, 8)

    @pytest.mark.parametrize("count", [1, 20])
    def test_its_queries_do_not_grow_with_its_lines(self, world, now, count):
        lines = [demo.line(LineKind.CONTINGENCY, f"Plan {n}") for n in range(count)]
        draft = demo.build_draft(
            lead=world.coordinator, file_id=world.file.id, now=now, lines=lines
        )
        with (
            use_actor(world.coordinator),
            CaptureQueriesContext(
                connection,
            ) as asked,
        ):
            queries.get_version(world.coordinator, draft.id, now)
        assert len(asked) <= 16


class TestCard:
    def test_staff_serving_see_what_is_shared_and_the_strip(self, world, now, known, confirmed):
        view = card(world, now, "nurse")
        assert [line.text for line in view.will_not] == [f"Jeg løfter ikke {STRIP}"]
        assert [(group.name, [line.text for line in group.lines]) for group in view.groups] == [
            ("Anne Haugen", ["Handle mat"]),
            ("Tjenesten", ["Dusj"]),
        ]
        assert view.contacts[0].substitute_phone == "75000001"
        assert [(p.name, p.phone) for p in view.caregivers] == [("Anne Haugen", "90000001")]
        assert [p.name for p in view.staff] == ["Kari Moe"]
        assert (view.review_on, view.agreed_at) == (confirmed.review_on, now)

    def test_the_care_recipient_sees_no_strip_and_no_number(self, world, now, known, confirmed):
        view = card(world, now, "care_recipient")
        assert view.strip == ()
        assert view.is_own
        assert [p.phone for p in view.caregivers] == [""]
        assert view.contingency[0].text == "Blir Anne syk, ring sone nord"
        assert STRIP not in repr(view)

    def test_the_care_recipient_sees_nothing_of_a_relation_not_yet_known(
        self, world, now, confirmed
    ):
        view = card(world, now, "care_recipient")
        assert view.is_empty
        assert view.caregivers == ()
        assert "Anne" not in repr(view)

    def test_the_caregiver_sees_what_is_their_own(self, world, now, known, confirmed):
        view = card(world, now, "caregiver")
        assert [line.text for line in view.strip] == [f"Jeg løfter ikke {STRIP}"]
        assert view.groups[0].is_reader

    @pytest.mark.parametrize("who", ["nurse", "coordinator", "caregiver", "care_recipient"])
    def test_what_stays_in_the_talk_is_on_nobodys_card(self, world, now, known, confirmed, who):
        with use_actor(world.coordinator):
            held = queries.get_version(world.coordinator, confirmed.id, now)
        assert any(SECRET in line.text for line in held.lines)
        assert SECRET not in repr(card(world, now, who))

    @pytest.mark.parametrize("who", ["other_nurse", "leader", "admin", "stranger"])
    def test_others_do_not_find_it(self, world, now, known, confirmed, who):
        with pytest.raises(NotFound):
            card(world, now, who)

    def test_a_proposal_is_not_on_it(self, world, now, known, proposed):
        assert card(world, now, "nurse").is_empty

    def test_reading_is_logged_once(self, world, now, confirmed):
        card(world, now, "nurse")
        with use_actor(world.system):
            entry = Entry.objects.get(verb="get_card")
            assert (entry.act, entry.actor_id, entry.person_id) == (
                "read",
                world.nurse.id,
                world.care_recipient_person.id,
            )

    @pytest.mark.parametrize("count", [1, 3, 20])
    @pytest.mark.parametrize("who", ["nurse", "caregiver"])
    def test_it_takes_at_most_eight_queries_however_many_lines(self, world, now, count, who):
        lines = [demo.line(LineKind.TASK, f"Oppgave {n}", who=Who.CAREGIVER) for n in range(count)]
        demo.build_agreement(lead=world.coordinator, file_id=world.file.id, now=now, lines=lines)
        actor = getattr(world, who)
        with use_actor(actor), CaptureQueriesContext(connection) as asked:
            view = queries.get_card(actor, world.care_recipient_person.id, now)
        assert len(view.groups[0].lines) == count
        assert len(asked) == (8 if who == "nurse" else 7)

    @pytest.mark.parametrize("count", [1, 20])
    def test_measures_cost_the_same_however_many(self, world, now, count):
        lines = [
            demo.line(
                LineKind.MEASURE,
                f"Løfte {n}",
                unit_id=world.north.id,
                owner_staff_id=world.nurse.id,
                due_on=oslo_today(now) + timedelta(days=n),
            )
            for n in range(count)
        ]
        demo.build_agreement(lead=world.coordinator, file_id=world.file.id, now=now, lines=lines)
        with use_actor(world.nurse), CaptureQueriesContext(connection) as asked:
            view = queries.get_card(world.nurse, world.care_recipient_person.id, now)
        assert len(view.measures) == count
        assert all(line.promise for line in view.measures)
        assert len(asked) <= 10

    def test_a_measure_tells_owner_date_and_state(self, world, now, known, confirmed, lines):
        for who, day in (("nurse", now), ("care_recipient", now + timedelta(days=11))):
            (measure,) = card(world, day, who).measures
            assert (measure.promise.owner, measure.promise.owner_unit) == (
                "",
                "Hjemmetjenesten, sone nord",
            )
            assert (measure.promise.due_on, measure.promise.shown) == (
                lines[7].due_on,
                "open" if day == now else "overdue",
            )

    def test_pinning_shows(self, world, now, confirmed):
        assert not card(world, now, "nurse").is_pinned
        with use_actor(world.nurse):
            people.set_pin(
                actor=world.nurse, now=now, person_id=world.care_recipient_person.id, is_pinned=True
            )
        assert card(world, now, "nurse").is_pinned


class TestDocuments:
    def test_the_agreement_says_everything_its_reader_may_read(self, world, now, confirmed, lines):
        with use_actor(world.caregiver):
            pdf = operations.make_agreement_pdf(
                actor=world.caregiver, now=now, version_id=confirmed.id
            )
            said = text_of(pdf)
            for new in lines:
                assert squeezed(new.words.text) in said
            assert squeezed("ikke et vedtak") in said
            assert squeezed("Bekreftet av Anne Haugen") in said
            assert ItemCopy.objects.filter(channel="pdf").count() == 8
            assert Entry.objects.get(verb="make_agreement_pdf").act == "print"

    def test_its_metadata_names_nobody(self, world, now, confirmed):
        with use_actor(world.caregiver):
            pdf = operations.make_agreement_pdf(
                actor=world.caregiver, now=now, version_id=confirmed.id
            )
        assert "Haugen" not in str(PdfReader(io.BytesIO(pdf)).metadata)

    def test_large_print_has_more_pages_or_longer_ones(self, world, now, confirmed):
        with use_actor(world.caregiver):
            ordinary, large = (
                operations.make_agreement_pdf(
                    actor=world.caregiver, now=now, version_id=confirmed.id, is_large=is_large
                )
                for is_large in (False, True)
            )
        assert len(PdfReader(io.BytesIO(large)).pages) > len(PdfReader(io.BytesIO(ordinary)).pages)

    def extract(self, world, now, version):
        return operations.make_extract_pdf(
            actor=world.coordinator,
            now=now,
            version_id=version.id,
            person_id=world.care_recipient_person.id,
        )

    def test_the_extract_holds_what_is_shared_and_never_anything_else(
        self, world, now, known, confirmed, lines
    ):
        with use_actor(world.coordinator):
            pdf = self.extract(world, now, confirmed)
            said = text_of(pdf)
            for new in lines:
                assert (squeezed(new.words.text) in said) == (new.audience is Audience.SHARED)
            for canary in (SECRET, STRIP):
                assert canary not in said
                assert canary.encode() not in pdf
            assert "Haugen" not in str(PdfReader(io.BytesIO(pdf)).metadata)
            shared = [new for new in lines if new.audience is Audience.SHARED]
            assert ItemCopy.objects.filter(channel="epj").count() == len(shared)
            assert Entry.objects.get(verb="make_extract_pdf").act == "export"

    def test_the_preview_is_what_will_be_read(self, world, now, confirmed):
        with use_actor(world.coordinator):
            (view,) = queries.list_extracts(world.coordinator, confirmed.id, now)
            said = text_of(self.extract(world, now, confirmed))
        for line in view.lines:
            assert squeezed(line.text) in said
            assert squeezed(line.source) in said

    def test_each_line_names_whose_word_it_is(self, world, now, lines):
        version = demo.build_agreement(
            lead=world.coordinator, file_id=world.file.id, now=now, lines=lines
        )
        told = "Opplysning fra Anne Haugen, voksen datter eller sønn"
        agreed = f"Avtale bekreftet {date_full(now, 'nb')} av Anne Haugen, voksen datter eller sønn, og kommunen"
        with use_actor(world.coordinator):
            (view,) = queries.list_extracts(world.coordinator, version.id, now)
        sources = {line.text: line.source for line in view.lines}
        assert sources["Handle mat (den pårørende) – lørdager"] == told
        assert sources["Dusj (tjenesten) – tirsdag og fredag"] == agreed
        assert sources["Svare om trygghetsalarm"] == agreed

    def test_feelings_are_warned_about(self, world, now, lines):
        feeling = replace(lines[6], words=replace(lines[6].words, text="Anne er utslitt"))
        version = demo.build_agreement(
            lead=world.coordinator, file_id=world.file.id, now=now, lines=[lines[6], feeling]
        )
        with use_actor(world.coordinator):
            (view,) = queries.list_extracts(world.coordinator, version.id, now)
        assert [(line.text, line.needs_look) for line in view.lines] == [
            ("Blir Anne syk, ring sone nord", False),
            ("Anne er utslitt", True),
        ]
        assert view.needs_look

    def test_an_empty_extract_is_not_made(self, world, now, lines):
        version = demo.build_agreement(
            lead=world.coordinator, file_id=world.file.id, now=now, lines=[lines[0]]
        )
        with use_actor(world.coordinator), pytest.raises(NotPossible, match="extract_is_empty"):
            self.extract(world, now, version)

    @pytest.mark.parametrize("who", ["caregiver", "care_recipient", "nurse", "leader"])
    def test_only_the_files_staff_make_one(self, world, now, known, confirmed, who):
        actor = getattr(world, who)
        with use_actor(actor), pytest.raises(NotFound):
            queries.list_extracts(actor, confirmed.id, now)

    def test_a_proposal_is_not_sent(self, world, now, proposed):
        with use_actor(world.coordinator), pytest.raises(NotFound):
            queries.list_extracts(world.coordinator, proposed.id, now)
