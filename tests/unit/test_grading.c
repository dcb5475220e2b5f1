/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <string.h>

#include "course_sample.h"
#include "domain/grading.h"

#define SEED "registration"

static sc_grade_t graded(const char *activity, const char *response, apr_pool_t *pool)
{
    sc_grade_t grade = { -1, -1, -1 };

    assert_fine(sc_grade(sc_course_activity(sample_course(pool), activity), json_of(response, pool), SEED, &grade, pool));
    return grade;
}

static void assert_malformed(const char *activity, const char *response, apr_pool_t *pool)
{
    sc_grade_t grade;
    sc_error_t *error = sc_grade(sc_course_activity(sample_course(pool), activity), json_of(response, pool), SEED, &grade, pool);

    assert_non_null(error);
    assert_int_equal(error->kind, SC_INVALID);
    assert_string_equal(error->code, "response_invalid");
    assert_string_equal(error->subject, activity);
}

/* The response to o1 that puts its items in the order `places`, "4321". */
static const char *placed(const char *places, apr_pool_t *pool)
{
    const sc_activity_t *order = sc_course_activity(sample_course(pool), "o1");
    const char *list = "[";

    for (; *places; places++)
        list = apr_pstrcat(pool, list, "\"", sc_course_item_key(order, &order->options[*places - '1'], SEED, pool), "\"",
                           places[1] ? "," : "", NULL);
    return apr_pstrcat(pool, list, "]", NULL);
}

static void a_single_choice_needs_the_right_option(void **state)
{
    sc_grade_t grade = graded("q1", "[\"2\"]", *state);

    assert_true(grade.correct);
    assert_int_equal(grade.points, 1);
    assert_int_equal(grade.max, 1);
    grade = graded("q1", "[\"1\"]", *state);
    assert_false(grade.correct);
    assert_int_equal(grade.points, 0);
    assert_int_equal(grade.max, 1);
}

static void a_multiple_choice_needs_all_right_options_and_no_other(void **state)
{
    assert_true(graded("q2", "[\"1\",\"3\"]", *state).correct);
    assert_true(graded("q2", "[\"3\",\"1\"]", *state).correct);
    assert_false(graded("q2", "[\"1\"]", *state).correct);
    assert_false(graded("q2", "[\"1\",\"2\",\"3\"]", *state).correct);
    assert_false(graded("q2", "[\"1\",\"2\"]", *state).correct);
}

static void an_order_needs_every_item_in_its_place(void **state)
{
    assert_true(graded("o1", placed("1234", *state), *state).correct);
    assert_false(graded("o1", placed("1243", *state), *state).correct);
    assert_false(graded("o1", placed("4321", *state), *state).correct);
}

static void a_gap_is_compared_as_a_person_would(void **state)
{
    assert_true(graded("g1", "[\"évacuer\"]", *state).correct);
    assert_true(graded("g1", "[\"  EVACUER \"]", *state).correct);
    assert_false(graded("g1", "[\"evacuer vite\"]", *state).correct);
    assert_int_equal(graded("g1", "[\"evacuer\"]", *state).points, 2);
}

static void apostrophes_and_hyphens_are_equal_in_every_shape(void **state)
{
    static const char *const answers[] = { "l’arrière-plan", "−5", NULL };
    static const char *const right[] = { "l'arrière-plan", "L’ARRIÈRE‐PLAN", "l‘arriere‑plan", "-5", "−5,0" };
    sc_activity_t gap = { .id = "g", .kind = SC_GAP, .points = 1, .answers = answers };
    sc_grade_t grade;
    apr_size_t i;

    for (i = 0; i < sizeof(right) / sizeof(*right); i++) {
        sc_json_t *response = json_of(apr_pstrcat(*state, "[\"", right[i], "\"]", NULL), *state);

        assert_fine(sc_grade(&gap, response, "seed", &grade, *state));
        assert_true(grade.correct);
    }
    assert_fine(sc_grade(&gap, json_of("[\"larriere-plan\"]", *state), "seed", &grade, *state));
    assert_false(grade.correct);
}

static void numbers_are_equal_in_every_spelling(void **state)
{
    static const char *const same[] = { "3,5", "3.5", "3.50", "3,500000", "03.5", "+3.5", " 3,5 " };
    static const char *const other[] = { "3.51", "35", "-3.5", "3", "3.5.", "3..5", "3,5 m", ".", "-", "3.", "x" };
    apr_size_t i;

    for (i = 0; i < sizeof(same) / sizeof(*same); i++)
        assert_true(graded("g1", apr_pstrcat(*state, "[\"", same[i], "\"]", NULL), *state).correct);
    for (i = 0; i < sizeof(other) / sizeof(*other); i++)
        assert_false(graded("g1", apr_pstrcat(*state, "[\"", other[i], "\"]", NULL), *state).correct);
}

static void a_thousand_is_not_one(void **state)
{
    assert_true(graded("g1", "[\"1,000\"]", *state).correct);
    assert_true(graded("g1", "[\"1.000\"]", *state).correct);
    assert_false(graded("g1", "[\"1\"]", *state).correct);
    assert_false(graded("g1", "[\"1.0\"]", *state).correct);
}

static void an_empty_response_is_wrong_not_malformed(void **state)
{
    static const char *const all[] = { "q1", "q2", "g1", "o1" };
    apr_size_t i;

    for (i = 0; i < sizeof(all) / sizeof(*all); i++)
        assert_false(graded(all[i], "[]", *state).correct);
    assert_false(graded("g1", "[\"\"]", *state).correct);
    assert_false(graded("g1", "[\" \\n \"]", *state).correct);
}

static void what_is_no_response_is_refused(void **state)
{
    assert_malformed("q1", "[\"1\",\"2\"]", *state);
    assert_malformed("q1", "[\"2\",\"2\"]", *state);
    assert_malformed("q1", "[\"4\"]", *state);
    assert_malformed("q1", "[2]", *state);
    assert_malformed("q1", "\"2\"", *state);
    assert_malformed("q1", "{}", *state);
    assert_malformed("q1", "null", *state);
    assert_malformed("q2", "[\"1\",\"1\"]", *state);
    assert_malformed("q2", "[\"1\",\"9\"]", *state);
    assert_malformed("g1", "[\"a\",\"b\"]", *state);
    assert_malformed("g1", "[null]", *state);
    assert_malformed("o1", placed("123", *state), *state);
    assert_malformed("o1", placed("1233", *state), *state);
    assert_malformed("o1", placed("12341", *state), *state);
    assert_malformed("o1", "[\"1\",\"2\",\"3\",\"4\"]", *state);
}

/* ---- what is told */

static sc_json_t *told(const char *id, const char *response, int lang, int solve, apr_pool_t *pool)
{
    const sc_activity_t *activity = sc_course_activity(sample_course(pool), id);
    sc_json_t *list = json_of(response, pool), *result = sc_json_object(pool);
    sc_grade_t grade;

    assert_fine(sc_grade(activity, list, SEED, &grade, pool));
    sc_grade_to_json(activity, list, &grade, lang, SEED, solve, result, pool);
    return result;
}

static const char *solution(const sc_json_t *result, apr_pool_t *pool)
{
    return sc_json_text(sc_json_get(result, "solution"), pool);
}

static void a_right_answer_is_told_with_its_solution(void **state)
{
    sc_json_t *result = told("q1", "[\"2\"]", 1, 0, *state);

    assert_true(sc_json_get_bool(result, "correct", 0));
    assert_int_equal(sc_json_get_int(result, "points", -1), 1);
    assert_int_equal(sc_json_get_int(result, "max", -1), 1);
    assert_string_equal(sc_json_get_string(result, "feedback", ""), "<p>Pensez.</p>");
    assert_string_equal(sc_json_get_string(sc_json_get(result, "options"), "2", ""), "<p>Juste.</p>");
    assert_false(sc_json_has(sc_json_get(result, "options"), "1"));
    assert_string_equal(solution(result, *state), "[\"2\"]");
}

static void a_wrong_answer_keeps_the_solution_back(void **state)
{
    sc_json_t *result = told("q1", "[\"1\"]", 0, 0, *state);

    assert_false(sc_json_get_bool(result, "correct", 1));
    assert_string_equal(sc_json_get_string(sc_json_get(result, "options"), "1", ""), "<p>No.</p>");
    assert_false(sc_json_has(sc_json_get(result, "options"), "2"));
    assert_false(sc_json_has(result, "solution"));
}

static void answers_are_shown_where_the_publication_says_so(void **state)
{
    assert_string_equal(solution(told("q1", "[\"1\"]", 0, 1, *state), *state), "[\"2\"]");
    assert_string_equal(solution(told("q2", "[]", 0, 1, *state), *state), "[\"1\",\"3\"]");
    assert_string_equal(solution(told("g1", "[\"x\"]", 0, 1, *state), *state), "[\"3.5\"]");
    assert_string_equal(solution(told("g1", "[\"x\"]", 1, 1, *state), *state), "[\"3,5\"]");
    assert_string_equal(solution(told("o1", placed("4321", *state), 0, 1, *state), *state), placed("1234", *state));
}

static void no_feedback_is_null(void **state)
{
    sc_json_t *result = told("q2", "[\"1\"]", 0, 0, *state);

    assert_true(sc_json_has(result, "feedback"));
    assert_null(sc_json_get(result, "feedback"));
    assert_string_equal(sc_json_text(sc_json_get(result, "options"), *state), "{}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_POOL(a_single_choice_needs_the_right_option),
        WITH_POOL(a_multiple_choice_needs_all_right_options_and_no_other),
        WITH_POOL(an_order_needs_every_item_in_its_place),
        WITH_POOL(a_gap_is_compared_as_a_person_would),
        WITH_POOL(apostrophes_and_hyphens_are_equal_in_every_shape),
        WITH_POOL(numbers_are_equal_in_every_spelling),
        WITH_POOL(a_thousand_is_not_one),
        WITH_POOL(an_empty_response_is_wrong_not_malformed),
        WITH_POOL(what_is_no_response_is_refused),
        WITH_POOL(a_right_answer_is_told_with_its_solution),
        WITH_POOL(a_wrong_answer_keeps_the_solution_back),
        WITH_POOL(answers_are_shown_where_the_publication_says_so),
        WITH_POOL(no_feedback_is_null),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
