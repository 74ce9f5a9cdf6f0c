"""House rules that the source alone can break: names, docstrings, silence about errors, suppressions, sizes, settings."""

from __future__ import annotations

import ast
import re
import tokenize
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from lagspill.kernel import content
from scripts import figures
from scripts.figures import SOURCE, shown, tree

ROOT = Path(__file__).resolve().parents[2]
BANNED = {"utils", "helpers", "common", "misc", "base", "mixins"}
#: Modules with a banned name, each with the reason why.
BANNED_ALLOWED = {"tenancy/postgresql/base.py": "Django looks for a database backend by this name"}
#: Variables of other programs that we read or pass on, each with the reason why they are not ours to document.
FOREIGN = {
    "PATH": "where the system keeps programs",
    "PYTHONPATH": "Python's own",
    "PIP_INDEX_URL": "pip's: taken over for uv",
    "PIP_CERT": "pip's: taken over for uv",
    "UV_DEFAULT_INDEX": "uv's own",
}
VARIABLE = re.compile(r"^[A-Z][A-Z0-9_]{3,}$")
#: Names that are ours wherever they stand, also when they are read through a helper.
OURS = re.compile(r"^(LAGSPILL_[A-Z_]+|DATABASE_(OWNER_)?URL|PG_BINDIR|CHROMIUM)$")
#: Ours, but set by `./run` for its own children alone, each with the reason why nobody sets it by hand.
INTERNAL = {"LAGSPILL_SERVED_FROM": "marks the processes of one data directory, to end leftovers"}
SUPPRESSION = re.compile(r"#\s*(noqa|type:\s*ignore|pragma:|fmt:\s*(off|skip)|mypy:|ruff:)(.*)")
NOT_A_REASON = re.compile(r"\[[^\]]*\]|:?\s*\b[A-Z]+[0-9]+\b,?|no (cover|branch)")
REASON = re.compile(r"[a-zæøå]{2,}.* .*\w")


def python_files() -> list[Path]:
    """All Python of the project, migrations that Django wrote aside."""
    folders = [
        file
        for name in ("src", "tests", "scripts", "bench")
        for file in (ROOT / name).rglob("*.py")
    ]
    return [
        *sorted(file for file in folders if not file.name.endswith("_initial.py")),
        ROOT / "run",
    ]


def nodes(*kinds: type[ast.AST]) -> Iterator[tuple[str, ast.AST]]:
    for file in python_files():
        for node in ast.walk(tree(file)):
            if isinstance(node, kinds):
                yield f"{file.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}", node


# --- Names and docstrings -------------------------------------------------------------------


def test_no_module_has_a_name_that_says_nothing():
    found = {
        shown(file)
        for file in [*SOURCE.rglob("*.py"), *(ROOT / "tests").rglob("*.py")]
        if BANNED & {file.stem, file.parent.name}
    }
    assert found == set(BANNED_ALLOWED)


def test_every_module_says_what_it_is_for():
    silent = [
        shown(file)
        for file in figures.modules()
        if file.read_text("utf-8").strip() and not ast.get_docstring(tree(file))
    ]
    assert silent == []


def test_every_package_says_what_it_owns():
    assert [
        shown(file) for file in SOURCE.glob("*/__init__.py") if not ast.get_docstring(tree(file))
    ] == []


def test_every_folder_of_code_is_a_package():
    """Without `__init__.py` the import contracts would not see what is inside."""
    folders = {file.parent for file in SOURCE.rglob("*.py")}
    assert [shown(f) for f in sorted(folders) if not (f / "__init__.py").exists()] == []


def test_the_init_of_a_capability_holds_no_code():
    assert [shown(file) for file in SOURCE.glob("*/__init__.py") if len(tree(file).body) > 1] == []


# --- Errors are never swallowed -------------------------------------------------------------


def is_broad(node: ast.expr | None) -> bool:
    names = node.elts if isinstance(node, ast.Tuple) else [node]
    return any(isinstance(n, ast.Name) and n.id in ("Exception", "BaseException") for n in names)


def test_no_except_catches_everything_unnamed():
    assert [place for place, node in nodes(ast.ExceptHandler) if node.type is None] == []


def test_no_broad_except_is_silent():
    """Whoever catches every error raises it again, or does something about it that is more than going on."""
    silent = [
        place
        for place, node in nodes(ast.ExceptHandler)
        if is_broad(node.type)
        and all(
            isinstance(step, ast.Pass | ast.Continue | ast.Expr | ast.Return) for step in node.body
        )
        and not any(
            isinstance(inner, ast.Raise | ast.Call)
            for step in node.body
            for inner in ast.walk(step)
        )
    ]
    assert silent == []


def test_nothing_suppresses_every_error():
    found = [
        place
        for place, node in nodes(ast.Call)
        if ast.unparse(node.func).endswith("suppress") and any(map(is_broad, node.args))
    ]
    assert found == []


# --- Suppressions ---------------------------------------------------------------------------


def comments() -> Iterator[tuple[str, str]]:
    for file in python_files():
        with tokenize.open(file) as source:
            for token in tokenize.generate_tokens(source.readline):
                if token.type == tokenize.COMMENT:
                    yield f"{file.relative_to(ROOT)}:{token.start[0]}", token.string


def test_every_suppression_has_a_reason():
    without = []
    for place, comment in comments():
        match = SUPPRESSION.search(comment)
        if match is None:
            continue
        if not REASON.search(NOT_A_REASON.sub(" ", match[3])):
            without.append(f"{place} {comment}")
    assert without == []


def test_stale_suppressions_fail_the_check():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert "RUF" in project["tool"]["ruff"]["lint"]["select"]  # RUF100: unused noqa
    assert project["tool"]["mypy"]["warn_unused_ignores"] is True
    assert not {"RUF100", "RUF"} & set(project["tool"]["ruff"]["lint"]["ignore"])


# --- Sizes ----------------------------------------------------------------------------------


def test_few_functions_are_long():
    every = list(figures.functions(figures.modules()))
    long = [str(function) for function in every if function.lines > figures.LONG]
    assert len(long) <= 0.005 * len(every), long


def test_a_long_file_says_why_it_stays_whole():
    assert figures.long_files() == []


def test_no_template_is_long():
    long = [
        shown(file)
        for file in figures.templates()
        if file.read_text("utf-8").count("\n") > figures.LONGEST_TEMPLATE
    ]
    assert long == []


def test_no_class_has_many_bases():
    assert figures.wide_classes() == []


# --- Templates ------------------------------------------------------------------------------


def component_of(template: str) -> str | None:
    """`cotton/ds/page_header.html` is `<c-ds.page-header>`."""
    if not template.startswith("cotton/"):
        return None
    name = template.removeprefix("cotton/").removesuffix(".html").removesuffix("/index")
    return name.replace("/", ".").replace("_", "-")


def test_every_template_is_used():
    """By a name in the code or in another template, or as a component."""
    templates = {
        file.relative_to(SOURCE / file.relative_to(SOURCE).parts[0] / "templates").as_posix(): file
        for file in figures.templates()
    }
    texts = {file: file.read_text("utf-8") for file in templates.values()}
    code = "\n".join(file.read_text("utf-8") for file in figures.modules())
    unused = []
    for name, file in templates.items():
        elsewhere = [text for other, text in texts.items() if other != file]
        component = component_of(name)
        wanted = re.compile(
            rf"<c-{re.escape(component)}[\s/>]" if component else rf"[\"']{re.escape(name)}[\"'#]"
        )
        if not any(wanted.search(text) for text in [code, *elsewhere]):
            unused.append(name)
    assert unused == []


# --- Settings -------------------------------------------------------------------------------


def documented() -> set[str]:
    return set(
        re.findall(r"^#?([A-Z][A-Z0-9_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)
    )


def strings() -> set[str]:
    """Every string in the code that could name a variable, tests aside."""
    return {
        node.value
        for place, node in nodes(ast.Constant)
        if isinstance(node.value, str) and VARIABLE.match(node.value) and "tests/" not in place
    }


def read_from_environment() -> set[str]:
    """Names in `os.environ[...]`, `.get(...)`, `os.getenv(...)`: read, not set."""
    found = set()
    for place, node in nodes(ast.Call, ast.Subscript):
        if "tests/" in place:
            continue
        if isinstance(node, ast.Subscript):
            if ast.unparse(node.value) != "os.environ" or isinstance(node.ctx, ast.Store):
                continue
            name = node.slice
        else:
            if ast.unparse(node.func) not in ("os.environ.get", "os.getenv") or not node.args:
                continue
            name = node.args[0]
        if isinstance(name, ast.Constant) and isinstance(name.value, str):
            found.add(name.value)
    return found


def test_every_setting_in_the_example_is_read():
    assert sorted(documented() - strings()) == []


def test_every_setting_that_is_read_stands_in_the_example():
    ours = {name for name in strings() if OURS.match(name)}
    ours -= {
        name for name in ours if any(other.startswith(f"{name}_") for other in ours)
    }  # prefixes
    read = ours | read_from_environment()
    mentioned = (ROOT / ".env.example").read_text()
    missing = {
        name for name in read - documented() - set(FOREIGN | INTERNAL) if name not in mentioned
    }
    assert sorted(missing) == []


def test_no_foreign_variable_is_stale():
    assert sorted(set(FOREIGN | INTERNAL) - strings()) == []


def test_nobody_imports_the_settings_module():
    found = [
        place
        for place, node in nodes(ast.Import, ast.ImportFrom)
        if "lagspill.settings" in ast.unparse(node)
        or "lagspill import settings" in ast.unparse(node)
    ]
    assert found == []


# --- Words for refusals ---------------------------------------------------------------------


def refused_codes() -> dict[str, str]:
    """Codes that the program refuses with: in the raising of a refusal, in a policy's `no`, in a `..._fault`."""
    codes = {}
    for file in figures.modules():
        for node in ast.walk(tree(file)):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            if ast.unparse(node.func).rpartition(".")[2] not in (
                "NotPossible",
                "NotAllowed",
                "Stale",
                "no",
            ):
                continue
            for inner in ast.walk(node.args[0]):
                if isinstance(inner, ast.Constant) and isinstance(inner.value, str):
                    codes[inner.value] = f"{shown(file)}:{node.lineno}"
    for file in figures.in_rooms("rules"):
        for function in figures.public_functions(file):
            if function.name.endswith("_fault"):
                for node in ast.walk(function):
                    if (
                        isinstance(node, ast.Return)
                        and isinstance(node.value, ast.Constant)
                        and node.value.value
                    ):
                        codes[node.value.value] = f"{shown(file)}:{node.lineno}"
    return codes


def test_every_refusal_has_a_sentence():
    assert {c: place for c, place in refused_codes().items() if c not in content.reasons()} == {}


# --- Documents ------------------------------------------------------------------------------


def test_every_identifier_of_the_glossary_is_in_the_code():
    rows = re.findall(
        r"^\|[^|]+\| `([^`]+)` \|", (ROOT / "docs" / "glossary.md").read_text(), re.MULTILINE
    )
    assert len(rows) > 40
    code = "\n".join(file.read_text("utf-8") for file in figures.modules())
    packages = {folder.name for folder in SOURCE.iterdir()}
    known = [
        name
        for name in rows
        if name in packages or re.search(rf"\b{re.escape(name.split('.')[-1])}\b", code)
    ]
    assert sorted(set(rows) - set(known)) == []


def test_each_decision_is_short_and_complete():
    decisions = sorted((ROOT / "docs" / "adr").glob("*.md"))
    assert [file.name[:4] for file in decisions] == [
        f"{n:04}" for n in range(1, len(decisions) + 1)
    ]
    for file in decisions:
        text = file.read_text()
        assert len(text.split()) < 400, file.name
        headings = re.findall(r"^## (.+)$", text, re.MULTILINE)
        assert headings == ["Context", "Decision", "Consequences", "Rejected"], file.name


def test_every_link_in_the_documents_leads_somewhere():
    broken = []
    for file in [
        *ROOT.glob("*.md"),
        *(ROOT / "docs").rglob("*.md"),
        *(ROOT / "deploy").glob("*.md"),
    ]:
        for link in re.findall(r"\]\(([^)#:]+)\)", file.read_text()):
            if not (file.parent / link).exists():
                broken.append(f"{file.relative_to(ROOT)}: {link}")
    assert broken == []


# --- The guards themselves ------------------------------------------------------------------


@pytest.mark.parametrize(
    "comment",
    [
        "# noqa",
        "# noqa: S608",
        "# type: ignore[arg-type]",
        "# noqa: E501, S608",
        "# pragma: no cover",
    ],
)
def test_a_bare_suppression_would_be_found(comment):
    match = SUPPRESSION.search(comment)
    assert match
    assert not REASON.search(NOT_A_REASON.sub(" ", match[3]))
