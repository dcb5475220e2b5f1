/* SPDX-License-Identifier: Apache-2.0
 *
 * The course as a learner's browser gets it, docs/protocol.md §3: one language, no right answer, no feedback.
 *
 * Nearly all of it is the same for all learners. So it is printed once for each language, and cut where it differs: a launch
 * only fills the holes.
 */
#include <apr_cstr.h>
#include <apr_strings.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>

#include "base/json.h"
#include "domain/course.h"

/* What comes where the text differs by learner or by publication. Until it is cut there, the text has this control character in
 * its place: everywhere else JSON text has them escaped. */
typedef enum { NOTHING, LANGS, ITEMS, PASS, ATTEMPTS } hole_e;

/* The items of an order, still without their keys. */
typedef struct {
    const sc_activity_t *activity;
    const char **tails; /* the text of each item behind its key */
} order_t;

/* A piece of the text, and what comes after it. */
typedef struct {
    const char *text;
    apr_size_t length;
    hole_e hole;
    const order_t *order; /* for ITEMS */
} piece_t;

struct sc_stencil_t {
    const apr_array_header_t *pieces; /* piece_t */
};

/* What is being printed. */
typedef struct {
    const sc_course_t *course;
    int lang;
    apr_array_header_t *orders; /* order_t, as they come in the text */
    apr_pool_t *pool;           /* the course's */
    apr_pool_t *scratch;        /* the tree's */
} writer_t;

/* `text` in the language that is printed; NULL where there is none. */
static const char *say(const writer_t *writer, sc_text_t text)
{
    return text ? text[writer->lang] : NULL;
}

static const char *say_title(const writer_t *writer, sc_text_t title)
{
    return title ? say(writer, title) : "";
}

static void set_hole(sc_json_t *json, const char *key, hole_e hole)
{
    static const char *const marks[] = { [LANGS] = "\1", [ITEMS] = "\2", [PASS] = "\3", [ATTEMPTS] = "\4" };

    sc_json_set_text(json, key, marks[hole]);
}

/* ---- activities */

static void set_options(const writer_t *writer, sc_json_t *json, const sc_activity_t *choice)
{
    sc_json_t *list = sc_json_set_new_array(json, "options");
    int i;

    for (i = 0; i < choice->option_count; i++) {
        sc_json_t *option = sc_json_add_new_object(list);

        sc_json_set_string(option, "key", choice->options[i].key);
        sc_json_set_string(option, "html", say(writer, choice->options[i].html));
    }
}

static void set_items(const writer_t *writer, sc_json_t *json, const sc_activity_t *activity)
{
    order_t *order = apr_array_push(writer->orders);
    int i;

    order->activity = activity;
    order->tails = apr_palloc(writer->pool, sizeof(*order->tails) * (apr_size_t)(activity->option_count + 1));
    for (i = 0; i < activity->option_count; i++) {
        sc_json_t *item = sc_json_object(writer->scratch);

        sc_json_set_string(item, "html", say(writer, activity->options[i].html));
        order->tails[i] = apr_pstrcat(writer->pool, "\",", sc_json_text(item, writer->scratch) + 1, NULL);
    }
    set_hole(json, "items", ITEMS);
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
    set_hole(json, "pass", PASS);
    set_hole(json, "attempts", ATTEMPTS);
}

/* ---- the whole, cut into pieces */

static sc_json_t *course_tree(const writer_t *writer)
{
    const sc_course_t *course = writer->course;
    sc_json_t *json = sc_json_object(writer->scratch), *chapters;
    int i;

    sc_json_set_string(json, "id", course->id);
    sc_json_set_string(json, "rev", course->rev);
    sc_json_set_string(json, "lang", course->langs[writer->lang]);
    set_hole(json, "langs", LANGS);
    sc_json_set_string(json, "title", say_title(writer, course->title));
    sc_json_set_string(json, "html", say(writer, course->html));
    set_test(writer, json, "placement", course->placement);
    chapters = sc_json_set_new_array(json, "chapters");
    for (i = 0; i < course->chapter_count; i++)
        add_chapter(writer, chapters, &course->chapters[i]);
    set_assessment(writer, json, course->assessment);
    return json;
}

static const apr_array_header_t *cut(const writer_t *writer, const char *text)
{
    apr_array_header_t *pieces = apr_array_make(writer->pool, 8, sizeof(piece_t));
    int orders = 0;

    for (;;) {
        piece_t *piece = apr_array_push(pieces);

        piece->text = text;
        piece->length = strcspn(text, "\1\2\3\4");
        piece->hole = (hole_e)text[piece->length];
        piece->order = piece->hole == ITEMS ? &APR_ARRAY_IDX(writer->orders, orders++, order_t) : NULL;
        if (piece->hole == NOTHING)
            return pieces;
        text += piece->length + 1;
    }
}

void sc_course_print(sc_course_t *course, apr_pool_t *pool)
{
    int lang;

    course->stencils = apr_palloc(pool, sizeof(*course->stencils) * (apr_size_t)course->lang_count);
    for (lang = 0; lang < course->lang_count; lang++) {
        writer_t writer = { course, lang, apr_array_make(pool, 4, sizeof(order_t)), pool, NULL };

        apr_pool_create(&writer.scratch, pool);
        course->stencils[lang].pieces = cut(&writer, apr_pstrdup(pool, sc_json_text(course_tree(&writer), writer.scratch)));
        apr_pool_destroy(writer.scratch);
    }
}

/* ---- for one learner */

static void put(apr_array_header_t *parts, const char *text, apr_size_t length)
{
    struct iovec *part = apr_array_push(parts);

    part->iov_base = (void *)text;
    part->iov_len = length;
}

static void put_text(apr_array_header_t *parts, const char *text)
{
    put(parts, text, strlen(text));
}

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
static void put_langs(apr_array_header_t *parts, const sc_course_t *course, const sc_course_view_t *view)
{
    sc_json_t *list = sc_json_array(parts->pool);
    int i;

    for (i = 0; i < course->lang_count; i++)
        if (i == view->lang || is_offered(view, course->langs[i]))
            sc_json_add_string(list, course->langs[i]);
    put_text(parts, sc_json_text(list, parts->pool));
}

typedef struct {
    const char *key, *tail;
} item_t;

static int by_key(const void *a, const void *b)
{
    return strcmp(((const item_t *)a)->key, ((const item_t *)b)->key);
}

/* Sorted by keys that are as good as random, the items stand in an order that tells nothing. */
static void put_items(apr_array_header_t *parts, const order_t *order, const char *seed)
{
    int count = order->activity->option_count, i;
    item_t *items = apr_palloc(parts->pool, sizeof(*items) * (apr_size_t)(count + 1));

    for (i = 0; i < count; i++) {
        items[i].key = sc_course_item_key(order->activity, &order->activity->options[i], seed, parts->pool);
        items[i].tail = order->tails[i];
    }
    qsort(items, (size_t)count, sizeof(*items), by_key);
    put_text(parts, "[");
    for (i = 0; i < count; i++) {
        put_text(parts, i > 0 ? ",{\"key\":\"" : "{\"key\":\"");
        put_text(parts, items[i].key);
        put_text(parts, items[i].tail);
    }
    put_text(parts, "]");
}

const char *sc_course_json(const sc_course_t *course, const sc_course_view_t *view, apr_pool_t *pool)
{
    const apr_array_header_t *pieces = course->stencils[view->lang].pieces;
    apr_array_header_t *parts = apr_array_make(pool, 64, sizeof(struct iovec));
    int i;

    for (i = 0; i < pieces->nelts; i++) {
        const piece_t *piece = &APR_ARRAY_IDX(pieces, i, piece_t);

        put(parts, piece->text, piece->length);
        if (piece->hole == LANGS)
            put_langs(parts, course, view);
        else if (piece->hole == ITEMS)
            put_items(parts, piece->order, view->seed);
        else if (piece->hole == PASS)
            put_text(parts, apr_itoa(pool, view->pass));
        else if (piece->hole == ATTEMPTS)
            put_text(parts, view->attempts > 0 ? apr_itoa(pool, view->attempts) : "null");
    }
    return apr_pstrcatv(pool, (struct iovec *)parts->elts, (apr_size_t)parts->nelts, NULL);
}
