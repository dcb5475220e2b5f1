# SPDX-License-Identifier: Apache-2.0
"""httpd, or a part of it, ends while learners work."""
import os
import re
import signal
import time

from harness.ledger import assert_agrees


def kill_a_child(site):
    """kill -9; returns when there is another in its place."""
    before = site.children()
    os.kill(before[0], signal.SIGKILL)
    deadline = time.monotonic() + 10
    while before[0] in site.children() or len(site.children()) < len(before):
        assert time.monotonic() < deadline, "httpd made no new child"
        time.sleep(0.02)


def test_a_child_that_is_killed_loses_and_doubles_nothing(stage):
    with stage.crowd() as crowd:
        for _ in range(3):
            crowd.work()
            kill_a_child(stage.site)
        crowd.work()
        stage.assert_all_is_well(crowd)


def test_httpd_that_is_killed_and_started_again_loses_and_doubles_nothing(stage):
    with stage.crowd() as crowd:
        crowd.work()
        stage.site.kill()
        stage.wait_until_nothing_writes()
        assert_agrees(stage.database, crowd.diaries, drained=False)
        stage.site.start()
        crowd.work()
        stage.assert_all_is_well(crowd)
    stage.site.error_log_expect("AH00098: .*Unclean shutdown")


def test_a_graceful_restart_is_not_noticed(stage):
    with stage.crowd() as crowd:
        for _ in range(3):
            crowd.work()
            stage.site.graceful()
        crowd.work()
        stage.assert_all_is_well(crowd)
    crowd.assert_nothing_was_noticed()
    answered = sum(diary.answers for diary in crowd.diaries)
    assert len(re.findall(r" POST /connect/api/\w+ 200 ", stage.site.access_log())) == answered, "an answer was cut off"
