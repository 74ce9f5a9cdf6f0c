"""Every form with something to fill in, by its own page: what is refused and kept, what is then taken, and where it leads."""

from __future__ import annotations

from dataclasses import dataclass

from lagspill.shell.cast import VEFSN
from tests.journeys.stops import Stop

#: Longer than any form takes, with letters that have been lost elsewhere.
TOO_LONG = "Sápmi ♥ <b>" + "ø" * 1100
FIRST = "*"  # the first choice there is


@dataclass(frozen=True)
class Sheet:
    """One form. `wrong` is refused and stays in the fields; `right` is filled in on top of it; `button` sends it."""

    stop: Stop
    button: str
    wrong: dict[str, str]
    right: dict[str, str]
    leads_to: str
    language: str = "nn"

    def __str__(self) -> str:
        return f"{self.stop}-{self.button}"


MAIN = "main form .ls-actions button"
SEARCH = 'main form[action="/arbeid/sok/"] button'


def button(name: str, value: str, within: str = "main") -> str:
    """The button of a form that says what is done."""
    return f'{within} button[name="{name}"][value="{value}"]'


def _line(kind: str, **right: str) -> Sheet:
    stop = Stop("agreement-line-new", "kari", ("version.ingrid", kind))
    wrong = {"text": "", **right}
    return Sheet(stop, MAIN, wrong, {"text": "Sápmi ♥ <b>"}, "agreement-draft", "en")


PEOPLE = (
    Sheet(
        Stop("register-caregiver", "kari"),
        MAIN,
        {
            "name": "Máret <b>Eira</b> ♥",
            "relation": "spouse_partner",
            "care_recipient": "other",
            "care_recipient_name": "Ola Ness",
        },
        {"phone": "90000009"},
        "staff-start",
    ),
    Sheet(
        Stop("staff-start", "kari"),
        SEARCH,
        {"name": "ø" * 130},
        {"name": "An"},
        "search-caregivers",
        "en",
    ),
    Sheet(
        Stop("file-reach", "kari", ("file.tora",)),
        MAIN,
        {"channel": "email", "email": "tora@", "note": "Ring etter klokka fire ♥"},
        {"email": "tora@example.no"},
        "file",
        "en",
    ),
)
INVITATIONS = (
    Sheet(
        Stop("invite", "kari", ("file.wenche",)),
        f"{button('act', 'send')} >> nth=0",
        {"others": "names", "others_names": "", "day2": "2030-05-06"},
        {"others_names": "Per Lund", "clock2": "10:00"},
        "invitation",
    ),
    Sheet(
        Stop("my-invitation", "ektefelle", (VEFSN, "invitation.berit")),
        MAIN,
        {"answer": "yes", "time": "other", "wish": "", "form": "home"},
        {"wish": "Etter klokka fire ♥"},
        "my-invitation",
        "en",
    ),
    Sheet(
        Stop("invitation", "kari", ("invitation.gudrun",)),
        'main form[action$="/svar/"] button',
        {"answer": "yes", "form": "phone", "how": "paper"},
        {"time": FIRST},
        "invitation",
    ),
)
TALKS = (
    Sheet(
        Stop("my-preparation", "tora", (VEFSN, "talk.tora")),
        button("act", "share", "#T04"),
        {"text": "", "is_important": "on"},
        {"text": "Sápmi ♥ <b>"},
        "my-preparation",
        "en",
    ),
    Sheet(
        Stop("talk", "kari", ("talk.tora",)),
        button("act", "place", "#T04"),
        {"text": "", "audience": "service"},
        {"text": "Sápmi ♥ <b>"},
        "talk",
    ),
    Sheet(
        Stop("talk", "kari", ("talk.tora",)),
        'main form[action$="/tid/"] button',
        {"day": "2030-05-06", "clock": "", "form": "phone"},
        {"clock": "10:30"},
        "talk",
        "en",
    ),
    Sheet(
        Stop("call-request", "kari", ("call.tora",)),
        MAIN,
        {},
        {"outcome": "not_reached"},
        "call-request",
    ),
)
AGREEMENTS = (
    _line("task", who="service", when="tirsdag ♥"),
    _line("measure", due_on="2030-05-06"),
    _line("contact", name="Leif", phone="90000010"),
    Sheet(
        Stop("agreement-line", "kari", ("line.ingrid.task",)),
        MAIN,
        {"text": "", "who": "shared", "when": "onsdag ♥"},
        {"text": "Følge til lege"},
        "agreement-draft",
    ),
    Sheet(
        Stop("agreement-draft", "kari", ("file.ingrid",)),
        'main form[action$="/foresla/"] button',
        {"review_on": "2001-01-01"},
        {"review_on": "2030-05-06"},
        "agreement",
    ),
    Sheet(
        Stop("agreement", "kari", ("version.ingrid",)),
        'main form[action$="/svar/"] button',
        {"answer": "change", "text": "Vil snakke om onsdager ♥"},
        {"how": "phone"},
        "agreement-draft",
        "en",
    ),
    Sheet(
        Stop("my-agreement", "jon", (VEFSN, "version.jon")),
        button("answer", "change"),
        {"text": TOO_LONG},
        {"text": "Sápmi ♥ <b>"},
        "my-start",
    ),
)
PROMISES = (
    Sheet(
        Stop("promise", "kari", ("promise.anne.se",)),
        button("act", "move"),
        {"due_on": "2030-05-06"},
        {"reason": "capacity"},
        "promise",
    ),
    Sheet(
        Stop("promise", "kari", ("promise.olga.ringe",)),
        button("act", "report"),
        {"words": TOO_LONG},
        {"words": "Ingen ringte ♥ <b>"},
        "promise",
        "en",
    ),
    Sheet(
        Stop("promise", "kari", ("promise.olga.finne",)),
        button("act", "withdraw"),
        {},
        {"why": "illness"},
        "promise",
    ),
    Sheet(
        Stop("promise", "nina", ("promise.anne.svare",)),
        button("act", "answer"),
        {"answer": "", "outcome": "new_date", "due_on": "2030-05-06"},
        {"answer": "Beklager ♥ <b>"},
        "kept",
        "en",
    ),
    Sheet(
        Stop("my-promise", "datter", (VEFSN, "promise.anne.se")),
        MAIN,
        {"words": TOO_LONG},
        {"words": "Ingen kom ♥ <b>"},
        "my-promise",
    ),
)
WORK = (
    Sheet(
        Stop("work-item", "kari", ("work.wenche.write_agreement",)),
        button("act", "give"),
        {},
        {"staff": FIRST},
        "work-item",
        "en",
    ),
)
SHEETS = (*PEOPLE, *INVITATIONS, *TALKS, *AGREEMENTS, *PROMISES, *WORK)
