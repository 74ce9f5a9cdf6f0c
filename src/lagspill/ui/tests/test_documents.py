"""The PDFs open, are tagged, say what they were given, and never more."""

from __future__ import annotations

import io

import pytest
from pypdf import PdfReader

from lagspill.kernel import content
from lagspill.ui import documents
from lagspill.ui.documents import DocumentError, render

SAMI = "čđŋšŧž ČĐŊŠŦŽ áâ"


def letter(**changes):
    """An invitation as a caregiver in Vefsn would get it."""
    return {
        "sender": {"name": "Vefsn kommune", "address": "Postboks 560, 8651 Mosjøen"},
        "recipient": ["Aslaug Eksempel", "Eksempelveien 4", "8656 Mosjøen"],
        "date": "24. november 2026",
        "title": "Vil du snakke med oss?",
        "blocks": [
            {"text": "Hei, Aslaug"},
            {
                "heading": "Hvorfor vi spør",
                "text": "Du stiller opp for Torvald. Det betyr mye, og vi vil gjerne høre hvordan du har det. "
                "Sammen kan vi avtale hvem som gjør hva, og hva du kan vente deg av oss.",
            },
            {"heading": "Hvem du møter", "text": "Kari Moe, pårørendekoordinator, leder samtalen."},
            {
                "heading": "Når og hvor",
                "text": "Torsdag 10. desember, kl. 10.00, hjemme hos deg. Passer det ikke, finner vi en annen tid. "
                "Du velger selv om vi møtes hjemme hos deg, på kontoret, på telefon eller på video.",
            },
            {
                "heading": "Det vi kan snakke om",
                "text": "Du kan legge til noe eller stryke noe.",
                "list": ["Hva er viktig for deg?", "Støtte til deg", "Når noe uventet skjer"],
            },
            {
                "heading": "Du bestemmer",
                "text": "Samtalen og avtalen er frivillig og binder ingen. Du kan si ja, nei eller ikke nå, "
                "og du trenger ikke å si hvorfor. Du kan stoppe når du vil.",
            },
        ],
        "contact": {
            "label": "Ring oss",
            "name": "Kari Moe",
            "phone": "75 10 10 00",
            "hours": "hverdager kl. 8–15.30",
        },
        "signature": {
            "greeting": "Vennlig hilsen",
            "name": "Kari Moe",
            "role": "pårørendekoordinator",
        },
        "reply_slip": {
            "title": "Svarark",
            "how": "Sett kryss, klipp av og send i svarkonvolutten. Du kan også bare ringe 75 10 10 00.",
            "choices": [
                "Ja, tiden passer",
                "Ja, men en annen tid. Ring meg",
                "Ikke nå",
                "Nei takk",
            ],
            "place_label": "Jeg vil helst møtes",
            "places": ["hjemme", "på kontoret", "på telefon", "på video"],
            "needs": ["Jeg trenger noen som kan være hjemme mens vi snakker"],
            "lines": ["Jeg trenger tolk. Språk:", "Telefonen min:"],
            "return_to": ["Vefsn kommune", "Postboks 560, 8651 Mosjøen"],
            "reference": "Svarkode: KTRM 7342",
        },
        "page_label": "Side {page} av {pages}",
        "demo_note": "Vefsn (oppdiktet innhold)",
    } | changes


def agreement(**changes):
    """An ordinary agreement: two caregivers, home care, a volunteer, two promises."""
    return {
        "municipality": "Vefsn kommune",
        "title": "Avtale",
        "subtitle": "Mellom Aslaug Eksempel og Vefsn kommune, om hverdagen rundt Torvald",
        "facts": ["Gjelder fra 10. desember 2026", "Versjon 2"],
        "matters": {
            "heading": "Det som er viktig",
            "text": "Å kunne sove om natten og vite hvem jeg kan ringe.",
        },
        "tasks": {
            "heading": "Hvem gjør hva",
            "groups": [
                {
                    "who": "Aslaug",
                    "items": [
                        {"task": "Lager middag"},
                        {"task": "Følger til legen", "when": "når hun kan"},
                    ],
                },
                {
                    "who": "Per (sønn)",
                    "items": [{"task": "Ringer Torvald", "when": "hver kveld kl. 19"}],
                },
                {
                    "who": "Hjemmetjenesten",
                    "items": [
                        {"task": "Medisiner", "when": "morgen og kveld"},
                        {"task": "Dusj", "when": "tirsdag og fredag"},
                        {"task": "Løft og forflytning"},
                    ],
                },
                {
                    "who": "Frivilligsentralen",
                    "items": [{"task": "Besøksvenn", "when": "onsdag kl. 12–14"}],
                },
                {"who": "Ingen ennå", "items": [{"task": "Snømåking"}]},
            ],
        },
        "will_not": {
            "heading": "Det jeg ikke gjør",
            "items": ["Jeg løfter ikke Torvald.", "Jeg gir ikke medisiner."],
            "note": "Kommunen planlegger uten dette. Du trenger ikke å begrunne det.",
        },
        "promises": {
            "heading": "Det kommunen har lovet",
            "columns": ["Løfte", "Ansvarlig", "Innen"],
            "rows": [
                {
                    "what": "Ringe Aslaug etter legetimen",
                    "owner": "Kari Moe",
                    "due": "14. desember",
                },
                {"what": "Svare om trygghetsalarm", "owner": "Tone Sæther", "due": "18. desember"},
            ],
        },
        "not_followed": "Blir noe ikke fulgt, si fra til Nina Dahl, enhetsleder, på 75 10 10 01. Du får svar innen 3 virkedager.",
        "contacts": {
            "heading": "Hvem vi ringer",
            "rows": [
                {"label": "Kontakten din", "name": "Kari Moe", "phone": "75 10 10 00"},
                {"label": "Er Kari borte", "name": "Jon Eira", "phone": "75 10 10 02"},
                {
                    "label": "Vi når deg på",
                    "name": "Aslaug",
                    "phone": "412 34 567",
                    "note": "etter kl. 16",
                },
            ],
        },
        "contingency": {
            "heading": "Når noe uventet skjer",
            "items": ["Blir Aslaug syk: ring Kari. Tjenesten kommer samme dag.", "Per har nøkkel."],
        },
        "review": {
            "heading": "Vi snakkes igjen",
            "text": "Vi går gjennom avtalen sammen 10. mars 2027, eller før hvis noe endrer seg.",
        },
        "statements": [
            "Avtalen er frivillig. Den gir ingen plikter etter loven og tar ikke fra noen en rettighet. "
            "Du kan endre den eller si den opp når du vil, uten å si hvorfor.",
            "Avtalen er ikke et vedtak. Vil du søke om en tjeneste eller klage, hjelper vi deg med det.",
        ],
        "confirmation": {
            "heading": "Vi er enige om dette",
            "blank": "Dato og underskrift",
            "parties": [
                {"name": "Aslaug Eksempel"},
                {
                    "name": "Kari Moe, pårørendekoordinator",
                    "confirmed": "Bekreftet 10. desember 2026, i samtalen",
                },
            ],
        },
        "thanks": "Takk for det du gjør for Torvald.",
        "page_label": "Side {page} av {pages}",
        "footer": "Vefsn kommune",
        "demo_note": "Vefsn (oppdiktet innhold)",
    } | changes


def extract(**changes):
    """An extract with one told fact and one task."""
    return {
        "municipality": "Vefsn kommune",
        "title": "Utdrag til journal",
        "lead": "Bare det som er delt med Torvald, og som trengs for å gi rett hjelp.",
        "facts": [
            {"label": "Gjelder", "value": "Torvald Eksempel"},
            {"label": "Skrevet ut", "value": "10. desember 2026"},
        ],
        "sections": [
            {
                "heading": "Når noe uventet skjer",
                "entries": [
                    {
                        "text": "Blir Aslaug syk: ring Kari Moe.",
                        "source": "Aslaug Eksempel, ektefelle, 10. desember 2026",
                    }
                ],
            }
        ],
        "note": "Torvald kan lese alt som står her.",
        "page_label": "Side {page} av {pages}",
        "demo_note": "Vefsn (oppdiktet innhold)",
    } | changes


SAMPLES = {"letter": letter, "agreement": agreement, "extract": extract}


def read(template, data, *, lang="nb", title="Avtale"):
    return PdfReader(io.BytesIO(render(template, data, lang=lang, title=title)))


def words(pdf):
    """The text with hyphenation and line breaks undone as far as they can be."""
    return " ".join(" ".join(page.extract_text() for page in pdf.pages).split())


@pytest.mark.parametrize("template", SAMPLES)
@pytest.mark.parametrize("lang", ["nb", "nn", "en"])
@pytest.mark.parametrize("large", [False, True])
def test_pdf_is_tagged_and_has_language_and_title(template, lang, large):
    pdf = read(template, SAMPLES[template](large=large), lang=lang, title="Avtale")
    root = pdf.trailer["/Root"]
    assert "/StructTreeRoot" in root
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"].startswith(lang)
    assert pdf.metadata.title == "Avtale"
    assert pdf.metadata.author is None
    xmp = root["/Metadata"].get_data()
    assert b"pdfuaid:part" in xmp
    assert b"pdfaid:part" in xmp


def test_an_ordinary_agreement_is_one_page():
    assert len(read("agreement", agreement()).pages) == 1


def test_large_letter_is_set_in_sixteen_points():
    sizes = []
    pdf = read("letter", letter(large=True))
    pdf.pages[1].extract_text(
        visitor_text=lambda text, cm, tm, font, size: sizes.append((size * tm[0], text))
    )
    assert [text for size, text in sizes if round(size) >= 16 and text.strip()]


def test_norwegian_and_sami_letters_are_printed():
    pdf = read("extract", extract(note=f"æøåÆØÅ {SAMI}"))
    assert f"æøåÆØÅ {SAMI}" in words(pdf)


def test_what_the_font_lacks_is_shown_as_a_box_and_known_faces_as_signs():
    pdf = read("extract", extract(note="Takk 🙂 ❤️ 👩‍👧 مرحبا بك 你好 slutt\x00\u202e"))
    assert "Takk :-) ♥ □ slutt" in words(pdf)


@pytest.mark.parametrize(
    "hostile",
    [
        "#eval(panic())",
        "$x^2$ *fet* _kursiv_ = = @ref <label>",
        '"]} #import "x"',
        "\\u{41} // borte /* x */",
        "`rå`",
    ],
)
def test_hostile_text_appears_as_it_was_written(hostile):
    data = agreement(matters={"heading": hostile, "text": hostile}, subtitle=hostile)
    assert words(read("agreement", data)).count(hostile) == 3


def test_a_long_agreement_flows_over_pages_and_keeps_every_line():
    groups = [
        {"who": f"Person {n}", "items": [{"task": f"Oppgave nr{n}-{m}."} for m in range(10)]}
        for n in range(20)
    ]
    rows = [{"what": f"Løfte nr{n}.", "owner": "Kari Moe", "due": "1. mai"} for n in range(60)]
    data = agreement(tasks={"heading": "Hvem gjør hva", "groups": groups})
    pdf = read("agreement", data | {"promises": data["promises"] | {"rows": rows}})
    text = words(pdf)
    assert len(pdf.pages) > 4
    assert all(f"Oppgave nr{n}-{m}." in text for n in range(20) for m in range(10))
    assert all(f"Løfte nr{n}." in text for n in range(60))
    assert f"Side {len(pdf.pages)} av {len(pdf.pages)}" in text


def test_note_on_unprintable_signs_is_shown_only_when_needed():
    note = {"unprintable_note": "Noen tegn kunne ikke skrives ut."}
    assert "Noen tegn" not in words(read("extract", extract(**note)))
    assert "Noen tegn" in words(read("extract", extract(note="你", **note)))


def test_every_character_can_be_printed_or_replaced():
    every = "".join(map(chr, range(0x3000))) + "\ud800\uffff\U0001f600\U000e0041\U0010ffff"
    assert read("extract", extract(note=every)).pages


def test_long_parts_lose_nothing():
    items = [f"Jeg gjør ikke nr{n}." for n in range(120)]
    text = words(read("agreement", agreement(will_not={"heading": "Nei", "items": items})))
    assert all(item in text for item in items)
    lines = "\n".join(f"Linje nr{n}." for n in range(120))
    text = words(read("letter", letter(blocks=[{"heading": "Lenge", "text": lines}])))
    assert all(f"Linje nr{n}." in text for n in range(120))


@pytest.mark.parametrize("lang", content.LANGUAGES)
@pytest.mark.parametrize(("large", "pages"), [(False, 3), (True, 5)])
def test_the_whole_invitation_fits_a_few_pages(lang, large, pages):
    file = content.load("invitation")
    names = "municipality caregiver care_recipient leader leader_role day time place others phone hours reply_by topics may_share code address"
    values = {name: f"({name})" for name in names.split()}

    def said(words):
        return words.fill(lang, **{name: values[name] for name in words.placeholders})

    blocks = [
        {key: said(block[key]) for key in ("heading", "text") if key in block}
        for block in file["block"]
    ]
    pdf = read(
        "letter",
        letter(blocks=blocks, large=large, title=file.text_at("title").in_(lang)),
        lang=lang,
    )
    assert len(pdf.pages) <= pages


def test_demo_note_is_on_every_page():
    pdf = read("letter", letter())
    assert all("oppdiktet innhold" in page.extract_text() for page in pdf.pages)


def test_missing_and_unknown_data_say_where():
    broken = agreement()
    broken["promises"] = broken["promises"] | {"rows": [{"what": "x", "owner": "y"}]}
    with pytest.raises(DocumentError, match=r"agreement\.promises\.rows\[0\]\.due is missing"):
        read("agreement", broken)
    with pytest.raises(DocumentError, match="no place for 'extra'"):
        read("agreement", agreement(extra="x"))
    with pytest.raises(DocumentError, match="must be a list"):
        read("letter", letter(recipient="Aslaug"))
    with pytest.raises(DocumentError, match="no template"):
        read("../letter", {})
    with pytest.raises(DocumentError, match="no language"):
        read("letter", letter(), lang="se")


def test_a_name_in_the_title_is_refused():
    with pytest.raises(DocumentError, match="name"):
        read("letter", letter(), title="Brev til Aslaug")
    with pytest.raises(DocumentError, match="name"):
        read("agreement", agreement(), title="Avtale Eksempel")
    with pytest.raises(DocumentError):
        read("agreement", agreement(), title=" ")


def test_font_is_ours_alone():
    fonts = {
        str(font.get_object()["/BaseFont"]).split("+")[1].split("-")[0]
        for page in read("agreement", agreement()).pages
        for font in page["/Resources"]["/Font"].values()
    }
    assert fonts == {"Inter"}
    assert {ord(letter) for letter in SAMI + "æøå–—«»•□♥"} <= documents._covered()
