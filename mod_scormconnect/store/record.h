/* SPDX-License-Identifier: Apache-2.0
 *
 * A learner's record in one publication: the registration with all that hangs on it. It is read whole, changed in memory by
 * one request, and written with a comparison: whoever changes any of it raises the registration's version, and a record
 * that was read before somebody else's change can't be written any more.
 *
 * Everything lives in the record's pool. Changing a record counts what it means for the running figures.
 */
#ifndef SC_STORE_RECORD_H
#define SC_STORE_RECORD_H

#include "store/cache.h"
#include "store/registration.h"
#include "store/session.h"

typedef struct {
    const char *module;
    apr_time_t opened_at, read_at, validated_at;        /* 0: not yet */
    int opened_now, read_now, validated_now;
} sc_module_row_t;

typedef struct {
    const char *activity;
    int correct, correct_first, points, tries;
    const char *response;
    apr_time_t first_at, last_at;
    int tries_now, correct_now, first_now;
} sc_activity_row_t;

typedef struct {
    int number;
    apr_time_t started_at, ended_at;                    /* ended_at 0: under way */
    int score;                                          /* hundredths of a percent, -1: none */
    int pass;                                           /* the threshold that was in force */
    const char *answers;                                /* JSON {activity: response} */
    const char *session;                                /* the event that ended it, "" and 0 before */
    apr_int64_t seq;
    int changed;
} sc_attempt_row_t;

typedef struct sc_record_t {
    sc_registration_t *registration;
    apr_array_header_t *modules;        /* sc_module_row_t * */
    apr_array_header_t *activities;     /* sc_activity_row_t * */
    apr_array_header_t *attempts;       /* sc_attempt_row_t *, in the order of their numbers */
    apr_array_header_t *deliveries;     /* rows to add */
    int status_before, sessions_before, credited_before;
    int is_new;
    int is_complete;                    /* what hangs on the registration was read as well */
    struct sc_record_t *twin;           /* while several are completed: of the same registration, or NULL */
    apr_pool_t *pool;
} sc_record_t;

/* One of a learner who was never in the publication; written by the first launch. */
sc_record_t *sc_record_new(const char *publication, const char *learner, apr_time_t now, apr_pool_t *pool);

/* That of the registration, from `cache`; NULL when it is not there. */
sc_record_t *sc_record_recall(sc_cache_t *cache, const char *registration, apr_pool_t *pool);

/* That of the registration, from the database; NULL when there is none. */
sc_error_t *sc_record_find(sc_db_t *db, const char *registration, sc_record_t **out, apr_pool_t *pool);

/* That of a registration which was just read: whole if `cache` has it in the same version, else to be completed. */
sc_record_t *sc_record_begin(sc_registration_t *registration, sc_cache_t *cache, apr_pool_t *pool);

/* Reads what hangs on the registrations of `records`, sc_record_t *, in one query. The same may be among them twice. */
sc_error_t *sc_record_complete(sc_db_t *db, const apr_array_header_t *records, apr_pool_t *pool);

/* ---- changing; `id` and texts are kept, not copied */

/* Each counts the first time only. */
void sc_record_open(sc_record_t *record, const char *module, apr_time_t now);
void sc_record_read(sc_record_t *record, const char *module, apr_time_t now);
void sc_record_validate(sc_record_t *record, const char *module, apr_time_t now);

/* One more try at an activity. Once right, it stays right; the best points stay. `response` is JSON text. */
void sc_record_answer(sc_record_t *record, const char *activity, int correct, int points, const char *response,
                      apr_time_t now);

/* The attempt at the final assessment that is under way, or NULL. */
sc_attempt_row_t *sc_record_open_attempt(const sc_record_t *record);
sc_attempt_row_t *sc_record_start_attempt(sc_record_t *record, apr_time_t now);

/* What the LMS said about snapshot `rev`: into the ledger, and on the registration. `element` may be "". */
void sc_record_delivered(sc_record_t *record, const char *session, apr_int64_t rev, const char *lms, const char *element,
                         apr_time_t now);

/* ---- writing */

/* Adds everything that changed to `unit`, under a new version. `origin` is that of the launch for a credit that is due. */
void sc_record_write(sc_record_t *record, const char *origin, apr_time_t now, sc_unit_t *unit);

/* Keeps the record, as it was written, for the next request; or forgets what is known of it. */
void sc_record_remember(sc_cache_t *cache, const sc_record_t *record);
void sc_record_forget(sc_cache_t *cache, const char *registration);

#endif
