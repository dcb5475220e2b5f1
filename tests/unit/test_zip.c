/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <zip.h>

#include "base/zip.h"

static const sc_zip_entry_t entries[] = {
    { "imsmanifest.xml", "<manifest>aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa</manifest>", 65 },
    { "sco1.html", "x", 1 },
    { "lang/fr.js", "bonjour bonjour bonjour", 23 },
    { "empty.css", NULL, 0 },
};

#define ENTRIES ((int)(sizeof(entries) / sizeof(entries[0])))

static unsigned u16(const char *at)
{
    return (unsigned char)at[0] | (unsigned)(unsigned char)at[1] << 8;
}

static unsigned u32(const char *at)
{
    return u16(at) | u16(at + 2) << 16;
}

static void local_headers_are_plain(void **state)
{
    const char *bytes, *at;
    apr_size_t length;
    int i;

    assert_fine(sc_zip_write(entries, ENTRIES, &bytes, &length, *state));
    for (at = bytes, i = 0; i < ENTRIES; i++) {
        unsigned name_length = u16(at + 26);

        assert_memory_equal(at, "PK\003\004", 4);
        assert_true(u16(at + 4) <= 20);                                 /* version needed: no zip64 */
        assert_int_equal(u16(at + 6), 0);                               /* flags */
        assert_int_equal(u16(at + 8), 0);                               /* method: stored */
        assert_int_equal(u16(at + 10), 12 << 11);                       /* time: noon */
        assert_int_equal(u16(at + 12), 1 << 5 | 1);                     /* date: 1980-01-01 */
        assert_int_equal(u32(at + 22), entries[i].length);
        assert_int_equal(name_length, strlen(entries[i].name));
        assert_int_equal(u16(at + 28), 0);                              /* extra fields */
        assert_memory_equal(at + 30, entries[i].name, name_length);
        at += 30 + name_length + u32(at + 18);
    }
    for (i = 0; i < ENTRIES; i++) {
        assert_memory_equal(at, "PK\001\002", 4);
        assert_int_equal(u16(at + 8) & ~6u, 0);
        assert_int_equal(u16(at + 30), 0);                              /* extra fields */
        assert_int_equal(u16(at + 32), 0);                              /* comment */
        at += 46 + u16(at + 28);
    }
    assert_memory_equal(at, "PK\005\006", 4);
    assert_int_equal(u16(at + 20), 0);                                  /* comment */
    assert_ptr_equal(at + 22, bytes + length);
}

static void what_was_written_is_read_back(void **state)
{
    const char *bytes;
    apr_size_t length;
    zip_error_t error;
    zip_t *archive;
    int i;

    assert_fine(sc_zip_write(entries, ENTRIES, &bytes, &length, *state));
    archive = zip_open_from_source(zip_source_buffer_create(bytes, length, 0, &error), ZIP_RDONLY | ZIP_CHECKCONS, &error);
    assert_non_null(archive);
    assert_int_equal(zip_get_num_entries(archive, 0), ENTRIES);
    for (i = 0; i < ENTRIES; i++) {
        char content[100];
        zip_file_t *file = zip_fopen_index(archive, (zip_uint64_t)i, 0);

        assert_string_equal(zip_get_name(archive, (zip_uint64_t)i, 0), entries[i].name);
        assert_int_equal(zip_fread(file, content, sizeof(content)), entries[i].length);
        if (entries[i].length)
            assert_memory_equal(content, entries[i].bytes, entries[i].length);
        zip_fclose(file);
    }
    zip_discard(archive);
}

static void the_same_input_gives_the_same_bytes_in_every_time_zone(void **state)
{
    static const char *const zones[] = { "Europe/Paris", "America/Caracas", "Pacific/Kiritimati", "Asia/Kolkata" };
    const char *first, *again;
    apr_size_t first_length, length;
    size_t i;

    setenv("TZ", "UTC", 1);
    tzset();
    assert_fine(sc_zip_write(entries, ENTRIES, &first, &first_length, *state));
    for (i = 0; i < sizeof(zones) / sizeof(zones[0]); i++) {
        setenv("TZ", zones[i], 1);
        tzset();
        assert_fine(sc_zip_write(entries, ENTRIES, &again, &length, *state));
        assert_int_equal(length, first_length);
        assert_memory_equal(again, first, length);
    }
    unsetenv("TZ");
    tzset();
}

static void a_large_file_is_still_no_zip64(void **state)
{
    sc_zip_entry_t large = { "large.js", NULL, 3 * 1024 * 1024 };
    const char *bytes;
    apr_size_t length;

    large.bytes = apr_pcalloc(*state, large.length);
    assert_fine(sc_zip_write(&large, 1, &bytes, &length, *state));
    assert_true(u16(bytes + 4) <= 20);                                  /* version needed */
    assert_int_equal(u16(bytes + 28), 0);
    assert_int_equal(u32(bytes + 22), large.length);
}

static void a_name_that_is_not_portable_is_refused(void **state)
{
    static const char *const names[] = { "", "/x", "a\\b", "é.js", "a b.js", "../x", "a/../b", "folder/", "a\nb" };
    const char *bytes;
    apr_size_t length, i;

    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        sc_zip_entry_t entry = { names[i], "x", 1 };
        sc_error_t *error = sc_zip_write(&entry, 1, &bytes, &length, *state);

        if (!error)
            fail_msg("accepted: %s", names[i]);
        assert_string_equal(error->subject, names[i]);
    }
}

static void a_name_that_comes_twice_is_refused(void **state)
{
    sc_zip_entry_t twice[] = { { "a.js", "x", 1 }, { "a.js", "y", 1 } };
    const char *bytes;
    apr_size_t length;

    assert_non_null(sc_zip_write(twice, 2, &bytes, &length, *state));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_POOL(local_headers_are_plain),
        WITH_POOL(what_was_written_is_read_back),
        WITH_POOL(the_same_input_gives_the_same_bytes_in_every_time_zone),
        WITH_POOL(a_large_file_is_still_no_zip64),
        WITH_POOL(a_name_that_is_not_portable_is_refused),
        WITH_POOL(a_name_that_comes_twice_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
