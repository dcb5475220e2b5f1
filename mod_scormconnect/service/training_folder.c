/* SPDX-License-Identifier: Apache-2.0 */
#include "service/training_folder.h"

#include <apr_file_info.h>
#include <apr_file_io.h>
#include <apr_lib.h>
#include <apr_strings.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/secret.h"

#define MASTER "course.xml"
#define MEDIA "media"
#define ID_LENGTH 64
#define MAX_FILE_BYTES ((apr_off_t)4 * 1024 * 1024)
#define MAX_MEDIA_DEPTH 8
#define STAMP_DIGITS 32

/* File systems keep time in ticks; two changes within one look alike. */
#define YOUNG apr_time_from_sec(2)

int sc_training_id_valid(const char *id)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyz0123456789-";
    apr_size_t length = strlen(id);

    return length >= 1 && length <= ID_LENGTH && *id != '-' && strspn(id, allowed) == length;
}

/* ---- media */

static int is_hidden(const char *name)
{
    return *name == '.';
}

/* "media/…" without hidden parts, "." and "..", empty parts, backslashes and control characters. */
static int is_plain_path(const char *path)
{
    const char *at = path;

    if (strncmp(path, MEDIA "/", sizeof(MEDIA)) != 0)
        return 0;
    for (; *at; at++) {
        if (apr_iscntrl(*at) || *at == '\\')
            return 0;
        if (*at == '/' && (is_hidden(at + 1) || at[1] == '/' || at[1] == '\0'))
            return 0;
    }
    return 1;
}

const char *sc_training_folder_media(const char *path, const char *media, apr_pool_t *pool)
{
    char root[PATH_MAX], file[PATH_MAX];
    apr_finfo_t info;
    const char *inside;

    if (!is_plain_path(media) || !realpath(path, root) || !realpath(apr_pstrcat(pool, path, "/", media, NULL), file))
        return NULL;
    inside = apr_pstrcat(pool, root, "/" MEDIA "/", NULL);
    if (strncmp(file, inside, strlen(inside)) != 0)
        return NULL;
    if (apr_stat(&info, file, APR_FINFO_TYPE, pool) != APR_SUCCESS || info.filetype != APR_REG)
        return NULL;
    return apr_pstrdup(pool, file);
}

/* Adds what is below `at` ("media/a"), a true folder, to `folder->media`. */
static void list_media(const sc_training_folder_t *folder, const char *at, int depth, apr_pool_t *pool)
{
    apr_dir_t *dir;
    apr_finfo_t info;
    apr_status_t status;

    if (depth > MAX_MEDIA_DEPTH || apr_dir_open(&dir, apr_pstrcat(pool, folder->path, "/", at, NULL), pool) != APR_SUCCESS)
        return;
    while ((status = apr_dir_read(&info, APR_FINFO_NAME | APR_FINFO_TYPE, dir)) == APR_SUCCESS || status == APR_INCOMPLETE) {
        const char *path;

        if (is_hidden(info.name))
            continue;
        path = apr_pstrcat(pool, at, "/", info.name, NULL);
        if (info.filetype == APR_DIR)
            list_media(folder, path, depth + 1, pool);
        else if (info.filetype == APR_REG ? is_plain_path(path) : sc_training_folder_media(folder->path, path, pool) != NULL)
            apr_hash_set(folder->media, path, APR_HASH_KEY_STRING, path);
    }
    apr_dir_close(dir);
}

/* ---- looking */

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static apr_array_header_t *language_files(const char *path, apr_pool_t *pool)
{
    apr_array_header_t *names = apr_array_make(pool, 4, sizeof(const char *));
    apr_dir_t *dir;
    apr_finfo_t info;
    apr_status_t status;

    if (apr_dir_open(&dir, path, pool) != APR_SUCCESS)
        return names;
    while ((status = apr_dir_read(&info, APR_FINFO_NAME, dir)) == APR_SUCCESS || status == APR_INCOMPLETE)
        if (sc_course_file_language(info.name, pool))
            APR_ARRAY_PUSH(names, const char *) = apr_pstrdup(pool, info.name);
    apr_dir_close(dir);
    qsort(names->elts, (size_t)names->nelts, sizeof(const char *), by_name);
    return names;
}

static const char *file_stamp(const sc_training_folder_t *folder, const char *name, apr_time_t *newest, apr_pool_t *pool)
{
    apr_finfo_t info;

    if (apr_stat(&info, apr_pstrcat(pool, folder->path, "/", name, NULL), APR_FINFO_MIN | APR_FINFO_IDENT, pool) != APR_SUCCESS)
        return apr_pstrcat(pool, name, " -", NULL);
    if (info.mtime > *newest)
        *newest = info.mtime;
    if (info.ctime > *newest)
        *newest = info.ctime;
    return apr_psprintf(pool, "%s %" APR_UINT64_T_FMT " %" APR_OFF_T_FMT " %" APR_TIME_T_FMT " %" APR_TIME_T_FMT, name,
                        (apr_uint64_t)info.inode, info.size, info.mtime, info.ctime);
}

static const char *sorted_media(const sc_training_folder_t *folder, apr_pool_t *pool)
{
    apr_array_header_t *names = apr_array_make(pool, 16, sizeof(const char *));
    apr_hash_index_t *each;

    for (each = apr_hash_first(pool, folder->media); each; each = apr_hash_next(each))
        APR_ARRAY_PUSH(names, const char *) = apr_hash_this_val(each);
    qsort(names->elts, (size_t)names->nelts, sizeof(const char *), by_name);
    return apr_array_pstrcat(pool, names, '\n');
}

static void stamp(sc_training_folder_t *folder, apr_pool_t *pool)
{
    apr_array_header_t *lines = apr_array_make(pool, 16, sizeof(const char *));
    apr_time_t newest = 0;
    const char *all;
    int i;

    for (i = 0; i < folder->names->nelts; i++)
        APR_ARRAY_PUSH(lines, const char *) = file_stamp(folder, APR_ARRAY_IDX(folder->names, i, const char *), &newest, pool);
    APR_ARRAY_PUSH(lines, const char *) = folder->media_list;
    all = apr_array_pstrcat(pool, lines, '\n');
    folder->stamp = sc_secret_digest(all, strlen(all), STAMP_DIGITS, pool);
    folder->young = newest > apr_time_now() - YOUNG;
}

int sc_training_folder_look(const char *path, sc_training_folder_t *out, apr_pool_t *pool)
{
    apr_array_header_t *names;
    apr_finfo_t info;

    if (apr_stat(&info, path, APR_FINFO_TYPE, pool) != APR_SUCCESS || info.filetype != APR_DIR)
        return 0;
    out->path = apr_pstrdup(pool, path);
    names = apr_array_make(pool, 4, sizeof(const char *));
    APR_ARRAY_PUSH(names, const char *) = MASTER;
    apr_array_cat(names, language_files(path, pool));
    out->names = names;
    out->media = apr_hash_make(pool);
    if (apr_stat(&info, apr_pstrcat(pool, path, "/" MEDIA, NULL), APR_FINFO_TYPE | APR_FINFO_LINK, pool) == APR_SUCCESS &&
        info.filetype == APR_DIR)
        list_media(out, MEDIA, 1, pool);
    out->media_list = sorted_media(out, pool);
    stamp(out, pool);
    return 1;
}

/* ---- reading */

/* NULL, or why the file can't be read. */
static const char *read_file(const char *path, sc_course_file_t *out, apr_pool_t *pool)
{
    apr_file_t *file;
    apr_finfo_t info;
    apr_status_t status = apr_stat(&info, path, APR_FINFO_TYPE | APR_FINFO_SIZE, pool);
    char *bytes, why[200];
    apr_size_t length = 0;

    if (APR_STATUS_IS_ENOENT(status))
        return "The file is missing.";
    if (status == APR_SUCCESS && info.filetype != APR_REG)
        return "This is not a plain file.";
    if (status == APR_SUCCESS && info.size > MAX_FILE_BYTES)
        return "The file is larger than 4 MiB. Pictures and films belong into media/.";
    if (status == APR_SUCCESS)
        status = apr_file_open(&file, path, APR_READ | APR_BINARY, APR_OS_DEFAULT, pool);
    if (status != APR_SUCCESS)
        return apr_psprintf(pool, "The file can't be read: %s.", apr_strerror(status, why, sizeof(why)));

    bytes = apr_palloc(pool, (apr_size_t)info.size + 1);
    status = apr_file_read_full(file, bytes, (apr_size_t)info.size, &length);
    apr_file_close(file);
    if (status != APR_SUCCESS && status != APR_EOF)
        return apr_psprintf(pool, "The file can't be read: %s.", apr_strerror(status, why, sizeof(why)));
    bytes[length] = '\0';
    out->bytes = bytes;
    out->length = length;
    return NULL;
}

apr_array_header_t *sc_training_folder_read(const sc_training_folder_t *folder, apr_array_header_t *problems, apr_pool_t *pool)
{
    apr_array_header_t *files = apr_array_make(pool, folder->names->nelts, sizeof(sc_course_file_t));
    int i;

    for (i = 0; i < folder->names->nelts; i++) {
        const char *name = APR_ARRAY_IDX(folder->names, i, const char *);
        sc_course_file_t file = { .name = apr_pstrdup(pool, name) };
        const char *why = read_file(apr_pstrcat(pool, folder->path, "/", name, NULL), &file, pool);

        if (why)
            sc_problem_add(problems, SC_PROBLEM_ERROR, file.name, 0, why);
        else
            APR_ARRAY_PUSH(files, sc_course_file_t) = file;
    }
    return files;
}
