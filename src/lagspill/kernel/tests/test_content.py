"""The content files hold what they must, and a fault in one is found when it is loaded."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.utils import translation

from lagspill.kernel import content
from lagspill.kernel.content import ContentError, Text

SOURCE = Path(content.__file__).resolve().parents[1]
GOOD = 'as_of = 2026-11-24\n[a]\nnb = "hei {name}"\nnn = "hei {name}"\nen = "hello {name}"\n'


@pytest.fixture
def own_content(tmp_path, monkeypatch):
    """A content directory of our own; the caches are emptied before and after."""
    (tmp_path / "topics.toml").write_text("as_of = 2026-11-24\n")
    monkeypatch.setenv("LAGSPILL_CONTENT", str(tmp_path))
    content.load.cache_clear()
    content.instrument.cache_clear()
    yield tmp_path
    content.load.cache_clear()
    content.instrument.cache_clear()


def test_every_file_loads():
    content.check_all()
    assert {"topics", "agreement", "invitation", "audiences", "instruments/egen-sjekk"} <= set(
        content.names()
    )


def test_text_is_given_in_the_language_asked_for_and_in_the_readers():
    hello = Text("hei", "hei du", "hello")
    assert content.text(hello, "nn") == "hei du"
    with translation.override("en-gb"):
        assert str(hello) == "hello"
    with translation.override(None):
        assert str(hello) == "hei"
    with pytest.raises(ContentError):
        content.text(hello, "de")


def test_fill_takes_values_literally_and_wants_all_of_them():
    hello = Text("hei {name}", "hei {name}", "hello {name}")
    assert hello.fill("en", name="{name} {0} %s") == "hello {name} {0} %s"
    with pytest.raises(ContentError):
        hello.fill("en")
    with pytest.raises(ContentError):
        hello.fill("en", name="Per", other=1)


@pytest.mark.parametrize(
    "broken",
    [
        GOOD.replace("as_of = 2026-11-24\n", ""),
        GOOD.replace('nn = "hei {name}"\n', ""),
        GOOD.replace('nn = "hei {name}"', 'nn = " "'),
        GOOD.replace('en = "hello {name}"', 'en = "hello"'),
        GOOD + 'se = "bures"\n',
        "[",
    ],
)
def test_a_faulty_file_is_refused(own_content, broken):
    (own_content / "x.toml").write_text(broken)
    with pytest.raises(ContentError):
        content.load("x")


def test_a_good_file_is_frozen_and_read_by_path(own_content):
    (own_content / "x.toml").write_text(GOOD)
    file = content.load("x")
    assert file.text_at("a").nb == "hei {name}"
    with pytest.raises(TypeError):
        file.body["a"] = 1
    with pytest.raises(ContentError):
        file.text_at("a.b")
    with pytest.raises(ContentError):
        file["b"]


def test_a_name_cannot_leave_the_directory():
    for name in ("../secret", "/etc/passwd", "a//b", "A"):
        with pytest.raises(ContentError):
            content.load(name)


def test_missing_directory_says_so(monkeypatch, tmp_path):
    monkeypatch.setenv("LAGSPILL_CONTENT", str(tmp_path / "none"))
    with pytest.raises(ContentError, match="LAGSPILL_CONTENT"):
        content.directory()


def test_topics_start_narrow_for_feelings_health_and_family():
    topics = content.topics()
    assert list(topics) == [f"T{number:02}" for number in range(1, 20)]
    for code in ("T01", "T03", "T09", "T12", "T13", "T14", "T17"):
        assert topics[code].audience == "talk", code
    for topic in topics.values():
        assert topic.audience in ("talk", "service", "shared")
        assert topic.about in ("caregiver", "care_recipient")
        assert topic.audience != "service" or topic.about == "caregiver"


def test_own_check_in_has_no_threshold():
    sheet = content.instrument("egen-sjekk")
    assert (len(sheet.items), sheet.highest, sheet.bands, sheet.validity) == (5, 20, (), "none")
    assert [option.value for option in sheet.options] == [0, 1, 2, 3, 4]
    assert {item.higher_is for item in sheet.items} == {"heavier"}
    assert str(sheet.words["closing_question"]) == "Skal vi ringe deg?"


def test_an_instrument_with_a_hole_in_its_bands_is_refused(own_content):
    text = 'nb = "a"\nnn = "a"\nen = "a"\n'
    bands = "".join(
        f'[[band]]\ncode = "{low}"\nlow = {low}\nhigh = {high}\n[band.label]\n{text}'
        for low, high in ((0, 1), (3, 4))
    )
    (own_content / "instruments").mkdir()
    (own_content / "instruments" / "x.toml").write_text(
        'as_of = 2026-11-24\nid = "x"\nversion = "1"\nlicence = ""\nvalidity = "none"\n'
        f'[title]\n{text}[[option]]\nvalue = 4\n[option.label]\n{text}[[item]]\nid = "i"\nhigher_is = "heavier"\n{bands}'
    )
    with pytest.raises(ContentError, match="holes"):
        content.instrument("x")


def test_notices_outside_the_envelope_name_nobody():
    file = content.load("invitation")
    for path in ("email.subject", "email.body", "sms", "voicemail"):
        notice = file.text_at(path)
        assert notice.placeholders <= {"municipality", "address", "phone", "day"}, path
        assert not re.search(
            r"pårør|omsorg|syk|sjuk|helse|health|caregiver|samtale",
            " ".join((notice.nb, notice.nn, notice.en)),
            re.I,
        )


def test_invitation_says_all_it_must():
    blocks = [block["id"] for block in content.load("invitation")["block"]]
    must = "why who_leads when_where who_else topics written_down can_read duty_to_record may_share binds_nobody someone_to_stay interpreter contact"
    assert set(must.split()) <= set(blocks)


def test_an_unknown_code_still_gets_a_sentence():
    assert content.reason("never heard of").code == "other"
    assert str(content.reason("stale")) == "Noen andre lagret mens du skrev."


def test_every_code_that_the_code_refuses_with_has_a_sentence():
    """A new code needs its sentence in content/reasons.toml, in three languages."""
    refused = re.compile(r"\b(?:NotPossible|NotAllowed|Stale|no)\(\s*\"([a-z_]+)\"")
    used = {
        (code, path.relative_to(SOURCE).as_posix())
        for path in SOURCE.rglob("*.py")
        if "tests" not in path.parts
        for code in refused.findall(path.read_text("utf-8"))
    }
    assert {code for code, _ in used} - content.reasons().keys() == set(), sorted(used)
