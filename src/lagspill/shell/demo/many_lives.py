"""Forty caregivers in Vefsn at every point of the path, and a few in Hol and Gol. Seeded: the same day, the same world."""

from __future__ import annotations

import random
import uuid
from datetime import date, datetime, timedelta

from lagspill.agreements import demo as agreements
from lagspill.agreements.rules import LineKind, Who
from lagspill.assessments import demo as assessments
from lagspill.conversations import demo as talks
from lagspill.conversations.demo import Said
from lagspill.conversations.rules import Answer, Need
from lagspill.kernel.actor import Actor
from lagspill.kernel.national_id import make_synthetic
from lagspill.people.rules import About, Audience
from lagspill.promises import operations as promises
from lagspill.promises import queries as promise_queries
from lagspill.shell.cast import GOL, HOL, VEFSN
from lagspill.shell.demo import lives
from lagspill.shell.demo.lives import Caregiver, task
from lagspill.shell.demo.places import Town
from lagspill.tenancy.scope import use_actor

SEED = 20261125
FIRST = [
    "Ingrid",
    "Jon",
    "Fatima",
    "Per",
    "Bjørn",
    "Marit",
    "Tuan",
    "Lan",
    "Gudrun",
    "Kåre",
    "Solveig",
    "Oddvar",
    "Yusuf",
    "Berit",
    "Ivar",
    "Astrid",
    "Leif",
    "Randi",
    "Terje",
    "Wenche",
    "Hans",
    "Liv",
    "Arvid",
    "Turid",
    "Nils",
    "Gro",
    "Odd",
    "Kristin",
    "Trygve",
    "Eli",
    "Åse",
    "Máret",
    "Olav",
    "Sissel",
    "Finn",
    "Rigmor",
    "Ahmed",
    "Ellinor",
    "Stein",
    "Unni",
]
LAST = [
    "Bakken",
    "Eira",
    "Noor",
    "Li",
    "Aas",
    "Haugli",
    "Solheim",
    "Nguyen",
    "Strand",
    "Myhre",
    "Dalen",
    "Kvam",
    "Hagen",
    "Lund",
    "Sørli",
    "Moen",
    "Brekke",
    "Vik",
    "Sæther",
    "Rønning",
    "Fjell",
    "Utne",
    "Holte",
    "Nygård",
    "Tveit",
    "Åsen",
    "Øien",
    "Skar",
    "Ness",
    "Grønn",
]
CODES = (
    "spouse_partner",
    "adult_child",
    "adult_child",
    "sibling",
    "friend",
    "parent",
    "other_family",
)
PROMISES = (
    "Ringe tilbake om dagsenter",
    "Svare på søknaden om avlastning",
    "Bestille tid hos fysioterapeut",
    "Sende oversikt over kurs for pårørende",
    "Sjekke om det trengs rullator",
)
SAID = (
    Said("T01", "Å få sove en hel natt iblant.", Audience.TALK, About.CAREGIVER),
    Said("T04", "Handler og lager middag.", Audience.SHARED, About.CARE_RECIPIENT),
    Said("T07", "Ring på mobil, helst om ettermiddagen.", Audience.SERVICE, About.CAREGIVER),
)
LINES = (
    task("Handler og lager middag", Who.CAREGIVER, "mandag til fredag"),
    task("Medisiner", Who.SERVICE, "morgen og kveld"),
    task("Følge til lege", Who.SHARED),
    agreements.line(LineKind.WILL_NOT, "Jeg er ikke med på stell."),
)
#: How many of the forty stand where.
POINTS = (
    ["new"] * 8
    + ["invited"] * 6
    + ["silent"] * 2
    + ["declined"] * 2
    + ["later"] * 2
    + ["planned"] * 6
    + ["talked"] * 4
    + ["draft"] * 2
    + ["proposed"] * 3
    + ["agreed"] * 7
)
ZONES = {
    "hjemme-nord": "Elin Holm",
    "hjemme-sor": "Silje Aune",
    "hjemme-midt": "Arild Fjeld",
    "sykehjem": "Hilde Berge",
}


def build(towns: dict[str, Town], now: datetime) -> None:
    """Build them, in an order that mixes the units."""
    rng = random.Random(SEED)  # noqa: S311  # a demo, no secret
    vefsn = towns[VEFSN]
    zones = list(ZONES)
    helped = [
        (
            lives.add_care_recipient(
                vefsn, now - timedelta(days=500), name=_name(rng), unit=unit, birth_on=_born(rng)
            ),
            unit,
        )
        for unit in (zones[n % len(zones)] for n in range(30))
    ]
    for serial, point in enumerate(POINTS, start=100):
        recipient, unit = helped[serial % len(helped)]
        _Life(vefsn, vefsn.staff["Kari Moe"], vefsn.staff[ZONES[unit]], unit, rng, now).run(
            serial, recipient, point
        )
    for number, unit, leader in ((HOL, "hol-hjemme", "Guro Lie"), (GOL, "gol-hjemme", "Tor Hagen")):
        town = towns[number]
        coordinator = town.staff["Ingunn Bakke" if number == HOL else "Berit Solli"]
        for serial, point in enumerate(("new", "invited", "agreed"), start=300):
            recipient = lives.add_care_recipient(
                town, now - timedelta(days=300), name=_name(rng), unit=unit, birth_on=_born(rng)
            )
            _Life(town, coordinator, town.staff[leader], unit, rng, now).run(
                serial, recipient, point
            )


def _name(rng: random.Random) -> str:
    return f"{rng.choice(FIRST)} {rng.choice(LAST)}"


def _born(rng: random.Random) -> date:
    return date(1931, 1, 1) + timedelta(days=rng.randrange(9000))


class _Life:
    """One caregiver's way to the point where they stand today."""

    def __init__(
        self,
        town: Town,
        coordinator: Actor,
        owner: Actor,
        unit: str,
        rng: random.Random,
        now: datetime,
    ) -> None:
        self.town, self.coordinator, self.owner, self.unit = town, coordinator, owner, unit
        self.rng, self.now = rng, now

    def ago(self, days: int) -> datetime:
        """That many days ago, at the same hour."""
        return self.now - timedelta(days=days)

    def run(self, serial: int, recipient: uuid.UUID, point: str) -> None:
        """Live until `point`."""
        since = {"new": self.rng.randrange(1, 12), "invited": 20}.get(point, 150)
        caregiver = self._register(serial, recipient, since)
        if point == "new":
            return
        if point in ("invited", "silent"):
            lives.invite(
                self.coordinator,
                self.ago(self.rng.randrange(1, 9) if point == "invited" else 60),
                caregiver.file_id,
            )
            return
        begun = {"agreed": 140, "planned": 4}.get(point, 12)
        talk_id = self._answered(caregiver, point, begun)
        if talk_id is None or point == "planned":
            return
        self._talked(talk_id, begun - 8 if begun > 20 else 3)
        if point == "talked":
            return
        self._agreed(caregiver, talk_id, point, 120 if point == "agreed" else 2)

    def _register(self, serial: int, recipient: uuid.UUID, days: int) -> Caregiver:
        born = date(1950, 1, 1) + timedelta(days=self.rng.randrange(12000))
        signs_in = serial % 3 != 0
        made = lives.add_caregiver(
            self.town,
            self.ago(days),
            name=_name(self.rng),
            care_recipient_id=recipient,
            code=self.rng.choice(CODES),
            unit=self.unit,
            reach=lives.reach(
                serial, email=signs_in, note="Ring etter klokka fire." if serial % 5 == 0 else ""
            ),
            birth_on=born,
            digits=make_synthetic(born, serial % 50).digits if signs_in else "",
        )
        if made.citizen and serial % 4 == 0:
            with use_actor(made.citizen):
                assessments.answer_over_time(
                    actor=made.citizen,
                    now=self.now,
                    file_id=made.file_id,
                    given=[(min(days, 3), [self.rng.randrange(5) for _ in range(5)])],
                    wants_call=serial % 8 == 0,
                )
        return made

    def _answered(self, caregiver: Caregiver, point: str, days: int) -> uuid.UUID | None:
        answer = {"declined": Answer.NO, "later": Answer.LATER}.get(point, Answer.YES)
        needs = (Need.STAND_IN,) if answer is Answer.YES and self.rng.random() < 0.3 else ()
        return lives.invite_and_answer(
            self.coordinator,
            caregiver.citizen,
            caregiver.file_id,
            sent_at=self.ago(days),
            answered_at=self.ago(days - 2),
            answer=answer,
            needs=needs,
        )

    def _talked(self, talk_id: uuid.UUID, days: int) -> None:
        with use_actor(self.coordinator):
            talks.talk(actor=self.coordinator, now=self.ago(days), talk_id=talk_id, said=SAID)

    def _agreed(self, caregiver: Caregiver, talk_id: uuid.UUID, point: str, days: int) -> None:
        chosen = self.rng.sample(PROMISES, 2)
        drafted_at = self.ago(days)
        measures = [
            lives.measure(
                self.town, drafted_at, text, days=within, unit=self.unit, owner=self.owner
            )
            for text, within in zip(chosen, (5, 90 if point == "agreed" else 10), strict=True)
        ]
        lives.agreed(
            self.coordinator,
            caregiver.file_id,
            talk_id,
            [*LINES, *measures],
            caregiver=caregiver.citizen,
            drafted_at=drafted_at,
            proposed_at=None if point == "draft" else self.ago(days - 1),
            confirmed_at=self.ago(days - 2) if point == "agreed" else None,
        )
        if point == "agreed" and self.rng.random() < 0.8:
            self._keep(caregiver.file_id, chosen[0], self.ago(days - 6))

    def _keep(self, file_id: uuid.UUID, text: str, kept_at: datetime) -> None:
        with use_actor(self.coordinator):
            rows = promise_queries.list_promises(self.coordinator, file_id, self.now)
            promise_id = next(row.id for row in rows if row.text == text)
            promises.keep_promise(actor=self.coordinator, now=kept_at, promise_id=promise_id)
