/* SPDX-License-Identifier: Apache-2.0
 *
 * Connections come from mod_dbd, for one use case each: taken after the request is read, given back before the answer is sent,
 * so that a slow client holds none.
 */
#include "module/module.h"

#include <apr_dbd.h>
#include <apr_global_mutex.h>
#include <apr_optional.h>
#include <mod_dbd.h>
#include <util_mutex.h>

#include "store/schema.h"

#define MUTEX "scormconnect-writer"
#define TRIES 3
#define READY "scormconnect_ready"

static APR_OPTIONAL_FN_TYPE(ap_dbd_open) *dbd_open;
static APR_OPTIONAL_FN_TYPE(ap_dbd_close) *dbd_close;
static apr_global_mutex_t *writer;

/* The schema was seen to be right by this process; until then every request looks. */
static volatile int schema_is_right;

int sc_database_prepare(apr_pool_t *pconf)
{
    return ap_mutex_register(pconf, MUTEX, NULL, APR_LOCK_DEFAULT, 0) == APR_SUCCESS ? OK : !OK;
}

int sc_database_create_lock(apr_pool_t *pconf, server_rec *main_server)
{
    return ap_global_mutex_create(&writer, NULL, MUTEX, NULL, main_server, pconf, 0) == APR_SUCCESS ? OK : !OK;
}

void sc_database_start_child(apr_pool_t *pchild, server_rec *main_server)
{
    apr_status_t rv = apr_global_mutex_child_init(&writer, apr_global_mutex_lockfile(writer), pchild);

    if (rv != APR_SUCCESS)
        ap_log_error(APLOG_MARK, APLOG_CRIT, rv, main_server, "SC0501: The lock for writing can't be opened in a child");
    dbd_open = APR_RETRIEVE_OPTIONAL_FN(ap_dbd_open);
    dbd_close = APR_RETRIEVE_OPTIONAL_FN(ap_dbd_close);
}

static apr_status_t acquire(void *baton)
{
    (void)baton;
    return apr_global_mutex_lock(writer);
}

static void release(void *baton)
{
    (void)baton;
    apr_global_mutex_unlock(writer);
}

static const sc_db_lock_t the_lock = { acquire, release, NULL };

/* mod_dbd drops a dead connection and gives nothing; the next try opens a new one. */
static ap_dbd_t *open_connection(request_rec *r)
{
    ap_dbd_t *dbd = NULL;
    int i;

    for (i = 0; i < TRIES && !dbd; i++)
        dbd = dbd_open(r->pool, r->server);
    return dbd;
}

static sc_error_t *make_ready(sc_db_t *db, ap_dbd_t *dbd, apr_pool_t *pool)
{
    if (!apr_hash_get(dbd->prepared, READY, APR_HASH_KEY_STRING)) {
        SC_TRY(sc_db_setup(db, pool));
        apr_hash_set(dbd->prepared, READY, APR_HASH_KEY_STRING, READY);
    }
    if (!schema_is_right) {
        SC_TRY(sc_schema_check(db, pool));
        schema_is_right = 1;
    }
    return NULL;
}

sc_error_t *sc_database_use(request_rec *r, sc_database_use_fn use, void *baton)
{
    sc_error_t *error;
    ap_dbd_t *dbd;
    sc_db_t db;

    if (!dbd_open)
        return sc_error_detail(sc_error(r->pool, SC_UNAVAILABLE, SC_MSG(502), "unavailable",
                                        "The database can't be used at the moment"),
                               "mod_dbd is not loaded: add LoadModule dbd_module");
    dbd = open_connection(r);
    if (!dbd)
        return sc_error_detail(sc_error(r->pool, SC_UNAVAILABLE, SC_MSG(503), "unavailable",
                                        "The database can't be used at the moment"),
                               "mod_dbd gives no connection: see its own message, DBDriver and DBDParams");
    error = sc_db_init(&db, dbd->driver, dbd->handle, dbd->prepared, dbd->pool, r->pool);
    db.lock = &the_lock;
    if (!error)
        error = make_ready(&db, dbd, r->pool);
    if (!error)
        error = use(&db, baton);
    dbd_close(r->server, dbd);
    return error;
}
