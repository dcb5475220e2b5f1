/* SPDX-License-Identifier: Apache-2.0
 *
 * What the files of the course reader share; nobody else includes it.
 *
 *   course_read.c     opens the files and runs the others in this order
 *   course_grammar.c  says in plain words what is wrong with XML and grammar
 *   course_check.c    the meaning of the master: ids, right options, thresholds
 *   course_lang.c     language files beside the master: what disagrees, and which element stands for which
 *   course_build.c    makes the sc_course_t
 *   course_text.c     texts: Markdown, links, media
 */
#ifndef SC_DOMAIN_COURSE_PARTS_H
#define SC_DOMAIN_COURSE_PARTS_H

#include "base/xml.h"
#include "domain/course_read.h"

/* A file that was read. The master is the first. */
typedef struct {
    const char *name;
    const char *lang;
    const sc_xml_node_t *root; /* NULL when it is not even XML */
    apr_hash_t *by_id;         /* id -> const sc_xml_node_t *: the elements that may stand for the master's */
} sc_course_doc_t;

typedef struct {
    const sc_course_source_t *source;
    sc_course_doc_t *docs;
    int doc_count;
    apr_array_header_t *problems;
    int errors, warnings; /* all of them, also those that are not kept */
    apr_pool_t *pool;     /* the course's and the problems' */
    apr_pool_t *scratch;  /* gone with the XML when all is read */
} sc_reading_t;

/* An element of the master together with its counterparts: one node per file, NULL where there is none. */
typedef const sc_xml_node_t *const *sc_spot_t;

/* Notes a problem with `doc` at `line`. */
void sc_reading_note(sc_reading_t *reading, sc_severity_e severity, const sc_course_doc_t *doc, int line, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* course_grammar.c: the file as XML under the grammar; fills `doc->root`. */
void sc_course_open(sc_reading_t *reading, sc_course_doc_t *doc, const sc_course_file_t *file, const sc_xml_schema_t *schema);

/* course_check.c */
void sc_course_check(sc_reading_t *reading);

/* The items of an order, of whichever file, must differ. */
void sc_course_check_items(sc_reading_t *reading, const sc_course_doc_t *doc, const sc_xml_node_t *order);

/* What an element means when the attribute is not written: "1" point, unlock "always"; NULL if nothing. */
const char *sc_course_default(const char *attribute);

/* Whether it is a question: <choice>, <gap> or <order>. */
int sc_course_is_activity(const sc_xml_node_t *node);

/* The next element of a document in the order it is written, after `node`, below `root`. */
const sc_xml_node_t *sc_course_walk(const sc_xml_node_t *node, const sc_xml_node_t *root);

/* course_lang.c */
void sc_course_compare(sc_reading_t *reading);
sc_spot_t sc_spot_root(const sc_reading_t *reading);
sc_spot_t sc_spot_of(const sc_reading_t *reading, const sc_xml_node_t *node);
/* The child `name` at `index` (from 0) of each node, or NULL when the master has none. */
sc_spot_t sc_spot_child(const sc_reading_t *reading, sc_spot_t spot, const char *name, int index);

/* course_text.c. Each gives a text in all languages, the master's where a language has none; NULL for NULL. */
sc_text_t sc_course_plain(sc_reading_t *reading, sc_spot_t spot);
sc_text_t sc_course_html(sc_reading_t *reading, sc_spot_t spot);
sc_text_t sc_course_label(sc_reading_t *reading, sc_spot_t spot);
/* One text on one line, without white space at its ends. "" for NULL. */
const char *sc_course_line(const sc_xml_node_t *node, apr_pool_t *pool);
int sc_course_is_empty(const sc_xml_node_t *node, apr_pool_t *pool);

/* course_build.c */
sc_course_t *sc_course_build(sc_reading_t *reading);

#endif
