# SPDX-License-Identifier: Apache-2.0
"""Whether the instrument itself can be trusted: the load program against wrk, which others know."""
import re
import statistics
import subprocess

from .figures import Figure
from .lab import CONNECTIONS, rates
from .registry import bench
from .sites import BARE_BODY


@bench(("instrument", "bare POSTs by our load program ÷ by wrk"))
def instrument(lab):
    script = lab.folder / "bare.lua"
    script.write_text(
        f"wrk.method = 'POST'\nwrk.headers['Content-Type'] = 'application/json'\nwrk.body = [[{BARE_BODY}]]\n", encoding="ascii"
    )
    runs = lab.interleave(ours=lab.bare_post, wrk=lambda: _wrk(lab, script))
    note = f"{statistics.median(run['processor_us'] for run in runs['ours']):.1f} µs of processor a request"
    yield Figure("instrument", "requests/s", rates(runs["ours"]), runs["wrk"], at_least=0.9, note=note)


def _wrk(lab, script):
    command = ["wrk", "-t2", f"-c{CONNECTIONS}", f"-d{max(1, round(lab.seconds))}", "-s", script, f"{lab.bare.url}/bare"]
    return float(re.search(r"Requests/sec: +([\d.]+)", subprocess.run(command, check=True, capture_output=True, text=True).stdout)[1])
