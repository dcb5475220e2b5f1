# SPDX-License-Identifier: Apache-2.0
"""Nodes that share a database, a key and a folder of trainings are one site: a learner may reach another one with every request."""
import contextlib
import shutil
import threading
import time

from harness.clusters import wait_for
from harness.lms import Lms
from silence import lead_through

# How long another node's change of a publication may go unseen (store/store.c), and the clock's coarseness.
SECONDS_TO_LEARN = 1.2


@contextlib.contextmanager
def locked(database, table):
    """Whoever writes to the table waits, and yielded is whether somebody does."""
    lock, unlock, waiting = {
        "pgsql": (["BEGIN", f"LOCK TABLE {table} IN EXCLUSIVE MODE"], "ROLLBACK", "SELECT 1 FROM pg_locks WHERE NOT granted"),
        "mariadb": (
            ["SET SESSION wsrep_sync_wait = 0", f"LOCK TABLES {table} WRITE"], "UNLOCK TABLES",
            "SELECT 1 FROM information_schema.processlist WHERE state = 'Waiting for table metadata lock'",
        ),
    }[database.engine]
    with contextlib.closing(database.connect()) as connection, contextlib.closing(connection.cursor()) as cursor:
        for statement in lock:
            cursor.execute(statement)
        yield lambda: database.server.query(waiting) != []
        cursor.execute(unlock)


def send_in_vain(session, events):
    with contextlib.suppress(OSError):
        session.events(events)


def test_learners_who_hop_from_node_to_node_notice_nothing(nodes):
    with nodes.crowd() as crowd:
        crowd.work(400)
        nodes.assert_all_is_well(crowd)
    crowd.assert_nothing_was_noticed()


def test_windows_of_one_learner_at_different_nodes_lose_and_double_nothing(nodes):
    with nodes.crowd(learners=3, windows=3) as crowd:
        crowd.work(300)
        nodes.assert_all_is_well(crowd)
    assert {failure.code for failure in crowd.failures() if failure.kind != "stale"} <= {"superseded"}


def test_first_launches_at_all_nodes_at_once_are_one_learner_and_one_credit(nodes):
    for number in range(5):
        publication = nodes.publish()
        launches = nodes.at_once(6, lambda site, _: Lms(site, publication).launch(f"new{number}"))
        assert [launch.status for launch in launches] == [200] * 6
        assert len({launch.registration for launch in launches}) == 1
        assert len({launch.id for launch in launches}) == 6
        for site in nodes.sites:
            assert site.publication(publication)["credits"] == 1
            assert site.registration(publication, f"new{number}")["sessions"] == 6
        assert nodes.database.query("SELECT COUNT(*) FROM learner WHERE external_id = %s", f"new{number}") == [(1,)]


def test_newcomers_at_all_nodes_at_once_get_no_more_than_the_last_places(nodes):
    for _ in range(3):
        publication = nodes.publish(cap=4)
        launches = nodes.at_once(12, lambda site, number: Lms(site, publication).launch(f"learner{number}"))
        assert sorted(launch.status for launch in launches) == [200] * 4 + [403] * 8
        assert {launch.code for launch in launches} == {None, "publication_full"}


def test_an_answer_is_given_again_by_another_node(nodes):
    here, there = nodes.sites[:2]
    session = Lms(here, nodes.publications[0]).launch()
    batch = [{"seq": 1, "type": "view", "module": "m1"}, {"seq": 2, "type": "answer", "activity": "q1", "response": ["2"]}]
    first = session.events(batch)
    session.site = there
    again = session.events(batch)
    assert (again.ack, again.results) == (first.ack, first.results)
    assert again.progress["activities"]["q1"]["tries"] == 1
    assert there.request("GET", session.media.removeprefix(there.prefix) + "media/dot.svg").status == 200


def test_a_copy_of_the_trainings_is_as_good_as_the_folder_itself(nodes):
    here, there = nodes.sites[:2]
    copy = there.folder / "copies"
    shutil.copytree(here.training().parent, copy, copy_function=shutil.copyfile)
    there.configure(ScormConnectTrainings=str(copy))
    there.restart()
    session = Lms(here, nodes.publications[0]).launch()
    session.site = there
    assert not session.events([{"type": "view", "module": "m1"}]).course_changed
    assert there.request("GET", session.media.removeprefix(there.prefix) + "media/dot.svg").status == 200


def test_what_is_done_at_one_node_holds_at_all(nodes):
    here, there = nodes.sites[:2]
    publication = nodes.publications[0]
    lms = Lms(there, publication)
    assert lms.launch().status == 200
    here.scormconnect("learner", "disable", "ada")
    assert lms.launch().code == "learner_disabled"
    here.change(publication, enabled=False)
    time.sleep(SECONDS_TO_LEARN)
    assert lms.launch("grace").code == "publication_closed"


def test_an_httpd_node_that_is_killed_at_work_loses_and_doubles_nothing(nodes):
    dead = nodes.sites[1]
    with nodes.crowd() as crowd:
        crowd.work(100)
        dead.kill()
        crowd.work(200)
        dead.start()
        crowd.work(100)
        nodes.assert_all_is_well(crowd)
    nodes.expect("AH00098: .*Unclean shutdown")


def test_a_node_that_goes_silent_amid_a_transaction_keeps_the_others_waiting_for_seconds_only(cluster, make_nodes, silent_wire):
    """The database is not told that its client is gone. What the client has locked there is free all the same."""
    nodes = make_nodes(cluster)
    here, silent = nodes.sites[:2]
    wire = silent_wire(nodes.database.server.port)
    silent.configure(DBDParams=f'"{nodes.database.params}"')
    lead_through(wire, silent)
    session = Lms(silent, nodes.publications[0]).launch()
    batch = [{"seq": 1, "type": "answer", "activity": "q1", "response": ["2"]}]
    sending = threading.Thread(target=send_in_vain, args=(session, batch))
    with locked(nodes.database, "activity_result") as somebody_waits:
        sending.start()
        wait_for("the transaction is half done", somebody_waits)
        wire.cut()
    silent.kill()
    sending.join()
    session.site = here
    began = time.monotonic()
    assert session.events(batch).ack == 1
    assert time.monotonic() - began < 10
    assert nodes.database.query("SELECT tries FROM activity_result") == [(1,)]
