#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the guards: checks of what no compiler sees.

    tests/guards/run.py          those whose tools are there
    tests/guards/run.py --all    a missing tool is a failure

A guard is a module beside this file with problems(tree), and VIOLATIONS: changes to the tree that it must object to. Every guard is
first fed its violations; one that does not object fails. The last line tells the counts.
"""
import importlib
import pathlib
import shutil
import sys

from tree import Tree

HERE = pathlib.Path(__file__).parent


def main():
    demanding = "--all" in sys.argv[1:]
    passed = failed = skipped = 0
    for path in sorted(HERE.glob("guard_*.py")):
        guard = importlib.import_module(path.stem)
        name = path.stem.removeprefix("guard_")
        missing = [tool for tool in getattr(guard, "TOOLS", []) if not shutil.which(tool)]
        if missing and not demanding:
            print(f"skip {name}: {', '.join(missing)} is not installed")
            skipped += 1
            continue
        said = [f"{tool} is not installed" for tool in missing] or examine(guard)
        for line in said:
            print(f"FAIL {name}: {line}")
        if said:
            failed += 1
        else:
            print(f"ok   {name}: {guard.__doc__.splitlines()[0]}")
            passed += 1
    print(f"guards: {passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed or not passed else 0


def examine(guard):
    """What is wrong with the tree, or with the guard itself."""
    tree = Tree()
    try:
        found = list(guard.problems(tree))
    except (LookupError, OSError) as mistake:
        return [f"could not look: {mistake}"]
    for name, violation in guard.VIOLATIONS.items():
        changes = violation(tree) if callable(violation) else violation
        try:
            objected = set(guard.problems(tree.changed(changes))) - set(found)
        except LookupError:
            objected = {name}
        if not objected:
            found.append(f"self-test: does not object to {name}")
    return found


if __name__ == "__main__":
    sys.exit(main())
