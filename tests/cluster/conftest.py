# SPDX-License-Identifier: Apache-2.0
"""Fixtures of the cluster tests.

    pair         a PostgreSQL primary with its standby; galera: three MariaDB nodes. All of them are up again after each test
    cluster      each test runs with the pair, and with the three
    nodes        a site of one httpd for each of two (pair) or three (galera) nodes, running

After each test the error logs are read: a warning or worse that it did not name by nodes.expect() fails it.
"""
import pathlib
import sys

import pytest

sys.path[:0] = [str(pathlib.Path(__file__).parent), str(pathlib.Path(__file__).parents[1])]

from harness.clusters import Galera, PostgresPair  # noqa: E402
from nodes import Nodes  # noqa: E402


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


def _opened(make, databases):
    made = make(databases)
    yield made.open()
    trouble = made.end()
    assert not trouble, "unexpected in the error log:\n" + "\n".join(trouble)
