/* SPDX-License-Identifier: Apache-2.0
 *
 * Language files beside the master. An element of a language file stands for the master's element of the same id if both are
 * alike; otherwise the master's is shown and the author is warned. So the master may be changed first and
 * translated later. Only what would change the rules is an error.
 */
#include <string.h>

#include "domain/course_parts.h"

static const char *id_of(const sc_reading_t *reading, const sc_xml_node_t *node)
{
    const char *id = sc_xml_attribute(node, "id", reading->scratch);

    return id && *id ? id : NULL;
}

static const sc_xml_node_t *with_id(const sc_course_doc_t *doc, const char *id)
{
    return apr_hash_get(doc->by_id, id, APR_HASH_KEY_STRING);
}

/* ---- which element may stand for the master's */

static int has_as_many(sc_reading_t *reading, const sc_course_doc_t *doc, const sc_xml_node_t *mine, const sc_xml_node_t *masters,
                       const char *name)
{
    int count = sc_xml_count(mine, name), wanted = sc_xml_count(masters, name);

    if (count != wanted)
        sc_reading_note(reading, SC_PROBLEM_WARNING, doc, sc_xml_line(mine),
                        "“%s” has %d <%s> here and %d in the master; the master's are shown.", id_of(reading, mine), count, name,
                        wanted);
    return count == wanted;
}

static int is_alike(sc_reading_t *reading, const sc_course_doc_t *doc, const sc_xml_node_t *mine, const char *id)
{
    const sc_xml_node_t *masters = with_id(&reading->docs[0], id);

    if (!masters) {
        sc_reading_note(reading, SC_PROBLEM_WARNING, doc, sc_xml_line(mine), "The master has no “%s”; this <%s> is left out.", id,
                        sc_xml_name(mine));
        return 0;
    }
    if (!sc_xml_is(mine, sc_xml_name(masters))) {
        sc_reading_note(reading, SC_PROBLEM_WARNING, doc, sc_xml_line(mine),
                        "“%s” is a <%s> here and a <%s> in the master; the master's is shown.", id, sc_xml_name(mine),
                        sc_xml_name(masters));
        return 0;
    }
    return has_as_many(reading, doc, mine, masters, "option") && has_as_many(reading, doc, mine, masters, "item");
}

/* Fills `doc->by_id`. `seen` gets every id of the file. */
static void match(sc_reading_t *reading, sc_course_doc_t *doc, apr_hash_t *seen)
{
    const sc_xml_node_t *node;

    for (node = sc_course_walk(doc->root, doc->root); node; node = sc_course_walk(node, doc->root)) {
        const char *id = id_of(reading, node);

        if (!id)
            continue;
        if (apr_hash_get(seen, id, APR_HASH_KEY_STRING)) {
            sc_reading_note(reading, SC_PROBLEM_ERROR, doc, sc_xml_line(node), "The id “%s” is there twice.", id);
            continue;
        }
        apr_hash_set(seen, id, APR_HASH_KEY_STRING, node);
        if (is_alike(reading, doc, node, id))
            apr_hash_set(doc->by_id, id, APR_HASH_KEY_STRING, node);
    }
}

/* ---- rules: may be repeated, not changed */

static void compare_rules(sc_reading_t *reading, const sc_course_doc_t *doc, const sc_xml_node_t *mine,
                          const sc_xml_node_t *masters)
{
    static const char *const rules[] = { "points", "pass", "attempts", "unlock", "minutes", "covers", "correct" };
    apr_size_t i;

    for (i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
        const char *here = sc_xml_attribute(mine, rules[i], reading->scratch);
        const char *there = sc_xml_attribute(masters, rules[i], reading->scratch);

        if (!there)
            there = sc_course_default(rules[i]);
        if (here && (!there || strcmp(here, there) != 0))
            sc_reading_note(reading, SC_PROBLEM_ERROR, doc, sc_xml_line(mine),
                            "“%s” is “%s” here and %s%s%s in the master, whose rules hold; leave it out here.", rules[i], here,
                            there ? "“" : "", there ? there : "not set", there ? "”" : "");
    }
}

/* ---- texts: what is missing */

static void compare_texts(sc_reading_t *reading, const sc_course_doc_t *doc, const sc_xml_node_t *mine,
                          const sc_xml_node_t *masters, const char *name)
{
    int count = sc_xml_count(mine, name), wanted = sc_xml_count(masters, name);
    const sc_xml_node_t *text = sc_xml_child(mine, name);

    if (count < wanted)
        sc_reading_note(reading, SC_PROBLEM_WARNING, doc, sc_xml_line(mine),
                        "<%s> is missing in this <%s>; the master's is shown.", name, sc_xml_name(mine));
    else if (count > wanted)
        sc_reading_note(reading, SC_PROBLEM_WARNING, doc, sc_xml_line(mine),
                        "This <%s> has more <%s> than in the master; what is too much is left out.", sc_xml_name(mine), name);
    for (; text; text = sc_xml_next(text, name))
        if (sc_course_is_empty(text, reading->scratch))
            sc_reading_note(reading, SC_PROBLEM_WARNING, doc, sc_xml_line(text), "<%s> is empty; the master's is shown.", name);
}

/* The options or items, one by one. */
static void compare_parts(sc_reading_t *reading, const sc_course_doc_t *doc, const sc_xml_node_t *mine,
                          const sc_xml_node_t *masters, const char *name)
{
    const sc_xml_node_t *part = sc_xml_child(mine, name), *there = sc_xml_child(masters, name);

    for (; part && there; part = sc_xml_next(part, name), there = sc_xml_next(there, name)) {
        compare_rules(reading, doc, part, there);
        compare_texts(reading, doc, part, there, "feedback");
        if (sc_course_is_empty(part, reading->scratch))
            sc_reading_note(reading, SC_PROBLEM_WARNING, doc, sc_xml_line(part), "<%s> is empty; the master's is shown.", name);
    }
}

static void compare_element(sc_reading_t *reading, const sc_course_doc_t *doc, const sc_xml_node_t *mine,
                            const sc_xml_node_t *masters)
{
    compare_rules(reading, doc, mine, masters);
    compare_texts(reading, doc, mine, masters, "title");
    compare_texts(reading, doc, mine, masters, "text");
    compare_texts(reading, doc, mine, masters, "feedback");
    compare_parts(reading, doc, mine, masters, "option");
    compare_parts(reading, doc, mine, masters, "item");
    if (sc_xml_is(mine, "order"))
        sc_course_check_items(reading, doc, mine);
}

/* ---- a file */

/* Whether the element that holds `masters` is in the file: when it is not, that was told already. */
static int is_parent_there(sc_reading_t *reading, const sc_course_doc_t *doc, const sc_xml_node_t *masters)
{
    const sc_xml_node_t *parent = sc_xml_parent(masters);
    const char *id = id_of(reading, parent);

    return parent == reading->docs[0].root || (id && with_id(doc, id));
}

static void compare_file(sc_reading_t *reading, sc_course_doc_t *doc)
{
    const sc_xml_node_t *root = reading->docs[0].root, *node;
    apr_hash_t *seen = apr_hash_make(reading->scratch);
    const char *id = id_of(reading, doc->root), *wanted = id_of(reading, root);

    if (id && wanted && strcmp(id, wanted) != 0)
        sc_reading_note(reading, SC_PROBLEM_ERROR, doc, sc_xml_line(doc->root),
                        "The id of the course is “%s” here and “%s” in the master.", id, wanted);
    match(reading, doc, seen);
    compare_element(reading, doc, doc->root, root);
    for (node = sc_course_walk(root, root); node; node = sc_course_walk(node, root)) {
        const sc_xml_node_t *mine;

        id = id_of(reading, node);
        if (!id)
            continue;
        mine = with_id(doc, id);
        if (mine)
            compare_element(reading, doc, mine, node);
        else if (!apr_hash_get(seen, id, APR_HASH_KEY_STRING) && is_parent_there(reading, doc, node))
            sc_reading_note(reading, SC_PROBLEM_WARNING, doc, 0, "“%s” is missing; the master's <%s> is shown.", id,
                            sc_xml_name(node));
    }
}

void sc_course_compare(sc_reading_t *reading)
{
    int i;

    for (i = 1; i < reading->doc_count; i++)
        if (reading->docs[i].root)
            compare_file(reading, &reading->docs[i]);
}

/* ---- spots */

static const sc_xml_node_t **new_spot(const sc_reading_t *reading)
{
    return apr_pcalloc(reading->scratch, sizeof(const sc_xml_node_t *) * (apr_size_t)reading->doc_count);
}

sc_spot_t sc_spot_root(const sc_reading_t *reading)
{
    const sc_xml_node_t **spot = new_spot(reading);
    int i;

    for (i = 0; i < reading->doc_count; i++)
        spot[i] = reading->docs[i].root;
    return spot;
}

sc_spot_t sc_spot_of(const sc_reading_t *reading, const sc_xml_node_t *node)
{
    const sc_xml_node_t **spot = new_spot(reading);
    const char *id = id_of(reading, node);
    int i;

    spot[0] = node;
    for (i = 1; id && i < reading->doc_count; i++)
        spot[i] = with_id(&reading->docs[i], id);
    return spot;
}

static const sc_xml_node_t *nth_child(const sc_xml_node_t *node, const char *name, int index)
{
    const sc_xml_node_t *child = sc_xml_child(node, name);

    while (child && index-- > 0)
        child = sc_xml_next(child, name);
    return child;
}

sc_spot_t sc_spot_child(const sc_reading_t *reading, sc_spot_t spot, const char *name, int index)
{
    const sc_xml_node_t **child = new_spot(reading);
    int i;

    for (i = 0; i < reading->doc_count; i++)
        child[i] = nth_child(spot[i], name, index);
    return child[0] ? child : NULL;
}
