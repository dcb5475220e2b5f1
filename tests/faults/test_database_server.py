# SPDX-License-Identifier: Apache-2.0
"""The database server is away for a while, or cuts its connections, while learners work. They see 503, and deliver later."""
import time

import pytest

from stages import only
from wires import LossyWire

# mod_dbd's own words, and ours.
AWAY = r"\[dbd:(error|crit)\]|SC0402|SC0411|SC0503"


def let_learners_notice(crowd, since):
    """Waits until everyone has met the outage."""
    deadline = time.monotonic() + 20
    while not all(any(one.at > since for one in list(diary.failures)) for diary in crowd.diaries):
        assert time.monotonic() < deadline, "some learners noticed nothing"
        time.sleep(0.02)


@only("pgsql", "mariadb")
@pytest.mark.parametrize("end", ["kill", "stop"])
def test_a_database_server_that_ends_and_is_started_again_loses_and_doubles_nothing(stage, end):
    with stage.crowd() as crowd:
        crowd.work()
        ended = time.monotonic()
        getattr(stage.server, end)()
        let_learners_notice(crowd, ended)
        stage.server.start()
        crowd.work()
        stage.assert_all_is_well(crowd)
    crowd.assert_only_unavailable()
    stage.site.error_log_expect(AWAY)


@only("pgsql", "mariadb")
def test_a_restart_of_the_database_server_costs_no_more_than_a_retry(stage):
    with stage.crowd() as crowd:
        for _ in range(2):
            crowd.work()
            stage.server.restart()
        crowd.work()
        stage.assert_all_is_well(crowd)
    crowd.assert_only_unavailable()
    stage.site.error_log_forgive(AWAY)


@only("pgsql", "mariadb")
def test_connections_that_are_cut_inside_transactions_lose_and_double_nothing(stage):
    cut = 0
    with stage.crowd() as crowd:
        for _ in range(15):
            crowd.work(30)
            cut += stage.cut_connections()
        crowd.work()
        stage.assert_all_is_well(crowd)
    assert cut > 15
    crowd.assert_only_unavailable()
    stage.site.error_log_forgive(AWAY)


def test_wrong_dbdparams_are_mended_by_a_reload(stage):
    site = stage.site
    right = site.directives["DBDParams"]
    wrong = {
        "sqlite": f'"{site.folder}/nowhere/site.db"',
        "pgsql": right.replace("password=", "password=x"),
        "mariadb": right.replace("pass=", "pass=x"),
    }[stage.engine]
    with stage.crowd() as crowd:
        crowd.work()
        site.configure(DBDParams=wrong)
        began = time.monotonic()
        site.graceful()
        let_learners_notice(crowd, began)
        assert site.get(f"/p/{stage.publications[0]}/main").status == 200
        site.configure(DBDParams=right)
        site.graceful()
        crowd.work()
        stage.assert_all_is_well(crowd)
    crowd.assert_only_unavailable()
    site.error_log_expect("SC0503")
    site.error_log_forgive(AWAY)


@only("pgsql", "mariadb")
def test_answers_to_commit_that_are_lost_lose_and_double_nothing(make_stage, servers, engine):
    """What looked as if it had failed is on disk: from the first launches on, which make accounts, credits and figures."""
    server = servers(engine)
    wire = LossyWire(server.port)
    stage = make_stage(server)
    params = stage.site.directives["DBDParams"]
    stage.site.configure(DBDParams=params.replace(f"port={server.port}", f"port={wire.port}"))
    stage.open()
    wire.losing = True
    with stage.crowd(learners=12) as crowd:
        crowd.work(500)
        wire.losing = False
        crowd.work()
        stage.assert_all_is_well(crowd)
    wire.close()
    assert wire.lost > 20
    crowd.assert_only_unavailable()
    stage.site.error_log_expect(AWAY)
