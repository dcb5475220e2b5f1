# SPDX-License-Identifier: Apache-2.0
"""The project's files as a guard sees them: those of git, or of an unpacked tarball, possibly with changes laid over."""
import fnmatch
import functools
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]

# What an unpacked tarball may hold besides the project: what configure, make and make distcheck leave there.
BUILT_FOLDERS = {"autom4te.cache", "build-aux", "m4", "node_modules", "__pycache__", ".libs", ".deps", "vendor", "_build", "_inst"}
BUILT_FILES = ["aclocal.m4", "config.h", "config.h.in", "config.log", "config.status", "config.cache", "configure", "libtool", "Makefile", "Makefile.in", "stamp-h1", "build*/*", "*.o", "*.lo",
               "*.la", "*.log", "*.trs", "*~"]


class Tree:
    def __init__(self, root=ROOT, changes=None):
        self.root = root
        self.changes = changes or {}

    def changed(self, changes):
        """This tree with files replaced or added: {path: text}; None takes one away."""
        return Tree(self.root, {**self.changes, **changes})

    def files(self, *patterns):
        """The paths that match one of the patterns ("mod_scormconnect/*/*.c"), sorted; * stops at no slash."""
        names = set(_listed(self.root)) | set(self.changes)
        names -= {name for name, text in self.changes.items() if text is None}
        return sorted(name for name in names if any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns))

    def read(self, path):
        if path in self.changes:
            return self.changes[path]
        return (self.root / path).read_text(encoding="utf-8")

    def must(self, *patterns):
        """files(), but finding none is a mistake of the guard or of the tree: never a success."""
        found = self.files(*patterns)
        if not found:
            raise LookupError(f"found no file like {' or '.join(patterns)}")
        return found


@functools.cache
def _listed(root):
    if (root / ".git").exists():
        listed = subprocess.run(
            ["git", "-c", f"safe.directory={root}", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=root,
            check=True,
            capture_output=True,
        ).stdout.decode()
        return [name for name in listed.split("\0") if name and not name.endswith("~") and (root / name).is_file()]
    names = []
    for path in root.rglob("*"):
        relative = path.relative_to(root)
        name = relative.as_posix()
        built = BUILT_FOLDERS & set(relative.parts) or any(fnmatch.fnmatchcase(name, pattern) for pattern in BUILT_FILES)
        if path.is_file() and not built:
            names.append(name)
    return names
