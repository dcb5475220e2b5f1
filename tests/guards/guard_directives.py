# SPDX-License-Identifier: Apache-2.0
"""Each directive is in the module's table, in conf/reference.conf, in docs/directives.md and in the tests, and no other is."""
import re

NAME = r"ScormConnect\w*"


def problems(tree):
    table = _names(r'AP_INIT_\w+\(\s*"(%s)"' % NAME, tree, *tree.must("mod_scormconnect/module/*.c"))
    pages = {
        "conf/reference.conf": _names(r"^#?(%s) " % NAME, tree, "conf/reference.conf"),
        "docs/directives.md": _names(r"^## (%s)$" % NAME, tree, "docs/directives.md"),
        "tests/http/test_config.py": _names(r'"(%s)[" ]' % NAME, tree, "tests/http/test_config.py"),
    }
    for page, named in pages.items():
        for name in sorted(table - named):
            yield f"{page} does not have {name}"
        for name in sorted(named - table):
            yield f"{page} has {name}, which is no directive"
    for path in tree.must("conf/*.conf", "docs/*.md", "README.md", "tools/quickstart"):
        for name in sorted(_used(tree.read(path)) - table):
            yield f"{path} uses {name}, which is no directive"


def _names(pattern, tree, *paths):
    found = {name for path in paths for name in re.findall(pattern, tree.read(path), re.M)}
    if not found:
        raise LookupError(f"found no directive in {', '.join(paths)}")
    return found


def _used(text):
    return set(re.findall(r"\bScormConnect[A-Z]\w*", text))


VIOLATIONS = {
    "a directive without documentation": {"mod_scormconnect/module/bad.c": 'AP_INIT_FLAG("ScormConnectSecret", set, NULL, 0, "")\n'},
    "a documented directive that is none": lambda tree: {
        "docs/directives.md": tree.read("docs/directives.md") + "\n## ScormConnectGhost\n"
    },
    "an example with a misspelt directive": lambda tree: {
        "conf/example-sqlite.conf": tree.read("conf/example-sqlite.conf") + "\nScormConnectTraining /srv\n"
    },
}
