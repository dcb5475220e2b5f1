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

#define REGISTRATION_COLUMNS                                                                                     \
    "id, publication, learner, session, status, score, percent, final, rev, seconds, sessions, attempts, location, " \
    "placement, delivered_rev, delivered_lms, delivered_at, started_at, seen_at"

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

    /* Status numbers are those of domain/status.h. */
    [SC_SQL_PUBLICATION_FIGURES] = { "publication_figures",
        "SELECT publication, COUNT(*), SUM(CASE WHEN status = 2 THEN 1 ELSE 0 END),"
        " SUM(CASE WHEN status = 4 THEN 1 ELSE 0 END), SUM(CASE WHEN status = 3 THEN 1 ELSE 0 END)"
        " FROM registration WHERE publication = %s GROUP BY publication", NULL },

    [SC_SQL_PUBLICATION_FIGURES_ALL] = { "publication_figures_all",
        "SELECT publication, COUNT(*), SUM(CASE WHEN status = 2 THEN 1 ELSE 0 END),"
        " SUM(CASE WHEN status = 4 THEN 1 ELSE 0 END), SUM(CASE WHEN status = 3 THEN 1 ELSE 0 END)"
        " FROM registration GROUP BY publication", NULL },

    [SC_SQL_PUBLICATION_CREDITS] = { "publication_credits",
        "SELECT publication, COUNT(*) FROM credit WHERE publication = %s GROUP BY publication", NULL },

    [SC_SQL_PUBLICATION_CREDITS_ALL] = { "publication_credits_all",
        "SELECT publication, COUNT(*) FROM credit GROUP BY publication", NULL },

    [SC_SQL_PUBLICATION_LEARNERS] = { "publication_learners",
        "SELECT COUNT(*) FROM registration WHERE publication = %s", NULL },

    [SC_SQL_ORIGIN_LIST] = { "origin_list",
        "SELECT publication, origin, realm FROM publication_origin WHERE publication = %s ORDER BY position", NULL },

    [SC_SQL_ORIGIN_LIST_ALL] = { "origin_list_all",
        "SELECT publication, origin, realm FROM publication_origin ORDER BY publication, position", NULL },

    [SC_SQL_ORIGIN_INSERT] = { "origin_insert",
        "INSERT INTO publication_origin (publication, origin, realm, position) VALUES (%s, %s, %s, %lld)", NULL },

    [SC_SQL_ORIGIN_DELETE] = { "origin_delete",
        "DELETE FROM publication_origin WHERE publication = %s", NULL },

    /* ---- learners */

    /* Met for the first time, or seen again; the name may have changed, but an LMS that sends none erases none. */
    [SC_SQL_LEARNER_MEET] = { "learner_meet",
        "INSERT INTO learner (id, identity, realm, external_id, name, state, tester, created_at, seen_at)"
        " VALUES (%s, %s, %s, %s, %s, 0, 0, %lld, %lld)"
        " ON CONFLICT (identity) DO UPDATE SET seen_at = excluded.seen_at,"
        " name = CASE WHEN excluded.name = '' THEN learner.name ELSE excluded.name END",
        "INSERT INTO learner (id, identity, realm, external_id, name, state, tester, created_at, seen_at)"
        " VALUES (%s, %s, %s, %s, %s, 0, 0, %lld, %lld)"
        " ON DUPLICATE KEY UPDATE seen_at = VALUES(seen_at), name = IF(VALUES(name) = '', name, VALUES(name))" },

    [SC_SQL_LEARNER_BY_IDENTITY] = { "learner_by_identity",
        "SELECT " LEARNER_COLUMNS " FROM learner WHERE identity = %s", NULL },

    [SC_SQL_LEARNER_BY_EXTERNAL_ID] = { "learner_by_external_id",
        "SELECT " LEARNER_COLUMNS " FROM learner WHERE external_id = %s ORDER BY id", NULL },

    [SC_SQL_LEARNER_LIST] = { "learner_list",
        "SELECT " LEARNER_COLUMNS " FROM learner WHERE id > %s ORDER BY id LIMIT 500", NULL },

    [SC_SQL_LEARNER_SET_STATE] = { "learner_set_state",
        "UPDATE learner SET state = %lld WHERE id = %s", NULL },

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

    [SC_SQL_REGISTRATION_INSERT] = { "registration_insert",
        "INSERT INTO registration (" REGISTRATION_COLUMNS ")"
        " VALUES (%s, %s, %s, '', 0, -1, 0, 0, 0, 0, 0, 0, '', 0, 0, '', 0, %lld, %lld)"
        " ON CONFLICT (publication, learner) DO NOTHING",
        "INSERT IGNORE INTO registration (" REGISTRATION_COLUMNS ")"
        " VALUES (%s, %s, %s, '', 0, -1, 0, 0, 0, 0, 0, 0, '', 0, 0, '', 0, %lld, %lld)" },

    [SC_SQL_REGISTRATION_OF] = { "registration_of",
        "SELECT " REGISTRATION_COLUMNS " FROM registration WHERE publication = %s AND learner = %s", NULL },

    [SC_SQL_REGISTRATION_FIND] = { "registration_find",
        "SELECT " REGISTRATION_COLUMNS " FROM registration WHERE id = %s", NULL },

    [SC_SQL_REGISTRATION_UPDATE] = { "registration_update",
        "UPDATE registration SET session = %s, status = %lld, score = %lld, percent = %lld, final = %lld, rev = %lld,"
        " seconds = %lld, sessions = %lld, attempts = %lld, location = %s, placement = %lld, seen_at = %lld"
        " WHERE id = %s", NULL },

    /* An older session's report may come late. */
    [SC_SQL_REGISTRATION_DELIVERED] = { "registration_delivered",
        "UPDATE registration SET delivered_rev = %lld, delivered_lms = %s, delivered_at = %lld"
        " WHERE id = %s AND delivered_rev <= %lld", NULL },

    /* Newest first; ids sort by the time they were made. */
    [SC_SQL_REGISTRATION_PAGE] = { "registration_page",
        "SELECT r.id, l.external_id, l.name, l.state, r.status, r.score, r.percent, r.seconds, r.attempts, r.sessions,"
        " r.started_at, r.seen_at, r.rev, r.delivered_rev, r.delivered_lms, r.delivered_at"
        " FROM registration r JOIN learner l ON l.id = r.learner"
        " WHERE r.publication = %s AND r.id < %s ORDER BY r.id DESC LIMIT 101", NULL },

    /* ---- results */

    [SC_SQL_MODULE_LIST] = { "module_list",
        "SELECT module, opened_at, read_at, validated_at FROM module_result WHERE registration = %s", NULL },

    [SC_SQL_MODULE_OPEN] = { "module_open",
        "INSERT INTO module_result (registration, module, opened_at, read_at, validated_at) VALUES (%s, %s, %lld, 0, 0)"
        " ON CONFLICT (registration, module) DO UPDATE SET opened_at ="
        " CASE WHEN module_result.opened_at = 0 THEN excluded.opened_at ELSE module_result.opened_at END",
        "INSERT INTO module_result (registration, module, opened_at, read_at, validated_at) VALUES (%s, %s, %lld, 0, 0)"
        " ON DUPLICATE KEY UPDATE opened_at = IF(opened_at = 0, VALUES(opened_at), opened_at)" },

    [SC_SQL_MODULE_READ] = { "module_read",
        "INSERT INTO module_result (registration, module, opened_at, read_at, validated_at)"
        " VALUES (%s, %s, %lld, %lld, 0) ON CONFLICT (registration, module) DO UPDATE SET read_at ="
        " CASE WHEN module_result.read_at = 0 THEN excluded.read_at ELSE module_result.read_at END",
        "INSERT INTO module_result (registration, module, opened_at, read_at, validated_at)"
        " VALUES (%s, %s, %lld, %lld, 0)"
        " ON DUPLICATE KEY UPDATE read_at = IF(read_at = 0, VALUES(read_at), read_at)" },

    [SC_SQL_MODULE_VALIDATE] = { "module_validate",
        "INSERT INTO module_result (registration, module, opened_at, read_at, validated_at) VALUES (%s, %s, 0, 0, %lld)"
        " ON CONFLICT (registration, module) DO UPDATE SET validated_at = excluded.validated_at",
        "INSERT INTO module_result (registration, module, opened_at, read_at, validated_at) VALUES (%s, %s, 0, 0, %lld)"
        " ON DUPLICATE KEY UPDATE validated_at = VALUES(validated_at)" },

    [SC_SQL_ACTIVITY_LIST] = { "activity_list",
        "SELECT activity, correct, points, tries, response FROM activity_result WHERE registration = %s", NULL },

    /* Once right, it stays right; the points are the best. */
    [SC_SQL_ACTIVITY_ANSWER] = { "activity_answer",
        "INSERT INTO activity_result (registration, activity, correct, correct_first, points, tries, response,"
        " first_at, last_at) VALUES (%s, %s, %lld, %lld, %lld, 1, %s, %lld, %lld)"
        " ON CONFLICT (registration, activity) DO UPDATE SET tries = activity_result.tries + 1,"
        " response = excluded.response, last_at = excluded.last_at,"
        " correct = CASE WHEN excluded.correct = 1 THEN 1 ELSE activity_result.correct END,"
        " points = CASE WHEN excluded.points > activity_result.points THEN excluded.points"
        " ELSE activity_result.points END",
        "INSERT INTO activity_result (registration, activity, correct, correct_first, points, tries, response,"
        " first_at, last_at) VALUES (%s, %s, %lld, %lld, %lld, 1, %s, %lld, %lld)"
        " ON DUPLICATE KEY UPDATE tries = tries + 1, response = VALUES(response), last_at = VALUES(last_at),"
        " correct = GREATEST(correct, VALUES(correct)), points = GREATEST(points, VALUES(points))" },

    [SC_SQL_ATTEMPT_LIST] = { "attempt_list",
        "SELECT number, started_at, ended_at, score, pass, answers, session, seq FROM attempt WHERE registration = %s"
        " ORDER BY number", NULL },

    [SC_SQL_ATTEMPT_INSERT] = { "attempt_insert",
        "INSERT INTO attempt (registration, number, started_at, ended_at, score, pass, answers, session, seq)"
        " VALUES (%s, %lld, %lld, 0, -1, 0, '{}', '', 0)", NULL },

    [SC_SQL_ATTEMPT_ANSWERS] = { "attempt_answers",
        "UPDATE attempt SET answers = %s WHERE registration = %s AND number = %lld AND ended_at = 0", NULL },

    [SC_SQL_ATTEMPT_END] = { "attempt_end",
        "UPDATE attempt SET ended_at = %lld, score = %lld, pass = %lld, session = %s, seq = %lld"
        " WHERE registration = %s AND number = %lld AND ended_at = 0", NULL },

    /* ---- sessions */

    [SC_SQL_SESSION_INSERT] = { "session_insert",
        "INSERT INTO session (id, registration, origin, edition, connector, lang, last_seq, seconds, state, started_at,"
        " seen_at) VALUES (%s, %s, %s, %s, %s, %s, 0, 0, 0, %lld, %lld)", NULL },

    [SC_SQL_SESSION_FIND] = { "session_find",
        "SELECT id, registration, edition, last_seq, seconds, state, started_at FROM session WHERE id = %s", NULL },

    [SC_SQL_SESSION_ADVANCE] = { "session_advance",
        "UPDATE session SET last_seq = %lld, seconds = %lld, state = %lld, seen_at = %lld WHERE id = %s", NULL },

    /* ---- credits */

    /* Unique by construction: (publication, learner) is a key. The row outlives the learner, and names nobody. */
    [SC_SQL_CREDIT_CONSUME] = { "credit_consume",
        "INSERT INTO credit (id, publication, learner, origin, at) VALUES (%s, %s, %s, %s, %lld)"
        " ON CONFLICT (publication, learner) DO NOTHING",
        "INSERT IGNORE INTO credit (id, publication, learner, origin, at) VALUES (%s, %s, %s, %s, %lld)" },

    [SC_SQL_CREDIT_COUNT] = { "credit_count",
        "SELECT COUNT(*) FROM credit", NULL },

    [SC_SQL_CREDIT_LIST] = { "credit_list",
        "SELECT p.id, p.title, COUNT(c.id) FROM publication p LEFT JOIN credit c ON c.publication = p.id"
        " GROUP BY p.id, p.title ORDER BY p.id DESC", NULL },

    /* ---- what the LMS acknowledged, who was refused, who did what */

    [SC_SQL_DELIVERY_INSERT] = { "delivery_insert",
        "INSERT INTO delivery (id, registration, session, rev, lms, element, at)"
        " VALUES (%s, %s, %s, %lld, %s, %s, %lld)", NULL },

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

const char *sc_sql_text(sc_sql_e statement, int mariadb)
{
    const char *own = mariadb ? statements[statement].mariadb : NULL;

    return own ? own : statements[statement].sql;
}

const char *sc_sql_name(sc_sql_e statement)
{
    return statements[statement].name;
}
