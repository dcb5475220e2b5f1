# SPDX-License-Identifier: Apache-2.0
"""The publisher's room: who gets in, what can be published, what is shown, and the package that comes out."""
import io
import re
import time
import zipfile

import pytest

from harness.lms import Lms
from harness.site import ADMIN, LMS_ORIGIN

STRANGE_ORIGIN = "https://strange.example.net"
VERSIONS = ["1.2", "2004-3", "2004-4"]
NOBODY = "01k0000000000000000000000a"

WRITABLE = {
    "title", "langs", "origins", "pass", "attempts", "while_improvable", "show_answers", "enabled", "open", "starts_at", "ends_at", "cap",
}
PUBLICATION = WRITABLE | {
    "id", "rev", "training", "created_at", "updated_at", "training_state", "learners", "credits", "completed", "passed", "failed",
}
REGISTRATION = {
    "account", "learner_id", "name", "state", "status", "score", "percent", "seconds", "attempts", "sessions", "started_at", "seen_at",
    "delivered", "rev",
}
READS = ["site", "trainings", "publications", "refusals", f"publications/{NOBODY}", f"publications/{NOBODY}/learners",
         f"publications/{NOBODY}/statistics", f"learners/{NOBODY}"]
WRITES = [
    ("POST", "publications"), ("PUT", f"publications/{NOBODY}"), ("POST", "origins/check"),
    ("POST", f"refusals/{NOBODY}/authorise"),
]


# ---- who gets in


@pytest.mark.parametrize("path", ["/admin/", "/admin/publications", *(f"/admin/api/{path}" for path in READS)])
def test_httpd_asks_for_a_name_and_a_password(site, path):
    answer = site.get(path)
    assert answer.status == 401
    assert answer.headers["WWW-Authenticate"].startswith("Basic ")
    assert site.get(path, user=(ADMIN[0], "wrong")).status == 401
    site.error_log_forgive("auth_basic:error")


@pytest.mark.parametrize(("method", "path"), WRITES)
def test_nobody_writes_without_a_password(site, method, path):
    assert site.request(method, f"/admin/api/{path}", json={}).status == 401


@pytest.fixture
def open_site(make_site):
    """Takes the lines of the admin pages' <Location> that stand in the place of authentication."""

    def make(rules):
        site = make_site()
        config = site.config.read_text(encoding="utf-8")
        opened = re.sub(r"AuthType Basic.*?Require valid-user", rules, config, flags=re.DOTALL)
        assert opened != config
        site.config.write_text(opened, encoding="utf-8")
        site.prepare()
        return site.start()

    return make


@pytest.mark.parametrize(
    "rules", ["", "Require all granted", 'AuthType Basic\nAuthName "x"\nAuthBasicProvider file\nAuthUserFile "/etc/passwd"\nRequire all granted'],
    ids=["nothing", "everybody", "a password that nobody is asked for"],
)
def test_a_location_without_authentication_opens_nothing(open_site, rules):
    site = open_site(rules)
    for path in ("/admin/", "/admin/api/site", "/admin/api/publications"):
        assert site.get(path).status == 403
        assert site.get(path, user=ADMIN).status == 403
    assert site.admin("POST", "publications", json={"training": "tiny", "origins": [LMS_ORIGIN]}).status == 403
    site.error_log_expect("SC0543: ")


def test_without_sethandler_there_is_no_admin_area(make_site):
    site = make_site()
    site.config.write_text(site.config.read_text(encoding="utf-8").replace("SetHandler scormconnect-admin", ""), encoding="utf-8")
    site.prepare()
    site.start()
    assert site.get("/admin/api/site", user=ADMIN).status == 404


def test_a_learners_token_opens_nothing_here(site, lms):
    assert site.get("/admin/api/site", headers=lms.launch().authorization).status == 401
    site.error_log_forgive("AH01614|auth_basic:error|client used wrong authentication scheme")


# ---- the site


def test_the_site_tells_about_itself(site):
    answer = site.admin("GET", "site").json
    assert answer == {
        "version": answer["version"], "user": "admin", "url": f"{site.url}/connect", "prefix": "/connect", "show_names": False,
        "allow_origins": [], "credits": 0, "schema": 2,
    }
    assert re.fullmatch(r"\d+\.\d+\.\d+", answer["version"])


@pytest.mark.site(
    directives={
        "ScormConnectURL": "https://training.example.com/connect",
        "ScormConnectAllowOrigin": "https://lms.example.com https://*.example.org",
        "ScormConnectShowNames": "On",
    }
)
def test_the_site_tells_its_settings(site):
    answer = site.admin("GET", "site").json
    assert answer["url"] == "https://training.example.com/connect"
    assert answer["allow_origins"] == ["https://lms.example.com", "https://*.example.org"]
    assert answer["show_names"] is True


def test_the_trainings_are_listed(site):
    assert site.admin("GET", "trainings").json == {
        "trainings": [
            {
                "id": "tiny", "title": "Tiny", "langs": ["en", "fr"], "state": "ok", "modules": 2, "activities": 3, "placement": True,
                "assessment": {"pass": 50, "attempts": 2}, "problems": [],
            }
        ]
    }


# ---- publications


def test_a_publication_is_made_and_found_again(site):
    made = site.publish(title="Fire safety")
    assert set(made) == PUBLICATION
    assert (made["training"], made["title"], made["rev"], made["training_state"]) == ("tiny", "Fire safety", 1, "ok")
    assert made["origins"] == [{"origin": LMS_ORIGIN, "realm": ""}]
    assert [made[one] for one in ("pass", "attempts", "cap", "starts_at", "ends_at")] == [None] * 5
    assert (made["enabled"], made["open"], made["show_answers"], made["while_improvable"]) == (True, True, False, "completed")
    assert [made[one] for one in ("learners", "credits", "completed", "passed", "failed")] == [0] * 5
    assert site.publication(made["id"]) == made
    assert site.admin("GET", "publications").json["publications"] == [made]


def test_publications_are_listed_newest_first(site):
    ids = []
    for _ in range(3):
        ids.append(site.publish()["id"])
        time.sleep(0.002)               # ids sort by the millisecond
    assert [one["id"] for one in site.admin("GET", "publications").json["publications"]] == ids[::-1]


def test_a_publication_without_title_has_that_of_the_training(site):
    made = site.admin("POST", "publications", json={"training": "tiny", "origins": [LMS_ORIGIN]})
    assert (made.status, made.json["title"]) == (201, "Tiny")


def test_everything_that_may_change_can_be_changed(site, publication):
    fields = {
        "title": "Évacuation & <Feuer>", "langs": ["fr"], "pass": 70, "attempts": 5, "while_improvable": "incomplete",
        "show_answers": True, "enabled": False, "open": False, "starts_at": "2030-01-01T08:00:00Z",
        "ends_at": "2030-12-31T20:00:00Z", "cap": 10,
        "origins": [{"origin": LMS_ORIGIN, "realm": "north"}, {"origin": "https://*.example.org", "realm": ""}],
    }
    assert set(fields) == WRITABLE
    changed = site.change(publication, **fields)
    assert {key: changed[key] for key in fields} == fields
    assert changed["rev"] == 2
    assert site.publication(publication) == changed
    nothing = {"pass": None, "attempts": None, "cap": None, "starts_at": None, "ends_at": None, "langs": []}
    changed = site.change(publication, **nothing)
    assert {key: changed[key] for key in nothing} == nothing
    assert changed["title"] == fields["title"], "what was not sent stays"


def test_addresses_are_put_in_order(site):
    made = site.publish(origins=["HTTPS://LMS.Example.com:443/login/index.php", "https://lms.example.com", "http://[::1]:8080/"])
    assert [one["origin"] for one in made["origins"]] == ["https://lms.example.com", "http://[::1]:8080"]


def test_a_publication_offers_the_languages_that_were_chosen(site):
    lms = Lms(site, site.publish(langs=["fr"])["id"])
    course = lms.launch(lang="en").course
    assert (course["lang"], course["langs"]) == ("fr", ["fr"])


def test_two_editors_do_not_undo_each_other_unseen(site, publication):
    rev = site.publication(publication)["rev"]
    assert site.admin("PUT", f"publications/{publication}", json={"rev": rev, "title": "Mine"}).status == 200
    second = site.admin("PUT", f"publications/{publication}", json={"rev": rev, "title": "Yours"})
    assert (second.status, second.code) == (409, "changed_meanwhile")
    assert site.publication(publication)["title"] == "Mine"


def test_a_change_without_revision_is_refused(site, publication):
    assert site.admin("PUT", f"publications/{publication}", json={"title": "Mine"}).status == 409
    assert site.publication(publication)["title"] == "Tiny"


WRONG_FIELDS = [
    ("title", ""), ("title", "   "), ("title", "x" * 201), ("title", 7), ("title", None),
    ("langs", ["de"]), ("langs", "en"), ("langs", [1]),
    ("origins", []), ("origins", None), ("origins", LMS_ORIGIN), ("origins", ["lms.example.com"]), ("origins", ["ftp://lms.example.com"]),
    ("origins", ["null"]), ("origins", ["https://*"]), ("origins", ["https://*.com"]), ("origins", [7]),
    ("origins", [{"origin": LMS_ORIGIN, "realm": "x" * 65}]),
    ("pass", -1), ("pass", 101), ("pass", "80"), ("pass", 50.5),
    ("attempts", -1), ("attempts", 101), ("attempts", "3"),
    ("cap", 0), ("cap", -1), ("cap", "10"),
    ("while_improvable", "passed"), ("while_improvable", None),
    ("show_answers", 1), ("enabled", "yes"), ("open", None),
    ("starts_at", "tomorrow"), ("starts_at", "2030-02-30T00:00:00Z"), ("starts_at", 7), ("ends_at", "2030-01-01"),
]


@pytest.mark.parametrize(("field", "value"), WRONG_FIELDS, ids=lambda one: str(one)[:30])
def test_a_wrong_field_is_named(site, publication, field, value):
    before = site.publication(publication)
    update = site.admin("PUT", f"publications/{publication}", json={"rev": before["rev"], field: value})
    assert (update.status, update.code, update.json["subject"]) == (400, "field_invalid", field)
    assert update.json["message"]
    body = {"training": "tiny", "origins": [LMS_ORIGIN], field: value}
    create = site.admin("POST", "publications", json=body)
    assert (create.status, create.code, create.json["subject"]) == (400, "field_invalid", field)
    assert site.admin("GET", "publications").json["publications"] == [before]


@pytest.mark.parametrize("training", [None, "", "nothing", "../tiny", "tiny/", 7])
def test_only_a_training_that_is_there_can_be_published(site, training):
    answer = site.admin("POST", "publications", json={"training": training, "origins": [LMS_ORIGIN]})
    assert (answer.status, answer.code, answer.json["subject"]) == (400, "field_invalid", "training")


def test_a_publication_needs_an_lms(site):
    answer = site.admin("POST", "publications", json={"training": "tiny"})
    assert (answer.status, answer.code, answer.json["subject"]) == (400, "field_invalid", "origins")


def test_the_end_is_after_the_start(site, publication):
    body = {"rev": 1, "starts_at": "2030-01-02T00:00:00Z", "ends_at": "2030-01-01T00:00:00Z"}
    answer = site.admin("PUT", f"publications/{publication}", json=body)
    assert (answer.status, answer.json["subject"]) == (400, "ends_at")


@pytest.mark.parametrize("path", [f"publications/{NOBODY}", f"publications/{NOBODY}/learners", f"publications/{NOBODY}/package?version=1.2"])
def test_an_unknown_publication_is_not_found(site, path):
    answer = site.admin("GET", path)
    assert (answer.status, answer.code) == (404, "publication_unknown")


def test_the_check_while_typing_is_the_one_of_saving(site):
    texts = ["https://LMS.example.com/x", "https://*.example.org", "lms.example.com", "null", "", "https://user@lms.example.com", "https://*.com"]
    checked = site.admin("POST", "origins/check", json={"texts": texts}).json["origins"]
    assert [one["text"] for one in checked] == texts
    assert [one["ok"] for one in checked] == [True, True, False, False, False, False, False]
    assert [one["origin"] for one in checked] == ["https://lms.example.com", "https://*.example.org"] + [None] * 5
    for one in checked:
        saved = site.admin("POST", "publications", json={"training": "tiny", "origins": [one["text"]]})
        assert (saved.status == 201) == one["ok"]
        if not one["ok"]:
            assert saved.json["message"] == one["message"]


# ---- packages


@pytest.mark.parametrize("version", VERSIONS)
def test_a_package_is_the_same_every_time_and_from_the_tool(site, publication, version):
    first = site.admin("GET", f"publications/{publication}/package?version={version}")
    assert (first.status, first.headers["Content-Type"]) == (200, "application/zip")
    assert first.headers["Content-Disposition"] == f'attachment; filename="tiny-{version.replace(".", "-")}.zip"'
    assert int(first.headers["Content-Length"]) == len(first.body)
    assert site.admin("GET", f"publications/{publication}/package?version={version}").body == first.body
    exported = site.data / "exported.zip"
    site.scormconnect("--url", f"{site.url}/connect", "export", "--publication", publication, "--version", version, "--output", exported)
    assert exported.read_bytes() == first.body


@pytest.mark.parametrize("version", VERSIONS)
def test_a_package_is_thin_and_knows_its_way_home(site, publication, version):
    answer = site.admin("GET", f"publications/{publication}/package?version={version}")
    assert len(answer.body) < 100_000
    with zipfile.ZipFile(io.BytesIO(answer.body)) as package:
        assert package.testzip() is None
        names = package.namelist()
        assert names[0] == "imsmanifest.xml"
        everything = b"\n".join(package.read(name) for name in names).decode()
    assert f"{site.url}/connect" in everything
    assert publication in everything
    assert not re.search(r"@[A-Z]+@", everything)
    for secret in ("Read this.", "Yes, that is right", "Paris", LMS_ORIGIN):
        assert secret not in everything


def test_a_title_with_special_characters_survives_in_the_package(site, publication):
    site.change(publication, title='Feuer & <Rauch> "jetzt" é')
    answer = site.admin("GET", f"publications/{publication}/package?version=1.2")
    with zipfile.ZipFile(io.BytesIO(answer.body)) as package:
        manifest = package.read("imsmanifest.xml").decode()
    assert "Feuer &amp; &lt;Rauch&gt;" in manifest


def test_rules_and_addresses_are_not_in_the_package(site, publication):
    before = site.admin("GET", f"publications/{publication}/package?version=1.2").body
    site.change(publication, origins=[STRANGE_ORIGIN], attempts=7, enabled=False, cap=3, **{"pass": 90})
    assert site.admin("GET", f"publications/{publication}/package?version=1.2").body == before


@pytest.mark.parametrize("query", ["", "?version=", "?version=2004", "?version=1.2x", "?other=1.2"])
def test_an_unknown_version_is_refused(site, publication, query):
    answer = site.admin("GET", f"publications/{publication}/package{query}")
    assert (answer.status, answer.code, answer.json["subject"]) == (400, "field_invalid", "version")


# ---- learners


def test_learners_are_listed_without_their_names(site, lms, publication):
    lms.launch("ada", "Lovelace, Ada")
    answer = site.admin("GET", f"publications/{publication}/learners")
    (learner,) = answer.json["learners"]
    assert set(learner) == REGISTRATION
    assert (learner["learner_id"], learner["name"], learner["state"], learner["status"]) == ("ada", None, "active", "in_progress")
    assert answer.json["next"] is None
    assert "Lovelace" not in answer.text


@pytest.mark.site(directives={"ScormConnectShowNames": "On"})
def test_learners_are_listed_with_their_names_where_the_site_wants_it(site, lms, publication):
    lms.launch("ada", "Lovelace, Ada")
    assert site.registration(publication, "ada")["name"] == "Lovelace, Ada"


def test_a_learners_work_is_shown(site, lms, publication):
    session = lms.launch()
    session.finish_modules()
    session.take_assessment({"f1": ["1", "3"], "f2": ["five"]})
    shown = site.registration(publication, "ada")
    assert (shown["status"], shown["score"], shown["percent"], shown["attempts"]) == ("passed", 50, 100, 1)
    assert shown["rev"] == session.snapshot["rev"]
    figures = site.publication(publication)
    assert [figures[one] for one in ("learners", "credits", "completed", "passed", "failed")] == [1, 1, 0, 1, 0]


def test_a_profile_has_everything_on_one_page(site, lms, publication):
    session = lms.launch("ada", "Lovelace, Ada")
    session.finish_modules()
    session.answer("q1", "1")
    session.take_assessment({"f1": ["1", "3"], "f2": ["five"]})
    session.events([{"type": "delivered", "rev": session.snapshot["rev"], "lms": "ok", "element": ""}])
    account = site.registration(publication, "ada")["account"]
    answer = site.admin("GET", f"learners/{account}")
    profile = answer.json
    assert (profile["account"], profile["id"], profile["name"], profile["state"]) == (account, "ada", None, "active")
    assert "Lovelace" not in answer.text
    (registration,) = profile["registrations"]
    assert (registration["publication"], registration["title"]) == (publication, "Tiny")
    assert {module["id"]: bool(module["finished_at"]) for module in registration["modules"]} == {"m1": True, "m2": True}
    q1 = next(one for one in registration["activities"] if one["id"] == "q1")
    assert (q1["tries"], q1["correct"], q1["correct_first"]) == (2, True, True)
    assert [attempt["number"] for attempt in registration["assessment"]] == [1]
    assert [(report["rev"], report["lms"]) for report in registration["deliveries"]] == [(session.snapshot["rev"], "ok")]


def test_there_is_no_profile_of_nobody(site):
    answer = site.admin("GET", f"learners/{NOBODY}")
    assert (answer.status, answer.json["code"]) == (404, "learner_unknown")


def test_statistics_count_first_tries_and_all_tries(site, lms, publication):
    for learner, answers in (("ada", ["2"]), ("bob", ["1", "1", "2"])):
        session = lms.launch(learner)
        session.view("m1")
        for answer in answers:
            session.answer("q1", answer)
    session.read("m1")
    statistics = site.admin("GET", f"publications/{publication}/statistics").json
    assert [(one["id"], one["opened"], one["finished"]) for one in statistics["modules"]] == [("m1", 2, 1), ("m2", 0, 0)]
    q1 = next(one for one in statistics["activities"] if one["id"] == "q1")
    assert q1 == {"id": "q1", "module": "m1", "answers": 4, "correct": 2, "first_answers": 2, "first_correct": 1}
    (today,) = statistics["days"]
    assert (today["learners"], today["credits"], today["sessions"], today["passed"]) == (2, 2, 2, 0)


def test_what_a_deleted_learner_did_stays_counted(site, lms, publication):
    lms.launch("ada").answer("q1", "2")
    site.scormconnect("learner", "delete", "ada")
    statistics = site.admin("GET", f"publications/{publication}/statistics").json
    assert next(one for one in statistics["activities"] if one["id"] == "q1")["answers"] == 1
    now = site.publication(publication)
    assert (now["learners"], now["credits"]) == (0, 1)


def test_many_learners_come_in_pages_newest_first(site, lms, publication):
    for number in range(205):
        lms.launch(f"learner{number}")
    seen, started, after, pages = [], [], "", []
    while after is not None:
        page = site.admin("GET", f"publications/{publication}/learners" + (f"?after={after}" if after else "")).json
        pages.append(len(page["learners"]))
        seen += [one["learner_id"] for one in page["learners"]]
        started += [one["started_at"] for one in page["learners"]]
        after = page["next"]
    assert pages == [100, 100, 5]
    assert sorted(seen) == sorted(f"learner{number}" for number in range(205))
    assert started == sorted(started, reverse=True)


# ---- refused launches


def test_a_refused_origin_is_authorised_with_one_click(site, lms, publication):
    assert lms.launch(origin=STRANGE_ORIGIN).code == "origin_refused"
    (refusal,) = site.refusals()
    assert refusal["publication"] == publication and refusal["title"] == "Tiny"
    answer = site.admin("POST", f"refusals/{refusal['id']}/authorise", json={})
    assert answer.status == 200
    assert STRANGE_ORIGIN in [one["origin"] for one in answer.json["publication"]["origins"]]
    assert lms.launch(origin=STRANGE_ORIGIN).status == 200
    (refusal,) = site.refusals()
    assert (refusal["authorised"], refusal["can_authorise"]) == (True, False)


def test_authorising_twice_changes_nothing(site, lms, publication):
    lms.launch(origin=STRANGE_ORIGIN)
    (refusal,) = site.refusals()
    first = site.admin("POST", f"refusals/{refusal['id']}/authorise", json={}).json["publication"]
    assert site.admin("POST", f"refusals/{refusal['id']}/authorise", json={}).json["publication"] == first


def test_what_is_no_web_page_can_not_be_authorised(site, lms):
    lms.launch(origin="null")
    (refusal,) = site.refusals()
    assert (refusal["origin"], refusal["can_authorise"]) == ("null", False)


def test_only_a_refused_origin_can_be_authorised(site, lms, publication):
    site.change(publication, enabled=False)
    lms.launch()
    (refusal,) = site.refusals()
    assert (refusal["code"], refusal["can_authorise"]) == ("publication_closed", False)
    before = site.publication(publication)
    answer = site.admin("POST", f"refusals/{refusal['id']}/authorise", json={})
    assert (answer.status, answer.code) == (400, "field_invalid")
    assert site.publication(publication)["origins"] == before["origins"]


def test_an_origin_that_is_none_is_not_put_on_the_list(site, lms, publication):
    lms.launch(origin="null")
    (refusal,) = site.refusals()
    answer = site.admin("POST", f"refusals/{refusal['id']}/authorise", json={})
    assert (answer.status, answer.code) == (400, "field_invalid")
    assert [one["origin"] for one in site.publication(publication)["origins"]] == [LMS_ORIGIN]


def test_refusals_are_shown_by_publication(site, lms):
    other = site.publish()["id"]
    lms.launch(origin=STRANGE_ORIGIN)
    lms.launch(origin=STRANGE_ORIGIN, publication=other)
    assert len(site.refusals()) == 2
    assert [one["publication"] for one in site.refusals(other)] == [other]


def test_an_unknown_refusal_is_not_found(site):
    answer = site.admin("POST", f"refusals/{NOBODY}/authorise", json={})
    assert (answer.status, answer.code) == (404, "refusal_unknown")


# ---- other people's pages


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": STRANGE_ORIGIN}], ids=str)
@pytest.mark.parametrize(("method", "path"), WRITES)
def test_another_sites_page_may_not_write_in_the_publishers_name(site, method, path, headers):
    answer = site.admin(method, path, json={"training": "tiny", "origins": [LMS_ORIGIN]}, headers=headers)
    assert (answer.status, answer.code) == (403, "foreign_origin")
    assert site.admin("GET", "publications").json["publications"] == []


def test_a_form_may_not_write(site):
    body = b'{"training":"tiny","origins":["https://lms.example.com"]}'
    answer = site.admin("POST", "publications", body=body, headers={"Content-Type": "text/plain"})
    assert (answer.status, answer.code) == (400, "body_invalid")
    assert site.admin("GET", "publications").json["publications"] == []


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "publications", {"GET", "POST"}), ("POST", f"publications/{NOBODY}", {"GET", "PUT"}),
        ("POST", "site", {"GET"}), ("GET", "origins/check", {"POST"}),
    ],
)
def test_another_method_is_refused_with_the_right_ones(site, method, path, allowed):
    answer = site.admin(method, path, json={} if method == "POST" else None)
    assert answer.status == 405
    assert allowed <= set(answer.headers["Allow"].replace(" ", "").split(","))


def test_an_unknown_address_is_not_found(site):
    assert (site.admin("GET", "nothing").status, site.admin("GET", "publications/a/b").status) == (404, 404)


# ---- the page


@pytest.mark.parametrize("path", ["/admin/", "/admin/publications", f"/admin/publications/{NOBODY}", "/admin/refusals"])
def test_the_page_is_served_for_every_deep_link(site, path):
    answer = site.get(path, user=ADMIN)
    assert answer.status == 200
    assert answer.headers["Content-Type"].lower() == "text/html; charset=utf-8"
    assert '<base href="/connect/admin/">' in answer.text
    assert "@PREFIX@" not in answer.text


def test_the_page_runs_only_our_scripts_and_is_framed_by_nobody(site):
    headers = site.get("/admin/", user=ADMIN).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "script-src 'self'" in policy and "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.site(directives={"ScormConnectPrefix": "/trainings/here"})
def test_the_page_follows_the_prefix(site):
    page = site.get("/admin/", user=ADMIN).text
    assert '<base href="/trainings/here/admin/">' in page
    for reference in re.findall(r'(?:src|href)="\.\./([^"]+)"', page):
        assert site.get(f"/{reference}").status == 200, reference


def test_the_address_without_slash_leads_to_the_page(site):
    answer = site.get("/admin", user=ADMIN)
    assert answer.status == 301
    assert answer.headers["Location"].endswith("/connect/admin/")


def test_the_page_can_only_be_read(site):
    answer = site.post("/admin/", json={}, user=ADMIN)
    assert answer.status == 405
    assert "GET" in answer.headers["Allow"]
