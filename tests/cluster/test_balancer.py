# SPDX-License-Identifier: Apache-2.0
"""A load balancer in front of the nodes (conf/example-haproxy.cfg): what one node can't do, another one does."""
import subprocess

import pytest

from balancers import EXAMPLE, Balancer
from harness.clusters import wait_for
from harness.load import Crowd
from nodes import AWAY


@pytest.fixture
def balance():
    made = []

    def make(nodes):
        made.append(Balancer(nodes))
        return made[-1].start()

    yield make
    for balancer in made:
        balancer.remove()


def test_the_example_passes(tmp_path):
    pem = tmp_path / "training.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=training.example.com", "-days", "1",
         "-out", pem, "-keyout", tmp_path / "key"], check=True, capture_output=True,
    )
    pem.write_bytes(pem.read_bytes() + (tmp_path / "key").read_bytes())
    config = tmp_path / "haproxy.cfg"
    text = EXAMPLE.read_text(encoding="utf-8").replace("/etc/haproxy/training.example.com.pem", str(pem))
    config.write_text(text, encoding="utf-8")
    done = subprocess.run(["haproxy", "-c", "-f", config], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr


def test_learners_notice_nothing_of_an_httpd_node_that_is_killed(pair, make_nodes, balance):
    nodes = make_nodes(pair)
    with Crowd(balance(nodes), nodes.publications) as crowd:
        crowd.work()
        nodes.sites[1].kill()
        crowd.work()
        nodes.sites[1].start()
        crowd.work()
        nodes.assert_all_is_well(crowd)
    crowd.assert_nothing_was_noticed()
    nodes.expect("AH00098: .*Unclean shutdown")


def test_learners_wait_at_most_until_the_other_database_nodes_miss_the_one_that_is_killed(galera, make_nodes, balance):
    nodes = make_nodes(galera)
    with Crowd(balance(nodes), nodes.publications) as crowd:
        crowd.work()
        galera.kill(2)
        crowd.work()
        galera.rejoin(2)
        crowd.work()
        nodes.assert_all_is_well(crowd)
    assert {one.code for one in crowd.failures() if one.kind != "stale"} <= {"busy"}
    nodes.expect(AWAY)


def test_without_any_database_pages_are_served_and_learners_are_told_when_to_come_back(pair, make_nodes, balance):
    nodes = make_nodes(pair)
    balancer = balance(nodes)
    with Crowd(balancer, nodes.publications) as crowd:
        crowd.work()
        pair.primary.stop()
        wait_for("learners are told", lambda: crowd.failures("status"))
        assert balancer.get(f"/p/{nodes.publications[0]}/main").status == 200
        pair.primary.start()
        crowd.work()
        nodes.assert_all_is_well(crowd)
    crowd.assert_only_unavailable()
    nodes.expect(AWAY)
