# SPDX-License-Identifier: Apache-2.0
"""A stage: a site, its database and two publications, and what a fault test does with them."""
import contextlib
import pathlib
import subprocess
import tempfile
import time

import pytest

from harness.ledger import assert_agrees, assert_figures_agree
from harness.load import Crowd
from harness.site import Site

CONNECTIONS = {"sqlite": 3, "pgsql": 6, "mariadb": 6}


def only(*engines):
    """The test makes sense on these engines alone."""
    return pytest.mark.parametrize("engine", engines, indirect=True)


@contextlib.contextmanager
def locked(stage):
    """Another program holds what every write needs."""
    connection = stage.database.connect()
    with contextlib.closing(connection), contextlib.closing(connection.cursor()) as cursor:
        for statement in {
            "sqlite": ["BEGIN IMMEDIATE"],
            "pgsql": ["BEGIN", "LOCK TABLE registration IN EXCLUSIVE MODE"],
            "mariadb": ["LOCK TABLES registration WRITE"],
        }[stage.engine]:
            cursor.execute(statement)
        yield
        cursor.execute("UNLOCK TABLES" if stage.engine == "mariadb" else "ROLLBACK")


class SmallDisk:
    """A file system of its own, in memory, that can be filled to its last byte. Only root can mount one."""

    def __init__(self, megabytes=128):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="scormconnect-disk-"))
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=755", "tmpfs", self.folder], check=True)
        self.filler = self.folder / "filler"

    def fill(self):
        with open(self.filler, "wb", buffering=0) as filler:
            for size in (1 << 20, 4096):
                with contextlib.suppress(OSError):
                    while filler.write(bytes(size)) == size:
                        pass

    def free(self):
        self.filler.unlink()

    def remove(self):
        subprocess.run(["umount", self.folder], check=True)
        self.folder.rmdir()


class Stage:
    """`options` are those of Site.

    With fewer threads than learners httpd would close connections that are kept alive: as it should, but not what is tested.
    """

    def __init__(self, server, /, *, directives=None, **options):
        self.server = server
        self.engine = server.engine
        self.database = server.database()
        connections = {"DBDMax": str(CONNECTIONS[self.engine])}
        self.site = Site(database=self.database, directives=connections | (directives or {}), **{"processes": 2, **options})
        self.publications = []

    def open(self):
        """Tables, httpd, publications: one of them lets a learner try the assessment as often as they like, with success far away."""
        self.site.prepare()
        self.site.start()
        self.publications = [
            self.site.publish(title=title, attempts=0, **{"pass": threshold})["id"] for title, threshold in (("Easy", 50), ("Hard", 100))
        ]
        return self

    def crowd(self, **options):
        return Crowd(self.site, self.publications, **options)

    # ---- the database

    def administer(self, statement):
        """Runs it as the server's administrator would, again where the database chose it as the victim of a deadlock."""
        connect = self.database.connect if self.engine == "sqlite" else lambda: self.server.connect(self.database.name)
        with contextlib.closing(connect()) as connection, contextlib.closing(connection.cursor()) as cursor:
            for _ in range(10):
                try:
                    cursor.execute(statement)
                    return
                except Exception as error:  # the drivers have no common one
                    if "deadlock" not in str(error).lower():
                        raise
        raise AssertionError(f"{statement} always ends in a deadlock")

    def make_read_only(self, read_only):
        """PostgreSQL tells it to new connections only."""
        word = "on" if read_only else "off"
        if self.engine == "pgsql":
            self.server.execute(f"ALTER DATABASE {self.database.name} SET default_transaction_read_only = {word}")
            self.cut_connections()
        else:
            self.server.execute(f"SET GLOBAL read_only = {word}")

    def server_processes(self):
        """Of the database server: the first one, and what it started."""
        first = self.server.process.pid
        children = pathlib.Path(f"/proc/{first}/task/{first}/children").read_text(encoding="ascii").split()
        return [first, *map(int, children)]

    # ---- its connections

    def connections(self):
        """Those that httpd holds, by their numbers."""
        if self.engine == "sqlite":
            return []
        if self.engine == "pgsql":
            found = self.server.query("SELECT pid FROM pg_stat_activity WHERE datname = %s", self.database.name)
        else:
            found = self.server.query("SELECT id FROM information_schema.processlist WHERE db = %s", self.database.name)
        return [number for number, in found]

    def cut_connections(self):
        """The database ends all of them, whatever they are doing. How many there were."""
        cut = 0
        for number in self.connections():
            try:
                self.server.execute(f"SELECT pg_terminate_backend({number})" if self.engine == "pgsql" else f"KILL {number}")
                cut += 1
            except Exception as error:  # the drivers have no common one
                if "Unknown thread id" not in str(error):
                    raise
        return cut

    def wait_until_nothing_writes(self):
        """A killed httpd leaves its connections to the database, which finds out when it has finished what it is doing."""
        deadline = time.monotonic() + 10
        while self.connections():
            assert time.monotonic() < deadline, "the database keeps connections of a dead httpd"
            time.sleep(0.02)

    # ---- the end

    def assert_all_is_well(self, crowd, **options):
        """Lets everyone deliver what they have, and compares with the database."""
        crowd.drain()
        assert_agrees(self.database, crowd.diaries, **options)
        assert_figures_agree(self.site, self.database)

    def end(self):
        """Lines of the error log that nobody expected."""
        trouble = []
        try:
            self.site.stop()
        except RuntimeError as stubborn:
            trouble.append(str(stubborn))
        trouble += self.site.unexpected_log_lines()
        self.site.remove()
        if not self.server.process and self.engine != "sqlite":
            self.server.start()
        self.database.drop()
        return trouble
