# SPDX-License-Identifier: Apache-2.0
"""Answers, launches, several children, a slow disk, and ten thousand learners."""
import statistics

from . import tools
from .figures import Figure
from .lab import CONNECTIONS, quantiles, rates
from .registry import bench

RETURNING = 500


def _p99(results):
    return f"p99 {statistics.median(quantiles(results, 'p99')):.1f} ms"


@bench(
    ("answer-sqlite", "an answered question a request, durable, ÷ bare POST, ÷ a loop of SQLite", "sqlite", 0.50),
    ("answer-pgsql", "the same on PostgreSQL, ÷ bare POST, ÷ pgbench", "pgsql", 0.40),
    ("answer-mariadb", "the same on MariaDB, ÷ bare POST, ÷ mysqlslap", "mariadb", 0.40),
)
def answer(lab, engine, aim):
    with lab.site(engine) as site:
        ceilings = _ceilings(lab, engine)
        runs = lab.interleave(bare=lab.bare_post, answers=lambda: lab.answers(site), **ceilings)
    values = rates(runs["answers"])
    yield Figure(f"answer-{engine}", "requests/s", values, rates(runs["bare"]), at_least=aim, note=_p99(runs["answers"]))
    for name in ceilings:
        yield Figure(f"answer-{engine}/{name}", "requests/s", values, runs[name])


def _ceilings(lab, engine):
    """What the engine does without httpd: rows a second."""
    if engine == "sqlite":
        return {
            "loop": lambda: tools.sqlite_loop(lab.folder, lab.seconds, 1),
            "loop-of-64": lambda: tools.sqlite_loop(lab.folder, lab.seconds, 64),
        }
    database = lab.server(engine).database()
    tools.make_table(database)
    program = tools.pgbench if engine == "pgsql" else tools.mysqlslap
    return {program.__name__: lambda: program(database, CONNECTIONS, lab.seconds)}


@bench(
    ("launch-sqlite", "launches of returning learners and of newcomers ÷ bare POST", "sqlite", 0.40),
    ("launch-pgsql", "the same on PostgreSQL", "pgsql", 0.35),
    ("launch-mariadb", "the same on MariaDB", "mariadb", 0.20),
)
def launch(lab, engine, aim):
    with lab.site(engine) as site:
        known = lab.new_ids()
        while lab.launches(site, ids=known, count=RETURNING)["requests"]["good"] < RETURNING:
            pass
        runs = lab.interleave(
            bare=lab.bare_post,
            returning=lambda: lab.launches(site, ids=known, count=RETURNING),
            newcomers=lambda: lab.launches(site, ids=lab.new_ids(), count=10**9),
        )
    for kind in ("returning", "newcomers"):
        name = f"launch-{engine}/{kind}"
        yield Figure(name, "requests/s", rates(runs[kind]), rates(runs["bare"]), at_least=aim, note=_p99(runs[kind]))


@bench(("children-sqlite", "p99 of answers with four children ÷ with one, as many threads in all"))
def children(lab):
    with lab.site("sqlite") as one, lab.site("sqlite", children=4) as four:
        runs = lab.interleave(one=lambda: lab.answers(one), four=lambda: lab.answers(four))
    note = f"{statistics.median(rates(runs['four'])):.0f} and {statistics.median(rates(runs['one'])):.0f} requests/s"
    yield Figure("children-sqlite", "ms", quantiles(runs["four"], "p99"), quantiles(runs["one"], "p99"), at_most=2, note=note)


@bench(("slow-sqlite", "answers at 256 connections on a disk that takes 8 ms more to flush ÷ a loop of SQLite on it"))
def slow(lab):
    with lab.site("sqlite", slow_disk=True) as site:
        runs = lab.interleave(
            loop=lambda: tools.sqlite_loop(lab.folder, lab.seconds, 1, lab.slow_disk()),
            answers=lambda: lab.answers(site, connections=256, learners=1),
        )
    yield Figure("slow-sqlite", "requests/s", rates(runs["answers"]), runs["loop"], note=_p99(runs["answers"]))


@bench(
    ("learners-sqlite", "ten thousand learners at once, an event each 10 s, 20 launches/s: p99 ÷ 50 ms", "sqlite"),
    ("learners-pgsql", "the same on PostgreSQL", "pgsql"),
)
def learners(lab, engine):
    seconds = 8 if lab.quick else 60
    with lab.site(engine) as site:
        result = lab.learners(site, learners=10_000, every=10, launches=20, seconds=seconds)
    for kind in ("events", "launches"):
        latency = result[kind]["latency"]
        note = f"{latency['count']} {kind} in {result['seconds']:.0f} s; p50 {latency['p50'] / 1000:.1f} ms, max {latency['max'] / 1000:.0f} ms"
        yield Figure(f"learners-{engine}/{kind}", "ms", [latency["p99"] / 1000], [50], at_most=1, note=note)
