"""The citizen's start page: what waits, what is agreed, whom to call; one transaction for each municipality."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from lagspill.access import queries as access
from lagspill.access import sign_in
from lagspill.access.doors import Request, citizen_start
from lagspill.agreements import queries as agreements
from lagspill.conversations import queries as conversations
from lagspill.kernel import clock, content
from lagspill.kernel.actor import Actor
from lagspill.kernel.acts import written_together
from lagspill.people import queries as people
from lagspill.people.rules import AgeGroup
from lagspill.promises import queries as promises
from lagspill.tenancy import queries as tenancy
from lagspill.tenancy.scope import use_actor


@dataclass(frozen=True)
class OwnFile:
    """What a caregiver sees of the own file in one municipality."""

    file: people.FileView
    helped: str
    invitation: conversations.InvitationView | None
    talk: conversations.TalkView | None
    to_confirm: agreements.AgreementView | None
    agreement: agreements.AgreementView | None
    promises: list[promises.PromiseView]
    contact: access.StaffCard | None
    to_answer: bool = False

    @property
    def is_young(self) -> bool:
        """16 or 17: the page says who does not see it, and whom to call."""
        return self.file.age_group == AgeGroup.SIXTEEN_SEVENTEEN


@dataclass(frozen=True)
class Place:
    """One municipality on the page: own files there, and the own card of who gets help there."""

    number: str
    name: str
    phone: str
    files: list[OwnFile]
    card_person_id: str
    parties: list[people.PartiesView]


@citizen_start("people.visible_files")
@transaction.non_atomic_requests
@require_safe
def start(request: Request) -> HttpResponse:
    """What waits for me, what has been promised, what is agreed, and whom to call."""
    places = []
    for actor in sign_in.citizen_actors(request):
        with use_actor(actor), transaction.atomic(), written_together():
            places.append(_place(actor))
    return render(
        request, "shell/my_start.html", {"places": places, "youth": content.load("youth")}
    )


def _place(actor: Actor) -> Place:
    now = clock.now()
    files = []
    for file in people.list_own_files(actor, now):
        invitation = conversations.get_current_invitation(actor, file.id, now)
        talks = conversations.list_talks(actor, file.id, now)
        versions = agreements.list_versions(actor, file.id, now)
        files.append(
            OwnFile(
                file=file,
                helped=", ".join(
                    r.care_recipient.name for r in file.relations if r.care_recipient.name
                ),
                invitation=invitation if invitation and invitation.state == "sent" else None,
                talk=next((talk for talk in talks if talk.state == "planned"), None),
                to_confirm=next((v for v in versions if v.state == "proposed"), None),
                agreement=next((v for v in versions if v.state == "confirmed"), None),
                promises=promises.list_promises(actor, file.id, now)[:6],
                contact=_contact(file),
                to_answer=people.has_to_answer(actor, file.id, now),
            )
        )
    served = people.find_serving_unit(actor.person_id, now) if actor.person_id else None
    return Place(
        number=actor.municipality or "",
        name=tenancy.municipality_name(actor.municipality or ""),
        phone=tenancy.root_phone(),
        files=files,
        card_person_id=str(actor.person_id) if served else "",
        parties=_parties(actor, is_served=served is not None),
    )


def _parties(actor: Actor, *, is_served: bool) -> list[people.PartiesView]:
    """Who may be told what about oneself, for those who get help, and about each person one lawfully reads for."""
    now = clock.now()
    own = [actor.person_id] if is_served and actor.person_id else []
    others = [row.person.id for row in people.list_read_for(actor, now)]
    return [people.get_parties(actor, person_id, now) for person_id in (*own, *others)]


_NEAREST = ("contact_person", "lead", "substitute", "coordinator")


def _contact(file: people.FileView) -> access.StaffCard | None:
    """Whom to call: the contact person, else the lead of the talk, else the coordinator."""
    ranked = sorted(file.staff, key=lambda row: _NEAREST.index(row[1]) if row[1] in _NEAREST else 9)
    return next((card for card, _role in ranked), None)
