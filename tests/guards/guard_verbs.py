# SPDX-License-Identifier: Apache-2.0
"""The manual page has the verbs and options of the command line tool, and no others."""
import re

TOOL = "tools/cli/scormconnect.c"
PAGE = "docs/scormconnect.1"


def problems(tree):
    tool, page = tree.read(TOOL), tree.read(PAGE)
    section = page.partition(".SH VERBS\n")[2].partition("\n.SH ")[0]
    yield from _differences(
        "verb",
        {"version", "help", *_some(r'^    \{ "(\w+)", "\1\b', tool)},
        _some(r'^\.TP\n\.BI? "?(\w+)', section),
    )
    yield from _differences(
        "option",
        set(_some(r'\{ "([\w-]+)", OPT_', tool)) - {"help"},
        _some(r"\\-\\-(\w+)", page),
    )


def _some(pattern, text):
    found = set(re.findall(pattern, text, re.M))
    if not found:
        raise LookupError(f"nothing matches {pattern}")
    return found


def _differences(kind, tool, page):
    for name in sorted(tool - page):
        yield f"{PAGE} does not have the {kind} {name}"
    for name in sorted(page - tool):
        yield f"{PAGE} has the {kind} {name}, which {TOOL} does not know"


VIOLATIONS = {
    "a verb without documentation": lambda tree: {
        TOOL: tree.read(TOOL).replace('{ "check", "check', '{ "recheck", "recheck DIR", "", 0, 0 },\n    { "check", "check')
    },
    "an option without documentation": lambda tree: {TOOL: tree.read(TOOL) + '{ "verbose", OPT_VERBOSE, 0, "" }\n'},
    "a documented verb that is none": lambda tree: {
        PAGE: tree.read(PAGE).replace(".SH VERBS\n", ".SH VERBS\n.TP\n.B polish\nPolish.\n")
    },
}
