/* SPDX-License-Identifier: Apache-2.0 */
#include "service/event.h"

#include <apr_lib.h>
#include <apr_strings.h>
#include <string.h>

#include "domain/grading.h"

/* An answer of a learner is short; what is longer was not typed. */
#define LONGEST_RESPONSE 8192
#define CLOCK_SLACK_SECONDS 5

typedef sc_error_t *(*apply_fn)(sc_event_context_t *ctx, const sc_json_t *event, sc_json_t *result, int *said);

/* A refusal of one event: acknowledged, answered, and not stored. */
static sc_error_t *refuse(sc_event_context_t *ctx, const char *code, const char *message)
{
    return sc_error(ctx->pool, SC_REFUSED, SC_MSG(150), code, "%s", message);
}

static const sc_json_t *response_of(const sc_json_t *event)
{
    return sc_json_get(event, "response");
}

static sc_error_t *find_module(sc_event_context_t *ctx, const sc_json_t *event, sc_module_t **out)
{
    *out = sc_course_module(ctx->offer->course, sc_json_get_string(event, "module", ""));
    if (!*out)
        return refuse(ctx, "module_unknown", "This module is not part of the training any more");
    if (!sc_progress_unlocked(ctx->offer->course, *out, ctx->standing->results))
        return refuse(ctx, "module_locked", "This module is not open yet");
    return NULL;
}

static sc_error_t *find_activity(sc_event_context_t *ctx, const char *id, sc_place_e place, sc_activity_t **out)
{
    *out = sc_course_activity(ctx->offer->course, id);
    if (!*out || (*out)->place != place)
        return refuse(ctx, "activity_unknown", "This activity is not part of the training any more");
    return NULL;
}

/* ---- modules */

static sc_error_t *apply_view(sc_event_context_t *ctx, const sc_json_t *event, sc_json_t *result, int *said)
{
    sc_module_t *module;

    (void)result;
    (void)said;
    SC_TRY(find_module(ctx, event, &module));
    if (ctx->again)
        return NULL;
    sc_record_open(ctx->record, module->id, ctx->now);
    ctx->record->registration->location = module->id;
    return NULL;
}

static sc_error_t *apply_read(sc_event_context_t *ctx, const sc_json_t *event, sc_json_t *result, int *said)
{
    sc_module_t *module;

    (void)result;
    (void)said;
    SC_TRY(find_module(ctx, event, &module));
    if (!ctx->again)
        sc_record_read(ctx->record, module->id, ctx->now);
    return NULL;
}

static void record_answer(sc_event_context_t *ctx, const sc_activity_t *activity, const sc_json_t *response,
                          const sc_grade_t *grade)
{
    if (!ctx->again)
        sc_record_answer(ctx->record, activity->id, grade->correct, grade->points, sc_json_text(response, ctx->pool),
                         ctx->now);
}

static sc_error_t *apply_answer(sc_event_context_t *ctx, const sc_json_t *event, sc_json_t *result, int *said)
{
    const sc_json_t *response = response_of(event);
    sc_activity_t *activity;
    sc_grade_t grade;

    SC_TRY(find_activity(ctx, sc_json_get_string(event, "activity", ""), SC_IN_MODULE, &activity));
    if (!sc_progress_unlocked(ctx->offer->course, activity->module, ctx->standing->results))
        return refuse(ctx, "module_locked", "This module is not open yet");
    SC_TRY(sc_grade(activity, response, ctx->seed, &grade, ctx->pool));
    record_answer(ctx, activity, response, &grade);
    sc_grade_to_json(activity, response, &grade, ctx->lang, ctx->seed, ctx->offer->publication->show_answers, result,
                     ctx->pool);
    *said = 1;
    return NULL;
}

/* ---- the placement test */

/* Right answers to a module's questions, of how many. */
typedef struct {
    int right, asked;
} tally_t;

static void grade_placement(sc_event_context_t *ctx, const sc_json_t *answers, tally_t *tally, sc_json_t *told)
{
    const sc_test_t *test = ctx->offer->course->placement;
    int i;

    for (i = 0; i < test->activity_count; i++) {
        const sc_activity_t *activity = &test->activities[i];
        const sc_json_t *response = sc_json_get(answers, activity->id);
        sc_grade_t grade = { 0, 0, activity->points };

        /* Wrong, not an error: what is told here must have been the one try. */
        if (response && sc_grade(activity, response, ctx->seed, &grade, ctx->pool)) {
            response = NULL;
            grade.correct = grade.points = 0;
        }
        sc_json_set_bool(told, activity->id, grade.correct);
        if (activity->covers) {
            tally[activity->covers->index].asked++;
            tally[activity->covers->index].right += grade.correct;
        }
        if (response)
            record_answer(ctx, activity, response, &grade);
    }
}

/* A module is validated when enough of its questions are right: all of them, unless the author asked for less. */
static void validate_modules(sc_event_context_t *ctx, const tally_t *tally, sc_json_t *list)
{
    const sc_course_t *course = ctx->offer->course;
    int i;

    for (i = 0; i < course->module_count; i++) {
        const char *id = course->modules[i]->id;

        if (tally[i].asked == 0 || tally[i].right * 100 < course->placement->pass * tally[i].asked)
            continue;
        sc_json_add_string(list, id);
        if (!ctx->again)
            sc_record_validate(ctx->record, id, ctx->now);
    }
}

static sc_error_t *placement_open(sc_event_context_t *ctx)
{
    if (!ctx->offer->course->placement)
        return refuse(ctx, "activity_unknown", "This training has no placement test any more");
    if (!ctx->again && ctx->standing->results->placement_taken)
        return refuse(ctx, "placement_taken", "The placement test can be taken once");
    return NULL;
}

static sc_error_t *apply_placement(sc_event_context_t *ctx, const sc_json_t *event, sc_json_t *result, int *said)
{
    tally_t *tally = apr_pcalloc(ctx->pool, sizeof(*tally) * (apr_size_t)(ctx->offer->course->module_count + 1));

    SC_TRY(placement_open(ctx));
    grade_placement(ctx, sc_json_get(event, "answers"), tally, sc_json_set_new_object(result, "answers"));
    validate_modules(ctx, tally, sc_json_set_new_array(result, "validated"));
    if (!ctx->again)
        ctx->record->registration->placement = SC_PLACEMENT_TAKEN;
    *said = 1;
    return NULL;
}

static sc_error_t *apply_placement_skip(sc_event_context_t *ctx, const sc_json_t *event, sc_json_t *result, int *said)
{
    (void)event;
    (void)result;
    (void)said;
    SC_TRY(placement_open(ctx));
    if (!ctx->again)
        ctx->record->registration->placement = SC_PLACEMENT_SKIPPED;
    return NULL;
}

/* ---- the final assessment */

static sc_error_t *need_assessment(sc_event_context_t *ctx)
{
    if (!ctx->offer->course->assessment)
        return refuse(ctx, "activity_unknown", "This training has no final assessment any more");
    if (!ctx->record)
        return refuse(ctx, "preview_only", "The final assessment can't be taken in a preview");
    return NULL;
}

/* The answers kept so far, as a new object that may be added to; unreadable ones count as none. */
static sc_json_t *kept_answers(sc_event_context_t *ctx, const sc_attempt_row_t *attempt)
{
    sc_json_t *answers;

    if (sc_json_read(attempt->answers, strlen(attempt->answers), &answers, ctx->pool))
        return sc_json_object(ctx->pool);
    return answers;
}

static int attempts_ended(const sc_record_t *record)
{
    return record->attempts->nelts - (sc_record_open_attempt(record) != NULL);
}

static sc_error_t *apply_assessment_start(sc_event_context_t *ctx, const sc_json_t *event, sc_json_t *result, int *said)
{
    sc_attempt_row_t *attempt;
    int allowed = ctx->offer->attempts;

    (void)event;
    SC_TRY(need_assessment(ctx));
    attempt = sc_record_open_attempt(ctx->record);
    if (!attempt) {
        if (ctx->again)
            return NULL;
        if (allowed > 0 && attempts_ended(ctx->record) >= allowed)
            return refuse(ctx, "attempts_exhausted", "All attempts at the final assessment are used");
        attempt = sc_record_start_attempt(ctx->record, ctx->now);
    }
    sc_json_set_int(result, "number", attempt->number);
    sc_json_set(result, "answers", kept_answers(ctx, attempt));
    *said = 1;
    return NULL;
}

static sc_error_t *copy_of(const sc_json_t *json, sc_json_t **out, apr_pool_t *pool)
{
    const char *text = sc_json_text(json, pool);

    return sc_json_read(text, strlen(text), out, pool);
}

static sc_error_t *apply_assessment_answer(sc_event_context_t *ctx, const sc_json_t *event, sc_json_t *result, int *said)
{
    sc_attempt_row_t *attempt;
    sc_activity_t *activity;
    sc_json_t *answers, *response;
    sc_grade_t ignored;

    (void)result;
    (void)said;
    SC_TRY(need_assessment(ctx));
    SC_TRY(find_activity(ctx, sc_json_get_string(event, "activity", ""), SC_IN_ASSESSMENT, &activity));
    /* Only to know that it is a response to this activity; the grade is told at the end. */
    SC_TRY(sc_grade(activity, response_of(event), ctx->seed, &ignored, ctx->pool));
    if (ctx->again)
        return NULL;
    attempt = sc_record_open_attempt(ctx->record);
    if (!attempt)
        return refuse(ctx, "attempt_missing", "No attempt at the final assessment is under way");
    answers = kept_answers(ctx, attempt);
    SC_TRY(copy_of(response_of(event), &response, ctx->pool));
    sc_json_replace(answers, activity->id, response);
    attempt->answers = sc_json_text(answers, ctx->pool);
    attempt->changed = 1;
    return NULL;
}

/* Corrects the kept answers of `attempt`: its score, and what may be told of each question. */
static sc_error_t *correct_attempt(sc_event_context_t *ctx, const sc_attempt_row_t *attempt, int *score, sc_json_t *told)
{
    const sc_test_t *test = ctx->offer->course->assessment;
    const sc_json_t *answers = kept_answers(ctx, attempt);
    int points = 0, won = 0, i;

    for (i = 0; i < test->activity_count; i++) {
        const sc_activity_t *activity = &test->activities[i];
        const sc_json_t *response = sc_json_get(answers, activity->id);
        sc_grade_t grade = { 0, 0, activity->points };
        sc_json_t *one = sc_json_set_new_object(told, activity->id);

        points += activity->points;
        /* A question that was changed since the answer was kept may not take it any more: wrong, not an error. */
        if (response && !sc_grade(activity, response, ctx->seed, &grade, ctx->pool))
            sc_grade_to_json(activity, response, &grade, ctx->lang, ctx->seed, ctx->offer->publication->show_answers,
                             one, ctx->pool);
        else
            sc_json_set_bool(one, "correct", 0);
        won += grade.points;
    }
    *score = points ? (int)(((apr_int64_t)won * 10000 + points / 2) / points) : 0;
    return NULL;
}

/* The attempt that this very event has ended before; NULL if it ended none. */
static sc_attempt_row_t *ended_by(sc_event_context_t *ctx, apr_int64_t seq)
{
    int i;

    for (i = 0; i < ctx->record->attempts->nelts; i++) {
        sc_attempt_row_t *attempt = APR_ARRAY_IDX(ctx->record->attempts, i, sc_attempt_row_t *);
        if (attempt->ended_at && attempt->seq == seq && strcmp(attempt->session, ctx->session->id) == 0)
            return attempt;
    }
    return NULL;
}

static void end_attempt(sc_event_context_t *ctx, sc_attempt_row_t *attempt, apr_int64_t seq, int score)
{
    attempt->ended_at = ctx->now;
    attempt->score = score;
    attempt->pass = ctx->offer->pass;
    attempt->session = ctx->session->id;
    attempt->seq = seq;
    attempt->changed = 1;
}

static void tell_attempt(sc_event_context_t *ctx, const sc_attempt_row_t *attempt, sc_json_t *result)
{
    int left = ctx->offer->attempts - attempts_ended(ctx->record);

    sc_json_set_int(result, "number", attempt->number);
    sc_json_set_hundredths(result, "score", attempt->score);
    sc_json_set_bool(result, "passed", attempt->score >= attempt->pass * 100);
    if (ctx->offer->attempts > 0)
        sc_json_set_int(result, "attempts_left", left > 0 ? left : 0);
    else
        sc_json_set_null(result, "attempts_left");
}

static sc_error_t *apply_assessment_submit(sc_event_context_t *ctx, const sc_json_t *event, sc_json_t *result, int *said)
{
    apr_int64_t seq = sc_json_get_int(event, "seq", 0);
    sc_attempt_row_t *attempt;
    int score;

    SC_TRY(need_assessment(ctx));
    attempt = ctx->again ? ended_by(ctx, seq) : sc_record_open_attempt(ctx->record);
    if (!attempt)
        return refuse(ctx, "attempt_missing", "No attempt at the final assessment is under way");
    SC_TRY(correct_attempt(ctx, attempt, &score, sc_json_set_new_object(result, "answers")));
    if (!ctx->again)
        end_attempt(ctx, attempt, seq, score);
    tell_attempt(ctx, attempt, result);
    *said = 1;
    return NULL;
}

/* ---- the session */

/* The browser's total, but never more than the server's own clock allows. */
static sc_error_t *apply_time(sc_event_context_t *ctx, const sc_json_t *event, sc_json_t *result, int *said)
{
    apr_int64_t seconds = sc_json_get_int(event, "seconds", 0);
    apr_int64_t elapsed;

    (void)result;
    (void)said;
    if (ctx->again)
        return NULL;
    elapsed = apr_time_sec(ctx->now - ctx->session->started_at) + CLOCK_SLACK_SECONDS;
    if (seconds > elapsed)
        seconds = elapsed;
    if (seconds > ctx->session->seconds) {
        ctx->record->registration->seconds += seconds - ctx->session->seconds;
        ctx->session->seconds = seconds;
    }
    return NULL;
}

static const char *clean(const char *text, apr_size_t longest, apr_pool_t *pool)
{
    char *copy = apr_pstrndup(pool, text, longest);
    char *c;

    for (c = copy; *c; c++)
        if (!apr_isalnum(*c) && !strchr("._-", *c))
            *c = '_';
    return copy;
}

static sc_error_t *apply_delivered(sc_event_context_t *ctx, const sc_json_t *event, sc_json_t *result, int *said)
{
    apr_int64_t rev = sc_json_get_int(event, "rev", 0);

    (void)result;
    (void)said;
    if (ctx->again || rev < 1 || rev > ctx->record->registration->rev)
        return NULL;
    sc_record_delivered(ctx->record, ctx->session->id, rev, clean(sc_json_get_string(event, "lms", ""), 32, ctx->pool),
                        clean(sc_json_get_string(event, "element", ""), 64, ctx->pool), ctx->now);
    return NULL;
}

static sc_error_t *apply_leave(sc_event_context_t *ctx, const sc_json_t *event, sc_json_t *result, int *said)
{
    (void)event;
    (void)result;
    (void)said;
    if (!ctx->again)
        ctx->session->state = SC_SESSION_ENDED;
    return NULL;
}

/* ---- the table */

#define NO_FIELD { NULL, SC_JSON_NULL }

static const struct {
    const char *type;
    struct {
        const char *name;
        sc_json_kind_e kind;
    } field[2];
    apply_fn apply;
} kinds[] = {
    { "view", { { "module", SC_JSON_STRING }, NO_FIELD }, apply_view },
    { "read", { { "module", SC_JSON_STRING }, NO_FIELD }, apply_read },
    { "answer", { { "activity", SC_JSON_STRING }, { "response", SC_JSON_ARRAY } }, apply_answer },
    { "placement", { { "answers", SC_JSON_OBJECT }, NO_FIELD }, apply_placement },
    { "placement_skip", { NO_FIELD, NO_FIELD }, apply_placement_skip },
    { "assessment_start", { NO_FIELD, NO_FIELD }, apply_assessment_start },
    { "assessment_answer", { { "activity", SC_JSON_STRING }, { "response", SC_JSON_ARRAY } }, apply_assessment_answer },
    { "assessment_submit", { NO_FIELD, NO_FIELD }, apply_assessment_submit },
    { "time", { { "seconds", SC_JSON_NUMBER }, NO_FIELD }, apply_time },
    { "delivered", { { "rev", SC_JSON_NUMBER }, { "lms", SC_JSON_STRING } }, apply_delivered },
    { "leave", { NO_FIELD, NO_FIELD }, apply_leave },
};

static int kind_of(const sc_json_t *event)
{
    const char *type = sc_json_get_string(event, "type", "");
    unsigned i;

    for (i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
        if (strcmp(kinds[i].type, type) == 0)
            return (int)i;
    return -1;
}

sc_error_t *sc_event_check(const sc_json_t *event, apr_pool_t *pool)
{
    const sc_json_t *response;
    int kind = kind_of(event), i;

    SC_TRY(sc_json_check(event, "seq", SC_JSON_NUMBER, pool));
    if (kind < 0)
        return sc_error_about(sc_error(pool, SC_INVALID, SC_MSG(151), "body_invalid", "There is no event of this type"),
                              "type");
    for (i = 0; i < 2 && kinds[kind].field[i].name; i++)
        SC_TRY(sc_json_check(event, kinds[kind].field[i].name, kinds[kind].field[i].kind, pool));
    response = response_of(event);
    if (response && strlen(sc_json_text(response, pool)) > LONGEST_RESPONSE)
        return sc_error_about(sc_error(pool, SC_INVALID, SC_MSG(152), "body_invalid",
                                       "The response is longer than %d bytes", LONGEST_RESPONSE),
                              "response");
    return NULL;
}

/* What concerns this one event, and not the request or the server. */
static int is_about_the_event(const sc_error_t *error)
{
    return error->kind == SC_REFUSED || error->kind == SC_INVALID;
}

sc_error_t *sc_event_apply(sc_event_context_t *context, const sc_json_t *event, sc_json_t *result, int *said)
{
    sc_error_t *error;

    *said = 0;
    sc_json_set_int(result, "seq", sc_json_get_int(event, "seq", 0));
    error = kinds[kind_of(event)].apply(context, event, result, said);
    sc_json_set_bool(result, "ok", error == NULL);
    if (error && is_about_the_event(error)) {
        sc_json_set_string(result, "code", error->code);
        sc_json_set_string(result, "message", error->message);
        *said = 1;
        return NULL;
    }
    return error;
}
