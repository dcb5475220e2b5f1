/* SPDX-License-Identifier: Apache-2.0
 *
 * The input is course.xml; what follows a line of "%%%%", if there is one, is course.fr.xml.
 */
#include "fuzz.h"

#include <apr_strings.h>
#include <string.h>

#include "base/json.h"
#include "domain/course_read.h"

const char fuzz_name[] = "course";

#define SEPARATOR "\n%%%%\n"

static int every_picture_is_there(void *baton, const char *path)
{
    (void)baton;
    return strstr(path, "missing") == NULL;
}

/* Every language, as learners get it. */
static void can_be_shown(const sc_course_t *course, apr_pool_t *pool)
{
    sc_course_view_t view = { .seed = "seed", .pass = 80, .attempts = 3 };

    for (view.lang = 0; view.lang < course->lang_count; view.lang++) {
        const char *text = sc_course_json(course, &view, pool);
        sc_json_t *json;

        PROMISE(sc_json_read(text, strlen(text), &json, pool) == NULL);
        PROMISE(sc_json_length(sc_json_get(json, "chapters")) == course->chapter_count);
    }
}

static int count_errors(const apr_array_header_t *problems)
{
    int i, errors = 0;

    for (i = 0; i < problems->nelts; i++) {
        const sc_problem_t *problem = &APR_ARRAY_IDX(problems, i, sc_problem_t);

        PROMISE(problem->file && problem->text && *problem->text && problem->line >= 0);
        errors += problem->severity == SC_PROBLEM_ERROR;
    }
    return errors;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    apr_pool_t *pool = fuzz_pool();
    const char *root = getenv("SC_SRCDIR");
    const char *text = apr_pstrmemdup(pool, (const char *)bytes, size);
    const char *cut = strstr(text, SEPARATOR);
    sc_course_file_t files[2] = { { "course.xml", text, cut ? (apr_size_t)(cut - text) : size } };
    sc_course_source_t source = {
        .folder = "tiny", .files = files, .file_count = 1,
        .schema = apr_pstrcat(pool, root ? root : ".", "/share/course.xsd", NULL), .has_media = every_picture_is_there,
    };
    apr_array_header_t *problems = apr_array_make(pool, 8, sizeof(sc_problem_t));
    const sc_course_t *course = NULL;

    if (cut) {
        apr_size_t start = (apr_size_t)(cut - text) + strlen(SEPARATOR);

        files[1] = (sc_course_file_t){ "course.fr.xml", text + start, size - start };
        source.file_count = 2;
    }
    PROMISE(sc_course_read(&source, &course, problems, pool) == NULL);
    PROMISE((course == NULL) == (count_errors(problems) > 0));
    if (course)
        can_be_shown(course, pool);
    apr_pool_destroy(pool);
    return 0;
}
