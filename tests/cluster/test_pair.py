# SPDX-License-Identifier: Apache-2.0
"""PostgreSQL with a standby, and two httpd nodes: a server dies, the roles change, a machine goes silent, both are primary."""
import threading
import time

import pytest

from harness.clusters import wait_for
from harness.ledger import assert_agrees
from harness.lms import Lms
from harness.servers import Database
from nodes import AWAY
from silence import lead_through

# Few of a child's learners may wait for a database that stands still: the others are sent away at once.
QUEUE = {"ScormConnectQueue": "2"}


@pytest.fixture(autouse=True)
def nobody_wrote_on_a_standby(the_pair):
    """target_session_attrs=read-write leads to the primary, whatever happened; a standby would have told of the attempt."""
    yield
    for server in the_pair.servers:
        assert "read-only transaction" not in server.log.read_text(encoding="utf-8", errors="replace")


def assert_all_is_on_both(pair, nodes, crowd):
    nodes.assert_all_is_well(crowd)
    pair.wait_until_in_step()
    assert_agrees(Database(pair.standby, nodes.database.name), crowd.diaries)


def waits_for_a_standby(primary):
    return primary.query("SELECT 1 FROM pg_stat_activity WHERE wait_event = 'SyncRep'") != []


def let_everyone_be_served(crowd):
    """Until nobody waits for an answer that was lost."""
    before = [diary.acknowledged for diary in crowd.diaries]
    wait_for("everyone is served", lambda: all(diary.acknowledged > count for diary, count in zip(crowd.diaries, before)))


def test_a_primary_that_is_killed_at_work_loses_and_doubles_nothing(pair, make_nodes):
    nodes = make_nodes(pair)
    with nodes.crowd() as crowd:
        crowd.work()
        pair.primary.kill()
        pair.promote()
        crowd.work()
        pair.rejoin()
        crowd.work()
        assert_all_is_on_both(pair, nodes, crowd)
    crowd.assert_only_unavailable()
    nodes.expect(AWAY)


def test_a_planned_switch_there_and_back_loses_and_doubles_nothing(pair, make_nodes):
    nodes = make_nodes(pair)
    with nodes.crowd() as crowd:
        for empty in (False, True):
            crowd.work()
            pair.primary.stop()
            pair.promote()
            crowd.work()
            pair.rejoin(empty=empty)
        crowd.work()
        assert_all_is_on_both(pair, nodes, crowd)
    crowd.assert_only_unavailable()
    nodes.expect(AWAY)


def test_a_standby_that_is_killed_at_work_stops_all_until_the_primary_is_told_to_go_on_alone(pair, make_nodes):
    nodes = make_nodes(pair, **QUEUE)
    with nodes.crowd(learners=16) as crowd:
        crowd.work()
        pair.standby.kill()
        wait_for("transactions wait", lambda: waits_for_a_standby(pair.primary))
        wait_for("learners are sent away", lambda: any(one.code == "busy" for one in crowd.failures()))
        acknowledged = crowd.acknowledged
        time.sleep(1)
        assert crowd.acknowledged == acknowledged
        for site in nodes.sites:
            assert site.get(f"/p/{nodes.publications[0]}/main").status == 200
        pair.go_on_alone()
        crowd.work()
        pair.standby.start()
        pair.be_synchronous()
        crowd.work()
        assert_all_is_on_both(pair, nodes, crowd)
    crowd.assert_only_unavailable()
    nodes.expect("SC0411")


def test_a_standby_that_is_away_for_a_moment_costs_that_moment(pair, make_nodes):
    nodes = make_nodes(pair)
    with nodes.crowd() as crowd:
        crowd.work()
        pair.standby.restart()
        crowd.work()
        assert_all_is_on_both(pair, nodes, crowd)
    crowd.assert_only_unavailable()
    nodes.forgive("SC0411")


def test_what_only_the_primary_has_is_not_acknowledged_when_it_is_sent_again(pair, make_nodes):
    """It was committed while the standby was away, and shows after the primary's restart: if that dies now, it is lost."""
    nodes = make_nodes(pair)
    session = Lms(nodes.sites[0], nodes.publications[0]).launch()
    batch = [{"seq": 1, "type": "answer", "activity": "q1", "response": ["2"]}]
    pair.standby.kill()
    waiting = threading.Thread(target=session.events, args=(batch,))
    waiting.start()
    wait_for("the transaction waits", lambda: waits_for_a_standby(pair.primary))
    pair.primary.kill()
    pair.primary.start()
    waiting.join()
    assert nodes.database.query("SELECT last_seq FROM registration") == [(1,)]
    answers = []
    again = threading.Thread(target=lambda: answers.append(session.events(batch)))
    again.start()
    again.join(1)
    assert not answers, "it was acknowledged"
    pair.standby.start()
    again.join()
    assert answers[0].ack == 1
    assert answers[0].progress["activities"]["q1"]["tries"] == 1
    nodes.forgive(AWAY)


def test_a_power_cut_of_both_loses_and_doubles_nothing(pair, make_nodes):
    nodes = make_nodes(pair)
    with nodes.crowd() as crowd:
        crowd.work()
        pair.primary.kill()
        pair.standby.kill()
        pair.primary.start()
        pair.standby.start()
        crowd.work()
        assert_all_is_on_both(pair, nodes, crowd)
    crowd.assert_only_unavailable()
    nodes.expect(AWAY)


def test_a_former_primary_that_comes_back_as_one_acknowledges_nothing(pair, make_nodes):
    """Somebody has started it, though the other one was promoted. httpd nodes that name it first go to it, and wait with it."""
    nodes = make_nodes(pair, **QUEUE)
    former = pair.primary
    misled = nodes.sites[pair.servers.index(former)]
    with nodes.crowd() as crowd:
        crowd.work()
        former.kill()
        pair.promote()
        let_everyone_be_served(crowd)
        former.start()
        misled.graceful()
        wait_for("it is written to", lambda: waits_for_a_standby(former))
        crowd.work()
        former.stop()
        pair.rejoin()
        crowd.work()
        assert_all_is_on_both(pair, nodes, crowd)
    # What it knows of sessions is old.
    assert {one.code for one in crowd.failures() if one.kind != "stale"} <= {"unavailable", "busy", "superseded"}
    nodes.expect(AWAY)


def test_a_primary_whose_machine_goes_silent_is_given_up(pair, make_nodes, silent_wire):
    """Nobody tells httpd that its connections have ended: tcp_user_timeout and connect_timeout do."""
    nodes = make_nodes(pair, **QUEUE)
    wire = silent_wire(pair.primary.port)
    for site in nodes.sites:
        lead_through(wire, site)
    with nodes.crowd() as crowd:
        crowd.work()
        wire.cut()
        pair.primary.kill()
        pair.promote()
        crowd.work(timeout=60)
        pair.rejoin()
        crowd.work()
        assert_all_is_on_both(pair, nodes, crowd)
    crowd.assert_only_unavailable()
    nodes.expect(AWAY)
