"""What leaves as a document, as the data its template wants: the agreement, and the extract for the health record.

Both are made from what the reader may read; the extract holds only what is `shared`, whoever makes it.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from lagspill.access import queries as access
from lagspill.agreements import policy
from lagspill.agreements.models import Line, Version
from lagspill.agreements.queries.card import relation_words
from lagspill.agreements.queries.versions import (
    LineView,
    VersionView,
    get_version,
    in_order,
    who_label,
)
from lagspill.agreements.rules import LineKind, Side, Who
from lagspill.audit import operations as audit
from lagspill.kernel import content
from lagspill.kernel.actor import Actor
from lagspill.kernel.calendar import oslo_today
from lagspill.kernel.errors import NotFound
from lagspill.people import policy as people_policy
from lagspill.people import queries as people
from lagspill.people.queries import FileView, RelationView
from lagspill.people.rules import Audience, speaks_of_feelings
from lagspill.tenancy import queries as tenancy
from lagspill.ui import dates
from lagspill.ui.names import phone_display

EXTRACT_HEADINGS = {
    LineKind.MATTERS: "matters",
    LineKind.TASK: "tasks",
    LineKind.WILL_NOT: "will_not",
    LineKind.SERVICE_ASKS: "service_asks",
    LineKind.MEASURE: "promises",
    LineKind.CONTACT: "contacts",
    LineKind.CONTINGENCY: "contingency",
}
#: Kinds that hold what the caregiver said, in their own words.
OWN_WORDS = (LineKind.MATTERS, LineKind.WILL_NOT)


@dataclass(frozen=True)
class ExtractLine:
    """One line of the extract, exactly as it will be read, and whether it deserves a second look."""

    item_id: uuid.UUID
    heading: str
    text: str
    source: str
    needs_look: bool


@dataclass(frozen=True)
class ExtractView:
    """What would go to one care recipient's health record."""

    version_id: uuid.UUID
    person_id: uuid.UUID
    care_recipient: str
    caregiver: str
    role: str
    unit: str
    confirmed_on: date
    lines: tuple[ExtractLine, ...]

    @property
    def needs_look(self) -> bool:
        """True when a line seems to speak of the caregiver's feelings or health."""
        return any(line.needs_look for line in self.lines)


def municipality_words(number: str) -> str:
    """The municipality as it is spoken of: "Vefsn kommune"."""
    return _("%(name)s kommune") % {"name": tenancy.municipality_name(number)}


def _words(group: str, key: str, **values: object) -> str:
    text = content.load("agreement")[group][key]
    return str(text.fill(content.active_language(), **values)) if values else str(text)


def _day(day: date | datetime) -> str:
    return dates.date_full(day, content.active_language())


def sentence_of(row: Line) -> str:
    """A line as one text: what, who and when."""
    if row.kind == LineKind.CONTACT:
        return _contact_text(row)
    parts = [row.text]
    if row.who:
        parts.append(f"({who_label(row.who).lower()})")
    if row.when_text:
        parts.append(f"– {row.when_text}")
    return " ".join(parts)


def _contact_text(row: Line) -> str:
    who = " ".join(filter(None, (row.name, phone_display(row.phone) if row.phone else "")))
    other = " ".join(
        filter(
            None,
            (
                row.substitute_name,
                phone_display(row.substitute_phone) if row.substitute_phone else "",
            ),
        )
    )
    found = ": ".join(filter(None, (row.text, who)))
    if row.when_text:
        found += f", {row.when_text}"
    if other:
        substitute = _words("label", "substitute", name=row.name or row.text)
        found += f". {substitute}: {other}"
    return found


def list_extracts(actor: Actor, version_id: uuid.UUID, now: datetime) -> list[ExtractView]:
    """What a confirmed version would send to the record of each care recipient it is about; audited once.

    Only lines whose item is `shared` today and concerns that person. Raises NotFound for others than the file's staff
    and for versions that are not in force.
    """
    version = (
        policy.visible_versions(actor, now)
        .select_related("file__caregiver")
        .filter(id=version_id, state="confirmed")
        .first()
    )
    if version is None or not actor.is_staff:
        raise NotFound("agreement", version_id)
    file = people.get_file(actor, version.file_id, now)
    found = [_extract(actor, version, file, relation, now) for relation in file.relations]
    audit.record_read(
        actor,
        "list_extracts",
        "extract",
        now=now,
        object_id=version.id,
        object_ids=[line.item_id for extract in found for line in extract.lines],
        file_id=version.file_id,
    )
    return found


def _extract(
    actor: Actor, version: Version, file: FileView, relation: RelationView, now: datetime
) -> ExtractView:
    # Asked first and by itself: as a subquery PostgreSQL starts from every line that is shared.
    concerning = people_policy.items_concerning(relation.care_recipient.id)
    about = list(concerning.values_list("item_id", flat=True))
    rows = (
        policy.visible_lines(actor, now)
        .filter(version_id=version.id, item__audience=Audience.SHARED.value, item_id__in=about)
        .select_related("item")
    )
    role = relation_words(relation)
    confirmed_on = oslo_today(version.confirmed_at or now)
    lines = tuple(
        ExtractLine(
            row.item_id,
            _words("heading", EXTRACT_HEADINGS[LineKind(row.kind)]),
            sentence_of(row),
            _source(row, file.caregiver.name, role, confirmed_on),
            speaks_of_feelings(row.text)
            or (row.item.about != "care_recipient" and row.kind != LineKind.CONTACT),
        )
        for row in in_order(list(rows))
    )
    entries = people.list_card_entries(actor, _item_ids(relation), now, file_id=file.id)
    lines += tuple(
        ExtractLine(
            entry.item_id,
            _words("heading", "recorded"),
            entry.text,
            f"{entry.source}, {_day(entry.recorded_at)}",
            speaks_of_feelings(entry.text),
        )
        for entry in reversed(entries)
    )
    return ExtractView(
        version.id,
        relation.care_recipient.id,
        relation.care_recipient.name or str(content.load("audiences")["instead"]["care_recipient"]),
        file.caregiver.name,
        role,
        tenancy.get_unit(file.unit_id).name,
        confirmed_on,
        lines,
    )


def _item_ids(relation: RelationView) -> list[uuid.UUID]:
    """Items that concern the care recipient of a relation."""
    about = people_policy.items_concerning(relation.care_recipient.id)
    return list(about.values_list("item_id", flat=True))


def _source(row: Line, name: str, role: str, confirmed_on: date) -> str:
    """Whose word a line is: what the caregiver said of themselves is theirs; the rest is what both sides said yes to."""
    who = {"name": name, "role": role.lower()}
    if row.kind in OWN_WORDS or row.who == Who.CAREGIVER:
        return _words("extract", "told_by", **who)
    return _words("extract", "agreed_by", **who, date=_day(confirmed_on))


def extract_data(extract: ExtractView, municipality: str) -> dict[str, Any]:
    """The extract as `ui.documents` wants it."""
    sections: dict[str, list[dict[str, str]]] = {}
    for line in extract.lines:
        sections.setdefault(line.heading, []).append({"text": line.text, "source": line.source})
    return {
        "municipality": municipality,
        "title": _words("extract", "title"),
        "lead": _words("extract", "lead", care_recipient=extract.care_recipient),
        "facts": [
            {"label": _words("label", "name"), "value": extract.care_recipient},
            {"label": _words("label", "valid_from"), "value": _day(extract.confirmed_on)},
        ],
        "sections": [
            {"heading": heading, "entries": entries} for heading, entries in sections.items()
        ],
        "note": _words("extract", "can_read", care_recipient=extract.care_recipient),
        "page_label": _words("label", "page", page="{page}", pages="{pages}"),
    }


def agreement_data(
    actor: Actor, version_id: uuid.UUID, now: datetime, *, is_large: bool = False
) -> tuple[VersionView, dict[str, Any]]:
    """The agreement as `ui.documents` wants it, of what the actor may read. Raises NotFound."""
    version = get_version(actor, version_id, now)
    municipality = municipality_words(version.municipality)
    data: dict[str, Any] = {
        "municipality": municipality,
        "title": _words("heading", "title"),
        "subtitle": _words(
            "heading",
            "subtitle",
            caregiver=version.caregiver,
            municipality=municipality,
            care_recipient=version.recipient_names,
        ),
        "facts": _facts(version),
        "tasks": {"heading": _words("heading", "tasks"), "groups": _task_groups(version)},
        "promises": {
            "heading": _words("heading", "promises"),
            "columns": [_words("label", key) for key in ("promise", "owner", "due")],
            "rows": [_promise_row(line) for line in version.of(LineKind.MEASURE)],
        },
        "contacts": {"heading": _words("heading", "contacts"), "rows": _contact_rows(version)},
        "review": _review(version),
        "statements": [_words("sentence", key) for key in ("binds_nobody", "not_a_decision")],
        "readers": _words("sentence", "print_leaves", reader=_reader_name(actor, version)),
        "confirmation": {
            "heading": _words("heading", "confirmation"),
            "blank": _words("label", "signature"),
            "parties": _parties(version),
        },
        "thanks": _words("sentence", "thanks", care_recipient=version.recipient_names),
        "page_label": _words("label", "page", page="{page}", pages="{pages}"),
        "large": is_large,
    }
    matters = version.of(LineKind.MATTERS)
    if matters:
        data["matters"] = {
            "heading": _words("heading", "matters"),
            "text": "\n".join(line.text for line in matters),
        }
    for key, note in (("will_not", True), ("service_asks", True), ("contingency", False)):
        lines = version.of(key)
        if lines:
            data[key] = {
                "heading": _words("heading", key),
                "items": [_plain(line) for line in lines],
                **({"note": _words("sentence", key)} if note else {}),
            }
    return version, data


def _facts(version: VersionView) -> list[str]:
    facts = [f"{_words('label', 'version')} {version.number}"]
    if version.confirmed_at:
        facts.append(f"{_words('label', 'valid_from')} {_day(version.confirmed_at)}")
    return facts


def _plain(line: LineView) -> str:
    return f"{line.text} – {line.when}" if line.when else line.text


def _task_groups(version: VersionView) -> list[dict[str, Any]]:
    groups = []
    for who in Who:
        lines = [line for line in version.of(LineKind.TASK) if line.who == who]
        if lines:
            name = version.caregiver if who is Who.CAREGIVER else lines[0].who_label
            items = [
                {"task": line.text, **({"when": line.when} if line.when else {})} for line in lines
            ]
            groups.append({"who": name, "items": items})
    return groups


def _promise_row(line: LineView) -> dict[str, str]:
    promise = line.promise
    owner = (promise.owner or promise.owner_unit) if promise else (line.owner or line.unit)
    due = promise.due_on if promise else line.due_on
    return {"what": line.text, "owner": owner, "due": _day(due) if due else ""}


def _contact_rows(version: VersionView) -> list[dict[str, str]]:
    rows = [
        {
            "label": _words("label", "your_contact"),
            "name": version.lead.name,
            "phone": phone_display(version.lead.phone),
        }
    ]
    for line in version.of(LineKind.CONTACT):
        note = line.when
        if line.substitute_name or line.substitute_phone:
            other = f"{line.substitute_name} {phone_display(line.substitute_phone)}".strip()
            substitute = _words("label", "substitute", name=line.name or line.text)
            note = ". ".join(filter(None, (note, f"{substitute}: {other}")))
        row = {"label": line.text, "name": line.name or version.unit}
        rows.append(
            row
            | ({"phone": phone_display(line.phone)} if line.phone else {})
            | ({"note": note} if note else {})
        )
    return rows


def _review(version: VersionView) -> dict[str, Any]:
    review = {"heading": _words("heading", "review")}
    if version.review_on:
        review["text"] = _words("sentence", "review", date=_day(version.review_on))
    review["note"] = _words(
        "sentence", "change", name=version.lead.name, phone=phone_display(version.lead.phone)
    )
    return review


def _parties(version: VersionView) -> list[dict[str, str]]:
    hows = {"portal": "on_screen", "phone": "by_phone", "paper": "on_paper"}
    given = {c.side: c for c in version.confirmations}
    parties = []
    for side, name in ((Side.CAREGIVER, version.caregiver), (Side.MUNICIPALITY, version.lead.name)):
        party = {"name": name}
        if side in given:
            held = given[side]
            party["confirmed"] = _words(
                "label",
                "confirmed",
                name=name,
                date=_day(held.confirmed_at),
                how=_words("how", hows[held.how]),
            )
        parties.append(party)
    return parties


def _reader_name(actor: Actor, version: VersionView) -> str:
    if actor.is_staff and actor.id:
        return access.get_staff(actor.id).name
    return version.caregiver
