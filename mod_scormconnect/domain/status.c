/* SPDX-License-Identifier: Apache-2.0 */
#include "domain/status.h"

#include <string.h>

/* ---- the policy */

typedef enum { NO, YES, ANY } answer_e;

/* What matters of a learner's work. */
typedef struct {
    answer_e assessment;        /* there is one */
    answer_e reached;           /* the best attempt is at the threshold or above */
    answer_e exhausted;         /* no attempt is left */
    answer_e tried;             /* an attempt has ended */
    answer_e seen;              /* all modules are done */
} situation_t;

/* clang-format off */

/* The first line that fits decides. */
static const struct {
    situation_t when;
    sc_status_e earned;
} policy[] = {
    /* assessment reached exhausted tried seen */
    { { YES,      YES,    ANY,      ANY,  ANY }, SC_STATUS_PASSED },
    { { YES,      NO,     YES,      ANY,  ANY }, SC_STATUS_FAILED },
    { { YES,      NO,     NO,       YES,  YES }, SC_STATUS_COMPLETED },
    { { YES,      NO,     NO,       ANY,  ANY }, SC_STATUS_IN_PROGRESS },
    { { NO,       ANY,    ANY,      ANY,  YES }, SC_STATUS_PASSED },
    { { NO,       ANY,    ANY,      ANY,  NO  }, SC_STATUS_IN_PROGRESS },
};

/* What the LMS is told. NULL: write nothing. */
static const struct {
    sc_status_e status;
    struct {
        const char *status, *exit;
    } v12;
    struct {
        const char *completion, *success, *exit;
    } v2004;
} lms_table[] = {
    { SC_STATUS_NOT_STARTED, { NULL,         NULL      }, { NULL,         NULL,     NULL      } },
    { SC_STATUS_IN_PROGRESS, { "incomplete", "suspend" }, { "incomplete", NULL,     "suspend" } },
    { SC_STATUS_COMPLETED,   { "completed",  ""        }, { "completed",  NULL,     "suspend" } },
    { SC_STATUS_FAILED,      { "failed",     ""        }, { "completed",  "failed", "suspend" } },
    { SC_STATUS_PASSED,      { "passed",     ""        }, { "completed",  "passed", "suspend" } },
};

/* clang-format on */

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/* ---- deciding */

/* A course without modules has nothing to see: opening it must not pass it. */
static int has_seen_all(const sc_work_t *work)
{
    return work->modules > 0 && work->modules_done >= work->modules;
}

static situation_t situation_of(const sc_work_t *work)
{
    situation_t now = {
        .assessment = work->has_assessment ? YES : NO,
        .reached = work->best_score != SC_NO_SCORE && work->best_score >= work->pass * 100 ? YES : NO,
        .exhausted = work->attempts_allowed > 0 && work->attempts_ended >= work->attempts_allowed ? YES : NO,
        .tried = work->attempts_ended > 0 ? YES : NO,
        .seen = has_seen_all(work) ? YES : NO,
    };

    return now;
}

static int fits(answer_e wanted, answer_e is)
{
    return wanted == ANY || wanted == is;
}

static sc_status_e earned_by(const sc_work_t *work)
{
    situation_t now = situation_of(work);
    size_t i;

    for (i = 0; i < LENGTH(policy); i++) {
        const situation_t *when = &policy[i].when;

        if (fits(when->assessment, now.assessment) && fits(when->reached, now.reached) &&
            fits(when->exhausted, now.exhausted) && fits(when->tried, now.tried) && fits(when->seen, now.seen))
            return policy[i].earned;
    }
    return SC_STATUS_IN_PROGRESS;
}

sc_status_e sc_status_decide(const sc_work_t *work, sc_status_e before)
{
    sc_status_e earned = earned_by(work);

    return earned > before ? earned : before;
}

int sc_status_score(const sc_work_t *work)
{
    apr_int64_t score;

    if (earned_by(work) == SC_STATUS_IN_PROGRESS)
        return SC_NO_SCORE;
    if (work->has_assessment)
        return work->best_score;
    if (work->points <= 0)
        return SC_NO_SCORE;
    score = ((apr_int64_t)work->points_won * 10000 + work->points / 2) / work->points;
    return score > 10000 ? 10000 : (int)score;
}

int sc_status_percent(const sc_work_t *work)
{
    situation_t now = situation_of(work);
    int steps = work->modules, done = work->modules_done < work->modules ? work->modules_done : work->modules;

    if (work->has_assessment) {
        steps++;
        done += now.reached == YES || now.exhausted == YES;
    }
    return steps > 0 ? (int)((apr_int64_t)done * 100 / steps) : 0;
}

int sc_status_is_final(sc_status_e status)
{
    return status == SC_STATUS_FAILED || status == SC_STATUS_PASSED;
}

/* ---- words */

sc_lms_words_t sc_status_to_lms(sc_status_e status, sc_scorm_e scorm, int keep_incomplete)
{
    sc_lms_words_t words = { NULL, NULL, NULL, NULL };
    size_t i;

    if (status == SC_STATUS_COMPLETED && keep_incomplete)
        status = SC_STATUS_IN_PROGRESS;
    for (i = 0; i < LENGTH(lms_table); i++) {
        if (lms_table[i].status != status)
            continue;
        if (scorm == SC_SCORM_12) {
            words.status = lms_table[i].v12.status;
            words.exit = lms_table[i].v12.exit;
        } else {
            words.completion = lms_table[i].v2004.completion;
            words.success = lms_table[i].v2004.success;
            words.exit = lms_table[i].v2004.exit;
        }
    }
    return words;
}

const char *sc_status_name(sc_status_e status)
{
    static const char *const names[] = {
        [SC_STATUS_NOT_STARTED] = "not_started", [SC_STATUS_IN_PROGRESS] = "in_progress",
        [SC_STATUS_COMPLETED] = "completed",     [SC_STATUS_FAILED] = "failed",
        [SC_STATUS_PASSED] = "passed",
    };

    return names[status];
}

static const char *const scorm_names[] = {
    [SC_SCORM_12] = "1.2", [SC_SCORM_2004_3] = "2004-3", [SC_SCORM_2004_4] = "2004-4"
};

const char *sc_scorm_name(sc_scorm_e scorm)
{
    return scorm_names[scorm];
}

int sc_scorm_parse(const char *name, sc_scorm_e *out)
{
    size_t i;

    for (i = 0; name && i < LENGTH(scorm_names); i++) {
        if (strcmp(name, scorm_names[i]) == 0) {
            *out = (sc_scorm_e)i;
            return 1;
        }
    }
    return 0;
}
