"""What a minor does at home: never a task, but work for a grown-up who relieves them (N142)."""

from __future__ import annotations

from datetime import datetime

from lagspill.conversations import events
from lagspill.conversations.models import Talk
from lagspill.conversations.rules import WHAT_ONE_DOES
from lagspill.kernel import facts
from lagspill.people import policy as people_policy
from lagspill.people.rules import AgeGroup


def note_what_a_minor_does(talk: Talk, topic: str, now: datetime) -> None:
    """Part of placing or sharing words about what the caregiver does: with a minor it is announced, without the words."""
    if topic != WHAT_ONE_DOES:
        return
    age = people_policy.age_group(talk.file.caregiver, now)
    if age in (AgeGroup.SIXTEEN_SEVENTEEN, AgeGroup.UNDER_SIXTEEN):
        facts.announce(
            events.MinorHelps(
                talk.municipality_id, talk.file_id, talk.id, talk.file.unit_id, talk.lead_id
            ),
            now=now,
        )
