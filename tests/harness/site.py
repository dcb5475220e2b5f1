# SPDX-License-Identifier: Apache-2.0
"""A site: one httpd of its own on a random loopback port, with its own folder, database, key and trainings.

SC_ENGINE says which database a site has that doesn't say it itself: sqlite (the default), pgsql or mariadb.
"""
import functools
import json
import os
import pathlib
import pwd
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import types

from . import client
from .installation import ROOT, apxs, builtin_modules, httpd, installation
from .servers import ENGINES, SqliteDatabase, hold_port, server_for

FIXTURES = ROOT / "tests" / "fixtures"
LMS_ORIGIN = "https://lms.example.com"
ADMIN = ("admin", "open sesame")

MODULES = ["mpm_event", "unixd", "log_config", "authn_core", "authn_file", "authz_core", "authz_user", "auth_basic", "dbd", "mime"]

SERVER_CONFIG = """\
ServerName 127.0.0.1
ServerRoot "{folder}"
PidFile "{folder}/httpd.pid"
DefaultRuntimeDir "{folder}/run"
Listen 127.0.0.1:{port}
{user}
{load}
LoadModule scormconnect_module "{module}"
TypesConfig /etc/mime.types
StartServers 1
ServerLimit {processes}
ThreadLimit {threads}
ThreadsPerChild {threads}
MaxRequestWorkers {workers}
MinSpareThreads 1
MaxSpareThreads {workers}
GracefulShutdownTimeout 5
ErrorLog "{folder}/error.log"
ErrorLogFormat "[%{{u}}t] [%-m:%l] [pid %P] %M"
LogLevel {log_level}
{access_log}
DocumentRoot "{folder}/docroot"
<Directory "/">
    AllowOverride None
    Require all denied
</Directory>
<Directory "{folder}/docroot">
    Require all granted
</Directory>
{server}
"""

VHOST_CONFIG = """\
<VirtualHost 127.0.0.1:{port}>
ServerName 127.0.0.1:{port}
{directives}
<Location "{prefix}/admin">
    SetHandler scormconnect-admin
    AuthType Basic
    AuthName "Trainings"
    AuthUserFile "{folder}/htpasswd"
    Require valid-user
</Location>
{vhost}
</VirtualHost>
"""

ACCESS_LOG = """\
LogFormat "%t %m %U %>s %B %D" plain
CustomLog "{folder}/access.log" plain"""

# A line of the error log that nobody expects.
TROUBLE = re.compile(r"\[[\w-]+:(?:emerg|alert|crit|error|warn)\]|AddressSanitizer|runtime error:|exit signal")


def chosen_engine():
    """The engine of this run."""
    name = os.environ.get("SC_ENGINE", "sqlite")
    if name not in ENGINES:
        raise ValueError(f"SC_ENGINE is {name}; there are {', '.join(ENGINES)}")
    return name


@functools.cache
def shared_server(name):
    """The database server for all sites of this process."""
    return server_for(name).start()


class Site:
    """A site is configured when it is made, and not started yet.

    engine      the database engine, if it is not that of the run
    database    a Database of harness/servers.py, if it is not a new one
    directives  replaces single directives; None leaves one out: {"ScormConnectShowNames": "On"}
    vhost       lines added to the virtual host
    server      lines added outside of it
    trainings   names below tests/fixtures/trainings, copied into the site's own folder
    log_level   LogLevel
    processes   children of httpd
    threads     of each child
    access_log  whether there is one
    modules_without   httpd's own modules to leave out
    """

    def __init__(
        self,
        *,
        engine=None,
        database=None,
        directives=None,
        vhost="",
        server="",
        trainings=("tiny",),
        log_level="notice scormconnect:info",
        processes=1,
        threads=16,
        access_log=True,
        environment=None,
        modules_without=(),
    ):
        self.installation = installation()
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="scormconnect-site-"))
        self.folder.chmod(0o755)
        self._held = hold_port()
        self.port = self._held.getsockname()[1]
        self.process = None
        self.expected = []
        self._owner = pwd.getpwnam("www-data") if os.geteuid() == 0 else None

        for name in ("run", "docroot", "trainings"):
            (self.folder / name).mkdir()
        self.data = self.folder / "data"
        self.data.mkdir()
        if self._owner:
            os.chown(self.data, self._owner.pw_uid, self._owner.pw_gid)
        for name in trainings:
            self.add_training(name)

        self.database = database or self._new_database(engine or chosen_engine())
        self._foreign_database = database is not None
        self.key = self.data / "key"
        self.directives = {
            "DBDriver": self.database.driver,
            "DBDParams": f'"{self.database.params}"',
            "DBDMax": "3",
            "ScormConnect": "On",
            "ScormConnectTrainings": str(self.folder / "trainings"),
            "ScormConnectKeyFile": str(self.key),
        }
        self.directives.update(directives or {})
        self.prefix = self.directives.get("ScormConnectPrefix") or "/connect"
        self.config = self.folder / "httpd.conf"
        self._vhost, self._server, self._log_level, self._processes = vhost, server, log_level, processes
        self._threads, self._access_log = threads, access_log
        self._environment = {**self.installation.environment, **(environment or {})}
        self._without = modules_without
        self.configure()
        _write_htpasswd(self.folder / "htpasswd")

    def another_node(self, database=None, **options):
        """A further httpd of this site, not started yet: the same trainings, key and database, which `database` may reach by another way.

        It ends before this one does, whose files it uses.
        """
        shared = {name: self.directives[name] for name in ("ScormConnectTrainings", "ScormConnectKeyFile")}
        return Site(
            database=database or self.database,
            trainings=(),
            directives={**shared, **options.pop("directives", {})},
            **options,
        )

    def _new_database(self, engine):
        if engine == "sqlite":
            return SqliteDatabase(self.data / "site.db")
        return shared_server(engine).database()

    # ---- configuration

    def configure(self, **directives):
        """Writes httpd.conf anew, with changed directives; the server notices at its next (graceful) restart."""
        self.directives.update(directives)
        modules = [name for name in MODULES if name not in {*builtin_modules(), *self._without}]
        lines = [f"{name} {value}" for name, value in self.directives.items() if value is not None]
        server = SERVER_CONFIG.format(
            folder=self.folder,
            port=self.port,
            user=f"User {self._owner.pw_name}\nGroup {self._owner.pw_name}" if self._owner else "",
            load="\n".join(f'LoadModule {name}_module "{apxs("LIBEXECDIR")}/mod_{name}.so"' for name in modules),
            module=self.installation.module,
            log_level=self._log_level,
            processes=self._processes + 2,
            threads=self._threads,
            workers=self._threads * self._processes,
            access_log=ACCESS_LOG.format(folder=self.folder) if self._access_log else "",
            server=self._server,
        )
        vhost = VHOST_CONFIG.format(
            folder=self.folder, port=self.port, prefix=self.prefix, directives="\n".join(lines), vhost=self._vhost
        )
        self.config.write_text(server + vhost, encoding="utf-8")

    def configtest(self):
        """httpd -t: (whether the configuration is good, what was said)."""
        done = subprocess.run(
            [httpd(), "-t", "-f", self.config], capture_output=True, text=True, env=self.installation.environment
        )
        log = self.folder / "error.log"
        said = done.stdout + done.stderr + (log.read_text(encoding="utf-8") if log.exists() else "")
        return done.returncode == 0, said

    def add_training(self, name, as_name=None):
        """Copies a training of the fixtures; gives the folder of the copy, where tests may edit."""
        target = self.folder / "trainings" / (as_name or name)
        shutil.copytree(FIXTURES / "trainings" / name, target)
        return target

    def training(self, name="tiny"):
        return self.folder / "trainings" / name

    def edit_training(self, old, new, *, name="tiny", languages=("course.xml", "course.fr.xml")):
        """Replaces a text in the files of a training, as an editor does who saves over the old file."""
        for language in languages:
            path = self.training(name) / language
            text = path.read_text(encoding="utf-8")
            assert old in text, f"{language} has no {old!r}"
            path.write_text(text.replace(old, new), encoding="utf-8")

    # ---- running

    def prepare(self):
        """The key and the tables."""
        if not self.key.exists():
            self.scormconnect("keygen", self.key)
        self.scormconnect("migrate")

    def start(self):
        self.process = subprocess.Popen(
            [httpd(), "-f", self.config, "-DFOREGROUND"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=open(self.folder / "stderr.log", "ab"),
            env=self._environment,
        )
        for _ in range(400):
            if self.process.poll() is not None:
                raise RuntimeError(f"httpd did not start:\n{self.stderr()}\n{self.error_log()}")
            if self._answers():
                return self
            time.sleep(0.025)
        raise RuntimeError(f"httpd does not answer:\n{self.stderr()}\n{self.error_log()}")

    def stop(self):
        """Lets connections end first: the event MPM can crash when it is told to stop while one is just closing."""
        if self.process:
            deadline = time.monotonic() + 1
            while self._has_connections() and time.monotonic() < deadline:
                time.sleep(0.005)
            time.sleep(0.01)
            self._end(signal.SIGTERM)

    def kill(self):
        """Ends the parent and its children at once, as a power cut would."""
        self._end(signal.SIGKILL)

    def _end(self, how):
        if how == signal.SIGKILL:
            self.process.send_signal(signal.SIGSTOP)        # so that it makes no further child
        children = self.children()
        self.process.send_signal(how)
        if how == signal.SIGKILL:
            for child in children:
                os.kill(child, how)
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise RuntimeError("httpd did not stop within 20 seconds") from None
        finally:
            self.process = None

    def children(self):
        """The process ids of httpd's children."""
        return [int(pid) for pid in pathlib.Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()]

    def restart(self):
        self.stop()
        return self.start()

    def graceful(self):
        """A graceful restart, as apachectl does it; returns when the new generation answers."""
        resumed = "resuming normal operations"
        before = self.error_log().count(resumed)
        self.process.send_signal(signal.SIGUSR1)
        for _ in range(400):
            if self.error_log().count(resumed) > before and self._answers():
                return self
            time.sleep(0.025)
        raise RuntimeError(f"httpd did not come back:\n{self.error_log()}")

    def remove(self):
        if not self._foreign_database:
            self.database.drop()
        shutil.rmtree(self.folder)
        self._held.close()

    # ---- the tool

    def scormconnect(self, *args, check=True):
        """Runs the command line tool with this site's configuration, as httpd's user; gives what it printed."""
        done = self.scormconnect_run(*args)
        if check and done.returncode != 0:
            raise RuntimeError(f"scormconnect {args} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
        return done.stdout

    def scormconnect_run(self, *args):
        owner = {"user": self._owner.pw_uid, "group": self._owner.pw_gid, "extra_groups": []} if self._owner else {}
        return subprocess.run(
            [self.installation.tool, "--config", self.config, *map(str, args)],
            capture_output=True,
            text=True,
            env=self.installation.environment,
            cwd="/",
            **owner,
        )

    def publish(self, training="tiny", origins=(LMS_ORIGIN,), **options):
        """Makes a publication by the admin API; gives it whole."""
        body = {"training": training, "title": training.title(), "origins": list(origins), **options}
        made = self.admin("POST", "publications", json=body)
        assert made.status == 201, made
        return made.json

    # ---- requests

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def request(self, method, path, **options):
        """`path` is below the prefix: "/api/launch"."""
        return client.request(method, f"{self.url}{self.prefix}{path}", **options)

    def get(self, path, **options):
        return self.request("GET", path, **options)

    def post(self, path, **options):
        return self.request("POST", path, **options)

    def admin(self, method, path, **options):
        """A request of the admin API, as the publisher: site.admin("GET", "publications")."""
        options.setdefault("user", ADMIN)
        return self.request(method, f"/admin/api/{path}", **options)

    def change(self, publication, **fields):
        """Changes a publication as the admin page does: over the revision that is there now. Gives it whole."""
        changed = self.admin("PUT", f"publications/{publication}", json={"rev": self.publication(publication)["rev"], **fields})
        assert changed.status == 200, changed
        return changed.json

    def credits(self):
        return self.admin("GET", "site").json["credits"]

    def publication(self, publication):
        return self.admin("GET", f"publications/{publication}").json

    def registration(self, publication, learner_id):
        """The REGISTRATION of docs/admin-api.md, or None."""
        after = ""
        while True:
            page = self.admin("GET", f"publications/{publication}/learners{after}").json
            for one in page["learners"]:
                if one["learner_id"] == learner_id:
                    return one
            if page["next"] is None:
                return None
            after = f"?after={page['next']}"

    def registrations(self, publication):
        """All of a publication's, newest first; at most the 100 of the first page."""
        return self.admin("GET", f"publications/{publication}/learners").json["learners"]

    def learners(self):
        """All accounts, as the tool lists them: .id, .realm, .name, .state …"""
        listed = json.loads(self.scormconnect("--json", "learner", "list"))["learners"]
        return [types.SimpleNamespace(**one) for one in listed]

    def learner(self, learner_id):
        """What the tool lists of a learner (.state, .realm, .seen_at), or None."""
        return next((one for one in self.learners() if one.id == learner_id), None)

    def refusals(self, publication=None):
        query = f"?publication={publication}" if publication else ""
        return self.admin("GET", f"refusals{query}").json["refusals"]

    # ---- logs

    def error_log(self):
        path = self.folder / "error.log"
        return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""

    def access_log(self):
        return (self.folder / "access.log").read_text(encoding="utf-8", errors="replace")

    def stderr(self):
        path = self.folder / "stderr.log"
        return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""

    def error_log_expect(self, pattern, timeout=5):
        """Waits for a line that matches, and forgives all that do."""
        self.expected.append(re.compile(pattern))
        deadline = time.monotonic() + timeout
        while not re.search(pattern, self.error_log()):
            if time.monotonic() > deadline:
                raise AssertionError(f"nothing in the error log matches {pattern!r}:\n{self.error_log()}")
            time.sleep(0.02)

    def error_log_forgive(self, pattern):
        """Forgives lines that match, if there are any."""
        self.expected.append(re.compile(pattern))

    def unexpected_log_lines(self):
        lines = (self.error_log() + self.stderr()).splitlines()
        return [line for line in lines if TROUBLE.search(line) and not any(known.search(line) for known in self.expected)]

    # ---- inside

    def _has_connections(self):
        """Whether a client is connected, or httpd has not closed its end yet."""
        here = f"0100007F:{self.port:04X}"
        ended = ("06", "0A")            # TIME_WAIT is the kernel's, LISTEN is no connection
        lines = pathlib.Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]
        return any(local == here and state not in ended for local, _, state in (line.split()[1:4] for line in lines))

    def _answers(self):
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as probe:
                probe.sendall(b"OPTIONS * HTTP/1.0\r\n\r\n")
                return probe.recv(5) == b"HTTP/"
        except OSError:
            return False


def _write_htpasswd(path):
    name, password = ADMIN
    hashed = subprocess.run(["openssl", "passwd", "-apr1", password], check=True, capture_output=True, text=True).stdout
    path.write_text(f"{name}:{hashed}", encoding="ascii")
