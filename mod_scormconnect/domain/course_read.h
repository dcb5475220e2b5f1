/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading a training: course.xml, the master, and course.LANG.xml, whose texts alone are read.
 *
 * All mistakes are found in one pass and told as problems with file and line: those of the XML, of the grammar
 * (course.xsd, made from course.rnc) and of the meaning (dangling ids, a choice without a right option, missing media,
 * pictures without alternative text, language files that disagree with the master).
 * Any problem of severity SC_PROBLEM_ERROR means: no course.
 */
#ifndef SC_DOMAIN_COURSE_READ_H
#define SC_DOMAIN_COURSE_READ_H

#include "domain/course.h"

typedef enum { SC_PROBLEM_ERROR, SC_PROBLEM_WARNING } sc_severity_e;

typedef struct {
    sc_severity_e severity;
    const char *file; /* relative to the training's folder */
    int line;         /* 0: the file as a whole */
    const char *text; /* a sentence without file and line */
} sc_problem_t;

/* So many errors and so many warnings are kept; more are only counted. */
#define SC_PROBLEM_LIMIT 200

/* Adds one to an array of them; the strings are kept as they are. */
void sc_problem_add(apr_array_header_t *problems, sc_severity_e severity, const char *file, int line, const char *text);

/* A file of the training, whole. */
typedef struct {
    const char *name; /* "course.xml", "course.fr.xml" */
    const char *bytes;
    apr_size_t length;
} sc_course_file_t;

/* The language that a file's name promises: "fr" of "course.fr.xml"; NULL when it is not the name of a language file. */
const char *sc_course_file_language(const char *name, apr_pool_t *pool);

/* What the reader needs: the files, the grammar, and a way to ask whether "media/x.svg" is there as a plain file. */
typedef struct {
    const char *folder;            /* the training's id, for messages */
    const sc_course_file_t *files; /* the master first */
    int file_count;
    const char *schema; /* path of course.xsd */
    int (*has_media)(void *baton, const char *path);
    void *baton;
} sc_course_source_t;

/* Reads the course into `pool`. `*out` is NULL when there is an error among `problems` (an array of sc_problem_t, ordered by
 * file and line, the master's first, in `pool`). The sc_error_t is for what is not the author's doing: the grammar itself can't
 * be read. */
sc_error_t *sc_course_read(const sc_course_source_t *source, const sc_course_t **out, apr_array_header_t *problems,
                           apr_pool_t *pool);

#endif
