# SPDX-License-Identifier: Apache-2.0
"""A learner works: what is corrected, what is kept, what the LMS is told; and what is never taken back."""
import time

import pytest

from harness.lms import Lms

EDITIONS = ["1.2", "2004-3", "2004-4"]
RIGHT = {"f1": ["1", "3"], "f2": ["four"]}
HALF = {"f1": ["1", "3"], "f2": ["five"]}
WRONG = {"f1": ["2"], "f2": ["five"]}

# docs/status.md, "What is written into the LMS"
WORDS = {
    "in_progress": (("incomplete", "suspend"), ("incomplete", None, "suspend")),
    "completed": (("completed", ""), ("completed", None, "suspend")),
    "completed as incomplete": (("incomplete", "suspend"), ("incomplete", None, "suspend")),
    "failed": (("failed", ""), ("completed", "failed", "suspend")),
    "passed": (("passed", ""), ("completed", "passed", "suspend")),
}


def words(edition, line):
    v12, v2004 = WORDS[line]
    return dict(zip(("status", "exit"), v12)) if edition == "1.2" else dict(zip(("completion", "success", "exit"), v2004))


def told(snapshot):
    """What matters of a snapshot besides the words."""
    return snapshot["status"], snapshot["score"], snapshot["final"]


def without_assessment(site):
    """A publication of "tiny" from which the author took the assessment."""
    for path in site.training().glob("course*.xml"):
        text = path.read_text(encoding="utf-8")
        before, rest = text.split("<assessment", 1)
        path.write_text(before + rest.split("</assessment>", 1)[1], encoding="utf-8")
    return Lms(site, site.publish()["id"])


# ---- answers


def test_a_wrong_answer_gets_its_feedback_and_no_solution(lms):
    result = lms.launch().answer("q1", "1")
    assert (result["ok"], result["correct"], result["points"], result["max"]) == (True, False, 0, 1)
    assert "No, that is left." in result["options"]["1"]
    assert "2" not in result["options"]
    assert "solution" not in result


def test_a_right_answer_gets_feedback_points_and_solution(lms):
    session = lms.launch()
    result = session.answer("q1", "2")
    assert (result["ok"], result["correct"], result["points"], result["max"]) == (True, True, 1, 1)
    assert "Yes, that is right." in result["options"]["2"]
    assert result["solution"] == ["2"]
    assert session.progress["activities"]["q1"] == {"correct": True, "points": 1, "tries": 1, "response": ["2"]}


def test_a_publication_may_show_the_answer_after_a_wrong_one(site, lms, publication):
    site.change(publication, show_answers=True)
    assert lms.launch().answer("q1", "1")["solution"] == ["2"]


def test_feedback_comes_in_the_language_of_the_learner(lms):
    assert "Non, c’est à gauche." in lms.launch(lang="fr").answer("q1", "1")["options"]["1"]


def test_an_answer_may_be_tried_again_and_a_right_one_stays_right(lms):
    session = lms.launch()
    session.answer("q1", "1")
    session.answer("q1", "2")
    session.answer("q1", "3")
    assert session.progress["activities"]["q1"] == {"correct": True, "points": 1, "tries": 3, "response": ["3"]}


@pytest.mark.parametrize(("text", "correct"), [("Paris", True), ("  pARIS ", True), ("Lyon", False), ("", False)])
def test_a_gap_is_generous_about_case_and_blanks(lms, text, correct):
    session = lms.launch()
    session.events([{"type": "answer", "activity": "q1", "response": ["2"]}, {"type": "read", "module": "m1"}])
    assert session.answer("g1", text)["correct"] is correct


def test_an_order_is_right_in_one_order_only(lms):
    session = lms.launch()
    session.events([{"type": "answer", "activity": "q1", "response": ["2"]}, {"type": "read", "module": "m1"}])
    assert session.answer("o1", *session.order_keys("o1", ["horse", "cat", "mouse"]))["correct"] is False
    result = session.answer("o1", *session.order_keys("o1", ["mouse", "cat", "horse"]))
    assert (result["correct"], result["points"], result["max"]) == (True, 2, 2)


@pytest.mark.parametrize("response", [["9"], ["1", "2"], ["2", "2"], [2], [None], [["2"]]])
def test_what_is_no_response_to_the_activity_is_refused_and_not_stored(lms, response):
    session = lms.launch()
    answer = session.events([{"type": "answer", "activity": "q1", "response": response}])
    assert answer.ack == 1
    assert (answer.result(1)["ok"], answer.result(1)["code"]) == (False, "response_invalid")
    assert session.progress["activities"] == {}


@pytest.mark.parametrize("activity", ["nothing", "f1", "p1", ""])
def test_an_activity_outside_of_the_modules_can_not_be_answered_there(lms, activity):
    result = lms.launch().answer(activity, "1")
    assert (result["ok"], result["code"]) == (False, "activity_unknown")


# ---- modules


def test_a_module_is_done_when_it_is_read_and_answered(lms):
    session = lms.launch()
    session.view("m1")
    assert session.progress["modules"]["m1"]["state"] == "started"
    session.read("m1")
    assert session.progress["modules"]["m1"]["state"] == "started"
    session.answer("q1", "1")
    assert session.progress["modules"]["m1"] == {"state": "done", "unlocked": True, "read": True, "validated": False}
    assert session.progress["percent"] == 33


def test_a_locked_module_is_refused_until_the_one_before_is_done(lms):
    session = lms.launch()
    answer = session.events(
        [
            {"type": "view", "module": "m2"},
            {"type": "read", "module": "m2"},
            {"type": "answer", "activity": "g1", "response": ["Paris"]},
        ]
    )
    assert answer.ack == 3
    assert [(one["ok"], one["code"]) for one in answer.results] == [(False, "module_locked")] * 3
    assert answer.progress["activities"] == {}
    session.events([{"type": "answer", "activity": "q1", "response": ["2"]}, {"type": "read", "module": "m1"}])
    assert session.progress["modules"]["m2"]["unlocked"] is True
    assert session.answer("g1", "Paris")["correct"] is True


def test_an_unknown_module_is_refused(lms):
    answer = lms.launch().view("nothing")
    assert (answer.result(1)["ok"], answer.result(1)["code"]) == (False, "module_unknown")


def test_the_learner_comes_back_to_where_they_left(lms):
    lms.launch().finish_modules()
    again = lms.launch()
    assert again.progress["location"] == "m2"
    assert {one["state"] for one in again.progress["modules"].values()} == {"done"}
    assert again.progress["percent"] == 66


# ---- the placement test


def test_the_placement_test_validates_modules(lms):
    session = lms.launch()
    answer = session.events([{"type": "placement", "answers": {"p1": ["2"]}}])
    assert answer.result(1) == {"seq": 1, "ok": True, "validated": ["m1"], "answers": {"p1": True}}
    assert answer.progress["placement"] == {"taken": True, "skipped": False, "validated": ["m1"]}
    assert answer.progress["modules"]["m1"]["state"] == "validated"
    assert answer.progress["modules"]["m2"]["unlocked"] is True
    assert lms.launch().progress["modules"]["m1"]["validated"] is True


def test_a_failed_placement_test_validates_nothing_and_can_not_be_taken_again(lms):
    session = lms.launch()
    assert session.events([{"type": "placement", "answers": {"p1": ["1"]}}]).result(1)["validated"] == []
    second = session.events([{"type": "placement", "answers": {"p1": ["2"]}}])
    assert (second.result(2)["ok"], second.result(2)["code"]) == (False, "placement_taken")
    assert second.progress["placement"]["validated"] == []


def test_a_placement_test_with_a_malformed_answer_is_still_the_one_try(lms):
    session = lms.launch()
    answer = session.events([{"type": "placement", "answers": {"p1": ["no such option"]}}])
    assert (answer.result(1)["ok"], answer.result(1)["answers"]) == (True, {"p1": False})
    second = session.events([{"type": "placement", "answers": {"p1": ["2"]}}])
    assert second.result(2)["code"] == "placement_taken"


def test_an_empty_placement_test_validates_nothing(lms):
    assert lms.launch().events([{"type": "placement", "answers": {}}]).result(1)["validated"] == []


def test_the_placement_test_can_be_skipped(lms):
    answer = lms.launch().events([{"type": "placement_skip"}])
    assert answer.progress["placement"] == {"taken": False, "skipped": True, "validated": []}


# ---- the assessment


def test_an_attempt_is_kept_and_resumed_on_another_device(lms):
    session = lms.launch()
    answer = session.events([{"type": "assessment_start"}, {"type": "assessment_answer", "activity": "f1", "response": ["1"]}])
    started = answer.result(1)
    assert (started["ok"], started["number"], started["answers"]) == (True, 1, {})
    assert answer.result(2) is None, "an answer in an attempt is not corrected yet"
    again = lms.launch()
    assert again.progress["assessment"]["open"] == {"number": 1, "answers": {"f1": ["1"]}}
    resumed = again.events([{"type": "assessment_start"}]).result(1)
    assert (resumed["number"], resumed["answers"]) == (1, {"f1": ["1"]})
    again.events([{"type": "assessment_answer", "activity": one, "response": said} for one, said in RIGHT.items()])
    assert again.events([{"type": "assessment_submit"}]).result(again.seq)["score"] == 100


def test_a_submission_is_corrected_as_a_whole(lms):
    session = lms.launch()
    result = session.take_assessment(HALF)
    assert (result["ok"], result["number"], result["score"], result["passed"], result["attempts_left"]) == (True, 1, 50, True, 1)
    assert (result["answers"]["f1"]["correct"], result["answers"]["f2"]["correct"]) == (True, False)
    assert session.progress["assessment"] == {
        "attempts_used": 1, "attempts_left": 1, "best": 50.0, "passed": True, "unlocked": True, "open": None
    }


def test_a_question_without_answer_is_wrong(lms):
    result = lms.launch().take_assessment({"f2": ["4"]})
    assert result["score"] == 50
    assert result["answers"]["f1"]["correct"] is False


def test_attempts_run_out(lms):
    session = lms.launch()
    assert session.take_assessment(WRONG)["attempts_left"] == 1
    assert session.take_assessment(WRONG)["attempts_left"] == 0
    refused = session.events([{"type": "assessment_start"}])
    assert (refused.result(session.seq)["ok"], refused.result(session.seq)["code"]) == (False, "attempts_exhausted")
    assert refused.progress["assessment"]["attempts_used"] == 2


def test_without_an_attempt_nothing_can_be_submitted(lms):
    answer = lms.launch().events(
        [{"type": "assessment_answer", "activity": "f1", "response": ["1"]}, {"type": "assessment_submit"}]
    )
    assert [one["code"] for one in answer.results] == ["attempt_missing", "attempt_missing"]


def test_unlimited_attempts_have_no_number_left(site, lms, publication):
    site.change(publication, attempts=0)
    session = lms.launch()
    for _ in range(4):
        assert session.take_assessment(WRONG)["attempts_left"] is None
    assert session.progress["assessment"]["attempts_left"] is None
    assert session.course["assessment"]["attempts"] is None


# ---- what the LMS is told: every line of docs/status.md


@pytest.mark.parametrize("edition", EDITIONS)
def test_in_progress(lms, edition):
    session = lms.launch(edition=edition)
    session.finish_modules()
    assert told(session.snapshot) == ("in_progress", None, False)
    assert session.snapshot["lms"] == words(edition, "in_progress")


@pytest.mark.parametrize("edition", EDITIONS)
def test_below_the_threshold_before_all_is_seen_is_in_progress_without_a_score(lms, edition):
    session = lms.launch(edition=edition)
    session.take_assessment(WRONG)
    assert told(session.snapshot) == ("in_progress", None, False)
    assert session.snapshot["lms"] == words(edition, "in_progress")


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize(("option", "line"), [("completed", "completed"), ("incomplete", "completed as incomplete")])
def test_all_seen_and_still_improvable_is_completed(site, lms, publication, edition, option, line):
    site.change(publication, **{"pass": 80, "while_improvable": option})
    session = lms.launch(edition=edition)
    session.finish_modules()
    session.take_assessment(HALF)
    assert told(session.snapshot) == ("completed", 50, False)
    assert session.snapshot["lms"] == words(edition, line)


@pytest.mark.parametrize("edition", EDITIONS)
def test_without_attempts_left_is_failed(lms, edition):
    session = lms.launch(edition=edition)
    session.take_assessment(WRONG)
    session.take_assessment(WRONG)
    assert told(session.snapshot) == ("failed", 0, True)
    assert session.snapshot["lms"] == words(edition, "failed")


@pytest.mark.parametrize("edition", EDITIONS)
def test_from_completed_to_failed_with_the_last_attempt(lms, edition):
    session = lms.launch(edition=edition)
    session.finish_modules()
    session.take_assessment(WRONG)
    assert told(session.snapshot) == ("completed", 0, False)
    session.take_assessment(WRONG)
    assert told(session.snapshot) == ("failed", 0, True)


@pytest.mark.parametrize("edition", EDITIONS)
def test_at_the_threshold_is_passed_whatever_modules_are_left(lms, edition):
    session = lms.launch(edition=edition)
    session.take_assessment(HALF)
    assert told(session.snapshot) == ("passed", 50, True)
    assert session.snapshot["lms"] == words(edition, "passed")


def test_the_last_attempt_may_pass(lms):
    session = lms.launch()
    session.take_assessment(WRONG)
    session.take_assessment(RIGHT)
    assert told(session.snapshot) == ("passed", 100, True)


@pytest.mark.parametrize("edition", EDITIONS)
def test_without_assessment_all_modules_done_is_passed_with_the_share_of_points(site, edition):
    session = without_assessment(site).launch(edition=edition)
    assert session.course["assessment"] is None
    session.finish_modules()
    assert told(session.snapshot) == ("passed", 100, True)
    assert session.snapshot["lms"] == words(edition, "passed")
    assert session.progress["percent"] == 100


def test_without_assessment_the_score_counts_points_and_waits_for_the_end(site):
    session = without_assessment(site).launch()
    session.events([{"type": "answer", "activity": "q1", "response": ["1"]}, {"type": "read", "module": "m1"}])
    assert told(session.snapshot) == ("in_progress", None, False)
    items = session.order_keys("o1", ["mouse", "cat", "horse"])
    session.events(
        [
            {"type": "answer", "activity": "g1", "response": ["Paris"]},
            {"type": "answer", "activity": "o1", "response": items},
            {"type": "read", "module": "m2"},
        ]
    )
    assert told(session.snapshot) == ("passed", 75, True)


# ---- nothing good is taken back


def test_the_revision_rises_only_when_something_changes(lms):
    session = lms.launch()
    revisions = [session.snapshot["rev"]]
    session.view("m1")
    session.events([{"type": "time", "seconds": 2}])
    session.finish_modules()
    revisions.append(session.snapshot["rev"])
    session.take_assessment(WRONG)
    revisions.append(session.snapshot["rev"])
    session.view("m1")
    revisions.append(session.snapshot["rev"])
    session.take_assessment(RIGHT)
    revisions.append(session.snapshot["rev"])
    assert revisions == [1, 1, 2, 2, 3]
    assert lms.launch().snapshot["rev"] == 3


def test_a_better_score_is_never_lowered(site, lms, publication):
    site.change(publication, **{"pass": 80, "attempts": 0})
    session = lms.launch()
    session.finish_modules()
    session.take_assessment(HALF)
    before = session.snapshot
    session.take_assessment(WRONG)
    assert session.snapshot == before
    assert site.registration(publication, "ada")["score"] == 50


def test_passed_stays_passed(site, lms, publication):
    session = lms.launch()
    session.take_assessment(HALF)
    session.take_assessment(WRONG)
    assert told(session.snapshot) == ("passed", 50, True)
    site.change(publication, **{"pass": 100})
    again = lms.launch()
    assert told(again.snapshot) == ("passed", 50, True)
    assert again.snapshot["rev"] == session.snapshot["rev"]


def test_a_lowered_threshold_passes_who_had_failed(site, lms, publication):
    site.change(publication, **{"pass": 80})
    session = lms.launch()
    session.take_assessment(HALF)
    session.take_assessment(HALF)
    assert session.snapshot["status"] == "failed"
    site.change(publication, **{"pass": 50})
    again = lms.launch()
    assert told(again.snapshot) == ("passed", 50, True)
    assert again.snapshot["rev"] > session.snapshot["rev"]


def test_who_has_failed_may_take_attempts_that_are_added(site, lms, publication):
    session = lms.launch()
    session.take_assessment(WRONG)
    session.take_assessment(WRONG)
    site.change(publication, attempts=3)
    again = lms.launch()
    assert again.snapshot["status"] == "failed"
    assert again.progress["assessment"]["attempts_left"] == 1
    assert again.take_assessment(RIGHT)["passed"] is True
    assert told(again.snapshot) == ("passed", 100, True)


def test_reduced_attempts_fail_who_has_used_them(site, lms, publication):
    lms.launch().take_assessment(WRONG)
    site.change(publication, attempts=1)
    assert told(lms.launch().snapshot) == ("failed", 0, True)


# ---- sent again


def test_the_same_numbers_change_nothing_and_are_answered_the_same(site, lms, publication):
    session = lms.launch()
    batch = [
        {"seq": 1, "type": "view", "module": "m1"},
        {"seq": 2, "type": "answer", "activity": "q1", "response": ["1"]},
        {"seq": 3, "type": "read", "module": "m1"},
    ]
    first = session.events(batch)
    before = site.registration(publication, "ada")
    second = session.events(batch)
    assert (second.ack, second.results, second.progress, second.snapshot) == (3, first.results, first.progress, first.snapshot)
    assert second.progress["activities"]["q1"]["tries"] == 1
    after = site.registration(publication, "ada")
    assert {**after, "seen_at": None} == {**before, "seen_at": None}


def test_a_batch_that_is_partly_known_is_applied_from_where_it_is_new(lms):
    session = lms.launch()
    session.events([{"seq": 1, "type": "answer", "activity": "q1", "response": ["1"]}])
    answer = session.events(
        [
            {"seq": 1, "type": "answer", "activity": "q1", "response": ["1"]},
            {"seq": 2, "type": "answer", "activity": "q1", "response": ["2"]},
        ]
    )
    assert answer.ack == 2
    assert [one["correct"] for one in answer.results] == [False, True]
    assert answer.progress["activities"]["q1"]["tries"] == 2


def test_a_submission_sent_again_uses_up_no_attempt(lms):
    session = lms.launch()
    batch = [
        {"seq": 1, "type": "assessment_start"},
        {"seq": 2, "type": "assessment_answer", "activity": "f2", "response": ["4"]},
        {"seq": 3, "type": "assessment_submit"},
    ]
    first = session.events(batch)
    second = session.events(batch)
    assert second.result(3) == first.result(3)
    assert second.progress["assessment"]["attempts_used"] == 1


def test_two_submissions_sent_again_are_each_graded_as_before(lms):
    session = lms.launch()
    batch = [
        {"seq": 1, "type": "assessment_start"},
        {"seq": 2, "type": "assessment_submit"},
        {"seq": 3, "type": "assessment_start"},
        {"seq": 4, "type": "assessment_answer", "activity": "f2", "response": ["4"]},
        {"seq": 5, "type": "assessment_submit"},
    ]
    first = session.events(batch)
    assert [first.result(seq)["score"] for seq in (2, 5)] == [0, 50]
    second = session.events(batch)
    graded = ("number", "score", "passed", "answers")
    for seq in (2, 5):
        assert {key: second.result(seq)[key] for key in graded} == {key: first.result(seq)[key] for key in graded}


def test_a_placement_test_sent_again_is_answered_again(lms):
    session = lms.launch()
    batch = [{"seq": 1, "type": "placement", "answers": {"p1": ["2"]}}]
    assert session.events(batch).results == session.events(batch).results


# ---- two windows


def test_the_older_window_is_told_that_another_has_taken_over(lms):
    older, newer = lms.launch(), lms.launch()
    refusal = older.view("m1")
    assert (refusal.status, refusal.code) == (409, "superseded")
    assert newer.view("m1").code is None
    assert newer.progress["modules"]["m1"]["state"] == "started"


def test_what_the_older_window_could_not_send_is_delivered_by_the_newer(site, lms, publication):
    older = lms.launch()
    older.view("m1")
    newer = lms.launch()
    leftovers = {
        "session": older.id, "lang": "en", "rev": newer.course["rev"],
        "events": [
            {"seq": 1, "type": "view", "module": "m1"},
            {"seq": 2, "type": "answer", "activity": "q1", "response": ["2"]},
            {"seq": 3, "type": "time", "seconds": 3},
        ],
    }
    answer = newer.post(leftovers)
    assert answer.ack == 3
    assert answer.progress["activities"]["q1"]["tries"] == 1
    assert newer.post(leftovers).progress["activities"]["q1"]["tries"] == 1
    assert site.registration(publication, "ada")["seconds"] == 3
    assert answer.snapshot["seconds"] == 0, "the newer session has spent no time yet"
    assert newer.view("m1").ack == 1, "the newer session has its own numbers"


def test_nobody_may_write_into_the_session_of_another_learner(lms):
    grace, ada = lms.launch("grace"), lms.launch("ada")
    refusal = ada.post({"session": grace.id, "events": [{"seq": 1, "type": "view", "module": "m1"}]})
    assert (refusal.status, refusal.code, refusal.subject) == (400, "body_invalid", "session")
    assert lms.launch("grace").progress["location"] is None


# ---- time


def test_time_is_a_total_that_never_falls(site, lms, publication):
    session = lms.launch()
    for seconds, counted in ((3, 3), (1, 3), (4, 4), (-7, 4)):
        session.events([{"type": "time", "seconds": seconds}])
        assert session.snapshot["seconds"] == counted
    assert site.registration(publication, "ada")["seconds"] == 4


def test_time_adds_up_over_sessions(site, lms, publication):
    lms.launch().events([{"type": "time", "seconds": 3}])
    second = lms.launch()
    second.events([{"type": "time", "seconds": 4}])
    assert second.snapshot["seconds"] == 4
    assert site.registration(publication, "ada")["seconds"] == 7


def test_more_time_than_has_passed_is_not_believed(site, lms, publication):
    began = time.monotonic()
    session = lms.launch()
    session.events([{"type": "time", "seconds": 100000}])
    # Some seconds of slack for clocks, not more.
    assert session.snapshot["seconds"] <= time.monotonic() - began + 10
    assert site.registration(publication, "ada")["seconds"] == session.snapshot["seconds"]


# ---- what the LMS acknowledged


def test_what_the_lms_said_is_shown_to_the_publisher(site, lms, publication):
    session = lms.launch()
    session.events([{"type": "delivered", "rev": 1, "lms": "ok", "element": ""}])
    delivered = site.registration(publication, "ada")["delivered"]
    assert (delivered["rev"], delivered["lms"]) == (1, "ok")
    session.take_assessment(RIGHT)
    session.events([{"type": "delivered", "rev": 2, "lms": "301", "element": "cmi.core.score.raw"}])
    delivered = site.registration(publication, "ada")["delivered"]
    assert (delivered["rev"], delivered["lms"]) == (2, "301")


def test_a_revision_that_never_was_can_not_be_delivered(site, lms, publication):
    lms.launch().events([{"type": "delivered", "rev": 99, "lms": "ok", "element": ""}])
    assert site.registration(publication, "ada")["delivered"] is None
