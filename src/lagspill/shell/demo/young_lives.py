"""Emma Vik of 17, her mother Lise who is ill, and Emma's brother and sister under 16, whom Liv Aas follows up."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import date, datetime, timedelta

from lagspill.agreements import demo as agreements
from lagspill.agreements.rules import LineKind, Who
from lagspill.children import demo as children
from lagspill.children.rules import Step
from lagspill.conversations import demo as talks
from lagspill.conversations.demo import Said
from lagspill.conversations.rules import Form
from lagspill.people.rules import About, Audience, Channel, Reach
from lagspill.shell.cast import citizen_named
from lagspill.shell.demo import lives
from lagspill.shell.demo.places import Town
from lagspill.tenancy.scope import use_actor

EMMA_SAID = (
    Said(
        "T01",
        "Emma vil ha tid til skole og venner uten å være redd.",
        Audience.TALK,
        About.CAREGIVER,
    ),
    Said(
        "T04",
        "Emma lager middag og følger de små til skolen når mamma er dårlig.",
        Audience.TALK,
        About.CAREGIVER,
    ),
    Said(
        "T07",
        "Send melding til Emma på hennes egen mobil. Ikke ring hjem.",
        Audience.SERVICE,
        About.CAREGIVER,
    ),
)


def build(town: Town, now: datetime) -> None:
    """Build what the family has been through."""
    lise = lives.add_care_recipient(
        town,
        now - timedelta(days=150),
        name="Lise Vik",
        unit="hjemme-nord",
        birth_on=date(1981, 4, 22),
    )
    _emma(town, now, lise)
    _brother_and_sister(town, now, lise)


def _emma(town: Town, now: datetime, lise: uuid.UUID) -> None:
    """17: an own file, led by Liv, who is responsible for children. No task is hers."""
    liv, me = town.staff["Liv Aas"], citizen_named("ung")
    emma = lives.add_caregiver(
        town,
        now - timedelta(days=60),
        name=me.name,
        care_recipient_id=lise,
        code="child",
        unit="hjemme-nord",
        reach=Reach(
            Channel.PHONE,
            "00010017",
            "emma@example.no",
            note="Bare på mobilen min. Ikke ring hjem.",
            blocked=frozenset({Channel.LETTER}),
        ),
        birth_on=me.birth_on,
        digits=me.digits,
    )
    talk_id = lives.talk_agreed_on(
        liv,
        emma.citizen,
        emma.file_id,
        sent_at=now - timedelta(days=40),
        answered_at=now - timedelta(days=38),
        form=Form.PHONE,
    )
    with use_actor(liv):
        talks.talk(actor=liv, now=now - timedelta(days=30), talk_id=talk_id, said=EMMA_SAID)
    drafted_at = now - timedelta(days=26)
    lines = [
        agreements.line(LineKind.MATTERS, "At Emma får være 17 år, også når mamma er syk."),
        lives.task("Middag på hverdager", Who.SERVICE, "mandag til fredag"),
        lives.task("Følge til skolen om morgenen", Who.NOBODY_YET),
        replace(
            lives.measure(
                town,
                drafted_at,
                "En prat annenhver uke, der Emma vil",
                days=30,
                unit="hjemme-nord",
                owner=liv,
            ),
            audience=Audience.TALK,  # not her mother's to read
        ),
    ]
    lives.agreed(
        liv,
        emma.file_id,
        talk_id,
        lines,
        caregiver=emma.citizen,
        drafted_at=drafted_at,
        proposed_at=drafted_at + timedelta(days=1),
        confirmed_at=now - timedelta(days=20),
    )


def _brother_and_sister(town: Town, now: datetime, lise: uuid.UUID) -> None:
    """Under 16: no file. Tone said that they are there; with Jonas the next step is overdue, with Mia nobody has begun."""
    liv, tone = town.staff["Liv Aas"], town.staff["Tone Sæther"]
    year = now.year
    jonas = children.pass_on(tone, now - timedelta(days=45), lise, "Jonas", year - 9)
    for step, outcome, how, days in (
        (Step.ASKED, "told_us", "", 42),
        (Step.INFORMED, "together", "talk", 34),
        (Step.INVOLVED, "no_consent", "", 34),
    ):
        children.take(
            liv, now - timedelta(days=days), jonas, step, outcome, how=how, next_in_days=days - 6
        )
    children.pass_on(tone, now - timedelta(days=1), lise, "Mia", year - 13)
