"""The copy of a yes by telephone or paper, as the letter the caregiver gets."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from lagspill.access import queries as access
from lagspill.kernel import content
from lagspill.kernel.actor import Actor
from lagspill.kernel.calendar import oslo_today
from lagspill.people.models import PendingWidening
from lagspill.people.queries.files import FileView
from lagspill.people.queries.item_page import item_text
from lagspill.tenancy import queries as tenancy
from lagspill.ui import dates
from lagspill.ui.names import phone_display


def copy_letter(
    actor: Actor, file: FileView, rows: Sequence[PendingWidening], now: datetime
) -> tuple[str, dict[str, Any]]:
    """Title and data of the letter, as `ui.documents` wants them, in the caregiver's language. Raises NotFound."""
    language = file.language or "nb"
    text = content.load("storage")

    def say(key: str) -> str:
        return text.text_at(f"copy.{key}").in_(language)

    taker = access.get_staff(rows[-1].taken_by_id)
    phone = phone_display(taker.phone or tenancy.root_phone())
    with override(language):
        municipality = _("%(name)s kommune") % {
            "name": tenancy.municipality_name(file.municipality)
        }
        page_label = _("Side {page} av {pages}")
        unprintable = _("Noen tegn kan ikke skrives ut og er vist som en rute.")
        said = [(item_text(actor, row.item_id, now), row.sentence) for row in rows]
    data: dict[str, Any] = {
        "sender": {"name": municipality, "address": tenancy.get_unit(file.unit_id).name},
        "recipient": [
            file.caregiver.name,
            *[part.strip() for part in file.reach.address.split(",") if part.strip()],
        ],
        "date": dates.date_full(oslo_today(now), language),
        "title": say("title"),
        "blocks": [
            {"text": say("lead")},
            *[
                {"heading": say("words"), "text": f"{words}\n\n{say('readers')}: {sentence}"}
                for words, sentence in said
            ],
            {
                "heading": say("undo"),
                "text": content.load("audiences").text_at("undo").fill(language, phone=phone),
            },
        ],
        "contact": {"label": say("call"), "name": taker.name, "phone": phone},
        "signature": {"greeting": say("greeting"), "name": taker.name, "role": taker.title},
        "page_label": page_label,
        "unprintable_note": unprintable,
        "large": False,
    }
    if settings.MODE != "production":
        name = tenancy.municipality_name(file.municipality)
        note = content.load("invitation").text_at("letter.demo")
        data["demo_note"] = note.fill(language, municipality=name)
    return say("title"), data
