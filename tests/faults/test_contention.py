# SPDX-License-Identifier: Apache-2.0
"""Others have the database too: locks, changes of the schema, too few connections, two windows of one learner."""
import time

import pytest

from stages import locked

LOCK_SECONDS = 3


def test_a_lock_of_another_program_is_waited_for_or_answered_503(stage):
    with stage.crowd() as crowd:
        crowd.work()
        with locked(stage):
            time.sleep(LOCK_SECONDS)
        crowd.work()
        stage.assert_all_is_well(crowd)
    crowd.assert_only_unavailable()
    stage.site.error_log_forgive("SC0402|SC0411")


INDEXES = ["activity_result (correct)", "attempt (score)", "learner (seen_at)", "module_result (read_at)", "registration (score)",
           "session (seen_at)"]
UPKEEP = {
    "sqlite": ["PRAGMA wal_checkpoint(TRUNCATE)", "VACUUM", "ANALYZE", "REINDEX"],
    "pgsql": ["VACUUM ANALYZE", "REINDEX TABLE CONCURRENTLY session", "CLUSTER registration USING registration_pkey"],
    "mariadb": ["ANALYZE TABLE registration, session", "OPTIMIZE TABLE registration", "FLUSH TABLES"],
}


def test_a_schema_that_is_changed_under_a_running_server_loses_and_doubles_nothing(stage):
    """What an administrator may do to a database in use."""
    tables = [index.split()[0] for index in INDEXES]
    changes = [f"CREATE INDEX more_{number} ON {index}" for number, index in enumerate(INDEXES)]
    changes += [f"ALTER TABLE {table} ADD COLUMN remark VARCHAR(40)" for table in tables]
    changes += UPKEEP[stage.engine]
    with stage.crowd() as crowd:
        for change in changes:
            crowd.work(25)
            stage.administer(change)
        crowd.work()
        stage.assert_all_is_well(crowd)
    crowd.assert_only_unavailable()
    stage.site.error_log_forgive("SC0402: .*[Dd]eadlock")


@pytest.mark.site(directives={"DBDMax": "1", "DBDKeep": "1"})
def test_one_connection_serves_many_requests(stage):
    """mod_dbd refuses a DBDMax below its DBDKeep, which is 2 by default."""
    publisher = []
    with stage.crowd() as crowd:
        for _ in range(5):
            crowd.work()
            publisher.append(stage.site.admin("GET", "publications").status)
        stage.assert_all_is_well(crowd)
    crowd.assert_nothing_was_noticed()
    assert publisher == [200] * 5


def test_windows_that_fight_for_one_registration_lose_and_double_nothing(stage):
    """The same learner in four windows at once, from the first launch on: one account, one credit, the newest window writes."""
    with stage.crowd(learners=3, windows=4) as crowd:
        crowd.work(400)
        stage.assert_all_is_well(crowd)
    assert {failure.code for failure in crowd.failures() if failure.kind != "stale"} <= {"superseded"}
