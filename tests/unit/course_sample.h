/* SPDX-License-Identifier: Apache-2.0
 *
 * A small course made by hand, for the tests of the rules: two modules, one of each kind of activity, both tests.
 *
 *   m1 (always)    choice q1 (single, 2 right), choice q2 (multiple, 1 and 3 right)
 *   m2 (previous)  gap g1 (2 points), order o1
 *   m3 (previous)  a text
 *   placement: choice p1, covers m1     assessment "final": choice f1, order f2
 */
#ifndef SC_TESTS_COURSE_SAMPLE_H
#define SC_TESTS_COURSE_SAMPLE_H

#include <apr_strings.h>

#include "base/json.h"
#include "domain/course.h"

static inline sc_text_t both(const char *en, const char *fr, apr_pool_t *pool)
{
    const char **text = apr_palloc(pool, 2 * sizeof(*text));

    text[0] = en;
    text[1] = fr;
    return text;
}

static inline void make_options(sc_activity_t *activity, int count, const char *right, apr_pool_t *pool)
{
    int i;

    activity->option_count = count;
    activity->options = apr_pcalloc(pool, sizeof(sc_option_t) * (apr_size_t)count);
    for (i = 0; i < count; i++) {
        const char *key = apr_itoa(pool, i + 1);

        activity->options[i].key = key;
        activity->options[i].correct = strstr(right, key) != NULL;
        activity->options[i].html =
            both(apr_pstrcat(pool, "<p>", key, "</p>", NULL), apr_pstrcat(pool, "<p>no ", key, "</p>", NULL), pool);
    }
}

static inline void make_activity(sc_activity_t *activity, const char *id, sc_activity_kind_e kind, sc_place_e place,
                                 apr_pool_t *pool)
{
    activity->id = id;
    activity->kind = kind;
    activity->place = place;
    activity->points = 1;
    activity->html = both("<p>Which?</p>", "<p>Lequel ?</p>", pool);
}

static inline sc_activity_t *block_activity(sc_module_t *module, int at, const char *id, sc_activity_kind_e kind,
                                            apr_pool_t *pool)
{
    sc_activity_t *activity = apr_pcalloc(pool, sizeof(*activity));

    make_activity(activity, id, kind, SC_IN_MODULE, pool);
    activity->module = module;
    module->blocks[at].activity = activity;
    return activity;
}

static inline sc_test_t *make_test(const char *id, int count, int pass, int attempts, apr_pool_t *pool)
{
    sc_test_t *test = apr_pcalloc(pool, sizeof(*test));

    test->id = id;
    test->pass = pass;
    test->attempts = attempts;
    test->activity_count = count;
    test->activities = apr_pcalloc(pool, sizeof(sc_activity_t) * (apr_size_t)count);
    return test;
}

static inline void fill_modules(sc_module_t *modules, apr_pool_t *pool)
{
    static const char *const answers[] = { "Évacuer", "3,5", "1,000", NULL };
    static const char *const ids[] = { "m1", "m2", "m3" };
    sc_activity_t *activity;
    int i;

    for (i = 0; i < 3; i++) {
        modules[i].id = ids[i];
        modules[i].index = i;
        modules[i].title = both("Title", "Titre", pool);
        modules[i].unlock = i == 0 ? SC_UNLOCK_ALWAYS : SC_UNLOCK_PREVIOUS;
        modules[i].block_count = i == 2 ? 1 : 3;
        modules[i].blocks = apr_pcalloc(pool, sizeof(sc_block_t) * 3);
        modules[i].blocks[0].html = both("<p>Text</p>", "<p>Texte</p>", pool);
    }
    modules[0].minutes = 5;

    activity = block_activity(&modules[0], 1, "q1", SC_CHOICE, pool);
    make_options(activity, 3, "2", pool);
    activity->options[0].feedback = both("<p>No.</p>", "<p>Non.</p>", pool);
    activity->options[1].feedback = both("<p>Right.</p>", "<p>Juste.</p>", pool);
    activity->feedback = both("<p>Think.</p>", "<p>Pensez.</p>", pool);
    activity = block_activity(&modules[0], 2, "q2", SC_CHOICE, pool);
    activity->multiple = 1;
    make_options(activity, 3, "13", pool);

    activity = block_activity(&modules[1], 1, "g1", SC_GAP, pool);
    activity->points = 2;
    activity->answers = answers;
    activity->solution = both("3.5", "3,5", pool);
    activity = block_activity(&modules[1], 2, "o1", SC_ORDER, pool);
    make_options(activity, 4, "", pool);
}

static inline void index_course(sc_course_t *course, apr_pool_t *pool)
{
    int m, b;

    course->module_by_id = apr_hash_make(pool);
    course->activity_by_id = apr_hash_make(pool);
    for (m = 0; m < course->module_count; m++) {
        sc_module_t *module = course->modules[m];

        apr_hash_set(course->module_by_id, module->id, APR_HASH_KEY_STRING, module);
        for (b = 0; b < module->block_count; b++)
            if (module->blocks[b].activity)
                apr_hash_set(course->activity_by_id, module->blocks[b].activity->id, APR_HASH_KEY_STRING,
                             module->blocks[b].activity);
    }
    for (b = 0; b < course->placement->activity_count; b++)
        apr_hash_set(course->activity_by_id, course->placement->activities[b].id, APR_HASH_KEY_STRING,
                     &course->placement->activities[b]);
    for (b = 0; b < course->assessment->activity_count; b++)
        apr_hash_set(course->activity_by_id, course->assessment->activities[b].id, APR_HASH_KEY_STRING,
                     &course->assessment->activities[b]);
}

static inline sc_course_t *sample_course(apr_pool_t *pool)
{
    static const char *const langs[] = { "en", "fr" };
    sc_course_t *course = apr_pcalloc(pool, sizeof(*course));
    int i;

    course->id = "fire";
    course->rev = "9f2c";
    course->langs = langs;
    course->lang_count = 2;
    course->title = both("Fire safety", "Sécurité incendie", pool);
    course->chapter_count = 1;
    course->chapters = apr_pcalloc(pool, sizeof(sc_chapter_t));
    course->chapters[0].id = "c1";
    course->chapters[0].title = both("Chapter", "Chapitre", pool);
    course->chapters[0].module_count = course->module_count = 3;
    course->chapters[0].modules = apr_pcalloc(pool, sizeof(sc_module_t) * 3);
    fill_modules(course->chapters[0].modules, pool);
    course->modules = apr_palloc(pool, sizeof(sc_module_t *) * 3);
    for (i = 0; i < 3; i++)
        course->modules[i] = &course->chapters[0].modules[i];

    course->placement = make_test("pos", 1, 100, 1, pool);
    make_activity(&course->placement->activities[0], "p1", SC_CHOICE, SC_IN_PLACEMENT, pool);
    make_options(&course->placement->activities[0], 2, "1", pool);
    course->placement->activities[0].covers = course->modules[0];

    course->assessment = make_test("final", 2, 80, 3, pool);
    course->assessment->title = both("Final", "Final", pool);
    make_activity(&course->assessment->activities[0], "f1", SC_CHOICE, SC_IN_ASSESSMENT, pool);
    make_options(&course->assessment->activities[0], 2, "2", pool);
    make_activity(&course->assessment->activities[1], "f2", SC_ORDER, SC_IN_ASSESSMENT, pool);
    make_options(&course->assessment->activities[1], 3, "", pool);
    index_course(course, pool);
    return course;
}

/* The JSON of `text`, which is right. */
static inline sc_json_t *json_of(const char *text, apr_pool_t *pool)
{
    sc_json_t *json;

    assert_fine(sc_json_read(text, strlen(text), &json, pool));
    return json;
}

#endif
