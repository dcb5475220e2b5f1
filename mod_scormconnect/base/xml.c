/* SPDX-License-Identifier: Apache-2.0 */
#include "base/xml.h"

#include <apr_file_io.h>
#include <apr_strings.h>
#include <apr_tables.h>
#include <libxml/parser.h>
#include <libxml/xmlerror.h>
#include <libxml/xmlschemas.h>
#include <libxml/xmlschemastypes.h>
#include <string.h>

/* Never NOENT, DTDLOAD or HUGE. */
#define READ_OPTIONS (XML_PARSE_NONET | XML_PARSE_BIG_LINES)

#if LIBXML_VERSION >= 21200
typedef const xmlError *fault_t;
#else
typedef xmlError *fault_t;
#endif

struct sc_xml_schema_t {
    xmlDoc *source; /* the schema points into it */
    xmlSchema *schema;
};

/* ---- words of the library, made fit for authors */

/* Without "{namespace}" and the line end. */
static char *without_namespaces(const char *text, apr_pool_t *pool)
{
    char *copy = apr_palloc(pool, strlen(text) + 1), *to = copy;

    while (*text && *text != '\n') {
        const char *end = *text == '{' ? strpbrk(text + 1, "} \n") : NULL;
        if (end && *end == '}' && strchr(text, ':') && strchr(text, ':') < end)
            text = end + 1;
        else
            *to++ = *text++;
    }
    while (to > copy && (to[-1] == '.' || to[-1] == ' '))
        to--;
    *to = '\0';
    return copy;
}

/* What stands between `before` and `after` in `text`, or NULL. */
static char *between(const char *text, const char *before, const char *after, apr_pool_t *pool)
{
    const char *start = strstr(text, before), *end;

    if (!start)
        return NULL;
    start += strlen(before);
    end = strstr(start, after);
    return end ? apr_pstrmemdup(pool, start, (apr_size_t)(end - start)) : NULL;
}

/* "<text>, <option>" from "Expected is one of ( text, option )". */
static const char *expected_elements(const char *text, apr_pool_t *pool)
{
    char *list = between(text, "( ", " )", pool), *state, *name;
    const char *expected = NULL;

    if (!list)
        return NULL;
    for (name = apr_strtok(list, ", ", &state); name; name = apr_strtok(NULL, ", ", &state))
        expected = apr_pstrcat(pool, expected ? expected : "", expected ? ", <" : "<", name, ">", NULL);
    return expected;
}

static sc_xml_fault_e fault_of(int code, const char *text)
{
    switch (code) {
    case XML_SCHEMAV_CVC_ELT_1:
        return SC_XML_ROOT;
    case XML_SCHEMAV_ELEMENT_CONTENT:
        return strstr(text, "Missing child element") ? SC_XML_INCOMPLETE : SC_XML_UNEXPECTED;
    case XML_SCHEMAV_CVC_COMPLEX_TYPE_2_3:
        return SC_XML_STRAY_TEXT;
    case XML_SCHEMAV_CVC_TYPE_3_1_2:
        return SC_XML_STRAY_ELEMENT;
    case XML_SCHEMAV_CVC_COMPLEX_TYPE_3_2_1:
        return SC_XML_ATTRIBUTE_UNKNOWN;
    case XML_SCHEMAV_CVC_COMPLEX_TYPE_4:
        return SC_XML_ATTRIBUTE_MISSING;
    case XML_SCHEMAV_CVC_DATATYPE_VALID_1_2_1:
    case XML_SCHEMAV_CVC_PATTERN_VALID:
    case XML_SCHEMAV_CVC_ENUMERATION_VALID:
    case XML_SCHEMAV_CVC_MININCLUSIVE_VALID:
    case XML_SCHEMAV_CVC_MAXINCLUSIVE_VALID:
        return SC_XML_VALUE;
    default:
        return SC_XML_OTHER;
    }
}

static const char *expected_value(fault_t fault, apr_pool_t *pool)
{
    switch (fault->code) {
    case XML_SCHEMAV_CVC_ENUMERATION_VALID:
        return apr_pstrdup(pool, fault->str2);
    case XML_SCHEMAV_CVC_MININCLUSIVE_VALID:
        return apr_pstrcat(pool, "at least ", fault->str2, NULL);
    case XML_SCHEMAV_CVC_MAXINCLUSIVE_VALID:
        return apr_pstrcat(pool, "at most ", fault->str2, NULL);
    default:
        return NULL;
    }
}

/* ---- callbacks */

typedef struct {
    sc_xml_report_fn report;
    void *baton;
    int told;
    const char *first; /* in `pool`, the first fault's text */
    apr_pool_t *pool;
} listener_t;

static void tell(listener_t *to, const sc_xml_report_t *report)
{
    to->told++;
    if (to->report)
        to->report(to->baton, report);
}

static void on_schema_fault(void *data, fault_t fault)
{
    listener_t *to = data;
    sc_xml_report_t report = { .line = fault->line, .element = "", .attribute = "", .value = "" };
    const xmlNode *node = fault->node;
    const char *attribute;

    report.text = without_namespaces(fault->message ? fault->message : "", to->pool);
    if (!to->first)
        to->first = report.text;
    report.fault = fault_of(fault->code, report.text);
    if (node && node->type == XML_ATTRIBUTE_NODE)
        node = node->parent;
    if (node) {
        report.element = apr_pstrdup(to->pool, (const char *)node->name);
        report.line = (int)xmlGetLineNo((xmlNode *)node);
    }
    if (report.fault == SC_XML_ATTRIBUTE_MISSING)
        attribute = between(report.text, "The attribute '", "'", to->pool);
    else
        attribute = between(report.text, "attribute '", "'", to->pool);
    if (attribute)
        report.attribute = attribute;
    if (report.fault == SC_XML_VALUE) {
        report.value = apr_pstrdup(to->pool, fault->str1 ? fault->str1 : "");
        report.expected = expected_value(fault, to->pool);
    }
    else
        report.expected = expected_elements(report.text, to->pool);
    tell(to, &report);
}

/* The parser goes on guessing after the first mistake; what it says then is of no use. */
static void on_parser_fault(void *data, fault_t fault)
{
    const xmlParserCtxt *parser = data;
    listener_t *to = parser->_private;
    sc_xml_report_t report = { .fault = SC_XML_MALFORMED, .line = fault->line, .element = "", .attribute = "", .value = "" };

    if (fault->level < XML_ERR_ERROR || to->told)
        return;
    report.text = to->first = without_namespaces(fault->message ? fault->message : "", to->pool);
    tell(to, &report);
}

static void on_doctype(void *data, const xmlChar *name, const xmlChar *external, const xmlChar *system)
{
    xmlParserCtxt *parser = data;
    listener_t *to = parser->_private;
    sc_xml_report_t report = { .fault = SC_XML_DOCTYPE, .element = "", .attribute = "", .value = "" };

    (void)name;
    (void)external;
    (void)system;
    report.line = parser->input ? parser->input->line : 0;
    report.text = "A document type is not allowed";
    if (!to->told)
        tell(to, &report);
    xmlStopParser(parser);
}

static apr_status_t free_document(void *document)
{
    xmlFreeDoc(document);
    return APR_SUCCESS;
}

/* ---- reading */

static xmlDoc *parse(const char *bytes, apr_size_t length, const char *url, listener_t *to)
{
    xmlParserCtxt *parser;
    xmlDoc *document;

    xmlInitParser();
    parser = xmlNewParserCtxt();
    if (!parser)
        return NULL;
    parser->_private = to;
    parser->sax->serror = on_parser_fault;
    parser->sax->internalSubset = on_doctype;
    document = xmlCtxtReadMemory(parser, bytes, (int)length, url, NULL, READ_OPTIONS);
    xmlFreeParserCtxt(parser);
    if (document && to->told) {
        xmlFreeDoc(document);
        document = NULL;
    }
    return document;
}

const sc_xml_node_t *sc_xml_read(const char *bytes, apr_size_t length, sc_xml_report_fn report, void *baton, apr_pool_t *pool)
{
    listener_t to = { .report = report, .baton = baton, .pool = pool };
    xmlDoc *document = length <= APR_INT32_MAX ? parse(bytes, length, NULL, &to) : NULL;

    if (!document) {
        sc_xml_report_t nothing = {
            .fault = SC_XML_MALFORMED, .line = 1, .element = "", .attribute = "", .value = "", .text = "It can't be read"
        };
        if (!to.told)
            tell(&to, &nothing);
        return NULL;
    }
    apr_pool_cleanup_register(pool, document, free_document, apr_pool_cleanup_null);
    return xmlDocGetRootElement(document);
}

static apr_status_t free_schema(void *data)
{
    sc_xml_schema_t *schema = data;

    xmlSchemaFree(schema->schema);
    xmlFreeDoc(schema->source);
    return APR_SUCCESS;
}

static apr_status_t read_file(const char *path, const char **bytes, apr_size_t *length, apr_pool_t *pool)
{
    apr_file_t *file;
    apr_finfo_t info;
    char *buffer;
    apr_status_t status = apr_file_open(&file, path, APR_READ | APR_BINARY, APR_OS_DEFAULT, pool);

    if (status != APR_SUCCESS)
        return status;
    status = apr_file_info_get(&info, APR_FINFO_SIZE, file);
    if (status == APR_SUCCESS) {
        buffer = apr_palloc(pool, (apr_size_t)info.size + 1);
        status = apr_file_read_full(file, buffer, (apr_size_t)info.size, length);
        *bytes = buffer;
    }
    apr_file_close(file);
    return status;
}

sc_error_t *sc_xml_schema_read(const char *path, sc_xml_schema_t **out, apr_pool_t *pool)
{
    listener_t to = { .pool = pool };
    sc_xml_schema_t *schema = apr_pcalloc(pool, sizeof(*schema));
    xmlSchemaParserCtxt *parser;
    const char *bytes;
    apr_size_t length;
    apr_status_t status;

    *out = NULL;
    status = read_file(path, &bytes, &length, pool);
    if (status != APR_SUCCESS)
        return sc_error_cause(
            sc_error_detail(sc_error(pool, SC_INTERNAL, SC_MSG(201), "internal", "The grammar of trainings can't be read"), "%s",
                            path),
            status);

    /* Its name lets the import of xml.xsd be found beside it. */
    schema->source = parse(bytes, length, path, &to);
    xmlSchemaInitTypes();
    parser = schema->source ? xmlSchemaNewDocParserCtxt(schema->source) : NULL;
    if (parser) {
        xmlSchemaSetParserStructuredErrors(parser, on_schema_fault, &to);
        schema->schema = xmlSchemaParse(parser);
        xmlSchemaFreeParserCtxt(parser);
    }
    apr_pool_cleanup_register(pool, schema, free_schema, apr_pool_cleanup_null);
    if (!schema->schema)
        return sc_error_detail(sc_error(pool, SC_INTERNAL, SC_MSG(202), "internal", "The grammar of trainings is damaged"),
                               "%s: %s", path, to.first ? to.first : "not an XML schema");
    *out = schema;
    return NULL;
}

int sc_xml_follows(const sc_xml_schema_t *schema, const sc_xml_node_t *root, sc_xml_report_fn report, void *baton,
                   apr_pool_t *pool)
{
    listener_t to = { .report = report, .baton = baton, .pool = pool };
    xmlSchemaValidCtxt *validator = xmlSchemaNewValidCtxt(schema->schema);
    int verdict = -1;

    if (validator) {
        xmlSchemaSetValidStructuredErrors(validator, on_schema_fault, &to);
        verdict = xmlSchemaValidateDoc(validator, root->doc);
        xmlSchemaFreeValidCtxt(validator);
    }
    return verdict == 0;
}

/* ---- walking */

static const sc_xml_node_t *element_from(const xmlNode *node, const char *name)
{
    while (node && !(node->type == XML_ELEMENT_NODE && (!name || strcmp((const char *)node->name, name) == 0)))
        node = node->next;
    return node;
}

const char *sc_xml_name(const sc_xml_node_t *node)
{
    return node ? (const char *)node->name : "";
}

int sc_xml_is(const sc_xml_node_t *node, const char *name)
{
    return strcmp(sc_xml_name(node), name) == 0;
}

int sc_xml_line(const sc_xml_node_t *node)
{
    return node ? (int)xmlGetLineNo((xmlNode *)node) : 0;
}

const sc_xml_node_t *sc_xml_parent(const sc_xml_node_t *node)
{
    return node && node->parent && node->parent->type == XML_ELEMENT_NODE ? node->parent : NULL;
}

const sc_xml_node_t *sc_xml_child(const sc_xml_node_t *node, const char *name)
{
    return node ? element_from(node->children, name) : NULL;
}

const sc_xml_node_t *sc_xml_next(const sc_xml_node_t *node, const char *name)
{
    return node ? element_from(node->next, name) : NULL;
}

int sc_xml_count(const sc_xml_node_t *node, const char *name)
{
    const sc_xml_node_t *child;
    int count = 0;

    for (child = sc_xml_child(node, name); child; child = sc_xml_next(child, name))
        count++;
    return count;
}

const char *sc_xml_attribute(const sc_xml_node_t *node, const char *name, apr_pool_t *pool)
{
    xmlChar *value = NULL;
    char *copy;

    if (node && strcmp(name, "xml:lang") == 0)
        value = xmlGetNsProp((xmlNode *)node, BAD_CAST "lang", XML_XML_NAMESPACE);
    else if (node)
        value = xmlGetNoNsProp((xmlNode *)node, BAD_CAST name);
    if (!value)
        return NULL;
    copy = apr_pstrdup(pool, (const char *)value + strspn((const char *)value, " \t\r\n"));
    while (*copy && strchr(" \t\r\n", copy[strlen(copy) - 1]))
        copy[strlen(copy) - 1] = '\0';
    xmlFree(value);
    return copy;
}

static const char *line_ends(const char *text, apr_pool_t *pool)
{
    apr_size_t count = 0;
    char *lines;

    for (; text && *text; text++)
        count += *text == '\n';
    lines = apr_palloc(pool, count + 1);
    memset(lines, '\n', count);
    lines[count] = '\0';
    return lines;
}

const char *sc_xml_text(const sc_xml_node_t *node, apr_pool_t *pool)
{
    apr_array_header_t *pieces = apr_array_make(pool, 4, sizeof(const char *));
    const xmlNode *child;

    for (child = node ? node->children : NULL; child; child = child->next) {
        const char *content = (const char *)child->content;
        if (child->type == XML_TEXT_NODE || child->type == XML_CDATA_SECTION_NODE)
            APR_ARRAY_PUSH(pieces, const char *) = content ? content : "";
        else if (child->type == XML_COMMENT_NODE || child->type == XML_PI_NODE)
            APR_ARRAY_PUSH(pieces, const char *) = line_ends(content, pool);
    }
    return apr_array_pstrcat(pool, pieces, 0);
}
