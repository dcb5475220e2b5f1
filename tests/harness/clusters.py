# SPDX-License-Identifier: Apache-2.0
"""Database clusters of the tests' own, on 127.0.0.1: a PostgreSQL primary with its standby, and MariaDB Galera nodes.

    pair = PostgresPair().start()
    database = pair.database()              # .params names both servers
    database.on(1)                          # the same database, the other server named first
    pair.primary.kill()
    pair.promote()
    pair.rejoin()                           # the killed one comes back, as the standby

    galera = Galera().start()
    database = galera.database()
    database.on(1)                          # the same database, by way of the second node
    galera.kill(2)
    galera.rejoin(2)

The settings are those of docs/cluster.md, but for addresses, ports and quicker timeouts.
"""
import concurrent.futures
import os
import re
import shutil
import subprocess
import time

from .servers import ROLE, Database, MariadbServer, PostgresServer, _postgres_program, hold_port

REPLICATOR = "replicator"
# So that a rewind finds out what only one server has, and what both had last. On both, at all times.
FOR_REWIND = {"wal_log_hints": "on", "wal_keep_size": "256MB"}
FUNCTIONS_FOR_REWIND = (
    "pg_ls_dir(text, boolean, boolean)",
    "pg_stat_file(text, boolean)",
    "pg_read_binary_file(text)",
    "pg_read_binary_file(text, bigint, bigint, boolean)",
)
GALERA_LIBRARIES = ("/usr/lib/galera/libgalera_smm.so", "/usr/lib64/galera-4/libgalera_smm.so", "/usr/lib64/galera/libgalera_smm.so")


def wait_for(what, condition, seconds=30):
    """Returns as soon as condition() holds; the error says that `what` did not come about."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise RuntimeError(f"{seconds} seconds, and still not: {what}")
        time.sleep(0.02)


def _own(server, path):
    if os.geteuid() == 0:
        shutil.chown(path, server.account, server.account)


# ---- PostgreSQL


class PairedServer(PostgresServer):
    """One of two: the standby while its data folder has a standby.signal."""

    def __init__(self, **options):
        super().__init__(**{**FOR_REWIND, "full_page_writes": "on", **options})

    def copy(self, primary):
        """Becomes a standby of `primary` from nothing."""
        self.password = primary.password
        self.folder.chmod(0o755)
        shutil.rmtree(self.data, ignore_errors=True)
        self.data.mkdir(mode=0o700)
        _own(self, self.data)
        source = self._replicator_at(primary)
        self._tool("pg_basebackup", "-D", self.data, "-d", source, "-R", "-X", "stream", "-c", "fast", "--no-sync")

    def rewind(self, primary):
        """Becomes a standby of `primary`, after it was one itself, and forgets what the other one does not have."""
        # To complete a crash recovery it starts the server, without the command line's settings.
        settings = self.folder / "rewind.conf"
        settings.write_text("".join(f"{name} = '{value}'\n" for name, value in FOR_REWIND.items()), encoding="ascii")
        source = f"{self._replicator_at(primary)} dbname=postgres"
        self._tool("pg_rewind", "-D", self.data, f"--config-file={settings}", "--source-server", source, "-R", "--no-sync")

    @staticmethod
    def _replicator_at(primary):
        return f"host=127.0.0.1 port={primary.port} user={REPLICATOR} password={primary.password}"

    def _tool(self, program, *arguments):
        done = subprocess.run(
            [_postgres_program(program), *arguments], capture_output=True, text=True, cwd=self.folder, **self.run_as()
        )
        if done.returncode != 0:
            raise RuntimeError(f"{program} failed:\n{done.stdout}{done.stderr}")


class PairDatabase(Database):
    """A database of the pair; queries go to the present primary. The ways to it differ in which server they name first."""

    ways = 2

    def __init__(self, pair, name, way=0):
        self.pair = pair
        self.way = way
        super().__init__(pair.primary, name)

    @property
    def server(self):
        return self.pair.primary

    @server.setter
    def server(self, _):
        """Whoever is the primary."""

    def on(self, way):
        return PairDatabase(self.pair, self.name, way)

    @property
    def params(self):
        ports = [str(server.port) for server in self.pair.servers]
        if self.way:
            ports.reverse()
        return (
            f"host=127.0.0.1,127.0.0.1 port={','.join(ports)} dbname={self.name} user={ROLE} password={self.pair.primary.password}"
            " target_session_attrs=read-write connect_timeout=2 tcp_user_timeout=5000"
            " keepalives_idle=5 keepalives_interval=2 keepalives_count=3"
        )


class PostgresPair:
    """A primary that says "committed" when its standby has it too.

    `durable` and further options are those of Server, for both.
    """

    engine = "pgsql"
    driver = "pgsql"

    def __init__(self, **options):
        self.servers = self.primary, self.standby = PairedServer(**options), PairedServer(**options)
        # Whoever makes a database makes it on both.
        self.standby._numbers = self.primary._numbers

    def start(self):
        self.primary.start()
        self.primary.execute(f"CREATE ROLE {REPLICATOR} LOGIN REPLICATION PASSWORD '{self.primary.password}'")
        for function in FUNCTIONS_FOR_REWIND:
            self.primary.execute(f"GRANT EXECUTE ON FUNCTION {function} TO {REPLICATOR}")
        self.standby.copy(self.primary)
        self.standby.start()
        self.be_synchronous()
        return self

    def remove(self):
        for server in (self.standby, self.primary):
            server.remove()

    def database(self):
        name = self.primary.create()
        # A standby that does not know the database ends the search for the primary.
        self.wait_until_in_step()
        return PairDatabase(self, name)

    def mend(self):
        """Makes two of them again, whatever a test has done."""
        if not self.primary.process:
            self.primary.start()
        if self.standby.process and self.primary.query("SELECT sync_state FROM pg_stat_replication") == [("sync",)]:
            return
        self.go_on_alone()
        self.standby.kill()
        self.rejoin(empty=True)

    def promote(self):
        """The standby takes over, alone for now: nothing it says is on two machines before rejoin()."""
        self.primary, self.standby = self.standby, self.primary
        self.go_on_alone()
        self.primary.execute("SELECT pg_promote(true, 60)")

    def rejoin(self, *, empty=False):
        """The former primary, which is down, becomes the standby, with `empty` from nothing. Again "committed" means both."""
        if empty:
            self.standby.copy(self.primary)
        else:
            # Until its first checkpoint the new primary's control file does not tell that history has forked.
            self.primary.execute("CHECKPOINT")
            self.standby.rewind(self.primary)
        self.standby.start()
        self.be_synchronous()

    def go_on_alone(self):
        """The primary waits for no standby."""
        self.primary.execute("ALTER SYSTEM RESET synchronous_standby_names")
        self.primary.execute("SELECT pg_reload_conf()")

    def be_synchronous(self):
        """The primary waits for its standby, which is there."""
        self.primary.execute("ALTER SYSTEM SET synchronous_standby_names = '*'")
        self.primary.execute("SELECT pg_reload_conf()")
        wait_for("the standby is in step", lambda: self.primary.query("SELECT sync_state FROM pg_stat_replication") == [("sync",)])

    def wait_until_in_step(self):
        """Until the standby shows all that the primary has now."""
        (position,), = self.primary.query("SELECT pg_current_wal_lsn()")
        has_it = "SELECT pg_last_wal_replay_lsn() >= %s"
        wait_for("the standby has caught up", lambda: self.standby.query(has_it, position) == [(True,)])


# ---- MariaDB Galera


class GaleraNode(MariadbServer):
    """One of several; `members` are all of them."""

    def __init__(self, members, **options):
        super().__init__(**options)
        self.members = members
        self._ports = {name: hold_port() for name in ("group", "ist", "sst")}
        self.first = False
        self.position = None

    def port_for(self, name):
        return self._ports[name].getsockname()[1]

    def command(self):
        addresses = ",".join(f"127.0.0.1:{node.port_for('group')}" for node in self.members)
        provider = {
            "gmcast.listen_addr": f"tcp://127.0.0.1:{self.port_for('group')}",
            "ist.recv_addr": f"127.0.0.1:{self.port_for('ist')}",
            "gcache.size": "32M",
            # A fifth of the usual ones.
            "evs.keepalive_period": "PT0.2S",
            "evs.inactive_check_period": "PT0.1S",
            "evs.suspect_timeout": "PT1S",
            "evs.inactive_timeout": "PT3S",
            "evs.install_timeout": "PT3S",
        }
        settings = {
            "binlog-format": "ROW",
            "innodb-autoinc-lock-mode": 2,
            # Now and then a node that applies another one's work waits for a lock that it should have broken, and tries again
            # only after this time.
            "innodb-lock-wait-timeout": 2,
            "wsrep-on": "ON",
            "wsrep-provider": next(path for path in GALERA_LIBRARIES if os.path.exists(path)),
            "wsrep-provider-options": ";".join(f"{name}={value}" for name, value in provider.items()),
            "wsrep-cluster-name": "scormconnect",
            "wsrep-cluster-address": f"gcomm://{addresses}",
            "wsrep-node-name": f"node{self.members.index(self) + 1}",
            "wsrep-node-address": f"127.0.0.1:{self.port_for('group')}",
            "wsrep-sst-method": "rsync",
            "wsrep-sst-receive-address": f"127.0.0.1:{self.port_for('sst')}",
            "wsrep-sync-wait": 1,
            "transaction-isolation": "READ-COMMITTED",
        }
        given = [f"--{name}={value}" for name, value in settings.items() if name not in self.options]
        if self.first:
            given.append("--wsrep-new-cluster")
        if self.position:
            given.append(f"--wsrep-start-position={self.position}")
        return [*super().command(), *given]

    @staticmethod
    def version():
        """Of the template, which is not that of a server alone."""
        return f"{MariadbServer.version()}-galera"

    def make_template(self, data, password):
        """As it was left by a first node that had no others: those who begin with copies of it need no state transfer."""
        super().make_template(data, password)
        alone = GaleraNode([], folder=data.parent)
        alone.members.append(alone)
        alone.first, alone.password = True, password
        alone.process = subprocess.Popen(
            alone.command(), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **self.run_as()
        )
        alone._wait_until_it_answers()
        alone.stop()

    def find_position(self):
        """After a crash: asks InnoDB which transaction was its last, as galera_recovery does before a node starts."""
        done = subprocess.run(
            [*self.command(), "--wsrep-recover"], capture_output=True, text=True, cwd=self.folder, **self.run_as()
        )
        found = re.search(r"Recovered position: ([0-9a-f-]+:-?\d+)", done.stderr)
        if not found:
            raise RuntimeError(f"the position is unknown:\n{done.stderr[-4000:]}")
        self.position = found[1]
        return int(self.position.rpartition(":")[2])

    def allow_bootstrap(self):
        state = self.data / "grastate.dat"
        state.write_text(state.read_text(encoding="ascii").replace("safe_to_bootstrap: 0", "safe_to_bootstrap: 1"), encoding="ascii")

    def is_synced(self):
        return self.query("SHOW GLOBAL STATUS LIKE 'wsrep_local_state_comment'") == [("wsrep_local_state_comment", "Synced")]


class GaleraDatabase(Database):
    """A database of the cluster; queries go by way of one node, `on(node)` is the same by way of another."""

    def __init__(self, galera, name, node=0):
        super().__init__(galera.nodes[node], name)
        self.galera = galera
        self.ways = len(galera.nodes)

    def on(self, node):
        return GaleraDatabase(self.galera, self.name, node)


class Galera:
    """Nodes 0, 1, 2, which are equals. `durable` and further options are those of Server, for all."""

    engine = "mariadb"
    driver = "mysql"

    def __init__(self, *, nodes=3, durable=False, **options):
        self.nodes = []
        for _ in range(nodes):
            self.nodes.append(GaleraNode(self.nodes, durable=durable, **options))

    def start(self):
        self._start(self.nodes[0])
        return self

    def start_again(self):
        """After all of them were killed: the one that knows most comes first."""
        positions = {node: node.find_position() for node in self.nodes}
        first = max(self.nodes, key=positions.get)
        first.allow_bootstrap()
        self._start(first)

    def _start(self, first):
        first.first = True
        first.start()
        first.first = False
        self._together(self._join, [node for node in self.nodes if node is not first])

    @staticmethod
    def _together(action, nodes):
        with concurrent.futures.ThreadPoolExecutor() as threads:
            list(threads.map(action, nodes))

    @staticmethod
    def _join(node):
        node.start()
        node.position = None
        wait_for("the node is synced", node.is_synced)

    def remove(self):
        for node in self.nodes:
            node.remove()

    def database(self):
        return GaleraDatabase(self, self.nodes[0].create())

    def kill(self, node):
        self.nodes[node].kill()

    def stop(self, node):
        self.nodes[node].stop()

    def is_ready(self, node):
        """Whether it belongs to a majority, and serves."""
        return self.nodes[node].query("SHOW GLOBAL STATUS LIKE 'wsrep_ready'") == [("wsrep_ready", "ON")]

    def mend(self):
        """Makes three of them again, whatever a test has done. All at once: those that were killed must be complete to count."""
        self._together(self.rejoin, [number for number, node in enumerate(self.nodes) if not node.process])

    def rejoin(self, node, *, empty=False):
        """A node that was killed or stopped comes back; with `empty` a copy of everything is sent to it."""
        node = self.nodes[node]
        if empty:
            shutil.rmtree(node.data)
            node.data.mkdir(mode=0o700)
            _own(node, node.data)
        else:
            node.find_position()
        self._join(node)
