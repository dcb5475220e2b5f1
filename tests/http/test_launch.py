# SPDX-License-Identifier: Apache-2.0
"""A learner opens a training from an LMS: who comes in, who is refused, and what it costs."""
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone

import pytest

from harness.lms import Lms
from harness.site import LMS_ORIGIN

# Trainings are looked at once a second (service/trainings.c).
LOOK_SECONDS = 1.1

OTHER_ORIGIN = "https://campus.example.org"
STRANGE_ORIGIN = "https://strange.example.net:8443"
# What would tell the right answer, or could be read as one. "pass" and "points" are the learner's to know.
SECRETS = {"correct", "feedback", "solution", "answer", "answers", "covers", "right"}


def hours_from_now(hours):
    return (datetime.now(timezone.utc) + timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%SZ")


def keys_in(json):
    """Every key anywhere in `json`."""
    if isinstance(json, dict):
        for key, value in json.items():
            yield key
            yield from keys_in(value)
    elif isinstance(json, list):
        for value in json:
            yield from keys_in(value)


def nothing_happened(site, publication):
    return site.credits() == 0 and site.learners() == [] and site.registrations(publication) == []


def at_once(number, work):
    """work(0) … work(number - 1), as far as possible at the same time; the results."""
    with ThreadPoolExecutor(max_workers=number) as pool:
        return list(pool.map(work, range(number)))


# ---- the first launch


def test_a_first_launch_makes_learner_registration_and_credit(site, lms, publication):
    session = lms.launch("ada", "Lovelace, Ada")
    assert session.status == 200
    assert site.learner("ada").state == "active"
    registration = site.registration(publication, "ada")
    assert (registration["status"], registration["score"], registration["percent"]) == ("in_progress", None, 0)
    assert (registration["sessions"], registration["attempts"], registration["delivered"]) == (1, 0, None)
    assert site.credits() == 1
    figures = site.publication(publication)
    assert (figures["learners"], figures["credits"], figures["passed"]) == (1, 1, 0)


def test_a_launch_answers_everything_that_the_player_needs(lms):
    answer = lms.launch()
    raw = answer.raw
    assert set(raw) == {
        "token", "session", "registration", "readonly", "last_seq", "media", "heartbeat", "idle", "course", "progress", "snapshot"
    }
    assert raw["readonly"] is False
    assert raw["last_seq"] == 0
    assert raw["heartbeat"] == 30 and raw["idle"] == 300
    assert raw["media"].startswith("/connect/m/") and raw["media"].endswith("/")
    assert len(raw["session"]) == len(raw["registration"]) == 26
    assert raw["snapshot"] == {
        "rev": 1, "status": "in_progress", "score": None, "seconds": 0, "final": False,
        "lms": {"status": "incomplete", "exit": "suspend"},
    }
    assert raw["progress"] == {
        "status": "in_progress", "score": None, "percent": 0, "location": None,
        "modules": {
            "m1": {"state": "open", "unlocked": True, "read": False, "validated": False},
            "m2": {"state": "open", "unlocked": False, "read": False, "validated": False},
        },
        "activities": {},
        "placement": {"taken": False, "skipped": False, "validated": []},
        "assessment": {
            "attempts_used": 0, "attempts_left": 2, "best": None, "passed": False, "unlocked": True, "open": None
        },
    }
    assert answer.response.headers["Cache-Control"] == "no-store"


def test_the_course_has_the_shape_of_the_protocol(lms):
    course = lms.launch().course
    assert (course["id"], course["lang"], sorted(course["langs"]), course["title"]) == ("tiny", "en", ["en", "fr"], "Tiny")
    assert "<em>smallest</em>" in course["html"]
    first, second = course["chapters"][0]["modules"]
    assert (first["id"], first["minutes"], first["unlock"]) == ("m1", 2, "always")
    assert (second["id"], second["minutes"], second["unlock"]) == ("m2", None, "previous")
    text, choice = first["blocks"]
    assert text["type"] == "text" and 'src="media/dot.svg"' in text["html"]
    assert choice["type"] == "choice" and choice["multiple"] is False
    assert [option["key"] for option in choice["options"]] == ["1", "2", "3"]
    assert [block["type"] for block in second["blocks"]] == ["text", "gap", "order"]
    assert (course["assessment"]["pass"], course["assessment"]["attempts"]) == (50, 2)
    assert [one["id"] for one in course["assessment"]["activities"]] == ["f1", "f2"]
    assert [one["id"] for one in course["placement"]["activities"]] == ["p1"]


def test_the_course_comes_in_the_language_that_was_asked_for(lms):
    course = lms.launch(lang="fr").course
    assert (course["lang"], course["title"]) == ("fr", "Minuscule")
    assert "Lisez ceci." in course["chapters"][0]["modules"][0]["blocks"][0]["html"]


@pytest.mark.parametrize(("wanted", "given"), [("fr-CA", "fr"), ("de", "en"), ("", "en")])
def test_the_nearest_language_is_given(lms, wanted, given):
    assert lms.launch(lang=wanted).course["lang"] == given


def test_the_learner_may_change_the_language(lms):
    session = lms.launch(lang="en")
    assert session.fetch_course("fr").json["course"]["title"] == "Minuscule"


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_no_right_answer_reaches_the_browser(lms, lang):
    answer = lms.launch(lang=lang)
    assert not SECRETS & set(keys_in(answer.course))
    text = answer.response.text
    for hidden in ("Yes, that is right", "No, that is left", "Paris", "On the Seine", "four", "Sur la Seine"):
        assert hidden not in text


def test_the_items_of_an_order_tell_nothing_by_their_keys(lms):
    items = lms.launch().activity("o1")["items"]
    assert sorted(item["html"] for item in items) == ["cat", "horse", "mouse"]
    keys = [item["key"] for item in items]
    assert len(set(keys)) == 3
    assert not {"1", "2", "3"} & set(keys)


def test_media_of_the_training_are_there(site, lms):
    media = lms.launch().media.removeprefix(site.prefix)
    dot = site.get(f"{media}media/dot.svg")
    assert dot.status == 200 and dot.headers["Content-Type"].startswith("image/svg+xml")
    assert site.get(f"{media}course.xml").status == 404


@pytest.mark.parametrize(
    ("edition", "words"),
    [
        ("1.2", {"status": "incomplete", "exit": "suspend"}),
        ("2004-3", {"completion": "incomplete", "success": None, "exit": "suspend"}),
        ("2004-4", {"completion": "incomplete", "success": None, "exit": "suspend"}),
    ],
)
def test_the_snapshot_has_the_words_of_the_edition(lms, edition, words):
    assert lms.launch(edition=edition).snapshot["lms"] == words


def test_a_second_launch_goes_on_and_costs_nothing(site, lms, publication):
    first = lms.launch()
    first.view("m1")
    second = lms.launch()
    assert second.registration == first.registration
    assert second.id != first.id
    assert second.progress["location"] == "m1"
    assert site.registration(publication, "ada")["sessions"] == 2
    assert site.credits() == 1


def test_a_second_publication_costs_another_credit(site, lms):
    lms.launch()
    lms.launch(publication=site.publish()["id"])
    assert site.credits() == 2
    assert len(site.learners()) == 1


# ---- who is who


def test_one_id_from_two_lmses_is_one_learner(site):
    publication = site.publish(origins=[LMS_ORIGIN, OTHER_ORIGIN])["id"]
    lms = Lms(site, publication)
    assert lms.launch("ada").registration == lms.launch("ada", origin=OTHER_ORIGIN).registration
    assert len(site.learners()) == 1
    assert site.credits() == 1


def test_one_id_from_two_realms_is_two_learners(site):
    publication = site.publish(origins=[LMS_ORIGIN, {"origin": OTHER_ORIGIN, "realm": "campus"}])["id"]
    lms = Lms(site, publication)
    assert lms.launch("ada").registration != lms.launch("ada", origin=OTHER_ORIGIN).registration
    assert sorted(one.realm for one in site.learners()) == ["", "campus"]
    assert site.credits() == 2


@pytest.mark.site(directives={"ScormConnectShowNames": "On"})
def test_ids_and_names_are_kept_exactly(site, lms, publication):
    strange_id, strange_name = "a&b#c+é %20 ü", "O'Neil, Zoë <b>"
    lms.launch(strange_id, strange_name)
    learner = site.learner(strange_id)
    assert (learner.id, learner.name) == (strange_id, strange_name)
    assert site.registration(publication, strange_id)["name"] == strange_name
    assert lms.launch(strange_id, strange_name).raw["registration"]
    assert len(site.learners()) == 1


def test_one_id_written_in_two_ways_of_unicode_is_one_learner(site, lms):
    assert lms.launch("Zoë").registration == lms.launch("Zoe\u0308").registration
    assert len(site.learners()) == 1


def test_ids_that_differ_in_case_are_two_learners(site, lms):
    assert lms.launch("ada").registration != lms.launch("Ada").registration
    assert len(site.learners()) == 2


@pytest.mark.site(directives={"ScormConnectShowNames": "On"})
def test_a_new_name_replaces_the_old_one_and_none_erases_none(site, lms):
    lms.launch("ada", "Byron, Ada")
    lms.launch("ada", "Lovelace, Ada")
    assert site.learner("ada").name == "Lovelace, Ada"
    lms.launch("ada", "")
    assert site.learner("ada").name == "Lovelace, Ada"


def test_a_deleted_learner_comes_back_as_a_new_account_and_credits_stay(site, lms):
    first = lms.launch()
    first.view("m1")
    site.scormconnect("learner", "delete", "ada")
    assert site.learners() == []
    assert site.credits() == 1
    again = lms.launch()
    assert again.registration != first.registration
    assert again.progress["location"] is None
    assert site.credits() == 2
    assert first.view("m1").code == "token_invalid"


# ---- refusals


def test_an_unknown_origin_is_refused_by_its_exact_name(site, lms, publication):
    refusal = lms.launch("ada", origin=STRANGE_ORIGIN)
    assert (refusal.status, refusal.code) == (403, "origin_refused")
    assert refusal.subject == STRANGE_ORIGIN
    assert STRANGE_ORIGIN in refusal.message
    assert refusal.number.startswith("SC0")
    assert nothing_happened(site, publication)


def test_refused_origins_are_counted(site, lms, publication):
    for learner in ("ada", "grace", "ada"):
        lms.launch(learner, origin=STRANGE_ORIGIN)
    (refusal,) = site.refusals(publication)
    assert (refusal["origin"], refusal["code"], refusal["count"]) == (STRANGE_ORIGIN, "origin_refused", 3)
    assert refusal["can_authorise"] is True and refusal["authorised"] is False


@pytest.mark.parametrize(
    "origin",
    [
        "http://lms.example.com", "https://lms.example.com:444", "https://lms.example.com.evil.net", "https://evil-lms.example.com",
        "https://sub.lms.example.com", "https://example.com", "null", "",
    ],
)
def test_an_origin_that_only_looks_alike_is_refused(lms, origin):
    assert lms.launch(origin=origin).code == "origin_refused"


@pytest.mark.site(directives={"ScormConnectAllowOrigin": "https://*.example.org"})
def test_the_virtual_host_has_the_last_word_on_origins(site):
    publication = site.publish(origins=[LMS_ORIGIN, OTHER_ORIGIN])["id"]
    lms = Lms(site, publication)
    assert lms.launch(origin=LMS_ORIGIN).code == "origin_refused"
    assert lms.launch(origin=OTHER_ORIGIN).status == 200
    assert lms.launch(origin="https://else.example.org").code == "origin_refused"


def test_a_pattern_admits_all_its_subdomains(site):
    publication = site.publish(origins=["https://*.example.org"])["id"]
    lms = Lms(site, publication)
    assert lms.launch(origin="https://a.example.org").status == 200
    assert lms.launch(origin="https://b.a.example.org").status == 200
    assert lms.launch(origin="https://example.org").code == "origin_refused"


def test_a_disabled_learner_is_refused_and_stays_disabled(site, lms):
    lms.launch("ada")
    site.scormconnect("learner", "disable", "ada")
    refusal = lms.launch("ada")
    assert (refusal.status, refusal.code, refusal.subject) == (403, "learner_disabled", "ada")
    assert "User 'ada' is disabled" in refusal.message
    assert site.learner("ada").state == "disabled"
    assert site.credits() == 1
    site.scormconnect("learner", "enable", "ada")
    assert lms.launch("ada").status == 200


def test_a_refused_learner_is_named_to_the_publisher(site, lms, publication):
    lms.launch("ada")
    site.scormconnect("learner", "disable", "ada")
    lms.launch("ada")
    (refusal,) = site.refusals(publication)
    assert (refusal["code"], refusal["learner_id"], refusal["can_authorise"]) == ("learner_disabled", "ada", False)


@pytest.mark.parametrize("learner_id", ["", "   ", "\t\n", "undefined", "null", " undefined "])
def test_who_has_no_id_is_refused(site, lms, publication, learner_id):
    refusal = lms.launch(learner_id)
    assert (refusal.status, refusal.code) == (403, "learner_missing")
    assert nothing_happened(site, publication)


def test_a_closed_publication_refuses_and_says_its_title(site, lms, publication):
    site.change(publication, enabled=False, title="Fire safety")
    refusal = lms.launch()
    assert (refusal.status, refusal.code, refusal.subject) == (403, "publication_closed", "Fire safety")
    assert nothing_happened(site, publication)


def test_a_publication_that_has_not_started_says_when(site, lms, publication):
    start = hours_from_now(1)
    site.change(publication, starts_at=start)
    refusal = lms.launch()
    assert (refusal.status, refusal.code, refusal.subject) == (403, "publication_not_started", start)
    assert nothing_happened(site, publication)


def test_a_publication_that_has_ended_says_when(site, lms, publication):
    end = hours_from_now(-1)
    site.change(publication, ends_at=end)
    refusal = lms.launch()
    assert (refusal.status, refusal.code, refusal.subject) == (403, "publication_ended", end)
    assert nothing_happened(site, publication)


def test_a_publication_between_start_and_end_is_open(site, lms, publication):
    site.change(publication, starts_at=hours_from_now(-1), ends_at=hours_from_now(1))
    assert lms.launch().status == 200


def test_at_the_cap_newcomers_are_refused_and_the_others_come_in(site, lms, publication):
    site.change(publication, cap=2, title="Fire safety")
    lms.launch("ada")
    lms.launch("grace")
    refusal = lms.launch("joan")
    assert (refusal.status, refusal.code, refusal.subject) == (403, "publication_full", "Fire safety")
    assert lms.launch("ada").status == 200
    assert site.learner("joan") is None
    assert site.credits() == 2
    site.change(publication, cap=3)
    assert lms.launch("joan").status == 200


def test_a_publication_closed_to_newcomers_lets_the_others_in(site, lms, publication):
    lms.launch("ada")
    site.change(publication, open=False)
    assert lms.launch("grace").code == "publication_full"
    assert lms.launch("ada").status == 200


def test_the_cap_holds_under_parallel_launches(site, lms, publication):
    site.change(publication, cap=5)
    answers = at_once(20, lambda number: lms.launch(f"learner{number}"))
    assert sum(answer.status == 200 for answer in answers) == 5
    assert {answer.code for answer in answers if answer.status != 200} == {"publication_full"}
    assert site.credits() == 5


@pytest.mark.parametrize("publication_id", ["01k0000000000000000000000a", "nothing", "", "../../etc/passwd"])
def test_an_unknown_publication_is_not_found(lms, publication_id):
    refusal = lms.launch(change=lambda body: body.update(publication=publication_id))
    assert (refusal.status, refusal.code) == (404, "publication_unknown")


def test_a_training_that_was_taken_away_is_unavailable(site, lms, publication):
    site.training().rename(site.folder / "elsewhere")
    time.sleep(LOOK_SECONDS)
    refusal = lms.launch()
    assert (refusal.status, refusal.code) == (503, "training_unavailable")
    site.error_log_expect("SC0122")
    assert nothing_happened(site, publication)


def test_an_id_longer_than_scorm_allows_is_invalid(site, lms, publication):
    assert lms.launch("x" * 4000).status == 200
    refusal = lms.launch("x" * 4001)
    assert (refusal.status, refusal.code, refusal.subject) == (400, "body_invalid", "learner.id")
    assert len(site.learners()) == 1


@pytest.mark.parametrize("field", ["publication", "origin", "connector", "learner"])
def test_a_launch_without_a_field_is_invalid(lms, field):
    refusal = lms.launch(change=lambda body: body.pop(field))
    assert (refusal.status, refusal.code, refusal.subject) == (400, "body_invalid", field)


# ---- only looking


@pytest.mark.parametrize(("mode", "credit"), [("browse", "credit"), ("review", "credit"), ("normal", "no-credit")])
def test_looking_around_is_corrected_and_leaves_no_trace(site, lms, publication, mode, credit):
    session = lms.launch(mode=mode, credit=credit)
    assert session.readonly is True
    assert session.snapshot is None
    assert session.registration == ""
    answer = session.events([{"type": "view", "module": "m1"}, {"type": "answer", "activity": "q1", "response": ["2"]}])
    assert answer.ack == 2
    assert answer.result(2)["correct"] is True
    assert answer.snapshot is None
    assert nothing_happened(site, publication)


def test_a_review_shows_what_was_done_and_changes_nothing(site, lms, publication):
    lms.launch().answer("q1", "2")
    before = site.registration(publication, "ada")
    review = lms.launch(mode="review", credit="no-credit")
    assert review.progress["activities"]["q1"]["correct"] is True
    review.answer("q1", "1")
    review.read("m1")
    assert site.registration(publication, "ada") == before
    assert lms.launch().progress["activities"]["q1"]["tries"] == 1


def test_a_review_does_not_take_over_from_a_session_at_work(lms):
    working = lms.launch()
    lms.launch(mode="review", credit="no-credit")
    assert working.view("m1").code is None


def test_a_disabled_learner_may_not_even_look(site, lms):
    lms.launch("ada")
    site.scormconnect("learner", "disable", "ada")
    assert lms.launch("ada", mode="browse").code == "learner_disabled"


# ---- many at once


@pytest.mark.site(processes=2)
def test_parallel_first_launches_of_one_learner_cost_one_credit(site, lms, publication):
    answers = at_once(50, lambda _: lms.launch("ada"))
    assert [answer.status for answer in answers] == [200] * 50
    assert len({answer.registration for answer in answers}) == 1
    assert site.credits() == 1
    assert len(site.learners()) == 1
    assert site.registration(publication, "ada")["sessions"] == 50


@pytest.mark.site(processes=2)
def test_parallel_launches_of_many_learners_all_succeed(site, lms, publication):
    answers = at_once(50, lambda number: lms.launch(f"learner{number}"))
    assert [answer.status for answer in answers] == [200] * 50
    assert len({answer.registration for answer in answers}) == 50
    assert site.credits() == len(site.learners()) == site.publication(publication)["learners"] == 50


@pytest.mark.site(processes=2)
def test_launches_that_come_together_are_each_what_they_would_be_alone(site, lms, publication):
    """They share a query and a transaction: strange ids, names, old acquaintances, one who is disabled, several of one learner."""
    strange = ['back\\slash', 'quo"te', "{brace},comma", "NULL", "apo'strophe", "percent %s", "\u6f22\u5b57 \U0001f600"]
    known = [f"known{number}" for number in range(6)]
    for learner_id in ["disabled", *known]:
        session = lms.launch(learner_id)
        session.answer("q1", "2")
    site.scormconnect("learner", "disable", "disabled")
    asked = [*strange, *known, "disabled", "twice", "twice", *(f"new{number}" for number in range(6))]
    answers = dict(zip(range(len(asked)), at_once(len(asked), lambda number: lms.launch(asked[number], f"Name of {asked[number]}"))))
    for number, answer in answers.items():
        if asked[number] == "disabled":
            assert (answer.status, answer.code, answer.subject) == (403, "learner_disabled", "disabled")
            continue
        assert answer.status == 200, asked[number]
        assert site.learner(asked[number]).id == asked[number]
        assert site.registration(publication, asked[number])["sessions"] == 1 + (asked[number] in known or asked[number] == "twice")
        assert ("q1" in answer.progress["activities"]) == (asked[number] in known)
    assert len({answer.registration for answer in answers.values() if answer.status == 200}) == len(set(asked)) - 1
    assert site.credits() == len(set(asked)) == len(site.learners())


# ---- discretion


def test_the_logs_name_no_learner(site, lms):
    lms.launch("secret-id", "Secret, Name").view("m1")
    lms.launch("secret-id", "Secret, Name", origin=STRANGE_ORIGIN)
    site.scormconnect("learner", "disable", "secret-id")
    assert lms.launch("secret-id", "Secret, Name").code == "learner_disabled"
    site.stop()
    for log in (site.access_log(), site.error_log()):
        assert "ecret" not in log
    assert "/connect/api/launch" in site.access_log()
