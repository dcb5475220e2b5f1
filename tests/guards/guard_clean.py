# SPDX-License-Identifier: Apache-2.0
"""Only our own code is kept: no third-party files, no registry hosts, no paths of one machine; each file tells its licence."""
import re

# Scripts and stylesheets of others, fetched at build time.
FOREIGN_NAMES = re.compile(r"(^|/)(node_modules|vendor)/|(^|/)(adlcp|ims|adl)_?\w*v1p\d\.xsd$|\.min\.(js|css)$|\.(tgz|jar|so|a|o|exe|pyc)$")
FOREIGN_TEXT = re.compile(r"@license\b|SPDX-License-Identifier: (?!Apache-2\.0)|GNU General Public License")
TYPES = re.compile(r"^tests/browser/types/")

# A lock file that names hosts would tie the build to one registry; a home folder would tie it to one machine.
HOSTS = re.compile(r"https?://(?:[\w.-]*\.)?(?:npmjs\.org|npmjs\.com|yarnpkg\.com|jsdelivr\.net|unpkg\.com|pypi\.org|pythonhosted\.org)\b")
MACHINE = re.compile(r"(?<![\w$}{/.-])/(?:home/\w+|root|work|tmp/w|Users/\w+)/")

# Files whose first lines say under what licence they stand.
LICENSED = ("*.c", "*.h", "*.py", "*.js", "*.mjs", "*.css", "*.sh", "Makefile.am", "configure.ac", "tools/quickstart", "tests/run", "tests/bench/run", ".ci/run")
SELF = "tests/guards/guard_clean.py"


def problems(tree):
    tree.must("mod_scormconnect/*.c")
    for path in tree.files("*"):
        if FOREIGN_NAMES.search(path) and not TYPES.match(path):
            yield f"{path}: is not ours to keep"
            continue
        try:
            text = tree.read(path)
        except UnicodeDecodeError:
            continue
        if path != "LICENSE" and path != SELF:
            yield from _texts(path, text)
    for path in tree.files(*LICENSED):
        if "SPDX-License-Identifier: Apache-2.0" not in "\n".join(tree.read(path).splitlines()[:3]):
            yield f"{path}: its first lines don't say SPDX-License-Identifier: Apache-2.0"


def _texts(path, text):
    for number, line in enumerate(text.splitlines(), 1):
        if FOREIGN_TEXT.search(line):
            yield f"{path}:{number}: looks like somebody else's code"
        if HOSTS.search(line):
            yield f"{path}:{number}: names the host of a package registry"
        if MACHINE.search(line):
            yield f"{path}:{number}: names a path of one machine"


VIOLATIONS = {
    "a vendored library": {"htdocs/vendor/lit-html.js": "/** */\n"},
    "a minified script": {"htdocs/shared/chart.min.js": "a()\n"},
    "a foreign licence": {"htdocs/shared/bad.js": "/** @license MIT */\n"},
    "a registry host": {"docs/bad.md": "https://registry." + "npmjs.org/lit-html\n"},
    "a home folder": {"docs/bad.md": "see /ho" + "me/ada/project\n"},
    "a file without licence": {"mod_scormconnect/base/bad.c": "int bad;\n"},
}
