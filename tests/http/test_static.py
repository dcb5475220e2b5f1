# SPDX-License-Identifier: Apache-2.0
"""The player's page and the browser code: static, cacheable, the same for everyone; and nothing else of the disk."""
import re
import socket

import pytest

PUBLICATION = "01k0000000000000000000000a"


@pytest.fixture(scope="module")
def site(make_module_site):
    """These tests change nothing: one server for all of them."""
    made = make_module_site()
    made.prepare()
    return made.start()


def raw_get(site, path):
    """The status for a path that no client library would send as it is."""
    with socket.create_connection(("127.0.0.1", site.port), timeout=10) as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode("latin-1"))
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    return int(answer.split(b" ", 2)[1]), answer


def references(page):
    """What a page loads, as written."""
    return re.findall(r'<(?:script|link|img)\b[^>]*?\b(?:src|href)="([^"]+)"', page)


def test_the_player_page_is_the_same_for_every_publication(site):
    first = site.get(f"/p/{PUBLICATION}/main")
    second = site.get("/p/01k0000000000000000000000b/evac")
    assert first.status == second.status == 200
    assert first.body == second.body
    assert first.headers["ETag"] == second.headers["ETag"]
    assert first.headers["Content-Type"].lower() == "text/html; charset=utf-8"


def test_the_player_page_needs_no_database(make_site):
    site = make_site()
    site.prepare()
    site.database.drop()
    site.start()
    assert site.get(f"/p/{PUBLICATION}/main").status == 200
    site.error_log_forgive("SC0|dbd")


def test_the_player_page_may_be_framed_and_runs_only_our_scripts(site):
    headers = site.get(f"/p/{PUBLICATION}/main").headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors" not in policy
    assert "X-Frame-Options" not in headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"


def test_everything_that_the_player_page_loads_is_there(site):
    page = site.get(f"/p/{PUBLICATION}/main").text
    loaded = references(page)
    assert loaded
    for reference in loaded:
        if reference.startswith("data:"):
            continue
        assert reference.startswith("../../s/"), f"{reference} would not be found under every prefix"
        assert site.get(reference.removeprefix("../..")).status == 200, reference


def test_every_module_that_a_script_imports_is_there(site):
    folder = site.installation.htdocs
    scripts = [path for path in folder.rglob("*.js") if "connector" not in path.parts]
    assert len(scripts) > 10
    for script in scripts:
        for imported in re.findall(r"^(?:import|export)\b[^;]*?from\s+['\"]([^'\"]+)['\"]", script.read_text(encoding="utf-8"), re.M):
            target = (script.parent / imported).resolve()
            assert target.is_file(), f"{script} imports {imported}"
            assert site.get(f"/s/{target.relative_to(folder.resolve()).as_posix()}").status == 200


@pytest.mark.parametrize(
    ("path", "content_type"),
    [
        ("connector/connector.js", "text/javascript; charset=utf-8"),
        ("shared/base.css", "text/css; charset=utf-8"),
        ("admin/lang/en.json", "application/json"),
        ("vendor/lit-html.js", "text/javascript; charset=utf-8"),
    ],
)
def test_an_asset_has_its_type_and_can_be_revalidated(site, path, content_type):
    asset = site.get(f"/s/{path}")
    assert asset.status == 200
    assert asset.headers["Content-Type"].lower() == content_type
    assert asset.headers["X-Content-Type-Options"] == "nosniff"
    assert asset.headers["Cache-Control"] == "no-cache"
    again = site.get(f"/s/{path}", headers={"If-None-Match": asset.headers["ETag"]})
    assert again.status == 304
    assert again.body == b""


@pytest.mark.parametrize(
    "path",
    ["/s/", "/s", "/s/player", "/s/player/", "/s/nothing.js", "/p/", f"/p/{PUBLICATION}", f"/p/{PUBLICATION}/", f"/p/{PUBLICATION}/main/x", "/p//main", "/", "", "/nothing", "/api/", "/api/nothing", "/m/", "/m/forged/media/dot.svg"],
)
def test_what_is_not_there_is_not_found(site, path):
    assert site.get(path).status == 404


# httpd's default handler answers a POST for a file as a GET, everywhere.
@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
@pytest.mark.parametrize("path", [f"/p/{PUBLICATION}/main", "/s/shared/base.css"])
def test_a_file_can_only_be_read(site, method, path):
    assert site.request(method, path, body=b"x").status in (404, 405)


@pytest.mark.parametrize(
    "path",
    [
        "/connect/s/../../../../etc/passwd",
        "/connect/s/%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
        "/connect/s/..%2f..%2f..%2fetc/passwd",
        "/connect/s/player/../../course.xsd",
        "/connect/s/%2e%2e/course.xsd",
        "/connect/s/..\\..\\course.xsd",
        "/connect/s//etc/passwd",
        "/connect/s/%00/etc/passwd",
        "/connect/s/player/index.html%00.js",
        "/connect/p/../s/../../etc/passwd",
    ],
)
def test_no_path_leads_out_of_the_folder(site, path):
    status, answer = raw_get(site, path)
    assert status in (400, 403, 404)
    assert b"root:" not in answer
    assert b"<xs:schema" not in answer
    site.error_log_forgive(r"\[core:(error|warn)\] .*AH(00026|10244|01075|00127)")


def test_the_site_s_other_files_are_served_as_ever(site):
    (site.folder / "docroot" / "hello.txt").write_text("hello", encoding="ascii")
    (site.folder / "docroot" / "connected.txt").write_text("not ours", encoding="ascii")
    site.prefix, prefix = "", site.prefix
    try:
        assert site.get("/hello.txt").text == "hello"
        assert site.get("/connected.txt").text == "not ours"
    finally:
        site.prefix = prefix


def test_the_access_log_holds_no_query(site):
    site.get("/s/shared/base.css?learner=ada-lovelace")
    assert "/s/shared/base.css" in site.access_log()
    assert "ada-lovelace" not in site.access_log()
