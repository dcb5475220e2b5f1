/* SPDX-License-Identifier: Apache-2.0
 *
 * A file as XML and under the grammar. What libxml2 finds is said in words that an author understands.
 */
#include <apr_strings.h>
#include <string.h>

#include "domain/course_parts.h"

/* Mistakes that everybody makes once, by words of libxml2. */
static const struct {
    const char *words;
    const char *advice;
} common_mistakes[] = {
    { "xmlParseEntityRef: no name", "A bare “&” must be written “&amp;”" },
    { "EntityRef: expecting ';'", "A bare “&” must be written “&amp;”" },
    { "StartTag: invalid element name", "A bare “<” must be written “&lt;”" },
    { "Document is empty", "The file is empty" },
    { "Start tag expected, '<' not found", "The file holds no XML" },
    { "Input is not proper UTF-8", "The file is not saved as UTF-8" },
};

typedef struct {
    sc_reading_t *reading;
    const sc_course_doc_t *doc;
} context_t;

static void note_malformed(const context_t *context, const sc_xml_report_t *report)
{
    apr_size_t i;

    for (i = 0; i < sizeof(common_mistakes) / sizeof(common_mistakes[0]); i++) {
        if (strstr(report->text, common_mistakes[i].words)) {
            sc_reading_note(context->reading, SC_PROBLEM_ERROR, context->doc, report->line, "%s.", common_mistakes[i].advice);
            return;
        }
    }
    sc_reading_note(context->reading, SC_PROBLEM_ERROR, context->doc, report->line, "This is not well-formed XML: %s.",
                    report->text);
}

/* " Allowed is <option>." */
static const char *allowance(const char *what, const sc_xml_report_t *report, apr_pool_t *pool)
{
    return report->expected
               ? apr_pstrcat(pool, " ", what, strchr(report->expected, ',') ? " one of " : " ", report->expected, ".", NULL)
               : "";
}

/* The only attribute of ours with a namespace, which the report leaves out. */
static const char *written(const char *attribute)
{
    return strcmp(attribute, "lang") == 0 ? "xml:lang" : attribute;
}

static const char *allowed_value(const sc_xml_report_t *report, apr_pool_t *pool)
{
    if (strcmp(report->attribute, "id") == 0)
        return strcmp(report->element, "course") == 0
                   ? " It is the name of the training's folder: small letters, digits and “-”."
                   : " It begins with a letter, followed by letters, digits, “-” and “_”, 64 characters at most.";
    if (strcmp(report->attribute, "lang") == 0)
        return " It is a language tag such as “en”, “fr” or “pt-BR”.";
    if (!report->expected)
        return " It is a whole number.";
    return allowance("Allowed is", report, pool);
}

static void on_fault(void *baton, const sc_xml_report_t *report)
{
    const context_t *context = baton;
    sc_reading_t *reading = context->reading;
    const sc_course_doc_t *doc = context->doc;
    apr_pool_t *pool = reading->scratch;

    switch (report->fault) {
    case SC_XML_MALFORMED:
        note_malformed(context, report);
        break;
    case SC_XML_DOCTYPE:
        sc_reading_note(reading, SC_PROBLEM_ERROR, doc, report->line, "A document type (<!DOCTYPE …>) is not allowed.");
        break;
    case SC_XML_ROOT:
        sc_reading_note(reading, SC_PROBLEM_ERROR, doc, report->line,
                        "The file must begin with <course xmlns=\"urn:scormconnect:course:1\" …>.");
        break;
    case SC_XML_UNEXPECTED:
        sc_reading_note(reading, SC_PROBLEM_ERROR, doc, report->line, "<%s> may not stand here.%s", report->element,
                        allowance("Expected is", report, pool));
        break;
    case SC_XML_INCOMPLETE:
        sc_reading_note(reading, SC_PROBLEM_ERROR, doc, report->line, "Something is missing in <%s>.%s", report->element,
                        allowance("Expected is", report, pool));
        break;
    case SC_XML_STRAY_TEXT:
        sc_reading_note(reading, SC_PROBLEM_ERROR, doc, report->line, "Text may not stand directly in <%s>; put it into <text>.",
                        report->element);
        break;
    case SC_XML_STRAY_ELEMENT:
        sc_reading_note(reading, SC_PROBLEM_ERROR, doc, report->line,
                        "<%s> holds text only, no elements; texts are formatted with Markdown.", report->element);
        break;
    case SC_XML_ATTRIBUTE_UNKNOWN:
        sc_reading_note(reading, SC_PROBLEM_ERROR, doc, report->line, "<%s> can't have the attribute “%s” here.", report->element,
                        written(report->attribute));
        break;
    case SC_XML_ATTRIBUTE_MISSING:
        sc_reading_note(reading, SC_PROBLEM_ERROR, doc, report->line, "<%s> lacks its attribute “%s”.", report->element,
                        written(report->attribute));
        break;
    case SC_XML_VALUE:
        sc_reading_note(reading, SC_PROBLEM_ERROR, doc, report->line, "“%s” is no value for the attribute “%s” of <%s>.%s",
                        report->value, written(report->attribute), report->element, allowed_value(report, pool));
        break;
    case SC_XML_OTHER:
        sc_reading_note(reading, SC_PROBLEM_ERROR, doc, report->line, "%s.", report->text);
        break;
    }
}

void sc_course_open(sc_reading_t *reading, sc_course_doc_t *doc, const sc_course_file_t *file, const sc_xml_schema_t *schema)
{
    context_t context = { reading, doc };
    const sc_xml_node_t *root = sc_xml_read(file->bytes, file->length, on_fault, &context, reading->scratch);

    if (!root)
        return;
    sc_xml_follows(schema, root, on_fault, &context, reading->scratch);
    if (sc_xml_is(root, "course"))
        doc->root = root;
}
