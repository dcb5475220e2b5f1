/* SPDX-License-Identifier: Apache-2.0
 *
 * The library of trainings over a real folder. Files are looked at once a second: pause() waits until they are due.
 */
#include "unit.h"

#include <apr_file_io.h>
#include <apr_strings.h>
#include <apr_thread_proc.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "service/trainings.h"

typedef struct {
    apr_pool_t *pool;
    char *folder;
    sc_trainings_t *library;
} site_t;

/* ---- the log, as lines */

static char the_log[16384];

static void keep_line(void *baton, sc_log_level_e level, const char *line)
{
    (void)baton;
    if (level <= SC_LOG_WARNING)
        strncat(strncat(the_log, line, sizeof(the_log) - strlen(the_log) - 2), "\n", 2);
}

static int logged(const char *text)
{
    const char *at = the_log;
    int times = 0;

    while ((at = strstr(at, text)) != NULL) {
        times++;
        at++;
    }
    return times;
}

/* ---- the folder */

static const char *path_of(const site_t *site, const char *name)
{
    return apr_pstrcat(site->pool, site->folder, "/", name, NULL);
}

static void put(const site_t *site, const char *name, const char *text)
{
    const char *path = path_of(site, name), *temporary = apr_pstrcat(site->pool, path, "~", NULL);
    apr_size_t length = strlen(text);
    apr_file_t *file;

    assert_int_equal(apr_file_open(&file, temporary, APR_FOPEN_WRITE | APR_FOPEN_CREATE | APR_FOPEN_TRUNCATE,
                                   APR_FPROT_OS_DEFAULT, site->pool),
                     APR_SUCCESS);
    assert_int_equal(apr_file_write_full(file, text, length, NULL), APR_SUCCESS);
    apr_file_close(file);
    assert_int_equal(rename(temporary, path), 0);
}

static const char *course_text(const char *id, const char *title, const char *body, apr_pool_t *pool)
{
    return apr_psprintf(pool,
                        "<course xmlns=\"urn:scormconnect:course:1\" id=\"%s\" xml:lang=\"en\"><title>%s</title>\n"
                        "<chapter id=\"c1\"><title>C</title><module id=\"m1\"><title>M</title>\n"
                        "<text>%s</text></module></chapter></course>\n",
                        id, title, body);
}

static void put_course(const site_t *site, const char *id, const char *title)
{
    mkdir(path_of(site, id), 0755);
    put(site, apr_pstrcat(site->pool, id, "/course.xml", NULL), course_text(id, title, "Text", site->pool));
}

static void pause_until_due(void)
{
    apr_sleep(apr_time_from_msec(1100));
}

static int make_site(void **state)
{
    const char *source = getenv("SC_SRCDIR");
    site_t *site;
    apr_pool_t *pool;

    apr_initialize();
    apr_pool_create(&pool, NULL);
    site = apr_pcalloc(pool, sizeof(*site));
    site->pool = pool;
    site->folder = mkdtemp(apr_pstrdup(pool, "/tmp/sc-trainings-XXXXXX"));
    the_log[0] = '\0';
    sc_log_to(keep_line, NULL);
    put_course(site, "fire", "First");
    *state = site;
    return sc_trainings_open(site->folder, apr_pstrcat(pool, source ? source : ".", "/share/course.xsd", NULL), &site->library,
                             pool)
               ? -1
               : 0;
}

static int drop_site(void **state)
{
    site_t *site = *state;
    int left = system(apr_pstrcat(site->pool, "rm -rf ", site->folder, NULL));

    sc_log_to(NULL, NULL);
    apr_pool_destroy(site->pool);
    apr_terminate();
    return left;
}

static sc_training_t get(const site_t *site, const char *id, apr_pool_t *pool)
{
    sc_training_t training;

    assert_fine(sc_trainings_get(site->library, id, &training, pool));
    return training;
}

static void assert_unknown(const site_t *site, const char *id)
{
    sc_training_t training;
    sc_error_t *error = sc_trainings_get(site->library, id, &training, site->pool);

    assert_non_null(error);
    assert_int_equal(error->kind, SC_NOT_FOUND);
    assert_string_equal(error->code, "training_unknown");
}

/* ---- finding */

static void a_training_is_found_by_its_folder(void **state)
{
    const site_t *site = *state;
    sc_training_t training = get(site, "fire", site->pool);

    assert_string_equal(training.id, "fire");
    assert_string_equal(training.course->title[0], "First");
    assert_false(training.stale);
    assert_int_equal(training.problems->nelts, 0);
    assert_string_equal(the_log, "");
}

static void what_is_no_training_is_not_found(void **state)
{
    const site_t *site = *state;

    put(site, "plain", "a file");
    assert_unknown(site, "absent");
    assert_unknown(site, "plain");
    assert_unknown(site, "");
    assert_unknown(site, ".");
    assert_unknown(site, "..");
    assert_unknown(site, "fire/");
    assert_unknown(site, "../etc");
    assert_unknown(site, "Fire");
    assert_unknown(site, "-fire");
    assert_unknown(site, "a23456789-123456789-123456789-123456789-123456789-123456789-12345");
}

static void the_list_is_sorted_and_leaves_other_folders_out(void **state)
{
    const site_t *site = *state;
    apr_array_header_t *list;

    put_course(site, "zeal", "Z");
    put_course(site, "air", "A");
    put_course(site, ".hidden", "H");
    put_course(site, "Upper", "U");
    put(site, "plain", "a file");
    assert_fine(sc_trainings_list(site->library, &list, site->pool));
    assert_int_equal(list->nelts, 3);
    assert_string_equal(APR_ARRAY_IDX(list, 0, sc_training_t).id, "air");
    assert_string_equal(APR_ARRAY_IDX(list, 1, sc_training_t).id, "fire");
    assert_string_equal(APR_ARRAY_IDX(list, 2, sc_training_t).id, "zeal");
    assert_string_equal(APR_ARRAY_IDX(list, 2, sc_training_t).course->title[0], "Z");
}

/* ---- live reload */

static void an_edit_is_served_after_a_second(void **state)
{
    const site_t *site = *state;
    const char *rev = get(site, "fire", site->pool).course->rev;

    put_course(site, "fire", "Second");
    assert_string_equal(get(site, "fire", site->pool).course->title[0], "First");
    pause_until_due();
    assert_string_equal(get(site, "fire", site->pool).course->title[0], "Second");
    assert_string_not_equal(get(site, "fire", site->pool).course->rev, rev);
}

static void a_version_stays_while_its_pool_does(void **state)
{
    const site_t *site = *state;
    apr_pool_t *request;
    const sc_course_t *old;

    apr_pool_create(&request, site->pool);
    old = get(site, "fire", request).course;
    put_course(site, "fire", "Second");
    pause_until_due();
    assert_ptr_not_equal(get(site, "fire", site->pool).course, old);
    assert_string_equal(old->title[0], "First");
    apr_pool_destroy(request);
    assert_string_equal(get(site, "fire", site->pool).course->title[0], "Second");
}

static void a_language_is_served_when_its_file_comes(void **state)
{
    const site_t *site = *state;

    assert_int_equal(get(site, "fire", site->pool).course->lang_count, 1);
    put(site, "fire/course.fr.xml",
        "<course xmlns=\"urn:scormconnect:course:1\" id=\"fire\" xml:lang=\"fr\"><title>Feu</title>"
        "<chapter id=\"c1\"><title>C</title><module id=\"m1\"><title>M</title><text>T</text></module></chapter></course>");
    pause_until_due();
    assert_int_equal(get(site, "fire", site->pool).course->lang_count, 2);
    assert_string_equal(get(site, "fire", site->pool).course->title[1], "Feu");
}

static void a_new_folder_is_found(void **state)
{
    const site_t *site = *state;

    assert_unknown(site, "water");
    put_course(site, "water", "W");
    assert_string_equal(get(site, "water", site->pool).course->title[0], "W");
}

static void a_folder_that_was_taken_away_is_unknown(void **state)
{
    const site_t *site = *state;

    get(site, "fire", site->pool);
    unlink(path_of(site, "fire/course.xml"));
    rmdir(path_of(site, "fire"));
    pause_until_due();
    assert_unknown(site, "fire");
}

/* ---- broken edits */

static void a_broken_edit_keeps_the_last_good_version(void **state)
{
    const site_t *site = *state;
    sc_training_t training;

    get(site, "fire", site->pool);
    put(site, "fire/course.xml", "<course");
    pause_until_due();
    training = get(site, "fire", site->pool);
    assert_true(training.stale);
    assert_string_equal(training.course->title[0], "First");
    assert_int_equal(APR_ARRAY_IDX(training.problems, 0, sc_problem_t).severity, SC_PROBLEM_ERROR);
    assert_string_equal(APR_ARRAY_IDX(training.problems, 0, sc_problem_t).file, "course.xml");

    put_course(site, "fire", "Mended");
    pause_until_due();
    training = get(site, "fire", site->pool);
    assert_false(training.stale);
    assert_int_equal(training.problems->nelts, 0);
    assert_string_equal(training.course->title[0], "Mended");
}

static void a_problem_is_logged_once_for_an_edit(void **state)
{
    const site_t *site = *state;
    int lines;

    put(site, "fire/course.xml", "<course");
    assert_null(get(site, "fire", site->pool).course);
    lines = logged("\n");
    assert_true(logged("course.xml") >= 1);
    pause_until_due();
    get(site, "fire", site->pool);
    pause_until_due();
    get(site, "fire", site->pool);
    assert_int_equal(logged("\n"), lines);
    put(site, "fire/course.xml", "<course ");
    pause_until_due();
    get(site, "fire", site->pool);
    assert_true(logged("\n") > lines);
}

static void a_training_that_never_was_good_has_no_course(void **state)
{
    const site_t *site = *state;
    sc_training_t training;

    mkdir(path_of(site, "bad"), 0755);
    put(site, "bad/course.xml", "no XML");
    training = get(site, "bad", site->pool);
    assert_null(training.course);
    assert_false(training.stale);
    assert_true(training.problems->nelts > 0);
}

static void a_file_that_is_too_large_is_a_problem(void **state)
{
    const site_t *site = *state;
    sc_training_t training;

    get(site, "fire", site->pool);
    assert_int_equal(truncate(path_of(site, "fire/course.xml"), 4 * 1024 * 1024 + 1), 0);
    pause_until_due();
    training = get(site, "fire", site->pool);
    assert_true(training.stale);
    assert_non_null(strstr(APR_ARRAY_IDX(training.problems, 0, sc_problem_t).text, "4 MiB"));
}

static void a_missing_picture_is_noticed_when_it_goes_and_comes(void **state)
{
    const site_t *site = *state;

    mkdir(path_of(site, "fire/media"), 0755);
    put(site, "fire/course.xml", course_text("fire", "First", "![A door](media/a.svg)", site->pool));
    put(site, "fire/media/a.svg", "<svg/>");
    assert_int_equal(get(site, "fire", site->pool).problems->nelts, 0);
    unlink(path_of(site, "fire/media/a.svg"));
    pause_until_due();
    assert_true(get(site, "fire", site->pool).problems->nelts > 0);
    put(site, "fire/media/a.svg", "<svg/>");
    pause_until_due();
    assert_int_equal(get(site, "fire", site->pool).problems->nelts, 0);
}

/* ---- media */

static void assert_no_media(const site_t *site, const char *path)
{
    const char *out = NULL;
    sc_error_t *error = sc_trainings_media(site->library, "fire", path, &out, site->pool);

    if (!error)
        fail_msg("%s was given as %s", path, out);
    assert_int_equal(error->kind, SC_NOT_FOUND);
}

static void put_media(const site_t *site)
{
    mkdir(path_of(site, "fire/media"), 0755);
    mkdir(path_of(site, "fire/media/deep"), 0755);
    put(site, "fire/media/a.svg", "<svg/>");
    put(site, "fire/media/deep/b.svg", "<svg/>");
    put(site, "fire/media/.secret", "x");
}

static void media_are_plain_files_below_media(void **state)
{
    const site_t *site = *state;
    const char *out;

    put_media(site);
    assert_fine(sc_trainings_media(site->library, "fire", "media/a.svg", &out, site->pool));
    assert_non_null(strstr(out, "/fire/media/a.svg"));
    assert_int_equal(*out, '/');
    assert_fine(sc_trainings_media(site->library, "fire", "media/deep/b.svg", &out, site->pool));
    assert_non_null(sc_trainings_media(site->library, "absent", "media/a.svg", &out, site->pool));
    assert_non_null(sc_trainings_media(site->library, "../fire", "media/a.svg", &out, site->pool));
}

static void no_path_leads_out_of_media(void **state)
{
    static const char *const paths[] = {
        "",
        "media",
        "media/",
        "media/deep",
        "media/deep/",
        "media/absent.svg",
        "media/.secret",
        "media//a.svg",
        "media/./a.svg",
        "media/../course.xml",
        "media/deep/../a.svg",
        "course.xml",
        "/etc/passwd",
        "../fire/media/a.svg",
        "./media/a.svg",
        "MEDIA/a.svg",
        "mediaa.svg",
        "media/../../../../etc/passwd",
        "media\\a.svg",
    };
    const site_t *site = *state;
    size_t i;

    put_media(site);
    for (i = 0; i < sizeof(paths) / sizeof(*paths); i++)
        assert_no_media(site, paths[i]);
}

static void links_that_lead_out_are_refused(void **state)
{
    const site_t *site = *state;
    const char *out;

    put_media(site);
    assert_int_equal(symlink("/etc/passwd", path_of(site, "fire/media/out")), 0);
    assert_int_equal(symlink("/etc", path_of(site, "fire/media/etc")), 0);
    assert_int_equal(symlink("../course.xml", path_of(site, "fire/media/answers")), 0);
    assert_int_equal(symlink("absent", path_of(site, "fire/media/dangling")), 0);
    assert_int_equal(symlink("deep/b.svg", path_of(site, "fire/media/inside")), 0);
    assert_no_media(site, "media/out");
    assert_no_media(site, "media/etc/passwd");
    assert_no_media(site, "media/answers");
    assert_no_media(site, "media/dangling");
    assert_fine(sc_trainings_media(site->library, "fire", "media/inside", &out, site->pool));
    assert_non_null(strstr(out, "/fire/media/deep/b.svg"));
}

static void a_media_folder_that_leads_out_is_refused(void **state)
{
    const site_t *site = *state;

    mkdir(path_of(site, "elsewhere"), 0755);
    put(site, "elsewhere/a.svg", "<svg/>");
    assert_int_equal(symlink("../elsewhere", path_of(site, "fire/media")), 0);
    assert_no_media(site, "media/a.svg");
}

/* ---- threads */

typedef struct {
    const site_t *site;
    int rounds, wrong;
} reader_t;

static void *APR_THREAD_FUNC read_again_and_again(apr_thread_t *thread, void *data)
{
    reader_t *reader = data;
    apr_time_t end = apr_time_now() + apr_time_from_msec(2600);

    (void)thread;
    while (apr_time_now() < end) {
        apr_pool_t *request;
        sc_training_t training;

        apr_pool_create(&request, NULL);
        if (sc_trainings_get(reader->site->library, "fire", &training, request) || !training.course)
            reader->wrong++;
        else {
            apr_sleep(500);
            reader->wrong += strncmp(training.course->title[0], "Title ", 6) != 0;
        }
        reader->rounds++;
        apr_pool_destroy(request);
    }
    return NULL;
}

static void threads_read_while_files_change(void **state)
{
    const site_t *site = *state;
    reader_t readers[2] = { { site, 0, 0 }, { site, 0, 0 } };
    apr_thread_t *threads[2];
    apr_status_t outcome;
    apr_time_t end = apr_time_now() + apr_time_from_msec(2400);
    int i;

    put_course(site, "fire", "Title 0");
    for (i = 0; i < 2; i++)
        assert_int_equal(apr_thread_create(&threads[i], NULL, read_again_and_again, &readers[i], site->pool), APR_SUCCESS);
    for (i = 1; apr_time_now() < end; i++) {
        put_course(site, "fire", apr_psprintf(site->pool, "Title %d", i));
        apr_sleep(apr_time_from_msec(20));
    }
    for (i = 0; i < 2; i++) {
        apr_thread_join(&outcome, threads[i]);
        assert_int_equal(readers[i].wrong, 0);
        assert_true(readers[i].rounds > 10);
    }
    pause_until_due();
    assert_string_not_equal(get(site, "fire", site->pool).course->title[0], "Title 0");
}

#define WITH_SITE(function) cmocka_unit_test_setup_teardown(function, make_site, drop_site)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_SITE(a_training_is_found_by_its_folder),
        WITH_SITE(what_is_no_training_is_not_found),
        WITH_SITE(the_list_is_sorted_and_leaves_other_folders_out),
        WITH_SITE(an_edit_is_served_after_a_second),
        WITH_SITE(a_version_stays_while_its_pool_does),
        WITH_SITE(a_language_is_served_when_its_file_comes),
        WITH_SITE(a_new_folder_is_found),
        WITH_SITE(a_folder_that_was_taken_away_is_unknown),
        WITH_SITE(a_broken_edit_keeps_the_last_good_version),
        WITH_SITE(a_problem_is_logged_once_for_an_edit),
        WITH_SITE(a_training_that_never_was_good_has_no_course),
        WITH_SITE(a_file_that_is_too_large_is_a_problem),
        WITH_SITE(a_missing_picture_is_noticed_when_it_goes_and_comes),
        WITH_SITE(media_are_plain_files_below_media),
        WITH_SITE(no_path_leads_out_of_media),
        WITH_SITE(links_that_lead_out_are_refused),
        WITH_SITE(a_media_folder_that_leads_out_is_refused),
        WITH_SITE(threads_read_while_files_change),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
