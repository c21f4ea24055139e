"""The smoke notebooks, read as text: each shows evidence, and none hides or excuses anything."""

import ast
import json
import re
from pathlib import Path
from typing import Any

import pytest

from hubwright.declared import read_declared

SMOKE = Path(__file__).parents[2] / "notebooks" / "smoke"
NOTEBOOKS = sorted(SMOKE.glob("*.ipynb"))
CELL_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")
# With these, runners leave a cell out or forgive its error.
EXCUSES = {"raises-exception", "skip-execution", "nbval-skip", "nbval-ignore-output", "remove-cell"}
# IPython's magics hide exit codes, and nothing but IPython can compile them.
MAGIC = re.compile(r"^\s*[%!]", re.MULTILINE)

Cell = dict[str, Any]


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def path(request: pytest.FixtureRequest) -> Path:
    chosen: Path = request.param
    return chosen


@pytest.fixture
def notebook(path: Path) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return read


@pytest.fixture
def code(notebook: dict[str, Any]) -> list[Cell]:
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def source(cell: Cell) -> str:
    return "".join(cell["source"])


def tree(cell: Cell) -> ast.Module:
    # Cells may await, as the kernel lets them.
    flags = ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    parsed: ast.Module = compile(source(cell), str(cell["id"]), "exec", flags, dont_inherit=True)
    return parsed


def calls(cell: Cell, function: str) -> list[ast.Call]:
    return [
        node
        for node in ast.walk(tree(cell))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == function
    ]


def test_there_are_notebooks() -> None:
    assert NOTEBOOKS


def test_format_is_4_5_for_a_python_kernel(notebook: dict[str, Any]) -> None:
    assert (notebook["nbformat"], notebook["nbformat_minor"]) == (4, 5)
    assert set(notebook) == {"cells", "metadata", "nbformat", "nbformat_minor"}
    assert notebook["metadata"]["kernelspec"]["name"] == "python3"


def test_cells_have_what_the_format_asks_for(notebook: dict[str, Any]) -> None:
    common = {"cell_type", "id", "metadata", "source"}
    for cell in notebook["cells"]:
        of_code = {"execution_count", "outputs"} if cell["cell_type"] == "code" else set()
        assert cell["cell_type"] in {"code", "markdown"}
        assert set(cell) == common | of_code
        assert isinstance(cell["source"], list)
        assert all(isinstance(line, str) for line in cell["source"])


def test_ids_are_there_and_distinct(notebook: dict[str, Any]) -> None:
    ids = [cell["id"] for cell in notebook["cells"]]
    assert all(CELL_ID.fullmatch(name) for name in ids)
    assert len(set(ids)) == len(ids)


def test_outputs_are_stripped(code: list[Cell]) -> None:
    for cell in code:
        assert cell["outputs"] == []
        assert cell["execution_count"] is None


def test_begins_with_words_for_a_user(notebook: dict[str, Any]) -> None:
    first = notebook["cells"][0]
    assert first["cell_type"] == "markdown"
    assert source(first).startswith("# ")
    assert len(source(first).split()) >= 20


def test_parameters_are_plain_literals(code: list[Cell]) -> None:
    tagged = [cell for cell in code if "parameters" in cell["metadata"].get("tags", [])]
    assert tagged == [code[0]]
    for statement in tree(tagged[0]).body:
        assert isinstance(statement, ast.Assign)
        assert [type(target) for target in statement.targets] == [ast.Name]
        ast.literal_eval(statement.value)


def test_no_tag_but_parameters(notebook: dict[str, Any]) -> None:
    tags = {tag for cell in notebook["cells"] for tag in cell["metadata"].get("tags", [])}
    assert not tags & EXCUSES
    assert tags <= {"parameters"}
    assert all(set(cell["metadata"]) <= {"tags"} for cell in notebook["cells"])


def test_every_code_cell_compiles_and_does_something(code: list[Cell]) -> None:
    for cell in code:
        assert tree(cell).body, cell["id"]
        assert not MAGIC.search(source(cell)), cell["id"]


def test_checks_show_evidence(code: list[Cell]) -> None:
    shown = [call for cell in code for call in calls(cell, "show")]
    assert shown
    for call in shown:
        assert len(call.args) == 3
        assert not call.keywords


def test_what_is_shown_is_what_is_declared(notebook: dict[str, Any], code: list[Cell]) -> None:
    shown = [ast.literal_eval(call.args[0]) for cell in code for call in calls(cell, "show")]
    declared = read_declared(notebook["metadata"])
    assert {*declared.checks, *declared.hardware_checks} == set(shown)
    assert declared.checks


def test_what_needs_hardware_stands_behind_the_parameter(notebook: dict[str, Any], code: list[Cell]) -> None:
    declared = read_declared(notebook["metadata"])
    guarded = {
        ast.literal_eval(call.args[0])
        for cell in code
        for node in ast.walk(tree(cell))
        if isinstance(node, ast.If) and ast.unparse(node.test) == "hardware"
        for inner in ast.walk(node)
        if isinstance(call := inner, ast.Call) and ast.unparse(call.func) == "show"
    }
    assert guarded == set(declared.hardware_checks)


def test_one_show_for_all(path: Path, code: list[Cell]) -> None:
    def helper(cells: list[Cell]) -> list[str]:
        functions = [node for cell in cells for node in tree(cell).body if isinstance(node, ast.FunctionDef)]
        return [ast.unparse(node) for node in functions if node.name == "show"]

    others = json.loads(NOTEBOOKS[0].read_text(encoding="utf-8"))["cells"]
    assert len(helper(code)) == 1, path
    assert helper(code) == helper([cell for cell in others if cell["cell_type"] == "code"])


def test_nothing_is_imported_from_this_project(code: list[Cell]) -> None:
    for cell in code:
        for node in ast.walk(tree(cell)):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not [name for name in names if name.split(".")[0] == "hubwright"]


def test_no_error_is_swallowed(code: list[Cell]) -> None:
    for cell in code:
        for node in ast.walk(tree(cell)):
            if isinstance(node, ast.ExceptHandler):
                assert isinstance(node.type, ast.Attribute | ast.Name), cell["id"]
                assert ast.unparse(node.type) not in {"AssertionError", "BaseException", "Exception"}


def test_ends_with_a_newline(path: Path) -> None:
    text = path.read_bytes()
    assert text.endswith(b"}\n")
    assert b"\r" not in text
