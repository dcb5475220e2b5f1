# SPDX-License-Identifier: Apache-2.0
"""The database stands still, and there are more learners than httpd has threads."""
import time

import pytest

from stages import locked, only

STANDSTILL_SECONDS = 4


def assert_pages_are_served(stage, seconds):
    """The player's page comes at once, and the many requests that can't be stored are sent away, not kept waiting."""
    end = time.monotonic() + seconds
    slowest = 0
    while time.monotonic() < end:
        began = time.monotonic()
        assert stage.site.get(f"/p/{stage.publications[0]}/main", timeout=STANDSTILL_SECONDS).status == 200
        slowest = max(slowest, time.monotonic() - began)
        time.sleep(0.05)
    assert slowest < 1, f"a page took {slowest} s"


def stand_still(stage, how):
    with stage.crowd(learners=16) as crowd:
        crowd.work(300)
        with how(stage):
            time.sleep(1)           # half a second makes a standstill
            assert_pages_are_served(stage, STANDSTILL_SECONDS - 1)
        crowd.work()
        stage.assert_all_is_well(crowd)
    crowd.assert_only_unavailable()
    busy = crowd.failures("status")
    assert busy, "nobody was sent away"
    stage.site.error_log_expect("SC0411")
    stage.site.error_log_forgive("SC0402|AH00484")


@only("sqlite")
@pytest.mark.site(processes=1)
def test_while_the_database_is_locked_pages_are_served(stage):
    stand_still(stage, locked)
