"""What agreements does when others announce: drops what nobody has said yes to in a file that was closed."""

from __future__ import annotations

from datetime import datetime

from lagspill.agreements import operations
from lagspill.kernel.actor import system_actor
from lagspill.kernel.facts import on
from lagspill.people.events import FileClosed
from lagspill.tenancy.scope import use_actor


@on(FileClosed)
def file_closed(fact: FileClosed, now: datetime) -> None:
    """Nobody is left to say yes. What both sides have agreed stays as it is."""
    actor = system_actor("agreements.drop", fact.municipality)
    with use_actor(actor):
        operations.drop_open(actor=actor, now=now, file_id=fact.file_id)
