"""What conversations does when others announce: ends what is under way in a file that was closed."""

from __future__ import annotations

from datetime import datetime

from lagspill.conversations import operations
from lagspill.kernel.actor import system_actor
from lagspill.kernel.facts import on
from lagspill.people.events import FileClosed, LettersStopped
from lagspill.tenancy.scope import use_actor


@on(FileClosed)
def file_closed(fact: FileClosed, now: datetime) -> None:
    """Nobody is to be asked, met or quoted any more."""
    actor = system_actor("conversations.end", fact.municipality)
    with use_actor(actor):
        operations.end_in_file(actor=actor, now=now, file_id=fact.file_id)


@on(LettersStopped)
def no_more_letters(fact: LettersStopped, now: datetime) -> None:
    """An invitation that waits to be posted is told by telephone instead."""
    actor = system_actor("conversations.safe", fact.municipality)
    with use_actor(actor):
        operations.letter_becomes_call(actor=actor, now=now, file_id=fact.file_id)
