/* SPDX-License-Identifier: Apache-2.0
 *
 * The statement table. One portable text first; where MariaDB says it differently, its own beside it.
 *
 * %s is a text, %lld a whole number. Every table has an application-made key; times are microseconds since 1970,
 * UTC; scores are hundredths of a percent; truth values are 0 and 1.
 */
#include "store/sql.h"

#include <stddef.h>

#define PUBLICATION_COLUMNS                                                                                      \
    "id, rev, training, title, langs, pass, attempts, keep_incomplete, show_answers, enabled, admits_new, "      \
    "starts_at, ends_at, cap, created_at, updated_at"

#define LEARNER_COLUMNS "id, realm, external_id, name, state, tester, created_at, seen_at"

#define LEARNER_COLUMNS_OF_L "l.id, l.realm, l.external_id, l.name, l.state, l.tester, l.created_at, l.seen_at"

/* In the order of rows.c. */
#define REGISTRATION_COLUMNS                                                                                     \
    "r.publication, r.learner, r.id, r.started_at, r.session, r.status, r.score, r.percent, r.final, r.rev, "    \
    "r.seconds, r.sessions, r.attempts, r.location, r.placement, r.delivered_rev, r.delivered_lms, "             \
    "r.delivered_at, r.seen_at, r.version, r.last_seq, r.session_seconds, r.credited"

#define FIGURES                                                                                                  \
    "publication, SUM(learners), SUM(credits), SUM(sessions), SUM(in_progress), SUM(completed), SUM(failed), "   \
    "SUM(passed)"
#define FIGURE_COLUMNS "learners, credits, sessions, in_progress, completed, failed, passed"
#define BY_STATUS                                                                                                \
    "SUM(CASE WHEN status = 1 THEN 1 ELSE 0 END), SUM(CASE WHEN status = 2 THEN 1 ELSE 0 END), "                 \
    "SUM(CASE WHEN status = 3 THEN 1 ELSE 0 END), SUM(CASE WHEN status = 4 THEN 1 ELSE 0 END)"
#define LESS_BY_STATUS                                                                                           \
    "SUM(CASE WHEN status = 1 THEN -1 ELSE 0 END), SUM(CASE WHEN status = 2 THEN -1 ELSE 0 END), "               \
    "SUM(CASE WHEN status = 3 THEN -1 ELSE 0 END), SUM(CASE WHEN status = 4 THEN -1 ELSE 0 END)"

/* Of microseconds since 1970. "%%" because apr_dbd reads the text like a format. */
#define DAY(at) "(" at " - " at " %% 86400000000) / 86400000000"
#define WEEK(at) "(" at " + 259200000000 - (" at " + 259200000000) %% 604800000000) / 604800000000"

#define REFUSAL_COLUMNS                                                                                          \
    "r.id, r.publication, r.origin, r.code, r.learner, r.times, r.first_at, r.last_at, p.title, l.external_id"

#define REFUSAL_TABLES                                                                                           \
    " FROM refusal r JOIN publication p ON p.id = r.publication LEFT JOIN learner l ON l.id = r.learner"

/* What belongs to a learner hangs on the registrations. */
#define REGISTRATIONS_OF_LEARNER " WHERE registration IN (SELECT id FROM registration WHERE learner = %s)"

static const struct {
    const char *name;
    const char *sql;
    const char *mariadb;                /* NULL: the same */
} statements[SC_SQL_COUNT] = {

    [SC_SQL_META_GET] = { "meta_get",
        "SELECT value FROM meta WHERE name = %s", NULL },

    [SC_SQL_META_SET] = { "meta_set",
        "INSERT INTO meta (name, value) VALUES (%s, %s) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        "INSERT INTO meta (name, value) VALUES (%s, %s) ON DUPLICATE KEY UPDATE value = VALUES(value)" },

    /* ---- publications */

    [SC_SQL_PUBLICATION_INSERT] = { "publication_insert",
        "INSERT INTO publication (" PUBLICATION_COLUMNS ") VALUES"
        " (%s, 1, %s, %s, %s, %lld, %lld, %lld, %lld, %lld, %lld, %lld, %lld, %lld, %lld, %lld)", NULL },

    /* Only over the version that was read: two editors must not undo each other unseen. */
    [SC_SQL_PUBLICATION_UPDATE] = { "publication_update",
        "UPDATE publication SET rev = rev + 1, title = %s, langs = %s, pass = %lld, attempts = %lld,"
        " keep_incomplete = %lld, show_answers = %lld, enabled = %lld, admits_new = %lld, starts_at = %lld,"
        " ends_at = %lld, cap = %lld, updated_at = %lld WHERE id = %s AND rev = %lld", NULL },

    [SC_SQL_PUBLICATION_FIND] = { "publication_find",
        "SELECT " PUBLICATION_COLUMNS " FROM publication WHERE id = %s", NULL },

    [SC_SQL_PUBLICATION_LIST] = { "publication_list",
        "SELECT " PUBLICATION_COLUMNS " FROM publication ORDER BY id DESC", NULL },

    /* A sum over few rows, however many learners there are. */
    [SC_SQL_PUBLICATION_FIGURES] = { "publication_figures",
        "SELECT " FIGURES " FROM publication_tally WHERE publication = %s GROUP BY publication", NULL },

    [SC_SQL_PUBLICATION_FIGURES_ALL] = { "publication_figures_all",
        "SELECT " FIGURES " FROM publication_tally GROUP BY publication", NULL },

    [SC_SQL_PUBLICATION_LEARNERS] = { "publication_learners",
        "SELECT SUM(learners) FROM publication_tally WHERE publication = %s", NULL },

    /* Keeps others from changing it until the transaction ends. By a microsecond it does change: a Galera cluster compares only
     * what was changed. */
    [SC_SQL_PUBLICATION_LOCK] = { "publication_lock",
        "UPDATE publication SET updated_at = updated_at + 1 WHERE id = %s", NULL },

    [SC_SQL_ORIGIN_LIST] = { "origin_list",
        "SELECT publication, origin, realm FROM publication_origin WHERE publication = %s ORDER BY position", NULL },

    [SC_SQL_ORIGIN_LIST_ALL] = { "origin_list_all",
        "SELECT publication, origin, realm FROM publication_origin ORDER BY publication, position", NULL },

    [SC_SQL_ORIGIN_INSERT] = { "origin_insert",
        "INSERT INTO publication_origin (publication, origin, realm, position) VALUES (%s, %s, %s, %lld)", NULL },

    [SC_SQL_ORIGIN_DELETE] = { "origin_delete",
        "DELETE FROM publication_origin WHERE publication = %s", NULL },

    /* ---- learners */

    [SC_SQL_LEARNER_GET] = { "learner_get",
        "SELECT " LEARNER_COLUMNS " FROM learner WHERE id = %s", NULL },

    [SC_SQL_LEARNER_BY_IDENTITY] = { "learner_by_identity",
        "SELECT " LEARNER_COLUMNS " FROM learner WHERE identity = %s", NULL },

    [SC_SQL_LEARNER_BY_EXTERNAL_ID] = { "learner_by_external_id",
        "SELECT " LEARNER_COLUMNS " FROM learner WHERE external_id = %s ORDER BY id", NULL },

    [SC_SQL_LEARNER_LIST] = { "learner_list",
        "SELECT " LEARNER_COLUMNS " FROM learner WHERE id > %s ORDER BY id LIMIT 500", NULL },

    [SC_SQL_LEARNER_SET_STATE] = { "learner_set_state",
        "UPDATE learner SET state = %lld WHERE id = %s", NULL },

    /* Changes nothing, and keeps others from changing them until the transaction ends. */
    [SC_SQL_LEARNER_LOCK_REGISTRATIONS] = { "learner_lock_registrations",
        "UPDATE registration SET seen_at = seen_at WHERE learner = %s", NULL },

    [SC_SQL_LEARNER_DELETE] = { "learner_delete",
        "DELETE FROM learner WHERE id = %s", NULL },

    [SC_SQL_LEARNER_DELETE_DELIVERIES] = { "learner_delete_deliveries",
        "DELETE FROM delivery" REGISTRATIONS_OF_LEARNER, NULL },

    [SC_SQL_LEARNER_DELETE_SESSIONS] = { "learner_delete_sessions",
        "DELETE FROM session" REGISTRATIONS_OF_LEARNER, NULL },

    [SC_SQL_LEARNER_DELETE_MODULES] = { "learner_delete_modules",
        "DELETE FROM module_result" REGISTRATIONS_OF_LEARNER, NULL },

    [SC_SQL_LEARNER_DELETE_ACTIVITIES] = { "learner_delete_activities",
        "DELETE FROM activity_result" REGISTRATIONS_OF_LEARNER, NULL },

    [SC_SQL_LEARNER_DELETE_ATTEMPTS] = { "learner_delete_attempts",
        "DELETE FROM attempt" REGISTRATIONS_OF_LEARNER, NULL },

    [SC_SQL_LEARNER_DELETE_REGISTRATIONS] = { "learner_delete_registrations",
        "DELETE FROM registration WHERE learner = %s", NULL },

    [SC_SQL_LEARNER_DELETE_REFUSALS] = { "learner_delete_refusals",
        "DELETE FROM refusal WHERE learner = %s", NULL },

    /* ---- registrations */

    /* A learner as the LMS knows them, with the registration in a publication, if there is one. */
    [SC_SQL_REGISTRATION_FIND] = { "registration_find",
        "SELECT " REGISTRATION_COLUMNS " FROM registration r WHERE r.id = %s", NULL },

    [SC_SQL_REGISTRATION_BY_LEARNER] = { "registration_by_learner",
        "SELECT r.id, p.title FROM registration r JOIN publication p ON p.id = r.publication WHERE r.learner = %s"
        " ORDER BY r.id DESC", NULL },

    [SC_SQL_REGISTRATION_DELIVERIES] = { "registration_deliveries",
        "SELECT rev, lms, element, at FROM delivery WHERE registration = %s ORDER BY id DESC LIMIT 100", NULL },

    /* Newest first; ids sort by the time they were made. */
    [SC_SQL_REGISTRATION_PAGE] = { "registration_page",
        "SELECT r.id, l.external_id, l.name, l.state, r.status, r.score, r.percent, r.seconds, r.attempts, r.sessions,"
        " r.started_at, r.seen_at, r.rev, r.delivered_rev, r.delivered_lms, r.delivered_at, r.learner"
        " FROM registration r JOIN learner l ON l.id = r.learner"
        " WHERE r.publication = %s AND r.id < %s ORDER BY r.id DESC LIMIT 101", NULL },

    /* ---- sessions */

    [SC_SQL_SESSION_FIND] = { "session_find",
        "SELECT id, registration, last_seq, seconds, state, started_at FROM session WHERE id = %s", NULL },

    /* ---- running figures, counted anew; whole numbers are divided by taking the rest away first */

    [SC_SQL_TALLY_CLEAR_PUBLICATIONS] = { "tally_clear_publications", "DELETE FROM publication_tally", NULL },
    [SC_SQL_TALLY_CLEAR_DAYS] = { "tally_clear_days", "DELETE FROM publication_day", NULL },
    [SC_SQL_TALLY_CLEAR_MODULES] = { "tally_clear_modules", "DELETE FROM module_tally", NULL },
    [SC_SQL_TALLY_CLEAR_ACTIVITIES] = { "tally_clear_activities", "DELETE FROM activity_tally", NULL },

    /* Status numbers are those of domain/status.h. */
    [SC_SQL_TALLY_REGISTRATIONS] = { "tally_registrations",
        "INSERT INTO publication_tally (publication, shard, " FIGURE_COLUMNS ")"
        " SELECT publication, 0, COUNT(*), 0, SUM(sessions), " BY_STATUS " FROM registration GROUP BY publication", NULL },

    [SC_SQL_TALLY_CREDITS] = { "tally_credits",
        "INSERT INTO publication_tally (publication, shard, " FIGURE_COLUMNS ")"
        " SELECT publication, 1, 0, COUNT(*), 0, 0, 0, 0, 0 FROM credit GROUP BY publication", NULL },

    [SC_SQL_TALLY_DAYS_STARTED] = { "tally_days_started",
        "INSERT INTO publication_day (publication, day, shard, " FIGURE_COLUMNS ")"
        " SELECT publication, " DAY("started_at") ", 0, COUNT(*), 0, 0, 0, 0, 0, 0 FROM registration"
        " GROUP BY publication, " DAY("started_at"), NULL },

    [SC_SQL_TALLY_DAYS_CREDITED] = { "tally_days_credited",
        "INSERT INTO publication_day (publication, day, shard, " FIGURE_COLUMNS ")"
        " SELECT publication, " DAY("at") ", 1, 0, COUNT(*), 0, 0, 0, 0, 0 FROM credit"
        " GROUP BY publication, " DAY("at"), NULL },

    [SC_SQL_TALLY_DAYS_VISITED] = { "tally_days_visited",
        "INSERT INTO publication_day (publication, day, shard, " FIGURE_COLUMNS ")"
        " SELECT r.publication, " DAY("s.started_at") ", 2, 0, 0, COUNT(*), 0, 0, 0, 0"
        " FROM session s JOIN registration r ON r.id = s.registration"
        " GROUP BY r.publication, " DAY("s.started_at"), NULL },

    [SC_SQL_TALLY_MODULES_OPENED] = { "tally_modules_opened",
        "INSERT INTO module_tally (publication, module, week, shard, opened, finished, validated)"
        " SELECT r.publication, m.module, " WEEK("m.opened_at") ", 0, COUNT(*), 0, 0"
        " FROM module_result m JOIN registration r ON r.id = m.registration WHERE m.opened_at > 0"
        " GROUP BY r.publication, m.module, " WEEK("m.opened_at"), NULL },

    [SC_SQL_TALLY_MODULES_FINISHED] = { "tally_modules_finished",
        "INSERT INTO module_tally (publication, module, week, shard, opened, finished, validated)"
        " SELECT r.publication, m.module, " WEEK("m.read_at") ", 1, 0, COUNT(*), 0"
        " FROM module_result m JOIN registration r ON r.id = m.registration WHERE m.read_at > 0"
        " GROUP BY r.publication, m.module, " WEEK("m.read_at"), NULL },

    [SC_SQL_TALLY_MODULES_VALIDATED] = { "tally_modules_validated",
        "INSERT INTO module_tally (publication, module, week, shard, opened, finished, validated)"
        " SELECT r.publication, m.module, " WEEK("m.validated_at") ", 2, 0, 0, COUNT(*)"
        " FROM module_result m JOIN registration r ON r.id = m.registration WHERE m.validated_at > 0"
        " GROUP BY r.publication, m.module, " WEEK("m.validated_at"), NULL },

    /* Which of several tries were right is not kept: once right, there was one. */
    [SC_SQL_TALLY_ACTIVITIES] = { "tally_activities",
        "INSERT INTO activity_tally (publication, activity, week, shard, answers, correct, first_answers, first_correct)"
        " SELECT r.publication, a.activity, " WEEK("a.first_at") ", 0, SUM(a.tries), SUM(a.correct), COUNT(*),"
        " SUM(a.correct_first) FROM activity_result a JOIN registration r ON r.id = a.registration"
        " GROUP BY r.publication, a.activity, " WEEK("a.first_at"), NULL },

    [SC_SQL_TALLY_FORGET] = { "tally_forget",
        "INSERT INTO publication_tally (publication, shard, " FIGURE_COLUMNS ")"
        " SELECT publication, 0, -COUNT(*), 0, 0, " LESS_BY_STATUS " FROM registration WHERE learner = %s"
        " GROUP BY publication"
        " ON CONFLICT (publication, shard) DO UPDATE SET learners = publication_tally.learners + excluded.learners,"
        " in_progress = publication_tally.in_progress + excluded.in_progress,"
        " completed = publication_tally.completed + excluded.completed,"
        " failed = publication_tally.failed + excluded.failed, passed = publication_tally.passed + excluded.passed",
        "INSERT INTO publication_tally (publication, shard, " FIGURE_COLUMNS ")"
        " SELECT publication, 0, -COUNT(*), 0, 0, " LESS_BY_STATUS " FROM registration WHERE learner = %s"
        " GROUP BY publication"
        " ON DUPLICATE KEY UPDATE learners = learners + VALUES(learners),"
        " in_progress = in_progress + VALUES(in_progress), completed = completed + VALUES(completed),"
        " failed = failed + VALUES(failed), passed = passed + VALUES(passed)" },

    [SC_SQL_TALLY_MODULES] = { "tally_modules",
        "SELECT module, SUM(opened), SUM(finished), SUM(validated) FROM module_tally WHERE publication = %s"
        " GROUP BY module", NULL },

    [SC_SQL_TALLY_ACTIVITY_SUMS] = { "tally_activity_sums",
        "SELECT activity, SUM(answers), SUM(correct), SUM(first_answers), SUM(first_correct) FROM activity_tally"
        " WHERE publication = %s GROUP BY activity", NULL },

    [SC_SQL_TALLY_DAYS] = { "tally_days",
        "SELECT day, SUM(learners), SUM(credits), SUM(sessions), SUM(completed), SUM(failed), SUM(passed)"
        " FROM publication_day WHERE publication = %s GROUP BY day ORDER BY day DESC LIMIT 400", NULL },

    /* ---- credits */

    [SC_SQL_CREDIT_COUNT] = { "credit_count",
        "SELECT SUM(credits) FROM publication_tally", NULL },

    [SC_SQL_CREDIT_LIST] = { "credit_list",
        "SELECT p.id, p.title, COALESCE(SUM(t.credits), 0) FROM publication p"
        " LEFT JOIN publication_tally t ON t.publication = p.id"
        " GROUP BY p.id, p.title ORDER BY p.id DESC", NULL },

    /* ---- who was refused, who did what */

    /* A stranger can invent origins: past 200 different rows of a publication, no new one is made. */
    [SC_SQL_REFUSAL_NOTE] = { "refusal_note",
        "INSERT INTO refusal (id, publication, origin, code, learner, times, first_at, last_at)"
        " SELECT %s, p.id, %s, %s, %s, 1, %lld, %lld FROM publication p WHERE p.id = %s AND"
        " ((SELECT COUNT(*) FROM refusal x WHERE x.publication = p.id) < 200 OR EXISTS (SELECT 1 FROM refusal y"
        " WHERE y.publication = p.id AND y.origin = %s AND y.code = %s AND y.learner = %s))"
        " ON CONFLICT (publication, origin, code, learner)"
        " DO UPDATE SET times = refusal.times + 1, last_at = excluded.last_at",
        "INSERT INTO refusal (id, publication, origin, code, learner, times, first_at, last_at)"
        " SELECT %s, p.id, %s, %s, %s, 1, %lld, %lld FROM publication p WHERE p.id = %s AND"
        " ((SELECT COUNT(*) FROM refusal x WHERE x.publication = p.id) < 200 OR EXISTS (SELECT 1 FROM refusal y"
        " WHERE y.publication = p.id AND y.origin = %s AND y.code = %s AND y.learner = %s))"
        " ON DUPLICATE KEY UPDATE times = times + 1, last_at = VALUES(last_at)" },

    [SC_SQL_REFUSAL_LIST] = { "refusal_list",
        "SELECT " REFUSAL_COLUMNS REFUSAL_TABLES " ORDER BY r.last_at DESC LIMIT 500", NULL },

    [SC_SQL_REFUSAL_LIST_OF] = { "refusal_list_of",
        "SELECT " REFUSAL_COLUMNS REFUSAL_TABLES " WHERE r.publication = %s ORDER BY r.last_at DESC LIMIT 500", NULL },

    [SC_SQL_REFUSAL_FIND] = { "refusal_find",
        "SELECT " REFUSAL_COLUMNS REFUSAL_TABLES " WHERE r.id = %s", NULL },

    [SC_SQL_AUDIT_INSERT] = { "audit_insert",
        "INSERT INTO audit (id, at, actor, action, subject, detail) VALUES (%s, %lld, %s, %s, %s, %s)", NULL },
};

const char sc_learner_columns_of_l[] = LEARNER_COLUMNS_OF_L;
const char sc_registration_columns_of_r[] = REGISTRATION_COLUMNS;

const char *sc_sql_text(sc_sql_e statement, int mariadb)
{
    const char *own = mariadb ? statements[statement].mariadb : NULL;

    return own ? own : statements[statement].sql;
}

const char *sc_sql_name(sc_sql_e statement)
{
    return statements[statement].name;
}
