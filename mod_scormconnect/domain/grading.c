/* SPDX-License-Identifier: Apache-2.0 */
#include "domain/grading.h"

#include <apr_lib.h>
#include <apr_strings.h>
#include <string.h>

#include "base/text.h"

static sc_error_t *invalid(const sc_activity_t *activity, const char *why, apr_pool_t *pool)
{
    return sc_error_detail(sc_error_about(sc_error(pool, SC_INVALID, SC_MSG(230), "response_invalid",
                                                   "This is no response to activity \"%s\"", activity->id),
                                          activity->id),
                           "%s", why);
}

/* ---- choice: the set of the chosen options is the set of the right ones */

static int option_index(const sc_activity_t *activity, const char *key)
{
    int i;

    for (i = 0; i < activity->option_count; i++)
        if (strcmp(activity->options[i].key, key) == 0)
            return i;
    return -1;
}

static sc_error_t *grade_choice(const sc_activity_t *activity, const sc_json_t *response, int *correct, apr_pool_t *pool)
{
    char *chosen = apr_pcalloc(pool, (apr_size_t)activity->option_count + 1);
    int i, count = sc_json_length(response);

    if (!activity->multiple && count > 1)
        return invalid(activity, "more than one option for a single choice", pool);
    for (i = 0; i < count; i++) {
        int at = option_index(activity, sc_json_string(sc_json_at(response, i)));

        if (at < 0)
            return invalid(activity, "an unknown option", pool);
        if (chosen[at]++)
            return invalid(activity, "an option twice", pool);
    }
    *correct = 1;
    for (i = 0; i < activity->option_count; i++)
        if (chosen[i] != (activity->options[i].correct != 0))
            *correct = 0;
    return NULL;
}

/* ---- order: the items as they stand in the course */

static int item_index(const sc_activity_t *activity, const char *key, const char *seed, apr_pool_t *pool)
{
    int i;

    for (i = 0; i < activity->option_count; i++)
        if (strcmp(sc_course_item_key(activity, &activity->options[i], seed, pool), key) == 0)
            return i;
    return -1;
}

static sc_error_t *grade_order(const sc_activity_t *activity, const sc_json_t *response, const char *seed, int *correct,
                               apr_pool_t *pool)
{
    char *placed = apr_pcalloc(pool, (apr_size_t)activity->option_count + 1);
    int i, count = sc_json_length(response);

    if (count != activity->option_count)
        return invalid(activity, "not all of its items", pool);
    *correct = 1;
    for (i = 0; i < count; i++) {
        int at = item_index(activity, sc_json_string(sc_json_at(response, i)), seed, pool);

        if (at < 0)
            return invalid(activity, "an unknown item", pool);
        if (placed[at]++)
            return invalid(activity, "an item twice", pool);
        if (at != i)
            *correct = 0;
    }
    return NULL;
}

/* ---- gap: what was typed, compared as a person would */

/* The end of the digits at `at`. */
static const char *digits_end(const char *at)
{
    while (apr_isdigit(*at))
        at++;
    return at;
}

/* "1,000" or "12.345": one and no thousandths here, a thousand there. */
static int may_be_thousands(const char *whole, int whole_digits, int decimal_digits)
{
    return decimal_digits == 3 && whole_digits >= 1 && whole_digits <= 3 && *whole != '0';
}

/* A decimal number in one spelling for all: "3,50", "+3.5" and "03.5" become "3.5". NULL when `text` is no number. */
static const char *as_number(const char *text, apr_pool_t *pool)
{
    int negative = *text == '-';
    const char *whole = text + (negative || *text == '+');
    const char *whole_end = digits_end(whole), *decimals = whole_end, *end = whole_end;
    int ambiguous;

    if (*whole_end == '.' || *whole_end == ',') {
        decimals = whole_end + 1;
        end = digits_end(decimals);
        if (end == decimals)
            return NULL;
    }
    if (end == whole || *end)
        return NULL;

    ambiguous = may_be_thousands(whole, (int)(whole_end - whole), (int)(end - decimals));
    while (whole < whole_end && *whole == '0')
        whole++;
    /* Zeros that may count are kept: "1,000" is not 1. */
    while (!ambiguous && end > decimals && end[-1] == '0')
        end--;
    if (whole == whole_end && end == decimals)
        return "0";
    return apr_psprintf(pool, "%s%.*s.%.*s", negative ? "-" : "", (int)(whole_end - whole), whole, (int)(end - decimals),
                        decimals);
}

/* `text` folded, with the marks of typographers as keyboards have them. NULL when it is not UTF-8. */
static const char *comparable(const char *text, apr_pool_t *pool)
{
    static const struct {
        const char *mark;
        char plain;
    } marks[] = { { "\u2018", '\'' }, { "\u2019", '\'' }, { "\u2010", '-' }, { "\u2011", '-' }, { "\u2212", '-' } };
    const char *folded = sc_text_folded(text, pool);
    char *copy, *to;
    apr_size_t i;

    if (!folded)
        return NULL;
    for (to = copy = apr_pstrdup(pool, folded); *folded; folded++) {
        *to = *folded;
        for (i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
            apr_size_t length = strlen(marks[i].mark);
            if (strncmp(folded, marks[i].mark, length) == 0) {
                *to = marks[i].plain;
                folded += length - 1;
                break;
            }
        }
        to++;
    }
    *to = '\0';
    return copy;
}

static int is_accepted(const char *typed, const char *answer, apr_pool_t *pool)
{
    const char *folded = comparable(answer, pool), *typed_number, *number;

    if (!folded)
        return 0;
    if (strcmp(typed, folded) == 0)
        return 1;
    typed_number = as_number(typed, pool);
    number = as_number(folded, pool);
    return typed_number && number && strcmp(typed_number, number) == 0;
}

static sc_error_t *grade_gap(const sc_activity_t *activity, const sc_json_t *response, int *correct, apr_pool_t *pool)
{
    const char *const *answer;
    const char *typed;

    if (sc_json_length(response) != 1)
        return invalid(activity, "more than one text", pool);
    typed = comparable(sc_json_string(sc_json_at(response, 0)), pool);
    if (!typed)
        return invalid(activity, "not UTF-8", pool);
    if (*typed)
        for (answer = activity->answers; *answer && !*correct; answer++)
            *correct = is_accepted(typed, *answer, pool);
    return NULL;
}

/* ---- all kinds */

static sc_error_t *check_strings(const sc_activity_t *activity, const sc_json_t *response, apr_pool_t *pool)
{
    int i;

    if (sc_json_kind(response) != SC_JSON_ARRAY)
        return invalid(activity, "not a list", pool);
    for (i = 0; i < sc_json_length(response); i++)
        if (!sc_json_string(sc_json_at(response, i)))
            return invalid(activity, "not a list of strings", pool);
    return NULL;
}

static sc_error_t *is_correct(const sc_activity_t *activity, const sc_json_t *response, const char *seed, int *correct,
                              apr_pool_t *pool)
{
    *correct = 0;
    SC_TRY(check_strings(activity, response, pool));
    if (sc_json_length(response) == 0)
        return NULL;
    switch (activity->kind) {
    case SC_CHOICE:
        return grade_choice(activity, response, correct, pool);
    case SC_ORDER:
        return grade_order(activity, response, seed, correct, pool);
    case SC_GAP:
        return grade_gap(activity, response, correct, pool);
    }
    return NULL;
}

sc_error_t *sc_grade(const sc_activity_t *activity, const sc_json_t *response, const char *seed, sc_grade_t *out,
                     apr_pool_t *pool)
{
    SC_TRY(is_correct(activity, response, seed, &out->correct, pool));
    out->points = out->correct ? activity->points : 0;
    out->max = activity->points;
    return NULL;
}

/* ---- what may be told afterwards */

static void set_option_feedback(const sc_activity_t *activity, const sc_json_t *response, int lang, sc_json_t *result)
{
    sc_json_t *options = sc_json_set_new_object(result, "options");
    int i;

    if (activity->kind != SC_CHOICE)
        return;
    for (i = 0; i < sc_json_length(response); i++) {
        const char *key = sc_json_string(sc_json_at(response, i));
        int at = key ? option_index(activity, key) : -1;

        if (at >= 0 && activity->options[at].feedback && !sc_json_has(options, key))
            sc_json_set_string(options, key, activity->options[at].feedback[lang]);
    }
}

static void set_solution(const sc_activity_t *activity, int lang, const char *seed, sc_json_t *result, apr_pool_t *pool)
{
    sc_json_t *solution = sc_json_set_new_array(result, "solution");
    int i;

    if (activity->kind == SC_GAP)
        sc_json_add_string(solution, activity->solution[lang]);
    for (i = 0; i < activity->option_count; i++) {
        const sc_option_t *option = &activity->options[i];

        if (activity->kind == SC_ORDER)
            sc_json_add_string(solution, sc_course_item_key(activity, option, seed, pool));
        else if (option->correct)
            sc_json_add_string(solution, option->key);
    }
}

void sc_grade_to_json(const sc_activity_t *activity, const sc_json_t *response, const sc_grade_t *grade, int lang,
                      const char *seed, int solve, sc_json_t *result, apr_pool_t *pool)
{
    sc_json_set_bool(result, "correct", grade->correct);
    sc_json_set_int(result, "points", grade->points);
    sc_json_set_int(result, "max", grade->max);
    sc_json_set_string(result, "feedback", activity->feedback ? activity->feedback[lang] : NULL);
    set_option_feedback(activity, response, lang, result);
    if (solve || grade->correct)
        set_solution(activity, lang, seed, result, pool);
}
