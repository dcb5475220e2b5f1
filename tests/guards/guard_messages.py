# SPDX-License-Identifier: Apache-2.0
"""A message number is used in one place and has one entry in docs/messages.d/, which docs/messages.md points to."""
import re


def problems(tree):
    used = {}
    for path in tree.must("mod_scormconnect/*.c", "tools/cli/*.c"):
        for text in re.findall(r"\bSC_MSG\((\w+)\)", tree.read(path)):
            if not re.fullmatch(r"[1-9]\d{0,3}", text):
                yield f"{path}: SC_MSG({text}) must be a plain decimal number (a leading zero makes it octal)"
            else:
                used.setdefault(int(text), []).append(path)
        # httpd's own log functions take the number as text.
        for text in re.findall(r'"SC(\d{4}): ', tree.read(path)):
            used.setdefault(int(text), []).append(path)
    if not used:
        raise LookupError("found no SC_MSG()")
    for number, paths in sorted(used.items()):
        if len(paths) > 1:
            yield f"SC{number:04} is used {len(paths)} times: {', '.join(paths)}"

    entries = {}
    index = tree.read("docs/messages.md")
    for page in tree.must("docs/messages.d/*.md"):
        if page.removeprefix("docs/") not in index:
            yield f"docs/messages.md does not point to {page}"
        for number in re.findall(r"^## SC(\d{4})\b", tree.read(page), re.M):
            if int(number) in entries:
                yield f"SC{number} has two entries: {entries[int(number)]} and {page}"
            entries[int(number)] = page
    for number in sorted(set(used) - set(entries)):
        yield f"SC{number:04} ({used[number][0]}) has no entry in docs/messages.d/"
    for number in sorted(set(entries) - set(used)):
        yield f"{entries[number]}: SC{number:04} is used nowhere"


def _first_number(tree):
    for path in tree.must("mod_scormconnect/*.c"):
        found = re.search(r"SC_MSG\(([1-9]\d*)\)", tree.read(path))
        if found:
            return found.group(1)
    raise LookupError("found no SC_MSG()")


VIOLATIONS = {
    "a number without an entry": {"mod_scormconnect/base/bad.c": "SC_MSG(9998)\n"},
    "a number in a log line without an entry": {"mod_scormconnect/base/bad.c": '"SC9997: gone"\n'},
    "an octal number": {"mod_scormconnect/base/bad.c": "SC_MSG(0112)\n"},
    "a number used twice": lambda tree: {"mod_scormconnect/base/bad.c": f"SC_MSG({_first_number(tree)})\n"},
    "an entry that nothing uses": {"docs/messages.d/bad.md": "## SC9999 Never\n"},
}
