# SPDX-License-Identifier: Apache-2.0
"""Statistics pages and one event at ten thousand and at five million activity results."""
from . import seeding
from .figures import Figure
from .lab import quantiles
from .registry import bench
from .sites import authorization

FEW = 10_000
MANY, MANY_QUICK = 5_000_000, 200_000

# Below the admin API; {id} is the biggest publication, {account} one of its learners.
PAGES = {
    "publication": "publications/{id}",
    "statistics": "publications/{id}/statistics",
    "learners": "publications/{id}/learners",
    "profile": "learners/{account}",
    "licence": "site",
}


@bench(
    ("statistics-sqlite", "pages and one event at 5 million activity results ÷ at 10 thousand (--quick: 200 thousand)", "sqlite"),
    ("statistics-pgsql", "the same on PostgreSQL", "pgsql"),
    ("statistics-mariadb", "the same on MariaDB", "mariadb"),
)
def statistics(lab, engine):
    many = MANY_QUICK if lab.quick else MANY
    with lab.site(engine) as small, lab.site(engine) as large:
        few_id = seeding.fill(small, engine, FEW)
        many_id = seeding.fill(large, engine, many)
        for name, path in PAGES.items():
            yield _figure(lab, f"statistics-{engine}/{name}", many, _page(lab, small, path, few_id), _page(lab, large, path, many_id))
        small.aim_at(few_id)
        large.aim_at(many_id)
        yield _figure(lab, f"statistics-{engine}/event", many, lambda: _event(lab, small), lambda: _event(lab, large))


def _figure(lab, name, many, few_run, many_run):
    runs = lab.interleave(few=few_run, many=many_run)
    return Figure(name, "ms", quantiles(runs["many"], "p50"), quantiles(runs["few"], "p50"), at_most=2, note=f"{many} results")


def _page(lab, site, path, publication):
    url = f"{site.prefix}/admin/api/{path.format(id=publication, account=seeding.ACCOUNT)}"
    request = lab.request("GET", url, headers=[authorization()])
    return lambda: lab.requests(site, request, connections=1, seconds=lab.seconds / 3)


def _event(lab, site):
    return lab.answers(site, connections=1, learners=20, seconds=lab.seconds / 3)
