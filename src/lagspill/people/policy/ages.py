"""How old somebody is today, for one person and as a condition on rows. A birth date moves with time; nothing here is stored."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from lagspill.kernel.calendar import oslo_today
from lagspill.people.models import Person
from lagspill.people.rules import AgeGroup, current_age_group, years_before


def age_group(person: Person, now: datetime) -> AgeGroup:
    """The age group of this person today. Says the same as `aged_16_or_17` and `is_minor`."""
    return current_age_group(person.birth_on, person.age_group, oslo_today(now))


def aged_16_or_17(now: datetime, person: str) -> Q:
    """Rows whose `person` (a path ending in `__`) is 16 or 17 today."""
    today = oslo_today(now)
    born = Q(
        **{
            f"{person}birth_on__lte": years_before(today, 16),
            f"{person}birth_on__gt": years_before(today, 18),
        }
    )
    stated = {f"{person}birth_on__isnull": True, f"{person}age_group": AgeGroup.SIXTEEN_SEVENTEEN}
    return born | Q(**stated)


def is_minor(now: datetime, person: str) -> Q:
    """Rows whose `person` (a path ending in `__`) is under 18 today. Unknown is not said to be a minor here."""
    minors = (AgeGroup.SIXTEEN_SEVENTEEN.value, AgeGroup.UNDER_SIXTEEN.value)
    stated = {f"{person}birth_on__isnull": True, f"{person}age_group__in": minors}
    return Q(**{f"{person}birth_on__gt": years_before(oslo_today(now), 18)}) | Q(**stated)
