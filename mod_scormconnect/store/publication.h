/* SPDX-License-Identifier: Apache-2.0
 *
 * Rows of `publication` and `publication_origin`. Everything returned lives in the pool that was passed.
 */
#ifndef SC_STORE_PUBLICATION_H
#define SC_STORE_PUBLICATION_H

#include "store/db.h"

#define SC_UNSET (-1)                   /* as the training says; no cap */

typedef struct {
    const char *origin;
    const char *realm;                  /* "" is the site's common realm */
} sc_publication_origin_t;

typedef struct {
    const char *id;
    apr_int64_t rev;
    const char *training;
    const char *title;
    const char *langs;                  /* separated by blanks; "" is all */
    int pass, attempts;                 /* SC_UNSET: as the training says */
    int keep_incomplete, show_answers, enabled, admits_new;
    apr_time_t starts_at, ends_at;      /* 0: none */
    int cap;                            /* SC_UNSET: none */
    apr_time_t created_at, updated_at;
    apr_array_header_t *origins;        /* sc_publication_origin_t, in the publisher's order */
} sc_publication_t;

typedef struct {
    int learners, credits, sessions, in_progress, completed, failed, passed;
} sc_publication_figures_t;

sc_error_t *sc_publication_insert(sc_db_t *db, const sc_publication_t *publication, apr_pool_t *pool);

/* Writes over the version `publication->rev`; `*changed` is 0 when somebody else was faster. Replaces the origins. */
sc_error_t *sc_publication_update(sc_db_t *db, const sc_publication_t *publication, int *changed, apr_pool_t *pool);

/* `*out` is NULL when there is none. */
sc_error_t *sc_publication_find(sc_db_t *db, const char *id, sc_publication_t **out, apr_pool_t *pool);

/* All, newest first: an array of sc_publication_t *. */
sc_error_t *sc_publication_list(sc_db_t *db, apr_array_header_t **out, apr_pool_t *pool);

sc_error_t *sc_publication_figures(sc_db_t *db, const char *id, sc_publication_figures_t *out, apr_pool_t *pool);

/* Of all publications: id -> sc_publication_figures_t *. One without learners and credits is absent. */
sc_error_t *sc_publication_all_figures(sc_db_t *db, apr_hash_t **out, apr_pool_t *pool);

/* How many learners it has, for its cap. In a transaction, in which nobody else can count at the same time. */
sc_error_t *sc_publication_learners(sc_db_t *db, const char *id, int *count, apr_pool_t *pool);

/* A publication as texts and back, for a cache. */
apr_array_header_t *sc_publication_to_texts(const sc_publication_t *publication, apr_pool_t *pool);
sc_publication_t *sc_publication_from_texts(const apr_array_header_t *texts, apr_pool_t *pool);

#endif
