"""Figures to look at: how large, how tangled, how guarded the code is. Run by ./run check.

Rows marked with * fail the check when they are over their budget; the rest are a mirror.
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from scripts.steps import ROOT

SOURCE = ROOT / "src" / "lagspill"
LONG, LONGISH, LONGEST_FILE, MOST_BASES, LONGEST_TEMPLATE = 60, 40, 500, 3, 150
DOORS = ("rules", "policy", "queries", "operations")
#: A file over its length says why it reads well whole, in a line of its own: "Stays whole: …".
STAYS_WHOLE = re.compile(r"^(#\s*)?Stays whole: \S.{20,}", re.MULTILINE)
#: What a view would call if it asked the database itself.
ORM_CALLS = frozenset(
    re.findall(
        r"\w+",
        "filter exclude order_by annotate aggregate values_list select_related prefetch_related "
        "select_for_update get_or_create update_or_create bulk_create bulk_update in_bulk save "
        "delete refresh_from_db cursor raw execute",
    )
)


class Row(NamedTuple):
    """One measure: its figure, its budget, and the places that exceed it."""

    name: str
    figure: str
    budget: str
    over: list[str]
    fails: bool = False


class Function(NamedTuple):
    """A function or method, with its file and its length in lines."""

    file: Path
    node: ast.FunctionDef | ast.AsyncFunctionDef
    lines: int

    def __str__(self) -> str:
        return f"{shown(self.file)}:{self.node.lineno} {self.node.name} ({self.lines})"


def shown(file: Path) -> str:
    return str(file.relative_to(SOURCE) if file.is_relative_to(SOURCE) else file)


def modules(source: Path = SOURCE) -> list[Path]:
    """The served program's modules, without tests and migrations."""
    return [
        file
        for file in sorted(source.rglob("*.py"))
        if not {"tests", "migrations"} & set(file.relative_to(source).parts)
    ]


def room_of(file: Path) -> str:
    """The room a module belongs to: `people/operations.py` and `people/operations/files.py` are "operations"."""
    parts = file.relative_to(SOURCE).parts
    return parts[1].removesuffix(".py") if len(parts) > 1 else ""


def in_rooms(*rooms: str) -> list[Path]:
    return [file for file in modules() if room_of(file) in rooms]


def tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text("utf-8"))


def functions(files: list[Path]) -> Iterator[Function]:
    for file in files:
        for node in ast.walk(tree(file)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield Function(file, node, (node.end_lineno or node.lineno) - node.lineno + 1)


def largest_knot(edges: dict[str, set[str]]) -> list[str]:
    """The largest group of nodes that all reach each other; empty when there is none."""

    def reached(start: str) -> set[str]:
        seen: set[str] = set()
        todo = [start]
        while todo:
            for other in edges.get(todo.pop(), set()) - seen:
                seen.add(other)
                todo.append(other)
        return seen

    reach = {node: reached(node) for node in edges}
    groups = [
        sorted(other for other in reach if other in reach[node] and node in reach[other])
        for node in reach
    ]
    return max(groups, key=len, default=[])


def package_edges() -> dict[str, set[str]]:
    import grimp  # a tool of the checks, not of the served program

    graph = grimp.build_graph("lagspill", cache_dir=None)
    edges: dict[str, set[str]] = {}
    for module in graph.modules:
        if ".tests" in module:
            continue
        for imported in graph.find_modules_directly_imported_by(module):
            one, other = (name.split(".")[1:2] for name in (module, imported))
            if one and other and one != other:
                edges.setdefault(one[0], set()).add(other[0])
    return edges


def long_files() -> list[str]:
    found = []
    for file in modules():
        text = file.read_text("utf-8")
        lines = text.count("\n")
        if lines > LONGEST_FILE and not STAYS_WHOLE.search(text):
            found.append(f"{shown(file)} ({lines})")
    return found


def templates() -> list[Path]:
    return sorted(file for file in SOURCE.glob("*/templates/**/*") if file.is_file())


def wide_classes() -> list[str]:
    return [
        f"{shown(file)}:{node.lineno} {node.name}"
        for file in modules()
        for node in ast.walk(tree(file))
        if isinstance(node, ast.ClassDef) and len(node.bases) > MOST_BASES
    ]


def orm_calls(file: Path) -> list[str]:
    """Places where a module asks the database itself."""
    found = []
    for node in ast.walk(tree(file)):
        is_manager = isinstance(node, ast.Attribute) and node.attr == "objects"
        is_call = (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in ORM_CALLS
        )
        if is_manager or is_call:
            found.append(f"{shown(file)}:{node.lineno}")
    return sorted(set(found))


def public_functions(file: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    """The functions a module offers: those at its top level without a leading underscore."""
    return [
        node
        for node in tree(file).body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and not node.name.startswith("_")
    ]


def offered_functions(room: str) -> dict[str, ast.FunctionDef | ast.AsyncFunctionDef]:
    """The functions by which a room is entered, by full name. Of a folder: what its `__init__` passes on."""
    found = {}
    for file in in_rooms(room):
        names = file.relative_to(SOURCE.parent).with_suffix("").parts
        passed_on = None
        if names[-2] == room:
            init = file.with_name("__init__.py")
            passed_on = {
                alias.asname or alias.name
                for node in (tree(init).body if init.exists() else [])
                if isinstance(node, ast.ImportFrom)
                for alias in node.names
            }
        for node in public_functions(file):
            if passed_on is None or node.name in passed_on:
                found[".".join((*names, node.name))] = node
    return found


def untyped_doors() -> tuple[int, list[str]]:
    """How many public door functions there are, and which say not what they return."""
    offered = {name: node for room in DOORS for name, node in offered_functions(room).items()}
    return len(offered), [name for name, node in offered.items() if node.returns is None]


def views_without_door() -> list[str]:
    """Addresses whose view names no door."""
    from django.urls import URLPattern, get_resolver  # after django.setup()

    from lagspill.access.doors import door_of

    def walk(patterns: list[Any], path: str) -> Iterator[str]:
        for pattern in patterns:
            here = path + str(pattern.pattern)
            if isinstance(pattern, URLPattern):
                if door_of(pattern.callback) is None:
                    yield f"/{here}"
            else:
                yield from walk(pattern.url_patterns, here)

    return list(walk(get_resolver().url_patterns, ""))


def untested_policies() -> list[str]:
    """`visible_…` functions that no property test (`@given`, or a rule-based machine) names."""
    tests = [*SOURCE.glob("*/tests/*.py"), *(ROOT / "tests").rglob("*.py")]
    texts = [file.read_text("utf-8") for file in tests]
    named = " ".join(t for t in texts if "@given" in t or "RuleBasedStateMachine" in t)
    return [
        f"{shown(file)} {node.name}"
        for file in in_rooms("policy")
        for node in public_functions(file)
        if node.name.startswith("visible_") and not re.search(rf"\b{node.name}\b", named)
    ]


def rows() -> list[Row]:
    knot = largest_knot(package_edges())
    every = sorted(functions(modules()), key=lambda function: -function.lines)
    long = [function for function in every if function.lines > LONG]
    share = 100 * len(long) / len(every)
    longish = 100 * sum(function.lines > LONGISH for function in every) / len(every)
    lengths = {file: file.read_text("utf-8").count("\n") for file in modules()}
    longest = max(lengths, key=lambda file: lengths[file])
    heights = {file: file.read_text("utf-8").count("\n") for file in templates()}
    highest = max(heights, key=lambda file: heights[file])
    orm = [place for file in in_rooms("views") for place in orm_calls(file)]
    doors, untyped = untyped_doors()
    wide, no_door, untested = wide_classes(), views_without_door(), untested_policies()
    return [
        Row("packages in an import knot", str(len(knot)), "0", knot, fails=True),
        Row(
            f"functions over {LONG} / {LONGISH} lines",
            f"{share:.1f} / {longish:.1f} %",
            "0.5 / 2 %",
            list(map(str, long)),
        ),
        Row(
            "longest file", f"{lengths[longest]} {shown(longest)}", str(LONGEST_FILE), long_files()
        ),
        Row(f"classes with over {MOST_BASES} bases", str(len(wide)), "0", wide),
        Row("ORM calls in views", str(len(orm)), "0", orm, fails=True),
        Row(
            "longest template",
            f"{heights[highest]} {highest.name}",
            str(LONGEST_TEMPLATE),
            [shown(file) for file in heights if heights[file] > LONGEST_TEMPLATE],
        ),
        Row(
            "typed returns in doors",
            f"{100 * (doors - len(untyped)) / max(doors, 1):.0f} % of {doors}",
            "100 %",
            untyped,
        ),
        Row("addresses without a door", str(len(no_door)), "0", no_door),
        Row("policies without a property test", str(len(untested)), "0", untested, fails=True),
    ]


def main() -> int:
    import django

    django.setup()
    failed = False
    for row in rows():
        star = "*" if row.fails else " "
        print(f"{row.name:<34}{star} {row.figure:<40} {row.budget}")
        for place in row.over[:10]:
            print(f"    {place}")
        failed |= row.fails and bool(row.over)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
