/* SPDX-License-Identifier: Apache-2.0 */
#include "domain/course_read.h"

#include <apr_lib.h>
#include <apr_strings.h>
#include <stdarg.h>
#include <string.h>

#include "base/secret.h"
#include "domain/course_parts.h"

#define MASTER "course.xml"
#define REV_DIGITS 16

/* ---- problems */

void sc_problem_add(apr_array_header_t *problems, sc_severity_e severity, const char *file, int line, const char *text)
{
    sc_problem_t *problem = apr_array_push(problems);

    problem->severity = severity;
    problem->file = file;
    problem->line = line;
    problem->text = text;
}

void sc_reading_note(sc_reading_t *reading, sc_severity_e severity, const sc_course_doc_t *doc, int line, const char *format, ...)
{
    int *count = severity == SC_PROBLEM_ERROR ? &reading->errors : &reading->warnings;
    va_list args;

    if ((*count)++ >= SC_PROBLEM_LIMIT)
        return;
    va_start(args, format);
    sc_problem_add(reading->problems, severity, doc->name, line, apr_pvsprintf(reading->pool, format, args));
    va_end(args);
}

/* The master's first, then by file and line; what was found first stays first. */
static int comes_after(const sc_problem_t *one, const sc_problem_t *other)
{
    int order = strcmp(one->file, other->file);

    if (order != 0 && (strcmp(one->file, MASTER) == 0 || strcmp(other->file, MASTER) == 0))
        return strcmp(other->file, MASTER) == 0;
    return order != 0 ? order > 0 : one->line > other->line;
}

static void sort_problems(apr_array_header_t *problems)
{
    sc_problem_t *list = (sc_problem_t *)problems->elts;
    int i, at;

    for (i = 1; i < problems->nelts; i++) {
        sc_problem_t problem = list[i];
        for (at = i; at > 0 && comes_after(&list[at - 1], &problem); at--)
            list[at] = list[at - 1];
        list[at] = problem;
    }
}

static void finish_problems(sc_reading_t *reading)
{
    sort_problems(reading->problems);
    if (reading->errors > SC_PROBLEM_LIMIT || reading->warnings > SC_PROBLEM_LIMIT)
        sc_problem_add(reading->problems, SC_PROBLEM_WARNING, MASTER, 0, "There are more problems; only the first are listed.");
}

/* ---- languages */

/* The form of BCP 47, not its register: "fr", "pt-BR", "zh-Hant-TW". */
static int is_language_tag(const char *tag)
{
    apr_size_t length = strcspn(tag, "-");

    if (length < 2 || length > 3)
        return 0;
    for (;; tag += length + 1, length = strcspn(tag, "-")) {
        apr_size_t i;
        for (i = 0; i < length; i++)
            if (!apr_isalnum(tag[i]))
                return 0;
        if (length < 1 || length > 8)
            return 0;
        if (tag[length] == '\0')
            return 1;
    }
}

const char *sc_course_file_language(const char *name, apr_pool_t *pool)
{
    static const char before[] = "course.", after[] = ".xml";
    const apr_size_t around = sizeof(before) + sizeof(after) - 2;
    apr_size_t length = strlen(name);
    const char *lang;

    if (length <= around || strncmp(name, before, sizeof(before) - 1) != 0 ||
        strcmp(name + length - (sizeof(after) - 1), after) != 0)
        return NULL;
    lang = apr_pstrmemdup(pool, name + sizeof(before) - 1, length - around);
    return is_language_tag(lang) ? lang : NULL;
}

static void check_language(sc_reading_t *reading, sc_course_doc_t *doc, int index)
{
    const char *promised = index > 0 ? sc_course_file_language(doc->name, reading->scratch) : NULL;
    int line = sc_xml_line(doc->root), i;

    doc->lang = sc_xml_attribute(doc->root, "xml:lang", reading->pool);
    if (!doc->lang)
        doc->lang = "";
    if (promised && strcasecmp(promised, doc->lang) != 0)
        sc_reading_note(reading, SC_PROBLEM_ERROR, doc, line,
                        "The name of the file says “%s”, xml:lang says “%s”; they must be the same language.", promised,
                        doc->lang);
    for (i = 0; i < index; i++)
        if (reading->docs[i].root && strcasecmp(reading->docs[i].lang, doc->lang) == 0)
            sc_reading_note(reading, SC_PROBLEM_ERROR, doc, line, "%s is in the language “%s” as well.", reading->docs[i].name,
                            doc->lang);
}

/* ---- reading */

static const char *revision(const sc_reading_t *reading)
{
    const sc_course_source_t *source = reading->source;
    apr_pool_t *scratch = reading->scratch;
    apr_array_header_t *digests = apr_array_make(scratch, source->file_count * 2, sizeof(const char *));
    const char *all;
    int i;

    for (i = 0; i < source->file_count; i++) {
        const sc_course_file_t *file = &source->files[i];
        APR_ARRAY_PUSH(digests, const char *) = file->name;
        APR_ARRAY_PUSH(digests, const char *) = sc_secret_digest(file->bytes, file->length, 64, scratch);
    }
    all = apr_array_pstrcat(scratch, digests, '\n');
    return sc_secret_digest(all, strlen(all), REV_DIGITS, reading->pool);
}

static sc_course_t *read_all(sc_reading_t *reading, const sc_xml_schema_t *schema)
{
    sc_course_t *course = NULL;
    int i;

    for (i = 0; i < reading->doc_count; i++) {
        sc_course_doc_t *doc = &reading->docs[i];
        doc->name = apr_pstrdup(reading->pool, reading->source->files[i].name);
        doc->by_id = apr_hash_make(reading->scratch);
        sc_course_open(reading, doc, &reading->source->files[i], schema);
        if (doc->root)
            check_language(reading, doc, i);
    }
    if (reading->docs[0].root) {
        sc_course_check(reading);
        sc_course_compare(reading);
        course = sc_course_build(reading);
        course->rev = revision(reading);
    }
    return course;
}

sc_error_t *sc_course_read(const sc_course_source_t *source, const sc_course_t **out, apr_array_header_t *problems,
                           apr_pool_t *pool)
{
    sc_reading_t reading = { .source = source, .doc_count = source->file_count, .problems = problems, .pool = pool };
    sc_xml_schema_t *schema;
    sc_course_t *course;

    *out = NULL;
    apr_pool_create(&reading.scratch, pool);
    SC_TRY(sc_xml_schema_read(source->schema, &schema, reading.scratch));
    reading.docs = apr_pcalloc(reading.scratch, sizeof(*reading.docs) * (apr_size_t)source->file_count);
    course = read_all(&reading, schema);
    apr_pool_destroy(reading.scratch);
    finish_problems(&reading);
    if (reading.errors > 0)
        return NULL;
    sc_course_print(course, pool);
    *out = course;
    return NULL;
}
