"""Signs in as everybody, asks every address by GET and POST for rows of all kinds, and compares with the policies."""

from __future__ import annotations

import html
import itertools
import random
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, models, transaction
from django.test import Client
from django.urls import Resolver404, get_resolver, resolve

from lagspill.access import identity
from lagspill.access import queries as access
from lagspill.access.doors import Door, door_of
from lagspill.access.models import StaffMember
from lagspill.audit.models import Entry
from lagspill.kernel.actor import Actor, Kind, system_actor
from lagspill.people.models import Item
from lagspill.people.rules import words_of
from lagspill.shell import cast
from lagspill.tenancy.scope import Scope, use, use_actor
from tests.browser import browser_of
from tests.hostile.asking import ROWS, WORDS, Address, addresses
from tests.hostile.forms import Pairs, forms_of
from tests.journeys.life import Life
from tests.proof import oracle

PLACES = (cast.VEFSN, cast.GOL)
#: What only somebody whom the policy lets in is answered.
LET_IN = (200, 204, 303)
NAMED: dict[str, type[models.Model]] = {**ROWS, "staff_id": StaffMember}
#: Words of addresses, where another than the first of the hostile ones opens the page.
AS_WORDS = {"role": "care_recipient"}
ENOUGH_TO_TELL = 12  # letters of a text; shorter ones stand on pages by chance
_TOKENS = re.compile(
    r'(name="csrfmiddlewaretoken" value=")[^"]+|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}'
)


@dataclass(frozen=True)
class Member:
    """Somebody with a browser; an actor in each municipality where they are known."""

    name: str
    kind: Kind
    browser: Client
    actors: dict[str, Actor]


@dataclass
class Answered:
    """What came back, how many statements it took, and what it left in the log (without ids)."""

    status: int
    body: str
    location: str
    statements: int
    logged: list[tuple[Any, ...]]

    def told(self, asked: str) -> tuple[Any, ...]:
        """All that could tell whether the row that was asked for is there."""
        plain = [_TOKENS.sub("-", text.replace(asked, "-")) for text in (self.body, self.location)]
        return (self.status, *plain, self.statements, self.logged)


@dataclass
class Found:
    """What the crawl has seen."""

    requests: int = 0
    entered: int = 0
    refused: int = 0
    compared: int = 0
    let_in: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    met: set[str] = field(default_factory=set)
    posted: set[str] = field(default_factory=set)


class Crawl:
    """The site, its cast and its rows. Every request is rolled back."""

    def __init__(self, life: Life, seed: int) -> None:
        self.now, self.rng, self.found = life.now, random.Random(seed), Found()
        self.addresses = addresses()
        self.doors = dict(_doors())
        self.cast = list(_cast(life))
        params = {param for address in self.addresses for param in address.ids}
        self.rows: dict[tuple[str, str], list[models.Model]] = {}
        for place in PLACES:
            with use_actor(system_actor("proof.crawl", place)):
                for param in params:
                    kinds = [NAMED[param]] if param in NAMED else oracle.models_named(param)
                    self.rows[param, place] = [row for kind in kinds for row in oracle.load(kind)]
        self.bodies: dict[str, Pairs] = {}
        self._hidden_words: dict[str, frozenset[str]] = {}
        self._may: dict[tuple[str, str, Any], bool] = {}
        self._absences: dict[tuple[str, ...], tuple[Any, ...]] = {}
        self._seen_ids: dict[tuple[str, str], set[Any]] = {}

    # --- what is asked ------------------------------------------------------------------------------------------------

    def walk(self, members: list[Member], reach: int, *, every: float = 1.0) -> Found:
        """Ask a share `every` of all pairs of member and address, for up to `reach` rows of each sort."""
        self._gather()
        for address in self.addresses:
            for member in members:
                if self.rng.random() < every:
                    self._visit(member, address, "GET", reach)
                    self._visit(member, address, "POST", reach)
        return self.found

    def _gather(self) -> None:
        """Open each page once as somebody who may, so that a POST carries what its form would send."""
        for address in self.addresses:
            for member, place in itertools.product(self.cast, PLACES):
                actor, door = member.actors.get(place), self.doors[address.name]
                if actor is None or door.kind not in (member.kind.value, "signed_in"):
                    continue
                rows: list[Any] = [None]
                if address.ids:
                    held = self.rows[sorted(address.ids)[0], place]
                    seen = self._seen(actor, held)
                    rows = [row for row in held if row.pk in seen][:2]
                if {self._open(member, address, row, place) for row in rows} & {200, 405}:
                    break  # the page, or an address without one

    def _open(self, member: Member, address: Address, row: models.Model | None, place: str) -> int:
        actor = member.actors.get(place)
        got = self.ask(member, "GET", address, self._path(address, place, row and row.pk))
        may = self._asks(actor, self.doors[address.name], row)
        self._judge(member, address, "GET", got, may=may, about=place, row=row, actor=actor)
        return got.status

    def _visit(self, member: Member, address: Address, method: str, reach: int) -> None:
        if address.name in ("sign-out", "demo-sign-in", "alive", "ready"):
            return  # they change or know no member
        params = [param for param in address.parameters if param in address.ids]
        self.found.met.add(address.name)
        if not params:
            self._alone(member, address, method)
            return
        kinds = {"staff": Kind.STAFF, "citizen": Kind.CITIZEN}
        door = self.doors[address.name]
        if kinds.get(door.kind, member.kind) is not member.kind:
            rows = self.rows[params[0], PLACES[0]][:1]  # turned away before any row is looked for
            for row in rows:
                self._knock(member, address, method, row, PLACES[0])
            return
        for place in PLACES:
            for row in self._some(member, address, self.rows[params[0], place], place, reach):
                self._knock(member, address, method, row, place)

    def _alone(self, member: Member, address: Address, method: str) -> None:
        for place in PLACES if "number" in address.parameters else PLACES[:1]:
            got = self.ask(member, method, address, self._path(address, place, None))
            actor = member.actors.get(place) if "number" in address.parameters else _any(member)
            may = self._asks(actor, self.doors[address.name], None)
            self._judge(member, address, method, got, may=may, about=place)

    def _some(
        self, member: Member, address: Address, rows: list[models.Model], place: str, reach: int
    ) -> list[models.Model]:
        """Up to `reach` rows that the member may know of, and as many hidden ones; the door's policy is asked of each."""
        actor = member.actors.get(place)
        seen = self._seen(actor, rows)
        mixed = self.rng.sample(rows, len(rows))
        return [
            *[row for row in mixed if row.pk in seen][:reach],
            *[row for row in mixed if row.pk not in seen][:reach],
        ]

    def _seen(self, actor: Actor | None, rows: list[models.Model]) -> set[Any]:
        if actor is None or not rows:
            return set()
        key = (f"{actor.id} {actor.municipality}", type(rows[0]).__name__)
        if key not in self._seen_ids:
            with use_actor(actor), transaction.atomic():
                self._seen_ids[key] = oracle.seen_among(actor, rows, self.now)
        return self._seen_ids[key]

    def _knock(
        self, member: Member, address: Address, method: str, row: models.Model, place: str
    ) -> None:
        actor, door = member.actors.get(place), self.doors[address.name]
        may = self._asks(actor, door, row)
        got = self.ask(member, method, address, self._path(address, place, row.pk))
        about = f"{type(row).__name__} in {place}"
        self._judge(member, address, method, got, may=may, about=about, row=row, actor=actor)
        if may or got.status == 403:
            return
        self.found.compared += 1
        hidden, absent = got.told(str(row.pk)), self._absent(member, address, method, place)
        if hidden != absent:  # once more, now that nothing is asked for the first time
            self._absences.clear()
            again = self.ask(member, method, address, self._path(address, place, row.pk))
            hidden, absent = again.told(str(row.pk)), self._absent(member, address, method, place)
        if hidden != absent:
            apart = [f"{a!r:.60} {b!r:.60}" for a, b in zip(hidden, absent, strict=True) if a != b]
            self.found.told.append(f"{member.name} {method} {address.name} {about}: {apart}")

    def _absent(self, member: Member, address: Address, method: str, place: str) -> tuple[Any, ...]:
        """What is answered for an id that nobody has; asked once for each form that is sent."""
        sent = str(self.bodies.get(address.name)) if method == "POST" else ""
        key = (member.name, address.name, method, place, sent)
        if key not in self._absences:
            nothing = uuid.UUID(int=self.rng.getrandbits(128), version=4)
            got = self.ask(member, method, address, self._path(address, place, nothing))
            self._absences[key] = got.told(str(nothing))
        return self._absences[key]

    # --- what is answered ---------------------------------------------------------------------------------------------

    def ask(self, member: Member, method: str, address: Address, path: str) -> Answered:
        """Ask once and take back whatever it did. A POST carries the form that some page has for this address."""
        self.found.requests += 1
        sent: dict[str, list[str]] = {}
        if method == "POST":
            for name, value in self.bodies.get(address.name, []):
                sent.setdefault(name, []).append(value)
            self.found.posted |= {address.name} if sent else set()
        count = _Count()
        cookies = dict(member.browser.cookies)
        with transaction.atomic():
            with connection.execute_wrapper(count):
                response: Any = (
                    member.browser.get(path) if method == "GET" else member.browser.post(path, sent)
                )
            content = response.getvalue()
            logged = self._logged()
            transaction.set_rollback(True)
        member.browser.cookies.clear()
        member.browser.cookies.update(cookies)
        is_page = response.headers.get("Content-Type", "").startswith("text/html")
        body = content.decode() if is_page else ""
        if method == "GET" and response.status_code == 200 and is_page:
            self._keep_forms(path, body)
        return Answered(
            response.status_code, body, response.headers.get("Location", ""), count.made, logged
        )

    def _logged(self) -> list[tuple[Any, ...]]:
        """Rows of the log at this moment, which is the request's alone; of ids only whether there is one."""
        rows = []
        for place in PLACES:
            with use_actor(system_actor("proof.crawl", place)):
                for row in Entry.objects.filter(at=self.now, id__gt=self.newest).order_by("id"):
                    ids = (row.object_id, row.file_id, row.person_id)
                    held = tuple(value is not None for value in ids)
                    rows.append((place, row.act, row.verb, row.noun, row.reason, row.fields, *held))
        return rows

    @property
    def newest(self) -> uuid.UUID:
        """Ids of the log grow: what is asked here comes after what was there before."""
        if not hasattr(self, "_newest"):
            held = []
            for place in PLACES:
                with use_actor(system_actor("proof.crawl", place)):
                    held += Entry.objects.order_by("-id").values_list("id", flat=True)[:1]
            self._newest = max(held)
        return self._newest

    def _keep_forms(self, path: str, body: str) -> None:
        for form in forms_of(path, body):
            if form.method != "post":
                continue
            try:
                name = resolve(form.action.split("?")[0]).url_name or ""
            except Resolver404:
                continue
            sent = {field_name for field_name, _ in form.pairs}
            offers = [pair for pair in form.offers.items() if pair[0] not in sent]
            pairs = [
                (key, "Noen ord om dagen." if key in form.texts and not value else value)
                for key, value in [*form.pairs, *form.buttons[:1], *offers]
            ]
            if len(pairs) > len(self.bodies.get(name, [])):
                self.bodies[name] = pairs

    def _judge(
        self,
        member: Member,
        address: Address,
        method: str,
        got: Answered,
        *,
        may: bool,
        about: str,
        row: models.Model | None = None,
        actor: Actor | None = None,
    ) -> None:
        said = f"{member.name} {method} {address.name} {about}: {got.status}"
        if got.status in LET_IN:
            self.found.entered += 1
            if not may:
                self.found.let_in.append(said)
        else:
            self.found.refused += 1
        if got.status >= 500:
            self.found.broken.append(said)
        if got.status == 403 and row is not None and not self._sees(actor, row):
            self.found.told.append(f"{said} and may not know of it")
        if got.body and got.status in LET_IN:
            words = [word for word in self.hidden_words(member) if word in html.unescape(got.body)]
            self.found.let_in += [f"{said} holds {word!r:.70}" for word in words]

    # --- what the policies say ----------------------------------------------------------------------------------------

    def _asks(self, actor: Actor | None, door: Door, row: models.Model | None) -> bool:
        if actor is None:
            return door.kind in ("public", "demo")
        key = (f"{actor.id} {actor.municipality}", f"{door.kind} {door.policy}", row and row.pk)
        if key not in self._may:
            with use_actor(actor), transaction.atomic():
                self._may[key] = oracle.may_enter(actor, door, row, self.now)
        return self._may[key]

    def _sees(self, actor: Actor | None, row: models.Model) -> bool:
        return row.pk in self._seen(actor, self._rows_like(row))

    def _rows_like(self, row: models.Model) -> list[models.Model]:
        held = [rows for rows in self.rows.values() if row in rows]
        return held[0]

    def hidden_words(self, member: Member) -> frozenset[str]:
        """Texts of items that no policy gives the member, wherever they are known."""
        if member.name not in self._hidden_words:
            told: set[str] = set()
            for place, actor in member.actors.items():
                with use_actor(actor), transaction.atomic():
                    told |= self._words(actor, place)
            self._hidden_words[member.name] = frozenset(self.all_words - told)
        return self._hidden_words[member.name]

    @property
    def all_words(self) -> set[str]:
        """Every text that is long enough to be known again."""
        if not hasattr(self, "_all_words"):
            held: set[str] = set()
            for place in PLACES:
                with use_actor(system_actor("proof.crawl", place)) as system:
                    self._items = getattr(self, "_items", {}) | {
                        place: list(Item.objects.values_list("id", flat=True))
                    }
                    held |= self._words(system, place)
            self._all_words = {text for text in held if len(text) >= ENOUGH_TO_TELL}
        return self._all_words

    def _words(self, actor: Actor, place: str) -> set[str]:
        return {
            words.text
            for told in words_of(actor, self._items[place], self.now).values()
            for words in told
        }

    def _path(self, address: Address, place: str, row_id: Any) -> str:
        words = {
            param: AS_WORDS.get(param) or WORDS.get(param, (param,))[0]
            for param in set(address.parameters) - address.ids
        }
        if "number" in words:
            words["number"] = place
        return address.path(dict.fromkeys(address.ids, str(row_id)) | words)


class _Count:
    def __init__(self) -> None:
        self.made = 0

    def __call__(self, execute: Any, *arguments: Any) -> Any:
        self.made += 1
        return execute(*arguments)


def _doors() -> Iterator[tuple[str, Door]]:
    """The door of every address, by its name."""

    def inside(resolver: Any) -> Iterator[tuple[str, Door]]:
        for pattern in resolver.url_patterns:
            if hasattr(pattern, "url_patterns"):
                yield from inside(pattern)
            else:
                door = door_of(pattern.callback)
                assert door is not None, pattern
                yield pattern.name or str(pattern.pattern), door

    return inside(get_resolver())


def _cast(life: Life) -> Iterator[Member]:
    """All staff there are in each municipality, the citizens of the life, and a visitor."""
    yield Member("visitor", Kind.VISITOR, Client(), {})
    for place in PLACES:
        with use_actor(system_actor("proof.crawl", place)):
            staff = list(StaffMember.objects.order_by("id"))
        for one in staff:
            with use(Scope(municipality=place, kind=Kind.STAFF.value)), transaction.atomic():
                actor = access.get_staff_actor(one.id, place)
            yield Member(f"{one.name} ({place})", Kind.STAFF, browser_of(actor), {place: actor})
    for name, actor in life.actors.items():
        if not actor.is_citizen or actor.id is None:
            continue
        with use(Scope(kind=Kind.CITIZEN.value, actor=str(actor.id))), transaction.atomic():
            known = {
                at.municipality: Actor(Kind.CITIZEN, actor.id, at.municipality, at.person_id)
                for at in identity.places_of(actor.id)
            }
        yield Member(name, Kind.CITIZEN, browser_of(actor), known)


def _any(member: Member) -> Actor | None:
    """The member where the address names no municipality; a citizen whom nobody knows is one all the same."""
    if member.actors:
        return next(iter(member.actors.values()))
    return Actor(Kind.CITIZEN, uuid.uuid4()) if member.kind is Kind.CITIZEN else None
