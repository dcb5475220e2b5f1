/* SPDX-License-Identifier: Apache-2.0 */
#include "base/zip.h"

#include <apr_strings.h>
#include <string.h>
#include <zip.h>

/* Noon: libzip goes through local time, and some zones changed their clocks at a midnight. */
#define DOS_DATE_1980_01_01 ((0 << 9) | (1 << 5) | 1)
#define DOS_TIME_NOON (12 << 11)

#define UNIX_FILE_0644 (0100644u << 16)

static sc_error_t *failure(apr_pool_t *pool, const char *what, zip_error_t *error)
{
    return sc_error_detail(sc_error(pool, SC_INTERNAL, SC_MSG(20), "package_failed", "The package could not be made."),
                           "%s: %s", what, zip_error_strerror(error));
}

static int is_portable(const char *name)
{
    const char *at;

    if (!*name || *name == '/' || strstr(name, ".."))
        return 0;
    for (at = name; *at; at++) {
        if (*at <= 0x20 || *at > 0x7e || *at == '\\')
            return 0;
    }
    return at[-1] != '/';
}

static sc_error_t *add(zip_t *archive, const sc_zip_entry_t *entry, apr_pool_t *pool)
{
    zip_source_t *source;
    zip_int64_t index;

    if (!is_portable(entry->name))
        return sc_error_about(sc_error(pool, SC_INTERNAL, SC_MSG(21), "package_failed",
                                       "A package can't have a file with this name."),
                              entry->name);
    source = zip_source_buffer(archive, entry->bytes, entry->length, 0);
    if (!source)
        return failure(pool, entry->name, zip_get_error(archive));
    index = zip_file_add(archive, entry->name, source, ZIP_FL_ENC_UTF_8);
    if (index < 0) {
        zip_source_free(source);
        return failure(pool, entry->name, zip_get_error(archive));
    }
    /* Compressed, a package would be 20 KB smaller and take ten times as long. */
    if (zip_set_file_compression(archive, (zip_uint64_t)index, ZIP_CM_STORE, 0) != 0 ||
        zip_file_set_dostime(archive, (zip_uint64_t)index, DOS_TIME_NOON, DOS_DATE_1980_01_01, 0) != 0 ||
        zip_file_set_external_attributes(archive, (zip_uint64_t)index, 0, ZIP_OPSYS_UNIX, UNIX_FILE_0644) != 0)
        return failure(pool, entry->name, zip_get_error(archive));
    return NULL;
}

/* Writes the entries and closes `archive`, whatever happens. */
static sc_error_t *fill(zip_t *archive, const sc_zip_entry_t *entries, int count, apr_pool_t *pool)
{
    sc_error_t *error = NULL;
    int i;

    for (i = 0; i < count && !error; i++)
        error = add(archive, &entries[i], pool);
    if (!error && zip_close(archive) == 0)
        return NULL;
    if (!error)
        error = failure(pool, "closing", zip_get_error(archive));
    zip_discard(archive);
    return error;
}

static sc_error_t *drain(zip_source_t *memory, const char **out, apr_size_t *length, apr_pool_t *pool)
{
    zip_stat_t stat;
    char *bytes;

    if (zip_source_stat(memory, &stat) != 0 || zip_source_open(memory) != 0)
        return failure(pool, "reading back", zip_source_error(memory));
    bytes = apr_palloc(pool, stat.size);
    if (zip_source_read(memory, bytes, stat.size) != (zip_int64_t)stat.size)
        return failure(pool, "reading back", zip_source_error(memory));
    zip_source_close(memory);
    *out = bytes;
    *length = stat.size;
    return NULL;
}

sc_error_t *sc_zip_write(const sc_zip_entry_t *entries, int count, const char **out, apr_size_t *length, apr_pool_t *pool)
{
    zip_error_t cause;
    zip_source_t *memory;
    zip_t *archive = NULL;
    sc_error_t *error;

    zip_error_init(&cause);
    memory = zip_source_buffer_create(NULL, 0, 0, &cause);
    if (memory)
        archive = zip_open_from_source(memory, ZIP_CREATE | ZIP_TRUNCATE, &cause);
    if (archive) {
        zip_source_keep(memory);
        error = fill(archive, entries, count, pool);
        if (!error)
            error = drain(memory, out, length, pool);
    } else {
        error = failure(pool, "opening", &cause);
    }
    zip_source_free(memory);
    zip_error_fini(&cause);
    return error;
}
