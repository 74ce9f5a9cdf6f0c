"""The translatable texts of a Python file, read from its syntax tree: the file itself is never run."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

# Per function: which arguments are context, text and plural.
_FUNCTIONS = {
    "gettext": (None, 0, None),
    "ngettext": (None, 0, 1),
    "pgettext": (0, 1, None),
    "npgettext": (0, 1, 2),
}
_ARGUMENTS = {f"{name}{end}": at for name, at in _FUNCTIONS.items() for end in ("", "_lazy")}
_ARGUMENTS |= {"gettext_noop": (None, 0, None), "_": (None, 0, None)}


class Unreadable(Exception):
    """A text is put together before it is translated, so that no catalogue can hold it."""

    def __init__(self, file: str, text: str, what: str) -> None:
        super().__init__(f"{file}: {what}: {text}")
        self.file, self.text, self.what = file, text, what


@dataclass(frozen=True)
class Text:
    """One text to translate; `context` tells equal words with other meanings apart."""

    singular: str
    plural: str = ""
    context: str = ""

    @property
    def key(self) -> tuple[str, str]:
        return (self.context, self.singular)

    @property
    def message_id(self) -> str | tuple[str, str]:
        """As a catalogue names it."""
        return (self.singular, self.plural) if self.plural else self.singular


def texts_in(code: str, file: str) -> Iterator[Text]:
    """Every text handed to a gettext function. Raises `Unreadable` for one that is put together on the spot."""
    for node in ast.walk(ast.parse(code, file)):
        if not isinstance(node, ast.Call):
            continue
        name = (
            node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        )
        if name not in _ARGUMENTS or any(isinstance(a, ast.Starred) for a in node.args):
            continue
        parts = [_constant(node, at, file) for at in _ARGUMENTS[name]]
        context, singular, plural = parts
        if singular:
            yield Text(singular, plural or "", context or "")


def _constant(call: ast.Call, at: int | None, file: str) -> str | None:
    """The argument as text; None where there is none, or where it is a variable holding a text found elsewhere."""
    if at is None or at >= len(call.args):
        return None
    argument = call.args[at]
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        return argument.value
    if isinstance(argument, ast.JoinedStr | ast.BinOp):
        raise Unreadable(
            f"{file}:{call.lineno}", ast.unparse(argument), "put together before it is translated"
        )
    return None
