"""The table of who reads what: each example row asked for as everybody, through the lists that pages are made from.

Asked in the reader's own scope, so that both locks answer: the policy, and the database.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from lagspill.access import policy as access
from lagspill.agreements import policy as agreements
from lagspill.assessments import policy as assessments
from lagspill.children import policy as children
from lagspill.conversations import policy as conversations
from lagspill.followup import policy as followup
from lagspill.kernel.actor import Actor
from lagspill.people import policy as people
from lagspill.promises import policy as promises
from lagspill.shell.reading import example
from lagspill.shell.reading.example import Example
from lagspill.tenancy.scope import NOBODY, use, use_actor

Lists = Callable[[Actor, datetime], QuerySet[Any]]
YES, NO = "**yes**", "–"

#: Who asks, in three tables: a word of the example, in English, and as the page calls them.
READERS = (
    (
        "The family and the person they care for",
        (
            ("caregiver", "the caregiver", "pårørende"),
            ("family", "another caregiver, named as reader", "annen pårørende, navngitt"),
            ("other", "another caregiver, not named", "annen pårørende"),
            ("recipient", "the care recipient", "bruker"),
            ("guardian", "guardian of the care recipient", "verge"),
            ("stranger", "a citizen close to nobody here", "annen innbygger"),
            ("visitor", "somebody not signed in", "ikke innlogget"),
        ),
    ),
    (
        "Staff who meet them",
        (
            ("coordinator", "coordinator of the file's unit", "pårørendekoordinator"),
            ("lead", "lead of the talk, from another unit", "samtaleleder"),
            ("serving", "nurse who serves the care recipient", "sykepleier, egen bruker"),
            ("elsewhere", "nurse elsewhere", "sykepleier, annen sone"),
            ("opening", "nurse elsewhere, card opened in an emergency", "nødtilgang"),
            ("kin", "nurse who serves them and is family", "sykepleier, egen familie"),
            ("former", "nurse whose job has ended", "har sluttet"),
            ("contact", "caregiver contact of a department", "pårørendekontakt"),
            ("child_responsible", "child-responsible staff", "barneansvarlig"),
        ),
    ),
    (
        "Others in the municipality, and in another",
        (
            ("leader", "leader of the unit that serves", "enhetsleder"),
            ("director", "director", "kommunalsjef"),
            ("admin", "administrator", "administrator"),
            ("privacy", "privacy officer", "personvernombud"),
            ("allocation", "allocation office", "tildelingskontor"),
            ("network", "network lead", "nettverksleder"),
            ("far", "coordinator in another municipality", "annen kommune"),
        ),
    ),
)


@dataclass(frozen=True)
class Noun:
    """Something that can be read: in English, its Norwegian word, the list it is asked of, and how its row is found."""

    label: str
    term: str
    lists: Lists
    wanted: dict[str, Any]
    is_in_file: bool = True


def _item(label: str, term: str, **wanted: Any) -> Noun:
    return Noun(label, term, people.visible_items, wanted)


_SAID = {"kind": "statement"}
NOUNS: tuple[tuple[str, tuple[Noun, ...]], ...] = (
    (
        "What is written in the file, by who was chosen to read it",
        (
            _item("a colleague's draft, not placed yet", "utkast", audience="draft", **_SAID),
            _item("`mine`: only the caregiver", "bare jeg", audience="mine", kind="preparation"),
            _item("`talk`: the talk and the file's staff", "samtalen", audience="talk", kind="preparation"),
            _item("`talk`, with a reader named in the family", "samtalen, og en i familien", audience="talk", **_SAID),
            _item("`service`: about the caregiver, for those who serve", "tjenesten", audience="service", **_SAID),
            _item("`shared`: also for the care recipient", "delt", audience="shared", **_SAID),
            _item("the relation, agreed to", "relasjonen", kind="relation"),
        ),
    ),
    (
        "The same words where they stand on pages",
        (
            Noun("what was said (`service`)", "utsagn", conversations.visible_statements, {"item__audience": "service"}),
            Noun("what the caregiver prepared (`talk`)", "forberedelse", conversations.visible_preparations, {"item__audience": "talk"}),
            Noun("answers to a check-in", "egen-sjekk", assessments.visible_answers, {}),
            Noun("a line in force (`shared`)", "avtalelinje", agreements.visible_lines, {"version__state": "confirmed", "kind": "task"}),
            Noun("the same line on the card", "linje på kortet", agreements.visible_card_lines, {"version__state": "confirmed", "kind": "task"}),
            Noun("a promise of the municipality (`talk`)", "løfte", promises.visible_promises, {}),
            Noun("the report that it was not kept", "melding om løfte", promises.visible_reports, {}),
        ),
    ),
    (
        "That something is there",
        (
            Noun("the file: its head and pages", "mappen", people.visible_files, {"pk": "file"}, False),
            Noun("an invitation", "invitasjon", conversations.visible_invitations, {}),
            Noun("a talk: when, where, who leads", "samtale", conversations.visible_talks, {}),
            Noun("a version staff still write", "avtaleutkast", agreements.visible_versions, {"state": "draft"}),
            Noun("a version in force", "avtale", agreements.visible_versions, {"state": "confirmed"}),
            Noun("a wish to be called", "ønske om telefon", assessments.visible_requests, {"kind": "call"}),
            Noun("that the caregiver may be asked how it goes", "kan spørres", assessments.visible_askable, {"kind": "relation"}),
            Noun("work for coordinators", "oppgave for koordinator", followup.visible_work, {"role": "caregiver_coordinator"}),
            Noun("work for a leader: answer a report", "oppgave for leder", followup.visible_work, {"role": "unit_leader"}),
        ),
    ),
    (
        "About the care recipient, and around the file",
        (
            Noun("the card: what is agreed now", "kortet", people.visible_cards, {"pk": "recipient"}, False),
            Noun("consents, capacity, who decides", "samtykke og parter", people.visible_parties, {"pk": "recipient"}, False),
            Noun("one consent", "samtykke", people.visible_consents, {}, False),
            Noun("that a card was opened in an emergency, from another unit", "nødtilgang, etterkontroll", access.visible_openings, {}, False),
            Noun("a name noted as a possible caregiver", "mulig pårørende", people.visible_suspected, {}, False),
            Noun("what the caregiver asked about the log", "spørsmål om loggen", people.visible_log_questions, {}, False),
            Noun("the child track", "barnesporet", children.visible_tracks, {}, False),
            Noun("that the caregiver is visible in the family", "synlig i familien", people.visible_relatives, {}),
        ),
    ),
)  # fmt: skip  # one noun on each line


def write(now: datetime) -> str:
    """The whole document. Builds the example as it stands at `now`, a while ago by the database's clock, and takes it back."""
    with use(NOBODY), transaction.atomic():
        made = example.build(now)
        text = "\n".join(_lines(made)) + "\n"
        transaction.set_rollback(True)
    return text


def _lines(made: Example) -> Iterator[str]:
    yield HEAD
    for title, nouns in NOUNS:
        yield f"## {title}\n"
        rows = [(noun, _row(made, noun)) for noun in nouns]
        for group, readers in READERS:
            yield f"### {group}\n"
            yield "| | " + " | ".join(f"{label} *({term})*" for _, label, term in readers) + " |"
            yield "| --- |" + " --- |" * len(readers)
            for noun, pk in rows:
                cells = [YES if _reads(made, word, noun, pk) else NO for word, _, _ in readers]
                yield f"| {noun.label} *({noun.term})* | " + " | ".join(cells) + " |"
            yield ""


def _row(made: Example, noun: Noun) -> Any:
    """The id of the example's row of this noun, newest first. Raises LookupError when the example has none."""
    named = {"file": made.file_id, "recipient": made.recipient_id}
    with use_actor(made.town.system) as system:
        model = noun.lists(system, made.now).model
        found = model.objects.filter(**noun.wanted | _in_file(made, noun, model, named))
        pk = found.order_by("-pk").values_list("pk", flat=True).first()
    if pk is None:
        raise LookupError(f"the example has no {noun.label}")
    return pk


def _in_file(made: Example, noun: Noun, model: Any, named: dict[str, Any]) -> dict[str, Any]:
    if "pk" in noun.wanted:
        return {"pk": named[noun.wanted["pk"]]}
    return {"file_id": made.file_id} if noun.is_in_file else {}


def _reads(made: Example, word: str, noun: Noun, pk: Any) -> bool:
    actor = made.actors[word]
    with use_actor(actor):
        return noun.lists(actor, made.now).filter(pk=pk).exists()


HEAD = """# Who reads what

Made by `./run manage who-reads-what` and never written by hand: an example of everything is built in a municipality that
does not exist, each reader asks for each row through the rules that the pages use, and the answers stand here. A test fails
when this file differs, so a change of who may read shows in review.

One caregiver helps one person, and the file is the caregiver's. **yes** means: reads it today. Norwegian words are those the
pages use. What each word of the ladder means (`mine`, `talk`, `service`, `shared`) stands in the
[glossary](glossary.md).

Read beside it: everybody reads a **draft** or a text of their own; whoever must keep a promise reads that promise; a leader
reads a report until it is answered. Nobody reads anything in the staff role about their own family.
"""
