# SPDX-License-Identifier: Apache-2.0
"""share/course.xsd is what trang makes from share/course.rnc."""
import pathlib
import subprocess
import tempfile

TOOLS = ["trang"]


def problems(tree):
    with tempfile.TemporaryDirectory() as folder:
        grammar = pathlib.Path(folder) / "course.rnc"
        grammar.write_text(tree.read("share/course.rnc"), encoding="utf-8")
        done = subprocess.run(["trang", "course.rnc", "course.xsd"], cwd=folder, capture_output=True, text=True)
        if done.returncode != 0:
            yield f"trang refuses share/course.rnc: {(done.stdout + done.stderr).strip()}"
            return
        made = {path.name: path.read_text(encoding="utf-8") for path in pathlib.Path(folder).glob("*.xsd")}
    for name, text in sorted(made.items()):
        if text != tree.read(f"share/{name}"):
            yield f"share/{name} differs: run `trang share/course.rnc share/course.xsd`"


VIOLATIONS = {
    "a schema edited by hand": lambda tree: {"share/course.xsd": tree.read("share/course.xsd") + "<!-- -->\n"},
    "a grammar that is none": {"share/course.rnc": "start = element {\n"},
}
