"""How many small lies in the code that says yes are noticed by its tests.

    python tests/bench/mutants.py [proof.decide ...]

Each mutant is one function with one thing changed: a comparison, a condition, a constant, an error that is not raised.
It lives in a forked child, where the function's code is exchanged before the tests run, so that nothing is written.
"""

import ast
import contextlib
import copy
import gc
import importlib
import os
import signal
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, FunctionType

import pytest

_ROOT = Path(__file__).parents[2]
_MODULES = {
    "proof": (
        *("attach", "decide", "envelope", "examine", "fallback", "gather", "history", "keys", "manifest", "newest"),
        *("record", "statement", "strict", "tags"),
    ),
    "emit": (
        *("before", "chart", "choose", "grid", "hub", "notes", "override", "places", "profile_list", "rollback"),
        *("spark", "text", "write"),
    ),
}
# Those that need a moment only, out of the tests of each package.
_TESTS = {
    "proof": ("decide", "envelope", "statement", "strict", "forgeries", "history", "gather", "attach"),
    "emit": ("before", "chart", "choose", "hub", "profile_list", "rollback", "shipped_defects", "text", "write"),
}
# A mutant that goes round in circles is noticed, too.
_LONGEST_S = 120
_TOLD = 25
_OPPOSITES: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
# Changes a node in place.
Change = Callable[[ast.AST], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Mutant:
    """`module` is one of a package, as `proof.decide`."""

    module: str
    line: int
    what: str
    tree: ast.Module


def changes(node: ast.AST) -> Iterator[tuple[str, Change]]:
    """Give every change that can be made to this one node."""
    match node:
        case ast.Compare(ops=[comparison]) if type(comparison) in _OPPOSITES:
            yield "comparison turned", lambda n: setattr(n, "ops", [_OPPOSITES[type(comparison)]()])
        case ast.BoolOp(op=joined):
            other = ast.Or if isinstance(joined, ast.And) else ast.And
            yield "and for or", lambda n: setattr(n, "op", other())
        case ast.UnaryOp(op=ast.Not()):
            yield "not left out", lambda n: setattr(n, "op", ast.UAdd())
        case ast.If() | ast.IfExp():
            yield "condition turned", lambda n: setattr(n, "test", ast.UnaryOp(ast.Not(), n.test))  # type: ignore[attr-defined] # it is one
        case ast.Constant(value=bool() as value):
            yield "constant turned", lambda n: setattr(n, "value", not value)
        case ast.Constant(value=int() as number):
            yield "one more", lambda n: setattr(n, "value", number + 1)
        case ast.Constant(value=str() as text):
            yield "another word", lambda n: setattr(n, "value", f"{text}x")
        case ast.match_case(guard=ast.expr()):
            yield "guard left out", lambda n: setattr(n, "guard", None)
        case ast.Raise():
            yield "not raised", lambda n: setattr(n, "exc", None)
        case _:
            return


def mutants(module: str) -> Iterator[Mutant]:
    path = Path(str(importlib.import_module(f"hubwright.{module}").__file__))
    tree = ast.parse(path.read_text(encoding="utf-8"))
    told = _messages(tree)
    for index, node in enumerate(ast.walk(tree)):
        if id(node) in told:
            continue
        for what, change in changes(node):
            changed = copy.deepcopy(tree)
            twin = next(each for number, each in enumerate(ast.walk(changed)) if number == index)
            line = getattr(node, "lineno", getattr(getattr(node, "pattern", None), "lineno", 0))
            change(twin)
            if isinstance(node, ast.Raise):
                _swallow(changed, twin)
            yield Mutant(module=module, line=line, what=what, tree=ast.fix_missing_locations(changed))


def _messages(tree: ast.Module) -> set[int]:
    """Return the nodes that only words hang on: docstrings, messages, and what stands outside of functions."""
    inside = {
        id(node)
        for each in ast.walk(tree)
        if isinstance(each, ast.FunctionDef)
        for s in each.body
        for node in ast.walk(s)
    }
    words = {id(node) for node in ast.walk(tree)} - inside
    for node in ast.walk(tree):
        match node:
            case ast.JoinedStr() | ast.Expr(value=ast.Constant()) | ast.Assign(targets=[ast.Name(id="msg")]):
                words |= {id(inner) for inner in ast.walk(node)}
            case ast.keyword(arg="why" | "what", value=value) if isinstance(value, ast.Constant):
                words.add(id(value))
            case _:
                continue
    return words


def _swallow(tree: ast.Module, raised: ast.AST) -> None:
    for node in ast.walk(tree):
        for field in ("body", "orelse"):
            body = getattr(node, field, None)
            if isinstance(body, list) and raised in body:
                body[body.index(raised)] = ast.Pass()


def exchange(mutant: Mutant, path: str) -> None:
    """Give every function of the module the code that it has in the mutant."""
    made = {code.co_qualname: code for code in _codes(compile(mutant.tree, path, "exec"))}
    for function in gc.get_objects():
        if isinstance(function, FunctionType) and function.__code__.co_filename == path:
            code = made.get(function.__code__.co_qualname)
            if code and code.co_freevars == function.__code__.co_freevars:
                function.__code__ = code


def _codes(code: CodeType) -> Iterator[CodeType]:
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield inner
            yield from _codes(inner)


def run_tests(package: str) -> int:
    tests = [str(_ROOT / "tests/unit" / package / f"test_{name}.py") for name in _TESTS[package]]
    return int(pytest.main(["-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", *tests]))


def exit_code(mutant: Mutant) -> int:
    """Run the tests on the mutant in a child: 0 if all of them pass, below 0 if a signal had to end it."""
    child = os.fork()
    if child == 0:
        outcome = 1
        with contextlib.suppress(BaseException), Path(os.devnull).open("w") as nowhere:
            os.dup2(nowhere.fileno(), 1)
            os.dup2(nowhere.fileno(), 2)
            exchange(mutant, str(sys.modules[f"hubwright.{mutant.module}"].__file__))
            signal.alarm(_LONGEST_S)
            outcome = run_tests(mutant.module.partition(".")[0])
        os._exit(min(outcome, 1))
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def main(modules: list[str]) -> int:
    os.chdir(_ROOT)
    if any(run_tests(package) for package in {module.partition(".")[0] for module in modules}):
        return 2
    found = [mutant for module in modules for mutant in mutants(module)]
    alive = endless = 0
    with ThreadPoolExecutor(2) as pool:
        for number, (mutant, code) in enumerate(zip(found, pool.map(exit_code, found), strict=True), start=1):
            alive += code == 0
            endless += code < 0
            if code <= 0:
                print(f"{'endless' if code else 'alive'}: {mutant.module}:{mutant.line}: {mutant.what}", flush=True)
            if number % _TOLD == 0:
                print(f"{number} of {len(found)} tried, {alive} alive", flush=True)
    killed = len(found) - alive
    print(f"{killed} of {len(found)} killed, {killed / len(found):.1%}; {endless} of them by the clock")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or [f"{package}.{name}" for package, names in _MODULES.items() for name in names]))
