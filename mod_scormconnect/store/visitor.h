/* SPDX-License-Identifier: Apache-2.0
 *
 * Who stands at the door: of several launches at once, which learner each is, and what the publication has of them. Two
 * queries, however many they are.
 */
#ifndef SC_STORE_VISITOR_H
#define SC_STORE_VISITOR_H

#include "store/record.h"

typedef struct {
    const char *publication;
    const char *realm, *external_id;    /* as the LMS told it, in canonical form */
    apr_pool_t *pool;
    /* found, in `pool` */
    sc_learner_t *learner;              /* NULL: never met */
    sc_record_t *record;                /* NULL: never in this publication */
} sc_visitor_t;

/* Finds all `count` of them. Each gets copies of its own, even if two are the same learner. `cache` spares reading what
 * it has in the same version. */
sc_error_t *sc_visitor_find(sc_db_t *db, sc_cache_t *cache, sc_visitor_t *const *visitors, int count, apr_pool_t *pool);

#endif
