/* SPDX-License-Identifier: Apache-2.0
 *
 * Rows of `refusal` (launches that were turned away, counted) and `audit` (who did what).
 */
#ifndef SC_STORE_REFUSAL_H
#define SC_STORE_REFUSAL_H

#include "store/db.h"

typedef struct {
    const char *id;
    const char *publication, *title;
    const char *origin;
    const char *code;
    const char *learner;                /* id of the account, "" when it isn't about one */
    const char *external_id;            /* of that account, or NULL */
    int times;
    apr_time_t first_at, last_at;
} sc_refusal_t;

/* Counts one more. `learner` is "" when the refusal isn't about a known account. */
sc_error_t *sc_refusal_note(sc_db_t *db, const char *publication, const char *origin, const char *code,
                            const char *learner, apr_time_t now, apr_pool_t *pool);

/* The last 500 of a publication (NULL: of all), newest first: an array of sc_refusal_t *. */
sc_error_t *sc_refusal_list(sc_db_t *db, const char *publication, apr_array_header_t **out, apr_pool_t *pool);

/* `*out` is NULL when there is none. */
sc_error_t *sc_refusal_find(sc_db_t *db, const char *id, sc_refusal_t **out, apr_pool_t *pool);

/* Appends to the audit trail. `actor` is httpd's user, or "command line". */
sc_error_t *sc_audit_note(sc_db_t *db, const char *actor, const char *action, const char *subject, const char *detail,
                          apr_time_t now, apr_pool_t *pool);

#endif
