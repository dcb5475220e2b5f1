# SPDX-License-Identifier: Apache-2.0
"""What httpd could also send as a file."""
from .figures import Figure
from .lab import rates
from .registry import bench
from .sites import authorization


def _against_file(lab, site, path, name, *, headers=()):
    """Rates of `path`, and of the same bytes as a file of httpd's."""
    request = lab.request("GET", path, headers=headers)
    file = lab.request("GET", lab.bare.place(name, _body(site, path, headers)), headers=headers)
    runs = lab.interleave(file=lambda: lab.requests(lab.bare, file), page=lambda: lab.requests(site, request))
    return rates(runs["page"]), rates(runs["file"])


def _body(site, path, headers):
    answer = site.request("GET", path.removeprefix(site.prefix), headers=dict(line.split(": ") for line in headers))
    assert answer.status == 200, answer
    return answer.body


@bench(("player-page", "the player's page ÷ the same bytes as a static file"))
def player_page(lab):
    with lab.site("sqlite") as site:
        values, limits = _against_file(lab, site, f"{site.prefix}/p/{site.publication_id}/main", "player.html")
    yield Figure("player-page", "requests/s", values, limits, at_least=0.9)


@bench(("package-export", "a package ÷ the same bytes as a static file, both behind a password"))
def package_export(lab):
    with lab.site("sqlite") as site:
        path = f"{site.prefix}/admin/api/publications/{site.publication_id}/package?version=1.2"
        values, limits = _against_file(lab, site, path, "guarded/package.zip", headers=[authorization()])
    yield Figure("package-export", "requests/s", values, limits, at_least=0.4)
