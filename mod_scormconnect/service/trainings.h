/* SPDX-License-Identifier: Apache-2.0
 *
 * The folder of trainings: finds, reads and keeps courses, and notices when their files change.
 *
 * A library is shared by all threads of a process. A course that was handed out stays valid until the pool
 * that was given to sc_trainings_get() is destroyed. A broken edit never takes a training down: the last
 * good version stays, its problems are kept beside it, and the log tells each of them once.
 */
#ifndef SC_SERVICE_TRAININGS_H
#define SC_SERVICE_TRAININGS_H

#include "domain/course.h"
#include "domain/course_read.h"

typedef struct sc_trainings_t sc_trainings_t;

/* The library over `folder` (a sub-folder for each training) with the grammar at `schema`. Reads nothing yet. */
sc_error_t *sc_trainings_open(const char *folder, const char *schema, sc_trainings_t **out, apr_pool_t *pool);

typedef struct {
    const char *id;                     /* name of its folder: [a-z0-9][a-z0-9-]{0,63} */
    const sc_course_t *course;          /* the version to serve, or NULL if there never was a good one */
    int stale;                          /* the newest edit is broken; `course` is the version before it */
    const apr_array_header_t *problems; /* sc_problem_t, of the newest edit; never NULL */
} sc_training_t;

/* The training `id` as it is now; its files are looked at again at most once a second. Holds the version until
 * `pool` is destroyed. SC_NOT_FOUND "training_unknown" when there is no such folder. A training without any good version
 * is not an error here: `course` is NULL. */
sc_error_t *sc_trainings_get(sc_trainings_t *library, const char *id, sc_training_t *out, apr_pool_t *pool);

/* All of them, by id: an array of sc_training_t. */
sc_error_t *sc_trainings_list(sc_trainings_t *library, apr_array_header_t **out, apr_pool_t *pool);

/* The absolute path of the file `path` ("media/a/b.svg") of training `id`, for serving. SC_NOT_FOUND unless it lies in media/, is
 * a plain file, and no part of the way is a link that leads out. */
sc_error_t *sc_trainings_media(sc_trainings_t *library, const char *id, const char *path, const char **out, apr_pool_t *pool);

#endif
