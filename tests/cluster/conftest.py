# SPDX-License-Identifier: Apache-2.0
"""Fixtures of the cluster tests.

    pair            a PostgreSQL primary with its standby (harness.clusters.PostgresPair)
    galera          three MariaDB nodes (harness.clusters.Galera)
    cluster         each test runs on the one, and on the other
    nodes           httpd nodes of one site, running on `cluster`: two on the pair, three on Galera (nodes.Nodes)
    silent_wire     makes wires to a port that can be cut without a word (silence.SilentWire)

The servers are made as for production, because tests kill them; they are whole again after each test. After it the error logs of
all httpd nodes are read: a warning or worse that it did not name by nodes.expect() fails it.
"""
import pathlib
import sys

import pytest

sys.path[:0] = [str(pathlib.Path(__file__).parent), str(pathlib.Path(__file__).parents[1])]

from harness.clusters import Galera, PostgresPair  # noqa: E402
from nodes import Nodes  # noqa: E402
from silence import SilentWire  # noqa: E402


@pytest.fixture(scope="session")
def the_pair():
    pair = PostgresPair(durable=True).start()
    yield pair
    pair.remove()


@pytest.fixture(scope="session")
def the_galera():
    galera = Galera(durable=True).start()
    yield galera
    galera.remove()


@pytest.fixture
def pair(the_pair):
    yield the_pair
    the_pair.mend()


@pytest.fixture
def galera(the_galera):
    yield the_galera
    the_galera.mend()


@pytest.fixture(params=["pair", "galera"])
def cluster(request):
    return request.getfixturevalue(request.param)


@pytest.fixture
def make_nodes(request):
    """Nodes on a database of a cluster; the options are those of Nodes."""
    made = []

    def make(cluster, **options):
        made.append(Nodes(cluster.database(), **options))
        return made[-1].open()

    yield make
    trouble = [line for nodes in made for line in nodes.end()]
    assert not trouble, "unexpected in the error log:\n" + "\n".join(trouble)


@pytest.fixture
def nodes(make_nodes, cluster):
    return make_nodes(cluster)


@pytest.fixture
def silent_wire():
    made = []

    def make(to_port):
        made.append(SilentWire(to_port))
        return made[-1]

    yield make
    for wire in made:
        wire.close()
