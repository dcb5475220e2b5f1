# SPDX-License-Identifier: Apache-2.0
"""The checker is checked: a database or a diary that somebody tampered with must not pass."""
import copy
import shutil

import pytest

from harness.ledger import assert_figures_agree, problems
from harness.load import Event
from harness.servers import SqliteDatabase, server_for
from stages import Stage


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """(database, diaries) of a crowd that has delivered everything; httpd has ended."""
    server = server_for("sqlite").start()
    stage = Stage(server).open()
    with stage.crowd(learners=3) as crowd:
        crowd.work(500)
        stage.assert_all_is_well(crowd)
    stage.site.stop()
    kept = tmp_path_factory.mktemp("finished") / "site.db"
    stage.database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(stage.database.path, kept)
    assert stage.end() == []
    server.remove()
    return SqliteDatabase(kept), crowd.diaries


@pytest.fixture
def database(finished, tmp_path):
    """A copy to tamper with."""
    shutil.copy(finished[0].path, tmp_path / "site.db")
    return SqliteDatabase(tmp_path / "site.db")


@pytest.fixture
def diaries(finished):
    return copy.deepcopy(finished[1])


def said(database, diaries, **options):
    return "\n".join(problems(database, diaries, **options))


def test_what_nobody_tampered_with_agrees(database, diaries):
    assert list(problems(database, diaries)) == []
    done = {event.body["type"] for diary in diaries for event in diary.events}
    assert done == {"view", "read", "answer", "placement", "placement_skip", "assessment_start", "assessment_answer",
                    "assessment_submit", "time", "delivered", "leave"}


ONE = "(SELECT MIN(id) FROM {0})"
FINISHED_SESSION = ("(SELECT MIN(s.id) FROM session s JOIN registration r ON r.id = s.registration"
                    " WHERE s.id <> r.session AND s.state = 1 AND s.seconds > 0)")
ENDED_ATTEMPT = "(SELECT MIN(registration) FROM attempt WHERE number = 1 AND ended_at > 0)"
TAMPERED = {
    "an acknowledged event that is lost": (
        f"UPDATE session SET last_seq = last_seq - 1 WHERE id = {FINISHED_SESSION}", "lost: session"),
    "an event that was never made": (
        f"UPDATE session SET last_seq = last_seq + 1 WHERE id = {FINISHED_SESSION}", "were sent"),
    "a session that is lost": (f"DELETE FROM session WHERE id = {FINISHED_SESSION}", "is lost"),
    "a session that did not end": (f"UPDATE session SET state = 0 WHERE id = {FINISHED_SESSION}", "state 0"),
    "an answer that is lost": (
        "UPDATE activity_result SET tries = tries - 1 WHERE activity = 'q1'", "lost: q1"),
    "an answer that counts twice": (
        "UPDATE activity_result SET tries = tries + 1 WHERE activity = 'q1'", "doubled: q1"),
    "all answers to a question": ("DELETE FROM activity_result WHERE activity = 'o1'", "activities: ['o1'] lost"),
    "a right answer": ("UPDATE activity_result SET correct = 0 WHERE activity = 'q1'", "q1 is 0"),
    "points": ("UPDATE activity_result SET points = points + 1 WHERE activity = 'o1'", "o1 is"),
    "the first try": ("UPDATE activity_result SET correct_first = 1 - correct_first WHERE activity = 'g1'", "correct_first"),
    "the last response": ("UPDATE activity_result SET response = '[\"London\"]' WHERE activity = 'g1'", "last response"),
    "a module": ("DELETE FROM module_result WHERE module = 'm2'", "modules: ['m2'] lost"),
    "that a module was read": ("UPDATE module_result SET read_at = 0 WHERE module = 'm1'", "module m1: ['read'] lost"),
    "an attempt": (f"DELETE FROM attempt WHERE registration = {ENDED_ATTEMPT} AND number = 1", "were begun"),
    "the end of an attempt": (f"UPDATE attempt SET ended_at = 0 WHERE registration = {ENDED_ATTEMPT}", "ended at 0"),
    "what ended an attempt": (f"UPDATE attempt SET seq = seq + 1 WHERE registration = {ENDED_ATTEMPT}", "was ended by"),
    "the score of an attempt": (f"UPDATE attempt SET score = score + 1 WHERE registration = {ENDED_ATTEMPT}", "has score"),
    "the answers of an attempt": (f"UPDATE attempt SET answers = '{{}}' WHERE registration = {ENDED_ATTEMPT}", "has the answers"),
    "a delivery that is lost": (f"DELETE FROM delivery WHERE id = {ONE.format('delivery')}", "lost: 1 delivery"),
    "a delivery that counts twice": (
        "INSERT INTO delivery SELECT 'x', registration, session, rev, lms, element, at FROM delivery"
        f" WHERE id = {ONE.format('delivery')}", "doubled or invented: 1 delivery"),
    "what was delivered last": ("UPDATE registration SET delivered_rev = delivered_rev + 1", "delivered_rev"),
    "time of a session": (f"UPDATE session SET seconds = seconds + 1 WHERE id = {FINISHED_SESSION}", "seconds of"),
    "time of a registration": ("UPDATE registration SET seconds = seconds + 1", "its sessions have"),
    "a launch that was not counted": ("UPDATE registration SET sessions = sessions - 1", "sessions is"),
    "the lease": ("UPDATE registration SET session = 'x'", "its lease"),
    "the number of attempts": ("UPDATE registration SET attempts = attempts + 1", "attempts is"),
    "the placement test": ("UPDATE registration SET placement = 0", "placement is"),
    "the location": ("UPDATE registration SET location = 'm9'", "the location is"),
    "a status that was lowered": ("UPDATE registration SET status = 1 WHERE status = 4", "the last snapshot said"),
    "a score that was lowered": ("UPDATE registration SET score = score - 1", "the last snapshot said"),
    "a revision that fell": ("UPDATE registration SET rev = rev - 1", "the last snapshot said"),
    "a credit that is missing": (f"DELETE FROM credit WHERE id = {ONE.format('credit')}", "credit(s) missing"),
    "a credit too many": (
        f"INSERT INTO credit SELECT 'x', publication, 'x', origin, at FROM credit WHERE id = {ONE.format('credit')}",
        "credit(s) too many"),
    "a registration": (f"DELETE FROM registration WHERE id = {ONE.format('registration')}", "has no registration"),
    "a learner": (f"DELETE FROM learner WHERE id = {ONE.format('learner')}", "a registration without learner"),
    "a running figure": ("UPDATE publication_tally SET passed = passed + 1", "the running figure publication_tally passed"),
    "a day's figure": ("UPDATE publication_day SET sessions = sessions - 1", "the running figure publication_day sessions"),
    "a module's figure": ("UPDATE module_tally SET opened = opened + 1", "the running figure module_tally opened"),
    "an activity's figure": ("UPDATE activity_tally SET correct = correct + 1", "the running figure activity_tally correct"),
    "all figures of a day": ("DELETE FROM publication_day", "the running figure publication_day learners"),
    "the mark of a credit": ("UPDATE registration SET credited = 0", "credited is 0"),
    "a session that goes on": (f"UPDATE session SET state = 0 WHERE id = {FINISHED_SESSION}", "has state 0"),
    "a stranger": (
        "INSERT INTO learner SELECT 'x', 'x', realm, 'x', name, state, tester, created_at, seen_at FROM learner"
        f" WHERE id = {ONE.format('learner')}", "learner x has 1 account"),
}


@pytest.mark.parametrize("what", TAMPERED)
def test_a_database_that_was_tampered_with_is_found_out(database, diaries, what):
    statement, expected = TAMPERED[what]
    database.execute(statement)
    assert expected in said(database, diaries)


def test_a_damaged_file_is_found_out(database, diaries):
    database.execute("CREATE INDEX extra ON credit (at)")
    with database.connect() as connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("UPDATE sqlite_master SET sql = 'CREATE INDEX extra ON credit (origin)' WHERE name = 'extra'")
    connection.close()
    assert "integrity_check" in said(database, diaries)


# ---- diaries


def test_an_acknowledgement_of_what_is_not_there_is_found_out(database, diaries):
    last = diaries[0].events[-1]
    diaries[0].events.append(Event(last.session, last.seq + 1, {"type": "view", "module": "m1"}, sent=1, acknowledged=True))
    assert "lost: session" in said(database, diaries, drained=False)


def test_what_was_not_acknowledged_may_be_missing_until_everything_is_delivered(database, diaries):
    last = diaries[0].events[-1]
    diaries[0].events.append(Event(last.session, last.seq + 1, {"type": "view", "module": "m1"}, sent=1))
    assert said(database, diaries, drained=False) == ""
    assert "though all were delivered" in said(database, diaries)


@pytest.mark.parametrize(
    ("field", "value"), [("rev", 0), ("status", "in_progress"), ("score", None), ("score", 1.5), ("seconds", -1), ("final", False)]
)
def test_a_snapshot_that_fell_is_found_out(database, diaries, field, value):
    diary = next(one for one in diaries if one.snapshots[-1]["status"] == "passed")
    diary.snapshots.append({**diary.snapshots[-1], field: value})
    assert " fell from " in said(database, diaries)


def test_two_sessions_of_one_id_are_found_out(database, diaries):
    diaries[0].launches.append(diaries[1].launches[0])
    assert "was given 2 times" in said(database, diaries)


def test_a_launch_that_left_nothing_is_found_out(database, diaries):
    diaries[0].launches[0].session = "x"
    assert "session x was answered to a launch, and is lost" in said(database, diaries)


def test_a_wrong_grade_and_a_refusal_are_found_out(database, diaries):
    answers = [event for diary in diaries for event in diary.events if event.body["type"] == "answer"]
    answers[0].result["correct"] = not answers[0].right
    assert "and graded" in said(database, diaries)
    answers[0].result["ok"] = False
    assert "was refused" in said(database, diaries)


# ---- figures


class Page:
    """The publisher's page of a publication, with a figure changed."""

    def __init__(self, database, change):
        self.database, self.change = database, change

    def publication(self, publication):
        registrations = "FROM registration WHERE publication = %s"
        figures = {name: self._count(f"{registrations} AND status = {status}", publication)
                   for name, status in (("completed", 2), ("failed", 3), ("passed", 4))}
        figures["learners"] = self._count(registrations, publication)
        figures["credits"] = self._count("FROM credit WHERE publication = %s", publication)
        return {name: count + (name == self.change) for name, count in figures.items()}

    def _count(self, what, publication):
        return self.database.query(f"SELECT COUNT(*) {what}", publication)[0][0]


def test_right_figures_agree(database):
    assert_figures_agree(Page(database, None), database)


@pytest.mark.parametrize("figure", ["learners", "credits", "completed", "passed", "failed"])
def test_a_wrong_figure_is_found_out(database, figure):
    with pytest.raises(AssertionError, match="figures of"):
        assert_figures_agree(Page(database, figure), database)
