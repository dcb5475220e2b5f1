# SPDX-License-Identifier: Apache-2.0
"""Text files are UTF-8 with plain line ends, no tabs, nothing after a line's end, and C lines of at most 130 columns.

There is no formatter behind this on purpose: tables and comments are set by hand where that reads better. .clang-format is for editors.
"""
import re

TEXTS = ["*.c", "*.h", "*.py", "*.js", "*.mjs", "*.css", "*.html", "*.json", "*.xml", "*.rnc", "*.conf", "*.md", "*.ac", "tests/run", "tests/bench/run",
         "tools/quickstart", "tools/fetch-vendor", ".ci/run"]
# Inputs that are wrong on purpose, and what machines write.
NOT_OURS = re.compile(r"^tests/fuzz/corpus/|^tests/fixtures/|^package-lock\.json$")
COLUMNS = 130


def problems(tree):
    paths = [path for path in tree.must(*TEXTS) if not NOT_OURS.match(path)]
    for path in paths:
        text = tree.read(path)
        if "\r" in text:
            yield f"{path}: has carriage returns"
        if text and not text.endswith("\n") or text.endswith("\n\n"):
            yield f"{path}: must end with one line feed"
        for number, line in enumerate(text.split("\n"), 1):
            if "\t" in line:
                yield f"{path}:{number}: has a tab"
            if line != line.rstrip():
                yield f"{path}:{number}: has blanks at its end"
            if path.endswith((".c", ".h")) and len(line) > COLUMNS:
                yield f"{path}:{number}: is longer than {COLUMNS} columns"


VIOLATIONS = {
    "a tab": {"mod_scormconnect/base/bad.c": "\tint bad;\n"},
    "blanks at the end of a line": {"docs/bad.md": "bad  \n"},
    "no line feed at the end": {"docs/bad.md": "bad"},
    "carriage returns": {"htdocs/shared/bad.js": "bad();\r\n"},
    "a long line": {"mod_scormconnect/base/bad.c": "/* " + "x" * 130 + " */\n"},
}
