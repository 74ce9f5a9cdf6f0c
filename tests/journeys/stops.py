"""Every address that gives a page, and who opens it in which state of life. The one place that a new page is added to.

What gives no page stands in `NO_PAGE`; a test fails for an address that is in neither.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse
from playwright.sync_api import Page

from lagspill.shell.cast import VEFSN
from tests.journeys.life import Life


@dataclass(frozen=True)
class Stop:
    """One page in one state: the name of its address, who opens it, and with what; `go` is for pages that answer a form.

    An argument with a dot is an id of `Life`, any other stands in the address as it is.
    """

    name: str
    who: str
    args: tuple[str, ...] = ()
    query: str = ""
    status: int = 200
    go: Callable[[Page], None] | None = None

    def __str__(self) -> str:
        return "-".join([self.name, self.who, *self.args, *filter(None, [self.query])])

    def address(self, life: Life) -> str:
        """Where it is."""
        args = [life.id(arg) if "." in arg else arg for arg in self.args]
        return reverse(self.name, args=args) + self.query


def _search(page: Page) -> None:
    """Names never stand in an address: the search is sent from the start page."""
    page.goto(reverse("staff-start"))
    page.locator("#q-name").fill("a")
    with page.expect_navigation():
        page.locator("#q-name").press("Enter")


PUBLIC = (
    Stop("front", "visitor"),
    Stop("accessibility", "visitor"),
    Stop("privacy", "visitor"),
    Stop("demo", "visitor"),
)
START = (
    Stop("staff-start", "kari"),
    Stop("staff-start", "tone"),
    Stop("staff-start", "per"),
    Stop("staff-start", "liv"),
    Stop("my-start", "datter"),
    Stop("my-start", "ektefelle"),
    Stop("my-start", "jon"),
    Stop("my-start", "bruker"),
    Stop("my-start", "ung"),
    Stop("my-start", "ukjent"),
    Stop("my-code", "ukjent"),
)
PEOPLE = (
    Stop("file", "kari", ("file.anne",)),
    Stop("file", "kari", ("file.tora",)),
    Stop("file", "liv", ("file.emma",)),
    Stop("file-age", "kari", ("file.tora",)),
    Stop("register-caregiver", "kari"),
    Stop("register-caregiver", "tone", query="?for"),
    Stop("search-caregivers", "kari", go=_search),
    Stop("my-cards", "tone"),
    Stop("file-reach", "kari", ("file.anne",)),
)
PARTIES = (
    Stop("parties", "kari", ("person.arne",)),
    Stop("parties", "elin", ("person.karl",)),
    Stop("consent-new", "tone", ("person.arne",)),
    Stop("consent-no", "tone", ("person.arne",)),
    Stop("ground-new", "kari", ("person.arne",)),
    Stop("capacity-new", "kari", ("person.arne",)),
    Stop("representation-new", "kari", ("person.arne",)),
    Stop("nearest-new", "kari", ("person.karl",)),
    Stop("consent", "tone", ("consent.arne",)),
    Stop("tell", "kari", ("file.berit",)),
    Stop("tell", "kari", ("file.tora",)),
    Stop("my-start", "verge"),
    Stop("my-parties", "bruker", (VEFSN, "person.arne")),
    Stop("my-parties", "verge", (VEFSN, "person.karl")),
    Stop("my-consent-new", "bruker", (VEFSN, "person.arne")),
    Stop("my-consent-new", "verge", (VEFSN, "person.karl")),
    Stop("my-consent", "bruker", (VEFSN, "consent.arne")),
    Stop("card", "verge", ("person.karl",)),
)
CHECK_INS = (
    Stop("my-check-in", "wenche", (VEFSN,)),
    Stop("my-check-in-result", "ektefelle", (VEFSN, "answer.berit")),
    Stop("my-check-in-result", "tora", (VEFSN, "answer.tora")),
    Stop("file-check-ins", "kari", ("file.berit",)),
    Stop("file-check-ins", "kari", ("file.jon",)),
    Stop("call-request", "kari", ("call.tora",)),
)
INVITATIONS = (
    Stop("invite", "kari", ("file.wenche",)),
    Stop("invitation", "kari", ("invitation.berit",)),
    Stop("invitation", "kari", ("invitation.gudrun",)),
    Stop("invitation", "kari", ("invitation.anne",)),
    Stop("my-invitation", "ektefelle", (VEFSN, "invitation.berit")),
    Stop("my-invitation", "datter", (VEFSN, "invitation.anne")),
)
TALKS = (
    Stop("talk", "kari", ("talk.tora",)),
    Stop("talk", "kari", ("talk.anne",)),
    Stop("my-preparation", "tora", (VEFSN, "talk.tora")),
    Stop("my-talk", "tora", (VEFSN, "talk.tora")),
    Stop("my-talk", "datter", (VEFSN, "talk.anne")),
)
AGREEMENTS = (
    Stop("agreement-draft", "kari", ("file.wenche",)),
    Stop("agreement-draft", "kari", ("file.ingrid",)),
    Stop("agreement-line-new", "kari", ("version.ingrid", "task")),
    Stop("agreement-line-new", "kari", ("version.ingrid", "measure")),
    Stop("agreement-line-new", "kari", ("version.ingrid", "contact")),
    Stop("agreement-line-new", "kari", ("version.ingrid", "matters")),
    Stop("agreement-line", "kari", ("line.ingrid.measure",)),
    Stop("agreement", "kari", ("version.jon",)),
    Stop("agreement", "kari", ("version.anne",)),
    Stop("agreement-withdraw", "kari", ("version.jon",)),
    Stop("agreement-extract", "kari", ("version.anne",)),
    Stop("my-agreement", "jon", (VEFSN, "version.jon")),
    Stop("my-agreement", "datter", (VEFSN, "version.anne")),
    Stop("card", "tone", ("person.arne",)),
    Stop("card", "datter", ("person.arne",)),
    Stop("card", "bruker", ("person.arne",)),
)
PROMISES = (
    Stop("promise", "kari", ("promise.anne.se",)),  # open
    Stop("promise", "kari", ("promise.olga.ringe",)),  # overdue
    Stop("promise", "kari", ("promise.anne.ringe",)),  # kept
    Stop("promise", "nina", ("promise.anne.svare",)),  # reported, to be answered
    Stop("my-promise", "datter", (VEFSN, "promise.anne.se")),
    Stop("my-promise", "datter", (VEFSN, "promise.anne.svare")),
    Stop("kept", "nina"),
)
WORK = (
    Stop("worklist", "kari"),
    Stop("worklist", "nina"),
    Stop("worklist", "per"),
    Stop("work-item", "kari", ("work.wenche.write_agreement",)),
    Stop("work-item", "nina", ("work.anne.promise_report",)),
)
ITEMS = (
    Stop("item", "kari", ("item.anne.T01",)),  # written without her
    Stop("item", "kari", ("item.anne.T06",)),  # a yes by telephone waits
    Stop("item-must-record", "kari", ("item.anne.T01",)),
    Stop("item-disclose", "kari", ("item.anne.T01",)),
    Stop("file-entry", "kari", ("file.anne",)),
    Stop("file-see-as", "kari", ("file.anne", "serving_staff")),
    Stop("storage-policy", "per"),
    Stop("my-items", "datter", (VEFSN,)),
    Stop("my-item", "datter", (VEFSN, "item.anne.T01")),
    Stop("my-item", "datter", (VEFSN, "item.anne.T06")),
    Stop("my-see-as", "datter", (VEFSN, "care_recipient")),
)
DEATHS = (
    Stop("death", "kari", ("person.arne",)),
    Stop("death", "kari", ("person.ruth",)),  # recorded
    Stop("card", "kari", ("person.alf",)),  # with gaps
    Stop("dead-files", "eli"),
    Stop("dead-file", "eli", ("file.ruth",)),
    Stop("protection", "kari", ("person.arne",)),
    Stop("staff-links", "per"),
    Stop("staff-link", "per", ("staff.tone",)),
    Stop("my-start", "frida"),
)
LOGS = (
    Stop("break-glass", "tone"),
    Stop("break-glass-review", "nina", ("opening.arne",)),
    Stop("staff-start", "nina"),
    Stop("staff-start", "eli"),
    Stop("log-search", "eli"),
    Stop("log-question", "eli", ("question.arne",)),
    Stop("my-log", "datter", (VEFSN,)),
    Stop("my-log", "bruker", (VEFSN,)),
    Stop("my-log", "bruker", (VEFSN,), query="?vis=emergency"),
    Stop("my-log-line", "bruker", (VEFSN, "entry.arne")),
)
CHILDREN = (
    Stop("children", "liv"),
    Stop("child", "liv", ("track.jonas",)),
    Stop("pass-on-child", "tone", ("person.arne",)),
)
CLOSE = (
    Stop("relation", "kari", ("relation.anne",)),
    Stop("relation", "kari", ("relation.wenche",)),
    Stop("my-relation", "datter", (VEFSN, "relation.anne")),
    Stop("my-relation", "wenche", (VEFSN, "relation.wenche")),
    Stop("my-close-new", "bruker", (VEFSN,)),
    Stop("my-family", "datter", (VEFSN, "person.arne")),
    Stop("my-family", "ektefelle", (VEFSN, "person.arne")),
    Stop("suspected-new", "tone", ("person.arne",)),
    Stop("suspected", "kari", ("suspected.gerd",)),
)
STOPS = (
    *(*PUBLIC, *START, *PEOPLE, *CLOSE, *PARTIES, *CHECK_INS, *INVITATIONS),
    *(*TALKS, *AGREEMENTS, *PROMISES, *WORK, *ITEMS, *DEATHS, *CHILDREN),
    *LOGS,
)

#: Addresses that take POST only, lead on to a page and show none of their own.
POST_ONLY = frozenset(
    (
        *("death-undo", "opening-end"),
        *("ground-end", "representation-end", "nearest-end", "my-nearest"),
        *("sign-out", "set-language", "demo-sign-in", "take-work", "card-pin"),
        "break-glass-close",
        *(
            "save-my-check-in",
            "my-check-in-readers",
            "ask-for-my-call",
            "cancel-my-call",
            "ask-check-in",
        ),
        *(
            "start-talk",
            "invitation-letter",
            "invitation-posted",
            "invitation-take-back",
            "invitation-answer",
        ),
        *(
            "talk-statement",
            "talk-presence",
            "talk-plan",
            "talk-hold",
            "talk-call-off",
            "statement-readers",
        ),
        *("my-talk-call-off", "my-readers"),
        *("item-readers", "item-answer", "item-copy", "item-told"),
        *("my-item-readers", "my-item-answer", "my-item-undo"),
        *("item-family", "my-item-family", "relation-letter"),
        *(
            "agreement-take",
            "agreement-line-move",
            "agreement-line-remove",
            "agreement-propose",
            "agreement-confirm",
        ),
        *(
            "agreement-answer",
            "agreement-reopen",
            "agreement-lead",
            "agreement-pdf",
            "my-agreement-pdf",
        ),
    )
)
NO_PAGE = {
    **dict.fromkeys(POST_ONLY, "takes POST only"),
    "alive": "for machines",
    "ready": "for machines",
    "sign-in": "leads on to the demo page here; a test of its own opens it as elsewhere",
    "ui-gallery": "the tests of the checks themselves open it",
    "ui-sample": "the tests of the checks themselves open it",
}
