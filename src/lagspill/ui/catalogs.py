"""The catalogues of translations: finds every text of a package, and keeps its `locale/` files in step with them.

Texts are written in bokmål where they are used; each package holds its own nynorsk and English. No gettext programs
are needed. Not for texts as data, which carry their own translations (`kernel.content`).
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from lagspill.ui import texts_in_code, texts_in_templates
from lagspill.ui.texts_in_code import Text

SOURCE = Path(__file__).resolve().parents[1]
LANGUAGES = ("nn", "en")
_PLACEHOLDER = re.compile(r"%\((\w+)\)[a-z]|%[sd]|\{(\w*)\}")
_ONLY_NORWEGIAN = re.compile(r"[æøåÆØÅ]")
_HEADER = """\
msgid ""
msgstr ""
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""

Key = tuple[str, str]
"""What tells two texts apart: the context ('' when there is none) and the text."""
Translation = str | tuple[str, ...]
"""One form, or one for each number."""


@dataclass
class Found:
    """One text of a package, and the files it stands in."""

    text: Text
    files: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Fault:
    """One thing wrong: the file, the text it is about ('' when it is the file itself), and what is wrong."""

    file: str
    text: str
    what: str

    def __str__(self) -> str:
        return f"{self.file}: {self.what}" + (f": {self.text!r}" if self.text else "")


def packages(source: Path = SOURCE) -> list[Path]:
    """Every package that may have texts, by name."""
    return sorted(path.parent for path in source.glob("*/__init__.py"))


def texts_of(package: Path) -> dict[Key, Found]:
    """Every text of the package's Python and templates; raises `texts_in_code.Unreadable`."""
    found: dict[Key, Found] = {}
    for file, texts in _files(package):
        name = file.relative_to(package).as_posix()
        for text in texts:
            entry = found.setdefault(text.key, Found(text))
            if text.plural and not entry.text.plural:
                entry.text = text
            if name not in entry.files:
                entry.files.append(name)
    return found


def _files(package: Path) -> Iterator[tuple[Path, Iterable[Text]]]:
    for file in sorted(package.rglob("*.py")):
        if not {"tests", "migrations"} & set(file.relative_to(package).parts):
            yield file, texts_in_code.texts_in(file.read_text(encoding="utf-8"), str(file))
    for file in sorted((package / "templates").rglob("*")):
        if file.suffix in (".html", ".txt"):
            yield file, texts_in_templates.texts_in(file.read_text(encoding="utf-8"))


def catalogue_file(package: Path, language: str) -> Path:
    return package / "locale" / language / "LC_MESSAGES" / "django.po"


def read(file: Path, language: str) -> Catalog:
    """The catalogue in the file; an empty one when there is no file."""
    if not file.exists():
        return Catalog(locale=language)
    with file.open("rb") as stream:
        return read_po(stream, locale=language)


def collect(chosen: Iterable[Path], source: Path = SOURCE) -> int:
    """Give every catalogue of the chosen packages exactly the texts in use; returns how many files changed.

    A text that another package has translated already is taken over from there.
    """
    known = {language: _known(source, language) for language in LANGUAGES}
    changed = 0
    for package in chosen:
        found = texts_of(package)
        for language in LANGUAGES:
            file = catalogue_file(package, language)
            content = _rewritten(read(file, language), found, known[language], language)
            if content == (file.read_bytes() if file.exists() else b""):
                continue
            changed += 1
            if content:
                _replace(file, content)
            else:
                file.unlink()
    return changed


def _known(source: Path, language: str) -> dict[Key, Translation]:
    known: dict[Key, Translation] = {}
    for package in packages(source):
        for key, message in _messages(read(catalogue_file(package, language), language)).items():
            if _is_translated(_string(message)):
                known.setdefault(key, _string(message))
    return known


def _rewritten(
    old: Catalog,
    found: dict[Key, Found],
    known: dict[Key, Translation],
    language: str,
) -> bytes:
    if not found:
        return b""
    had = _messages(old)
    new = Catalog(locale=language)
    for key in sorted(found, key=lambda key: (key[1].casefold(), key)):
        text = found[key].text
        message = had.get(key)
        string = _string(message) if _is_translated(_string(message)) else known.get(key, "")
        if isinstance(string, tuple) != bool(text.plural):
            string = ("", "") if text.plural else ""
        new.add(
            text.message_id,
            string=string,
            context=text.context or None,
            locations=[(file, 0) for file in found[key].files],
            flags=message.flags & {"fuzzy"} if message else (),
            user_comments=message.user_comments if message else (),
        )
    body = BytesIO()
    write_po(body, new, omit_header=True, include_lineno=False, width=0)
    return _HEADER.format(language=language).encode() + body.getvalue()


def compile_all(source: Path = SOURCE) -> int:
    """Write a .mo beside every .po; returns how many."""
    files = sorted(source.glob("*/locale/*/LC_MESSAGES/*.po"))
    for file in files:
        compiled = BytesIO()
        write_mo(compiled, read(file, file.parents[1].name))
        _replace(file.with_suffix(".mo"), compiled.getvalue())
    return len(files)


def faults(source: Path = SOURCE) -> list[Fault]:
    """Everything that keeps a reader from seeing each text in their own language."""
    found: list[Fault] = []
    first: dict[tuple[str, Key], tuple[str, Translation]] = {}
    for package in packages(source):
        try:
            texts = texts_of(package)
        except texts_in_code.Unreadable as error:
            found.append(Fault(error.file, error.text, error.what))
            continue
        for language in LANGUAGES:
            file = catalogue_file(package, language)
            name = file.relative_to(source).as_posix()
            catalogue = read(file, language)
            found += [Fault(name, text, what) for text, what in _compare(catalogue, texts)]
            for key, message in _messages(catalogue).items():
                mine = _string(message)
                place, string = first.setdefault((language, key), (name, mine))
                if _is_translated(mine) and _is_translated(string) and mine != string:
                    found.append(Fault(name, key[1], f"translated otherwise in {place}"))
    return found


def _compare(catalogue: Catalog, texts: dict[Key, Found]) -> Iterator[tuple[str, str]]:
    messages = _messages(catalogue)
    for key, entry in texts.items():
        message = messages.get(key)
        string = _string(message)
        if message is None or not _is_translated(string):
            yield key[1], "no translation"
        elif message.fuzzy:
            yield key[1], "the translation is marked as fuzzy"
        elif message.id != entry.text.message_id:
            yield key[1], "the plural form differs from the one in use"
        elif not _same_placeholders(entry.text, string):
            yield key[1], "the translation has other placeholders"
        elif str(catalogue.locale) == "en" and _is_left_norwegian(entry.text, string):
            yield key[1], "the translation is the Norwegian text"
    for key in messages.keys() - texts.keys():
        yield key[1], "no longer in use"
    for message in catalogue.obsolete.values():
        yield str(message.id), "kept, but out of use"


def _messages(catalogue: Catalog) -> dict[Key, Message]:
    found: dict[Key, Message] = {}
    for message in catalogue:
        if message.id:
            singular = message.id if isinstance(message.id, str) else message.id[0]
            found[(message.context or "", singular)] = message
    return found


def _string(message: Message | None) -> Translation:
    string = message.string if message else ""
    return tuple(string) if isinstance(string, list | tuple) else (string or "")


def _is_translated(string: Translation) -> bool:
    forms = [string] if isinstance(string, str) else string
    return bool(forms) and all(form.strip() for form in forms)


def _same_placeholders(text: Text, string: Translation) -> bool:
    """All of them in every form; the form for one may leave the number out."""
    if isinstance(string, str):
        return placeholders(string) == placeholders(text.singular)
    one, *more = string
    wanted = placeholders(text.plural)
    return placeholders(one) <= wanted and all(placeholders(form) == wanted for form in more)


def _is_left_norwegian(text: Text, string: Translation) -> bool:
    form = string if isinstance(string, str) else string[0]
    return form == text.singular and bool(_ONLY_NORWEGIAN.search(form))


def placeholders(text: str) -> set[str]:
    """The names to be filled in: `%(name)s`, `{name}`, `%s`."""
    return {match.group(0) for match in _PLACEHOLDER.finditer(text.replace("%%", ""))}


def _replace(file: Path, content: bytes) -> None:
    """Whole or not at all: a server may be reading it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    partial = file.with_name(f".{file.name}.{os.getpid()}")
    partial.write_bytes(content)
    partial.replace(file)
