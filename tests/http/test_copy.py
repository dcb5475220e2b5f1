# SPDX-License-Identifier: Apache-2.0
"""Moving a site to another database, and backing it up: nothing is lost, nothing comes twice, whatever interrupts it."""
import contextlib
import json
import os
import pty
import re
import shutil
import signal
import sqlite3
import stat
import subprocess
import threading
import time
import unicodedata

import pytest

from harness.lms import Lms
from harness.servers import SqliteDatabase, server_for

# All three engines are here in any case: once is enough.
pytestmark = pytest.mark.engine("sqlite")

GOOD, WRONG, USAGE = 0, 1, 2

OWN_ROWS = ("schema_version", "copy")

NAMES = {
    "ada": "Lovelace, Ada",
    "fox \U0001f98a\U0001d518": "Astral \U0001f469‍\U0001f680",
    "שלום עולם": "مرحبا ‮ RTL",
    "e\u0301\u0323 combined": "A\u030a\u0308",
    "o'brien \"quoted\" \\back\\\\slash %s %lld $1 ?": "'; DROP TABLE learner; --",
    "x" * 3900 + "äöü€\U0001f40d" * 20: "long " + "ñ" * 990,
    "nameless": "",
}


@pytest.fixture(scope="module", params=["pgsql", "mariadb"])
def server(request):
    made = server_for(request.param).start()
    yield made
    made.remove()


@pytest.fixture(scope="module")
def servers():
    made = {engine: server_for(engine).start() for engine in ("pgsql", "mariadb")}
    yield made
    for one in made.values():
        one.remove()


def study(site, publication):
    """Learners of all kinds do a bit of everything, over HTTP."""
    lms = Lms(site, publication)
    for learner, name in NAMES.items():
        session = lms.launch(learner_id=learner, learner_name=name)
        assert session.code is None, session
        answer = session.finish_modules()
        assert answer.code is None, answer
        session.take_assessment({"f1": ["1", "3"], "f2": ["five" if learner == "ada" else "4"]})
        session.events([{"type": "time", "seconds": 41}])
        session.events([{"type": "delivered", "rev": session.snapshot["rev"], "lms": "ok", "element": "cmi.core.lesson_status"}])
    for typed in ("", "\\", "'\"\\'\n\t\r", "\U0001f4a9" * 500, "€" * 2700):
        lms.launch(learner_id=f"typist {len(typed)}").events(
            [{"type": "view", "module": "m1"}, {"type": "answer", "activity": "q1", "response": ["2"]}, {"type": "read", "module": "m1"},
             {"type": "view", "module": "m2"}, {"type": "answer", "activity": "g1", "response": [typed]}]
        )
    half = lms.launch(learner_id="half way")
    half.events([{"type": "view", "module": "m1"}, {"type": "answer", "activity": "q1", "response": ["1"]}])
    lms.launch(learner_id="gone")
    lms.launch(learner_id="locked out")
    site.scormconnect("learner", "delete", "gone")
    site.scormconnect("learner", "disable", "locked out")
    assert lms.launch(learner_id="locked out").code == "learner_disabled"
    assert lms.launch(origin="https://elsewhere.example.com").status == 403


def add_long_texts(database):
    """Longer than a browser can send today: a release with other limits may have stored them."""
    registration = database.query("SELECT MIN(registration) FROM activity_result")[0][0]
    texts = {"long-ascii": "x" * 70000, "long-unicode": "\U0001f98aé€ " * 9000, "just-64k": "y" * 65535}
    for activity, text in texts.items():
        database.execute(
            "INSERT INTO activity_result (registration, activity, correct, correct_first, points, tries, response, first_at, last_at)"
            " VALUES (%s, %s, 1, 1, 1, 1, %s, 1, 2)", registration, activity, json.dumps([text], ensure_ascii=False),
        )


def multiply(database, registrations=1500, each=40):
    """So many results that a copy takes a while."""
    with contextlib.closing(database.connect()) as connection:
        connection.execute("BEGIN")
        connection.executemany(
            "INSERT INTO activity_result (registration, activity, correct, correct_first, points, tries, response, first_at, last_at)"
            " VALUES (?, ?, 1, 1, 100, 1, ?, 1, 2)",
            ((f"01m{number:023}", f"question-{one}", f'["{number} {one}"]') for number in range(registrations) for one in range(each)),
        )
        connection.execute("COMMIT")
    return registrations * each


def stored(learner):
    """The server keeps ids in this form, so that an LMS that composes its letters otherwise means the same learner."""
    return unicodedata.normalize("NFC", learner)


def results(site, publication):
    found = {learner: site.registration(publication, stored(learner)) for learner in NAMES}
    assert all(found.values())
    return found


@pytest.fixture(scope="module")
def original(make_module_site):
    """A site on SQLite that was used by all kinds of learners; httpd does not run any more."""
    site = make_module_site(engine="sqlite")
    site.prepare()
    site.start()
    site.publication_id = site.publish(title="Brände & \U0001f525 'löschen'")["id"]
    study(site, site.publication_id)
    add_long_texts(site.database)
    site.results = results(site, site.publication_id)
    site.registrations = dict(
        site.database.query("SELECT l.external_id, r.id FROM registration r JOIN learner l ON l.id = r.learner")
    )
    site.used = site.credits()
    site.stop()
    return site


@pytest.fixture
def source(original, tmp_path):
    """A database of the test's own with what the original has."""
    tmp_path.chmod(0o755)
    folder = tmp_path / "source"
    folder.mkdir()
    database = SqliteDatabase(folder / "site.db")
    with contextlib.closing(original.database.connect()) as connection:
        connection.execute("VACUUM INTO ?", (str(database.path),))
    database.execute("PRAGMA journal_mode=WAL")
    return database


def spelt(database):
    return f"{database.driver}:{database.params}"


def run_tool(site, *args):
    """The bare tool, as whoever runs the tests."""
    return subprocess.run(
        [site.installation.tool, *map(str, args)], capture_output=True, text=True, cwd="/", env=site.installation.environment
    )


def copy(site, source, target, *more):
    return run_tool(site, "copy", "--from", spelt(source), "--to", spelt(target), *more)


def start_copy(site, source, target):
    return subprocess.Popen(
        [site.installation.tool, "copy", "--from", spelt(source), "--to", spelt(target)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd="/", env=site.installation.environment,
    )


def tables_of(database):
    """The tables and their columns, by the database's own account."""
    if database.driver == "sqlite3":
        names = [name for (name,) in database.query("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        return {name: sorted(row[1] for row in database.query(f"PRAGMA table_info({name})")) for name in names}
    schema = "current_schema()" if database.driver == "pgsql" else "DATABASE()"
    tables = {}
    for table, column in database.query(
        f"SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = {schema}"
    ):
        tables.setdefault(table, []).append(column)
    return {table: sorted(columns) for table, columns in tables.items()}


def contents(database):
    """Everything in it, read by the engine's Python driver and not by what is tested: {table: rows}."""
    everything = {}
    for table, columns in tables_of(database).items():
        # By name: MariaDB has words of its own among them.
        rows = database.query(f"SELECT {', '.join(f'{table}.{column}' for column in columns)} FROM {table}")
        everything[table] = sorted(row for row in rows if table != "meta" or row[columns.index("name")] not in OWN_ROWS)
    return everything


def count(database, table):
    try:
        return database.query(f"SELECT COUNT(*) FROM {table}")[0][0]
    except Exception as error:  # noqa: BLE001 - each driver has its own for a table that isn't there yet
        assert re.search("no such table|does not exist|doesn't exist|unable to open", str(error)), error
        return 0


def wait_until_half_copied(process, database, total, more_than=0):
    """Stops the process (SIGSTOP) in the midst of the results; gives how many of the `total` are there."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        there = count(database, "activity_result")
        if more_than < there < total:
            process.send_signal(signal.SIGSTOP)
            return there
    raise AssertionError(f"was not seen half way: {process.poll()} {process.communicate()}")


# ---- from engine to engine


def test_a_site_moves_from_sqlite_to_postgresql_to_mariadb_and_back(original, source, servers, make_site, tmp_path):
    stations = [source, servers["pgsql"].database(), servers["mariadb"].database(), SqliteDatabase(tmp_path / "back.db")]
    checksums = []
    for before, after in zip(stations, stations[1:], strict=False):
        done = copy(original, before, after, "--json")
        assert done.returncode == GOOD, done.stderr
        assert done.stderr == ""
        said = json.loads(done.stdout)
        assert said["rows"] == said["written"] == sum(len(rows) for rows in contents(source).values())
        assert said["removed"] == 0
        checksums.append({one["table"]: one["checksum"] for one in said["tables"]})
    assert checksums[0] == checksums[1] == checksums[2]
    assert set(checksums[0]) == set(tables_of(source))
    expected = contents(source)
    for database in stations[1:]:
        assert contents(database) == expected

    for database in stations[1:]:
        if database.driver == "sqlite3":        # httpd's user writes it, and makes files beside it
            database = moved_to_httpd(database, make_site)
        goes_on_as_before(original, make_site(database=database))


def moved_to_httpd(database, make_site):
    site = make_site(engine="sqlite")
    shutil.copy(database.path, site.database.path)
    if os.geteuid() == 0:
        shutil.chown(site.database.path, "www-data", "www-data")
    return site.database


def goes_on_as_before(original, site):
    """A site on the copy: the same accounts, results and credits, and everything goes on where it was."""
    shutil.copy(original.key, site.key)
    if os.geteuid() == 0:
        shutil.chown(site.key, "www-data", "www-data")
    assert "up to date" in site.scormconnect("migrate")
    site.start()
    lms = Lms(site, original.publication_id)
    assert site.credits() == original.used
    assert results(site, original.publication_id) == original.results
    for learner, name in NAMES.items():
        session = lms.launch(learner_id=learner, learner_name=name)
        assert session.registration == original.registrations[stored(learner)]
        assert session.progress["status"] == original.results[learner]["status"]
    assert lms.launch(learner_id="locked out").code == "learner_disabled"
    half = lms.launch(learner_id="half way")
    assert half.progress["activities"]["q1"]["correct"] is False
    assert half.answer("q1", "2")["correct"] is True
    assert site.credits() == original.used
    assert lms.launch(learner_id="somebody new").status == 200
    assert site.credits() == original.used + 1


def test_the_database_of_the_configuration_is_the_one_that_is_not_named(original, server, make_site):
    site = make_site(engine="sqlite")
    shutil.copy(original.database.path, site.database.path)
    if os.geteuid() == 0:
        shutil.chown(site.database.path, "www-data", "www-data")
    target, further = server.database(), server.database()
    site.scormconnect("copy", "--to", spelt(target))
    assert contents(target) == contents(original.database)

    moved = make_site(database=target)
    moved.scormconnect("copy", "--to", spelt(further))
    assert contents(further) == contents(original.database)
    third = server.database()
    moved.configure(DBDParams=f'"{third.params}"')
    moved.scormconnect("copy", "--from", spelt(further))
    assert contents(third) == contents(original.database)


def test_a_configuration_can_name_a_database_so_that_no_password_is_on_the_command_line(original, source, server, make_site):
    target = server.database()
    site = make_site(database=target)
    done = run_tool(original, "copy", "--from", spelt(source), "--to", f"config:{site.config}")
    assert done.returncode == GOOD, done.stderr
    assert contents(target) == contents(source)


def test_a_copy_that_is_complete_is_read_and_not_written_again(original, source, server):
    target = server.database()
    assert copy(original, source, target).returncode == GOOD
    again = copy(original, source, target, "--json")
    assert again.returncode == GOOD, again.stderr
    assert json.loads(again.stdout)["written"] == json.loads(again.stdout)["removed"] == 0
    assert contents(target) == contents(source)


# ---- interrupted


def test_a_killed_copy_goes_on_where_it_stopped(original, source, server):
    total = multiply(source) + count(source, "activity_result")
    target = server.database()
    there = 0
    for _ in range(3):
        process = start_copy(original, source, target)
        there = wait_until_half_copied(process, target, total, more_than=there)
        process.kill()
        process.communicate()
    done = copy(original, source, target, "--json")
    assert done.returncode == GOOD, done.stderr
    results = next(one for one in json.loads(done.stdout)["tables"] if one["table"] == "activity_result")
    assert 0 < results["written"] <= total - there, "what was there was not written again"
    assert results["removed"] == 0
    assert contents(target) == contents(source)


def test_killed_at_any_moment_the_same_command_ends_well(original, source, server):
    multiply(source, registrations=300)
    target = server.database()
    for pause in (0.01, 0.03, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4):
        process = start_copy(original, source, target)
        time.sleep(pause)
        process.kill()
        process.communicate()
    done = copy(original, source, target)
    assert done.returncode == GOOD, done.stderr
    assert contents(target) == contents(source)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_ends_it_between_two_pages_and_says_how_to_go_on(original, source, server, how):
    total = multiply(source) + count(source, "activity_result")
    target = server.database()
    process = start_copy(original, source, target)
    wait_until_half_copied(process, target, total)
    process.send_signal(how)
    process.send_signal(signal.SIGCONT)
    _, said = process.communicate(timeout=30)
    assert process.returncode == WRONG
    assert "SC0726" in said and "the same command" in said
    assert copy(original, source, target).returncode == GOOD
    assert contents(target) == contents(source)


def test_no_site_runs_on_half_a_copy(original, source, server, make_site):
    total = multiply(source) + count(source, "activity_result")
    target = server.database()
    process = start_copy(original, source, target)
    wait_until_half_copied(process, target, total)
    process.kill()
    process.communicate()

    site = make_site(database=target)
    shutil.copy(original.key, site.key)
    if os.geteuid() == 0:
        shutil.chown(site.key, "www-data", "www-data")
    site.start()
    refused = Lms(site, original.publication_id).launch()
    assert refused.status == 503
    site.error_log_expect("SC0420")
    assert copy(original, source, target).returncode == GOOD
    assert Lms(site, original.publication_id).launch().status == 200


# ---- a source that is still written to


def test_what_changes_during_the_copy_is_noticed_and_brought_over_by_the_next(original, source, server):
    total = multiply(source) + count(source, "activity_result")
    target = server.database()
    process = start_copy(original, source, target)
    wait_until_half_copied(process, target, total)
    # Learners and registrations are copied already.
    source.execute("UPDATE learner SET name = 'Ada King' WHERE external_id = 'ada'")
    gone = source.query("SELECT id FROM registration ORDER BY id")[0][0]
    source.execute("DELETE FROM registration WHERE id = %s", gone)
    process.send_signal(signal.SIGCONT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == WRONG
    assert "SC0724" in said and "run the same command again" in said
    assert "learner: other contents" in said and re.search(r"registration: \d+ rows in the source, \d+ in the target", said)

    done = copy(original, source, target, "--json")
    assert done.returncode == GOOD, done.stderr
    assert json.loads(done.stdout)["removed"] == 1
    assert json.loads(done.stdout)["written"] == 1
    assert contents(target) == contents(source)


def test_a_rehearsal_can_be_repeated_until_the_copy_is_used(original, source, server):
    target = server.database()
    assert copy(original, source, target).returncode == GOOD
    source.execute("UPDATE learner SET name = 'Ada King' WHERE external_id = 'ada'")
    source.execute("DELETE FROM session")
    assert copy(original, source, target).returncode == GOOD
    assert contents(target) == contents(source)

    target.execute("UPDATE learner SET name = 'used' WHERE external_id = 'ada'")
    before = contents(target)
    done = copy(original, source, target)
    assert done.returncode == WRONG
    assert "SC0723" in done.stderr and "used since" in done.stderr
    assert contents(target) == before


# ---- what is refused


def test_a_target_with_a_site_of_its_own_is_refused(original, source, server, make_site):
    target = server.database()
    site = make_site(database=target)
    site.prepare()
    site.start()
    site.publish()
    before = contents(target)
    done = copy(original, source, target)
    assert done.returncode == WRONG
    assert "SC0723" in done.stderr
    assert contents(target) == before


def test_a_database_is_not_copied_into_itself_by_another_name(original, source, server, tmp_path):
    link = tmp_path / "link.db"
    link.symlink_to(source.path)
    before = contents(source)
    done = run_tool(original, "copy", "--from", spelt(source), "--to", f"sqlite3:{link}")
    assert done.returncode == WRONG
    assert "SC0720" in done.stderr
    assert contents(source) == before

    target = server.database()
    assert copy(original, source, target).returncode == GOOD
    other = "user=scormconnect application_name=other " if target.driver == "pgsql" else "reconnect=1,"
    done = run_tool(original, "copy", "--from", spelt(target), "--to", f"{target.driver}:{other}{target.params}")
    assert done.returncode == WRONG
    assert "SC0720" in done.stderr
    assert contents(target) == before


def test_a_source_that_is_not_there_is_not_made(original, tmp_path):
    missing = tmp_path / "missing.db"
    done = run_tool(original, "copy", "--from", f"sqlite3:{missing}", "--to", f"sqlite3:{tmp_path / 'new.db'}")
    assert done.returncode == WRONG
    assert "SC0707" in done.stderr and str(missing) in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_source_without_tables_is_refused(original, tmp_path):
    for name in ("empty", "target"):
        (tmp_path / name).touch()
    done = run_tool(original, "copy", "--from", f"sqlite3:{tmp_path / 'empty'}", "--to", f"sqlite3:{tmp_path / 'target'}")
    assert done.returncode == WRONG
    assert "SC0722" in done.stderr


def test_another_version_is_refused(original, source, server):
    source.execute("UPDATE meta SET value = '1' WHERE name = 'schema_version'")
    done = copy(original, source, server.database())
    assert done.returncode == WRONG
    assert "SC0721" in done.stderr and "scormconnect migrate" in done.stderr


@pytest.mark.parametrize(
    ("args", "code", "words"),
    [
        ((), USAGE, "usage: scormconnect copy"),
        (("--to", "sqlite3:/x", "there"), USAGE, "usage: scormconnect copy"),
        (("--from", "/var/lib/site.db", "--to", "sqlite3:/x"), WRONG, "SC0725"),
        (("--from", "sqlite3:", "--to", "sqlite3:/x"), WRONG, "SC0725"),
        (("--from", ":x", "--to", "sqlite3:/x"), WRONG, "SC0725"),
        (("--from", "oracle:x", "--to", "sqlite3:/x"), WRONG, "SC0701"),
        (("--from", "pgsql:host=127.0.0.1 port=1", "--to", "sqlite3:/x"), WRONG, "SC0702"),
        (("--to", "sqlite3:/x"), WRONG, "SC0700"),
        (("--from", "config:/nowhere/httpd.conf", "--to", "sqlite3:/x"), WRONG, "SC0704"),
    ],
)
def test_a_database_that_makes_no_sense_is_named(original, args, code, words):
    done = run_tool(original, "copy", *args)
    assert done.returncode == code
    assert words in done.stderr
    assert done.stdout == ""


# ---- what is shown


def test_a_terminal_gets_a_bar_and_a_file_gets_lines(original, source, tmp_path):
    multiply(source)
    target = tmp_path / "new.db"
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [original.installation.tool, "copy", "--from", spelt(source), "--to", f"sqlite3:{target}"],
        stdout=subprocess.PIPE, stderr=theirs, text=True, env=original.installation.environment,
    )
    os.close(theirs)
    drawn = b""
    with contextlib.suppress(OSError):          # the other end is closed
        while part := os.read(ours, 4096):
            drawn += part
    os.close(ours)
    lines = process.communicate()[0].splitlines()
    assert process.returncode == GOOD
    assert re.search(rb"\r\033\[Kcopying \[#+\.+\] +\d+ %, \d+ of \d+ rows, \d+ rows/s, activity_result", drawn)
    assert b"comparing [" in drawn
    assert drawn.endswith(b"\r\033[K"), "nothing is left of it"

    quiet = copy(original, source, SqliteDatabase(target))
    assert quiet.returncode == GOOD
    assert quiet.stderr == ""
    for said in (lines, quiet.stdout.splitlines()):
        assert re.fullmatch(r"learner +\d+ rows +\d+ written +\d+ removed +[0-9a-f]{16}", next(x for x in said if x.startswith("learner ")))
        assert re.fullmatch(r"The target has all \d+ rows; counts and checksums agree\. It took [\d.]+ s\.", said[-1])


def test_a_copy_into_sqlite_is_one_whole_file(original, source, tmp_path):
    target = SqliteDatabase(tmp_path / "new.db")
    assert copy(original, source, target).returncode == GOOD
    assert not (tmp_path / "new.db-wal").exists()
    assert contents(target) == contents(source)


# ---- backup


def backup(site, path, *more):
    return site.scormconnect_run("backup", path, *more)


@pytest.fixture
def idle(original, make_site):
    """A site with everything in its database whose httpd does not run."""
    site = make_site(engine="sqlite")
    shutil.copy(original.database.path, site.database.path)
    shutil.copy(original.key, site.key)
    if os.geteuid() == 0:
        for path in (site.database.path, site.key):
            shutil.chown(path, "www-data", "www-data")
    site.database.execute("PRAGMA journal_mode=WAL")
    return site


def test_a_backup_is_the_database_for_its_owner_alone(idle):
    path = idle.data / "it's a \"backup\" ä.db"
    done = backup(idle, path)
    assert done.returncode == GOOD, done.stderr
    rows = sum(len(rows) for rows in contents(idle.database).values())
    assert re.fullmatch(
        rf"{re.escape(str(path))}: +[\d.]+[ KM] *, {rows} rows in \d+ tables; copied in [\d.]+ s, checked in [\d.]+ s\n", done.stdout
    )
    assert contents(SqliteDatabase(path)) == contents(idle.database)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [one.name for one in idle.data.glob("it's*")] == [path.name]


def test_a_backup_tells_programs_what_is_in_it(idle):
    path = idle.data / "backup.db"
    said = json.loads(idle.scormconnect("backup", path, "--json"))
    assert said["file"] == str(path) and said["bytes"] == path.stat().st_size
    assert said["tables"] == {table: len(rows) for table, rows in contents(idle.database).items()}
    assert said["rows"] == sum(said["tables"].values())
    assert said["copy_milliseconds"] >= 0 and said["check_milliseconds"] >= 0


def test_a_backup_overwrites_only_when_told(idle):
    path = idle.data / "backup.db"
    path.write_text("precious", encoding="ascii")
    done = backup(idle, path)
    assert done.returncode == WRONG
    assert "SC0731" in done.stderr and "--overwrite" in done.stderr
    assert path.read_text(encoding="ascii") == "precious"
    assert backup(idle, path, "--overwrite").returncode == GOOD
    assert contents(SqliteDatabase(path)) == contents(idle.database)


def test_a_backup_never_goes_over_the_database_itself(idle):
    before = contents(idle.database)
    for path in (idle.database.path, idle.data / "link"):
        if path.name == "link":
            path.symlink_to(idle.database.path)
        done = backup(idle, path, "--overwrite")
        assert done.returncode == WRONG
        assert "SC0732" in done.stderr
    assert contents(idle.database) == before


def test_a_backup_that_fails_leaves_nothing(idle):
    done = backup(idle, idle.folder / "nowhere" / "backup.db")
    assert done.returncode == WRONG
    assert "SC0733" in done.stderr and "No such file" in done.stderr

    multiply(idle.database, registrations=200)
    with contextlib.closing(idle.database.connect()) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with open(idle.database.path, "r+b") as file:       # in the middle, as a bad disk does
        file.seek(idle.database.path.stat().st_size // 2 // 4096 * 4096)
        file.write(b"\xff" * 8192)
    done = backup(idle, idle.data / "backup.db")
    assert done.returncode == WRONG
    assert re.search("SC0402|SC0734", done.stderr)
    assert list(idle.data.glob("backup*")) == []


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_backup_leaves_nothing(idle, tmp_path, how):
    multiply(idle.database, registrations=5000)
    process = subprocess.Popen(
        [idle.installation.tool, "--config", idle.config, "backup", tmp_path / "backup.db"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=idle.installation.environment,
    )
    while not any(path.stat().st_size for path in tmp_path.iterdir()):
        assert process.poll() is None, process.communicate()
    process.send_signal(how)
    process.communicate(timeout=30)
    assert process.returncode == -how
    assert list(tmp_path.iterdir()) == []


def test_a_backup_before_an_upgrade_needs_no_upgrade(idle):
    idle.database.execute("UPDATE meta SET value = '1' WHERE name = 'schema_version'")
    path = idle.data / "backup.db"
    done = backup(idle, path)
    assert done.returncode == GOOD, done.stderr
    assert contents(SqliteDatabase(path)) == contents(idle.database)


def test_a_backup_of_a_server_is_left_to_the_servers_own_program(original, server):
    database = server.database()
    done = run_tool(original, "--driver", database.driver, "--params", database.params, "backup", "/nowhere/backup")
    assert done.returncode == WRONG
    assert "SC0730" in done.stderr
    assert ("pg_dump" if server.engine == "pgsql" else "mariadb-dump --single-transaction") in done.stderr


@pytest.mark.parametrize("args", [(), ("one", "two")])
def test_a_backup_has_one_name(idle, args):
    done = idle.scormconnect_run("backup", *args)
    assert done.returncode == USAGE
    assert "usage: scormconnect backup" in done.stderr


class Load:
    """Learners who answer without a pause; what was acknowledged is remembered."""

    def __init__(self, lms, learners=6):
        self.acknowledged = {}          # learner -> (session, number of the last event)
        self.wrong = []
        self._ending = threading.Event()
        self._threads = [threading.Thread(target=self._learn, args=(lms, f"learner {number}")) for number in range(learners)]
        for thread in self._threads:
            thread.start()

    def _learn(self, lms, learner):
        session = lms.launch(learner_id=learner)
        session.view("m1")
        while not self._ending.is_set():
            answer = session.events([{"type": "answer", "activity": "q1", "response": ["1"]}])
            if answer.code:
                self.wrong.append(answer)
                return
            self.acknowledged[learner] = (session, answer.ack)

    def now(self):
        """A copy of what is acknowledged at this moment."""
        return dict(self.acknowledged)

    def end(self):
        self._ending.set()
        for thread in self._threads:
            thread.join()
        assert not self.wrong, self.wrong


def test_a_backup_while_httpd_works_has_everything_that_was_acknowledged(idle, original, make_site):
    multiply(idle.database, registrations=3000)
    idle.start()
    load = Load(Lms(idle, original.publication_id))
    while len(load.now()) < 6:
        time.sleep(0.01)
    acknowledged = load.now()
    done = backup(idle, idle.data / "backup.db")
    at_the_end = load.now()
    load.end()
    assert done.returncode == GOOD, done.stderr
    assert all(at_the_end[learner][1] > number for learner, (_, number) in acknowledged.items()), "nobody was kept waiting"

    site = make_site(engine="sqlite")
    shutil.copy(idle.data / "backup.db", site.database.path)
    shutil.copy(idle.key, site.key)
    if os.geteuid() == 0:
        for path in (site.database.path, site.key):
            shutil.chown(path, "www-data", "www-data")
    site.start()
    lms = Lms(site, original.publication_id)
    for learner, (session, number) in acknowledged.items():
        # The learner's browser goes on with the session that it has, and sends again what the backup doesn't have.
        tries = site.database.query(
            "SELECT a.tries FROM activity_result a JOIN registration r ON r.id = a.registration WHERE r.id = %s", session.registration
        )[0][0]
        assert tries >= number - 1, "one event was the view"
        session.site, session.seq = site, tries + 1
        assert session.events([{"type": "answer", "activity": "q1", "response": ["2"]}]).ack == tries + 2
        assert lms.launch(learner_id=learner).progress["activities"]["q1"]["correct"] is True
    assert site.credits() == idle.credits() == original.used + 6
    assert results(site, original.publication_id) == original.results
