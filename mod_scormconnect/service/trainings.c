/* SPDX-License-Identifier: Apache-2.0 */
#include "service/trainings.h"

#include <apr_file_info.h>
#include <apr_hash.h>
#include <apr_strings.h>
#include <apr_thread_mutex.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/secret.h"
#include "base/xml.h"
#include "service/training_folder.h"

#define LOOK_EVERY apr_time_from_sec(1)
#define DIGEST_DIGITS 32

/* One state of a training's files, read. In a pool of its own, which is nobody's child: it lives as long as the library or a
 * caller holds it. */
typedef struct {
    apr_pool_t *pool;
    int holders;               /* under the library's lock */
    const sc_course_t *course; /* NULL: it has errors */
    apr_array_header_t *problems;
    char digest[DIGEST_DIGITS + 1]; /* of what was read */
} edition_t;

/* A training that was asked for. Entries stay: their number is that of the folders. */
typedef struct {
    const char *id;
    const char *path;

    /* Under the library's lock. */
    edition_t *served; /* the last good one, or NULL */
    edition_t *newest; /* the same, or a broken one after it */
    apr_time_t looked_at;

    /* Held by the one thread that looks at the files; what follows is its own. */
    apr_thread_mutex_t *looking;
    char stamp[DIGEST_DIGITS + 1];
    int young;
} entry_t;

struct sc_trainings_t {
    const char *folder;
    const char *schema;
    apr_pool_t *pool;         /* under the lock, once it is open */
    apr_thread_mutex_t *lock; /* short: pointers and counts only, never files */
    apr_hash_t *entries;      /* id -> entry_t * */
    apr_hash_t *misnamed;     /* folders whose name was complained about */
};

/* ---- editions */

static edition_t *edition_new(void)
{
    apr_pool_t *pool;
    edition_t *edition;

    apr_pool_create_unmanaged(&pool);
    edition = apr_pcalloc(pool, sizeof(*edition));
    edition->pool = pool;
    edition->problems = apr_array_make(pool, 8, sizeof(sc_problem_t));
    return edition;
}

static void let_go(sc_trainings_t *library, edition_t *edition)
{
    int holders;

    if (!edition)
        return;
    apr_thread_mutex_lock(library->lock);
    holders = --edition->holders;
    apr_thread_mutex_unlock(library->lock);
    if (holders == 0)
        apr_pool_destroy(edition->pool);
}

/* The entry now has these two; the ones that it had are let go. */
static void replace(sc_trainings_t *library, entry_t *entry, edition_t *served, edition_t *newest)
{
    edition_t *old_served, *old_newest;

    apr_thread_mutex_lock(library->lock);
    old_served = entry->served;
    old_newest = entry->newest;
    entry->served = served;
    entry->newest = newest;
    if (served)
        served->holders++;
    if (newest)
        newest->holders++;
    apr_thread_mutex_unlock(library->lock);
    let_go(library, old_served);
    let_go(library, old_newest);
}

/* ---- the library */

static apr_status_t close_library(void *data)
{
    sc_trainings_t *library = data;
    apr_hash_index_t *each;

    for (each = apr_hash_first(NULL, library->entries); each; each = apr_hash_next(each))
        replace(library, apr_hash_this_val(each), NULL, NULL);
    return APR_SUCCESS;
}

sc_error_t *sc_trainings_open(const char *folder, const char *schema, sc_trainings_t **out, apr_pool_t *pool)
{
    sc_trainings_t *library = apr_pcalloc(pool, sizeof(*library));
    sc_xml_schema_t *grammar;
    apr_pool_t *scratch;
    apr_finfo_t info;
    apr_status_t status = apr_stat(&info, folder, APR_FINFO_TYPE, pool);

    if (status != APR_SUCCESS || info.filetype != APR_DIR)
        return sc_error_cause(sc_error_about(sc_error(pool, SC_INVALID, SC_MSG(203), "trainings_folder",
                                                      "The folder of trainings \"%s\" can't be opened", folder),
                                             folder),
                              status == APR_SUCCESS ? APR_ENOTDIR : status);

    /* Once here, so that a damaged installation is found when the server starts. */
    apr_pool_create(&scratch, pool);
    SC_TRY(sc_xml_schema_read(schema, &grammar, scratch));
    apr_pool_destroy(scratch);

    library->folder = apr_pstrdup(pool, folder);
    library->schema = apr_pstrdup(pool, schema);
    library->pool = pool;
    library->entries = apr_hash_make(pool);
    library->misnamed = apr_hash_make(pool);
    status = apr_thread_mutex_create(&library->lock, APR_THREAD_MUTEX_DEFAULT, pool);
    if (status != APR_SUCCESS)
        return sc_error_cause(sc_error(pool, SC_INTERNAL, SC_MSG(204), "internal", "No lock for the trainings"), status);
    apr_pool_cleanup_register(pool, library, close_library, apr_pool_cleanup_null);
    *out = library;
    return NULL;
}

static const char *path_of(const sc_trainings_t *library, const char *id, apr_pool_t *pool)
{
    return apr_pstrcat(pool, library->folder, "/", id, NULL);
}

static int is_folder(const char *path, apr_pool_t *pool)
{
    apr_finfo_t info;

    return apr_stat(&info, path, APR_FINFO_TYPE, pool) == APR_SUCCESS && info.filetype == APR_DIR;
}

static entry_t *entry_of(sc_trainings_t *library, const char *id)
{
    entry_t *entry;

    apr_thread_mutex_lock(library->lock);
    entry = apr_hash_get(library->entries, id, APR_HASH_KEY_STRING);
    if (!entry) {
        entry = apr_pcalloc(library->pool, sizeof(*entry));
        entry->id = apr_pstrdup(library->pool, id);
        entry->path = path_of(library, id, library->pool);
        if (apr_thread_mutex_create(&entry->looking, APR_THREAD_MUTEX_DEFAULT, library->pool) == APR_SUCCESS)
            apr_hash_set(library->entries, entry->id, APR_HASH_KEY_STRING, entry);
        else
            entry = NULL;
    }
    apr_thread_mutex_unlock(library->lock);
    return entry;
}

/* ---- reading an edition */

static int has_media(void *baton, const char *path)
{
    const sc_training_folder_t *folder = baton;

    return apr_hash_get(folder->media, path, APR_HASH_KEY_STRING) != NULL;
}

/* Of everything that a course depends on: the bytes, which files could not be read, which media there are. */
static const char *digest_of(const sc_training_folder_t *folder, const apr_array_header_t *files,
                             const apr_array_header_t *unreadable, apr_pool_t *pool)
{
    apr_array_header_t *parts = apr_array_make(pool, 16, sizeof(const char *));
    const char *all;
    int i;

    for (i = 0; i < files->nelts; i++) {
        const sc_course_file_t *file = &APR_ARRAY_IDX(files, i, sc_course_file_t);
        APR_ARRAY_PUSH(parts, const char *) = file->name;
        APR_ARRAY_PUSH(parts, const char *) = sc_secret_digest(file->bytes, file->length, DIGEST_DIGITS, pool);
    }
    for (i = 0; i < unreadable->nelts; i++) {
        const sc_problem_t *problem = &APR_ARRAY_IDX(unreadable, i, sc_problem_t);
        APR_ARRAY_PUSH(parts, const char *) = problem->file;
        APR_ARRAY_PUSH(parts, const char *) = problem->text;
    }
    APR_ARRAY_PUSH(parts, const char *) = folder->media_list;
    all = apr_array_pstrcat(pool, parts, '\n');
    return sc_secret_digest(all, strlen(all), DIGEST_DIGITS, pool);
}

static void copy_problems(edition_t *edition, const apr_array_header_t *problems)
{
    int i;

    for (i = 0; i < problems->nelts; i++) {
        const sc_problem_t *problem = &APR_ARRAY_IDX(problems, i, sc_problem_t);
        sc_problem_add(edition->problems, problem->severity, apr_pstrdup(edition->pool, problem->file), problem->line,
                       apr_pstrdup(edition->pool, problem->text));
    }
}

/* Reads the files, unless they are what the newest edition was made of. `*out` is NULL then. */
static sc_error_t *read_edition(const sc_trainings_t *library, const entry_t *entry, sc_training_folder_t *folder,
                                edition_t **out, apr_pool_t *pool)
{
    apr_array_header_t *unreadable = apr_array_make(pool, 4, sizeof(sc_problem_t));
    apr_array_header_t *files = sc_training_folder_read(folder, unreadable, pool);
    const char *digest = digest_of(folder, files, unreadable, pool);
    sc_course_source_t source = { .folder = entry->id,
                                  .files = (const sc_course_file_t *)files->elts,
                                  .file_count = files->nelts,
                                  .schema = library->schema,
                                  .has_media = has_media,
                                  .baton = folder };
    sc_error_t *error = NULL;
    edition_t *edition;

    *out = NULL;
    if (entry->newest && strcmp(entry->newest->digest, digest) == 0)
        return NULL;
    edition = edition_new();
    apr_cpystrn(edition->digest, digest, sizeof(edition->digest));
    if (unreadable->nelts > 0)
        copy_problems(edition, unreadable);
    else
        error = sc_course_read(&source, &edition->course, edition->problems, edition->pool);
    if (error) {
        error = sc_error_detail(sc_error(pool, SC_UNAVAILABLE, SC_MSG(205), "training_unavailable",
                                         "The training \"%s\" can't be read at the moment", entry->id),
                                "%s", sc_error_text(error, pool));
        apr_pool_destroy(edition->pool);
        return error;
    }
    *out = edition;
    return NULL;
}

/* ---- the log */

static void log_problem(const entry_t *entry, const sc_problem_t *problem)
{
    if (problem->severity == SC_PROBLEM_ERROR)
        sc_log(SC_LOG_ERROR, SC_MSG(210), "%s/%s:%d: %s", entry->id, problem->file, problem->line, problem->text);
    else
        sc_log(SC_LOG_WARNING, SC_MSG(211), "%s/%s:%d: %s", entry->id, problem->file, problem->line, problem->text);
}

static void log_edition(const entry_t *entry, const edition_t *newest, const edition_t *served)
{
    int i;

    for (i = 0; i < newest->problems->nelts; i++)
        log_problem(entry, &APR_ARRAY_IDX(newest->problems, i, sc_problem_t));
    if (!served)
        sc_log(SC_LOG_ERROR, SC_MSG(212), "training %s has errors and can't be served", entry->id);
    else if (served != newest)
        sc_log(SC_LOG_ERROR, SC_MSG(213), "the last edit of training %s has errors; version %s is still served", entry->id,
               served->course->rev);
    else
        sc_log(SC_LOG_INFO, SC_MSG(214), "version %s of training %s is served", served->course->rev, entry->id);
}

/* ---- looking for changes */

/* By the thread that holds `entry->looking`: it alone writes `served` and `newest`, so it reads them freely. */
static sc_error_t *look(sc_trainings_t *library, entry_t *entry, apr_pool_t *pool)
{
    sc_training_folder_t folder;
    edition_t *edition, *served;

    if (!sc_training_folder_look(entry->path, &folder, pool)) {
        replace(library, entry, NULL, NULL);
        return NULL;
    }
    if (entry->newest && !entry->young && strcmp(entry->stamp, folder.stamp) == 0)
        return NULL;
    SC_TRY(read_edition(library, entry, &folder, &edition, pool));
    if (edition) {
        served = edition->course ? edition : entry->served;
        log_edition(entry, edition, served);
        replace(library, entry, served, edition);
    }
    apr_cpystrn(entry->stamp, folder.stamp, sizeof(entry->stamp));
    entry->young = folder.young;
    return NULL;
}

/* With the lock held: whether the files should be looked at. A clock that was set back must not stop us. */
static int is_due_at(const entry_t *entry, apr_time_t now)
{
    apr_time_t age = now - entry->looked_at;

    return !entry->newest || age >= LOOK_EVERY || age < 0;
}

/* The entry, if there is one that need not be looked at. */
static entry_t *fresh_entry_of(sc_trainings_t *library, const char *id)
{
    apr_time_t now = apr_time_now();
    entry_t *entry;

    apr_thread_mutex_lock(library->lock);
    entry = apr_hash_get(library->entries, id, APR_HASH_KEY_STRING);
    if (entry && is_due_at(entry, now))
        entry = NULL;
    apr_thread_mutex_unlock(library->lock);
    return entry;
}

/* Whether the files should be looked at now; if so, not again for a second. */
static int take_turn(sc_trainings_t *library, entry_t *entry)
{
    apr_time_t now = apr_time_now();
    int is_due;

    apr_thread_mutex_lock(library->lock);
    is_due = is_due_at(entry, now);
    if (is_due)
        entry->looked_at = now;
    apr_thread_mutex_unlock(library->lock);
    return is_due;
}

static int is_known(sc_trainings_t *library, const entry_t *entry)
{
    int known;

    apr_thread_mutex_lock(library->lock);
    known = entry->newest != NULL;
    apr_thread_mutex_unlock(library->lock);
    return known;
}

/* One thread looks. The others go on with what there is, and wait only where there is nothing yet. */
static sc_error_t *look_if_due(sc_trainings_t *library, entry_t *entry, apr_pool_t *pool)
{
    sc_error_t *error = NULL;
    apr_pool_t *scratch;

    if (!is_known(library, entry))
        apr_thread_mutex_lock(entry->looking);
    else if (apr_thread_mutex_trylock(entry->looking) != APR_SUCCESS)
        return NULL;
    if (take_turn(library, entry)) {
        apr_pool_create(&scratch, pool);
        error = look(library, entry, scratch);
        if (!error)
            apr_pool_destroy(scratch);
    }
    apr_thread_mutex_unlock(entry->looking);
    return error;
}

/* ---- handing out */

typedef struct {
    sc_trainings_t *library;
    edition_t *served, *newest;
} hold_t;

static apr_status_t release(void *data)
{
    hold_t *held = data;

    let_go(held->library, held->served);
    let_go(held->library, held->newest);
    return APR_SUCCESS;
}

static const hold_t *hold(sc_trainings_t *library, const entry_t *entry, apr_pool_t *pool)
{
    hold_t *held = apr_palloc(pool, sizeof(*held));

    held->library = library;
    apr_thread_mutex_lock(library->lock);
    held->served = entry->served;
    held->newest = entry->newest;
    if (held->served)
        held->served->holders++;
    if (held->newest)
        held->newest->holders++;
    apr_thread_mutex_unlock(library->lock);
    apr_pool_cleanup_register(pool, held, release, apr_pool_cleanup_null);
    return held;
}

static sc_error_t *unknown(const char *id, apr_pool_t *pool)
{
    return sc_error_about(sc_error(pool, SC_NOT_FOUND, SC_MSG(206), "training_unknown", "There is no training \"%s\"", id), id);
}

/* The entry, looked at if it is due. */
static sc_error_t *look_up(sc_trainings_t *library, const char *id, entry_t **out, apr_pool_t *pool)
{
    *out = fresh_entry_of(library, id);
    if (*out)
        return NULL;
    /* Only what is there gets an entry: nobody can fill the memory by asking for names. */
    if (sc_training_id_valid(id) && is_folder(path_of(library, id, pool), pool))
        *out = entry_of(library, id);
    return *out ? look_if_due(library, *out, pool) : unknown(id, pool);
}

sc_error_t *sc_trainings_get(sc_trainings_t *library, const char *id, sc_training_t *out, apr_pool_t *pool)
{
    entry_t *entry;
    const hold_t *held;

    SC_TRY(look_up(library, id, &entry, pool));
    held = hold(library, entry, pool);
    if (!held->newest)
        return unknown(id, pool);
    out->id = entry->id;
    out->course = held->served ? held->served->course : NULL;
    out->stale = held->served && held->served != held->newest;
    out->problems = held->newest->problems;
    return NULL;
}

/* ---- the list */

static void complain_once(sc_trainings_t *library, const char *name)
{
    int is_new;

    apr_thread_mutex_lock(library->lock);
    is_new = !apr_hash_get(library->misnamed, name, APR_HASH_KEY_STRING);
    if (is_new) {
        name = apr_pstrdup(library->pool, name);
        apr_hash_set(library->misnamed, name, APR_HASH_KEY_STRING, name);
    }
    apr_thread_mutex_unlock(library->lock);
    if (is_new)
        sc_log(SC_LOG_WARNING, SC_MSG(215),
               "the folder \"%s\" is left out: a training's folder is named with small letters, digits and \"-\"", name);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static sc_error_t *folder_names(sc_trainings_t *library, apr_array_header_t **out, apr_pool_t *pool)
{
    apr_array_header_t *names = apr_array_make(pool, 16, sizeof(const char *));
    apr_dir_t *dir;
    apr_finfo_t info;
    apr_status_t status = apr_dir_open(&dir, library->folder, pool);

    *out = names;
    if (status != APR_SUCCESS)
        return sc_error_cause(sc_error(pool, SC_UNAVAILABLE, SC_MSG(207), "trainings_folder",
                                       "The folder of trainings \"%s\" can't be read", library->folder),
                              status);
    while ((status = apr_dir_read(&info, APR_FINFO_NAME, dir)) == APR_SUCCESS || status == APR_INCOMPLETE) {
        if (*info.name == '.' || !is_folder(path_of(library, info.name, pool), pool))
            continue;
        if (sc_training_id_valid(info.name))
            APR_ARRAY_PUSH(names, const char *) = apr_pstrdup(pool, info.name);
        else
            complain_once(library, info.name);
    }
    apr_dir_close(dir);
    qsort(names->elts, (size_t)names->nelts, sizeof(const char *), by_name);
    return NULL;
}

sc_error_t *sc_trainings_list(sc_trainings_t *library, apr_array_header_t **out, apr_pool_t *pool)
{
    apr_array_header_t *names;
    int i;

    SC_TRY(folder_names(library, &names, pool));
    *out = apr_array_make(pool, names->nelts, sizeof(sc_training_t));
    for (i = 0; i < names->nelts; i++) {
        sc_training_t training;
        sc_error_t *error = sc_trainings_get(library, APR_ARRAY_IDX(names, i, const char *), &training, pool);

        /* Taken away since the folder was listed. */
        if (error && error->kind == SC_NOT_FOUND)
            continue;
        if (error)
            return error;
        APR_ARRAY_PUSH(*out, sc_training_t) = training;
    }
    return NULL;
}

/* ---- media */

sc_error_t *sc_trainings_media(sc_trainings_t *library, const char *id, const char *path, const char **out, apr_pool_t *pool)
{
    *out = sc_training_id_valid(id) ? sc_training_folder_media(path_of(library, id, pool), path, pool) : NULL;
    if (*out)
        return NULL;
    return sc_error_about(sc_error(pool, SC_NOT_FOUND, SC_MSG(208), "media_unknown", "There is no such file"), path);
}
