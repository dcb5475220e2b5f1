/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading courses: those of tests/fixtures/courses/bad tell exactly what their expected.txt says, the good one becomes
 * what its files say.
 */
#include "unit.h"

#include <apr_file_info.h>
#include <apr_file_io.h>
#include <apr_strings.h>
#include <stdlib.h>
#include <string.h>

#include "service/training_folder.h"

#define FEWEST_BAD_COURSES 15

static const char *source_path(const char *path, apr_pool_t *pool)
{
    const char *root = getenv("SC_SRCDIR");

    return apr_pstrcat(pool, root ? root : ".", "/", path, NULL);
}

static int has_media(void *baton, const char *path)
{
    const sc_training_folder_t *folder = baton;

    return apr_hash_get(folder->media, path, APR_HASH_KEY_STRING) != NULL;
}

/* Reads the training `id` below `shelf` ("tests/fixtures/courses/good"). */
static const sc_course_t *read_course(const char *shelf, const char *id, apr_array_header_t *problems, apr_pool_t *pool)
{
    sc_training_folder_t folder;
    sc_course_source_t source = { .folder = id, .has_media = has_media, .baton = &folder };
    const sc_course_t *course = NULL;
    apr_array_header_t *files;

    assert_true(sc_training_folder_look(source_path(apr_pstrcat(pool, shelf, "/", id, NULL), pool), &folder, pool));
    files = sc_training_folder_read(&folder, problems, pool);
    if (problems->nelts > 0)
        return NULL;
    source.files = (const sc_course_file_t *)files->elts;
    source.file_count = files->nelts;
    source.schema = source_path("share/course.xsd", pool);
    assert_fine(sc_course_read(&source, &course, problems, pool));
    return course;
}

static apr_array_header_t *no_problems(apr_pool_t *pool)
{
    return apr_array_make(pool, 4, sizeof(sc_problem_t));
}

static const char *text_of(const apr_array_header_t *problems, apr_pool_t *pool)
{
    apr_array_header_t *lines = apr_array_make(pool, 8, sizeof(const char *));
    int i;

    for (i = 0; i < problems->nelts; i++) {
        const sc_problem_t *problem = &APR_ARRAY_IDX(problems, i, sc_problem_t);
        APR_ARRAY_PUSH(lines, const char *) =
            apr_psprintf(pool, "%s %s:%d: %s\n", problem->severity == SC_PROBLEM_ERROR ? "error" : "warning", problem->file,
                         problem->line, problem->text);
    }
    return apr_array_pstrcat(pool, lines, 0);
}

static int has_error(const apr_array_header_t *problems)
{
    int i;

    for (i = 0; i < problems->nelts; i++)
        if (APR_ARRAY_IDX(problems, i, sc_problem_t).severity == SC_PROBLEM_ERROR)
            return 1;
    return 0;
}

static const char *file_text(const char *path, apr_pool_t *pool)
{
    apr_file_t *file;
    apr_finfo_t info;
    apr_size_t length;
    char *text;

    assert_int_equal(apr_file_open(&file, path, APR_READ, APR_OS_DEFAULT, pool), APR_SUCCESS);
    assert_int_equal(apr_file_info_get(&info, APR_FINFO_SIZE, file), APR_SUCCESS);
    text = apr_pcalloc(pool, (apr_size_t)info.size + 1);
    if (info.size > 0)
        assert_int_equal(apr_file_read_full(file, text, (apr_size_t)info.size, &length), APR_SUCCESS);
    apr_file_close(file);
    return text;
}

/* ---- bad courses */

static void each_bad_course_tells_what_is_expected(void **state)
{
    static const char shelf[] = "tests/fixtures/courses/bad";
    apr_pool_t *pool = *state;
    const char *root = source_path(shelf, pool);
    apr_dir_t *dir;
    apr_finfo_t info;
    int count = 0;

    assert_int_equal(apr_dir_open(&dir, root, pool), APR_SUCCESS);
    while (apr_dir_read(&info, APR_FINFO_NAME, dir) == APR_SUCCESS) {
        apr_array_header_t *problems = no_problems(pool);
        const sc_course_t *course;
        const char *told, *expected;

        if (*info.name == '.')
            continue;
        course = read_course(shelf, info.name, problems, pool);
        told = text_of(problems, pool);
        expected = file_text(apr_pstrcat(pool, root, "/", info.name, "/expected.txt", NULL), pool);
        if (*told == '\0' || strcmp(told, expected) != 0)
            fail_msg("%s tells:\n%s", info.name, told);
        assert_int_equal(course == NULL, has_error(problems));
        count++;
    }
    apr_dir_close(dir);
    assert_true(count >= FEWEST_BAD_COURSES);
}

static void a_grammar_that_is_missing_or_damaged_is_not_the_authors_fault(void **state)
{
    apr_pool_t *pool = *state;
    sc_course_file_t file = { "course.xml", "<course/>", 9 };
    sc_course_source_t source = { .folder = "fire", .files = &file, .file_count = 1, .has_media = has_media };
    const sc_course_t *course;
    sc_error_t *error;

    source.schema = source_path("share/there-is-none.xsd", pool);
    error = sc_course_read(&source, &course, no_problems(pool), pool);
    assert_non_null(error);
    assert_int_equal(error->kind, SC_INTERNAL);

    source.schema = source_path("share/course.rnc", pool);
    error = sc_course_read(&source, &course, no_problems(pool), pool);
    assert_non_null(error);
    assert_int_equal(error->kind, SC_INTERNAL);
}

/* ---- the good course */

static const sc_course_t *fire(apr_pool_t *pool)
{
    apr_array_header_t *problems = no_problems(pool);
    const sc_course_t *course = read_course("tests/fixtures/courses/good", "fire", problems, pool);

    assert_non_null(course);
    assert_string_equal(text_of(problems, pool),
                        "warning course.fr.xml:43: <text> is missing in this <module>; the master's is shown.\n"
                        "warning course.fr.xml:49: <feedback> is missing in this <option>; the master's is shown.\n"
                        "warning course.fr.xml:51: <feedback> is empty; the master's is shown.\n");
    return course;
}

static void the_path_stands_as_it_is_written(void **state)
{
    const sc_course_t *course = fire(*state);

    assert_string_equal(course->id, "fire");
    assert_int_equal(strlen(course->rev), 16);
    assert_int_equal(course->lang_count, 2);
    assert_string_equal(course->langs[0], "en");
    assert_string_equal(course->langs[1], "fr");
    assert_int_equal(course->chapter_count, 2);
    assert_string_equal(course->chapters[0].id, "c1");
    assert_int_equal(course->module_count, 2);
    assert_ptr_equal(course->modules[1], &course->chapters[1].modules[0]);
    assert_int_equal(course->modules[1]->index, 1);
    assert_int_equal(course->modules[0]->minutes, 5);
    assert_int_equal(course->modules[1]->minutes, 0);
    assert_int_equal(course->modules[0]->unlock, SC_UNLOCK_ALWAYS);
    assert_int_equal(course->modules[1]->unlock, SC_UNLOCK_PREVIOUS);
    assert_int_equal(course->modules[0]->block_count, 3);
    assert_null(course->modules[0]->blocks[0].activity);
    assert_ptr_equal(sc_course_module(course, "evac"), course->modules[0]);
}

static void tests_know_their_rules(void **state)
{
    const sc_course_t *course = fire(*state);

    assert_int_equal(course->placement->pass, 100);
    assert_int_equal(course->placement->attempts, 1);
    assert_null(course->placement->title);
    assert_int_equal(course->placement->activity_count, 2);
    assert_ptr_equal(course->placement->activities[0].covers, course->modules[0]);
    assert_ptr_equal(course->placement->activities[1].covers, course->modules[1]);
    assert_int_equal(course->placement->activities[1].place, SC_IN_PLACEMENT);
    assert_int_equal(course->assessment->pass, 80);
    assert_int_equal(course->assessment->attempts, 3);
    assert_string_equal(course->assessment->title[1], "Évaluation");
    assert_null(course->assessment->activities[0].module);
}

static void a_choice_knows_its_right_options(void **state)
{
    const sc_course_t *course = fire(*state);
    const sc_activity_t *single = sc_course_activity(course, "q1"), *all = sc_course_activity(course, "q2");

    assert_int_equal(single->kind, SC_CHOICE);
    assert_ptr_equal(single->module, course->modules[0]);
    assert_int_equal(single->points, 2);
    assert_int_equal(single->multiple, 0);
    assert_int_equal(single->option_count, 3);
    assert_string_equal(single->options[1].key, "2");
    assert_int_equal(single->options[0].correct, 0);
    assert_int_equal(single->options[1].correct, 1);
    assert_null(single->options[2].feedback);
    assert_int_equal(all->multiple, 1);
    assert_int_equal(all->points, 1);
}

static void a_gap_accepts_the_answers_of_all_languages(void **state)
{
    const sc_activity_t *gap = sc_course_activity(fire(*state), "g1");

    assert_int_equal(gap->kind, SC_GAP);
    assert_string_equal(gap->answers[0], "3.5");
    assert_string_equal(gap->answers[1], "three and a half");
    assert_string_equal(gap->answers[2], "3,5");
    assert_null(gap->answers[3]);
    assert_string_equal(gap->solution[0], "3.5");
    assert_string_equal(gap->solution[1], "3,5");
}

static void texts_become_html(void **state)
{
    const sc_course_t *course = fire(*state);
    const sc_activity_t *choice = sc_course_activity(course, "q1");

    assert_string_equal(course->title[0], "Fire safety");
    assert_string_equal(course->html[0], "<p>What to do <strong>before</strong> and <strong>during</strong> a fire.</p>");
    assert_string_equal(course->modules[0]->blocks[0].html[0],
                        "<h1>Leave</h1>\n<p>Leave by the <em>nearest</em> stairs.</p>\n<pre><code>code\n</code></pre>\n"
                        "<p><img src=\"media/plan%20b.svg\" alt=\"Plan of the exits\" /></p>");
    assert_string_equal(course->modules[0]->blocks[2].html[0], "<p>Then call for help &amp; wait.</p>");
    assert_string_equal(choice->options[1].html[0], "Take the <code>stairs</code>");
    assert_string_equal(choice->options[0].feedback[0], "<p>It can <strong>stop</strong> between floors.</p>");
}

static void a_language_is_matched_by_ids_and_falls_back_to_the_master(void **state)
{
    const sc_course_t *course = fire(*state);
    const sc_activity_t *choice = sc_course_activity(course, "q1");

    assert_string_equal(course->chapters[0].title[1], "Pendant l'incendie");
    assert_string_equal(course->modules[1]->blocks[2].activity->html[1], "<p>Mettez dans l'ordre.</p>");
    assert_string_equal(sc_course_activity(course, "o1")->options[2].html[1], "Appuyer");
    assert_string_equal(choice->options[0].feedback[1], "<p>Il peut s'arrêter.</p>");
    assert_string_equal(choice->options[1].feedback[1], "<p>Right.</p>");
    assert_string_equal(choice->feedback[1], "<p>Smoke rises.</p>");
    assert_string_equal(course->modules[0]->blocks[2].html[1], "<p>Then call for help &amp; wait.</p>");
}

static void what_differs_from_the_master_is_shown_in_its_language(void **state)
{
    apr_pool_t *pool = *state;
    apr_array_header_t *problems = no_problems(pool);
    const sc_course_t *course = read_course("tests/fixtures/courses/good", "grown", problems, pool);

    assert_non_null(course);
    assert_false(has_error(problems));
    assert_string_equal(sc_course_activity(course, "q1")->options[2].html[1], "Wait");
    assert_string_equal(sc_course_activity(course, "q1")->html[1], "<p>Which way out?</p>");
    assert_string_equal(sc_course_module(course, "new")->title[1], "New");
    assert_string_equal(sc_course_module(course, "evac")->title[1], "Sortir");
}

static void the_revision_tells_one_version_from_another(void **state)
{
    apr_pool_t *pool = *state;
    const sc_course_t *one = fire(pool), *same = fire(pool);
    const sc_course_t *other = read_course("tests/fixtures/courses/good", "grown", no_problems(pool), pool);

    assert_string_equal(one->rev, same->rev);
    assert_string_not_equal(one->rev, other->rev);
}

/* ---- file names */

static void names_promise_a_language(void **state)
{
    apr_pool_t *pool = *state;

    assert_string_equal(sc_course_file_language("course.fr.xml", pool), "fr");
    assert_string_equal(sc_course_file_language("course.zh-Hant-TW.xml", pool), "zh-Hant-TW");
    assert_null(sc_course_file_language("course.xml", pool));
    assert_null(sc_course_file_language("course..xml", pool));
    assert_null(sc_course_file_language("course.f.xml", pool));
    assert_null(sc_course_file_language("course.fr-.xml", pool));
    assert_null(sc_course_file_language("course.backup.xml", pool));
    assert_null(sc_course_file_language("course.fr.xml~", pool));
    assert_null(sc_course_file_language("course.fr/../x.xml", pool));
    assert_null(sc_course_file_language("my-course.fr.xml", pool));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_POOL(each_bad_course_tells_what_is_expected),
        WITH_POOL(a_grammar_that_is_missing_or_damaged_is_not_the_authors_fault),
        WITH_POOL(the_path_stands_as_it_is_written),
        WITH_POOL(tests_know_their_rules),
        WITH_POOL(a_choice_knows_its_right_options),
        WITH_POOL(a_gap_accepts_the_answers_of_all_languages),
        WITH_POOL(texts_become_html),
        WITH_POOL(a_language_is_matched_by_ids_and_falls_back_to_the_master),
        WITH_POOL(what_differs_from_the_master_is_shown_in_its_language),
        WITH_POOL(the_revision_tells_one_version_from_another),
        WITH_POOL(names_promise_a_language),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
