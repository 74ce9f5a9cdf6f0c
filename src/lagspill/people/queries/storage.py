"""The storage policy of domain §9 as it stands in content, and whether the municipality has approved it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from lagspill.access import queries as access
from lagspill.access.rules import Role
from lagspill.kernel import content
from lagspill.kernel.actor import Actor
from lagspill.kernel.content import Text
from lagspill.kernel.errors import NotAllowed
from lagspill.people.models import StorageApproval

COLUMNS = ("what", "stored_in", "ill_person", "caregiver", "note")


@dataclass(frozen=True)
class StorageRow:
    """Where one kind of content is kept, and who gets to see it there."""

    code: str
    what: Text
    stored_in: Text
    ill_person: Text
    caregiver: Text
    note: Text


@dataclass(frozen=True)
class StoragePolicy:
    """The whole policy, and who approved it in this form; `approved_at` is none while nobody has."""

    rows: tuple[StorageRow, ...]
    as_of: date
    digest: str
    approved_at: datetime | None = None
    approved_by: str = ""


def storage_rows() -> Mapping[str, StorageRow]:
    """The rows by code, in the order of the table."""
    return {row["code"]: StorageRow(**row) for row in content.load("storage")["row"]}


def storage_digest() -> str:
    """The policy's own mark: other words, another mark."""
    lines = [
        "\x1f".join([row.code, *(getattr(row, name).nb for name in COLUMNS)])
        for row in storage_rows().values()
    ]
    return hashlib.sha256("\x1e".join(lines).encode()).hexdigest()


def find_storage_approval(actor: Actor) -> StorageApproval | None:
    """The approval of the policy as it stands now, in the municipality in scope; open to all who are in it."""
    if not actor.municipality:
        return None
    return StorageApproval.objects.filter(digest=storage_digest()).order_by("-id").first()


def get_storage_policy(actor: Actor, now: datetime) -> StoragePolicy:
    """The policy for the page that approves it. Raises NotAllowed for others than administrators."""
    if not actor.is_staff or not actor.has_role(now, Role.ADMIN):
        raise NotAllowed("wrong_role", noun="storage_policy")
    held = find_storage_approval(actor)
    name = access.get_staff(held.approved_by_id).name if held else ""
    return StoragePolicy(
        tuple(storage_rows().values()),
        content.load("storage").as_of,
        storage_digest(),
        held.approved_at if held else None,
        name,
    )


def before_own_words(care_recipients: Sequence[str]) -> str:
    """What stands before the first word a caregiver writes alone: whose it is, and what a choice cannot switch off."""
    name = ", ".join(filter(None, care_recipients))
    instead = str(content.load("audiences")["instead"]["care_recipient"])
    text = content.load("storage").text_at("before_own_words")
    return text.fill(content.active_language(), care_recipient=name or instead)
