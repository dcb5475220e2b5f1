# SPDX-License-Identifier: Apache-2.0
"""The two httpds of a benchmark: one with the module, and one with nothing but what the module is compared to."""
import base64
import hashlib
import json

from harness.installation import apxs, builtin_modules
from harness.lms import Lms
from harness.site import ADMIN, LMS_ORIGIN, Site

from . import training

THREADS = 320

# Connections of the module to the database, for each child. On SQLite they wait for each other anyway.
CONNECTIONS = {"sqlite": 4, "pgsql": 16, "mariadb": 16}

# As a site would be set up that expects many learners. EnableMMAP costs small files a third of their speed; the factor lets a child
# hold many idle connections, which it otherwise closes to take new ones.
SERVER = """\
StartServers {children}
MaxKeepAliveRequests 0
AsyncRequestWorkerFactor 64
EnableMMAP Off
"""

BARE_MODULES = ["mpm_event", "unixd", "authn_core", "authn_file", "authz_core", "authz_user", "auth_basic", "mime"]

BARE_CONFIG = """\
ServerName 127.0.0.1
ServerRoot "{folder}"
PidFile "{folder}/httpd.pid"
DefaultRuntimeDir "{folder}/run"
Listen 127.0.0.1:{port}
{user}
{load}
LoadModule bare_module "{module}"
TypesConfig /etc/mime.types
ServerLimit 1
ThreadLimit {threads}
ThreadsPerChild {threads}
MaxRequestWorkers {threads}
{server}
ErrorLog "{folder}/error.log"
LogLevel warn
DocumentRoot "{folder}/docroot"
<Directory "{folder}/docroot">
    AllowOverride None
    Require all granted
</Directory>
<Directory "{folder}/docroot/guarded">
    AuthType Basic
    AuthName "Trainings"
    AuthUserFile "{folder}/htpasswd"
    Require valid-user
</Directory>
<Location "/bare">
    SetHandler bare
</Location>
"""

# What a learner's browser sends, more or less, and as long: 300 bytes.
BARE_BODY = json.dumps(
    {
        "session": "01k5x9m3q0example0session0",
        "lang": "en",
        "rev": "9f2c" * 16,
        "events": [{"seq": 1, "type": "answer", "activity": "q1", "response": ["2"]}],
        "rest": "x" * 75,
    }
)


def authorization():
    """The publisher's, as a header line."""
    return "Authorization: Basic " + base64.b64encode(":".join(ADMIN).encode()).decode()


def write_quick_password(path):
    """The usual MD5 of a password is slow on purpose; it is not what is measured here."""
    name, password = ADMIN
    digest = base64.b64encode(hashlib.sha1(password.encode()).digest()).decode()
    path.write_text(f"{name}:{{SHA}}{digest}\n", encoding="ascii")


class BareSite(Site):
    """httpd without the module: the handler of mod_bare.c at /bare, static files, and those below /guarded/ with a password."""

    def __init__(self, module):
        self._bare = module
        super().__init__(trainings=())
        write_quick_password(self.folder / "htpasswd")
        (self.folder / "docroot" / "guarded").mkdir()

    def configure(self):
        load = "\n".join(
            f'LoadModule {name}_module "{apxs("LIBEXECDIR")}/mod_{name}.so"' for name in BARE_MODULES if name not in builtin_modules()
        )
        user = f"User {self._owner.pw_name}\nGroup {self._owner.pw_name}" if self._owner else ""
        text = BARE_CONFIG.format(
            folder=self.folder, port=self.port, user=user, load=load, module=self._bare, threads=THREADS, server=SERVER.format(children=1)
        )
        self.config.write_text(text, encoding="utf-8")

    def place(self, name, content):
        """A static file; gives its path in URLs."""
        (self.folder / "docroot" / name).write_bytes(content)
        return f"/{name}"


class ModuleSite(Site):
    """httpd with the module, one training and one publication, and the files that the load program needs."""

    def __init__(self, database, engine, *, children=1, environment=None):
        super().__init__(
            database=database,
            directives={"DBDMin": 1, "DBDKeep": CONNECTIONS[engine], "DBDMax": CONNECTIONS[engine]},
            server=SERVER.format(children=children),
            trainings=(),
            log_level="warn",
            processes=children,
            threads=THREADS // children,
            access_log=False,
            environment=environment,
        )
        write_quick_password(self.folder / "htpasswd")
        training.write(self.folder / "trainings")

    def open(self):
        self.prepare()
        self.start()
        self.publication_id = self.publish(training.NAME)["id"]
        self.lms = Lms(self, self.publication_id)
        self.rev = self.lms.launch("probe").course["rev"]
        self.aim_at(self.publication_id)
        self.answers_file = self._write("answers.txt", "\n".join(training.answers()))
        self.visit_file = self._write("visit.txt", "\n".join(training.visit()))
        return self

    def aim_at(self, publication):
        """Launches go there from now on."""
        self.launch_file = self._write("launch.json", self._launch(publication))

    def _launch(self, publication):
        values = {"mode": "normal", "credit": "credit", "entry": "ab-initio"}
        values |= dict.fromkeys(("status", "completion", "success", "score", "mastery"), "")
        body = {
            "v": 1,
            "publication": publication,
            "sco": "main",
            "origin": LMS_ORIGIN,
            "connector": {"version": "1", "edition": "1.2"},
            "learner": {"id": "@ID@", "name": "Lovelace, Ada"},
            "lms": values,
            "lang": "en",
        }
        return json.dumps(body)

    def _write(self, name, text):
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path
