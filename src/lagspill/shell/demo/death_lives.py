"""Ruth Sand helped her brother Alf, and has died: her file is closed, and what she did is a gap on his card."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from lagspill.agreements import demo as agreements
from lagspill.agreements.rules import Who
from lagspill.kernel.calendar import oslo_today
from lagspill.people import operations as people
from lagspill.shell.demo import lives
from lagspill.shell.demo.places import Town
from lagspill.tenancy.scope import use_actor


def build(town: Town, now: datetime) -> None:
    """Two things she did for Alf, agreed on in the spring; she died last week."""
    kari = town.staff["Kari Moe"]
    alf = lives.add_care_recipient(
        town,
        now - timedelta(days=400),
        name="Alf Sand",
        unit="hjemme-midt",
        birth_on=date(1944, 10, 3),
    )
    ruth = lives.add_caregiver(
        town,
        now - timedelta(days=300),
        name="Ruth Sand",
        care_recipient_id=alf,
        code="sibling",
        unit="hjemme-midt",
        reach=lives.reach(86, email=False),
        birth_on=date(1947, 5, 30),
    )
    agreements.build_agreement(
        lead=kari,
        file_id=ruth.file_id,
        now=now - timedelta(days=200),
        lines=[
            lives.task("Handler for Alf", Who.CAREGIVER, "hver fredag"),
            lives.task("Betaler regningene hans", Who.CAREGIVER),
            lives.task("Medisiner morgen og kveld", Who.SERVICE, "hver dag"),
        ],
    )
    with use_actor(kari):
        people.record_death(
            actor=kari,
            now=now - timedelta(days=2),
            person_id=ruth.person_id,
            died_on=oslo_today(now) - timedelta(days=6),
        )
