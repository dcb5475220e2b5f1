/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <string.h>

#include "base/log.h"

static void an_error_serves_three_readers(void **state)
{
    sc_error_t *error = sc_error(*state, SC_REFUSED, SC_MSG(7), "origin_refused", "%s is not authorized", "https://a.b");

    sc_error_about(error, "https://a.b");
    sc_error_detail(error, "publication %d allows %s", 5, "nothing");
    sc_error_cause(error, APR_ENOENT);
    assert_int_equal(error->kind, SC_REFUSED);
    assert_string_equal(error->code, "origin_refused");
    assert_string_equal(error->message, "https://a.b is not authorized");
    assert_string_equal(error->subject, "https://a.b");
    assert_string_equal(error->detail, "publication 5 allows nothing");
    assert_int_equal(error->status, APR_ENOENT);
}

static void the_text_has_number_message_detail_and_cause_on_one_line(void **state)
{
    sc_error_t *error = sc_error(*state, SC_INTERNAL, SC_MSG(7), "x", "It broke.");

    assert_string_equal(sc_error_text(error, *state), "SC0007: It broke.");
    sc_error_detail(error, "file %s", "f");
    assert_string_equal(sc_error_text(error, *state), "SC0007: It broke. (file f)");
    sc_error_cause(error, APR_ENOENT);
    assert_string_equal(sc_error_text(error, *state), "SC0007: It broke. (file f): No such file or directory");
}

static void a_subject_is_copied(void **state)
{
    char subject[] = "ada";
    sc_error_t *error = sc_error_about(sc_error(*state, SC_INVALID, SC_MSG(7), "x", "m"), subject);

    subject[0] = 'X';
    assert_string_equal(error->subject, "ada");
}

static sc_error_t *fails_halfway(apr_pool_t *pool, int *steps)
{
    ++*steps;
    SC_TRY(NULL);
    ++*steps;
    SC_TRY(sc_error(pool, SC_CONFLICT, SC_MSG(7), "x", "stop"));
    ++*steps;
    return NULL;
}

static void try_goes_on_while_all_is_fine_and_returns_the_first_error(void **state)
{
    int steps = 0;
    sc_error_t *error = fails_halfway(*state, &steps);

    assert_int_equal(steps, 2);
    assert_string_equal(error->message, "stop");
}

static struct {
    sc_log_level_e level;
    char line[4096];
    int count;
} printed;

static void print(void *baton, sc_log_level_e level, const char *line)
{
    assert_ptr_equal(baton, &printed);
    printed.level = level;
    printed.count++;
    strncpy(printed.line, line, sizeof(printed.line) - 1);
}

static void the_log_needs_a_printer(void **state)
{
    (void)state;
    printed.count = 0;
    sc_log_to(NULL, NULL);
    sc_log(SC_LOG_ERROR, SC_MSG(7), "nobody hears this");
    assert_int_equal(printed.count, 0);
}

static void a_log_line_starts_with_its_number(void **state)
{
    sc_log_to(print, &printed);
    sc_log(SC_LOG_WARNING, SC_MSG(7), "%d of %d", 1, 2);
    assert_int_equal(printed.level, SC_LOG_WARNING);
    assert_string_equal(printed.line, "SC0007: 1 of 2");

    sc_log_error(SC_LOG_ERROR, sc_error_detail(sc_error(*state, SC_INTERNAL, SC_MSG(8), "x", "Broken."), "why"));
    assert_int_equal(printed.level, SC_LOG_ERROR);
    assert_string_equal(printed.line, "SC0008: Broken. (why)");
    sc_log_to(NULL, NULL);
}

static void a_log_line_that_is_too_long_is_cut(void **state)
{
    char longer[5000];

    (void)state;
    memset(longer, 'x', sizeof(longer) - 1);
    longer[sizeof(longer) - 1] = '\0';
    sc_log_to(print, &printed);
    sc_log(SC_LOG_INFO, SC_MSG(7), "%s", longer);
    assert_int_equal(strlen(printed.line), 2047);
    sc_log_to(NULL, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_POOL(an_error_serves_three_readers),
        WITH_POOL(the_text_has_number_message_detail_and_cause_on_one_line),
        WITH_POOL(a_subject_is_copied),
        WITH_POOL(try_goes_on_while_all_is_fine_and_returns_the_first_error),
        WITH_POOL(the_log_needs_a_printer),
        WITH_POOL(a_log_line_starts_with_its_number),
        WITH_POOL(a_log_line_that_is_too_long_is_cut),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
