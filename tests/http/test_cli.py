# SPDX-License-Identifier: Apache-2.0
"""The command line tool: what an administrator and an author type, what they read, and how it ends."""
import json
import os
import stat
import subprocess
import zipfile

import pytest

from harness.lms import Lms
from harness.site import FIXTURES, LMS_ORIGIN

GOOD, WRONG, USAGE = 0, 1, 2
NOBODY = "01k0000000000000000000000a"


@pytest.fixture
def idle(make_site):
    """A site with key and tables whose httpd does not run: the tool needs none."""
    site = make_site()
    site.prepare()
    return site


def tool(site, *args, **environment):
    """The bare tool, without --config."""
    return subprocess.run(
        [site.installation.tool, *map(str, args)], capture_output=True, text=True,
        env={**site.installation.environment, **environment}, cwd="/",
    )


def database(site):
    return ("--driver", site.database.driver, "--params", site.database.params)


def publish(site, *more):
    return site.scormconnect("publish", "--training", "tiny", "--origin", LMS_ORIGIN, *more).split()[0]


def publications(site):
    return json.loads(site.scormconnect("publications", "--json"))["publications"]


# ---- check


def test_check_praises_a_good_training(idle):
    done = tool(idle, "check", FIXTURES / "trainings" / "tiny")
    assert done.returncode == GOOD, done.stderr
    assert "good" in done.stdout and '"Tiny"' in done.stdout
    assert "2 modules" in done.stdout and "2 languages" in done.stdout


def test_check_takes_a_folder_with_a_slash_at_its_end(idle):
    assert tool(idle, "check", f"{FIXTURES / 'trainings' / 'tiny'}/").returncode == GOOD


def test_check_takes_a_folder_that_is_named_by_dots(idle):
    assert tool(idle, "check", FIXTURES / "trainings" / "tiny" / "media" / "..").returncode == GOOD


@pytest.mark.parametrize("case", sorted(path.name for path in (FIXTURES / "courses" / "bad").iterdir()))
def test_check_names_every_mistake_with_file_and_line(idle, case):
    folder = FIXTURES / "courses" / "bad" / case
    expected = [line.split(" ", 1) for line in (folder / "expected.txt").read_text(encoding="utf-8").splitlines()]
    done = tool(idle, "check", folder)
    said = [line for line in done.stdout.splitlines() if not line.startswith(f"{folder}: good")]
    assert [line.removeprefix(f"{folder}/") for line in said] == [
        place_and_text if severity == "error" else place_and_text.replace(": ", ": warning: ", 1) for severity, place_and_text in expected
    ]
    assert done.returncode == (WRONG if "error" in dict(expected) else GOOD)


def test_check_of_several_trainings_is_bad_when_one_is(idle):
    good, bad = FIXTURES / "trainings" / "tiny", FIXTURES / "courses" / "bad" / "not-xml"
    for folders in ((good, bad), (bad, good)):
        done = tool(idle, "check", *folders)
        assert done.returncode == WRONG
        assert "good" in done.stdout and "not-xml/course.xml:" in done.stdout


def test_check_of_nothing_there_says_so(idle):
    done = tool(idle, "check", idle.folder / "nowhere")
    assert done.returncode == WRONG
    assert "nowhere" in done.stderr


# ---- keygen and migrate


def test_keygen_makes_a_key_for_its_owner_alone(idle):
    key = idle.folder / "new.key"
    assert tool(idle, "keygen", key).returncode == GOOD
    assert len(key.read_bytes()) >= 32
    assert stat.S_IMODE(key.stat().st_mode) == 0o600


def test_keygen_makes_another_key_each_time(idle):
    keys = [idle.folder / name for name in ("one", "two")]
    for key in keys:
        tool(idle, "keygen", key)
    assert keys[0].read_bytes() != keys[1].read_bytes()


def test_keygen_overwrites_nothing(idle):
    before = idle.key.read_bytes()
    done = tool(idle, "keygen", idle.key)
    assert done.returncode == WRONG
    assert "SC0014" in done.stderr and str(idle.key) in done.stderr
    assert idle.key.read_bytes() == before


def test_migrate_makes_the_tables_once(make_site):
    site = make_site()
    site.scormconnect("keygen", site.key)
    assert "version 0 to version 2" in site.scormconnect("migrate")
    assert "up to date" in site.scormconnect("migrate")
    assert publications(site) == []


def test_migrate_keeps_what_is_there(idle):
    publication = publish(idle)
    idle.scormconnect("migrate")
    assert [one["id"] for one in publications(idle)] == [publication]


@pytest.mark.parametrize("verb", [("publications",), ("credits",), ("learner", "list")])
def test_without_tables_the_tool_says_what_to_do(make_site, verb):
    site = make_site()
    done = site.scormconnect_run(*verb)
    assert done.returncode == WRONG
    assert "scormconnect migrate" in done.stderr


# ---- publications


def test_publish_prints_the_id_that_launches(site):
    publication = publish(site, "--title", "Fire safety", "--lang", "fr", "--pass", "70", "--attempts", "0")
    made = site.publication(publication)
    assert (made["title"], made["langs"], made["pass"], made["attempts"]) == ("Fire safety", ["fr"], 70, 0)
    assert made["origins"] == [{"origin": LMS_ORIGIN, "realm": ""}]
    assert Lms(site, publication).launch().status == 200


def test_publish_takes_several_origins(idle):
    publish(idle, "--origin", "https://campus.example.org")
    (made,) = publications(idle)
    assert [one["origin"] for one in made["origins"]] == [LMS_ORIGIN, "https://campus.example.org"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--training", "nothing", "--origin", LMS_ORIGIN), "nothing"),
        (("--training", "tiny", "--origin", "lms.example.com"), "https://"),
        (("--training", "tiny", "--origin", LMS_ORIGIN, "--pass", "101"), "0 to 100"),
        (("--training", "tiny", "--origin", LMS_ORIGIN, "--pass", "most"), "0 to 100"),
        (("--training", "tiny", "--origin", LMS_ORIGIN, "--lang", "de"), "de"),
    ],
)
def test_publish_refuses_what_the_admin_page_refuses(idle, arguments, words):
    done = idle.scormconnect_run("publish", *arguments)
    assert done.returncode == WRONG
    assert words in done.stderr
    assert publications(idle) == []


def test_publications_are_listed_for_people_and_for_programs(site):
    publication = publish(site, "--title", "Fire safety")
    Lms(site, publication).launch()
    text = site.scormconnect("publications")
    assert publication in text and "Fire safety" in text and "1 learners" in text
    assert publications(site) == site.admin("GET", "publications").json["publications"]


@pytest.mark.parametrize("version", ["1.2", "2004-3", "2004-4"])
def test_export_writes_a_package_that_everyone_may_read(idle, version):
    publication = publish(idle)
    package = idle.data / "tiny.zip"
    assert idle.scormconnect("export", "--publication", publication, "--version", version, "--output", package).strip() == str(package)
    assert stat.S_IMODE(package.stat().st_mode) == 0o644
    with zipfile.ZipFile(package) as opened:
        assert opened.testzip() is None
        assert "imsmanifest.xml" in opened.namelist()
    assert [path.name for path in idle.data.iterdir() if path.name.startswith("tiny.zip")] == ["tiny.zip"]


def test_export_is_the_same_every_time(idle):
    publication = publish(idle)
    packages = [idle.data / name for name in ("one.zip", "two.zip")]
    for package in packages:
        idle.scormconnect("export", "--publication", publication, "--version", "1.2", "--output", package)
    assert packages[0].read_bytes() == packages[1].read_bytes()


def test_export_of_an_unknown_publication_is_wrong(idle):
    done = idle.scormconnect_run("export", "--publication", NOBODY, "--version", "1.2", "--output", idle.data / "x.zip")
    assert done.returncode == WRONG and NOBODY in done.stderr
    assert not (idle.data / "x.zip").exists()


def test_export_to_where_nothing_can_be_written_is_wrong(idle):
    done = idle.scormconnect_run("export", "--publication", publish(idle), "--version", "1.2", "--output", "/proc/x.zip")
    assert done.returncode == WRONG and "SC0710" in done.stderr


# ---- learners and credits


def test_a_learner_is_listed_disabled_enabled_and_deleted(site, lms):
    lms.launch("ada", "Lovelace, Ada")
    assert "ada" in site.scormconnect("learner", "list")
    assert "Lovelace" not in site.scormconnect("learner", "list", "--json")
    assert "ada is disabled" in site.scormconnect("learner", "disable", "ada")
    assert site.learner("ada").state == "disabled"
    assert "disabled" in site.scormconnect("learner", "list")
    assert "ada is active" in site.scormconnect("learner", "enable", "ada")
    assert site.learner("ada").state == "active"
    assert "credits stay" in site.scormconnect("learner", "delete", "ada")
    assert site.learner("ada") is None
    assert site.credits() == 1


def test_deleting_erases_what_names_the_learner(site, lms):
    session = lms.launch("zoe-the-unique", "Unique-Name, Zoe")
    session.answer("q1", "2")
    session.take_assessment({"f2": ["a very personal text"]})
    site.scormconnect("learner", "disable", "zoe-the-unique")
    lms.launch("zoe-the-unique")
    site.scormconnect("learner", "delete", "zoe-the-unique")
    assert site.refusals() == []
    dump = repr(site.database.dump())
    assert LMS_ORIGIN in dump
    for trace in ("zoe-the-unique", "Unique-Name", "very personal"):
        assert trace not in dump


def test_an_unknown_learner_is_wrong(idle):
    for verb in ("disable", "enable", "delete"):
        done = idle.scormconnect_run("learner", verb, "nobody")
        assert done.returncode == WRONG and "nobody" in done.stderr


def test_of_two_realms_one_must_be_named(site):
    campus = "https://campus.example.org"
    lms = Lms(site, site.publish(origins=[LMS_ORIGIN, {"origin": campus, "realm": "campus"}])["id"])
    lms.launch("ada")
    lms.launch("ada", origin=campus)
    done = site.scormconnect_run("learner", "disable", "ada")
    assert done.returncode == WRONG and "several realms" in done.stderr
    site.scormconnect("learner", "disable", "ada", "--realm", "campus")
    assert lms.launch("ada", origin=campus).code == "learner_disabled"
    assert lms.launch("ada").status == 200


def test_credits_are_counted_by_publication(site):
    first, second = publish(site), publish(site, "--title", "Second")
    for publication, learners in ((first, ("ada", "grace")), (second, ("ada",))):
        for learner in learners:
            Lms(site, publication).launch(learner)
    counted = json.loads(site.scormconnect("credits", "--json"))
    assert counted["credits"] == 3
    assert {one["id"]: one["credits"] for one in counted["publications"]} == {first: 2, second: 1}
    text = site.scormconnect("credits")
    assert "3  in total" in text and "Second" in text


# ---- the command line itself


@pytest.mark.parametrize(
    "arguments",
    [
        (), ("dance",), ("--nonsense", "publications"), ("publications", "--config"), ("check",), ("keygen",), ("keygen", "a", "b"),
        ("learner",), ("learner", "dance", "ada"), ("learner", "disable"), ("publish",), ("publish", "--training", "tiny"),
        ("publish", "--origin", LMS_ORIGIN), ("export",), ("export", "--publication", NOBODY), ("export", "--version", "1.2"),
        ("export", "--publication", NOBODY, "--version", "3"),
    ],
    ids=lambda arguments: " ".join(arguments) or "nothing",
)
def test_a_command_line_without_sense_ends_with_2_and_tells_the_usage(idle, arguments):
    done = tool(idle, *arguments)
    assert done.returncode == USAGE
    assert done.stdout == ""
    assert "scormconnect" in done.stderr


def test_version_and_help_are_printed(idle):
    assert tool(idle, "version").stdout.startswith("scormconnect ")
    for arguments in (("help",), ("--help",), ("publish", "--help")):
        done = tool(idle, *arguments)
        assert done.returncode == GOOD
        for verb in ("check", "credits", "export", "keygen", "learner", "migrate", "publications", "publish"):
            assert f"scormconnect {verb}" in done.stdout


def test_without_a_database_the_tool_says_how_to_name_one(idle):
    done = tool(idle, "publications")
    assert done.returncode == WRONG and "--config" in done.stderr and "--driver" in done.stderr


def test_options_do_without_a_configuration(idle):
    done = tool(idle, *database(idle), "--trainings", idle.folder / "trainings", "publications", "--json")
    assert done.returncode == GOOD, done.stderr
    assert json.loads(done.stdout) == {"publications": []}


def test_options_may_stand_before_and_after_the_verb(idle):
    publish(idle)
    assert idle.scormconnect("--json", "publications") == idle.scormconnect("publications", "--json")


def test_a_variable_may_name_the_configuration(idle):
    done = tool(idle, "publications", "--json", SCORMCONNECT_CONFIG=str(idle.config))
    assert done.returncode == GOOD and json.loads(done.stdout) == {"publications": []}


def test_an_unknown_driver_is_named(idle):
    done = tool(idle, "--driver", "dbase", "--params", "x", "publications")
    assert done.returncode == WRONG and "dbase" in done.stderr


# ---- httpd's configuration


class Configured:
    """The tool over a configuration of the test's own making."""

    def __init__(self, site):
        self.site = site
        self.folder = site.folder / "conf"
        self.folder.mkdir()

    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def run(self, *args):
        return tool(self.site, "--config", self.folder / "httpd.conf", "publications", "--json", *args)

    def works(self, *args):
        done = self.run(*args)
        return done.returncode == GOOD and "publications" in json.loads(done.stdout)

    def lines(self, params=None):
        return (
            f'ScormConnect On\nDBDriver {self.site.database.driver}\nDBDParams "{params or self.site.database.params}"\n'
            f"ScormConnectTrainings {self.site.folder}/trainings\n"
        )


@pytest.fixture
def configured(idle):
    return Configured(idle)


def test_a_configuration_without_virtual_hosts_is_read(configured):
    configured.write("httpd.conf", configured.lines())
    assert configured.works()


def test_includes_are_followed(configured):
    configured.write("httpd.conf", f'ServerRoot "{configured.folder}"\nInclude sites/*.conf\nIncludeOptional nowhere/*.conf\n')
    configured.write("sites/one.conf", "Include parts/database.conf\n")
    configured.write("parts/database.conf", configured.lines())
    configured.write("sites/two.conf.disabled", "DBDriver pgsql\n")
    assert configured.works()


def test_a_circle_of_includes_ends(configured):
    path = configured.write("httpd.conf", "")
    path.write_text(f"Include {path}\n", encoding="utf-8")
    done = configured.run()
    assert done.returncode == WRONG and "SC0704" in done.stderr


def test_a_missing_configuration_is_named(configured):
    done = configured.run()
    assert done.returncode == WRONG and "httpd.conf" in done.stderr


def test_defines_are_followed(configured):
    head, tail = configured.site.database.params[:20], configured.site.database.params[20:]
    text = configured.lines(params="${HEAD}" + tail)
    configured.write("httpd.conf", f'Define HEAD "{head}"\n{text}')
    assert configured.works()


def test_comments_quotes_case_and_continued_lines_are_understood(configured):
    configured.write(
        "httpd.conf",
        "# DBDriver pgsql\n"
        "<IfModule mod_dbd.c>\n"
        f'  dbdriver    "{configured.site.database.driver}"\n'
        f'  DBDParams \\\n    "{configured.site.database.params}"\n'
        "</IfModule>\n"
        f"ScormConnectTrainings '{configured.site.folder}/trainings'\r\n",
    )
    assert configured.works()


def test_the_only_virtual_host_that_serves_trainings_is_taken(configured):
    configured.write(
        "httpd.conf",
        "DBDriver pgsql\n<VirtualHost *:80>\nServerName other.example.com\n</VirtualHost>\n"
        f"<VirtualHost *:443>\nServerName training.example.com\n{configured.lines()}</VirtualHost>\n",
    )
    assert configured.works()


def test_of_several_virtual_hosts_one_must_be_named(configured):
    hosts = [
        f"<VirtualHost *:443>\nServerName {name}.example.com:443\n{configured.lines(params)}</VirtualHost>\n"
        for name, params in (("one", configured.site.database.nowhere), ("two", None))
    ]
    configured.write("httpd.conf", "".join(hosts))
    done = configured.run()
    assert done.returncode == WRONG and "--vhost" in done.stderr
    assert configured.works("--vhost", "two.example.com")
    assert not configured.works("--vhost", "one.example.com")
    done = configured.run("--vhost", "three.example.com")
    assert done.returncode == WRONG and "three.example.com" in done.stderr


def test_options_win_over_the_configuration(configured):
    configured.write("httpd.conf", configured.lines(params=configured.site.database.nowhere))
    assert not configured.works()
    assert configured.works("--params", configured.site.database.params)


@pytest.mark.parametrize(
    ("lines", "url"),
    [
        ("ScormConnectURL https://training.example.com/connect", "https://training.example.com/connect"),
        ("ServerName training.example.com", "https://training.example.com/connect"),
        ("ServerName http://training.example.com:8080\nScormConnectPrefix /here", "http://training.example.com:8080/here"),
    ],
)
def test_the_package_has_the_public_address_of_the_configuration(configured, lines, url):
    configured.write("httpd.conf", configured.lines() + lines + "\n")
    site, package = configured.site, configured.folder / "tiny.zip"
    done = tool(
        site, "--config", configured.folder / "httpd.conf", "export", "--publication", publish(site), "--version", "1.2", "--output", package
    )
    assert done.returncode == GOOD, done.stderr
    with zipfile.ZipFile(package) as opened:
        assert any(url in opened.read(name).decode("utf-8", "replace") for name in opened.namelist())


def test_the_tool_and_httpd_make_the_same_address(site):
    """Or packages of the one would not be those of the other."""
    publication = publish(site)
    package = site.data / "tiny.zip"
    site.scormconnect("export", "--publication", publication, "--version", "1.2", "--output", package)
    assert package.read_bytes() == site.admin("GET", f"publications/{publication}/package?version=1.2").body


@pytest.mark.engine("sqlite")
def test_the_tool_needs_no_right_that_httpd_lacks(idle):
    if os.geteuid() != 0:
        pytest.skip("only root can be somebody else")
    assert idle.scormconnect_run("publications").returncode == GOOD
    assert idle.database.path.stat().st_uid != 0
