"""The lives of the cast: Berit, Anne and Arne Haugen in Vefsn and Gol, and Olga Nilsen, whose path is phone and letter."""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta

from lagspill.agreements import demo as agreements
from lagspill.agreements.rules import LineKind, Who
from lagspill.assessments import demo as assessments
from lagspill.conversations import demo as talks
from lagspill.conversations.demo import Said
from lagspill.conversations.rules import Form, Need
from lagspill.kernel.actor import Actor
from lagspill.people import operations as people
from lagspill.people.rules import About, Audience, Channel, Reach
from lagspill.promises import operations as promises
from lagspill.promises import queries as promise_queries
from lagspill.shell.cast import GOL, VEFSN, Citizen, citizen_named
from lagspill.shell.demo import (
    death_lives,
    family_lives,
    item_lives,
    kin_lives,
    lives,
    log_lives,
    parties_lives,
    young_lives,
)
from lagspill.shell.demo.lives import Caregiver, task
from lagspill.shell.demo.places import Town
from lagspill.tenancy.scope import use_actor

_CAREGIVER, _RECIPIENT = About.CAREGIVER, About.CARE_RECIPIENT

ANNE_PREPARES = {
    "T01": "Jeg er redd for at mamma sliter seg ut, og jeg bor langt unna.",
    "T12": "Jeg har brukt opp feriedagene mine.",
}
ANNE_SAID = (
    Said(
        "T01",
        "Det viktigste for Anne er å vite at noen ser til Arne hver dag.",
        Audience.TALK,
        _CAREGIVER,
    ),
    Said("T04", "Anne handler mat på nett for Arne hver uke.", Audience.SHARED, _RECIPIENT),
    Said(
        "T04",
        "Anne løfter ikke, og hun gir ikke medisiner når hun er på besøk.",
        Audience.SERVICE,
        _CAREGIVER,
    ),
    Said(
        "T07",
        "Ring Anne på mobil etter klokka fire. Berit først om det haster.",
        Audience.SHARED,
        _RECIPIENT,
    ),
    Said("T12", "Anne sover dårlig og er bekymret for jobben.", Audience.TALK, _CAREGIVER),
)
ANNE_LINES = (
    agreements.line(
        LineKind.MATTERS,
        "At noen ser til Arne hver dag, og at Anne får vite det når noe endrer seg.",
        audience=Audience.SHARED,
    ),
    task("Handler mat på nett", Who.CAREGIVER, "hver uke"),
    task("Medisiner morgen og kveld", Who.SERVICE, "hver dag"),
    task("Dusj", Who.SERVICE, "tirsdag og fredag"),
    task("Kjøring til legen", Who.SHARED, "ved time"),
    task("Måke snø", Who.NOBODY_YET),
    agreements.line(LineKind.WILL_NOT, "Jeg løfter ikke, og jeg gir ikke medisiner."),
    agreements.line(
        LineKind.CONTACT,
        "Når noe endrer seg hos Arne",
        name="Berit Haugen",
        phone="00010002",
        substitute_name="Anne Haugen",
        substitute_phone="00010001",
        audience=Audience.SHARED,
    ),
    agreements.line(
        LineKind.CONTINGENCY, "Blir Berit syk: ring sone nord. De kommer samme dag og ser til Arne."
    ),
)
OLGA_SAID = (
    Said("T01", "Olga vil at de skal få bo sammen så lenge det går.", Audience.TALK, _CAREGIVER),
    Said("T04", "Olga lager all mat og er oppe med Edvard om natta.", Audience.SHARED, _RECIPIENT),
    Said("T10", "Faller Edvard, ringer Olga naboen Leif først.", Audience.SHARED, _RECIPIENT),
)
OLGA_LINES = (
    task("Lager mat", Who.CAREGIVER, "hver dag"),
    task("Hjelp til å stå opp og legge seg", Who.SERVICE, "morgen og kveld"),
    task("Tur ut i frisk luft", Who.VOLUNTEER, "onsdager"),
    agreements.line(LineKind.WILL_NOT, "Jeg klarer ikke å løfte Edvard alene."),
    agreements.line(
        LineKind.CONTACT,
        "Spørsmål om hverdagen",
        name="Silje Aune",
        phone="00000142",
        audience=Audience.SHARED,
    ),
    agreements.line(LineKind.CONTINGENCY, "Faller Edvard: ring naboen Leif, så sone sør."),
)


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
    item_lives.build(vefsn, now, arne_id)
    parties_lives.build(vefsn, now, arne_id)
    family_lives.build(vefsn, now, arne_id)
    log_lives.build(vefsn, now, arne_id)
    young_lives.build(vefsn, now)
    kin_lives.build(vefsn, now)
    death_lives.build(vefsn, now)
    with use_actor(vefsn.staff["Tone Sæther"]) as nurse:
        people.set_pin(actor=nurse, now=now, person_id=arne_id, is_pinned=True)


def _signs_in(
    town: Town,
    registered_at: datetime,
    me: Citizen,
    *,
    care_recipient_id: uuid.UUID,
    code: str,
    unit: str,
    reach: Reach,
) -> tuple[Caregiver, Actor]:
    """One of the cast as a caregiver, with the citizen they sign in as."""
    made = lives.add_caregiver(
        town,
        registered_at,
        name=me.name,
        care_recipient_id=care_recipient_id,
        code=code,
        unit=unit,
        reach=reach,
        birth_on=me.birth_on,
        digits=me.digits,
    )
    if made.citizen is None:
        raise ValueError("everybody in the cast has an id")
    return made, made.citizen


def _anne(town: Town, now: datetime, arne_id: uuid.UUID) -> None:
    """Daughter, far away: the whole path, with promises kept, due, overdue and reported."""
    kari, tone, elin = town.staff["Kari Moe"], town.staff["Tone Sæther"], town.staff["Elin Holm"]
    reach = Reach(
        Channel.EMAIL,
        "00010001",
        "anne@example.no",
        "Parkveien 7, 0350 Oslo",
        "Ring helst etter klokka fire.",
    )
    anne, citizen = _signs_in(
        town,
        now - timedelta(days=120),
        citizen_named("datter"),
        care_recipient_id=arne_id,
        code="adult_child",
        unit="hjemme-nord",
        reach=reach,
    )
    talk_id = lives.talk_agreed_on(
        kari,
        citizen,
        anne.file_id,
        sent_at=now - timedelta(days=75),
        answered_at=now - timedelta(days=73),
        form=Form.PHONE,
    )
    with use_actor(citizen):
        talks.prepare(
            actor=citizen, now=now - timedelta(days=70), talk_id=talk_id, words=ANNE_PREPARES
        )
    with use_actor(kari):
        talks.talk(actor=kari, now=now - timedelta(days=64), talk_id=talk_id, said=ANNE_SAID)
    drafted_at = now - timedelta(days=60)
    lives.agreed(
        kari,
        anne.file_id,
        talk_id,
        [
            *ANNE_LINES,
            lives.measure(
                town,
                drafted_at,
                "Ringe Anne etter legetimen",
                days=8,
                unit="hjemme-nord",
                owner=tone,
            ),
            lives.measure(
                town,
                drafted_at,
                "Svare på spørsmålet om trygghetsalarm",
                days=30,
                unit="hjemme-nord",
                owner=elin,
            ),
            lives.measure(
                town,
                drafted_at,
                "Se på bad og terskler med ergoterapeut",
                days=44,
                unit="hjemme-nord",
                owner=tone,
            ),
        ],
        caregiver=citizen,
        drafted_at=drafted_at,
        proposed_at=drafted_at + timedelta(days=1),
        confirmed_at=now - timedelta(days=57),
    )
    _kept_and_reported(kari, citizen, anne.file_id, now)


def _kept_and_reported(staff: Actor, citizen: Actor, file_id: uuid.UUID, now: datetime) -> None:
    """One promise of Anne's is kept; of another she says that it was not followed."""
    with use_actor(staff):
        made = {p.text: p.id for p in promise_queries.list_promises(staff, file_id, now)}
        promises.keep_promise(
            actor=staff, now=now - timedelta(days=50), promise_id=made["Ringe Anne etter legetimen"]
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
    berit, citizen = _signs_in(
        town,
        now - timedelta(days=300),
        citizen_named("ektefelle"),
        care_recipient_id=arne_id,
        code="spouse_partner",
        unit="hjemme-nord",
        reach=Reach(Channel.PHONE, "00010002", "berit@example.no", "Bakkegata 3, 8656 Mosjøen"),
    )
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
    gunvor = lives.add_care_recipient(
        town,
        now - timedelta(days=90),
        name="Gunvor Lien",
        unit="gol-hjemme",
        birth_on=date(1941, 2, 3),
    )
    anne, _citizen = _signs_in(
        town,
        now - timedelta(days=80),
        citizen_named("datter"),
        care_recipient_id=gunvor,
        code="other_family",
        unit="gol-hjemme",
        reach=Reach(Channel.EMAIL, "00010001", "anne@example.no"),
    )
    lives.invite(town.staff["Berit Solli"], now - timedelta(days=6), anne.file_id)


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
    address, note = "Fjordveien 12, 8657 Mosjøen", "Hører dårlig. La det ringe lenge."
    olga = lives.add_caregiver(
        town,
        now - timedelta(days=100),
        name="Olga Nilsen",
        care_recipient_id=edvard,
        code="spouse_partner",
        unit="hjemme-sor",
        reach=Reach(Channel.LETTER, "00010003", "", address, note),
        birth_on=date(1942, 1, 30),
    )
    talk_id = lives.talk_agreed_on(
        kari,
        None,
        olga.file_id,
        sent_at=now - timedelta(days=50),
        answered_at=now - timedelta(days=44),
        form=Form.HOME,
        needs=(Need.STAND_IN, Need.LARGE_PRINT),
    )
    with use_actor(kari):
        talks.talk(actor=kari, now=now - timedelta(days=38), talk_id=talk_id, said=OLGA_SAID)
    drafted_at = now - timedelta(days=35)
    lives.agreed(
        kari,
        olga.file_id,
        talk_id,
        [
            *OLGA_LINES,
            lives.measure(
                town,
                drafted_at,
                "Finne avlastning to netter i måneden",
                days=20,
                unit="hjemme-sor",
                owner=silje,
            ),
            lives.measure(
                town,
                drafted_at,
                "Ringe Olga hver mandag i november",
                days=22,
                unit="hjemme-sor",
                owner=silje,
            ),
        ],
        caregiver=None,
        drafted_at=drafted_at,
        proposed_at=drafted_at + timedelta(days=1),
        confirmed_at=now - timedelta(days=30),
    )
