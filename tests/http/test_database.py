# SPDX-License-Identifier: Apache-2.0
"""The database is not ready, away, locked, full of trouble, or its server is shot: nothing acknowledged is ever lost."""
import contextlib
import json
import os
import signal
import sqlite3
import subprocess
import threading
import time
import urllib.error

import pytest

from harness.lms import Lms, Session
from harness.servers import server_for
from harness.site import chosen_engine

LOCK_SECONDS = 3

# The engines that have a server, which can be away while httpd is there.
server_engines = pytest.mark.engine("pgsql", "mariadb")


def outage(answer):
    """Whether `answer` is the refusal of docs/protocol.md for a database that is away: nothing stored, send again."""
    assert answer.status == 503
    assert answer.response.headers["Retry-After"].isdigit()
    return answer.code == "unavailable"


def lines_with(site, text):
    return [line for line in site.error_log().splitlines() if text in line]


# ---- before `scormconnect migrate`


def test_without_tables_a_launch_waits_until_they_are_made(make_site):
    site = make_site()
    site.scormconnect("keygen", site.key)
    site.start()
    lms = Lms(site, "01k0000000000000000000000a")
    assert all(outage(lms.launch()) for _ in range(3))
    site.error_log_expect("SC0404: .*scormconnect migrate")
    assert len(lines_with(site, "SC0404")) <= 2, "one line a minute (two when a minute is just ending)"
    site.scormconnect("migrate")
    lms.publication = site.publish()["id"]
    assert lms.launch().status == 200


def test_without_tables_the_admin_page_says_what_to_do(make_site):
    site = make_site()
    site.scormconnect("keygen", site.key)
    site.start()
    answer = site.admin("GET", "publications")
    assert answer.status == 503
    assert "scormconnect migrate" in answer.json["message"]
    site.error_log_expect("SC0404")


def test_tables_of_an_older_release_are_named(make_site):
    site = make_site()
    site.prepare()
    site.database.execute("UPDATE meta SET value = '0' WHERE name = 'schema_version'")
    site.start()
    assert site.admin("GET", "publications").status == 503
    site.error_log_expect("SC040[45]: ")


# ---- the tables


@pytest.mark.engine("pgsql")
def test_texts_are_in_the_order_of_bytes_whatever_the_database_says(site):
    assert site.database.query("SELECT 'a' < 'B'") == [(True,)], "the database itself has the order of a language"
    ours = "SELECT DISTINCT collation_name FROM information_schema.columns WHERE table_schema = 'public'"
    assert site.database.query(f"{ours} AND data_type = 'character varying'") == [("C",)]


@pytest.mark.engine("mariadb")
def test_texts_are_compared_byte_by_byte(site):
    ours = "SELECT DISTINCT collation_name FROM information_schema.columns WHERE table_schema = DATABASE()"
    assert site.database.query(f"{ours} AND collation_name IS NOT NULL") == [("utf8mb4_nopad_bin",)]


def test_every_character_of_a_name_is_kept(make_site):
    site = make_site(directives={"ScormConnectShowNames": "On"})
    site.prepare()
    site.start()
    lms = Lms(site, site.publish()["id"])
    name = "Ŝmith-日本, 😀 \\'\"%s"
    lms.launch("ada", name)
    assert site.registration(lms.publication, "ada")["name"] == name


def test_a_long_assessment_is_kept_whole(make_site):
    """All answers of an attempt that is under way are one text."""
    essays = [f"essay{number}" for number in range(12)]
    site = make_site()
    questions = "".join(f'<gap id="{essay}"><text>Say more …</text><answer>x</answer></gap>' for essay in essays)
    site.edit_training('<gap id="f2">', questions + '<gap id="f2">')
    site.prepare()
    site.start()
    lms = Lms(site, site.publish()["id"])
    session = lms.launch()
    assert session.events([{"type": "assessment_start"}]).code is None
    for activity, response in {"f2": ["four"], **dict.fromkeys(essays, ["e" * 8000])}.items():
        assert session.events([{"type": "assessment_answer", "activity": activity, "response": response}]).code is None
    session = lms.launch()
    kept = session.events([{"type": "assessment_start"}]).results[0]["answers"]
    assert kept == {"f2": ["four"], **dict.fromkeys(essays, ["e" * 8000])}


@pytest.mark.engine("mariadb")
def test_a_value_that_the_driver_would_cut_is_an_outage(site, lms):
    """Or what is left of it would be written over the whole."""
    session = lms.launch()
    session.events([{"type": "assessment_start"}])
    site.database.execute("UPDATE attempt SET answers = REPEAT('x', 1100000)")
    site.restart()                      # it remembers what it wrote
    assert outage(session.view("m1"))
    site.error_log_expect("SC0402: .*too long")


def test_another_program_may_add_an_index_at_work(site, lms):
    """SQLite's prepared statements do not survive it; they are prepared again, whether in a transaction or not."""
    session = lms.launch()
    assert session.view("m1").ack == 1
    site.database.execute("CREATE INDEX another ON learner (seen_at)")
    assert session.read("m1").ack == 2
    assert lms.launch().status == 200
    assert site.registration(lms.publication, "ada")["sessions"] == 2


# ---- without a database


def test_without_mod_dbd_every_request_is_answered_503(make_site):
    site = make_site()
    site.prepare()
    without = make_site(directives={"DBDriver": None, "DBDParams": None, "DBDMax": None}, modules_without=("dbd",))
    without.key.write_bytes(site.key.read_bytes())
    without.key.chmod(0o600)
    without.start()
    assert outage(Lms(without, "01k0000000000000000000000a").launch())
    assert without.admin("GET", "publications").status == 503
    assert without.get("/p/01k0000000000000000000000a/main").status == 200
    without.error_log_expect("mod_dbd")


# ---- another program has the file


class Lock:
    """Another program that holds the whole database file for a while."""

    def __init__(self, site, seconds):
        held = threading.Event()
        self.thread = threading.Thread(target=self._hold, args=(site, seconds, held))
        self.thread.start()
        assert held.wait(10)

    @staticmethod
    def _hold(site, seconds, held):
        with contextlib.closing(site.database.connect()) as connection:
            connection.execute("BEGIN IMMEDIATE")
            held.set()
            time.sleep(seconds)
            connection.execute("ROLLBACK")

    def wait(self):
        self.thread.join()


@pytest.mark.engine("sqlite")
def test_while_the_file_is_locked_nothing_is_acknowledged_and_nothing_is_lost(site, lms):
    session = lms.launch()
    session.view("m1")
    lock = Lock(site, LOCK_SECONDS)
    batch = [{"seq": 2, "type": "answer", "activity": "q1", "response": ["2"]}]
    answers = []
    while not answers or answers[-1].status != 200:
        answers.append(session.events(batch))
        assert len(answers) < 100, answers[-1]
    lock.wait()
    assert all(outage(answer) for answer in answers[:-1])
    assert answers[-1].ack == 2
    assert answers[-1].progress["activities"]["q1"]["tries"] == 1
    site.error_log_forgive("SC0402")


@pytest.mark.engine("sqlite")
def test_while_the_file_is_locked_a_launch_costs_nothing_or_one_credit(site, lms):
    lock = Lock(site, LOCK_SECONDS)
    tries = 0
    while (answer := lms.launch()).status != 200:
        assert outage(answer)
        tries += 1
        assert tries < 100
    lock.wait()
    assert site.credits() == 1
    assert site.registration(lms.publication, "ada")["sessions"] == 1
    site.error_log_forgive("SC0402")


@pytest.mark.engine("sqlite")
def test_while_the_file_is_locked_it_can_be_read(site, lms):
    lms.launch()
    lock = Lock(site, LOCK_SECONDS)
    began = time.monotonic()
    assert site.admin("GET", "publications").status == 200
    assert time.monotonic() - began < LOCK_SECONDS
    lock.wait()


# ---- the database server is away


@pytest.fixture
def server():
    """A database server of the test's own."""
    made = server_for(chosen_engine(), durable=True).start()
    yield made
    made.remove()


@pytest.fixture
def at_home(make_site, server):
    """A site on that server, with a publication: the learner's side of it. The log may tell of the database's absence."""
    site = make_site(database=server.database())
    site.prepare()
    site.start()
    site.error_log_forgive(r"SC0402|SC0503|\[dbd:error\]|AH006")
    return Lms(site, site.publish()["id"])


def persist(ask):
    """Asks until it is answered; gives the answer and the refusals before it, which must be outages."""
    refusals = []
    while (answer := ask()).status == 503:
        assert outage(answer)
        refusals.append(answer)
        assert len(refusals) < 200, answer
        time.sleep(0.02)
    return answer, refusals


@server_engines
def test_while_the_server_is_away_nothing_is_acknowledged_and_nothing_is_lost(at_home, server):
    site = at_home.site
    session = at_home.launch("ada")
    assert session.view("m1").ack == 1
    server.stop()
    batch = [{"seq": 2, "type": "answer", "activity": "q1", "response": ["2"]}]
    for _ in range(3):
        assert outage(session.events(batch))
        assert outage(at_home.launch("grace"))
    assert site.get(f"/p/{at_home.publication}/main").status == 200
    server.start()
    answer, _ = persist(lambda: session.events(batch))
    assert (answer.ack, answer.progress["activities"]["q1"]["tries"]) == (2, 1)
    assert site.learner("grace") is None
    assert site.credits() == 1


@server_engines
def test_after_the_server_was_started_again_nobody_notices(at_home, server):
    session = at_home.launch("ada")
    assert session.view("m1").ack == 1
    server.restart()
    assert session.read("m1").ack == 2
    server.restart()
    assert at_home.launch("grace").status == 200
    server.restart()
    assert at_home.site.admin("GET", "publications").status == 200


@server_engines
def test_what_was_acknowledged_survives_the_server_s_power_cut(at_home, server):
    session = at_home.launch("ada")
    assert session.view("m1").ack == 1
    server.kill()
    server.start()
    assert at_home.site.database.query("SELECT module FROM module_result") == [("m1",)]
    assert persist(lambda: at_home.launch("ada"))[0].progress["location"] == "m1"


@contextlib.contextmanager
def held_row(database, learner):
    """Another program holds the registration of a learner, so that a transaction has to wait in its midst."""
    with contextlib.closing(database.server.connect(database.name)) as connection, connection.cursor() as cursor:
        cursor.execute("BEGIN")
        mine = "SELECT id FROM learner WHERE external_id = %s"
        cursor.execute(f"SELECT id FROM registration WHERE learner IN ({mine}) FOR UPDATE", (learner,))
        assert cursor.fetchall()
        yield


def wait_until_somebody_waits(server):
    waiting = {
        "pgsql": "SELECT COUNT(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'",
        "mariadb": "SELECT COUNT(*) FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT'",
    }[server.engine]
    deadline = time.monotonic() + 10
    while server.query(waiting) == [(0,)]:
        assert time.monotonic() < deadline, "nobody waits"
        time.sleep(0.15)                # MariaDB looks again only when nobody has asked for 0.1 seconds


@server_engines
def test_a_connection_that_is_lost_in_a_transaction_leaves_nothing_of_it(site, lms):
    lms.launch("ada")
    answers = []
    learner = threading.Thread(target=lambda: answers.append(lms.launch("ada")))
    with held_row(site.database, "ada"):
        learner.start()
        wait_until_somebody_waits(site.database.server)
        site.database.end_connections()
    learner.join()
    assert answers[0].status == 200 or outage(answers[0])
    site.error_log_expect("SC0402")
    site.error_log_forgive(r"\[dbd:error\]|AH006")
    assert persist(lambda: lms.launch("ada"))[0].status == 200
    sessions = 2 + (answers[0].status == 200)
    assert site.registration(lms.publication, "ada")["sessions"] == sessions
    assert site.database.query("SELECT COUNT(*) FROM session") == [(sessions,)]


@pytest.mark.engine("mariadb")
def test_a_driver_that_reconnects_by_itself_runs_nothing_outside_of_its_transaction(make_site):
    """DBDParams without reconnect=0: what was prepared before is gone, and so may be a transaction."""
    site = make_site()
    site.configure(DBDParams=f'"{site.database.params.replace("reconnect=0,", "")}"')
    site.prepare()
    site.start()
    lms = Lms(site, site.publish()["id"])
    session = lms.launch("ada")
    for seq in range(1, 6):
        site.database.end_connections()
        answer, refusals = persist(lambda: session.events([{"seq": seq, "type": "answer", "activity": "q1", "response": ["1"]}]))
        assert answer.ack == seq and len(refusals) <= 3
        assert answer.progress["activities"]["q1"]["tries"] == seq
    site.error_log_forgive(r"SC0402|SC0503|\[dbd:error\]|AH006")


@pytest.mark.engine("pgsql")
def test_a_commit_that_fails_is_an_outage_and_the_connection_goes_on(site, lms):
    session = lms.launch()
    site.database.execute(
        "CREATE FUNCTION too_late() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'too late'; END $$;"
        " CREATE CONSTRAINT TRIGGER fail AFTER INSERT ON module_result DEFERRABLE INITIALLY DEFERRED"
        " FOR EACH ROW EXECUTE FUNCTION too_late()"
    )
    view = [{"seq": 1, "type": "view", "module": "m1"}]
    for _ in range(5):
        assert outage(session.events(view))
        assert site.admin("GET", "publications").status == 200
    site.error_log_expect("SC0402: .*COMMIT.*too late")
    mend_inserts(site.database, "module_result")
    assert session.events(view).ack == 1
    assert site.database.query("SELECT module FROM module_result") == [("m1",)]


# ---- nothing can be written


@pytest.mark.engine("sqlite")
@pytest.mark.parametrize("what", ["folder", "file"])
def test_what_can_not_be_written_is_not_acknowledged(make_site, what):
    site = make_site()
    if os.geteuid() != 0:
        pytest.skip("only root can take a folder away from httpd's user")
    site.prepare()
    site.start()
    lms = Lms(site, site.publish()["id"])
    session = lms.launch()
    site.stop()
    taken = site.data if what == "folder" else site.database.path
    owner = taken.stat()
    for path in (*site.data.iterdir(), site.data):
        if what == "folder" or path == site.database.path:
            os.chown(path, 0, 0)
            path.chmod(0o755 if path.is_dir() else 0o644)
    site.key.chmod(0o600)
    site.start()
    assert outage(session.view("m1"))
    assert outage(lms.launch("grace"))
    site.error_log_expect("SC04|SC0503")
    site.error_log_forgive("dbd|AH006")
    site.stop()
    for path in (*site.data.iterdir(), site.data):
        os.chown(path, owner.st_uid, owner.st_gid)
    site.start()
    session.seq = 0
    assert session.view("m1").ack == 1
    assert site.learner("grace") is None
    assert site.credits() == 1


NO_ROOM = {
    "sqlite": "CREATE TRIGGER fail BEFORE INSERT ON {} BEGIN SELECT RAISE(ABORT, 'no room'); END",
    "pgsql": "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no room'; END $$;"
    " CREATE TRIGGER fail BEFORE INSERT ON {} FOR EACH ROW EXECUTE FUNCTION no_room()",
    "mariadb": "CREATE TRIGGER fail BEFORE INSERT ON {} FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'no room'",
}


def break_inserts(database, table):
    database.execute(NO_ROOM[database.engine].format(table))


def mend_inserts(database, table):
    database.execute(f"DROP TRIGGER fail ON {table}" if database.engine == "pgsql" else "DROP TRIGGER fail")


def test_a_table_that_fails_half_way_leaves_nothing_behind(site, lms):
    """A batch is one transaction: its first events are not on disk when a later one fails."""
    session = lms.launch()
    break_inserts(site.database, "activity_result")
    batch = [{"seq": 1, "type": "view", "module": "m1"}, {"seq": 2, "type": "answer", "activity": "q1", "response": ["2"]}]
    assert outage(session.events(batch))
    site.error_log_expect("SC0402: .*row_activity.*no room")
    assert site.database.query("SELECT COUNT(*) FROM module_result") == [(0,)]
    mend_inserts(site.database, "activity_result")
    answer = session.events(batch)
    assert answer.ack == 2
    assert (answer.progress["location"], answer.progress["activities"]["q1"]["tries"]) == ("m1", 1)


def test_a_failing_launch_leaves_no_half_learner(site, lms, publication):
    break_inserts(site.database, "session")
    assert outage(lms.launch())
    site.error_log_expect("SC0402: .*row_session.*no room")
    assert site.learners() == [] and site.credits() == 0 and site.registrations(publication) == []


# ---- a process is shot


class Worker(threading.Thread):
    """A learner who never gives up: one event after the other, each sent until it is acknowledged."""

    def __init__(self, lms, number, stop):
        super().__init__()
        self.lms, self.learner, self.stop = lms, f"learner{number}", stop
        self.acknowledged = 0
        self.wrong = []

    def run(self):
        session = self.persist(lambda: self.lms.launch(self.learner))
        if not isinstance(session, Session):
            return
        while not self.stop.is_set():
            batch = [{"seq": self.acknowledged + 1, "type": "answer", "activity": "q1", "response": ["1"]}]
            answer = self.persist(lambda: session.events(batch))
            if answer is None:
                return
            if answer.code or answer.ack != self.acknowledged + 1:
                self.wrong.append(repr(answer))
                return
            self.acknowledged = answer.ack

    def persist(self, ask):
        """The first answer that is not an outage; None when it's time to go home."""
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                answer = ask()
                if answer.status != 503:
                    return answer
            except (OSError, urllib.error.URLError, json.JSONDecodeError, EOFError, ValueError) as broken:
                last = broken
            else:
                last = answer
            time.sleep(0.05)
        self.wrong.append(f"no answer for 30 seconds: {last!r}")
        return None


def work_while(lms, disturb):
    """Eight learners work while disturb() runs; they stop afterwards."""
    stop = threading.Event()
    workers = [Worker(lms, number, stop) for number in range(8)]
    for worker in workers:
        worker.start()
    time.sleep(1)
    try:
        disturb()
        time.sleep(1)
    finally:
        stop.set()
        for worker in workers:
            worker.join()
    assert [worker.wrong for worker in workers if worker.wrong] == []
    assert all(worker.acknowledged > 0 for worker in workers)
    return workers


def assert_everything_is_there_once(site, workers):
    rows = dict(
        site.database.query(
            "SELECT l.external_id, a.tries FROM activity_result a JOIN registration r ON r.id = a.registration"
            " JOIN learner l ON l.id = r.learner",
        )
    )
    assert rows == {worker.learner: worker.acknowledged for worker in workers}
    assert site.credits() == len(workers)
    if site.database.engine == "sqlite":
        assert site.database.query("PRAGMA integrity_check") == [("ok",)]


@pytest.mark.site(processes=2)
def test_a_child_that_is_killed_at_work_loses_and_doubles_nothing(site, lms):
    def kill_a_child():
        for _ in range(3):
            victim = site.children()[0]
            os.kill(victim, signal.SIGKILL)
            deadline = time.monotonic() + 10
            while victim in site.children() or not site.children():
                assert time.monotonic() < deadline, "httpd made no new child"
                time.sleep(0.05)

    workers = work_while(lms, kill_a_child)
    assert_everything_is_there_once(site, workers)


def test_a_server_that_is_killed_and_started_again_loses_and_doubles_nothing(site, lms):
    def power_cut():
        site.kill()
        time.sleep(0.3)
        site.start()

    workers = work_while(lms, power_cut)
    site.error_log_expect("AH00098: .*Unclean shutdown")
    assert_everything_is_there_once(site, workers)


def test_a_graceful_restart_at_work_loses_and_doubles_nothing(site, lms):
    workers = work_while(lms, site.graceful)
    assert_everything_is_there_once(site, workers)


@pytest.mark.engine("sqlite")
def test_what_was_acknowledged_is_on_disk(site, lms):
    """After the answer, and before anything else: another process reads it from the files alone."""
    session = lms.launch()
    session.view("m1")
    site.kill()
    copied = site.folder / "copy"
    copied.mkdir()
    for path in site.data.glob("site.db*"):
        subprocess.run(["cp", path, copied], check=True)
    with sqlite3.connect(copied / "site.db") as connection:
        assert connection.execute("SELECT module FROM module_result").fetchall() == [("m1",)]
        assert connection.execute("SELECT last_seq FROM registration").fetchall() == [(1,)]
    site.start()
    site.error_log_expect("AH00098: .*Unclean shutdown")
    assert lms.launch().progress["location"] == "m1"
