# SPDX-License-Identifier: Apache-2.0
"""Fixtures of the HTTP tests.

    site         a running httpd of the test's own; @pytest.mark.site(directives={…}, vhost="…", …) configures it (harness.site.Site)
    make_site    makes further ones: make_site(directives={…}); not started. make_module_site: for all tests of a file
    publication  the id of a publication of "tiny" in `site`
    lms          a learner's side that launches it

SC_ENGINE chooses the database engine. @pytest.mark.engine("sqlite") says that a test is about that engine by its nature: it
belongs to the runs on that engine only.

After every test the error logs are read: a warning or worse that the test did not name by site.error_log_expect() fails it,
and so does anything that a sanitizer said.
"""
import pathlib
import sys

import pytest

sys.path[:0] = [str(pathlib.Path(__file__).parent), str(pathlib.Path(__file__).parents[1])]

from harness.lms import Lms  # noqa: E402
from harness.site import Site, chosen_engine  # noqa: E402


def pytest_configure(config):
    config.addinivalue_line("markers", "site(**options): how the test's httpd is configured")
    config.addinivalue_line("markers", "engine(*names): the database engines that the test is about")


def pytest_collection_modifyitems(config, items):
    engine = chosen_engine()
    elsewhere = [item for item in items if (about := item.get_closest_marker("engine")) and engine not in about.args]
    items[:] = [item for item in items if item not in elsewhere]
    config.hook.pytest_deselected(items=elsewhere)


def _sites():
    """Makes sites; ends and examines all of them afterwards."""
    sites = []

    def make(**options):
        sites.append(Site(**options))
        return sites[-1]

    yield make

    trouble = []
    for site in sites:
        try:
            site.stop()
        except RuntimeError as stubborn:
            trouble.append(str(stubborn))
        trouble += site.unexpected_log_lines()
        site.remove()
    assert not trouble, "unexpected in the error log:\n" + "\n".join(trouble)


make_site = pytest.fixture(_sites, name="make_site")
make_module_site = pytest.fixture(_sites, name="make_module_site", scope="module")


@pytest.fixture
def site(request, make_site):
    marker = request.node.get_closest_marker("site")
    made = make_site(**(marker.kwargs if marker else {}))
    made.prepare()
    return made.start()


@pytest.fixture
def publication(site):
    return site.publish()["id"]


@pytest.fixture
def lms(site, publication):
    return Lms(site, publication)
