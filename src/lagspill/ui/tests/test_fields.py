"""Fields clean what people type without losing a word, and say what is wrong in words that help."""

from __future__ import annotations

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.utils import translation

from lagspill.ui import fields
from lagspill.ui.field_views import FieldView, problems


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Anne   Haugen\n", "Anne Haugen"),
        ("Máhtte Čáhci 🙂", "Máhtte Čáhci 🙂"),
        ("Anne\x00\u202eHaugen\x07", "AnneHaugen"),
        ("👩‍👧", "👩‍👧"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("A\u030ase", "Åse"),
        (None, ""),
    ],
)
def test_line_is_one_clean_line(typed: str | None, kept: str) -> None:
    assert fields.Line(max_length=40, required=False).clean(typed) == kept


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("En\r\nto\rtre", "En\nto\ntre"),
        ("En\n\n\n\nto  \n", "En\n\nto"),
        ("Hei\t du\x1b", "Hei du"),
    ],
)
def test_words_keep_their_lines(typed: str, kept: str) -> None:
    assert fields.Words(max_length=40).clean(typed) == kept


def test_length_is_counted_after_cleaning() -> None:
    assert fields.Words(max_length=3).clean("a\r\nb\r\n") == "a\nb"
    with pytest.raises(ValidationError):
        fields.Line(max_length=3).clean("abcd")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("412 34 567", "41234567"),
        ("+47 412 34 567", "41234567"),
        ("0047-75101000", "75101000"),
        ("+46 70 123 45 67", "+46701234567"),
    ],
)
def test_phone_is_kept_as_digits(typed: str, kept: str) -> None:
    assert fields.Phone().clean(typed) == kept


@pytest.mark.parametrize(
    "typed", ["412", "412345678", "ring meg", "+46", "+4670123456789012", "41234567 a"]
)
def test_odd_phone_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError) as refused:
        fields.Phone().clean(typed)
    assert refused.value.messages == [
        "Skriv telefonnummeret med åtte siffer, eller med + og landkode."
    ]


class Empty(forms.Form):
    name = fields.Line(label="Navn", max_length=9)
    way = forms.ChoiceField(
        label="Hvordan?", widget=forms.RadioSelect, choices=[("a", "A"), ("b", "B")]
    )
    unit = forms.ChoiceField(label="Enhet", choices=[("", "Velg"), ("n", "Nord")])
    yes = forms.BooleanField(label="Jeg har lest dette")
    own = forms.CharField(label="Kode", error_messages={"required": "Skriv koden fra brevet."})


def test_summary_names_each_field_and_leads_to_it() -> None:
    with translation.override("nb"):
        found = [(problem.text, problem.target) for problem in problems(Empty({}))]
    assert found == [
        ("Navn: Dette må fylles ut.", "id_name"),
        ("Hvordan? Velg det som passer.", "id_way_0"),
        ("Enhet: Velg det som passer.", "id_unit"),
        ("Jeg har lest dette: Kryss av her for å gå videre.", "id_yes"),
        ("Kode: Skriv koden fra brevet.", "id_own"),
    ]


def test_control_is_tied_to_its_error() -> None:
    view = FieldView(Empty({})["name"])
    assert view.described_by == "id_name-error"
    assert 'aria-describedby="id_name-error"' in view.control
    assert 'aria-invalid="true"' in view.control
    assert 'maxlength="9"' in view.control


def test_explained_options_carry_their_text_and_icon() -> None:
    class Ways(forms.Form):
        way = fields.explained(
            forms.ChoiceField(widget=forms.RadioSelect, choices=[("a", "A"), ("b", "B")]),
            descriptions={"a": "Hverdager"},
            icons={"b": "Phone"},
        )

    first, second = FieldView(Ways()["way"]).options
    assert (first.description, first.icon) == ("Hverdager", "")
    assert (second.description, second.icon) == ("", "Phone")
    assert f'aria-describedby="{first.id}-help"' in first.control
    assert "aria-describedby" not in second.control
