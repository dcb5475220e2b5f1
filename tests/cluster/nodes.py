# SPDX-License-Identifier: Apache-2.0
"""Several httpd nodes of one site, and learners whom a load balancer sends to any of them with each request."""
import concurrent.futures
import random
import threading
import time

from harness.ledger import assert_agrees, assert_figures_agree
from harness.load import Crowd, Wire
from harness.site import Site

# What httpd logs while its database is away, stands still or is without the others.
AWAY = r"\[dbd:(error|crit)\]|SC0402|SC0411|SC0503"


class HoppingWire:
    """A connection to each node; every request takes one of them, wherever the last one went."""

    def __init__(self, sites, diary, patience):
        self.wires = [Wire(site, diary, patience) for site in sites]

    def post(self, path, body, token):
        return random.choice(self.wires).post(path, body, token)

    def close(self):
        for wire in self.wires:
            wire.close()


class Nodes:
    """A site with an httpd for each way to its database.

    Afterwards: sites; databases, the same one by each way; publications of "tiny", one that is easy to pass, one that is hard.
    """

    def __init__(self, database, **directives):
        self.databases = [database.on(way) for way in range(database.ways)]
        options = {"processes": 2, "directives": {"DBDMax": "6", "DBDKeep": "6", **directives}}
        first = Site(database=self.databases[0], **options)
        self.sites = [first, *(first.another_node(one, **options) for one in self.databases[1:])]
        self.publications = []

    @property
    def database(self):
        return self.databases[0]

    def open(self):
        self.sites[0].prepare()
        for site in self.sites:
            site.start()
        self.publications = [self.publish(title=title, **{"pass": threshold}) for title, threshold in (("Easy", 50), ("Hard", 100))]
        return self

    def publish(self, **options):
        return self.sites[0].publish(attempts=0, **options)["id"]

    def crowd(self, **options):
        crowd = Crowd(self.sites[0], self.publications, **options)
        for learner in crowd.learners:
            learner.wire = HoppingWire(self.sites, learner.diary, crowd.patience)
        return crowd

    def at_once(self, count, ask):
        """ask(site, number) for each number, all at the same moment, on one node after the other."""
        together = threading.Barrier(count)

        def one(number):
            together.wait()
            return ask(self.sites[number % len(self.sites)], number)

        with concurrent.futures.ThreadPoolExecutor(count) as threads:
            return list(threads.map(one, range(count)))

    def assert_all_is_well(self, crowd, **options):
        """Lets everyone deliver what they have, and compares with the database, by every way that there is to it."""
        crowd.drain(**options)
        for site, database in zip(self.sites, self.databases):
            assert_agrees(database, crowd.diaries)
            assert_figures_agree(site, database)

    # ---- the error logs

    def expect(self, pattern):
        """Forgives all lines that match; there has to be one."""
        self.forgive(pattern)
        deadline = time.monotonic() + 5
        while not any(site.expected[-1].search(site.error_log()) for site in self.sites):
            assert time.monotonic() < deadline, f"nothing in the error logs matches {pattern}"
            time.sleep(0.02)

    def forgive(self, pattern):
        for site in self.sites:
            site.error_log_forgive(pattern)

    def end(self):
        """Ends all of it. Lines of the error logs that nobody expected."""
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
