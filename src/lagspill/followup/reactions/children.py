"""Work in the child track: somebody begins with a child, takes the next step. No file, no name."""

from __future__ import annotations

from datetime import datetime

from lagspill.children.events import ChildPassedOn, ChildStepTaken, ChildTrackClosed
from lagspill.followup.reactions.desk import About, clear_subject, open_work
from lagspill.followup.rules import IN_CHILD_TRACK, Kind
from lagspill.kernel.facts import on


@on(ChildPassedOn)
def begin(fact: ChildPassedOn, now: datetime) -> None:
    """Somebody who is responsible for children in the unit begins."""
    about = About(None, fact.unit_id, fact.track_id, fact.track_id)
    open_work(fact, now, Kind.CHILD_NEW, about, due_on=fact.begin_by)


@on(ChildStepTaken)
def go_on(fact: ChildStepTaken, now: datetime) -> None:
    """The next step has its day, with whoever follows the child up; without a day nothing waits."""
    clear_subject(fact, now, fact.track_id, *IN_CHILD_TRACK)
    if fact.next_on is not None:
        about = About(None, fact.unit_id, fact.track_id, fact.track_id, fact.lead_staff_id)
        open_work(fact, now, Kind.CHILD_STEP, about, due_on=fact.next_on)


@on(ChildTrackClosed)
def end(fact: ChildTrackClosed, now: datetime) -> None:
    """Nothing more waits."""
    clear_subject(fact, now, fact.track_id, *IN_CHILD_TRACK)
