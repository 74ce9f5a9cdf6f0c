"""Writes about municipalities, networks and units. Units are audited by the callers above; this layer knows no audit."""

from __future__ import annotations

import csv
import unicodedata
from pathlib import Path

from lagspill.kernel.ids import new_id
from lagspill.tenancy.models import Municipality, Network, NetworkMember, Unit

_LETTERS = str.maketrans({"æ": "ae", "ø": "o", "å": "a", "đ": "d", "ŋ": "n", "ŧ": "t"})


def slug_of(name: str) -> str:
    """The name as it stands in an address: ASCII, lower case, hyphens ("Bærum" -> "baerum")."""
    plain = unicodedata.normalize("NFKD", name.split(" - ")[0].lower().translate(_LETTERS))
    words = "".join(
        c if c.isascii() and c.isalnum() else " " for c in plain if not unicodedata.combining(c)
    ).split()
    return "-".join(words)


def load_municipalities(path: Path) -> int:
    """Add and update municipalities from the CSV file (number,name,county_number,county). Returns how many changed."""
    with path.open(encoding="utf-8", newline="") as source:
        rows = list(csv.DictReader(source))
    present = Municipality.objects.in_bulk()
    changed = []
    for row in rows:
        new = Municipality(
            number=row["number"],
            name=row["name"],
            slug=slug_of(row["name"]),
            county_number=row["county_number"],
            county=row["county"],
        )
        old = present.get(new.number)
        if old is None or (old.name, old.county, old.slug) != (new.name, new.county, new.slug):
            changed.append(new)
    Municipality.objects.bulk_create(
        changed,
        update_conflicts=True,
        unique_fields=["number"],
        update_fields=["name", "slug", "county_number", "county"],
    )
    return len(changed)


def create_unit(
    *, code: str, name: str, kind: str = "unit", phone: str = "", parent: Unit | None = None
) -> Unit:
    """Add a unit under `parent` in the municipality in scope."""
    unit_id = new_id()
    path = [*(parent.path if parent else []), unit_id]
    return Unit.objects.create(
        id=unit_id, code=code, name=name, kind=kind, phone=phone, parent=parent, path=path
    )


def create_network(*, name: str, numbers: list[str]) -> Network:
    """Make a network of the municipalities with `numbers`, or add the missing ones to it."""
    network, _ = Network.objects.get_or_create(name=name)
    for number in numbers:
        NetworkMember.objects.get_or_create(network=network, municipality_id=number)
    return network
