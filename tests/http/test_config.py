# SPDX-License-Identifier: Apache-2.0
"""Directives: `httpd -t` passes what is good, and names every mistake with the directive and what is allowed."""
import os
import re
import subprocess

import pytest

from harness.installation import ROOT, apxs
from harness.servers import server_for

GOOD = [
    ("ScormConnect", "Off"),
    ("ScormConnectPrefix", "/trainings/connect"),
    ("ScormConnectPrefix", "/connect/"),
    ("ScormConnectTrainings", "trainings"),
    ("ScormConnectAllowOrigin", "https://lms.example.com https://*.lms.example.net"),
    ("ScormConnectAllowOrigin", "HTTPS://LMS.example.com:443/login/index.php"),
    ("ScormConnectURL", "https://training.example.com/connect"),
    ("ScormConnectURL", "http://127.0.0.1:8080/connect/"),
    ("ScormConnectShowNames", "On"),
    ("ScormConnectMaxBody", "65536"),
    ("ScormConnectSessionIdle", "300"),
    ("ScormConnectSessionIdle", "43200"),
    ("ScormConnectQueue", "1"),
    ("ScormConnectQueue", "10000"),
]

# directive, value, what the message must say besides the directive's name
BAD = [
    ("ScormConnect", "maybe", "On or Off"),
    ("ScormConnectPrefix", "connect", "a path such as /connect"),
    ("ScormConnectPrefix", "/", "a path such as /connect"),
    ("ScormConnectPrefix", "/con?nect", "a path such as /connect"),
    ("ScormConnectPrefix", "/a//b", "a path such as /connect"),
    ("ScormConnectPrefix", "/a/../b", "a path such as /connect"),
    ("ScormConnectTrainings", "/nowhere/at/all", "does not exist"),
    ("ScormConnectTrainings", "httpd.conf", "is not a folder"),
    ("ScormConnectKeyFile", "/nowhere/key", "scormconnect keygen"),
    ("ScormConnectAllowOrigin", "lms example", "https://"),
    ("ScormConnectAllowOrigin", "ftp://lms.example.com", "https://"),
    ("ScormConnectURL", "training.example.com", "https://training.example.com/connect"),
    ("ScormConnectURL", "ftp://training.example.com/connect", "https://training.example.com/connect"),
    ("ScormConnectURL", "https://training.example.com/connect?x=1", "https://training.example.com/connect"),
    ("ScormConnectShowNames", "some", "On or Off"),
    ("ScormConnectMaxBody", "lots", "a whole number from"),
    ("ScormConnectMaxBody", "0", "a whole number from"),
    ("ScormConnectMaxBody", "12k", "a whole number from"),
    ("ScormConnectSessionIdle", "299", "from 300 to 43200"),
    ("ScormConnectSessionIdle", "43201", "from 300 to 43200"),
    ("ScormConnectSessionIdle", "-1", "from 300 to 43200"),
    ("ScormConnectQueue", "0", "from 1 to 10000"),
    ("ScormConnectQueue", "many", "from 1 to 10000"),
    ("ScormConnectHtdocs", "/nowhere/htdocs", "does not exist"),
    ("ScormConnectHtdocs", "httpd.conf", "is not a folder"),
    ("ScormConnectSchema", "/nowhere/course.xsd", "does not exist"),
    ("ScormConnectSchema", "trainings", "is not a plain file"),
]


@pytest.fixture
def configured(make_site):
    """A site with a key, whose configuration is to be tested; takes directives."""

    def configure(**directives):
        site = make_site()
        site.prepare()
        site.configure(**directives)
        return site

    return configure


def refused(site, *words):
    """The configuration is refused in these words, which are expected in the log then."""
    good, said = site.configtest()
    assert not good, said
    for word in words:
        assert word in said
    site.error_log_forgive(".")


def test_a_plain_site_passes(configured):
    good, said = configured().configtest()
    assert good, said


@pytest.mark.parametrize(("directive", "value"), GOOD)
def test_a_good_value_passes(configured, directive, value):
    good, said = configured(**{directive: value}).configtest()
    assert good, said


@pytest.mark.parametrize(("directive", "value", "allowed"), BAD)
def test_a_bad_value_is_named_with_what_is_allowed(configured, directive, value, allowed):
    refused(configured(**{directive: f'"{value}"'}), directive, allowed)


@pytest.mark.parametrize("directive", sorted({directive for directive, *_ in BAD}))
def test_a_directive_without_value_is_refused(configured, directive):
    refused(configured(**{directive: ""}), directive)


@pytest.mark.parametrize("directive", ["ScormConnectTrainings", "ScormConnectKeyFile"])
def test_what_is_needed_and_missing_is_named(configured, directive):
    refused(configured(**{directive: None}), "SC0600", "ScormConnect On needs", directive)


@pytest.mark.parametrize("directive", ["ScormConnectTrainings", "ScormConnectKeyFile"])
def test_nothing_is_needed_where_the_module_is_off(configured, directive):
    good, said = configured(ScormConnect="Off", **{directive: None}).configtest()
    assert good, said


def test_a_key_that_everyone_may_read_is_refused(configured):
    site = configured()
    site.key.chmod(0o644)
    refused(site, "ScormConnectKeyFile")


def test_a_short_key_is_refused(configured):
    site = configured()
    site.key.write_bytes(os.urandom(31))
    site.key.chmod(0o600)
    refused(site, "ScormConnectKeyFile")


def test_a_virtual_host_inherits_from_the_server(make_site):
    site = make_site(server="ScormConnectPrefix /elsewhere\nScormConnectMaxBody 4096")
    site.prepare()
    site.start()
    site.prefix = "/elsewhere"
    assert site.get("/s/connector/connector.js").status == 200
    assert site.post("/api/launch", json={"padding": "x" * 5000}).status == 413


def test_an_own_setting_wins_over_an_inherited_one(make_site):
    site = make_site(server="ScormConnectPrefix /elsewhere", directives={"ScormConnectPrefix": "/connect"})
    site.prepare()
    site.start()
    assert site.get("/s/connector/connector.js").status == 200
    site.prefix = "/elsewhere"
    assert site.get("/s/connector/connector.js").status == 404


def test_a_site_that_is_off_serves_nothing(make_site):
    site = make_site(directives={"ScormConnect": "Off"})
    site.scormconnect("keygen", site.key)
    site.start()
    assert site.get("/s/connector/connector.js").status == 404
    assert site.get("/p/01k0000000000000000000000a/main").status == 404
    assert site.post("/api/launch", json={}).status == 404


# ---- the examples of whole sites, one for each database

EXAMPLES = {"sqlite": "example-sqlite.conf", "pgsql": "example-postgresql.conf", "mariadb": "example-mariadb.conf"}


def example(engine):
    return (ROOT / "conf" / EXAMPLES[engine]).read_text(encoding="utf-8")


@pytest.mark.engine("sqlite")
@pytest.mark.parametrize("engine", EXAMPLES)
def test_an_example_passes(make_site, engine):
    site = make_site(server="PLACE OF THE EXAMPLE")
    site.prepare()
    certificate, private_key = site.folder / "certificate.pem", site.folder / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=training.example.com", "-days", "1",
         "-out", certificate, "-keyout", private_key], check=True, capture_output=True,
    )
    text = example(engine)
    for there, here in {
        "/etc/ssl/certs/training.example.com.pem": certificate,
        "/etc/ssl/private/training.example.com.key": private_key,
        "/etc/apache2/scormconnect.htpasswd": site.folder / "htpasswd",
        "/etc/scormconnect.key": site.key,
        "/var/lib/scormconnect/trainings": site.training().parent,
    }.items():
        assert there in text
        text = text.replace(there, str(here))
    text = f"LoadModule ssl_module {apxs('LIBEXECDIR')}/mod_ssl.so\n{text}"
    site.config.write_text(site.config.read_text(encoding="utf-8").replace("PLACE OF THE EXAMPLE", text), encoding="utf-8")
    good, said = site.configtest()
    assert good, said


@pytest.mark.engine("sqlite")
@pytest.mark.parametrize("engine", ["pgsql", "mariadb"])
def test_an_example_connects_as_the_tests_do(engine, tmp_path):
    """The same parameters, and the same values where they are not the name of something."""
    server = server_for(engine, port=1, folder=tmp_path)
    ours = re.findall(r"(\w+)=([^ ,]*)", server.params("scormconnect", server.port))
    shown = re.findall(r"(\w+)=([^ ,\"]*)", re.search(r'^ *DBDParams +"(.*)"$', example(engine), re.M)[1])
    named = {"password": "CHANGE-ME", "pass": "CHANGE-ME"}
    assert dict(shown) == {name: named.get(name, value) for name, value in ours if name != "port"}
