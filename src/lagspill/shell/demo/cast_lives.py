"""The lives of the cast: Berit, Anne and Arne Haugen in Vefsn and Gol, and Olga Nilsen, whose path is phone and letter."""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta

from lagspill.agreements.rules import LineKind, LineWords, Who
from lagspill.assessments import demo as assessments
from lagspill.conversations import operations as conversations
from lagspill.conversations.rules import Answer, Form, Need, Reply
from lagspill.people import operations as people
from lagspill.people.rules import About, Audience, Channel, Reach
from lagspill.promises import operations as promises
from lagspill.promises import queries as promise_queries
from lagspill.shell.cast import GOL, VEFSN, citizen_named
from lagspill.shell.demo import lives
from lagspill.shell.demo.lives import Measure, task
from lagspill.shell.demo.places import Town
from lagspill.tenancy.scope import use_actor

_CAREGIVER, _RECIPIENT = About.CAREGIVER, About.CARE_RECIPIENT


def build(towns: dict[str, Town], now: datetime) -> None:
    """Build what the cast has been through."""
    vefsn = towns[VEFSN]
    arne = citizen_named("bruker")
    arne_id = lives.add_care_recipient(
        vefsn,
        now - timedelta(days=400),
        name=arne.name,
        unit="hjemme-nord",
        birth_on=arne.birth_on,
        digits=arne.digits,
    )
    _anne(vefsn, now, arne_id)
    _berit(vefsn, now, arne_id)
    _anne_in_gol(towns[GOL], now)
    _olga(vefsn, now)
    with use_actor(vefsn.staff["Tone Sæther"]) as nurse:
        people.set_pin(actor=nurse, now=now, person_id=arne_id, is_pinned=True)


def _anne(town: Town, now: datetime, arne_id: uuid.UUID) -> None:
    """Daughter, far away: the whole path, with promises kept, due, overdue and reported."""
    kari, tone, elin = town.staff["Kari Moe"], town.staff["Tone Sæther"], town.staff["Elin Holm"]
    me = citizen_named("datter")
    anne = lives.add_caregiver(
        town,
        now - timedelta(days=120),
        name=me.name,
        care_recipient_id=arne_id,
        code="adult_child",
        unit="hjemme-nord",
        reach=Reach(
            Channel.EMAIL,
            "00010001",
            "anne@example.no",
            "Parkveien 7, 0350 Oslo",
            "Ring helst etter klokka fire.",
        ),
        birth_on=me.birth_on,
        digits=me.digits,
    )
    citizen = anne.citizen
    assert citizen is not None  # noqa: S101  # she has an id
    invited = lives.invite(kari, now - timedelta(days=75), anne.file_id)
    talk_id = lives.answer(
        citizen, now - timedelta(days=73), invited, Reply(Answer.YES, form=Form.PHONE)
    )
    assert talk_id is not None  # noqa: S101  # a yes plans a talk
    with use_actor(citizen):
        conversations.save_preparation(
            actor=citizen,
            now=now - timedelta(days=70),
            talk_id=talk_id,
            topic="T01",
            text="Jeg er redd for at mamma sliter seg ut, og jeg bor langt unna.",
        )
        conversations.save_preparation(
            actor=citizen,
            now=now - timedelta(days=70),
            talk_id=talk_id,
            topic="T12",
            text="Jeg har brukt opp feriedagene mine.",
        )
    lives.talk(
        kari,
        now - timedelta(days=64),
        talk_id,
        [
            (
                "T01",
                "Det viktigste for Anne er å vite at noen ser til Arne hver dag.",
                Audience.TALK,
                _CAREGIVER,
            ),
            ("T04", "Anne handler mat på nett for Arne hver uke.", Audience.SHARED, _RECIPIENT),
            (
                "T04",
                "Anne løfter ikke, og hun gir ikke medisiner når hun er på besøk.",
                Audience.SERVICE,
                _CAREGIVER,
            ),
            (
                "T07",
                "Ring Anne på mobil etter klokka fire. Berit først om det haster.",
                Audience.SHARED,
                _RECIPIENT,
            ),
            ("T12", "Anne sover dårlig og er bekymret for jobben.", Audience.TALK, _CAREGIVER),
        ],
    )
    version = lives.draft(
        town,
        kari,
        now - timedelta(days=60),
        anne.file_id,
        talk_id,
        [
            (
                LineWords(
                    LineKind.MATTERS,
                    "At noen ser til Arne hver dag, og at Anne får vite det når noe endrer seg.",
                ),
                Audience.SHARED,
                _RECIPIENT,
            ),
            task("Handler mat på nett", Who.CAREGIVER, "hver uke"),
            task("Medisiner morgen og kveld", Who.SERVICE, "hver dag"),
            task("Dusj", Who.SERVICE, "tirsdag og fredag"),
            task("Kjøring til legen", Who.SHARED, "ved time"),
            task("Måke snø", Who.NOBODY_YET),
            (
                LineWords(LineKind.WILL_NOT, "Jeg løfter ikke, og jeg gir ikke medisiner."),
                Audience.SERVICE,
                _CAREGIVER,
            ),
            (
                LineWords(
                    LineKind.CONTACT,
                    "Når noe endrer seg hos Arne",
                    name="Berit Haugen",
                    phone="00010002",
                    substitute_name="Anne Haugen",
                    substitute_phone="00010001",
                ),
                Audience.SHARED,
                _RECIPIENT,
            ),
            (
                LineWords(
                    LineKind.CONTINGENCY,
                    "Blir Berit syk: ring sone nord. De kommer samme dag og ser til Arne.",
                ),
                Audience.SHARED,
                _RECIPIENT,
            ),
        ],
        [
            Measure("Ringe Anne etter legetimen", 8, "hjemme-nord", tone),
            Measure("Svare på spørsmålet om trygghetsalarm", 30, "hjemme-nord", elin),
            Measure("Se på bad og terskler med ergoterapeut", 44, "hjemme-nord", tone),
        ],
    )
    lives.propose(kari, now - timedelta(days=59), version)
    lives.confirm(kari, citizen, now - timedelta(days=57), version)
    with use_actor(kari):
        made = {p.text: p.id for p in promise_queries.list_promises(kari, anne.file_id, now)}
        promises.keep_promise(
            actor=kari, now=now - timedelta(days=50), promise_id=made["Ringe Anne etter legetimen"]
        )
    with use_actor(citizen):
        promises.report_not_followed(
            actor=citizen,
            now=now - timedelta(days=2),
            promise_id=made["Svare på spørsmålet om trygghetsalarm"],
            words="Vi har ventet på svar i flere uker. Mamma tør ikke gå ut.",
        )


def _berit(town: Town, now: datetime, arne_id: uuid.UUID) -> None:
    """Wife, 78: answers the check-in over time, and has an invitation waiting."""
    me = citizen_named("ektefelle")
    berit = lives.add_caregiver(
        town,
        now - timedelta(days=300),
        name=me.name,
        care_recipient_id=arne_id,
        code="spouse_partner",
        unit="hjemme-nord",
        reach=Reach(Channel.PHONE, "00010002", "berit@example.no", "Bakkegata 3, 8656 Mosjøen"),
        birth_on=me.birth_on,
        digits=me.digits,
    )
    citizen = berit.citizen
    assert citizen is not None  # noqa: S101  # she has an id
    with use_actor(citizen):
        assessments.answer_over_time(
            actor=citizen,
            now=now,
            file_id=berit.file_id,
            given=[(190, [1, 1, 2, 1, 2]), (100, [2, 2, 2, 2, 2]), (9, [3, 3, 2, 3, 3])],
        )
    lives.let_work_on(town, town.staff["Tone Sæther"], berit.file_id, now - timedelta(days=200))
    lives.invite(town.staff["Kari Moe"], now - timedelta(days=4), berit.file_id)


def _anne_in_gol(town: Town, now: datetime) -> None:
    """Anne's mother-in-law lives in Gol: a second municipality on the same page."""
    coordinator = town.staff["Berit Solli"]
    gunvor = lives.add_care_recipient(
        town,
        now - timedelta(days=90),
        name="Gunvor Lien",
        unit="gol-hjemme",
        birth_on=date(1941, 2, 3),
    )
    me = citizen_named("datter")
    anne = lives.add_caregiver(
        town,
        now - timedelta(days=80),
        name=me.name,
        care_recipient_id=gunvor,
        code="other_family",
        unit="gol-hjemme",
        reach=Reach(Channel.EMAIL, "00010001", "anne@example.no"),
        birth_on=me.birth_on,
        digits=me.digits,
    )
    lives.invite(coordinator, now - timedelta(days=6), anne.file_id)


def _olga(town: Town, now: datetime) -> None:
    """84, without electronic id: her whole path is phone and letter (no sign-in)."""
    kari, silje = town.staff["Kari Moe"], town.staff["Silje Aune"]
    edvard = lives.add_care_recipient(
        town,
        now - timedelta(days=200),
        name="Edvard Nilsen",
        unit="hjemme-sor",
        birth_on=date(1939, 8, 14),
    )
    olga = lives.add_caregiver(
        town,
        now - timedelta(days=100),
        name="Olga Nilsen",
        care_recipient_id=edvard,
        code="spouse_partner",
        unit="hjemme-sor",
        reach=Reach(
            Channel.LETTER,
            "00010003",
            "",
            "Fjordveien 12, 8657 Mosjøen",
            "Hører dårlig. La det ringe lenge.",
        ),
        birth_on=date(1942, 1, 30),
    )
    invited = lives.invite(kari, now - timedelta(days=50), olga.file_id)
    talk_id = lives.answer(
        kari,
        now - timedelta(days=44),
        invited,
        Reply(Answer.YES, form=Form.HOME, needs=(Need.STAND_IN, Need.LARGE_PRINT)),
    )
    assert talk_id is not None  # noqa: S101  # a yes plans a talk
    lives.talk(
        kari,
        now - timedelta(days=38),
        talk_id,
        [
            (
                "T01",
                "Olga vil at de skal få bo sammen så lenge det går.",
                Audience.TALK,
                _CAREGIVER,
            ),
            (
                "T04",
                "Olga lager all mat og er oppe med Edvard om natta.",
                Audience.SHARED,
                _RECIPIENT,
            ),
            ("T10", "Faller Edvard, ringer Olga naboen Leif først.", Audience.SHARED, _RECIPIENT),
        ],
    )
    version = lives.draft(
        town,
        kari,
        now - timedelta(days=35),
        olga.file_id,
        talk_id,
        [
            task("Lager mat", Who.CAREGIVER, "hver dag"),
            task("Hjelp til å stå opp og legge seg", Who.SERVICE, "morgen og kveld"),
            task("Tur ut i frisk luft", Who.VOLUNTEER, "onsdager"),
            (
                LineWords(LineKind.WILL_NOT, "Jeg klarer ikke å løfte Edvard alene."),
                Audience.SERVICE,
                _CAREGIVER,
            ),
            (
                LineWords(
                    LineKind.CONTACT, "Spørsmål om hverdagen", name="Silje Aune", phone="00000142"
                ),
                Audience.SHARED,
                _RECIPIENT,
            ),
            (
                LineWords(LineKind.CONTINGENCY, "Faller Edvard: ring naboen Leif, så sone sør."),
                Audience.SHARED,
                _RECIPIENT,
            ),
        ],
        [
            Measure("Finne avlastning to netter i måneden", 20, "hjemme-sor", silje),
            Measure("Ringe Olga hver mandag i november", 22, "hjemme-sor", silje),
        ],
    )
    lives.propose(kari, now - timedelta(days=34), version)
    lives.confirm(kari, None, now - timedelta(days=30), version)
