/* SPDX-License-Identifier: Apache-2.0 */
#include "store/schema.h"

#include <apr_strings.h>
#include <string.h>

#include "store/tally.h"

#define TALLIES_SINCE 2

/* Tables are clustered by their key on every engine that can: SQLite WITHOUT ROWID, InnoDB by nature. Texts are compared
 * byte by byte, blanks at the end included. `wordings` has what an engine wants to be told in other words. */
static const char *const version_1[] = {

    "CREATE TABLE IF NOT EXISTS meta (name VARCHAR(40) NOT NULL PRIMARY KEY, value VARCHAR(400) NOT NULL)",

    "CREATE TABLE IF NOT EXISTS publication ("
    " id VARCHAR(26) NOT NULL PRIMARY KEY,"
    " rev BIGINT NOT NULL,"             /* rises with every change: two editors can't undo each other unseen */
    " training VARCHAR(64) NOT NULL,"
    " title VARCHAR(400) NOT NULL,"
    " langs VARCHAR(400) NOT NULL,"     /* separated by blanks; empty: all of the training */
    " pass SMALLINT NOT NULL,"          /* percent; -1: as the training says */
    " attempts SMALLINT NOT NULL,"      /* 0: unlimited; -1: as the training says */
    " keep_incomplete SMALLINT NOT NULL,"
    " show_answers SMALLINT NOT NULL,"
    " enabled SMALLINT NOT NULL,"
    " admits_new SMALLINT NOT NULL,"
    " starts_at BIGINT NOT NULL,"       /* 0: none */
    " ends_at BIGINT NOT NULL,"         /* 0: none */
    " cap INTEGER NOT NULL,"            /* -1: none */
    " created_at BIGINT NOT NULL,"
    " updated_at BIGINT NOT NULL)",

    "CREATE TABLE IF NOT EXISTS publication_origin ("
    " publication VARCHAR(26) NOT NULL,"
    " origin VARCHAR(300) NOT NULL,"
    " realm VARCHAR(64) NOT NULL,"      /* empty: the site's common realm */
    " position SMALLINT NOT NULL,"
    " PRIMARY KEY (publication, origin))",

    "CREATE TABLE IF NOT EXISTS learner ("
    " id VARCHAR(26) NOT NULL PRIMARY KEY,"
    " identity VARCHAR(64) NOT NULL UNIQUE,"    /* digest of realm and external_id: SCORM ids may be 4,000 characters long */
    " realm VARCHAR(64) NOT NULL,"
    " external_id VARCHAR(4000) NOT NULL,"
    " name VARCHAR(1000) NOT NULL,"
    " state SMALLINT NOT NULL,"         /* 0 active, 1 disabled */
    " tester SMALLINT NOT NULL,"
    " created_at BIGINT NOT NULL,"
    " seen_at BIGINT NOT NULL)",

    /* One learner in one publication, with the running totals. */
    "CREATE TABLE IF NOT EXISTS registration ("
    " id VARCHAR(26) NOT NULL PRIMARY KEY,"
    " publication VARCHAR(26) NOT NULL,"
    " learner VARCHAR(26) NOT NULL,"
    " session VARCHAR(26) NOT NULL,"    /* the one that holds the lease */
    " status SMALLINT NOT NULL,"        /* sc_status_e */
    " score INTEGER NOT NULL,"          /* -1: none */
    " percent SMALLINT NOT NULL,"
    " final SMALLINT NOT NULL,"
    " rev BIGINT NOT NULL,"             /* of the snapshot */
    " seconds BIGINT NOT NULL,"         /* active time, all sessions */
    " sessions INTEGER NOT NULL,"
    " attempts SMALLINT NOT NULL,"      /* ended ones of the final assessment */
    " location VARCHAR(64) NOT NULL,"
    " placement SMALLINT NOT NULL,"     /* 0 open, 1 taken, 2 skipped */
    " delivered_rev BIGINT NOT NULL,"
    " delivered_lms VARCHAR(32) NOT NULL,"
    " delivered_at BIGINT NOT NULL,"
    " started_at BIGINT NOT NULL,"
    " seen_at BIGINT NOT NULL,"
    " UNIQUE (publication, learner))",
    "CREATE INDEX IF NOT EXISTS registration_by_learner ON registration (learner)",
    "CREATE INDEX IF NOT EXISTS registration_by_age ON registration (publication, id)",

    "CREATE TABLE IF NOT EXISTS module_result ("
    " registration VARCHAR(26) NOT NULL,"
    " module VARCHAR(64) NOT NULL,"
    " opened_at BIGINT NOT NULL,"       /* 0: not yet, here and below */
    " read_at BIGINT NOT NULL,"
    " validated_at BIGINT NOT NULL,"
    " PRIMARY KEY (registration, module))",

    "CREATE TABLE IF NOT EXISTS activity_result ("
    " registration VARCHAR(26) NOT NULL,"
    " activity VARCHAR(64) NOT NULL,"
    " correct SMALLINT NOT NULL,"
    " correct_first SMALLINT NOT NULL," /* right at the first try */
    " points INTEGER NOT NULL,"
    " tries INTEGER NOT NULL,"
    " response TEXT NOT NULL,"          /* the last one, JSON */
    " first_at BIGINT NOT NULL,"
    " last_at BIGINT NOT NULL,"
    " PRIMARY KEY (registration, activity))",

    "CREATE TABLE IF NOT EXISTS attempt ("
    " registration VARCHAR(26) NOT NULL,"
    " number SMALLINT NOT NULL,"
    " started_at BIGINT NOT NULL,"
    " ended_at BIGINT NOT NULL,"        /* 0: under way */
    " score INTEGER NOT NULL,"
    " pass SMALLINT NOT NULL,"          /* the threshold that was in force */
    " answers TEXT NOT NULL,"           /* JSON {activity: response} */
    " session VARCHAR(26) NOT NULL,"    /* the event that ended it, to answer it alike when it is sent again */
    " seq BIGINT NOT NULL,"
    " PRIMARY KEY (registration, number))",

    "CREATE TABLE IF NOT EXISTS session ("
    " id VARCHAR(26) NOT NULL PRIMARY KEY,"
    " registration VARCHAR(26) NOT NULL,"
    " origin VARCHAR(300) NOT NULL,"
    " edition VARCHAR(8) NOT NULL,"
    " connector VARCHAR(16) NOT NULL,"
    " lang VARCHAR(35) NOT NULL,"
    " last_seq BIGINT NOT NULL,"        /* the highest event number that is on disk */
    " seconds BIGINT NOT NULL,"
    " state SMALLINT NOT NULL,"         /* 0 active, 1 left */
    " started_at BIGINT NOT NULL,"
    " seen_at BIGINT NOT NULL)",
    "CREATE INDEX IF NOT EXISTS session_by_registration ON session (registration)",

    /* Append-only. The learner column names an account, not a person, and stays when the account is deleted. */
    "CREATE TABLE IF NOT EXISTS credit ("
    " id VARCHAR(26) NOT NULL PRIMARY KEY,"
    " publication VARCHAR(26) NOT NULL,"
    " learner VARCHAR(26) NOT NULL,"
    " origin VARCHAR(300) NOT NULL,"
    " at BIGINT NOT NULL,"
    " UNIQUE (publication, learner))",

    "CREATE TABLE IF NOT EXISTS delivery ("
    " id VARCHAR(26) NOT NULL PRIMARY KEY,"
    " registration VARCHAR(26) NOT NULL,"
    " session VARCHAR(26) NOT NULL,"
    " rev BIGINT NOT NULL,"
    " lms VARCHAR(32) NOT NULL,"        /* ok, or the LMS's error code */
    " element VARCHAR(64) NOT NULL,"
    " at BIGINT NOT NULL)",
    "CREATE INDEX IF NOT EXISTS delivery_by_registration ON delivery (registration)",

    "CREATE TABLE IF NOT EXISTS refusal ("
    " id VARCHAR(26) NOT NULL PRIMARY KEY,"
    " publication VARCHAR(26) NOT NULL,"
    " origin VARCHAR(300) NOT NULL,"
    " code VARCHAR(40) NOT NULL,"
    " learner VARCHAR(26) NOT NULL,"    /* the account that was refused; empty when it isn't about one */
    " times INTEGER NOT NULL,"
    " first_at BIGINT NOT NULL,"
    " last_at BIGINT NOT NULL,"
    " UNIQUE (publication, origin, code, learner))",

    "CREATE TABLE IF NOT EXISTS audit ("
    " id VARCHAR(26) NOT NULL PRIMARY KEY,"
    " at BIGINT NOT NULL,"
    " actor VARCHAR(255) NOT NULL,"
    " action VARCHAR(40) NOT NULL,"
    " subject VARCHAR(64) NOT NULL,"
    " detail TEXT NOT NULL)",

    NULL
};

/* What lets a request compute first and write afterwards, and the figures that statistics read instead of counting rows.
 * The figures lie in shards: processes that write at the same time would wait for each other's rows. */
static const char *const version_2[] = {

    "ALTER TABLE registration ADD COLUMN version BIGINT NOT NULL DEFAULT 1",       /* rises with every write */
    "ALTER TABLE registration ADD COLUMN last_seq BIGINT NOT NULL DEFAULT 0",      /* of the session with the lease */
    "ALTER TABLE registration ADD COLUMN session_seconds BIGINT NOT NULL DEFAULT 0",
    "ALTER TABLE registration ADD COLUMN credited SMALLINT NOT NULL DEFAULT 0",

    "UPDATE registration SET"
    " last_seq = COALESCE((SELECT s.last_seq FROM session s WHERE s.id = registration.session), 0),"
    " session_seconds = COALESCE((SELECT s.seconds FROM session s WHERE s.id = registration.session), 0),"
    " credited = (SELECT COUNT(*) FROM credit c WHERE c.publication = registration.publication"
    " AND c.learner = registration.learner)",

    "CREATE TABLE IF NOT EXISTS publication_tally ("
    " publication VARCHAR(26) NOT NULL,"
    " shard SMALLINT NOT NULL,"
    " learners BIGINT NOT NULL,"
    " credits BIGINT NOT NULL,"
    " sessions BIGINT NOT NULL,"
    " in_progress BIGINT NOT NULL,"     /* learners of that status now */
    " completed BIGINT NOT NULL,"
    " failed BIGINT NOT NULL,"
    " passed BIGINT NOT NULL,"
    " PRIMARY KEY (publication, shard))",

    /* The same, by the day (since 1970-01-01, UTC) on which it changed. */
    "CREATE TABLE IF NOT EXISTS publication_day ("
    " publication VARCHAR(26) NOT NULL,"
    " day INTEGER NOT NULL,"
    " shard SMALLINT NOT NULL,"
    " learners BIGINT NOT NULL,"
    " credits BIGINT NOT NULL,"
    " sessions BIGINT NOT NULL,"
    " in_progress BIGINT NOT NULL,"
    " completed BIGINT NOT NULL,"
    " failed BIGINT NOT NULL,"
    " passed BIGINT NOT NULL,"
    " PRIMARY KEY (publication, day, shard))",

    /* By the week: Mondays since 1969-12-29, UTC. */
    "CREATE TABLE IF NOT EXISTS module_tally ("
    " publication VARCHAR(26) NOT NULL,"
    " module VARCHAR(64) NOT NULL,"
    " week INTEGER NOT NULL,"
    " shard SMALLINT NOT NULL,"
    " opened BIGINT NOT NULL,"          /* by learners for the first time, here and below */
    " finished BIGINT NOT NULL,"
    " validated BIGINT NOT NULL,"
    " PRIMARY KEY (publication, module, week, shard))",

    "CREATE TABLE IF NOT EXISTS activity_tally ("
    " publication VARCHAR(26) NOT NULL,"
    " activity VARCHAR(64) NOT NULL,"
    " week INTEGER NOT NULL,"
    " shard SMALLINT NOT NULL,"
    " answers BIGINT NOT NULL,"         /* all tries */
    " correct BIGINT NOT NULL,"
    " first_answers BIGINT NOT NULL,"   /* learners' first tries */
    " first_correct BIGINT NOT NULL,"
    " PRIMARY KEY (publication, activity, week, shard))",

    NULL
};

static const char *const *const versions[SC_SCHEMA_VERSION] = { version_1, version_2 };

static const struct {
    sc_dialect_e dialect;
    const char *ours, *theirs;
} wordings[] = {
    /* Every VARCHAR: the database's own order may be that of a language. */
    { SC_POSTGRESQL, ") NOT NULL", ") COLLATE \"C\" NOT NULL" },
    /* MariaDB's TEXT ends at 65,535 bytes. */
    { SC_MARIADB, " TEXT ", " MEDIUMTEXT " },
    /* It commits after each change of a table: a step that broke off begins anew. SQLite rolls all of it back. */
    { SC_MARIADB, " ADD COLUMN ", " ADD COLUMN IF NOT EXISTS " },
};

static const char *table_suffix(const sc_db_t *db)
{
    switch (db->dialect) {
    case SC_SQLITE:
        return " WITHOUT ROWID";
    case SC_MARIADB:
        return " ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin";
    case SC_POSTGRESQL:
        break;
    }
    return "";
}

static const char *replace_all(const char *text, const char *old, const char *new, apr_pool_t *pool)
{
    const char *result = "", *found;

    for (; (found = strstr(text, old)) != NULL; text = found + strlen(old))
        result = apr_pstrcat(pool, result, apr_pstrmemdup(pool, text, (apr_size_t)(found - text)), new, NULL);
    return apr_pstrcat(pool, result, text, NULL);
}

static const char *in_dialect(const sc_db_t *db, const char *statement, apr_pool_t *pool)
{
    unsigned i;

    for (i = 0; i < sizeof(wordings) / sizeof(*wordings); i++)
        if (wordings[i].dialect == db->dialect)
            statement = replace_all(statement, wordings[i].ours, wordings[i].theirs, pool);
    if (strncmp(statement, "CREATE TABLE", 12) == 0)
        statement = apr_pstrcat(pool, statement, table_suffix(db), NULL);
    return statement;
}

sc_error_t *sc_schema_version(sc_db_t *db, int *version, apr_pool_t *pool)
{
    const char *const *row;
    sc_error_t *error = sc_db_select_one(db, SC_SQL_META_GET, SC_ARGS("schema_version"), &row, pool);

    *version = 0;
    if (!error && row)
        *version = (int)sc_db_to_int(row[0], 0);
    /* The three engines say in their own words that the table "meta" does not exist. */
    if (error && error->detail && (strstr(error->detail, "no such table") || strstr(error->detail, "does not exist")
                                   || strstr(error->detail, "doesn't exist")))
        return NULL;
    return error;
}

static sc_error_t *check_complete(sc_db_t *db, apr_pool_t *pool)
{
    const char *const *row;

    SC_TRY(sc_db_select_one(db, SC_SQL_META_GET, SC_ARGS(SC_COPY_MARK), &row, pool));
    if (row && strncmp(row[0], SC_COPY_RUNNING, strlen(SC_COPY_RUNNING)) == 0)
        return sc_error(pool, SC_UNAVAILABLE, SC_MSG(420), "unavailable",
                        "The database is a copy that is not complete: run the same \"scormconnect copy\" again");
    return NULL;
}

sc_error_t *sc_schema_check(sc_db_t *db, apr_pool_t *pool)
{
    int version;

    SC_TRY(sc_schema_version(db, &version, pool));
    if (version == 0)
        return sc_error(pool, SC_UNAVAILABLE, SC_MSG(404), "unavailable",
                        "The database has no tables yet: run \"scormconnect migrate\"");
    if (version < SC_SCHEMA_VERSION)
        return sc_error(pool, SC_UNAVAILABLE, SC_MSG(405), "unavailable",
                        "The database is at version %d, this release needs %d: run \"scormconnect migrate\"", version,
                        SC_SCHEMA_VERSION);
    return check_complete(db, pool);
}

typedef struct {
    int version;
} step_t;

static sc_error_t *migrate_one(sc_db_t *db, void *baton, apr_pool_t *pool)
{
    const step_t *step = baton;
    const char *const *statement;

    for (statement = versions[step->version - 1]; *statement; statement++)
        SC_TRY(sc_db_change_schema(db, in_dialect(db, *statement, pool), pool));
    if (step->version == TALLIES_SINCE)
        SC_TRY(sc_tally_recount(db, pool));
    return sc_db_run(db, SC_SQL_META_SET, SC_ARGS("schema_version", sc_db_int(step->version, pool)), NULL, pool);
}

sc_error_t *sc_schema_migrate(sc_db_t *db, int *from, int *to, apr_pool_t *pool)
{
    step_t step;

    SC_TRY(sc_schema_version(db, from, pool));
    for (step.version = *from + 1; step.version <= SC_SCHEMA_VERSION; step.version++)
        SC_TRY(sc_db_transact(db, migrate_one, &step, pool));
    *to = *from > SC_SCHEMA_VERSION ? *from : SC_SCHEMA_VERSION;
    return NULL;
}
