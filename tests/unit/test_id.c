/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <string.h>

#include "base/id.h"

static const char alphabet[] = "0123456789abcdefghjkmnpqrstvwxyz";

/* The milliseconds in an id: its first ten characters are 50 bits, two of them zero, then 48 of time. */
static apr_int64_t millis_of(const char *id)
{
    apr_int64_t value = 0;
    int i;

    for (i = 0; i < 10; i++)
        value = value * 32 + (strchr(alphabet, id[i]) - alphabet);
    return value;
}

static void an_id_has_26_characters_that_cannot_be_misread(void **state)
{
    int i;

    for (i = 0; i < 200; i++) {
        const char *id = sc_id_new(apr_time_from_msec(i * 977), *state);
        assert_int_equal(strlen(id), SC_ID_LENGTH);
        assert_int_equal(strspn(id, alphabet), SC_ID_LENGTH);
        assert_true(sc_id_valid(id));
    }
}

static void an_id_holds_its_time(void **state)
{
    assert_int_equal(millis_of(sc_id_new(0, *state)), 0);
    assert_int_equal(millis_of(sc_id_new(apr_time_from_msec(APR_INT64_C(1772366400123)), *state)),
                     APR_INT64_C(1772366400123));
    assert_int_equal(millis_of(sc_id_new(apr_time_from_msec((APR_INT64_C(1) << 48) - 1), *state)),
                     (APR_INT64_C(1) << 48) - 1);
}

static void later_ids_sort_after_earlier_ones(void **state)
{
    apr_int64_t msec = 1;
    const char *before = sc_id_new(0, *state);

    for (; msec < APR_INT64_C(1) << 47; msec *= 3) {
        const char *id = sc_id_new(apr_time_from_msec(msec), *state);
        assert_true(strcmp(before, id) < 0);
        before = id;
    }
}

static void ids_of_the_same_moment_differ(void **state)
{
    const char *ids[300];
    int i, k;

    for (i = 0; i < 300; i++) {
        ids[i] = sc_id_new(apr_time_from_sec(1), *state);
        for (k = 0; k < i; k++)
            assert_string_not_equal(ids[i], ids[k]);
    }
}

static void only_such_texts_are_valid(void **state)
{
    (void)state;
    assert_true(sc_id_valid("01kabcdefghjkmnpqrstvwxyz0"));
    assert_false(sc_id_valid(NULL));
    assert_false(sc_id_valid(""));
    assert_false(sc_id_valid("01kabcdefghjkmnpqrstvwxyz"));
    assert_false(sc_id_valid("01kabcdefghjkmnpqrstvwxyz00"));
    assert_false(sc_id_valid("01kabcdefghjkmnpqrstvwxyzl"));
    assert_false(sc_id_valid("01KABCDEFGHJKMNPQRSTVWXYZ0"));
    assert_false(sc_id_valid("01kabcdefghjkmnpqrstvwxy/0"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_POOL(an_id_has_26_characters_that_cannot_be_misread),
        WITH_POOL(an_id_holds_its_time),
        WITH_POOL(later_ids_sort_after_earlier_ones),
        WITH_POOL(ids_of_the_same_moment_differ),
        WITH_POOL(only_such_texts_are_valid),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
