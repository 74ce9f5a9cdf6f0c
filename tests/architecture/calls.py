"""Which function calls which, read from the source: enough to ask "does this act reach the log?"."""

from __future__ import annotations

import ast
from collections.abc import Callable
from functools import cache
from pathlib import Path

from scripts.figures import SOURCE, modules, tree


def dotted(file: Path) -> str:
    """The module name of a file under src/."""
    parts = file.relative_to(SOURCE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def _trees() -> dict[str, ast.Module]:
    return {dotted(file): tree(file) for file in modules()}


@cache
def _names(module: str) -> dict[str, str]:
    """What each imported name of a module stands for."""
    names = {}
    for node in ast.walk(_trees()[module]):
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                names[alias.asname or alias.name] = f"{node.module}.{alias.name}"
        if isinstance(node, ast.Import):
            for alias in node.names:
                names[alias.asname or alias.name] = alias.name
    return names


@cache
def functions() -> dict[str, ast.AST]:
    """Every top-level function, and every method, by its full name."""
    found: dict[str, ast.AST] = {}
    for module, body in _trees().items():
        for node in body.body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                found[f"{module}.{node.name}"] = node
            if isinstance(node, ast.ClassDef):
                for method in node.body:
                    if isinstance(method, ast.FunctionDef | ast.AsyncFunctionDef):
                        found[f"{module}.{node.name}.{method.name}"] = method
    return found


def resolve(module: str, name: str) -> str:
    """The full name that `name` has in `module`; follows what a folder's `__init__` passes on."""
    first, _, rest = name.partition(".")
    full = _names(module).get(first, f"{module}.{first}") + (f".{rest}" if rest else "")
    owner, _, last = full.rpartition(".")
    if owner in _trees() and full not in functions() and last in _names(owner):
        return resolve(owner, last)
    return full


def module_of(function: str) -> str:
    while function not in _trees():
        function = function.rpartition(".")[0]
    return function


def calls(function: str) -> set[str]:
    """Full names of what a function calls, as far as the source tells."""
    module = module_of(function)
    return {
        resolve(module, ast.unparse(node.func))
        for node in ast.walk(functions()[function])
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute)
    }


def reaches(function: str, is_goal: Callable[[str], bool]) -> bool:
    """True when the function, or one of ours that it calls, calls a goal."""
    seen: set[str] = set()
    todo = [function]
    while todo:
        for called in calls(todo.pop()) - seen:
            if is_goal(called):
                return True
            seen.add(called)
            if called in functions():
                todo.append(called)
    return False


def asks_database(function: str) -> bool:
    """True when the function, or one of its own package's that it calls, asks the database."""
    package = module_of(function).split(".")[:2]
    seen: set[str] = set()
    todo = [function]
    while todo:
        current = todo.pop()
        seen.add(current)
        for node in ast.walk(functions()[current]):
            if isinstance(node, ast.Attribute) and node.attr in ("objects", "cursor"):
                return True
        todo += [
            called
            for called in calls(current) - seen
            if called in functions() and module_of(called).split(".")[:2] == package
        ]
    return False
