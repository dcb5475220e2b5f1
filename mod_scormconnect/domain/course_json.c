/* SPDX-License-Identifier: Apache-2.0
 *
 * The course as a learner's browser gets it, docs/protocol.md §3: one language, no right answer, no feedback.
 */
#include <apr_cstr.h>
#include <apr_strings.h>
#include <stdlib.h>
#include <string.h>

#include "domain/course.h"

/* What is being written, and for whom. */
typedef struct {
    const sc_course_view_t *view;
    apr_pool_t *pool;
} writer_t;

/* `text` in the language of the view; NULL where there is none. */
static const char *say(const writer_t *writer, sc_text_t text)
{
    return text ? text[writer->view->lang] : NULL;
}

static const char *say_title(const writer_t *writer, sc_text_t title)
{
    return title ? say(writer, title) : "";
}

/* ---- activities */

static void add_option(const writer_t *writer, sc_json_t *list, const char *key, const sc_option_t *option)
{
    sc_json_t *json = sc_json_add_new_object(list);

    sc_json_set_string(json, "key", key);
    sc_json_set_string(json, "html", say(writer, option->html));
}

static void set_options(const writer_t *writer, sc_json_t *json, const sc_activity_t *choice)
{
    sc_json_t *list = sc_json_set_new_array(json, "options");
    int i;

    for (i = 0; i < choice->option_count; i++)
        add_option(writer, list, choice->options[i].key, &choice->options[i]);
}

typedef struct {
    const char *key;
    const sc_option_t *item;
} shown_t;

static int by_key(const void *a, const void *b)
{
    return strcmp(((const shown_t *)a)->key, ((const shown_t *)b)->key);
}

/* Sorted by keys that are as good as random, the items stand in an order that tells nothing. */
static void set_items(const writer_t *writer, sc_json_t *json, const sc_activity_t *order)
{
    shown_t *shown = apr_palloc(writer->pool, sizeof(*shown) * (apr_size_t)(order->option_count + 1));
    sc_json_t *list = sc_json_set_new_array(json, "items");
    int i;

    for (i = 0; i < order->option_count; i++) {
        shown[i].item = &order->options[i];
        shown[i].key = sc_course_item_key(order, &order->options[i], writer->view->seed, writer->pool);
    }
    qsort(shown, (size_t)order->option_count, sizeof(*shown), by_key);
    for (i = 0; i < order->option_count; i++)
        add_option(writer, list, shown[i].key, shown[i].item);
}

static void add_activity(const writer_t *writer, sc_json_t *list, const sc_activity_t *activity)
{
    static const char *const types[] = { [SC_CHOICE] = "choice", [SC_GAP] = "gap", [SC_ORDER] = "order" };
    sc_json_t *json = sc_json_add_new_object(list);

    sc_json_set_string(json, "type", types[activity->kind]);
    sc_json_set_string(json, "id", activity->id);
    sc_json_set_string(json, "html", say(writer, activity->html));
    sc_json_set_int(json, "points", activity->points);
    if (activity->kind == SC_CHOICE) {
        sc_json_set_bool(json, "multiple", activity->multiple);
        set_options(writer, json, activity);
    }
    else if (activity->kind == SC_ORDER)
        set_items(writer, json, activity);
}

/* ---- the path */

static void add_block(const writer_t *writer, sc_json_t *list, const sc_block_t *block)
{
    sc_json_t *json;

    if (block->activity) {
        add_activity(writer, list, block->activity);
        return;
    }
    json = sc_json_add_new_object(list);
    sc_json_set_string(json, "type", "text");
    sc_json_set_string(json, "html", say(writer, block->html));
}

static void add_module(const writer_t *writer, sc_json_t *list, const sc_module_t *module)
{
    sc_json_t *json = sc_json_add_new_object(list), *blocks;
    int i;

    sc_json_set_string(json, "id", module->id);
    sc_json_set_string(json, "title", say_title(writer, module->title));
    if (module->minutes)
        sc_json_set_int(json, "minutes", module->minutes);
    else
        sc_json_set_null(json, "minutes");
    sc_json_set_string(json, "unlock", module->unlock == SC_UNLOCK_PREVIOUS ? "previous" : "always");
    blocks = sc_json_set_new_array(json, "blocks");
    for (i = 0; i < module->block_count; i++)
        add_block(writer, blocks, &module->blocks[i]);
}

static void add_chapter(const writer_t *writer, sc_json_t *list, const sc_chapter_t *chapter)
{
    sc_json_t *json = sc_json_add_new_object(list), *modules;
    int i;

    sc_json_set_string(json, "id", chapter->id);
    sc_json_set_string(json, "title", say_title(writer, chapter->title));
    modules = sc_json_set_new_array(json, "modules");
    for (i = 0; i < chapter->module_count; i++)
        add_module(writer, modules, &chapter->modules[i]);
}

/* ---- tests */

static sc_json_t *set_test(const writer_t *writer, sc_json_t *course, const char *name, const sc_test_t *test)
{
    sc_json_t *json, *activities;
    int i;

    if (!test) {
        sc_json_set_null(course, name);
        return NULL;
    }
    json = sc_json_set_new_object(course, name);
    sc_json_set_string(json, "id", test->id);
    sc_json_set_string(json, "title", say_title(writer, test->title));
    activities = sc_json_set_new_array(json, "activities");
    for (i = 0; i < test->activity_count; i++)
        add_activity(writer, activities, &test->activities[i]);
    return json;
}

static void set_assessment(const writer_t *writer, sc_json_t *course, const sc_test_t *test)
{
    sc_json_t *json = set_test(writer, course, "assessment", test);

    if (!json)
        return;
    sc_json_set_int(json, "pass", writer->view->pass);
    if (writer->view->attempts > 0)
        sc_json_set_int(json, "attempts", writer->view->attempts);
    else
        sc_json_set_null(json, "attempts");
}

/* ---- the whole */

static int is_offered(const sc_course_view_t *view, const char *lang)
{
    const char *const *allowed = view->allowed;

    if (!allowed || !*allowed)
        return 1;
    for (; *allowed; allowed++)
        if (apr_cstr_casecmp(lang, *allowed) == 0)
            return 1;
    return 0;
}

/* The languages that the learner may switch to. The one that is shown is always among them. */
static void set_langs(const writer_t *writer, sc_json_t *json, const sc_course_t *course)
{
    sc_json_t *list = sc_json_set_new_array(json, "langs");
    int i;

    for (i = 0; i < course->lang_count; i++)
        if (i == writer->view->lang || is_offered(writer->view, course->langs[i]))
            sc_json_add_string(list, course->langs[i]);
}

sc_json_t *sc_course_to_json(const sc_course_t *course, const sc_course_view_t *view, apr_pool_t *pool)
{
    writer_t writer = { view, pool };
    sc_json_t *json = sc_json_object(pool), *chapters;
    int i;

    sc_json_set_string(json, "id", course->id);
    sc_json_set_string(json, "rev", course->rev);
    sc_json_set_string(json, "lang", course->langs[view->lang]);
    set_langs(&writer, json, course);
    sc_json_set_string(json, "title", say_title(&writer, course->title));
    sc_json_set_string(json, "html", say(&writer, course->html));
    set_test(&writer, json, "placement", course->placement);
    chapters = sc_json_set_new_array(json, "chapters");
    for (i = 0; i < course->chapter_count; i++)
        add_chapter(&writer, chapters, &course->chapters[i]);
    set_assessment(&writer, json, course->assessment);
    return json;
}
