/* SPDX-License-Identifier: Apache-2.0
 *
 * A unit of work: the rows that one request wants written, all or none. It was computed from what was read before, so it
 * names what must still be true: a learner's account is there and active, a registration still has the version that was
 * read. If not, somebody else was faster; the unit is stale, nothing of it is written, and the request reads and computes
 * anew. Sending a unit twice is therefore harmless, and units of different learners can share a transaction.
 *
 * A unit that must read first can leave that to the transaction, too: `prepare` is called there once for all units that
 * name it, and makes their rows.
 *
 * Rows are texts, written whole, in the columns that unit.c lists.
 */
#ifndef SC_STORE_UNIT_H
#define SC_STORE_UNIT_H

#include "store/db.h"

/* In the order in which a transaction writes them. */
typedef enum {
    SC_ROW_LEARNER_NEW,                 /* stale when the learner exists by now */
    SC_ROW_LEARNER,                     /* stale unless it is there and active */
    SC_ROW_REGISTRATION_NEW,            /* stale when the registration exists by now */
    SC_ROW_REGISTRATION,                /* stale unless it has the version that was read */
    SC_ROW_SESSION,
    SC_ROW_MODULE,
    SC_ROW_ACTIVITY,
    SC_ROW_ATTEMPT,
    SC_ROW_CREDIT,
    SC_ROW_DELIVERY,
    SC_ROW_PUBLICATION_TALLY,
    SC_ROW_PUBLICATION_DAY,
    SC_ROW_MODULE_TALLY,
    SC_ROW_ACTIVITY_TALLY,
    SC_ROW_KINDS
} sc_row_kind_e;

typedef struct {
    sc_row_kind_e kind;
    const char *const *values;          /* as many as the kind has columns */
    const char *expected;               /* of SC_ROW_LEARNER and SC_ROW_REGISTRATION: the state, the version */
} sc_row_t;

/* What is added to a running figure. `key` is the publication, and the module's or activity's id where there is one. */
#define SC_TALLY_MOST 7
typedef struct {
    sc_row_kind_e kind;
    const char *key[2];
    apr_int64_t period;                 /* day or week, by kind */
    apr_int64_t add[SC_TALLY_MOST];
} sc_tally_t;

typedef struct sc_unit_t sc_unit_t;

/* Reads for `units`, and computes what each shall write. What is wrong with one of them goes into its `error`, and nothing of it
 * is written; an error that is returned is that of all. May be called again, for the same units without their rows. */
typedef sc_error_t *(*sc_unit_prepare_fn)(sc_db_t *db, sc_unit_t *const *units, int count, apr_pool_t *pool);

struct sc_unit_t {
    apr_array_header_t *rows;           /* sc_row_t */
    apr_array_header_t *tallies;        /* sc_tally_t */
    sc_unit_prepare_fn prepare;         /* or NULL */
    void *baton;                        /* for prepare and check */
    /* What can only be known with the database locked against others, or NULL. Its error is the unit's. */
    sc_db_work_fn check;
    apr_pool_t *pool;
    sc_error_t *error;
    /* the writer's */
    sc_unit_t *next;
    int stale, tries;
    int alone;                          /* it has something to check, and waits for a transaction of its own */
};

/* An empty unit in `pool`. */
sc_unit_t *sc_unit_new(apr_pool_t *pool);

/* `values` are kept, not copied. */
void sc_unit_add(sc_unit_t *unit, sc_row_kind_e kind, const char *const *values, const char *expected);

/* A tally of zeros to add to. `key` may be NULL where the kind has none. */
sc_tally_t *sc_unit_tally(sc_unit_t *unit, sc_row_kind_e kind, const char *publication, const char *key, apr_int64_t period);

/* Days since 1970-01-01, and weeks since the Monday before it; UTC. */
apr_int64_t sc_tally_day(apr_time_t when);
apr_int64_t sc_tally_week(apr_time_t when);

/* The members of sc_tally_t.add, by kind. */
enum { SC_TALLY_LEARNERS, SC_TALLY_CREDITS, SC_TALLY_SESSIONS, SC_TALLY_STATUS };   /* STATUS + sc_status_e - 1 */
enum { SC_TALLY_OPENED, SC_TALLY_FINISHED, SC_TALLY_VALIDATED };
enum { SC_TALLY_ANSWERS, SC_TALLY_CORRECT, SC_TALLY_FIRST_ANSWERS, SC_TALLY_FIRST_CORRECT };

/* Writes all `count` units in one transaction of `db`; marks those that are stale, and those that have to be written alone. An
 * error means that nothing was written.
 * `shard` keeps writers of the same figures out of each other's way. */
sc_error_t *sc_unit_write(sc_db_t *db, sc_unit_t *const *units, int count, int shard, apr_pool_t *pool);

#endif
