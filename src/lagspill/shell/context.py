"""What every page's frame needs: whose page it is, where one can go, whom to call. At most two small queries."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from lagspill.access import queries as access
from lagspill.access import sign_in
from lagspill.access.doors import Request
from lagspill.access.rules import Role
from lagspill.kernel import clock, content
from lagspill.kernel.actor import VISITOR, Actor
from lagspill.people import queries as people
from lagspill.people.rules import AgeGroup
from lagspill.tenancy import queries as tenancy
from lagspill.tenancy.scope import use_actor


def page(request: Request) -> dict[str, Any]:
    """Names of the frame's context, as the component library lists them."""
    actor: Actor = getattr(request, "actor", VISITOR)
    if actor.is_staff:
        return _staff(request, actor)
    if actor.is_citizen:
        return _citizen(request, actor)
    found = {"home_url": "/", "sign_in_url": reverse("sign-in"), **_place(None)}
    if sign_in.is_demo():
        found["demo_notice"] = _("Oppdiktet innhold")
    return found


def _place(number: str | None) -> dict[str, Any]:
    """The municipality by name, and in demo mode that its content is invented (contract: "Demo sign-in")."""
    if not number:
        return {}
    name = tenancy.municipality_name(number)
    place = {"site_name": _("%(name)s kommune") % {"name": name}}
    if sign_in.is_demo():
        place["demo_notice"] = _("%(name)s (oppdiktet innhold)") % {"name": name}
    return place


def _link(request: Request, name: str, label: str, icon: str, *also: str) -> dict[str, Any]:
    match = request.resolver_match
    return {
        "label": label,
        "url": reverse(name),
        "icon": icon,
        "current": bool(match and match.url_name in (name, *also)),
    }


def _staff(request: Request, actor: Actor) -> dict[str, Any]:
    # A refusal is answered after the view's transaction has ended, and outside one the database shows nobody.
    with transaction.atomic(savepoint=False):
        card = access.get_staff(actor.id) if actor.id else None
    roles = [str(content.roles()[grant.role].label) for grant in actor.grants[:1]]
    nav = [
        _link(request, "staff-start", _("Start"), "House"),
        _link(request, "worklist", _("Arbeidsliste"), "Tasklist"),
        _link(request, "my-cards", _("Avtalekort"), "PersonRectangle", "card"),
        _link(request, "kept", _("Løfter"), "Handshake", "promise"),
    ]
    if actor.has_role(clock.now(), Role.PRIVACY_OFFICER):
        nav = [*nav[:2], _link(request, "log-search", _("Logg"), "FileSearch")]
    if actor.has_role(clock.now(), Role.CHILD_RESPONSIBLE):
        nav.insert(2, _link(request, "children", _("Barn"), "FigureChild", "child"))
    if actor.has_role(clock.now(), Role.ADMIN):
        nav = [
            *nav[:2],
            _link(request, "staff-links", _("Kobling"), "Link", "staff-link"),
            _link(request, "storage-policy", _("Lagring"), "Archive"),
        ]
    return {
        "home_url": reverse("staff-start"),
        "nav": nav,
        "person": {"name": card.name if card else "", "role": "".join(roles), "links": []},
        "opened": people.find_opened(actor, clock.now()) if actor.openings else None,
        **_place(actor.municipality),
    }


def _citizen(request: Request, actor: Actor) -> dict[str, Any]:
    first = actor if actor.person_id else next(iter(sign_in.citizen_actors(request)), None)
    found: dict[str, Any] = {"home_url": reverse("my-start"), "person": {"name": _("Min side")}}
    if first is None:
        return {**found, **({"demo_notice": _("Oppdiktet innhold")} if sign_in.is_demo() else {})}
    with use_actor(first), transaction.atomic():
        name, age = people.get_own_head(first, clock.now())
        found["person"] = {"name": name, "links": []}
        if age is AgeGroup.SIXTEEN_SEVENTEEN:
            # Whoever looks over a shoulder, or at the history of a shared machine, learns nothing from a title.
            found["neutral_title"] = _("Min side")
            found["leave_url"] = content.load("youth")["leave_to"]
        found["help_phone"] = tenancy.root_phone()
        found["help_label"] = _("Ring kommunen")
    if actor.person_id or len(getattr(request, "places", ())) == 1:
        found |= _place(first.municipality)
    elif sign_in.is_demo():
        found["demo_notice"] = _("Oppdiktet innhold")
    return found
