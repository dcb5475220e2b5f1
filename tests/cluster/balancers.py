# SPDX-License-Identifier: Apache-2.0
"""A HAProxy with the configuration of conf/example-haproxy.cfg, in front of the nodes of a test."""
import pathlib
import re
import shutil
import subprocess
import tempfile
import time

from harness import client
from harness.installation import ROOT
from harness.servers import hold_port

EXAMPLE = ROOT / "conf" / "example-haproxy.cfg"


class Balancer:
    """To a learner's browser it is a site: it has `port` and `prefix`."""

    def __init__(self, nodes):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="scormconnect-haproxy-"))
        self.prefix = nodes.sites[0].prefix
        self._held = hold_port()
        self.port = self._held.getsockname()[1]
        self.config = self.folder / "haproxy.cfg"
        self.config.write_text(self._example(nodes), encoding="utf-8")
        self.process = None

    def _example(self, nodes):
        """The example for these nodes, without TLS."""
        text = EXAMPLE.read_text(encoding="utf-8")
        *_, server = re.findall(r"^ *server web\d .*\n", text, re.M)
        text, removed = re.subn(r"^ *server web\d .*\n", "", text, flags=re.M)
        assert removed == 2
        for number, site in enumerate(nodes.sites, 1):
            text += re.sub(r"web\d [\d.:]+", f"web{number} 127.0.0.1:{site.port}", server)
        text, replaced = re.subn(r"bind :443 ssl crt \S+", f"bind 127.0.0.1:{self.port}", text)
        assert replaced == 1
        return text

    def start(self):
        self.process = subprocess.Popen(
            ["haproxy", "-db", "-f", self.config], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=open(self.folder / "log", "wb"),
        )
        deadline = time.monotonic() + 10
        while not self._answers():
            assert self.process.poll() is None and time.monotonic() < deadline, (self.folder / "log").read_text(encoding="utf-8")
            time.sleep(0.02)
        return self

    def _answers(self):
        try:
            return self.get("/p/check/main").status == 200
        except OSError:
            return False

    def get(self, path):
        return client.request("GET", f"http://127.0.0.1:{self.port}{self.prefix}{path}")

    def remove(self):
        if self.process:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder)
        self._held.close()
