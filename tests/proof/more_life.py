"""What happens seldom, so that the life holds none of it: one row each, put into the tables as they are.

Only where the life has none. A property of no rows holds always; with these, each table and each noun has something to hide.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import models

from lagspill.access.models import BreakGlass, DoneOnce, StaffMember
from lagspill.agreements.models import Reply, Version
from lagspill.audit.models import Entry
from lagspill.kernel.actor import system_actor
from lagspill.people.models import (
    BindingCode,
    Correction,
    Disclosure,
    File,
    FileOpening,
    Item,
    ItemAnswer,
    ItemCopy,
    ItemFamily,
    LegalGround,
    LogQuestion,
    PendingWidening,
    Person,
    RecordDuty,
    Relation,
    RelationAnswer,
    Service,
    StorageApproval,
    Suspected,
    ToldRegistered,
)
from lagspill.tenancy.scope import use_actor
from tests.journeys.life import Life

Row = dict[str, Any]
HOUR = timedelta(hours=1)


def add(life: Life, place: str) -> None:
    """Add what is missing in a municipality."""
    with use_actor(system_actor("proof.more_life", place)):
        for model, values in _makers(life).items():
            if not model._default_manager.exists():
                model._default_manager.create(**values())


def _makers(life: Life) -> dict[type[models.Model], Callable[[], Row]]:
    now = life.now

    def some(model: type[models.Model], **wanted: Any) -> Any:
        found = model._default_manager.filter(**wanted).order_by("pk").first()
        assert found is not None, (model, wanted)
        return found

    def relation() -> Relation:
        return Relation.objects.filter(ends_at=None).select_related("file").order_by("pk")[0]

    def envelope(kind: str) -> Item:
        return Item.objects.create(
            file=relation().file,
            kind=kind,
            about="caregiver",
            audience="talk",
            author_staff=some(StaffMember),
            author_capacity="staff",
            written_at=now,
            edited_at=now,
            placed_at=now,
        )

    def item() -> Item:
        return some(Item, kind="statement", audience="talk")

    def both(row: Any) -> Row:
        return {"file_id": row.file_id, "item": row}

    def near() -> Row:
        return {"file": relation().file, "relation": relation()}

    opened = {"starts_at": now - HOUR / 2, "ends_at": now + HOUR / 2}
    return {
        BreakGlass: lambda: {
            "staff": some(StaffMember),
            "unit": some(Service).unit,
            "person_id": some(Service).person_id,
            "why": "acute",
            "reason": "Fant ham på gulvet.",
            **opened,
        },
        DoneOnce: lambda: {"actor_id": some(StaffMember).id, "key": uuid.uuid4(), "at": now},
        Reply: lambda: {
            **both(envelope("agreement_reply")),
            "file_id": some(Version).file_id,
            "version": some(Version),
            "answer": "no",
            "how": "phone",
            "given_at": now,
        },
        BindingCode: lambda: {
            "file": relation().file,
            "code_hash": "0" * 64,
            "expires_at": now + HOUR,
        },
        Correction: lambda: {
            **both(envelope("correction")),
            "of_item": item(),
            "text": "Det var på tirsdag.",
            "written_at": now,
        },
        Disclosure: lambda: {
            **both(item()),
            "ground": "danger",
            "receiver": "Legevakten",
            "words": "Han er alene i natt.",
            "told_how": "phone",
            "disclosed_by": some(StaffMember),
            "disclosed_at": now,
            "told_at": now,
        },
        FileOpening: lambda: {
            "file": relation().file,
            "staff": some(StaffMember),
            "decided_by": uuid.uuid4(),
            "why": "Klage fra boet.",
            **opened,
        },
        ItemAnswer: lambda: {**both(item()), "answer": "yes", "how": "phone", "given_at": now},
        ItemCopy: lambda: {
            **both(item()),
            "channel": "letter",
            "receiver": "caregiver",
            "left_at": now,
        },
        ItemFamily: lambda: {**both(item()), "person": some(Person)},
        LegalGround: lambda: {
            "care_recipient": relation().care_recipient,
            "to_person": relation().file.caregiver,
            "topic": "everyday",
            "ground": "circumstances",
            "why": "Hun hjelper ham hver dag.",
            "recorded_by": some(StaffMember).id,
            "starts_at": now - HOUR,
        },
        LogQuestion: lambda: {
            "person": some(File).caregiver,
            "entry_id": some(Entry).id,
            "words": "Hvem var det som leste om meg?",
            "asked_at": now,
        },
        PendingWidening: lambda: {
            **both(item()),
            "old": "talk",
            "new": "shared",
            "how": "phone",
            "way": "letter",
            "sentence": "Dette kan leses av Arne.",
            "taken_by": some(StaffMember),
            "taken_at": now,
        },
        RecordDuty: lambda: {
            **both(item()),
            "digest": "0" * 64,
            "marked_by": some(StaffMember),
            "marked_at": now,
        },
        RelationAnswer: lambda: {
            **near(),
            "care_recipient": relation().care_recipient,
            "matter": "family",
            "is_yes": True,
            "how": "portal",
            "answered_at": now,
        },
        StorageApproval: lambda: {
            "digest": "0" * 64,
            "approved_by": some(StaffMember),
            "approved_at": now,
        },
        Suspected: lambda: {
            "care_recipient": some(Service).person,
            "unit": some(Service).unit,
            "name": "Navn Nabo",
            "code": "neighbour",
            "source": "neighbour",
            "noted_by": some(StaffMember),
            "noted_at": now,
        },
        ToldRegistered: lambda: {**near(), "tell_by": now.date()},
    }
