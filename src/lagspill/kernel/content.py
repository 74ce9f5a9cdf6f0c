"""Texts and word lists as data: reads `content/*.toml` once and checks that every text has bokmål, nynorsk and English.

Only the format is known here; what a text is used for belongs to the capability that shows it. Other helpers of the same
kind (municipalities, samples) read their own files.

A table with a language key is a `Text` and must have all three languages, not blank and with the same {placeholders}.
`load` gives a whole file as frozen mappings; the functions below it give the shared lists as dataclasses.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from django.utils.translation import get_language

T = TypeVar("T")

LANGUAGES = ("nb", "nn", "en")
_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
_PACKAGE = Path(__file__).resolve().parents[1]


class ContentError(Exception):
    """A content file is missing or does not hold what it must; says the file and the place in it."""


@dataclass(frozen=True, slots=True)
class Text:
    """One text in the three languages. As `str()`, and so in a template, it is in the reader's language."""

    nb: str
    nn: str
    en: str

    def in_(self, lang: str) -> str:
        """The text in `lang`; raises on a language we do not have."""
        return text(self, lang)

    def fill(self, lang: str, **values: object) -> str:
        """The text in `lang` with its {placeholders} replaced; raises when a value is missing or not asked for."""
        wanted = self.placeholders
        if wanted != values.keys():
            raise ContentError(f"wants the values {sorted(wanted)}, got {sorted(values)}")
        return _PLACEHOLDER.sub(lambda match: str(values[match[1]]), self.in_(lang))

    @property
    def placeholders(self) -> frozenset[str]:
        """The names in braces; the same in all three languages."""
        return frozenset(_PLACEHOLDER.findall(self.nb))

    def __str__(self) -> str:
        return self.in_(active_language())


@dataclass(frozen=True, slots=True)
class Content:
    """One content file: when it was last checked, where it comes from, and what it holds."""

    name: str
    as_of: date
    source: str
    body: Mapping[str, Any]

    def __getitem__(self, key: str) -> Any:
        return _child(self.body, key, self.name)

    def text_at(self, path: str) -> Text:
        """The text at a dotted path, as 'reply_slip.title'; raises when it is not a text."""
        node: Any = self.body
        for key in path.split("."):
            node = _child(node, key, f"{self.name}: {path}")
        if not isinstance(node, Text):
            raise ContentError(f"{self.name}: {path} is not a text")
        return node


def active_language() -> str:
    """The reader's language as one of ours; bokmål when none is chosen."""
    code = (get_language() or "nb").split("-")[0].lower()
    return code if code in LANGUAGES else "nb"


def text(block: Text, lang: str) -> str:
    """`block` in `lang` (nb, nn or en)."""
    if lang not in LANGUAGES:
        raise ContentError(f"no language {lang!r}; there are {', '.join(LANGUAGES)}")
    value: str = getattr(block, lang)
    return value


def directory() -> Path:
    """Where the content lies: LAGSPILL_CONTENT, or `content/` beside the package or beside `src/`."""
    named = os.environ.get("LAGSPILL_CONTENT")
    places = (
        [Path(named)]
        if named
        else [base / "content" for base in (_PACKAGE, _PACKAGE.parent, _PACKAGE.parent.parent)]
    )
    for place in places:
        if (place / "topics.toml").is_file():
            return place
    raise ContentError(f"no content found in {' or '.join(map(str, places))}; set LAGSPILL_CONTENT")


@lru_cache(maxsize=64)
def load(name: str) -> Content:
    """The file `name` (without ending, as 'topics' or 'instruments/egen-sjekk'), checked. Read once per process."""
    if not re.fullmatch(r"[a-z0-9-]+(/[a-z0-9-]+)*", name):
        raise ContentError(f"{name!r} is not a name of a content file")
    try:
        raw = tomllib.loads((directory() / f"{name}.toml").read_text("utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise ContentError(f"{name}: {error}") from error
    as_of, source = raw.pop("as_of", None), raw.pop("source", "")
    if not isinstance(as_of, date) or not isinstance(source, str):
        raise ContentError(f"{name}: as_of must be a date, and source a text if there is one")
    return Content(name, as_of, source, _frozen(raw, name))


def names() -> tuple[str, ...]:
    """Every content file, by the name that `load` takes."""
    root = directory()
    return tuple(
        sorted(path.relative_to(root).with_suffix("").as_posix() for path in root.rglob("*.toml"))
    )


def check_all() -> None:
    """Load every file and every list; raises `ContentError` at the first fault. For `./run check`."""
    for name in names():
        load(name)
        if name.startswith("instruments/"):
            instrument(name.removeprefix("instruments/"))
    for get in (topics, task_kinds, relations, roles, audiences, reasons):
        get()


def _frozen(node: Any, where: str) -> Any:
    if isinstance(node, dict):
        if node.keys() & set(LANGUAGES):
            return _text(node, where)
        return MappingProxyType(
            {key: _frozen(value, f"{where}: {key}") for key, value in node.items()}
        )
    if isinstance(node, list):
        return tuple(_frozen(value, f"{where}[{at}]") for at, value in enumerate(node))
    return node


def _text(node: dict[str, Any], where: str) -> Text:
    if node.keys() != set(LANGUAGES):
        raise ContentError(
            f"{where} needs exactly {', '.join(LANGUAGES)}; has {', '.join(sorted(node))}"
        )
    for lang, value in node.items():
        if not isinstance(value, str) or not value.strip():
            raise ContentError(f"{where}: the text in {lang} is empty")
    made = Text(**{lang: value.strip() for lang, value in node.items()})
    if len({frozenset(_PLACEHOLDER.findall(text(made, lang))) for lang in LANGUAGES}) > 1:
        raise ContentError(f"{where}: the languages do not have the same placeholders")
    return made


def _child(node: Any, key: str, where: str) -> Any:
    if not isinstance(node, Mapping) or key not in node:
        raise ContentError(f"{where}: there is no {key!r}")
    return node[key]


# --- the shared lists -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Topic:
    """Something a talk may be about (domain §4). The default audience is where the choice starts, never where it ends."""

    code: str
    icon: str
    audience: str
    about: str
    title: Text
    help_caregiver: Text
    help_staff: Text


@dataclass(frozen=True, slots=True)
class TaskKind:
    """A common task in the catalogue of the agreement."""

    code: str
    icon: str
    label: Text


@dataclass(frozen=True, slots=True)
class Relation:
    """What a caregiver is to a care recipient, said from both sides. `asks_age` as in `people.rules.ASKS_AGE`."""

    code: str
    asks_age: bool
    label: Text
    of: Text
    you_help: Text
    helped_by: Text


@dataclass(frozen=True, slots=True)
class RoleWords:
    """A staff role in words; the codes are those of `access.rules.Role`."""

    code: str
    label: Text
    does: Text


@dataclass(frozen=True, slots=True)
class AudienceWords:
    """A rung of the ladder (or `draft`, `family`) in words: to the caregiver, and to staff beside the caregiver."""

    code: str
    icon: str
    label: Text
    to_caregiver: Text
    to_staff: Text


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something was refused and what to do then. As `str()` it is the sentence that says why."""

    code: str
    text: Text
    advice: Text

    def __str__(self) -> str:
        return str(self.text)


@dataclass(frozen=True, slots=True)
class Option:
    """One answer of an instrument and what it counts."""

    value: int
    label: Text


@dataclass(frozen=True, slots=True)
class Item:
    """One question. Without `text` it is keyed by number from a licensed form. `higher_is` says what a high answer means."""

    id: str
    higher_is: str
    text: Text | None = None


@dataclass(frozen=True, slots=True)
class Band:
    """A span of the sum with a name; both ends belong to it."""

    code: str
    low: int
    high: int
    label: Text


@dataclass(frozen=True, slots=True)
class Subscale:
    """Some of the items, summed by themselves."""

    code: str
    items: tuple[str, ...]
    label: Text


@dataclass(frozen=True, slots=True)
class Instrument:
    """A set of questions with its answers and how they are counted. The score is a sum and decides nothing."""

    id: str
    version: str
    as_of: date
    source: str
    licence: str
    validity: str
    title: Text
    options: tuple[Option, ...]
    items: tuple[Item, ...]
    bands: tuple[Band, ...] = ()
    subscales: tuple[Subscale, ...] = ()
    words: Mapping[str, Text] = field(default_factory=lambda: MappingProxyType({}))
    closing: tuple[tuple[str, Text], ...] = ()

    @property
    def highest(self) -> int:
        """The greatest sum there can be."""
        return len(self.items) * max(option.value for option in self.options)


@lru_cache(maxsize=1)
def topics() -> Mapping[str, Topic]:
    """The topics of a talk, by code, in the usual order."""
    return _rows("topics", "topic", Topic)


@lru_cache(maxsize=1)
def task_kinds() -> Mapping[str, TaskKind]:
    """The catalogue of common tasks, by code."""
    return _rows("agreement", "task", TaskKind)


@lru_cache(maxsize=1)
def relations() -> Mapping[str, Relation]:
    """What one person may be to another, by code."""
    return _rows("relations", "relation", Relation)


@lru_cache(maxsize=1)
def roles() -> Mapping[str, RoleWords]:
    """Staff roles in words, by code."""
    return _rows("roles", "role", RoleWords)


@lru_cache(maxsize=1)
def audiences() -> Mapping[str, AudienceWords]:
    """The ladder in words, from narrow to wide, then `family`; by code."""
    return _rows("audiences", "audience", AudienceWords)


@lru_cache(maxsize=1)
def reasons() -> Mapping[str, Reason]:
    """Every refusal that has a sentence of its own, by code."""
    return _rows("reasons", "reason", Reason)


def reason(code: str) -> Reason:
    """The sentence for a refusal; the general one for a code without its own, so that an answer is always given.

    `tests/test_content.py` keeps the list complete.
    """
    found = reasons()
    return found.get(code) or found["other"]


@lru_cache(maxsize=32)
def instrument(id: str) -> Instrument:
    """The instrument in `content/instruments/<id>.toml`."""
    file = load(f"instruments/{id}")
    body = dict(file.body)
    options = tuple(_make(Option, row, file.name) for row in body.pop("option", ()))
    items = tuple(_make(Item, row, file.name) for row in body.pop("item", ()))
    bands = tuple(_make(Band, row, file.name) for row in body.pop("band", ()))
    subscales = tuple(_make(Subscale, row, file.name) for row in body.pop("subscale", ()))
    closing = tuple((row["code"], row["label"]) for row in body.pop("closing", ()))
    words = body.pop("words", MappingProxyType({}))
    if not all(isinstance(value, Text) for value in words.values()):
        raise ContentError(f"{file.name}: words holds only texts")
    made = _make(
        Instrument,
        body
        | {
            "as_of": file.as_of,
            "source": file.source,
            "options": options,
            "items": items,
            "bands": bands,
            "subscales": subscales,
            "words": words,
            "closing": closing,
        },
        file.name,
    )
    _check_instrument(made, id, file.name)
    return made


def _check_instrument(made: Instrument, id: str, where: str) -> None:
    ids = [item.id for item in made.items]
    faults = {
        "id is not the file's name": made.id != id,
        "no items or no options": not made.items or not made.options,
        "an item twice": len(set(ids)) != len(ids),
        "higher_is must be heavier or lighter": any(
            item.higher_is not in ("heavier", "lighter") for item in made.items
        ),
        "an answer counts twice": len({option.value for option in made.options})
        != len(made.options),
        "a subscale names an unknown item": any(
            set(scale.items) - set(ids) for scale in made.subscales
        ),
        "bands have holes or overlap": any(
            a.high + 1 != b.low for a, b in zip(made.bands, made.bands[1:], strict=False)
        ),
        "bands do not cover the sum": bool(made.bands)
        and (made.bands[0].low, made.bands[-1].high) != (0, made.highest),
    }
    for fault, found in faults.items():
        if found:
            raise ContentError(f"{where}: {fault}")


def _rows(file: str, table: str, kind: type[T]) -> Mapping[str, T]:
    """The rows of `table` as `kind`, by code; a code stands once."""
    rows = load(file)[table]
    made = {row.get("code", ""): _make(kind, row, f"{file}: {row.get('code')}") for row in rows}
    if len(made) != len(rows) or "" in made:
        raise ContentError(f"{file}: every {table} needs a code of its own")
    return MappingProxyType(made)


_KINDS: Mapping[str, type] = {"Text": Text, "str": str, "bool": bool, "int": int, "date": date}


def _make(kind: type[T], row: Mapping[str, Any], where: str) -> T:
    for name, wanted in kind.__annotations__.items():
        known = _KINDS.get(str(wanted))
        if known and name in row and not isinstance(row[name], known):
            raise ContentError(f"{where}: {name} must be a {wanted}")
    try:
        return kind(**row)
    except TypeError as error:
        raise ContentError(f"{where}: {error}") from error
