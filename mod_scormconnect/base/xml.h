/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading XML written by strangers, the face of libxml2: well-formedness, a schema, and a tree to walk.
 *
 * Nothing outside the bytes is ever fetched; a document type (and with it every entity of its own) is refused.
 * A tree and a schema are immutable and live as long as the pool they were made in.
 */
#ifndef SC_BASE_XML_H
#define SC_BASE_XML_H

#include <apr_pools.h>

#include "base/error.h"

typedef struct _xmlNode sc_xml_node_t;
typedef struct sc_xml_schema_t sc_xml_schema_t;

typedef enum {
    SC_XML_MALFORMED,     /* no XML at all; only the first place is told */
    SC_XML_DOCTYPE,       /* has a document type */
    SC_XML_ROOT,          /* the schema knows no such document element */
    SC_XML_UNEXPECTED,    /* `element` may not stand here; `expected` may */
    SC_XML_INCOMPLETE,    /* something is missing inside `element`: `expected` */
    SC_XML_STRAY_TEXT,    /* text directly in `element`, which only holds elements */
    SC_XML_STRAY_ELEMENT, /* an element in `element`, which only holds text */
    SC_XML_ATTRIBUTE_UNKNOWN,
    SC_XML_ATTRIBUTE_MISSING,
    SC_XML_VALUE, /* `value` of `attribute` is not allowed; `expected` may tell what is */
    SC_XML_OTHER
} sc_xml_fault_e;

typedef struct {
    sc_xml_fault_e fault;
    int line;
    const char *element; /* names without namespace, "" where there is none */
    const char *attribute;
    const char *value;    /* "" where there is none */
    const char *expected; /* "<option>, <feedback>", "'always', 'previous'", "at most 100"; or NULL */
    const char *text;     /* the library's own words, without namespaces and full stop */
} sc_xml_report_t;

/* Is told each fault. The report lives until it returns, what it points to in the pool of the call. */
typedef void (*sc_xml_report_fn)(void *baton, const sc_xml_report_t *report);

/* The XSD at `path`. Also readies libxml2 for threads: read one before threads are started. */
sc_error_t *sc_xml_schema_read(const char *path, sc_xml_schema_t **out, apr_pool_t *pool);

/* The document element of `bytes`, or NULL after telling why not. */
const sc_xml_node_t *sc_xml_read(const char *bytes, apr_size_t length, sc_xml_report_fn report, void *baton, apr_pool_t *pool);

/* Whether the document of `root` follows `schema`. */
int sc_xml_follows(const sc_xml_schema_t *schema, const sc_xml_node_t *root, sc_xml_report_fn report, void *baton,
                   apr_pool_t *pool);

/* ---- walking. Names are without namespace; `name` NULL stands for any element. NULL nodes have nothing. */
const char *sc_xml_name(const sc_xml_node_t *node);
int sc_xml_is(const sc_xml_node_t *node, const char *name);
int sc_xml_line(const sc_xml_node_t *node);
const sc_xml_node_t *sc_xml_parent(const sc_xml_node_t *node);
const sc_xml_node_t *sc_xml_child(const sc_xml_node_t *node, const char *name);
const sc_xml_node_t *sc_xml_next(const sc_xml_node_t *node, const char *name);
int sc_xml_count(const sc_xml_node_t *node, const char *name);

/* The value of an attribute ("id", "xml:lang") without white space at its ends, or NULL. */
const char *sc_xml_attribute(const sc_xml_node_t *node, const char *name, apr_pool_t *pool);

/* The text directly in `node`, not that of elements in it. Comments leave their line ends behind, so that
 * line n of the text is line n of the element. */
const char *sc_xml_text(const sc_xml_node_t *node, apr_pool_t *pool);

#endif
