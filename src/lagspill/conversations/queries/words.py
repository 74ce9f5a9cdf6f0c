"""The words of an invitation, made from `content/invitation.toml`: the same on the screen, in the preview and in the letter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from lagspill.access import queries as access
from lagspill.conversations.rules import Form, Others, Plan
from lagspill.kernel import content
from lagspill.kernel.actor import Actor, system_actor
from lagspill.kernel.content import Text
from lagspill.people.queries import FileView
from lagspill.tenancy import queries as tenancy
from lagspill.tenancy.scope import use_actor
from lagspill.ui import dates, names

#: Stands where the code will stand, in a preview.
_CODE = "················"


@dataclass(frozen=True)
class Block:
    """One part of the invitation: a heading, what is said, and the topics where they belong."""

    id: str
    heading: str
    text: str
    entries: tuple[str, ...] = ()


@dataclass(frozen=True)
class InvitationWords:
    """The whole text in one language, and whom to call."""

    title: str
    language: str
    blocks: tuple[Block, ...]
    leader: str
    leader_role: str
    phone: str
    hours: str


def invitation_words(
    actor: Actor,
    file: FileView,
    plan: Plan,
    *,
    language: str,
    today: date,
    with_code: bool = False,
    code: str = "",
) -> InvitationWords:
    """Everything a caregiver must know before saying yes or no (domain §4), in `language`.

    With `with_code` the part about answering online is there; without a `code` its place is shown and not its letters.
    `file` was read through `people.queries.get_file`, `plan` through a query of this capability or made by the actor.
    """
    words = content.load("invitation")
    leader = access.list_staff([plan.lead_id]).get(plan.lead_id)
    role = _role_of(actor, plan, language)
    values = _values(file, plan, language, today)
    values |= {
        "leader": leader.name if leader else "",
        "leader_role": (leader.title if leader else "") or role,
        "phone": names.phone_display((leader.phone if leader else "") or tenancy.root_phone()),
        "hours": words.text_at("hours").in_(language),
        "code": code or _CODE,
        "address": settings.SITE_URL.rstrip("/").partition("://")[2] + "/min/kode/",
    }
    blocks = tuple(
        _block(row, values, plan, language)
        for row in words["block"]
        if "when" not in row or with_code
    )
    return InvitationWords(
        words.text_at("title").in_(language),
        language,
        blocks,
        values["leader"],
        values["leader_role"],
        values["phone"],
        values["hours"],
    )


def _block(row: Any, values: dict[str, str], plan: Plan, language: str) -> Block:
    is_topics = row["id"] == "topics"
    entries = (
        tuple(content.topics()[code].title.in_(language) for code in plan.topics)
        if is_topics
        else ()
    )
    heading = _filled(row["heading"], values, language) if "heading" in row else ""
    said = dates.capital(_filled(row["text"], values, language).strip())
    return Block(row["id"], heading, said, entries)


def _filled(text: Text, values: dict[str, str], language: str) -> str:
    return text.fill(language, **{name: values[name] for name in text.placeholders})


def _values(file: FileView, plan: Plan, language: str, today: date) -> dict[str, str]:
    words = content.load("invitation")
    instead = content.load("audiences").text_at("instead.care_recipient").in_(language)
    known = [
        relation.care_recipient.name
        for relation in file.relations
        if relation.id in plan.relation_ids and relation.care_recipient.name
    ]
    recipient = _joined(known, language) or instead
    with override(language):
        municipality = _("%(name)s kommune") % {
            "name": tenancy.municipality_name(file.municipality)
        }
    day, at = _when(plan, language, today)
    return {
        "municipality": municipality,
        "caregiver": file.caregiver.name,
        "care_recipient": recipient,
        "day": day,
        "time": at,
        "place": place_words(plan.form, plan.place, language),
        "others": _others(plan, recipient, language),
        "reply_by": dates.date_long(plan.reply_by, language, today),
        "topics": "",
        "may_share": words.text_at("may_share.no_consent").fill(language, care_recipient=recipient),
    }


def place_words(form: Form, place: str, language: str) -> str:
    """Where and how, as it stands in a sentence."""
    text = content.load("invitation").text_at(f"place.{form.value}")
    return text.fill(language, **({"street": place} if text.placeholders else {})).rstrip(", ")


def _when(plan: Plan, language: str, today: date) -> tuple[str, str]:
    """The days and the time of the last: "torsdag 3. desember kl. 10.00 eller fredag 4. desember", "kl. 12.00"."""
    *earlier, last = sorted(plan.times)
    days = [
        f"{dates.date_long(moment, language, today)} {dates.clock(moment, language)}"
        for moment in earlier
    ]
    days.append(dates.date_long(last, language, today))
    return _joined(days, language, word={"en": "or"}.get(language, "eller")), dates.clock(
        last, language
    )


def _others(plan: Plan, recipient: str, language: str) -> str:
    text = content.load("invitation").text_at(f"others.{plan.others.value}")
    values = {"care_recipient": recipient, "names": plan.others_names}
    if plan.others is Others.NAMES and not plan.others_names:
        text = content.load("invitation").text_at("others.nobody")
    return _filled(text, values, language)


def _role_of(actor: Actor, plan: Plan, language: str) -> str:
    """The role of the one who leads. Caregivers may know it too, but memberships are closed to them."""
    number = actor.municipality or ""
    with use_actor(system_actor("conversations.words", number)):
        grants = access.get_staff_actor(plan.lead_id, number).grants
    return content.roles()[grants[0].role].label.in_(language).lower()


def _joined(parts: Sequence[str], language: str, word: str = "") -> str:
    last_word = word or {"en": "and"}.get(language, "og")
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {last_word} {parts[-1]}"


def first_words(care_recipient: str, language: str) -> str:
    """What is said or read aloud before the first word is written."""
    instead = content.load("audiences").text_at("instead.care_recipient").in_(language)
    text = content.load("invitation").text_at("before_first_word")
    return text.fill(language, care_recipient=care_recipient or instead)


def letter_data(file: FileView, plan: Plan, words: InvitationWords, now_on: date) -> dict[str, Any]:
    """What `ui.documents.render("letter", …)` wants, in the invitation's language; shapes only what it is given."""
    text = content.load("invitation")
    language = words.language
    said = {block.id: block for block in words.blocks}

    def slip(name: str, **values: str) -> str:
        return text.text_at(f"reply_slip.{name}").fill(language, **values)

    with override(language):
        municipality = _("%(name)s kommune") % {
            "name": tenancy.municipality_name(file.municipality)
        }
        page_label = _("Side {page} av {pages}")
        unprintable = _("Noen tegn kan ikke skrives ut og er vist som en rute.")
    data: dict[str, Any] = {
        "sender": {"name": municipality, "address": tenancy.get_unit(file.unit_id).name},
        "recipient": [file.caregiver.name, *_lines(file.reach.address)],
        "date": dates.date_full(now_on, language),
        "title": words.title,
        "blocks": [
            {
                **({"heading": block.heading} if block.heading else {}),
                "text": block.text,
                **({"list": list(block.entries)} if block.entries else {}),
            }
            for block in words.blocks
            if block.id != "closing"
        ],
        "contact": {
            "label": text.text_at("letter.call_us").in_(language),
            "name": words.leader,
            "phone": words.phone,
            "hours": words.hours,
        },
        "signature": {
            "greeting": said["closing"].text,
            "name": words.leader,
            "role": words.leader_role,
            "space": True,
        },
        "reply_slip": {
            "title": slip("title"),
            "how": slip("how", phone=words.phone),
            "choices": [slip(name) for name in ("yes", "other_time", "not_now", "no")],
            "place_label": slip("place"),
            "places": [slip(name) for name in ("home", "office", "by_phone", "video")],
            "needs": [slip("stay")],
            "lines": [slip("interpreter"), slip("phone")],
            "return_to": [municipality, tenancy.get_unit(file.unit_id).name],
        },
        "page_label": page_label,
        "unprintable_note": unprintable,
        "large": plan.is_large,
    }
    if settings.MODE != "production":
        name = tenancy.municipality_name(file.municipality)
        data["demo_note"] = text.text_at("letter.demo").fill(language, municipality=name)
    return data


def _lines(address: str) -> list[str]:
    return [part.strip() for part in address.replace("\n", ",").split(",") if part.strip()]
