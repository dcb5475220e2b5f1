/* SPDX-License-Identifier: Apache-2.0 */
#include "domain/course.h"

#include <apr_cstr.h>
#include <apr_strings.h>
#include <string.h>

#include "base/secret.h"

#define ITEM_KEY_DIGITS 8

sc_module_t *sc_course_module(const sc_course_t *course, const char *id)
{
    return apr_hash_get(course->module_by_id, id, APR_HASH_KEY_STRING);
}

sc_activity_t *sc_course_activity(const sc_course_t *course, const char *id)
{
    return apr_hash_get(course->activity_by_id, id, APR_HASH_KEY_STRING);
}

/* ---- languages: tags compare without regard to case (RFC 5646) */

static int same_tag(const char *a, const char *b)
{
    return apr_cstr_casecmp(a, b) == 0;
}

/* "fr" of "fr-CA". */
static int same_primary(const char *a, const char *b)
{
    size_t length = strcspn(a, "-");

    return length == strcspn(b, "-") && apr_cstr_casecmpn(a, b, length) == 0;
}

static int is_allowed(const char *lang, const char *const *allowed)
{
    if (!allowed || !*allowed)
        return 1;
    for (; *allowed; allowed++)
        if (same_tag(lang, *allowed))
            return 1;
    return 0;
}

/* The first allowed language that `fits` wanted, or -1. */
static int find_language(const sc_course_t *course, const char *const *allowed, const char *wanted,
                         int (*fits)(const char *, const char *))
{
    int i;

    for (i = 0; i < course->lang_count; i++)
        if (is_allowed(course->langs[i], allowed) && fits(course->langs[i], wanted))
            return i;
    return -1;
}

static int any_tag(const char *lang, const char *wanted)
{
    (void)lang;
    (void)wanted;
    return 1;
}

int sc_course_language(const sc_course_t *course, const char *wanted, const char *const *allowed)
{
    int found = -1;

    if (wanted) {
        found = find_language(course, allowed, wanted, same_tag);
        if (found < 0)
            found = find_language(course, allowed, wanted, same_primary);
    }
    if (found < 0)
        found = find_language(course, allowed, "", any_tag);
    /* None of the allowed ones is left in the course: better the master's than nothing. */
    return found < 0 ? 0 : found;
}

/* ---- orders */

const char *sc_course_item_key(const sc_activity_t *order, const sc_option_t *item, const char *seed, apr_pool_t *pool)
{
    const char *text = apr_pstrcat(pool, seed, "\n", order->id, "\n", item->key, NULL);

    return sc_secret_digest(text, strlen(text), ITEM_KEY_DIGITS, pool);
}
