"""The translatable texts of a template: `translate`, `blocktranslate` and `_("…")`, in tags and in component attributes.

Percent signs are doubled just as Django's tags look them up.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.template.base import Lexer, Token, TokenType
from django.utils.translation import trim_whitespace
from django.utils.translation.template import (
    block_re,
    constant_re,
    context_re,
    endblock_re,
    inline_re,
    plural_re,
)

from lagspill.ui.texts_in_code import Text

_DYNAMIC_ATTRIBUTE = re.compile(r"""\s:[\w.-]+=("[^"]*"|'[^']*')""")


def texts_in(source: str) -> Iterator[Text]:
    """Every text of the template, in order."""
    tokens = iter(Lexer(source).tokenize())
    for token in tokens:
        if token.token_type == TokenType.BLOCK:
            if token.contents == "comment" or token.contents.startswith("comment "):
                _skip_comment(tokens)
            elif start := block_re.match(token.contents):
                yield _block(start, token, tokens)
            else:
                yield from _inline(token.contents)
        elif token.token_type == TokenType.VAR:
            yield from _constants(token.contents)
        elif token.token_type == TokenType.TEXT:
            for attribute in _DYNAMIC_ATTRIBUTE.finditer(token.contents):
                yield from _constants(attribute.group(1)[1:-1])


def _inline(tag: str) -> Iterator[Text]:
    match = inline_re.match(tag)
    if match:
        yield Text(_double(match[1][1:-1]), context=_context(match[2]))
    yield from _constants(tag)


def _constants(code: str) -> Iterator[Text]:
    for quoted in constant_re.findall(code):
        yield Text(_double(quoted[1:-1]))


def _block(start: re.Match[str], tag: Token, tokens: Iterator[Token]) -> Text:
    singular: list[str] = []
    plural: list[str] = []
    target = singular
    for token in tokens:
        if token.token_type == TokenType.VAR:
            target.append(f"%({token.contents.split('|')[0].strip()})s")
        elif token.token_type == TokenType.TEXT:
            target.append(_double(token.contents))
        elif token.token_type == TokenType.BLOCK:
            if endblock_re.match(token.contents):
                break
            if plural_re.match(token.contents):
                target = plural
    one, many = "".join(singular), "".join(plural)
    if "trimmed" in tag.split_contents():
        one, many = trim_whitespace(one), trim_whitespace(many)
    return Text(one, many, _context(start[1]))


def _context(part: str | None) -> str:
    match = context_re.match(part or "")
    return match[1][1:-1] if match else ""


def _skip_comment(tokens: Iterator[Token]) -> None:
    for token in tokens:
        if token.token_type == TokenType.BLOCK and token.contents == "endcomment":
            return


def _double(text: str) -> str:
    return text.replace("%", "%%")
