/* SPDX-License-Identifier: Apache-2.0
 *
 * Makes the course from the master's elements and their counterparts. Runs on wrong XML as well, to find
 * the mistakes in the texts; what it makes then is thrown away.
 */
#include <apr_strings.h>
#include <stdlib.h>
#include <string.h>

#include "domain/course_parts.h"

typedef struct {
    sc_reading_t *reading;
    sc_course_t *course;
    apr_pool_t *pool;
} builder_t;

static void *new_list(const builder_t *builder, int count, apr_size_t size)
{
    return apr_pcalloc(builder->pool, size * (apr_size_t)(count > 0 ? count : 1));
}

/* Never NULL: an id that is missing is an error already. */
static const char *id_of(const builder_t *builder, const sc_xml_node_t *node)
{
    const char *id = sc_xml_attribute(node, "id", builder->pool);

    return id ? id : "";
}

static int number_of(const builder_t *builder, const sc_xml_node_t *node, const char *attribute, int fallback)
{
    const char *value = sc_xml_attribute(node, attribute, builder->reading->scratch);

    return value ? atoi(value) : fallback;
}

static int says(const builder_t *builder, const sc_xml_node_t *node, const char *attribute, const char *value)
{
    const char *said = sc_xml_attribute(node, attribute, builder->reading->scratch);

    return said && strcmp(said, value) == 0;
}

static sc_text_t title_of(const builder_t *builder, sc_spot_t spot)
{
    return sc_course_plain(builder->reading, sc_spot_child(builder->reading, spot, "title", 0));
}

static sc_text_t html_of(const builder_t *builder, sc_spot_t spot, const char *name)
{
    return sc_course_html(builder->reading, sc_spot_child(builder->reading, spot, name, 0));
}

/* ---- activities */

static const char *key_of(const builder_t *builder, int index)
{
    return apr_itoa(builder->pool, index + 1);
}

/* Options of a choice or items of an order. */
static void build_options(const builder_t *builder, sc_activity_t *activity, sc_spot_t spot, const char *name)
{
    int right = 0, i;

    activity->option_count = sc_xml_count(spot[0], name);
    activity->options = new_list(builder, activity->option_count, sizeof(*activity->options));
    for (i = 0; i < activity->option_count; i++) {
        sc_option_t *option = &activity->options[i];
        sc_spot_t part = sc_spot_child(builder->reading, spot, name, i);

        option->key = key_of(builder, i);
        option->html = sc_course_label(builder->reading, part);
        option->feedback = html_of(builder, part, "feedback");
        option->correct = says(builder, part[0], "correct", "yes");
        right += option->correct;
    }
    activity->multiple = right > 1;
}

/* What any language accepts is accepted; the first of each is the one that is told. */
static void build_answers(const builder_t *builder, sc_activity_t *activity, sc_spot_t spot)
{
    sc_reading_t *reading = builder->reading;
    const char **told = new_list(builder, reading->doc_count, sizeof(*told)), **answers;
    const sc_xml_node_t *answer;
    int most = 0, count = 0, i;

    for (i = 0; i < reading->doc_count; i++)
        most += sc_xml_count(spot[i], "answer");
    answers = new_list(builder, most + 1, sizeof(*answers));
    for (i = 0; i < reading->doc_count; i++) {
        for (answer = sc_xml_child(spot[i], "answer"); answer; answer = sc_xml_next(answer, "answer")) {
            if (sc_course_is_empty(answer, reading->scratch))
                continue;
            answers[count] = sc_course_line(answer, builder->pool);
            if (!told[i])
                told[i] = answers[count];
            count++;
        }
        if (!told[i])
            told[i] = i > 0 ? told[0] : "";
    }
    activity->answers = answers;
    activity->solution = told;
}

static void build_activity(const builder_t *builder, sc_activity_t *activity, const sc_xml_node_t *node, sc_place_e place)
{
    sc_spot_t spot = sc_spot_of(builder->reading, node);

    activity->id = id_of(builder, node);
    activity->place = place;
    activity->points = number_of(builder, node, "points", 1);
    activity->html = html_of(builder, spot, "text");
    activity->feedback = html_of(builder, spot, "feedback");
    if (sc_xml_is(node, "gap")) {
        activity->kind = SC_GAP;
        build_answers(builder, activity, spot);
    }
    else if (sc_xml_is(node, "order")) {
        activity->kind = SC_ORDER;
        build_options(builder, activity, spot, "item");
    }
    else {
        activity->kind = SC_CHOICE;
        build_options(builder, activity, spot, "option");
    }
    apr_hash_set(builder->course->activity_by_id, activity->id, APR_HASH_KEY_STRING, activity);
}

/* ---- modules and chapters */

static void build_module(const builder_t *builder, sc_module_t *module, const sc_xml_node_t *node)
{
    sc_spot_t spot = sc_spot_of(builder->reading, node);
    const sc_xml_node_t *child;
    int texts = 0;

    module->id = id_of(builder, node);
    module->index = builder->course->module_count++;
    module->title = title_of(builder, spot);
    module->minutes = number_of(builder, node, "minutes", 0);
    module->unlock = says(builder, node, "unlock", "previous") ? SC_UNLOCK_PREVIOUS : SC_UNLOCK_ALWAYS;
    module->blocks = new_list(builder, sc_xml_count(node, NULL), sizeof(*module->blocks));
    for (child = sc_xml_child(node, NULL); child; child = sc_xml_next(child, NULL)) {
        sc_block_t *block = &module->blocks[module->block_count];

        if (sc_xml_is(child, "text"))
            block->html = sc_course_html(builder->reading, sc_spot_child(builder->reading, spot, "text", texts++));
        else if (sc_course_is_activity(child)) {
            block->activity = apr_pcalloc(builder->pool, sizeof(*block->activity));
            build_activity(builder, block->activity, child, SC_IN_MODULE);
            block->activity->module = module;
        }
        else
            continue;
        module->block_count++;
    }
    apr_hash_set(builder->course->module_by_id, module->id, APR_HASH_KEY_STRING, module);
}

static void build_chapter(const builder_t *builder, sc_chapter_t *chapter, const sc_xml_node_t *node)
{
    const sc_xml_node_t *child;

    chapter->id = id_of(builder, node);
    chapter->title = title_of(builder, sc_spot_of(builder->reading, node));
    chapter->modules = new_list(builder, sc_xml_count(node, "module"), sizeof(*chapter->modules));
    for (child = sc_xml_child(node, "module"); child; child = sc_xml_next(child, "module"))
        build_module(builder, &chapter->modules[chapter->module_count++], child);
}

static void build_chapters(const builder_t *builder, const sc_xml_node_t *root)
{
    sc_course_t *course = builder->course;
    const sc_xml_node_t *child;
    int c, m;

    course->chapters = new_list(builder, sc_xml_count(root, "chapter"), sizeof(*course->chapters));
    for (child = sc_xml_child(root, "chapter"); child; child = sc_xml_next(child, "chapter"))
        build_chapter(builder, &course->chapters[course->chapter_count++], child);

    course->modules = new_list(builder, course->module_count, sizeof(sc_module_t *));
    for (c = 0; c < course->chapter_count; c++)
        for (m = 0; m < course->chapters[c].module_count; m++) {
            sc_module_t *module = &course->chapters[c].modules[m];
            course->modules[module->index] = module;
        }
}

/* ---- tests */

static sc_test_t *build_test(const builder_t *builder, const sc_xml_node_t *node, sc_place_e place)
{
    const sc_xml_node_t *child;
    sc_test_t *test;

    if (!node)
        return NULL;
    test = apr_pcalloc(builder->pool, sizeof(*test));
    test->id = id_of(builder, node);
    test->title = title_of(builder, sc_spot_of(builder->reading, node));
    test->pass = number_of(builder, node, "pass", 100);
    test->attempts = place == SC_IN_PLACEMENT ? 1 : number_of(builder, node, "attempts", 0);
    test->activities = new_list(builder, sc_xml_count(node, NULL), sizeof(*test->activities));
    for (child = sc_xml_child(node, NULL); child; child = sc_xml_next(child, NULL)) {
        const char *covers = sc_xml_attribute(child, "covers", builder->reading->scratch);
        sc_activity_t *activity = &test->activities[test->activity_count];

        if (!sc_course_is_activity(child))
            continue;
        build_activity(builder, activity, child, place);
        if (covers)
            activity->covers = apr_hash_get(builder->course->module_by_id, covers, APR_HASH_KEY_STRING);
        test->activity_count++;
    }
    return test;
}

/* ---- the course */

static const char *const *build_langs(const builder_t *builder)
{
    const sc_reading_t *reading = builder->reading;
    const char **langs = new_list(builder, reading->doc_count, sizeof(*langs));
    int i;

    for (i = 0; i < reading->doc_count; i++)
        langs[i] = reading->docs[i].lang ? reading->docs[i].lang : "";
    return langs;
}

sc_course_t *sc_course_build(sc_reading_t *reading)
{
    builder_t builder = { reading, apr_pcalloc(reading->pool, sizeof(*builder.course)), reading->pool };
    const sc_xml_node_t *root = reading->docs[0].root;
    sc_course_t *course = builder.course;
    sc_spot_t spot = sc_spot_root(reading);

    course->id = id_of(&builder, root);
    course->langs = build_langs(&builder);
    course->lang_count = reading->doc_count;
    course->module_by_id = apr_hash_make(reading->pool);
    course->activity_by_id = apr_hash_make(reading->pool);
    course->title = title_of(&builder, spot);
    course->html = html_of(&builder, spot, "text");
    build_chapters(&builder, root);
    course->placement = build_test(&builder, sc_xml_child(root, "placement"), SC_IN_PLACEMENT);
    course->assessment = build_test(&builder, sc_xml_child(root, "assessment"), SC_IN_ASSESSMENT);
    return course;
}
