# SPDX-License-Identifier: Apache-2.0
"""Every C file and every test is built, and the lists in Makefile.am are sorted."""
import re

LISTS = {
    "libscormconnect_la_SOURCES": ["mod_scormconnect/base/*.[ch]", "mod_scormconnect/domain/*.[ch]",
                                   "mod_scormconnect/service/*.[ch]", "mod_scormconnect/store/*.[ch]"],
    "mod_scormconnect_la_SOURCES": ["mod_scormconnect/module/*.[ch]"],
    "scormconnect_SOURCES": ["tools/cli/*.[ch]"],
    "noinst_HEADERS": ["tests/unit/*.h"],
    "unit_tests": ["tests/unit/test_*.c"],
    "fuzz_tests": ["tests/fuzz/fuzz_*.c"],
}


def problems(tree):
    makefile = tree.read("Makefile.am")
    for name, patterns in LISTS.items():
        listed = _list(makefile, name)
        there = tree.must(*patterns)
        if name.endswith("_tests"):
            there = [path.removesuffix(".c") for path in there]
        for path in sorted(set(there) - set(listed)):
            yield f"{path} is missing in {name} of Makefile.am"
        for path in sorted(set(listed) - set(there)):
            yield f"{path} in {name} of Makefile.am does not exist"
        if listed != sorted(listed):
            yield f"{name} of Makefile.am is not sorted"


def _list(makefile, name):
    found = re.search(rf"^{name} =((?:.*\\\n)*.*)$", makefile, re.M)
    if not found:
        raise LookupError(f"Makefile.am has no {name}")
    return found.group(1).replace("\\", " ").split()


VIOLATIONS = {
    "a C file that nobody builds": {"mod_scormconnect/domain/forgotten.c": "\n"},
    "a unit test that nobody runs": {"tests/unit/test_forgotten.c": "\n"},
    "a header that the tarball lacks": {"tests/unit/forgotten.h": "\n"},
    "a file that is listed and gone": {"mod_scormconnect/base/error.c": None},
}
