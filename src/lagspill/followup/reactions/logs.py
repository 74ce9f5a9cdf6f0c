"""Work about logs: a card opened in an emergency is looked at by somebody else."""

from __future__ import annotations

from datetime import datetime

from lagspill.access.events import CardOpened, OpeningReviewed
from lagspill.followup.reactions.desk import About, clear_subject, open_work
from lagspill.followup.rules import Kind
from lagspill.kernel.facts import on


@on(CardOpened)
def told_to_leader(fact: CardOpened, now: datetime) -> None:
    """The leader of the unit hears of it at once, and reviews it within days."""
    about = About(None, fact.unit_id, fact.opening_id, fact.opening_id)
    open_work(fact, now, Kind.BREAK_GLASS, about)


@on(OpeningReviewed)
def reviewed(fact: OpeningReviewed, now: datetime) -> None:
    """Somebody has looked at it, the leader or the privacy officer."""
    clear_subject(fact, now, fact.opening_id, Kind.BREAK_GLASS)
