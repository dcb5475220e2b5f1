/* SPDX-License-Identifier: Apache-2.0
 *
 * Connections come from mod_dbd, for one use case each: taken after the request is read, given back before the answer is sent,
 * so that a slow client holds none.
 */
#include "module/module.h"

#include <apr_dbd.h>
#include <apr_global_mutex.h>
#include <apr_network_io.h>
#include <apr_optional.h>
#include <apr_shm.h>
#include <mod_dbd.h>
#include <unistd.h>
#include <util_mutex.h>

#include "store/schema.h"

#define MUTEX "scormconnect-writer"
#define TRIES 3
#define READY "scormconnect_ready"

static APR_OPTIONAL_FN_TYPE(ap_dbd_open) *dbd_open;
static APR_OPTIONAL_FN_TYPE(ap_dbd_close) *dbd_close;

/* Held from BEGIN to COMMIT on SQLite, whose one writer has no queue: of several children all but one would sleep and starve. */
static apr_global_mutex_t *writer;

/* In memory that all children see: how often a publication was changed. */
static apr_shm_t *shared;
static volatile apr_uint32_t *publications_changed;

/* The schema was seen to be right by this process; until then every request looks. */
static volatile int schema_is_right;

/* A mutex that survives the death of the process which holds it. */
#if APR_HAS_PROC_PTHREAD_SERIALIZE
#define MECHANISM APR_LOCK_PROC_PTHREAD
#else
#define MECHANISM APR_LOCK_DEFAULT
#endif

int sc_database_prepare(apr_pool_t *pconf)
{
    return ap_mutex_register(pconf, MUTEX, NULL, MECHANISM, 0) == APR_SUCCESS ? OK : !OK;
}

int sc_database_share(apr_pool_t *pconf, server_rec *main_server)
{
    apr_status_t rv = apr_shm_create(&shared, sizeof(*publications_changed), NULL, pconf);

    if (rv != APR_SUCCESS) {
        ap_log_error(APLOG_MARK, APLOG_STARTUP | APLOG_ERR, rv, main_server, "SC0504: There is no shared memory to be had");
        return !OK;
    }
    publications_changed = apr_shm_baseaddr_get(shared);
    *publications_changed = 0;
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
static ap_dbd_t *open_connection(server_rec *server, apr_pool_t *pool)
{
    ap_dbd_t *dbd = NULL;
    int i;

    for (i = 0; i < TRIES && !dbd; i++)
        dbd = dbd_open(pool, server);
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

/* The store's way to a connection, which goes back to mod_dbd afterwards: sc_connect_fn. */
static sc_error_t *connect_to(void *baton, sc_error_t *(*use)(sc_db_t *db, void *use_baton), void *use_baton,
                              apr_pool_t *pool)
{
    server_rec *server = baton;
    sc_error_t *error;
    ap_dbd_t *dbd;
    sc_db_t db;

    if (!dbd_open)
        return sc_error_detail(sc_error(pool, SC_UNAVAILABLE, SC_MSG(502), "unavailable",
                                        "The database can't be used at the moment"),
                               "mod_dbd is not loaded: add LoadModule dbd_module");
    dbd = open_connection(server, pool);
    if (!dbd)
        return sc_error_detail(sc_error(pool, SC_UNAVAILABLE, SC_MSG(503), "unavailable",
                                        "The database can't be used at the moment"),
                               "mod_dbd gives no connection: see its own message, DBDriver and DBDParams");
    error = sc_db_init(&db, dbd->driver, dbd->handle, dbd->prepared, dbd->pool, pool);
    db.lock = &the_lock;
    if (!error)
        error = make_ready(&db, dbd, pool);
    if (!error)
        error = use(&db, use_baton);
    dbd_close(server, dbd);
    return error;
}

/* ---- the store */

#define MOST_RECORDS 16384
#define MOST_RECORD_BYTES (64 * 1024 * 1024)
#define MOST_PUBLICATIONS 1024
#define MOST_PUBLICATION_BYTES (4 * 1024 * 1024)

/* Figures that two nodes of a cluster write at the same moment end a transaction of one of them, so each has shards of its own;
 * children of one node only wait for each other. */
#define NODES 1024
#define SHARDS_OF_A_NODE 4

static int shard_of_this_process(apr_pool_t *pool)
{
    char name[APRMAXHOSTLEN + 1];
    apr_ssize_t length = APR_HASH_KEY_STRING;

    if (apr_gethostname(name, APRMAXHOSTLEN, pool) != APR_SUCCESS)
        name[0] = '\0';
    return (int)(apr_hashfunc_default(name, &length) % NODES * SHARDS_OF_A_NODE + (unsigned)getpid() % SHARDS_OF_A_NODE);
}

sc_error_t *sc_database_store(server_rec *server, int most_waiting, sc_store_t **out, apr_pool_t *pchild)
{
    sc_store_t *store = apr_pcalloc(pchild, sizeof(*store));
    store->connect = connect_to;
    store->connect_baton = server;
    store->records = sc_cache_create(MOST_RECORDS, MOST_RECORD_BYTES, pchild);
    store->publications = sc_cache_create(MOST_PUBLICATIONS, MOST_PUBLICATION_BYTES, pchild);
    store->publications_changed = publications_changed;
    SC_TRY(sc_writer_create(connect_to, server, most_waiting, shard_of_this_process(pchild), &store->writer, pchild));
    *out = store;
    return NULL;
}
