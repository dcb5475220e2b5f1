# SPDX-License-Identifier: Apache-2.0
"""The same request arrives twice at once: its learner lost patience while the first was still under way."""
import threading
import time

import pytest

from harness.lms import Lms
from stages import locked

TIMES = 8
ROUNDS = 40


def at_once(send):
    """Several threads send the same; what was answered."""
    start, answers = threading.Barrier(TIMES), []

    def run():
        start.wait()
        answers.append(send())

    threads = [threading.Thread(target=run) for _ in range(TIMES)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def answers_to(session, numbers):
    return {
        "session": session.id,
        "events": [{"seq": seq, "type": "answer", "activity": "q1", "response": ["1"]} for seq in numbers],
    }


def tries(stage):
    return stage.database.query("SELECT tries FROM activity_result")[0][0]


@pytest.mark.parametrize("whose", ["own", "older"])
def test_what_arrives_several_times_at_once_counts_once(stage, whose):
    """Of the token's own session, and what an older one left."""
    lms = Lms(stage.site, stage.publications[0])
    older = lms.launch()
    newer = lms.launch()
    session = newer if whose == "own" else older
    for number in range(ROUNDS):
        seqs = range(3 * number + 1, 3 * number + 4)
        answers = at_once(lambda body=answers_to(session, seqs): newer.post(body))
        assert {(answer.code, answer.ack) for answer in answers} == {(None, seqs[-1])}
        assert tries(stage) == seqs[-1]


def test_learners_who_do_not_wait_for_a_database_that_stands_still_lose_and_double_nothing(stage):
    """Their browsers sent everything again, and when the database goes on, it has it several times."""
    with stage.crowd(patience=0.3) as crowd:
        crowd.work()
        for _ in range(2):
            with locked(stage):
                time.sleep(1)
            crowd.work()
        stage.assert_all_is_well(crowd)
    assert crowd.failures("timeout")
    stage.site.error_log_forgive("SC0402|SC0411|AH00484")
