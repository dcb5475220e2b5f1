# SPDX-License-Identifier: Apache-2.0
"""Fixtures of the fault tests.

    engine   "sqlite", "pgsql", "mariadb": each test runs on all of them; @only("sqlite") where it makes sense on some alone
    stage    a running site on a database of that engine, with two publications; @pytest.mark.site(processes=2, …)
             configures the site (harness.site.Site)

A test lets a crowd work (`with stage.crowd() as crowd`), breaks something meanwhile, and ends with stage.assert_all_is_well(crowd).
After it the error log is read: a warning or worse that it did not name by site.error_log_expect() fails it.
"""
import pathlib
import sys

import pytest

sys.path[:0] = [str(pathlib.Path(__file__).parent), str(pathlib.Path(__file__).parents[1])]

from harness.servers import ENGINES, server_for  # noqa: E402
from stages import SmallDisk, Stage  # noqa: E402


def pytest_configure(config):
    config.addinivalue_line("markers", "site(**options): how the test's httpd is configured")


@pytest.fixture(params=ENGINES)
def engine(request):
    return request.param


@pytest.fixture(scope="session")
def servers():
    """engine -> its server, which is made as for production, because tests kill it; running again after each test."""
    made = {}

    def get(engine):
        if engine not in made:
            made[engine] = server_for(engine, durable=True).start()
        return made[engine]

    yield get
    for server in made.values():
        server.remove()


@pytest.fixture
def make_stage(request):
    """Makes stages on a server of the test's own; ends and examines all of them afterwards."""
    marker = request.node.get_closest_marker("site")
    stages = []

    def make(server, /, **options):
        stages.append(Stage(server, **{**(marker.kwargs if marker else {}), **options}))
        return stages[-1]

    yield make
    trouble = [line for stage in stages for line in stage.end()]
    assert not trouble, f"{len(trouble)} unexpected lines in the error log:\n" + "\n".join(trouble[:20])


@pytest.fixture
def stage(make_stage, servers, engine):
    return make_stage(servers(engine)).open()


@pytest.fixture
def small_disk():
    """A file system of its own with a little room on it (stages.SmallDisk)."""
    disk = SmallDisk()
    yield disk
    disk.remove()


@pytest.fixture
def small_server(small_disk, engine):
    server = server_for(engine, folder=small_disk.folder / "server").start()
    yield server
    server.remove()


@pytest.fixture
def small_stage(small_server, make_stage):
    """A stage whose database lies on small_disk."""
    return make_stage(small_server).open()
