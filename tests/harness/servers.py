# SPDX-License-Identifier: Apache-2.0
"""Database servers of the tests' own: PostgreSQL and MariaDB in temporary folders, on 127.0.0.1; SQLite with the same face.

    server = server_for("pgsql").start()
    database = server.database()            # new and empty; .driver and .params are DBDriver and DBDParams
    database.query("SELECT name FROM learner WHERE id = %s", "…")
    server.remove()

A server that nobody removed is ended, with its folder, when the process that made it ends, however it ends.
"""
import atexit
import contextlib
import fcntl
import getpass
import itertools
import os
import pathlib
import pwd
import re
import secrets
import shutil
import signal
import socket
import sqlite3
import subprocess
import tempfile
import time

ENGINES = ("sqlite", "pgsql", "mariadb")

ROLE = "scormconnect"                   # an ordinary user, who owns the databases

# When the process that holds the other end of standard input is gone: ends the server whose id the file $1 holds, and
# deletes the folder $2. SIGQUIT: both end at once by it, and leave no shared memory behind.
UNDERTAKER = """
cat >/dev/null
if [ -s "$1" ]; then
    pid=$(cat "$1")
    kill -QUIT "$pid"
    for try in $(seq 100); do kill -0 "$pid" && sleep 0.1; done
    kill -KILL "$pid"
fi
rm -rf "$2"
"""


def server_for(engine, **options):
    """A server, not started yet; the options are those of Server."""
    return {"sqlite": SqliteServer, "pgsql": PostgresServer, "mariadb": MariadbServer}[engine](**options)


def hold_port():
    """A free port of 127.0.0.1, as a socket: while it is open nobody else is given the port, and a server can listen on it."""
    holder = socket.socket()
    holder.bind(("127.0.0.1", 0))
    # After bind: a server, which sets it too, may share the port; a search for a free one passes it over.
    holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    return holder


class Server:
    """What the servers have in common.

    durable   as in production: what is committed survives a power cut. Otherwise quick.
    folder    where the data lies; its own temporary folder if none is named
    port      a free one if none is named
    options   settings of the server, by their names: max_connections=500
    """

    engine = None
    account = None                      # who runs it when we are root, who it refuses to run as

    def __init__(self, *, durable=False, folder=None, port=None, **options):
        self.durable = durable
        self.folder = pathlib.Path(folder or tempfile.mkdtemp(prefix=f"scormconnect-{self.engine}-"))
        self.folder.mkdir(parents=True, exist_ok=True)
        self._held = None if port else hold_port()
        self.port = port or self._held.getsockname()[1]
        self.options = options
        self.data = self.folder / "data"
        self.log = self.folder / "server.log"
        self.pid_file = self.folder / "pid"
        self.process = None
        self.password = None
        self._numbers = itertools.count(1)
        self._undertaker = None

    # ---- its life

    def start(self):
        if not self.data.exists():
            template = _template(self)
            self.folder.chmod(0o755)
            subprocess.run(["cp", "-a", "--reflink=auto", template / "data", self.data], check=True)
            self.password = (template / "password").read_text(encoding="ascii")
        if not self._undertaker:
            self._undertaker = subprocess.Popen(
                ["sh", "-c", UNDERTAKER, "undertaker", self.pid_file, self.folder],
                stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
            )
            atexit.register(self.remove)
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                self.command(), stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.folder, start_new_session=True, **self.run_as()
            )
        self.pid_file.write_text(str(self.process.pid), encoding="ascii")
        self._wait_until_it_answers()
        return self

    def _wait_until_it_answers(self):
        deadline = time.monotonic() + 60
        while True:
            if self.process.poll() is not None:
                raise RuntimeError(f"{self.engine} did not start:\n{self.said()}")
            try:
                self.query("SELECT 1")
                return
            except self.errors() as error:
                if time.monotonic() > deadline:
                    raise RuntimeError(f"{self.engine} does not answer: {error}\n{self.said()}") from None
            time.sleep(0.02)

    def stop(self):
        """As an administrator stops it: clients are sent away, everything is written."""
        if self.process:
            self._end(self.stop_signal)

    def kill(self):
        """Ends all its processes at once, as a power cut would."""
        if self.process:
            self.process.send_signal(signal.SIGSTOP)        # so that it starts no more of them
            for pid in _descendants(self.process.pid):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            self._end(signal.SIGKILL)

    def _end(self, how):
        self.process.send_signal(how)
        try:
            self.process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise RuntimeError(f"{self.engine} did not stop within 60 seconds:\n{self.said()}") from None
        finally:
            self.process = None
            self.pid_file.unlink(missing_ok=True)

    def restart(self):
        self.stop()
        return self.start()

    def remove(self):
        """Ends it and deletes its folder."""
        atexit.unregister(self.remove)
        if self.process:
            self._end(signal.SIGQUIT)
        self._clean()
        shutil.rmtree(self.folder, ignore_errors=True)
        if self._undertaker:
            self._undertaker.stdin.close()
            self._undertaker.wait()
            self._undertaker = None
        if self._held:
            self._held.close()
            self._held = None

    def said(self):
        """The end of its log."""
        return self.log.read_text(encoding="utf-8", errors="replace")[-4000:] if self.log.exists() else ""

    # ---- what is in it

    def database(self):
        """A new, empty database."""
        return Database(self, self.create())

    def query(self, sql, *args):
        """Rows, as the server's administrator."""
        with contextlib.closing(self.connect()) as connection:
            return _rows(connection, sql, args)

    def execute(self, sql, *args):
        self.query(sql, *args)

    # ---- inside

    def run_as(self):
        if os.geteuid() != 0:
            return {}
        owner = pwd.getpwnam(self.account)
        return {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}

    def settings(self, defaults):
        return [f"{name}={value}" for name, value in {**defaults, **self.options}.items()]

    def _clean(self):
        """What the server leaves behind outside of its folder when it is killed."""


class Tables:
    """What the databases have in common; .query and .execute use a connection of their own each time.

    engine    one of ENGINES
    driver    DBDriver
    params    DBDParams
    nowhere   DBDParams of the same kind that lead to no database
    """

    def execute(self, sql, *args):
        self.query(sql, *args)

    def dump(self):
        """All rows of all tables: {table: [row, …]}."""
        return {name: self.query(f"SELECT * FROM {name}") for name in self.tables()}


class Database(Tables):
    """One database of a server, used as its owner does."""

    def __init__(self, server, name):
        self.server = server
        self.name = name
        self.engine = server.engine
        self.driver = server.driver

    @property
    def params(self):
        return self.server.params(self.name, self.server.port)

    @property
    def nowhere(self):
        return self.server.params(self.name, 1)

    def connect(self):
        """A connection by the engine's Python driver, in autocommit mode."""
        return self.server.connect(self.name, ROLE)

    def query(self, sql, *args):
        """Rows as tuples; places are %s."""
        with contextlib.closing(self.connect()) as connection:
            return _rows(connection, sql, args)

    def tables(self):
        mine = "SELECT table_name FROM information_schema.tables WHERE table_schema = %s"
        return [name for (name,) in self.query(mine, self.server.schema(self.name))]

    def end_connections(self):
        """Ends all others of the database's owner, as a firewall does; the administrator's go on."""
        self.server.end_connections(self)

    def drop(self):
        """Deletes it, whoever uses it."""
        self.server.drop(self.name)


def _rows(connection, sql, args):
    with contextlib.closing(connection.cursor()) as cursor:
        cursor.execute(sql, args or None)
        return list(cursor.fetchall()) if cursor.description else []


# ---- PostgreSQL


class PostgresServer(Server):
    engine = "pgsql"
    driver = "pgsql"
    account = "postgres"
    stop_signal = signal.SIGINT         # "fast": clients are sent away

    def __init__(self, **options):
        super().__init__(**options)
        self._emptied = []

    def errors(self):
        import psycopg2

        return psycopg2.OperationalError

    def command(self):
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": self.port,
            "unix_socket_directories": "",
            # In the data folder: a killed server leaves nothing in /dev/shm.
            "dynamic_shared_memory_type": "mmap",
            "max_connections": 200,
            "shared_buffers": "64MB",
            "autovacuum": "on" if self.durable else "off",
            "fsync": "on" if self.durable else "off",
            "full_page_writes": "on" if self.durable else "off",
        }
        given = [part for setting in self.settings(settings) for part in ("-c", setting)]
        return [_postgres_program("postgres"), "-D", self.data, *given]

    @staticmethod
    def version():
        said = subprocess.run([_postgres_program("postgres"), "--version"], check=True, capture_output=True, text=True).stdout
        return re.search(r"[\d.]+", said)[0]

    def make_template(self, data, password):
        password_file = data.parent / "password"
        subprocess.run(
            [_postgres_program("initdb"), "-D", data, "-U", "postgres", "--pwfile", password_file, "--auth=scram-sha-256",
             "--encoding=UTF8", "--locale=C.UTF-8", "--wal-segsize=4", "--no-sync", "--no-instructions"],
            check=True, capture_output=True, text=True, cwd=data.parent, **self.run_as(),
        )
        single = [_postgres_program("postgres"), "--single", "-D", data, "-c", "fsync=off", "postgres"]
        subprocess.run(
            single, input=f"CREATE ROLE {ROLE} LOGIN PASSWORD '{password}'\n", check=True, capture_output=True, text=True,
            cwd=data.parent, **self.run_as(),
        )

    def connect(self, name="postgres", user="postgres"):
        import psycopg2

        connection = psycopg2.connect(
            host="127.0.0.1", port=self.port, dbname=name, user=user, password=self.password, connect_timeout=10
        )
        connection.autocommit = True
        return connection

    def params(self, name, port):
        return f"host=127.0.0.1 port={port} dbname={name} user={ROLE} password={self.password} connect_timeout=3"

    @staticmethod
    def schema(_):
        return "public"

    def create(self):
        if self._emptied:
            return self._emptied.pop()
        name = f"site{next(self._numbers)}"
        # Texts in the order of a language, as in most databases that an administrator makes: nothing may depend on it.
        self.execute(f"CREATE DATABASE {name} OWNER {ROLE} TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'en-US'")
        return name

    @staticmethod
    def end_connections(database):
        others = "FROM pg_stat_activity WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()"
        database.execute(f"SELECT pg_terminate_backend(pid, 10000) {others}")

    def drop(self, name):
        """Emptied and used again: that is many times quicker than to make another."""
        self.execute("SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = %s", name)
        with contextlib.closing(self.connect(name)) as connection:
            _rows(connection, "DROP SCHEMA public CASCADE; CREATE SCHEMA public AUTHORIZATION pg_database_owner", ())
        self._emptied.append(name)

    def _clean(self):
        # A killed server's piece of System V memory; its number is the last of the seventh line.
        left = self.data / "postmaster.pid"
        if left.exists():
            lines = left.read_text(encoding="ascii").splitlines()
            if len(lines) > 6 and lines[6].split():
                subprocess.run(["ipcrm", "-m", lines[6].split()[-1]], capture_output=True)


def _postgres_program(name):
    """Debian keeps them out of PATH, in a folder of each version."""
    found = shutil.which(name) or max(pathlib.Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), default=None, key=_version_folder)
    if not found:
        raise FileNotFoundError(f"{name} of PostgreSQL is not installed")
    return str(found)


def _version_folder(path):
    return [int(number) for number in re.findall(r"\d+", path.parts[-3])]


# ---- MariaDB


class MariadbServer(Server):
    engine = "mariadb"
    driver = "mysql"
    account = "mysql"
    stop_signal = signal.SIGTERM

    def errors(self):
        import pymysql

        return pymysql.err.OperationalError

    def command(self):
        settings = {
            "datadir": self.data,
            "socket": self.data / "socket",
            "pid-file": self.data / "mariadbd.pid",
            "tmpdir": self.data,
            "bind-address": "127.0.0.1",
            "port": self.port,
            "max-connections": 200,
            "innodb-log-file-size": "256M" if self.durable else "16M",
            "innodb-buffer-pool-size": "256M" if self.durable else "64M",
            "innodb-flush-log-at-trx-commit": 1 if self.durable else 0,
            "innodb-doublewrite": "ON" if self.durable else "OFF",
            "skip-name-resolve": "ON",
            "performance-schema": "OFF",
        }
        if not self.durable:
            settings["innodb-flush-method"] = "nosync"
            settings["sync-frm"] = "OFF"
        self.options = {name.replace("_", "-"): value for name, value in self.options.items()}
        return [_mariadb_program("mariadbd"), "--no-defaults", *(f"--{setting}" for setting in self.settings(settings))]

    @staticmethod
    def version():
        said = subprocess.run([_mariadb_program("mariadbd"), "--version"], check=True, capture_output=True, text=True).stdout
        return re.search(r"Ver ([\d.]+)", said)[1]

    def make_template(self, data, password):
        subprocess.run(
            [_mariadb_program("mariadb-install-db"), "--no-defaults", f"--datadir={data}", "--skip-test-db", "--skip-name-resolve",
             "--innodb-log-file-size=16M", "--innodb-flush-method=nosync"],
            check=True, capture_output=True, text=True, cwd=data.parent, **self.run_as(),
        )
        statements = [
            "FLUSH PRIVILEGES",
            f"CREATE USER admin@127.0.0.1 IDENTIFIED BY '{password}'",
            "GRANT ALL ON *.* TO admin@127.0.0.1 WITH GRANT OPTION",
            f"CREATE USER {ROLE}@127.0.0.1 IDENTIFIED BY '{password}'",
        ]
        subprocess.run(
            [_mariadb_program("mariadbd"), "--no-defaults", "--bootstrap", f"--datadir={data}", f"--tmpdir={data}",
             "--innodb-log-file-size=16M", "--innodb-flush-method=nosync"],
            input="".join(f"{statement};\n" for statement in statements),
            check=True, capture_output=True, text=True, cwd=data.parent, **self.run_as(),
        )

    def connect(self, name=None, user="admin"):
        import pymysql

        return pymysql.connect(
            host="127.0.0.1", port=self.port, database=name, user=user, password=self.password, connect_timeout=10,
            charset="utf8mb4", autocommit=True,
        )

    def params(self, name, port):
        return (
            f"host=127.0.0.1,port={port},user={ROLE},pass={self.password},dbname={name},"
            "reconnect=0,flags=CLIENT_FOUND_ROWS"
        )

    @staticmethod
    def schema(name):
        return name

    def create(self):
        name = f"site{next(self._numbers)}"
        with contextlib.closing(self.connect()) as connection:
            _rows(connection, f"CREATE DATABASE {name}", ())
            _rows(connection, f"GRANT ALL ON {name}.* TO {ROLE}@127.0.0.1", ())
        return name

    @staticmethod
    def end_connections(database):
        others = "SELECT id FROM information_schema.processlist WHERE db = DATABASE() AND id <> CONNECTION_ID()"
        for (number,) in database.query(others):
            database.execute(f"KILL {number}")

    def drop(self, name):
        # An open transaction would make it wait.
        for (number,) in self.query("SELECT id FROM information_schema.processlist WHERE db = %s", name):
            with contextlib.suppress(self.errors()):
                self.execute(f"KILL {number}")
        self.execute(f"DROP DATABASE IF EXISTS {name}")


def _mariadb_program(name):
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/bin")
    if not found:
        raise FileNotFoundError(f"{name} is not installed")
    return found


# ---- SQLite


class SqliteServer:
    """No process, the same face: databases are files. What can't be said of a file is done for free."""

    engine = "sqlite"
    driver = "sqlite3"
    process = None

    def __init__(self, *, durable=False, folder=None, port=None):
        self.durable, self.port = durable, port
        self.folder = pathlib.Path(folder or tempfile.mkdtemp(prefix="scormconnect-sqlite-"))
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o755)
        self._numbers = itertools.count(1)
        atexit.register(self.remove)

    def start(self):
        return self

    def stop(self):
        pass

    def kill(self):
        pass

    def restart(self):
        return self

    def remove(self):
        atexit.unregister(self.remove)
        shutil.rmtree(self.folder, ignore_errors=True)

    def database(self):
        folder = self.folder / f"site{next(self._numbers)}"
        folder.mkdir()
        if os.geteuid() == 0:           # httpd's user makes files beside the database
            shutil.chown(folder, "www-data", "www-data")
        return SqliteDatabase(folder / "site.db")


class SqliteDatabase(Tables):
    engine = "sqlite"
    driver = "sqlite3"
    nowhere = "/nowhere/at.all"

    def __init__(self, path):
        self.path = pathlib.Path(path)
        self.params = str(path)

    def connect(self):
        """A connection in autocommit mode, which makes no file."""
        return sqlite3.connect(f"file:{self.path}?mode=rw", uri=True, isolation_level=None, timeout=10)

    def query(self, sql, *args):
        """Rows as tuples; places are %s."""
        with contextlib.closing(self.connect()) as connection:
            return connection.execute(sql.replace("%s", "?").replace("%%", "%") if args else sql, args).fetchall()

    def tables(self):
        return [name for (name,) in self.query("SELECT name FROM sqlite_master WHERE type = 'table'")]

    def drop(self):
        for path in self.path.parent.glob(f"{self.path.name}*"):
            path.unlink()


# ---- templates


def _template(server):
    """A folder with "data", as the engine's own program makes it, and "password". Made once per machine, version and user."""
    scratch = pathlib.Path(tempfile.gettempdir()) / f"scormconnect-servers-{getpass.getuser()}"
    scratch.mkdir(mode=0o755, exist_ok=True)
    if scratch.stat().st_uid != os.geteuid():
        raise PermissionError(f"{scratch} belongs to somebody else")
    template = scratch / f"{server.engine}-{server.version()}"
    with open(scratch / "lock", "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not template.exists():
            new = scratch / f"{template.name}.new"
            shutil.rmtree(new, ignore_errors=True)
            new.mkdir(mode=0o700)
            password = secrets.token_hex(16)
            (new / "password").touch(mode=0o600)
            (new / "password").write_text(password, encoding="ascii")
            if os.geteuid() == 0:
                shutil.chown(new, server.account)
                shutil.chown(new / "password", server.account)
            try:
                server.make_template(new / "data", password)
            except subprocess.CalledProcessError as failed:
                raise RuntimeError(f"{failed.cmd} failed:\n{failed.stdout}\n{failed.stderr}") from None
            new.rename(template)
    return template


def _descendants(pid):
    try:
        children = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    except OSError:                     # it is gone
        return []
    return [one for child in map(int, children) for one in (child, *_descendants(child))]
