# SPDX-License-Identifier: Apache-2.0
"""Several httpd nodes of one site, and learners whom a load balancer sends to another one with each request."""
import random

from harness.ledger import assert_agrees, assert_figures_agree
from harness.load import Crowd, Wire
from harness.site import Site


class HoppingWire:
    """A connection to each node; every request takes one of them, whoever got the last one."""

    def __init__(self, sites, diary, patience):
        self.wires = [Wire(site, diary, patience) for site in sites]

    def post(self, path, body, token):
        return random.choice(self.wires).post(path, body, token)

    def close(self):
        for wire in self.wires:
            wire.close()


class Nodes:
    """A site with one httpd for each of `databases`, which are the same one, reached by different ways.

    Afterwards: sites, publications (of "tiny": one easy to pass, one hard), database.
    """

    def __init__(self, databases):
        self.databases = databases
        options = {"processes": 2, "directives": {"DBDMax": "6", "DBDKeep": "6"}}
        first = Site(database=databases[0], **options)
        self.sites = [first, *(first.another_node(database, **options) for database in databases[1:])]
        self.publications = []

    @property
    def database(self):
        return self.databases[0]

    def open(self):
        self.sites[0].prepare()
        for site in self.sites:
            site.start()
        self.publications = [
            self.sites[0].publish(title=title, attempts=0, **{"pass": threshold})["id"]
            for title, threshold in (("Easy", 50), ("Hard", 100))
        ]
        return self

    def crowd(self, **options):
        crowd = Crowd(self.sites[0], self.publications, **options)
        for learner in crowd.learners:
            learner.wire = HoppingWire(self.sites, learner.diary, crowd.patience)
        return crowd

    def assert_all_is_well(self, crowd, timeout=30):
        """Lets everyone deliver what they have, and compares with the database, by every way that there is to it."""
        crowd.drain(timeout)
        for site, database in zip(self.sites, self.databases):
            assert_agrees(database, crowd.diaries)
            assert_figures_agree(site, database)

    def expect(self, pattern):
        """Forgives lines of the error logs, some of which have to be there."""
        for site in self.sites:
            site.error_log_forgive(pattern)
        assert any(site.expected[-1].search(site.error_log()) for site in self.sites), f"nothing matches {pattern}"

    def forgive(self, pattern):
        for site in self.sites:
            site.error_log_forgive(pattern)

    def end(self):
        """Lines of the error logs that nobody expected."""
        trouble = []
        for site in reversed(self.sites):
            try:
                site.stop()
            except RuntimeError as stubborn:
                trouble.append(str(stubborn))
        for number, site in enumerate(self.sites):
            trouble += [f"node {number}: {line}" for line in site.unexpected_log_lines()]
        for site in reversed(self.sites):
            site.remove()
        return trouble
