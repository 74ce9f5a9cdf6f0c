"""Builds the whole demo world once: the cast's own lives first, then forty more in Vefsn, and a few in Hol and Gol."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import transaction

from lagspill.access import queries as access
from lagspill.dispatch import rules as dispatch
from lagspill.kernel.actor import system_actor
from lagspill.shell.cast import GOL, HOL, VEFSN
from lagspill.shell.demo import cast_lives, many_lives, places
from lagspill.tenancy import operations as tenancy
from lagspill.tenancy.scope import use_actor

SAMPLE = Path(__file__).resolve().parents[2] / "fhir" / "samples" / "importert.json"


def build(now: datetime) -> bool:
    """Build the demo world, unless it stands already; True when it was built. All of it or nothing."""
    with transaction.atomic():
        tenancy.load_municipalities(settings.CONTENT_DIR / "municipalities.csv")
        with use_actor(system_actor("demo.build", VEFSN)):
            if access.find_staff_by_persona("koordinator") is not None:
                return False
        towns = {number: places.build_town(number, now) for number in (VEFSN, HOL, GOL)}
        tenancy.create_network(name="Hallingdal", numbers=[HOL, GOL])
        cast_lives.build(towns, now)
        many_lives.build(towns, now)
        _import_sample()
        for number in towns:
            with use_actor(system_actor("worker.sweep", number)) as system:
                for sweep in dispatch.sweeps().values():
                    sweep(system, now)
    return True


def _import_sample() -> None:
    """The project's own Bundle brings in `importert`, by the command that any municipality uses."""
    call_command(
        "import-bundle",
        str(SAMPLE),
        municipality=VEFSN,
        unit="hjemme-nord",
        apply=True,
        verbosity=0,
    )
