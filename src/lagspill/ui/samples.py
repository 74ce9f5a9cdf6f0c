"""Invented content for the gallery. Nobody here exists."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django import forms

from lagspill.kernel import content
from lagspill.ui import charts, fields
from lagspill.ui.dates import local_time

Context = dict[str, Any]

FRAME: Context = {
    "site_name": "Vefsn kommune",
    "demo_notice": "Vefsn (oppdiktet innhold)",
    "help_phone": "00123456",
    "help_label": "Ring oss",
    "help_hours": "Hverdager 8–15.30",
}
CITIZEN = FRAME | {
    "person": {
        "name": "Anne Haugen",
        "role": "",
        "links": [{"label": "Opplysningene mine", "url": "#", "icon": "Person"}],
    },
    "nav": [
        {"label": "Hjem", "url": "#", "icon": "House", "current": True},
        {"label": "Avtalen", "url": "#", "icon": "Handshake"},
        {"label": "Meldinger", "url": "#", "icon": "Chat", "count": 1},
        {"label": "Avlastning", "url": "#", "icon": "Bed"},
        {"label": "Finn hjelp", "url": "#", "icon": "Lifebuoy"},
    ],
}
STAFF = FRAME | {
    "person": {"name": "Kari Moe", "role": "Pårørendekoordinator", "links": []},
    "nav": [
        {"label": "Arbeidsliste", "url": "#", "current": True},
        {"label": "Pårørende", "url": "#"},
        {"label": "Avlastning", "url": "#"},
        {"label": "Henvendelser", "url": "#", "count": 3},
        {"label": "Kurs", "url": "#"},
        {"label": "Tall", "url": "#"},
    ],
}


class SampleForm(forms.Form):
    """One field of each kind."""

    name = fields.Line(
        label="Navn", max_length=120, help_text="Slik det står i passet eller førerkortet."
    )
    phone = fields.Phone(label="Telefon")
    relation = forms.ChoiceField(
        label="Hva er du for den du hjelper?",
        choices=[
            ("", "Velg"),
            ("child", "Sønn eller datter"),
            ("partner", "Ektefelle eller samboer"),
        ],
    )
    note = fields.Words(
        label="Noe vi bør vite før vi ringer?",
        required=False,
        max_length=2000,
        rows=3,
        help_text="For eksempel når på dagen det passer best.",
    )
    way = fields.explained(
        forms.ChoiceField(
            label="Hvordan vil du at vi tar kontakt?",
            widget=forms.RadioSelect,
            choices=[
                ("phone", "Ring meg"),
                ("letter", "Send brev"),
                ("portal", "Skriv til meg her"),
            ],
        ),
        descriptions={
            "phone": "Hverdager mellom 8 og 15.30.",
            "letter": "Kommer fram på tre til fem dager.",
        },
        icons={"phone": "Phone", "letter": "EnvelopeClosed", "portal": "Chat"},
    )
    topics = forms.MultipleChoiceField(
        label="Hva vil du snakke om?",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[
            ("sleep", "Søvn og hvile"),
            ("money", "Penger og permisjon"),
            ("future", "Tiden framover"),
        ],
    )
    interpreter = forms.BooleanField(label="Jeg trenger tolk", required=False)
    tired = forms.ChoiceField(
        label="Hvor ofte er du sliten når du våkner?",
        widget=forms.RadioSelect,
        choices=[(str(n), str(n)) for n in range(5)],
    )
    alone = forms.ChoiceField(
        label="Føler du deg alene om ansvaret?",
        widget=forms.RadioSelect,
        choices=[
            ("never", "Aldri"),
            ("seldom", "Sjelden"),
            ("often", "Ofte"),
            ("always", "Hele tiden"),
        ],
    )


def gallery(now: datetime) -> Context:
    today = local_time(now).date()
    filled = {
        "name": "Anne Haugen",
        "way": "phone",
        "tired": "3",
        "alone": "often",
        "topics": ["sleep"],
    }
    return STAFF | {
        "crumbs": [{"label": "Start", "url": "#"}],
        "form": SampleForm(initial=filled, prefix="ok"),
        "broken": SampleForm({"bad-name": "", "bad-note": "Etter klokka 12."}, prefix="bad"),
        "now": now,
        "days": [today + timedelta(days=n) for n in (-4, -1, 0, 1, 3, 10, 40)],
        "due_dates": [today + timedelta(days=n) for n in (-4, 0, 3, 10)],
        "week_later": today + timedelta(days=6),
        "tabs": [
            {"label": "Oversikt", "url": "#", "current": True},
            {"label": "Samtaler", "url": "#", "count": 4},
            {"label": "Avtalen", "url": "#"},
        ],
        "steps": ["Hverdagen", "Hvordan du har det", "Hva som kan hjelpe", "Se over"],
        "chart": trend(today),
        "bars": charts.bars([("Hol", 82), ("Ål", 64), ("Gol", 41), ("Flå", None)]),
        "weeks": [48, 49, 50, 51, 52, 1, 2, 3, 4, 5, 6, 7],
        "beds": beds(),
        "work_rows": work_rows(today),
    }


def work_rows(today: date) -> list[Context]:
    """Two pieces of work as the worklist gives them: one somebody has, one that waits for a role."""
    shared = {"href": "#", "icon": "Phone", "sub": "Skrev i går", "unit": "Sone nord", "take": ""}
    taken = {"name": "Anne Haugen", "due_on": today, "why": "Ønsker å bli ringt", "who": "Kari Moe"}
    free = {"name": "Per Olav Li", "due_on": today + timedelta(days=3), "why": "Samtale avtalt"}
    waits = {"who": "", "role": "Pårørendekoordinator"}
    return [{**shared, **taken, "role": ""}, {**shared, **free, **waits}]


def trend(today: date) -> charts.Trend:
    values = (34, 36, 33, 31, 32, 27, 24, 22)
    points = [
        charts.Point(today - timedelta(days=46 * (7 - n)), value) for n, value in enumerate(values)
    ]
    bands = [
        charts.Band("Lav", 0, 21, "success"),
        charts.Band("Middels", 21, 31, "warning"),
        charts.Band("Høy", 31, 40, "danger"),
    ]
    return charts.trend(points, low=0, high=40, bands=bands)


def beds() -> list[Context]:
    states = {"L": ("free", "edig"), "R": ("held", "eservert"), "O": ("taken", "pptatt")}
    plan = {"1": "LLOLLORLOOLO", "2": "OOOLOLROOROO", "3": "OORLOLOLOOOL"}
    return [
        {
            "label": bed,
            "cells": [
                {
                    "state": states[letter][0],
                    "letter": letter,
                    "words": f"{states[letter][1]}, seng {bed}",
                    "url": "#" if letter == "L" else "",
                }
                for letter in letters
            ],
        }
        for bed, letters in plan.items()
    ]


def front_page(now: datetime) -> Context:
    situations = [
        ("Pappa er syk", "En forelder eller partner er blitt alvorlig syk.", "Hospital", "primary"),
        ("Mamma glemmer mer og mer", "Demens, eller mistanke om demens.", "HeadCloud", "primary"),
        (
            "Barnet vårt trenger mye hjelp",
            "Sykdom eller funksjonsnedsettelse hos barn.",
            "TeddyBear",
            "primary",
        ),
        (
            "Hun kommer hjem fra sykehuset",
            "Hva må være klart, og hvem gjør hva?",
            "HouseHeart",
            "primary",
        ),
        ("Jeg er sliten", "Avlastning, samtaler og andre i samme situasjon.", "Coffee", "accent"),
        (
            "Jeg er ung og bekymret",
            "Rundt 13–25 år, og noen hjemme har det vanskelig.",
            "Chat",
            "lyng",
        ),
        ("Han sliter psykisk", "Psykisk sykdom, rus eller selvmordstanker.", "Heart", "primary"),
        (
            "Vi har ikke lang tid igjen",
            "Den siste tiden sammen, og tiden etterpå.",
            "Candle",
            "primary",
        ),
    ]
    keys = ("title", "text", "icon", "color")
    return FRAME | {
        "sign_in_url": "#",
        "situations": [dict(zip(keys, row, strict=True)) for row in situations],
    }


def start_page(now: datetime) -> Context:
    return CITIZEN | {"talk_at": now + timedelta(days=3), "chart": trend(local_time(now).date())}


def agreement(now: datetime) -> Context:
    nav = [dict(item, current=item["label"] == "Avtalen") for item in CITIZEN["nav"]]
    return CITIZEN | {
        "nav": nav,
        "talk_at": now + timedelta(days=3),
        "crumbs": [{"label": "Min side", "url": "#"}],
    }


def worklist(now: datetime) -> Context:
    today = local_time(now).date()
    at_ten = local_time(now).replace(hour=10, minute=0)
    rows = [
        ("Ingrid Bakken", "Arne Bakken (far)", 1842, today - timedelta(days=4), "Handshake", "Løfte", "ringe tilbake", "Lovet mandag 16. november", "Kari Moe", "Sone Dalen"),
        ("Jon Ivar Eira", "Berit Eira (ektefelle)", 1807, today - timedelta(days=3), "FileText", "", "Svar på søknad", "Avlastning, søkt 2. november", "Silje Aune", "Tildelingskontoret"),
        ("Fatima Noor", "Yusuf Noor (ektefelle)", 1851, at_ten, "Chat", "", "Samtale avtalt", "Hjemme hos henne, med tolk", "Tone Sæther", "Sone sør"),
        ("Per Olav Li", "Gudrun Li (ektefelle)", 1866, at_ten.replace(hour=13, minute=30), "Phone", "", "Ønsker å bli ringt", "Skrev i går kl. 21.14", "", "Sone sør"),
        ("Bjørn Aas", "Kåre Aas (bror)", 1829, today + timedelta(days=1), "Handshake", "Løfte forfaller", "svare om kurs", "Lovet mandag 9. november", "Kari Moe", "Sone Dalen"),
        ("Anne Haugen", "Solveig Haugen (mor)", 1795, today + timedelta(days=3), "Chat", "", "Samtale avtalt", "Hjemme hos Solveig kl. 10.00", "Kari Moe", "Sone nord"),
        ("Marit Solheim", "Oddvar Solheim (ektefelle)", 1771, today + timedelta(days=8), "Pencil", "", "Avtalen skal ses på", "Gjelder til 31. desember", "Elin Holm", "Sone nord"),
        ("Tuan Nguyen", "Lan Nguyen (mor)", 1860, today + timedelta(days=10), "Chat", "", "Samtale avtalt", "På telefon, med tolk", "Elin Holm", "Sone sør"),
    ]  # fmt: skip  # one sample a line reads better
    keys = ("name", "about", "number", "due", "icon", "kind", "text", "sub", "who", "unit")
    return STAFF | {"items": [dict(zip(keys, row, strict=True)) for row in rows], "now": now}


def error_page(now: datetime) -> Context:
    return FRAME | {"reason": content.reason("not_found"), "reference": "7F3K-22"}


def dialog(now: datetime) -> Context:
    return STAFF
