# SPDX-License-Identifier: Apache-2.0
"""MariaDB Galera, three nodes with an httpd each: one dies, two die, all die, one lags behind."""
import contextlib
import threading

from harness.clusters import wait_for
from harness.lms import Lms, Session
from nodes import AWAY

ANSWER = {"type": "answer", "activity": "q1", "response": ["2"]}


@contextlib.contextmanager
def administrator(galera, node, *statements):
    """A connection of the node's administrator, after `statements`, which waits for nobody."""
    with contextlib.closing(galera.nodes[node].connect()) as connection, contextlib.closing(connection.cursor()) as cursor:
        for statement in ("SET SESSION wsrep_sync_wait = 0", *statements):
            cursor.execute(statement)
        yield cursor


def test_a_database_node_that_is_killed_at_work_loses_and_doubles_nothing(galera, make_nodes):
    nodes = make_nodes(galera)
    with nodes.crowd() as crowd:
        crowd.work()
        galera.kill(2)
        crowd.work()
        galera.rejoin(2)
        crowd.work()
        nodes.assert_all_is_well(crowd)
    crowd.assert_only_unavailable()
    nodes.expect(AWAY)


def test_a_node_that_gets_a_copy_of_everything_disturbs_nobody(galera, make_nodes):
    nodes = make_nodes(galera)
    with nodes.crowd() as crowd:
        crowd.work()
        galera.stop(1)
        galera.rejoin(1, empty=True)
        crowd.work()
        nodes.assert_all_is_well(crowd)
    crowd.assert_only_unavailable()
    nodes.expect(AWAY)


def test_without_a_majority_nothing_is_acknowledged_until_the_one_that_is_left_is_told_to_go_on_alone(galera, make_nodes):
    nodes = make_nodes(galera)
    with nodes.crowd() as crowd:
        crowd.work()
        galera.kill(1)
        galera.kill(2)
        wait_for("node 0 notices", lambda: not galera.is_ready(0))
        acknowledged = crowd.acknowledged
        assert Lms(nodes.sites[0], nodes.publications[0]).launch("late").status == 503
        assert nodes.sites[0].get(f"/p/{nodes.publications[0]}/main").status == 200
        assert crowd.acknowledged == acknowledged
        galera.nodes[0].execute("SET GLOBAL wsrep_provider_options = 'pc.bootstrap=YES'")
        crowd.work()
        galera.mend()
        crowd.work()
        nodes.assert_all_is_well(crowd)
    crowd.assert_only_unavailable()
    nodes.expect(AWAY)


def test_a_power_cut_of_all_nodes_loses_and_doubles_nothing(galera, make_nodes):
    """They find each other again, or the one that knows most is told to begin."""
    nodes = make_nodes(galera)
    with nodes.crowd() as crowd:
        for come_back in (galera.mend, galera.start_again):
            crowd.work()
            for node in range(3):
                galera.kill(node)
            come_back()
        crowd.work()
        nodes.assert_all_is_well(crowd)
    crowd.assert_only_unavailable()
    nodes.expect(AWAY)


def test_a_node_that_lags_behind_is_waited_for(galera, make_nodes):
    """What was written at one node is not yet in the tables of another: there, too, it counts."""
    nodes = make_nodes(galera)
    here, there = nodes.sites[:2]
    assert Lms(there, nodes.publications[0]).launch("grace").status == 200
    with administrator(galera, 1, "FLUSH TABLES WITH READ LOCK") as administrator_there:
        session = Lms(here, nodes.publications[0]).launch()
        session.events([ANSWER])
        threading.Timer(0.5, lambda: administrator_there.execute("UNLOCK TABLES")).start()
        session.site = there
        again = session.events([ANSWER])
        assert (again.code, again.ack) == (None, 2)
    assert again.progress["activities"]["q1"]["tries"] == 2


def test_a_half_transaction_of_a_node_that_lost_the_others_is_never_seen(galera, make_nodes):
    """Such a node refuses even ROLLBACK, on a connection that is as good as ever once the others are back."""
    nodes = make_nodes(galera, DBDMax="1", DBDKeep="1")
    site = nodes.sites[0]
    session = Lms(site, nodes.publications[0]).launch()
    assert isinstance(session, Session)
    refused = []
    sending = threading.Thread(target=lambda: refused.append(session.events([{"seq": 1, **ANSWER}])))
    with administrator(galera, 0, f"LOCK TABLES {nodes.database.name}.activity_result WRITE"):
        sending.start()
        waiting = "SELECT COUNT(*) FROM information_schema.processlist WHERE state = 'Waiting for table metadata lock'"
        wait_for("the transaction is half done", lambda: galera.nodes[0].query(waiting) == [(1,)])
        galera.kill(1)
        galera.kill(2)
        wait_for("node 0 notices", lambda: not galera.is_ready(0))
    sending.join()
    assert refused[0].status == 503
    galera.mend()
    answer = session.events([{"seq": 1, **ANSWER}])
    assert answer.ack == 1
    for database in nodes.databases:
        assert database.query("SELECT tries FROM activity_result") == [(1,)]
        assert database.query("SELECT last_seq FROM registration") == [(1,)]
    nodes.expect(AWAY)


def test_a_transaction_that_another_node_ends_while_it_prepares_a_statement_is_not_half_written(galera, make_nodes):
    """The node tells nobody. Here every connection is a new one, which has everything to prepare, and all want the same row."""
    nodes = make_nodes(galera, DBDPersist="Off")
    for _ in range(50):
        publication = nodes.publish(cap=4)
        launches = nodes.at_once(12, lambda site, number: Lms(site, publication).launch(f"learner{number}"))
        assert sorted(launch.status for launch in launches) == [200] * 4 + [403] * 8
