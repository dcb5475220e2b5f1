/* SPDX-License-Identifier: Apache-2.0
 *
 * sqlite_loop FILE SECONDS BATCH: how many small rows a second SQLite itself takes here, one thread, BATCH rows in each durable
 * commit. Prints the number.
 */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static sqlite3 *db;

static void must(int code)
{
    if (code == SQLITE_OK || code == SQLITE_DONE || code == SQLITE_ROW)
        return;
    fprintf(stderr, "sqlite_loop: %s\n", sqlite3_errmsg(db));
    exit(1);
}

static void run(const char *sql)
{
    must(sqlite3_exec(db, sql, NULL, NULL, NULL));
}

static double now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void insert(sqlite3_stmt *statement, long number)
{
    sqlite3_bind_int64(statement, 1, number);
    sqlite3_bind_text(statement, 2, "01k5x9m3q0example0learner0", -1, SQLITE_STATIC);
    sqlite3_bind_text(statement, 3, "{\"type\":\"answer\",\"activity\":\"q1\",\"response\":[\"2\"]}", -1, SQLITE_STATIC);
    must(sqlite3_step(statement));
    must(sqlite3_reset(statement));
}

int main(int argc, char **argv)
{
    sqlite3_stmt *statement;
    double start, end;
    long rows = 0;
    int batch, i;

    if (argc != 4) {
        fputs("sqlite_loop FILE SECONDS BATCH\n", stderr);
        return 2;
    }
    batch = atoi(argv[3]);
    must(sqlite3_open(argv[1], &db));
    run("PRAGMA journal_mode=WAL");
    run("PRAGMA synchronous=FULL");
    run("CREATE TABLE IF NOT EXISTS one (at INTEGER, learner TEXT, event TEXT)");
    must(sqlite3_prepare_v2(db, "INSERT INTO one VALUES (?, ?, ?)", -1, &statement, NULL));
    start = now();
    end = start + atof(argv[2]);
    while (now() < end) {
        if (batch > 1)
            run("BEGIN IMMEDIATE");
        for (i = 0; i < batch; i++)
            insert(statement, rows++);
        if (batch > 1)
            run("COMMIT");
    }
    printf("%.1f\n", (double)rows / (now() - start));
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return 0;
}
