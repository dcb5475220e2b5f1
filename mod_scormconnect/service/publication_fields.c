/* SPDX-License-Identifier: Apache-2.0 */
#include "service/publication_fields.h"

#include <apr_strings.h>
#include <string.h>

#include "base/text.h"
#include "domain/origin.h"

#define LONGEST_TITLE 200
#define LONGEST_REALM 64
#define MOST_ORIGINS 200
#define MOST_ATTEMPTS 100
#define LARGEST_CAP 100000000

sc_publication_t *sc_publication_blank(apr_pool_t *pool)
{
    sc_publication_t *publication = apr_pcalloc(pool, sizeof(*publication));

    publication->title = publication->langs = "";
    publication->pass = publication->attempts = publication->cap = SC_UNSET;
    publication->enabled = publication->admits_new = 1;
    publication->origins = apr_array_make(pool, 2, sizeof(sc_publication_origin_t));
    return publication;
}

static sc_error_t *wrong(const char *field, const char *message, apr_pool_t *pool)
{
    return sc_error_about(sc_error(pool, SC_INVALID, SC_MSG(300), "field_invalid", "%s", message), field);
}

/* ---- one field each */

static sc_error_t *take_title(sc_publication_t *p, const sc_json_t *value, apr_pool_t *pool)
{
    const char *title = sc_json_string(value) ? sc_text_canonical(sc_json_string(value), pool) : NULL;

    if (!title || !*title)
        return wrong("title", "Give the publication a title", pool);
    if (sc_text_length(title) > LONGEST_TITLE)
        return wrong("title", "A title has at most 200 characters", pool);
    p->title = sc_text_clipped(title, LONGEST_TITLE, pool);
    return NULL;
}

static int has_lang(const sc_course_t *course, const char *lang)
{
    int i;

    for (i = 0; i < course->lang_count; i++)
        if (strcmp(course->langs[i], lang) == 0)
            return 1;
    return 0;
}

static sc_error_t *take_langs(sc_publication_t *p, const sc_json_t *value, const sc_course_t *course, apr_pool_t *pool)
{
    const char *all = "";
    int i;

    if (sc_json_kind(value) != SC_JSON_ARRAY)
        return wrong("langs", "Languages are a list", pool);
    for (i = 0; i < sc_json_length(value); i++) {
        const char *lang = sc_json_string(sc_json_at(value, i));
        if (!lang || !has_lang(course, lang))
            return wrong("langs", apr_psprintf(pool, "The training has no language \"%s\"", lang ? lang : "?"), pool);
        all = *all ? apr_pstrcat(pool, all, " ", lang, NULL) : lang;
    }
    p->langs = apr_pstrdup(pool, all);
    return NULL;
}

static int lists_origin(const sc_publication_t *p, const char *origin)
{
    int i;

    for (i = 0; i < p->origins->nelts; i++)
        if (strcmp(APR_ARRAY_IDX(p->origins, i, sc_publication_origin_t).origin, origin) == 0)
            return 1;
    return 0;
}

static sc_error_t *take_origin(sc_publication_t *p, const sc_json_t *value, apr_pool_t *pool)
{
    const char *text = sc_json_string(value), *realm = "", *origin;
    sc_publication_origin_t *added;
    sc_error_t *error;

    if (sc_json_kind(value) == SC_JSON_OBJECT) {
        text = sc_json_get_string(value, "origin", NULL);
        realm = sc_text_canonical(sc_json_get_string(value, "realm", ""), pool);
    }
    error = sc_origin_normalize(text ? text : "", &origin, pool);
    if (error)
        return wrong("origins", error->message, pool);
    if (!realm || sc_text_length(realm) > LONGEST_REALM || strpbrk(realm, "\r\n"))
        return wrong("origins", "A realm is a name of at most 64 characters", pool);
    if (lists_origin(p, origin))
        return NULL;
    added = apr_array_push(p->origins);
    added->origin = origin;
    added->realm = apr_pstrdup(pool, realm);
    return NULL;
}

static sc_error_t *take_origins(sc_publication_t *p, const sc_json_t *value, apr_pool_t *pool)
{
    int i, count = sc_json_kind(value) == SC_JSON_ARRAY ? sc_json_length(value) : 0;

    if (count == 0)
        return wrong("origins", "Name at least one LMS, for example https://lms.example.com", pool);
    if (count > MOST_ORIGINS)
        return wrong("origins", "A publication has at most 200 LMS addresses", pool);
    p->origins = apr_array_make(pool, count, sizeof(sc_publication_origin_t));
    for (i = 0; i < count; i++)
        SC_TRY(take_origin(p, sc_json_at(value, i), pool));
    return NULL;
}

/* A whole number from `least` to `most`, or null for SC_UNSET. */
static sc_error_t *take_number(const sc_json_t *fields, const char *field, int least, int most, int *out, apr_pool_t *pool)
{
    apr_int64_t value;

    if (!sc_json_has(fields, field))
        return NULL;
    if (sc_json_kind(sc_json_get(fields, field)) == SC_JSON_NULL) {
        *out = SC_UNSET;
        return NULL;
    }
    value = sc_json_get_int(fields, field, (apr_int64_t)least - 1);
    if (value < least || value > most)
        return wrong(field, apr_psprintf(pool, "A whole number from %d to %d, or nothing", least, most), pool);
    *out = (int)value;
    return NULL;
}

static sc_error_t *take_truth(const sc_json_t *fields, const char *field, int *out, apr_pool_t *pool)
{
    if (!sc_json_has(fields, field))
        return NULL;
    if (sc_json_kind(sc_json_get(fields, field)) != SC_JSON_BOOL)
        return wrong(field, "true or false", pool);
    *out = sc_json_get_bool(fields, field, 0);
    return NULL;
}

static sc_error_t *take_moment(const sc_json_t *fields, const char *field, apr_time_t *out, apr_pool_t *pool)
{
    const sc_json_t *value = sc_json_get(fields, field);
    const char *text = sc_json_string(value);

    if (!sc_json_has(fields, field))
        return NULL;
    *out = text && *text ? sc_text_to_time(text) : 0;
    if (text ? *out == 0 && *text : sc_json_kind(value) != SC_JSON_NULL)
        return wrong(field, "A time like 2026-03-01T09:00:00Z, or nothing", pool);
    return NULL;
}

static sc_error_t *take_while_improvable(sc_publication_t *p, const sc_json_t *fields, apr_pool_t *pool)
{
    const char *word = sc_json_get_string(fields, "while_improvable", "");

    if (!sc_json_has(fields, "while_improvable"))
        return NULL;
    if (strcmp(word, "completed") != 0 && strcmp(word, "incomplete") != 0)
        return wrong("while_improvable", "\"completed\" or \"incomplete\"", pool);
    p->keep_incomplete = strcmp(word, "incomplete") == 0;
    return NULL;
}

sc_error_t *sc_publication_take(sc_publication_t *p, const sc_json_t *fields, const sc_course_t *course, apr_pool_t *pool)
{
    if (sc_json_has(fields, "title"))
        SC_TRY(take_title(p, sc_json_get(fields, "title"), pool));
    if (sc_json_has(fields, "origins"))
        SC_TRY(take_origins(p, sc_json_get(fields, "origins"), pool));
    if (sc_json_has(fields, "langs") && course)
        SC_TRY(take_langs(p, sc_json_get(fields, "langs"), course, pool));
    SC_TRY(take_number(fields, "pass", 0, 100, &p->pass, pool));
    SC_TRY(take_number(fields, "attempts", 0, MOST_ATTEMPTS, &p->attempts, pool));
    SC_TRY(take_number(fields, "cap", 1, LARGEST_CAP, &p->cap, pool));
    SC_TRY(take_while_improvable(p, fields, pool));
    SC_TRY(take_truth(fields, "show_answers", &p->show_answers, pool));
    SC_TRY(take_truth(fields, "enabled", &p->enabled, pool));
    SC_TRY(take_truth(fields, "open", &p->admits_new, pool));
    SC_TRY(take_moment(fields, "starts_at", &p->starts_at, pool));
    SC_TRY(take_moment(fields, "ends_at", &p->ends_at, pool));
    if (p->starts_at && p->ends_at && p->ends_at <= p->starts_at)
        return wrong("ends_at", "The end must be after the start", pool);
    return NULL;
}

/* ---- and back */

static void tell_number(sc_json_t *out, const char *field, int value)
{
    if (value == SC_UNSET)
        sc_json_set_null(out, field);
    else
        sc_json_set_int(out, field, value);
}

static void tell_lists(const sc_publication_t *p, sc_json_t *out, apr_pool_t *pool)
{
    sc_json_t *langs = sc_json_set_new_array(out, "langs"), *origins = sc_json_set_new_array(out, "origins");
    char *copy = apr_pstrdup(pool, p->langs), *state, *lang;
    int i;

    for (lang = apr_strtok(copy, " ", &state); lang; lang = apr_strtok(NULL, " ", &state))
        sc_json_add_string(langs, lang);
    for (i = 0; i < p->origins->nelts; i++) {
        const sc_publication_origin_t *origin = &APR_ARRAY_IDX(p->origins, i, sc_publication_origin_t);
        sc_json_t *one = sc_json_add_new_object(origins);
        sc_json_set_string(one, "origin", origin->origin);
        sc_json_set_string(one, "realm", origin->realm);
    }
}

void sc_publication_tell(const sc_publication_t *p, const sc_publication_figures_t *figures, const char *training_state,
                         sc_json_t *out, apr_pool_t *pool)
{
    static const sc_publication_figures_t none;

    if (!figures)
        figures = &none;
    sc_json_set_string(out, "id", p->id);
    sc_json_set_int(out, "rev", p->rev);
    sc_json_set_string(out, "training", p->training);
    sc_json_set_string(out, "title", p->title);
    tell_lists(p, out, pool);
    tell_number(out, "pass", p->pass);
    tell_number(out, "attempts", p->attempts);
    sc_json_set_string(out, "while_improvable", p->keep_incomplete ? "incomplete" : "completed");
    sc_json_set_bool(out, "show_answers", p->show_answers);
    sc_json_set_bool(out, "enabled", p->enabled);
    sc_json_set_bool(out, "open", p->admits_new);
    sc_json_set_time(out, "starts_at", p->starts_at, pool);
    sc_json_set_time(out, "ends_at", p->ends_at, pool);
    tell_number(out, "cap", p->cap);
    sc_json_set_time(out, "created_at", p->created_at, pool);
    sc_json_set_time(out, "updated_at", p->updated_at, pool);
    sc_json_set_string(out, "training_state", training_state);
    sc_json_set_int(out, "learners", figures->learners);
    sc_json_set_int(out, "credits", figures->credits);
    sc_json_set_int(out, "completed", figures->completed);
    sc_json_set_int(out, "passed", figures->passed);
    sc_json_set_int(out, "failed", figures->failed);
}
