# SPDX-License-Identifier: Apache-2.0
"""Where httpd's time goes while it is measured: perf, over the measured runs of a benchmark."""
import contextlib
import signal
import subprocess

# The stacks are copied, for the libraries keep no frame pointers: costly, but only here.
RECORD = ["perf", "record", "-q", "-F", "499", "--call-graph", "dwarf,16384"]
REPORT = ["perf", "report", "--stdio", "--no-inline", "-g", "none"]


class Profile:
    def __init__(self, folder):
        self.folder = folder
        self.records = []

    @contextlib.contextmanager
    def watching(self, what, processes):
        record = self.folder / f"perf-{len(self.records)}.data"
        self.records.append((what, record))
        command = [*RECORD, "-o", record, "-p", ",".join(map(str, processes))]
        perf = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            yield
        finally:
            perf.send_signal(signal.SIGINT)
            perf.wait()

    def report(self, lines=45):
        for what, record in self.records:
            yield self._table(record, f"{what}: by library", lines, "--no-children", "--sort", "dso")
            yield self._table(record, f"{what}: functions by themselves", lines, "--no-children", "--sort", "symbol,dso")
            yield self._table(record, f"{what}: functions with what they call", 2 * lines, "--children", "--sort", "symbol,dso")

    def _table(self, record, title, lines, *how):
        said = subprocess.run([*REPORT, *how, "--percent-limit", "0.3", "-i", record], capture_output=True, text=True).stdout
        rows = [line.removesuffix("-      -").rstrip() for line in said.splitlines() if line.strip() and not line.startswith("#")]
        return "\n".join([f"# {title}", *rows[:lines], ""])
