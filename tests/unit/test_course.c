/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "course_sample.h"

#define SEED "registration"

static const sc_json_t *seen(sc_course_t *course, const sc_course_view_t *view, apr_pool_t *pool)
{
    sc_course_print(course, pool);
    return json_of(sc_course_json(course, view, pool), pool);
}

static const sc_json_t *shown(sc_course_t *course, int lang, const char *seed, apr_pool_t *pool)
{
    sc_course_view_t view = { lang, seed, 70, 0, NULL };

    return seen(course, &view, pool);
}

/* The member at `path` ("chapters.0.modules.1"). */
static const sc_json_t *at(const sc_json_t *json, const char *path, apr_pool_t *pool)
{
    char *rest, *part;

    for (part = apr_strtok(apr_pstrdup(pool, path), ".", &rest); part; part = apr_strtok(NULL, ".", &rest))
        json = sc_json_kind(json) == SC_JSON_ARRAY ? sc_json_at(json, atoi(part)) : sc_json_get(json, part);
    return json;
}

static void ids_lead_to_modules_and_activities(void **state)
{
    sc_course_t *course = sample_course(*state);

    assert_ptr_equal(sc_course_module(course, "m2"), course->modules[1]);
    assert_null(sc_course_module(course, "q1"));
    assert_ptr_equal(sc_course_activity(course, "g1"), course->modules[1]->blocks[1].activity);
    assert_ptr_equal(sc_course_activity(course, "f2"), &course->assessment->activities[1]);
    assert_null(sc_course_activity(course, "m1"));
    assert_null(sc_course_activity(course, ""));
}

static void the_same_tag_comes_before_the_same_language(void **state)
{
    static const char *const langs[] = { "en", "fr-CA", "fr" };
    sc_course_t *course = sample_course(*state);

    course->langs = langs;
    course->lang_count = 3;
    assert_int_equal(sc_course_language(course, "fr", NULL), 2);
    assert_int_equal(sc_course_language(course, "FR-ca", NULL), 1);
    assert_int_equal(sc_course_language(course, "fr-BE", NULL), 1);
    assert_int_equal(sc_course_language(course, "de", NULL), 0);
    assert_int_equal(sc_course_language(course, "f", NULL), 0);
    assert_int_equal(sc_course_language(course, "", NULL), 0);
    assert_int_equal(sc_course_language(course, NULL, NULL), 0);
}

static void only_allowed_languages_are_chosen(void **state)
{
    static const char *const french[] = { "FR", NULL }, *const none[] = { NULL }, *const gone[] = { "de", NULL };
    sc_course_t *course = sample_course(*state);

    assert_int_equal(sc_course_language(course, "en", french), 1);
    assert_int_equal(sc_course_language(course, NULL, french), 1);
    assert_int_equal(sc_course_language(course, "fr", none), 1);
    assert_int_equal(sc_course_language(course, "fr", gone), 0);
}

static void the_course_is_told_in_one_language(void **state)
{
    const sc_json_t *json = shown(sample_course(*state), 1, SEED, *state);

    assert_string_equal(sc_json_get_string(json, "id", ""), "fire");
    assert_string_equal(sc_json_get_string(json, "rev", ""), "9f2c");
    assert_string_equal(sc_json_get_string(json, "lang", ""), "fr");
    assert_string_equal(sc_json_text(sc_json_get(json, "langs"), *state), "[\"en\",\"fr\"]");
    assert_string_equal(sc_json_get_string(json, "title", ""), "Sécurité incendie");
    assert_true(sc_json_has(json, "html"));
    assert_null(sc_json_get(json, "html"));
    assert_string_equal(sc_json_get_string(at(json, "chapters.0", *state), "title", ""), "Chapitre");
    assert_string_equal(sc_json_get_string(at(json, "chapters.0.modules.0.blocks.0", *state), "type", ""), "text");
    assert_string_equal(sc_json_get_string(at(json, "chapters.0.modules.0.blocks.0", *state), "html", ""), "<p>Texte</p>");
    assert_string_equal(sc_json_get_string(at(json, "chapters.0.modules.0.blocks.1.options.0", *state), "html", ""),
                        "<p>no 1</p>");
}

static void modules_tell_minutes_and_unlocking(void **state)
{
    const sc_json_t *json = shown(sample_course(*state), 0, SEED, *state);
    const sc_json_t *first = at(json, "chapters.0.modules.0", *state), *second = at(json, "chapters.0.modules.1", *state);

    assert_int_equal(sc_json_get_int(first, "minutes", -1), 5);
    assert_string_equal(sc_json_get_string(first, "unlock", ""), "always");
    assert_true(sc_json_has(second, "minutes"));
    assert_null(sc_json_get(second, "minutes"));
    assert_string_equal(sc_json_get_string(second, "unlock", ""), "previous");
}

static void tests_are_told_with_the_publications_rules(void **state)
{
    sc_course_t *course = sample_course(*state);
    sc_course_view_t view = { 0, SEED, 65, 2, NULL };
    const sc_json_t *json = seen(course, &view, *state);

    assert_int_equal(sc_json_get_int(at(json, "assessment", *state), "pass", -1), 65);
    assert_int_equal(sc_json_get_int(at(json, "assessment", *state), "attempts", -1), 2);
    assert_int_equal(sc_json_length(at(json, "assessment.activities", *state)), 2);
    assert_string_equal(sc_json_get_string(at(json, "placement", *state), "title", "none"), "");
    assert_false(sc_json_has(at(json, "placement", *state), "pass"));

    json = shown(course, 0, SEED, *state);
    assert_true(sc_json_has(at(json, "assessment", *state), "attempts"));
    assert_null(at(json, "assessment.attempts", *state));

    course->placement = course->assessment = NULL;
    json = shown(course, 0, SEED, *state);
    assert_true(sc_json_has(json, "placement") && sc_json_has(json, "assessment"));
    assert_null(sc_json_get(json, "placement"));
    assert_null(sc_json_get(json, "assessment"));
}

static void only_offered_languages_are_told(void **state)
{
    static const char *const french[] = { "fr", NULL }, *const gone[] = { "de", NULL };
    sc_course_view_t view = { 1, SEED, 80, 0, french };
    const sc_json_t *json = seen(sample_course(*state), &view, *state);

    assert_string_equal(sc_json_text(sc_json_get(json, "langs"), *state), "[\"fr\"]");
    view.lang = 0;
    view.allowed = gone;
    json = seen(sample_course(*state), &view, *state);
    assert_string_equal(sc_json_text(sc_json_get(json, "langs"), *state), "[\"en\"]");
}

static void no_character_of_a_text_is_taken_for_a_hole(void **state)
{
    sc_course_t *course = sample_course(*state);

    course->title = both("\1\2\3\4", "", *state);
    assert_string_equal(sc_json_get_string(shown(course, 0, SEED, *state), "title", ""), "\1\2\3\4");
}

static void no_answer_and_no_feedback_leaves_the_server(void **state)
{
    const char *text = sc_json_text(shown(sample_course(*state), 0, SEED, *state), *state);

    assert_null(strstr(text, "correct"));
    assert_null(strstr(text, "feedback"));
    assert_null(strstr(text, "answers"));
    assert_null(strstr(text, "solution"));
    assert_null(strstr(text, "Right."));
    assert_null(strstr(text, "Think."));
    assert_null(strstr(text, "vacuer"));
    assert_null(strstr(text, "3.5"));
}

static void items_come_by_keys_that_tell_nothing(void **state)
{
    sc_course_t *course = sample_course(*state);
    const sc_activity_t *order = sc_course_activity(course, "o1");
    const sc_json_t *items = at(shown(course, 0, SEED, *state), "chapters.0.modules.1.blocks.2.items", *state);
    const char *before = "";
    int i, j, found = 0;

    assert_int_equal(sc_json_length(items), 4);
    for (i = 0; i < 4; i++) {
        const char *key = sc_json_get_string(sc_json_at(items, i), "key", "");

        assert_int_equal(strlen(key), 8);
        assert_int_equal(strspn(key, "0123456789abcdef"), 8);
        assert_true(strcmp(before, key) < 0);
        before = key;
        for (j = 0; j < 4; j++)
            found += strcmp(sc_course_item_key(order, &order->options[j], SEED, *state), key) == 0 &&
                     strcmp(order->options[j].html[0], sc_json_get_string(sc_json_at(items, i), "html", "")) == 0;
    }
    assert_int_equal(found, 4);
}

static void the_order_is_the_same_for_one_learner_and_not_for_all(void **state)
{
    static const char *const path = "chapters.0.modules.1.blocks.2.items";
    sc_course_t *course = sample_course(*state);
    const char *once = sc_json_text(at(shown(course, 0, SEED, *state), path, *state), *state);
    int i, firsts = 0;

    assert_string_equal(sc_json_text(at(shown(course, 0, SEED, *state), path, *state), *state), once);
    for (i = 0; i < 40; i++) {
        const sc_json_t *items = at(shown(course, 0, apr_itoa(*state, i), *state), path, *state);

        firsts |= 1 << (sc_json_get_string(sc_json_at(items, 0), "html", "")[3] - '1');
    }
    assert_int_equal(firsts, 15);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_POOL(ids_lead_to_modules_and_activities),   WITH_POOL(the_same_tag_comes_before_the_same_language),
        WITH_POOL(only_allowed_languages_are_chosen),    WITH_POOL(the_course_is_told_in_one_language),
        WITH_POOL(modules_tell_minutes_and_unlocking),   WITH_POOL(tests_are_told_with_the_publications_rules),
        WITH_POOL(only_offered_languages_are_told),      WITH_POOL(no_character_of_a_text_is_taken_for_a_hole),
        WITH_POOL(no_answer_and_no_feedback_leaves_the_server),
        WITH_POOL(items_come_by_keys_that_tell_nothing), WITH_POOL(the_order_is_the_same_for_one_learner_and_not_for_all),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
