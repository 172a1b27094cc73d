"""Reads the imports of a source tree and tells which of them break the rules of the house.

Every function takes the root folder, so that the rules can be tried on a planted tree as well as on this one.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOMS = ("maskcore", "training", "pages", "api")
PAGE_SCRIPT = "streamlit_app"
MAY_IMPORT = {
    "maskcore": {"maskcore"},
    "training": {"training", "maskcore"},
    "pages": {"pages", "training", "maskcore"},
    "api": {"api", "maskcore"},
    PAGE_SCRIPT: {"pages", "training", "maskcore"},
}
HEAVY = {"tensorflow", "keras", "tf_keras", "jax", "torch"}
FORBIDDEN = {
    "maskcore": HEAVY | {"streamlit", "streamlit_webrtc", "flask", "apiflask"},
    "api": HEAVY | {"streamlit", "streamlit_webrtc"},
    "training": {"streamlit", "streamlit_webrtc", "flask", "apiflask"},
    "pages": {"flask", "apiflask"},
    "training.models": {"tensorflow", "tf_keras", "jax", "torch"},
}
LIGHT_START = ("maskcore", "api", "pages", PAGE_SCRIPT, "training.data", "training.cli", "training.__main__")
SETTINGS = "maskcore.settings"
SET_BEFORE_IMPORT = ("OPENCV_", "TF_", "KERAS_")


@dataclass(frozen=True)
class Import:
    """One import: who, what (dotted, as far as it is known), where, and whether it runs when the module loads."""

    module: str
    target: str
    line: int
    at_load: bool


def modules(root: Path) -> dict[str, Path]:
    """Every module of the rooms by its dotted name."""
    files = [path for room in ROOMS for path in sorted((root / room).rglob("*.py"))]
    files += [path for path in [root / f"{PAGE_SCRIPT}.py"] if path.exists()]
    return {_dotted(path.relative_to(root)): path for path in files}


def imports(root: Path) -> list[Import]:
    """Every import of the rooms, those inside functions and by importlib included."""
    return [found for name, path in modules(root).items() for found in _imports_of(name, path)]


def wrong_arrows(root: Path) -> list[str]:
    """Imports from one room into another that point the wrong way."""
    rooms = {*ROOMS, PAGE_SCRIPT, "tests"}
    return [
        _say(found, f"{_top(found.module)} may not import {_top(found.target)}")
        for found in imports(root)
        if _top(found.target) in rooms and _top(found.target) not in MAY_IMPORT[_top(found.module)]
    ]


def forbidden_libraries(root: Path) -> list[str]:
    """Imports of libraries that a room does without."""
    return [
        _say(found, f"{room} does without {_top(found.target)}")
        for found in imports(root)
        for room, libraries in FORBIDDEN.items()
        if _inside(found.module, room) and _top(found.target) in libraries
    ]


def heavy_starts(root: Path) -> list[str]:
    """Modules that must load fast but reach a heavy library by imports that run when they load."""
    known = modules(root)
    loads = {name: _packages_above(name) for name in known}
    for found in imports(root):
        if found.at_load:
            loads[found.module] |= {found.target} | _packages_above(found.target)
    starts = [name for name in known if any(_inside(name, room) for room in LIGHT_START)]
    chains = [_chain_to_heavy(start, loads) for start in starts]
    return [" → ".join(chain) for chain in chains if chain]


def environment_reads(root: Path) -> list[str]:
    """Uses of the environment outside the settings, save for what a library must find set before its import."""
    found = []
    for name, path in modules(root).items():
        tree = _parse(path)
        allowed = {id(node) for statement in tree.body for node in _library_setting(statement)}
        if name != SETTINGS:
            found += [
                f"{name}:{node.lineno} uses the environment; settings come from {SETTINGS}"
                for node in ast.walk(tree)
                if _is_environment(node) and id(node) not in allowed
            ]
    return found


def _imports_of(name: str, path: Path) -> Iterator[Import]:
    tree = _parse(path)
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    later = {id(node) for parent in ast.walk(tree) for node in _runs_later(parent)}
    for node in ast.walk(tree):
        for target in _targets(node, package):
            yield Import(name, target, node.lineno, id(node) not in later)  # type: ignore[attr-defined]


def _targets(node: ast.AST, package: str) -> list[str]:
    """What a node imports; `from a import b` counts as a.b, for b may be a module."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
        base = ".".join([*above, *([node.module] if node.module else [])])
        return [f"{base}.{alias.name}" for alias in node.names]
    if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if called in ("import_module", "__import__"):
            return [str(node.args[0].value)]
    return []


def _runs_later(node: ast.AST) -> Iterator[ast.AST]:
    """Everything below a node that does not run when its module loads: functions, and what only type checkers read."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
        yield from ast.walk(node)
    if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
        for statement in node.body:
            yield from ast.walk(statement)


def _chain_to_heavy(start: str, loads: dict[str, set[str]]) -> list[str]:
    """The shortest way from a module to a heavy library; empty where there is none."""
    chains, seen = [[start]], {start}
    for chain in chains:
        if _top(chain[-1]) in HEAVY:
            return [*chain[:-1], _top(chain[-1])]
        for target in sorted(loads.get(chain[-1], set()) - seen):
            seen.add(target)
            chains.append([*chain, target])
    return []


def _library_setting(statement: ast.stmt) -> Iterator[ast.AST]:
    """The nodes of `os.environ.setdefault("OPENCV_…", …)` at the top of a module."""
    if not (isinstance(statement, ast.Expr) and isinstance(call := statement.value, ast.Call) and call.args):
        return
    name = call.args[0]
    is_setdefault = isinstance(call.func, ast.Attribute) and call.func.attr == "setdefault"
    if is_setdefault and isinstance(name, ast.Constant) and str(name.value).startswith(SET_BEFORE_IMPORT):
        yield from ast.walk(call.func)


def _is_environment(node: ast.AST) -> bool:
    if isinstance(node, ast.ImportFrom):
        return node.module == "os" and any(alias.name in ("environ", "getenv", "environb") for alias in node.names)
    return isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv", "environb")


def _parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def _dotted(path: Path) -> str:
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _packages_above(target: str) -> set[str]:
    """Importing a.b.c runs a and a.b too."""
    parts = target.split(".")
    return {".".join(parts[:length]) for length in range(1, len(parts))}


def _top(name: str) -> str:
    return name.split(".")[0]


def _inside(module: str, room: str) -> bool:
    return module == room or module.startswith(f"{room}.")


def _say(found: Import, rule: str) -> str:
    return f"{found.module}:{found.line} imports {found.target}: {rule}"
