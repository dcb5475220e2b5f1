# SPDX-License-Identifier: Apache-2.0
"""An author edits a training while learners are in it: seen within moments, without a restart, and nobody loses anything."""
import re
import time

import pytest

# "Changes are seen within a second", and some patience for a busy machine.
PATIENCE_SECONDS = 5


def eventually(look, wanted):
    """Calls look() until `wanted(what it gave)`; gives that."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not wanted(seen := look()):
        assert time.monotonic() < deadline, f"not within {PATIENCE_SECONDS} seconds; last seen: {seen!r}"
        time.sleep(0.1)
    return seen


def english(session):
    return session.fetch_course("en").json["course"]


def texts(course):
    return [block["html"] for module in modules(course) for block in module["blocks"]]


def modules(course):
    return [module for chapter in course["chapters"] for module in chapter["modules"]]


def cut_module(site, module):
    """Takes a module out of every language; gives what puts it back."""
    before = {path: path.read_text(encoding="utf-8") for path in site.training().glob("course*.xml")}
    for path, text in before.items():
        shorter = re.sub(rf'\s*<module id="{module}".*?</module>', "", text, flags=re.DOTALL)
        assert shorter != text
        path.write_text(shorter, encoding="utf-8")

    def put_back():
        for path, text in before.items():
            path.write_text(text, encoding="utf-8")

    return put_back


def state(site):
    (training,) = site.admin("GET", "trainings").json["trainings"]
    return training["state"]


def test_a_corrected_text_is_served_without_a_restart(site, lms):
    session = lms.launch()
    site.edit_training("Read this.", "Read this carefully.", languages=["course.xml"])
    course = eventually(lambda: english(session), lambda course: course["rev"] != session.course["rev"])
    assert any("Read this carefully." in text for text in texts(course))
    assert any("Read this carefully." in text for text in texts(lms.launch("grace").course))


def test_the_learner_at_work_is_told_that_the_course_changed(site, lms):
    session = lms.launch()
    assert session.view("m1").course_changed is False
    site.edit_training("Read this.", "Read this carefully.", languages=["course.xml"])
    answer = eventually(lambda: session.view("m1"), lambda answer: answer.course_changed)
    assert answer.code is None
    session.course = english(session)
    assert session.view("m1").course_changed is False


def test_a_corrected_solution_counts_at_once(site, lms):
    session = lms.launch()
    session.events([{"type": "answer", "activity": "q1", "response": ["2"]}, {"type": "read", "module": "m1"}])
    assert session.answer("g1", "Rome")["correct"] is False
    site.edit_training("<answer>Paris</answer>", "<answer>Rome</answer>", languages=["course.xml"])
    eventually(lambda: session.answer("g1", "Rome")["correct"], lambda correct: correct)


def test_a_removed_module_leaves_the_path_and_comes_back_with_its_results(site, lms):
    session = lms.launch()
    session.finish_modules()
    assert session.progress["percent"] == 66
    put_back = cut_module(site, "m2")
    progress = eventually(lambda: lms.launch().progress, lambda progress: "m2" not in progress["modules"])
    assert progress["percent"] == 50
    assert set(progress["activities"]) == {"q1"}
    assert progress["location"] is None
    put_back()
    progress = eventually(lambda: lms.launch().progress, lambda progress: "m2" in progress["modules"])
    assert progress["modules"]["m2"]["state"] == "done"
    assert set(progress["activities"]) == {"q1", "g1", "o1"}
    assert (progress["percent"], progress["location"]) == (66, "m2")


def test_work_on_a_removed_module_is_refused_and_acknowledged(site, lms):
    session = lms.launch()
    session.events([{"type": "answer", "activity": "q1", "response": ["2"]}, {"type": "read", "module": "m1"}])
    cut_module(site, "m2")
    eventually(lambda: english(session), lambda course: len(modules(course)) == 1)
    answer = session.events(
        [{"type": "view", "module": "m2"}, {"type": "answer", "activity": "g1", "response": ["Paris"]}]
    )
    assert answer.ack == session.seq
    assert [one["code"] for one in answer.results] == ["module_unknown", "activity_unknown"]


def test_a_module_is_removed_and_the_rest_is_done(site, lms, publication):
    for path in site.training().glob("course*.xml"):
        text = path.read_text(encoding="utf-8")
        path.write_text(re.sub(r"<assessment.*</assessment>", "", text, flags=re.DOTALL), encoding="utf-8")
    session = eventually(lms.launch, lambda session: session.course["assessment"] is None)
    session.events([{"type": "answer", "activity": "q1", "response": ["2"]}, {"type": "read", "module": "m1"}])
    assert session.snapshot["status"] == "in_progress"
    cut_module(site, "m2")
    snapshot = eventually(lambda: lms.launch().snapshot, lambda snapshot: snapshot["status"] == "passed")
    assert (snapshot["score"], snapshot["final"]) == (100, True)
    assert site.registration(publication, "ada")["percent"] == 100


def test_who_has_passed_stays_passed_when_a_module_is_added(site, lms):
    put_back = cut_module(site, "m2")
    session = eventually(lms.launch, lambda session: len(modules(session.course)) == 1)
    session.take_assessment({"f1": ["1", "3"], "f2": ["4"]})
    put_back()
    again = eventually(lms.launch, lambda session: len(modules(session.course)) == 2)
    assert (again.snapshot["status"], again.snapshot["rev"]) == ("passed", session.snapshot["rev"])


DAMAGE = {
    "not XML": ("</module", "</modul"),
    "no right option": ('<option correct="yes">Right', "<option>Right"),
    "no id": ('id="m1"', ""),
}


@pytest.mark.parametrize("kind", DAMAGE)
def test_a_broken_edit_keeps_the_last_good_version(site, lms, kind):
    session = lms.launch()
    site.edit_training(*DAMAGE[kind], languages=["course.xml"])
    eventually(lambda: state(site), lambda state: state == "stale")
    site.error_log_expect(r"SC0210: tiny/course\.xml:\d+: ")
    site.error_log_expect("SC0213: .*tiny")
    site.error_log_forgive(r"SC021[01]: tiny/course\.fr\.xml")  # what follows from it in the other language
    assert english(session)["rev"] == session.course["rev"]
    assert session.view("m1").course_changed is False
    assert lms.launch("grace").status == 200


def test_the_publisher_sees_what_is_wrong_and_where(site):
    site.edit_training("</chapter>", "</chapte>", languages=["course.xml"])
    training = eventually(
        lambda: site.admin("GET", "trainings").json["trainings"][0], lambda training: training["state"] != "ok"
    )
    site.error_log_forgive("SC021")
    problem = training["problems"][0]
    assert (problem["file"], problem["severity"]) == ("course.xml", "error")
    assert problem["line"] > 0 and problem["text"]


def test_a_mended_training_is_served_again(site, lms):
    before = lms.launch().course["rev"]
    site.edit_training("</chapter>", "</chapte>", languages=["course.xml"])
    eventually(lambda: state(site), lambda state: state == "stale")
    site.error_log_expect(r"SC0210: tiny/course\.xml")
    site.error_log_expect("SC0213")
    site.edit_training("</chapte>", "</chapter>", languages=["course.xml"])
    site.edit_training("Read this.", "Read this twice.", languages=["course.xml"])
    eventually(lambda: state(site), lambda state: state == "ok")
    assert lms.launch().course["rev"] != before


def test_a_training_that_never_was_good_is_unavailable_until_it_is(make_site):
    site = make_site()
    site.edit_training("</chapter>", "</chapte>", languages=["course.xml"])
    site.prepare()
    site.start()
    refused = site.admin("POST", "publications", json={"training": "tiny", "origins": ["https://lms.example.com"]})
    assert (refused.status, refused.code, refused.json["subject"]) == (400, "field_invalid", "training")
    site.error_log_expect("SC0212: training tiny")
    site.error_log_forgive("SC0210")
    site.edit_training("</chapte>", "</chapter>", languages=["course.xml"])
    eventually(lambda: state(site), lambda state: state == "ok")
    assert site.publish()["training_state"] == "ok"


def test_a_new_training_is_found_without_a_restart(site):
    site.add_training("tiny", as_name="second")
    for path in site.training("second").glob("course*.xml"):
        path.write_text(path.read_text(encoding="utf-8").replace('id="tiny"', 'id="second"'), encoding="utf-8")
    seen = eventually(
        lambda: {one["id"]: one["state"] for one in site.admin("GET", "trainings").json["trainings"]},
        lambda seen: seen.get("second") == "ok",
    )
    assert seen == {"tiny": "ok", "second": "ok"}
    site.error_log_forgive("SC021[0-3]: .*second")


@pytest.mark.site(processes=2)
def test_all_processes_serve_the_correction(site, lms):
    session = lms.launch()
    site.edit_training("Read this.", "Read this carefully.", languages=["course.xml"])
    deadline = time.monotonic() + PATIENCE_SECONDS
    row = 0
    while row < 30:
        row = row + 1 if english(session)["rev"] != session.course["rev"] else 0
        assert time.monotonic() < deadline + 5, "some process still serves the old text"
