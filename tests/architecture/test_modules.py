"""Habits of the code that a linter does not check."""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("bench", "channels_app", "config", "journeys", "profiles", "tests", "workspaces")
PURE = ("channels_app/policy", "journeys/engine", "journeys/explain", "journeys/review/statistics", "profiles/rules")
LONGEST_MODULE = 300
# Methods of `datetime` and `date` that read the clock.
CLOCKS = {"now", "utcnow", "today"}


def modules(*packages: str) -> list[str]:
    found = [path.relative_to(ROOT) for package in packages for path in (ROOT / package).rglob("*.py")]
    return sorted(path.as_posix() for path in found if not {"migrations", "node_modules"} & set(path.parts))


def lines(module: str) -> int:
    return len((ROOT / module).read_text().splitlines())


def test_modules_are_short() -> None:
    assert [module for module in modules(*PACKAGES) if lines(module) > LONGEST_MODULE] == []


def test_package_files_are_empty_or_only_gather_models() -> None:
    packages = [module for module in modules(*PACKAGES) if module.endswith("__init__.py")]
    assert [module for module in packages if lines(module) and not module.endswith("models/__init__.py")] == []


def test_pure_modules_read_no_clock() -> None:
    assert [module for module in modules(*PURE) if CLOCKS & called_methods(module)] == []


def called_methods(module: str) -> set[str]:
    calls = [node.func for node in ast.walk(ast.parse((ROOT / module).read_text())) if isinstance(node, ast.Call)]
    return {function.attr for function in calls if isinstance(function, ast.Attribute)}
