# SPDX-License-Identifier: Apache-2.0
"""What benchmarks work with: servers, sites and the load program, all ended at the end."""
import contextlib
import itertools
import json
import pathlib
import shutil
import subprocess
import tempfile

from harness.installation import installation
from harness.servers import server_for

from . import tools
from .sites import BARE_BODY, BareSite, ModuleSite

CONNECTIONS = 64
SLOW_SYNC_MS = 8

# Of the database servers: their data fits into memory.
OPTIONS = {"sqlite": {}, "pgsql": {"shared_buffers": "512MB"}, "mariadb": {"innodb_buffer_pool_size": "1G"}}

# What counts as gone wrong, of what `load` counts.
FAILURES = ("wrong", "unavailable", "expired", "superseded", "refused", "broken", "late", "stopped", "missed", "unacknowledged")


class BenchError(Exception):
    """A benchmark could not run, or what it measured went wrong."""


class Lab:
    """`quick`: shorter and fewer repetitions, for a look."""

    def __init__(self, *, quick=False):
        if installation().sanitized:
            raise BenchError("this build has sanitizers in it: its figures would mean nothing")
        self.quick = quick
        self.profile = None
        # Many short rounds: what others do on the machine meets both sides of a ratio.
        self.rounds = 4 if quick else 7
        self.seconds = 0.5 if quick else 2
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="scormconnect-bench-"))
        self.folder.chmod(0o755)
        self._ending = contextlib.ExitStack()
        self._ending.callback(shutil.rmtree, self.folder, ignore_errors=True)
        self._servers = {}
        self._prefixes = (f"l{number}-" for number in itertools.count(1))
        tools.build(self.folder)
        self.bare = BareSite(self.folder / ".libs" / "mod_bare.so")
        self._ending.callback(self.bare.remove)
        self.bare.start()
        self._ending.callback(self.bare.stop)
        self._bare_post = self.request("POST", "/bare", body=BARE_BODY, headers=["Content-Type: application/json"])

    def close(self):
        self._ending.close()

    def watch(self, profile):
        """Looks with `profile` at what is measured: once, and long enough."""
        self.profile = profile
        self.rounds = 1
        self.seconds = 8

    # ---- what is measured

    def server(self, engine):
        """The engine's server, durable, for all benchmarks of this run."""
        if engine not in self._servers:
            server = server_for(engine, durable=True, **OPTIONS[engine])
            self._ending.callback(server.remove)
            self._servers[engine] = server.start()
        return self._servers[engine]

    @contextlib.contextmanager
    def site(self, engine, *, children=1, slow_disk=False):
        """A running site with an empty database; at its end its error log must have nothing to say."""
        database = self.server(engine).database()
        site = ModuleSite(database, engine, children=children, environment=self.slow_disk() if slow_disk else None)
        try:
            site.open()
            # Overload shows in the latencies.
            site.error_log_forgive("AH00484")
            yield site
            site.stop()
            if trouble := site.unexpected_log_lines():
                raise BenchError("in the error log:\n" + "\n".join(trouble[:20]))
        finally:
            if site.process:
                site.stop()
            site.remove()
            database.drop()

    def slow_disk(self):
        """Environment of a process whose disk is slow."""
        return {"LD_PRELOAD": str(self.folder / "slow_sync.so"), "SC_SLOW_SYNC_MS": str(SLOW_SYNC_MS)}

    # ---- loads

    def new_ids(self):
        """A prefix of learners' ids that nobody has."""
        return next(self._prefixes)

    def request(self, method, path, *, body="", headers=()):
        """A whole HTTP request as a file."""
        lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", *headers]
        if body:
            lines.append(f"Content-Length: {len(body)}")
        handle, name = tempfile.mkstemp(dir=self.folder, prefix="request-")
        with open(handle, "w", encoding="ascii", newline="") as file:
            file.write("\r\n".join([*lines, "", body]))
        return name

    def requests(self, site, request, *, connections=CONNECTIONS, seconds=None):
        return self._load(site, "request", request=request, connections=connections, seconds=seconds or self.seconds)

    def bare_post(self, connections=CONNECTIONS):
        """The limit of most figures."""
        return self.requests(self.bare, self._bare_post, connections=connections)

    def answers(self, site, *, connections=CONNECTIONS, learners=None, seconds=None):
        """One answered question a request, by new learners; the database must have what was acknowledged."""
        log = self.folder / "acknowledged"
        result = self._load(
            site, "answers", connections=connections, count=learners or (8 if self.quick else 16), seconds=seconds or self.seconds,
            launch=site.launch_file, rev=site.rev, script=site.answers_file, ids=self.new_ids(), log=log,
        )
        check_acknowledged(site.database, log)
        return result

    def launches(self, site, *, ids, count, connections=CONNECTIONS):
        return self._load(
            site, "launches", connections=connections, seconds=self.seconds, launch=site.launch_file, ids=ids, first=0, count=count
        )

    def learners(self, site, *, learners, every, launches, seconds):
        """Learners as they are; the database must have what was acknowledged."""
        log = self.folder / "acknowledged"
        result = self._load(
            site, "learners", learners=learners, every=every, launches=launches, seconds=seconds,
            launch=site.launch_file, rev=site.rev, script=site.visit_file, ids=self.new_ids(), log=log,
        )
        check_acknowledged(site.database, log)
        return result

    def _load(self, site, verb, **options):
        command = [self.folder / "load", verb, f"--server=127.0.0.1:{site.port}"]
        command += [f"--{name}={value}" for name, value in options.items()]
        with self.profile.watching(verb, site.children()) if self.profile and site is not self.bare else contextlib.nullcontext():
            done = subprocess.run(command, capture_output=True, text=True, timeout=options["seconds"] + 300)
        if done.returncode != 0:
            raise BenchError(f"load {verb} ended with {done.returncode}: {done.stderr}")
        result = json.loads(done.stdout)
        failed = _failures(result)
        for kind in ("requests", "launches", "events"):
            failed |= {f"{kind} {name}": count for name, count in _failures(result.get(kind, {})).items()}
        if failed:
            raise BenchError(f"load {verb}: {failed} {done.stderr}")
        return result

    # ---- rounds

    def interleave(self, **measured):
        """Runs everything in turn, a few times; gives the results of each. Every other round goes backwards."""
        results = {name: [] for name in measured}
        for turn in range(self.rounds):
            for name in list(measured) if turn % 2 == 0 else reversed(list(measured)):
                results[name].append(measured[name]())
        return results


def _failures(counts):
    return {name: counts[name] for name in FAILURES if counts.get(name)}


def rates(results):
    return [result["rate"] for result in results]


def quantiles(results, name):
    """Of the latencies, in milliseconds: "p99"."""
    return [max(result["requests"]["latency"][name], 1) / 1000 for result in results]


def check_acknowledged(database, log):
    """Every session's last number in the database must be the one that was acknowledged."""
    lines = [line.split("\t") for line in pathlib.Path(log).read_text(encoding="utf-8").splitlines()]
    acknowledged = {session: int(number) for _, session, number in lines}
    stored = {}
    for some in _batched(acknowledged, 500):
        stored |= _last_numbers(database, some)
    wrong = {session: (number, stored.get(session)) for session, number in acknowledged.items() if stored.get(session) != number}
    if wrong:
        some = ", ".join(f"{session}: acknowledged {told}, stored {kept}" for session, (told, kept) in list(wrong.items())[:5])
        raise BenchError(f"{len(wrong)} of {len(acknowledged)} sessions differ from what was acknowledged: {some}")


def _batched(things, size):
    things = list(things)
    return [things[start : start + size] for start in range(0, len(things), size)]


def _last_numbers(database, sessions):
    """The session that holds its registration's lease has its number there, any other has its own."""
    places = ", ".join(["%s"] * len(sessions))
    return dict(
        database.query(
            "SELECT s.id, CASE WHEN r.session = s.id THEN r.last_seq ELSE s.last_seq END"
            f" FROM session s JOIN registration r ON r.id = s.registration WHERE s.id IN ({places})",
            *sessions,
        )
    )
