"""Texts are found wherever they stand, and a hole in a catalogue is named."""

from __future__ import annotations

import gettext
from pathlib import Path

import pytest
from django.template import Context, Template
from django.utils import translation

from lagspill.ui import catalogs
from lagspill.ui.texts_in_code import Text, Unreadable
from lagspill.ui.texts_in_code import texts_in as texts_in_code
from lagspill.ui.texts_in_templates import texts_in as texts_in_template

NN = "locale/nn/LC_MESSAGES/django.po"
EN = "locale/en/LC_MESSAGES/django.po"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ('_("Navn")', Text("Navn")),
        ('gettext_lazy("Delt " "med")', Text("Delt med")),
        ('translation.pgettext("måned", "mai")', Text("mai", context="måned")),
        ('ngettext("%d ny", "%d nye", n)', Text("%d ny", "%d nye")),
        ('npgettext_lazy("kort", "én", "flere", n)', Text("én", "flere", "kort")),
        ('forms.CharField(label=_("Navn"))', Text("Navn")),
    ],
)
def test_text_in_code_is_found(code: str, expected: Text) -> None:
    assert list(texts_in_code(code, "x.py")) == [expected]


def test_variable_and_plain_string_are_not_texts() -> None:
    assert list(texts_in_code('gettext(name); print("Navn"); _(*names)', "x.py")) == []


def test_text_put_together_on_the_spot_is_refused() -> None:
    with pytest.raises(Unreadable, match=r"x\.py:2"):
        list(texts_in_code('\n_(f"Hei {name}")', "x.py"))


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('{% translate "Lukk" %}', [Text("Lukk")]),
        ('{% trans "Lukk" as close %}', [Text("Lukk")]),
        ('{% translate "mai" context "måned" %}', [Text("mai", context="måned")]),
        ("<c-ds.button label=\"{% translate 'Lukk' %}\" />", [Text("Lukk")]),
        ("<c-ds.tabs :items=\"[_('Lukk'), 1]\" />", [Text("Lukk")]),
        ("{% firstof label _('Ring oss') %}", [Text("Ring oss")]),
        ('{{ label|default:_("Ring oss") }}', [Text("Ring oss")]),
        ("{% blocktranslate with n=1 %}Steg {{ n }}{% endblocktranslate %}", [Text("Steg %(n)s")]),
        (
            "{% blocktranslate trimmed %}\n  En\n  to\n{% endblocktranslate %}",
            [Text("En to")],
        ),
        (
            "{% blocktranslate count n=x %}{{ n }} ny{% plural %}{{ n }} nye{% endblocktranslate %}",
            [Text("%(n)s ny", "%(n)s nye")],
        ),
        (
            '{% blocktranslate context "kort" %}Delt{% endblocktranslate %}',
            [Text("Delt", context="kort")],
        ),
        ('{% translate "100 %" %}', [Text("100 %%")]),
        ("{# {% translate 'gjemt' %} #}{% comment %}{% translate 'x' %}{% endcomment %}", []),
    ],
)
def test_text_in_template_is_found(source: str, expected: list[Text]) -> None:
    assert list(texts_in_template(source)) == expected


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Two packages of their own: 'one' with a text in code and a counted one in a template, 'two' with none."""
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").touch()
    (tmp_path / "one" / "views.py").write_text('title = _("Velkommen, {name}")')
    (tmp_path / "one" / "templates").mkdir()
    (tmp_path / "one" / "templates" / "page.html").write_text(
        "{% blocktranslate count n=x %}{{ n }} ny{% plural %}{{ n }} nye{% endblocktranslate %}"
    )
    return tmp_path


def fill(source: Path, package: str, file: str, **texts: str) -> None:
    """Write translations into a collected catalogue: `Velkommen` by its first word, the counted one by `one` and `more`."""
    path = source / package / file
    lines = path.read_text().replace('msgstr[0] ""', f'msgstr[0] "{texts["one"]}"')
    lines = lines.replace('msgstr[1] ""', f'msgstr[1] "{texts["more"]}"')
    welcome = 'msgid "Velkommen, {name}"\nmsgstr ""'
    path.write_text(lines.replace(welcome, welcome[:-1] + texts["welcome"] + '"'))


def whole(source: Path) -> Path:
    catalogs.collect(catalogs.packages(source), source)
    fill(source, "one", NN, welcome="Velkomen, {name}", one="%(n)s ny", more="%(n)s nye")
    fill(source, "one", EN, welcome="Welcome, {name}", one="one new", more="%(n)s new")
    return source


def said(source: Path) -> list[str]:
    return sorted(str(fault) for fault in catalogs.faults(source))


def test_missing_translations_are_named_by_file_and_text(source: Path) -> None:
    assert said(source) == [
        f"one/{EN}: no translation: '%(n)s ny'",
        f"one/{EN}: no translation: 'Velkommen, {{name}}'",
        f"one/{NN}: no translation: '%(n)s ny'",
        f"one/{NN}: no translation: 'Velkommen, {{name}}'",
    ]


def test_empty_translations_are_missing(source: Path) -> None:
    catalogs.collect(catalogs.packages(source), source)
    assert len(said(source)) == 4


def test_whole_catalogues_have_no_faults_and_stay_as_they_are(source: Path) -> None:
    whole(source)
    before = (source / "one" / NN).read_text()
    assert said(source) == []
    assert catalogs.collect(catalogs.packages(source), source) == 0
    assert (source / "one" / NN).read_text() == before


def change(source: Path, file: str, old: str, new: str) -> None:
    path = source / "one" / file
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


@pytest.mark.parametrize(
    ("file", "old", "new", "fault"),
    [
        (NN, "Velkomen, {name}", "Velkomen, {namn}", "the translation has other placeholders"),
        (NN, '"%(n)s nye"\n', '"nokre nye"\n', "the translation has other placeholders"),
        (EN, 'msgid "Velk', '#, fuzzy\nmsgid "Velk', "the translation is marked as fuzzy"),
        (EN, 'msgstr "Welcome, {name}"', 'msgstr " "', "no translation"),
    ],
)
def test_bad_translation_is_a_fault(
    source: Path, file: str, old: str, new: str, fault: str
) -> None:
    whole(source)
    if "nokre" in new:
        old, new = f"msgstr[1] {old}", f"msgstr[1] {new}"
    change(source, file, old, new)
    [line] = said(source)
    assert line.startswith(f"one/{file}: {fault}: ")


def test_norwegian_left_in_english_is_a_fault(source: Path) -> None:
    (source / "one" / "views.py").write_text('title = _("Pårørende")')
    (source / "one" / "templates" / "page.html").unlink()
    catalogs.collect(catalogs.packages(source), source)
    for file in (NN, EN):
        change(
            source, file, 'msgid "Pårørende"\nmsgstr ""', 'msgid "Pårørende"\nmsgstr "Pårørende"'
        )
    assert said(source) == [f"one/{EN}: the translation is the Norwegian text: 'Pårørende'"]


def test_text_out_of_use_is_a_fault_until_collected(source: Path) -> None:
    whole(source)
    (source / "one" / "views.py").write_text("")
    gone = "no longer in use: 'Velkommen, {name}'"
    assert said(source) == [f"one/{EN}: {gone}", f"one/{NN}: {gone}"]
    assert catalogs.collect(catalogs.packages(source), source) == 2
    assert said(source) == []
    assert "Velkommen" not in (source / "one" / NN).read_text()


def test_translation_is_taken_over_from_another_package_and_must_agree(source: Path) -> None:
    whole(source)
    (source / "two" / "views.py").write_text('title = _("Velkommen, {name}")')
    catalogs.collect(catalogs.packages(source), source)
    assert said(source) == []
    change(source, NN, "Velkomen", "Vel møtt")
    assert said(source) == [f"two/{NN}: translated otherwise in one/{NN}: 'Velkommen, {{name}}'"]


def test_text_in_tests_is_left_alone(source: Path) -> None:
    (source / "two" / "tests").mkdir()
    (source / "two" / "tests" / "test_x.py").write_text('_("Prøve")')
    assert catalogs.texts_of(source / "two") == {}


def test_compiled_catalogue_gives_the_translation(source: Path) -> None:
    whole(source)
    assert catalogs.compile_all(source) == 2
    with (source / "one" / EN).with_suffix(".mo").open("rb") as stream:
        compiled = gettext.GNUTranslations(stream)
    assert compiled.gettext("Velkommen, {name}") == "Welcome, {name}"
    assert compiled.ngettext("%(n)s ny", "%(n)s nye", 3) == "%(n)s new"


@pytest.mark.parametrize(
    ("language", "expected"), [("nb", "Lukk"), ("nn", "Lukk"), ("en", "Close")]
)
def test_tags_look_up_what_was_collected(language: str, expected: str) -> None:
    with translation.override(language):
        assert Template('{% translate "Lukk" %}').render(Context()) == expected


def test_the_library_itself_is_whole() -> None:
    assert [str(f) for f in catalogs.faults() if f.file.startswith("ui/")] == []
