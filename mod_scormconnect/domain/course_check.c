/* SPDX-License-Identifier: Apache-2.0
 *
 * What the grammar can't say about the master: ids that are there twice, a question about a module that does not exist,
 * a choice that nobody can get right. Works on XML that may be wrong in other ways as well.
 */
#include <apr_strings.h>
#include <string.h>

#include "base/text.h"
#include "domain/course_parts.h"

/* ---- the document in its order */

const sc_xml_node_t *sc_course_walk(const sc_xml_node_t *node, const sc_xml_node_t *root)
{
    const sc_xml_node_t *next = sc_xml_child(node, NULL);

    while (!next && node && node != root) {
        next = sc_xml_next(node, NULL);
        node = sc_xml_parent(node);
    }
    return next;
}

int sc_course_is_activity(const sc_xml_node_t *node)
{
    return sc_xml_is(node, "choice") || sc_xml_is(node, "gap") || sc_xml_is(node, "order");
}

const char *sc_course_default(const char *attribute)
{
    static const struct {
        const char *attribute, *value;
    } defaults[] = { { "points", "1" }, { "unlock", "always" }, { "correct", "no" }, { "pass", "100" } };
    apr_size_t i;

    for (i = 0; i < sizeof(defaults) / sizeof(defaults[0]); i++)
        if (strcmp(attribute, defaults[i].attribute) == 0)
            return defaults[i].value;
    return NULL;
}

/* ---- checks of one element each */

static void check_id(sc_reading_t *reading, sc_course_doc_t *master, const sc_xml_node_t *node)
{
    const char *id = sc_xml_attribute(node, "id", reading->scratch);
    const sc_xml_node_t *other;

    if (!id || !*id)
        return;
    other = apr_hash_get(master->by_id, id, APR_HASH_KEY_STRING);
    if (other)
        sc_reading_note(reading, SC_PROBLEM_ERROR, master, sc_xml_line(node),
                        "The id “%s” is there already, in line %d; an id may be used only once in a course.", id,
                        sc_xml_line(other));
    else
        apr_hash_set(master->by_id, id, APR_HASH_KEY_STRING, node);
}

static void check_not_empty(sc_reading_t *reading, const sc_course_doc_t *master, const sc_xml_node_t *node)
{
    static const char *const texts[] = { "title", "text", "option", "item", "answer", "feedback" };
    apr_size_t i;

    for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        if (sc_xml_is(node, texts[i]) && sc_course_is_empty(node, reading->scratch))
            sc_reading_note(reading, SC_PROBLEM_ERROR, master, sc_xml_line(node), "<%s> is empty.", texts[i]);
}

static void check_pass(sc_reading_t *reading, const sc_course_doc_t *master, const sc_xml_node_t *test)
{
    if (!sc_xml_attribute(test, "pass", reading->scratch))
        sc_reading_note(reading, SC_PROBLEM_ERROR, master, sc_xml_line(test),
                        "<%s> lacks its attribute “pass”: the percentage that must be reached.", sc_xml_name(test));
}

/* Every question of the placement test says which module it is about. */
static void check_covers(sc_reading_t *reading, const sc_course_doc_t *master, const sc_xml_node_t *placement)
{
    const sc_xml_node_t *question;

    for (question = sc_xml_child(placement, NULL); question; question = sc_xml_next(question, NULL)) {
        const char *covers;

        if (!sc_course_is_activity(question))
            continue;
        covers = sc_xml_attribute(question, "covers", reading->scratch);
        if (!covers || !*covers)
            sc_reading_note(reading, SC_PROBLEM_ERROR, master, sc_xml_line(question),
                            "A question of the placement test needs “covers”: the id of the module that it lets skip.");
        else if (!sc_xml_is(apr_hash_get(master->by_id, covers, APR_HASH_KEY_STRING), "module"))
            sc_reading_note(reading, SC_PROBLEM_ERROR, master, sc_xml_line(question),
                            "“covers” names “%s”, but there is no such module in this course.", covers);
    }
}

static int is_right(const sc_xml_node_t *option, apr_pool_t *pool)
{
    const char *correct = sc_xml_attribute(option, "correct", pool);

    return correct && strcmp(correct, "yes") == 0;
}

static void check_choice(sc_reading_t *reading, const sc_course_doc_t *master, const sc_xml_node_t *choice)
{
    const sc_xml_node_t *option = sc_xml_child(choice, "option");

    if (!option)
        return;
    for (; option; option = sc_xml_next(option, "option"))
        if (is_right(option, reading->scratch))
            return;
    sc_reading_note(reading, SC_PROBLEM_ERROR, master, sc_xml_line(choice),
                    "No option of this choice is right; write correct=\"yes\" on at least one.");
}

/* Two equal items: nobody could tell which comes first. */
void sc_course_check_items(sc_reading_t *reading, const sc_course_doc_t *doc, const sc_xml_node_t *order)
{
    apr_hash_t *seen = apr_hash_make(reading->scratch);
    const sc_xml_node_t *item;

    for (item = sc_xml_child(order, "item"); item; item = sc_xml_next(item, "item")) {
        const char *text = sc_course_line(item, reading->scratch);
        if (*text && apr_hash_get(seen, text, APR_HASH_KEY_STRING))
            sc_reading_note(reading, SC_PROBLEM_ERROR, doc, sc_xml_line(item),
                            "The item “%s” is there twice; the items of an order must differ.",
                            sc_text_clipped(text, 60, reading->scratch));
        apr_hash_set(seen, text, APR_HASH_KEY_STRING, item);
    }
}

/* ---- the master */

static void check_course_id(sc_reading_t *reading, const sc_course_doc_t *master)
{
    const char *id = sc_xml_attribute(master->root, "id", reading->scratch);

    if (id && strcmp(id, reading->source->folder) != 0)
        sc_reading_note(reading, SC_PROBLEM_ERROR, master, sc_xml_line(master->root),
                        "The id of the course is “%s”, its folder is “%s”; they must be the same.", id, reading->source->folder);
}

static void check_first_module(sc_reading_t *reading, const sc_course_doc_t *master)
{
    const sc_xml_node_t *module = sc_xml_child(sc_xml_child(master->root, "chapter"), "module");
    const char *unlock = sc_xml_attribute(module, "unlock", reading->scratch);

    if (unlock && strcmp(unlock, "previous") == 0)
        sc_reading_note(reading, SC_PROBLEM_WARNING, master, sc_xml_line(module),
                        "unlock=\"previous\" means nothing on the first module: there is none before it.");
}

void sc_course_check(sc_reading_t *reading)
{
    sc_course_doc_t *master = &reading->docs[0];
    const sc_xml_node_t *root = master->root, *node;

    check_course_id(reading, master);
    for (node = sc_course_walk(root, root); node; node = sc_course_walk(node, root)) {
        check_id(reading, master, node);
        check_not_empty(reading, master, node);
        if (sc_xml_is(node, "assessment"))
            check_pass(reading, master, node);
        else if (sc_xml_is(node, "choice"))
            check_choice(reading, master, node);
        else if (sc_xml_is(node, "order"))
            sc_course_check_items(reading, master, node);
    }
    check_covers(reading, master, sc_xml_child(root, "placement"));
    check_first_module(reading, master);
}
