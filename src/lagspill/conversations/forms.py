"""Forms of conversations: inviting, answering, preparing, writing down, choosing readers, agreeing on a time."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import Any, Self, cast

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from lagspill.access.queries import StaffCard
from lagspill.conversations.queries import Proposal
from lagspill.conversations.rules import (
    LONGEST_TEXT,
    Answer,
    Channel,
    Form,
    How,
    Need,
    Others,
    Plan,
    Presence,
    Reply,
)
from lagspill.kernel import content
from lagspill.kernel.calendar import OSLO
from lagspill.people.queries import RelationView
from lagspill.people.rules import About, Audience
from lagspill.ui import dates
from lagspill.ui.fields import Line, Words, explained

FORMS = (
    (Form.HOME.value, _("Hjemme")),
    (Form.OFFICE.value, _("På kontoret")),
    (Form.PHONE.value, _("På telefon")),
    (Form.VIDEO.value, _("På video")),
)
FORM_ICONS = {"home": "House", "office": "Buildings3", "phone": "Phone", "video": "Video"}
LANGUAGES = (("nb", _("Bokmål")), ("nn", _("Nynorsk")), ("en", _("Engelsk")))
ANOTHER_TIME = "other"
NEEDS = (
    (Need.STAND_IN.value, _("Noen som kan være der mens vi snakker")),
    (Need.INTERPRETER.value, _("Tolk")),
    (Need.TRANSPORT.value, _("Skyss eller lett adkomst")),
    (Need.LARGE_PRINT.value, _("Store bokstaver")),
    (Need.COMPANION.value, _("Jeg vil ha med meg noen")),
)
HOW = (
    (How.PHONE.value, _("På telefon")),
    (How.PAPER.value, _("På papir")),
    (How.IN_PERSON.value, _("Ansikt til ansikt")),
)


def _day(**options: Any) -> forms.DateField:
    """A day that can be meant: at the ends of the calendar there is no such moment in another time zone."""
    return forms.DateField(
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        validators=[MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2199, 12, 31))],
        **options,
    )


def _clock(**options: Any) -> forms.TimeField:
    return forms.TimeField(
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"), **options
    )


def moment(day: date, at: time) -> datetime:
    """A time of the day in Oslo, in UTC."""
    return datetime.combine(day, at, tzinfo=OSLO).astimezone(UTC)


class InviteForm(forms.Form):
    """An invitation that can be sent as it stands; everything may be changed."""

    lead = forms.ChoiceField(label=_("Hvem leder samtalen?"))
    relations = forms.MultipleChoiceField(
        label=_("Hvem handler samtalen om?"), widget=forms.CheckboxSelectMultiple
    )
    form = explained(
        forms.ChoiceField(
            label=_("Hvor og hvordan?"),
            choices=((Form.CHOOSE.value, _("Den pårørende velger")), *FORMS),
            widget=forms.RadioSelect,
        ),
        icons={"choose": "HandHeart", **FORM_ICONS},
    )
    place = Line(label=_("Navn og adresse på kontoret"), max_length=120, required=False)
    day = _day(label=_("Dag"))
    clock = _clock(label=_("Klokkeslett"))
    day2 = _day(label=_("Dag, forslag 2"), required=False)
    clock2 = _clock(label=_("Klokkeslett, forslag 2"), required=False)
    day3 = _day(label=_("Dag, forslag 3"), required=False)
    clock3 = _clock(label=_("Klokkeslett, forslag 3"), required=False)
    reply_by = _day(label=_("Svarfrist"))
    channel = explained(
        forms.ChoiceField(label=_("Hvordan sendes den?"), widget=forms.RadioSelect),
        icons={"portal": "Mobile", "letter": "EnvelopeClosed", "phone": "Phone"},
        descriptions={
            "portal": _("En e-post uten innhold sier at det ligger en beskjed."),
            "letter": _("Du skriver ut brevet og poster det."),
            "phone": _("Noen ringer og leser den opp."),
        },
    )
    others = forms.ChoiceField(
        label=_("Hvem andre er med?"),
        choices=(
            (Others.NOBODY.value, _("Ingen andre")),
            (Others.TOGETHER.value, _("Den syke, hvis begge vil")),
            (Others.NAMES.value, _("Andre")),
        ),
        widget=forms.RadioSelect,
    )
    others_names = Line(label=_("Navn"), max_length=200, required=False)
    topics = forms.MultipleChoiceField(
        label=_("Emner"), widget=forms.CheckboxSelectMultiple, required=False
    )
    language = forms.ChoiceField(label=_("Språk"), choices=LANGUAGES)
    is_large = forms.BooleanField(label=_("Store bokstaver i brevet"), required=False)

    def __init__(
        self,
        *args: Any,
        proposal: Proposal,
        leads: Sequence[StaffCard],
        relations: Sequence[RelationView],
        **options: Any,
    ) -> None:
        options.setdefault("initial", self._first(proposal))
        super().__init__(*args, **options)
        lead: Any = self.fields["lead"]
        lead.choices = [(str(card.id), card.name) for card in leads]
        held: Any = self.fields["relations"]
        held.choices = [
            (str(row.id), row.care_recipient.name or str(_("Uten navn"))) for row in relations
        ]
        topics: Any = self.fields["topics"]
        topics.choices = [(code, str(topic.title)) for code, topic in content.topics().items()]
        names = {
            Channel.PORTAL: _("På nett"),
            Channel.LETTER: _("Brev"),
            Channel.PHONE: _("Telefon"),
        }
        channel: Any = self.fields["channel"]
        channel.choices = [(way.value, names[way]) for way in proposal.channels]

    @staticmethod
    def _first(proposal: Proposal) -> dict[str, Any]:
        plan = proposal.plan
        at = plan.times[0].astimezone(OSLO)
        return {
            "lead": str(plan.lead_id),
            "relations": [str(relation_id) for relation_id in plan.relation_ids],
            "form": plan.form.value,
            "place": plan.place,
            "day": at.date(),
            "clock": at.time(),
            "reply_by": plan.reply_by,
            "channel": proposal.channel.value,
            "others": plan.others.value,
            "topics": list(plan.topics),
            "language": plan.language,
        }

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for number in ("2", "3"):
            day, clock = given.get(f"day{number}"), given.get(f"clock{number}")
            if bool(day) != bool(clock):
                missing = f"clock{number}" if day else f"day{number}"
                self.add_error(missing, _("Skriv både dag og klokkeslett."))
        if given.get("others") == Others.NAMES.value and not given.get("others_names"):
            self.add_error("others_names", _("Skriv hvem som er med."))
        return given

    def plan(self) -> Plan:
        """What was chosen, for the operation."""
        given = self.cleaned_data
        pairs = [(given[f"day{n}"], given[f"clock{n}"]) for n in ("", "2", "3")]
        return Plan(
            lead_id=uuid.UUID(given["lead"]),
            relation_ids=tuple(uuid.UUID(value) for value in given["relations"]),
            times=tuple(sorted({moment(day, at) for day, at in pairs if day and at})),
            reply_by=given["reply_by"],
            topics=tuple(given["topics"]),
            form=Form(given["form"]),
            place=given["place"],
            others=Others(given["others"]),
            others_names=given["others_names"],
            language=given["language"],
            is_large=given["is_large"],
        )

    def channel_chosen(self) -> Channel:
        """The way it goes."""
        return Channel(self.cleaned_data["channel"])


class ReplyForm(forms.Form):
    """The caregiver's answer. No answer needs a reason."""

    answer = explained(
        forms.ChoiceField(
            label=_("Hva vil du svare?"),
            choices=(
                (Answer.YES.value, _("Ja, gjerne")),
                (Answer.LATER.value, _("Ikke nå")),
                (Answer.NO.value, _("Nei takk")),
            ),
            widget=forms.RadioSelect,
        ),
        icons={"yes": "CheckmarkCircle", "later": "Clock", "no": "XMark"},
    )
    time = forms.ChoiceField(label=_("Når passer det?"), widget=forms.RadioSelect, required=False)
    wish = Line(
        label=_("Når passer det bedre?"),
        help_text=_("Med dine egne ord, for eksempel «etter klokka fire»."),
        max_length=500,
        required=False,
    )
    later = Line(
        label=_("Når skal vi spørre igjen?"),
        help_text=_(
            "Skriv når det kan passe, eller la det stå tomt. Da venter vi til du selv vil."
        ),
        max_length=500,
        required=False,
    )
    form = explained(
        forms.ChoiceField(
            label=_("Hvor vil du møtes?"), choices=FORMS, widget=forms.RadioSelect, required=False
        ),
        icons=FORM_ICONS,
    )
    needs = forms.MultipleChoiceField(
        label=_("Trenger du noe for at det skal gå?"),
        choices=NEEDS,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    interpreter_language = Line(label=_("Hvilket språk?"), max_length=60, required=False)

    def __init__(self, *args: Any, times: Sequence[datetime], today: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.times = {moment.isoformat(): moment for moment in times}
        language = content.active_language()
        said = [
            (
                key,
                f"{dates.capital(dates.date_long(at, language, today))} {dates.clock(at, language)}",
            )
            for key, at in self.times.items()
        ]
        chosen: Any = self.fields["time"]
        chosen.choices = [*said, (ANOTHER_TIME, _("En annen tid"))]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("answer") == Answer.YES.value and "time" not in self.errors:
            if not given.get("time"):
                self.add_error("time", _("Velg en tid, eller «En annen tid»."))
            if given.get("time") == ANOTHER_TIME and not given.get("wish"):
                self.add_error("wish", _("Skriv når det passer. Et par ord holder."))
            if Need.INTERPRETER.value in given.get("needs", ()) and not given.get(
                "interpreter_language"
            ):
                self.add_error("interpreter_language", _("Skriv hvilket språk tolken skal kunne."))
        return given

    def reply(self) -> Reply:
        """What was answered, for the operation."""
        given = self.cleaned_data
        answer = Answer(given["answer"])
        if answer is not Answer.YES:
            return Reply(answer, wish=given["later"] if answer is Answer.LATER else "")
        return Reply(
            answer,
            time=self.times.get(given["time"]),
            wish=given["wish"] if given["time"] == ANOTHER_TIME else "",
            form=Form(given["form"]) if given["form"] else Form.CHOOSE,
            needs=tuple(Need(value) for value in given["needs"]),
            interpreter_language=given["interpreter_language"],
        )


class RecordReplyForm(ReplyForm):
    """The same answer, given to staff."""

    how = forms.ChoiceField(
        label=_("Hvordan kom svaret?"), choices=HOW, widget=forms.RadioSelect, initial="phone"
    )


class WordsForm(forms.Form):
    """Words about one topic, with the version the page was opened with and the page's own name."""

    topic = forms.CharField(widget=forms.HiddenInput, max_length=4)
    version = forms.IntegerField(
        widget=forms.HiddenInput, min_value=0, max_value=2_000_000, required=False, initial=0
    )
    writer = forms.UUIDField(widget=forms.HiddenInput, required=False)
    text = Words(label=_("Dine ord"), max_length=LONGEST_TEXT, rows=4, required=False)

    def words(self) -> dict[str, Any]:
        """What was written, for the operation."""
        given = self.cleaned_data
        return {
            "topic": given["topic"],
            "text": given["text"],
            "version": given["version"] or 0,
            "writer": str(given["writer"] or ""),
        }


class StatementForm(WordsForm):
    """What was said about a topic, and who may read it once it is placed."""

    about = forms.ChoiceField(
        label=_("Hvem handler det om?"),
        choices=(
            (About.CAREGIVER.value, _("Den pårørende")),
            (About.CARE_RECIPIENT.value, _("Den som får hjelp")),
            (About.BOTH.value, _("Begge")),
        ),
        widget=forms.RadioSelect,
        required=False,
    )
    audience = forms.ChoiceField(
        label=_("Hvem kan lese det?"), widget=forms.RadioSelect, required=False
    )

    def __init__(
        self,
        *args: Any,
        audiences: Sequence[Audience],
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.fields["text"].label = _("Det som blir sagt")
        field: Any = self.fields["audience"]
        words = content.audiences()
        field.choices = [(way.value, str(words[way.value].label)) for way in audiences]

    def explain(self, sentences: Mapping[str, str]) -> Self:
        """Say under each choice who will read it, before the form is shown."""
        words, field = content.audiences(), cast(forms.ChoiceField, self.fields["audience"])
        ways = [str(value) for value, _label in cast(list[tuple[str, str]], field.choices)]
        explained(
            field,
            descriptions={way: sentences.get(way, "") for way in ways},
            icons={way: words[way].icon for way in ways},
        )
        return self

    def placing(self) -> dict[str, Any]:
        """Whom it is about and who may read it, for the operation."""
        given = self.cleaned_data
        return {
            "about": About(given["about"] or About.CAREGIVER.value),
            "audience": Audience(given["audience"] or Audience.TALK.value),
        }


class PreparationForm(WordsForm):
    """The caregiver's own words at home. Only the mark is seen by others, and the box says so."""

    is_important = forms.BooleanField(
        label=_("Viktig for meg"),
        help_text=_(
            "Den du skal snakke med, ser at du har krysset av, men ikke hva du har skrevet."
        ),
        required=False,
    )


class ReadersForm(forms.Form):
    """More or fewer readers of something placed, and how the caregiver said yes."""

    audience = forms.ChoiceField(
        choices=[
            (way.value, way.value) for way in (Audience.TALK, Audience.SERVICE, Audience.SHARED)
        ]
    )
    how = forms.ChoiceField(choices=HOW, required=False)


class PresenceForm(forms.Form):
    """Whether the caregiver is there while staff write."""

    presence = explained(
        forms.ChoiceField(
            label=_("Er den pårørende med?"),
            choices=(
                (Presence.IN_PERSON.value, _("Ja, her")),
                (Presence.PHONE.value, _("Ja, på telefon eller video")),
                (Presence.ABSENT.value, _("Nei, jeg skriver alene")),
            ),
            widget=forms.RadioSelect,
        ),
        icons={"in_person": "PersonChat", "phone": "Phone", "absent": "NotePencil"},
    )


class TimeForm(forms.Form):
    """A time and a place for a talk."""

    day = _day(label=_("Dag"))
    clock = _clock(label=_("Klokkeslett"))
    form = forms.ChoiceField(label=_("Hvor og hvordan?"), choices=FORMS)
    place = Line(label=_("Navn og adresse på kontoret"), max_length=120, required=False)
