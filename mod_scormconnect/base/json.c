/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json.h"

#include <apr_lib.h>
#include <apr_strings.h>
#include <json-c/json.h>
#include <math.h>
#include <string.h>

#include "base/text.h"

#define MAX_DEPTH 32

static apr_status_t release(void *json)
{
    json_object_put(json);
    return APR_SUCCESS;
}

/* `json` as a root: it is let go when `pool` is. */
static sc_json_t *rooted(sc_json_t *json, apr_pool_t *pool)
{
    apr_pool_cleanup_register(pool, json, release, apr_pool_cleanup_null);
    return json;
}

/* ---- reading a text: json-c, even strict, is laxer than RFC 8259, so a scan of the words comes first */

/* The closing quote of the string that `at` is in, or the character that may not stand there. An escaped NUL may
 * not: what is behind it would be lost on whoever reads the string in C. */
static const char *string_end(const char *at)
{
    for (; *at && *at != '"'; at++) {
        if ((unsigned char)*at < 0x20 || strncmp(at, "\\u0000", 6) == 0)
            return at;
        if (*at == '\\' && at[1])
            at++;
    }
    return at;
}

/* What follows the digits at `at`, or NULL if there are none. */
static const char *digits_end(const char *at)
{
    return apr_isdigit(*at) ? at + strspn(at, "0123456789") : NULL;
}

/* What follows the number at `at`, or NULL if it is none of JSON's: "01", "1.", "-". */
static const char *number_end(const char *at)
{
    if (*at == '-')
        at++;
    if (*at == '0' && apr_isdigit(at[1]))
        return NULL;
    at = digits_end(at);
    if (at && *at == '.')
        at = digits_end(at + 1);
    if (at && (*at == 'e' || *at == 'E')) {
        at++;
        at = digits_end(*at == '+' || *at == '-' ? at + 1 : at);
    }
    return at;
}

/* Where `text` has what json-c would let pass although it is not JSON: single quotes, NaN and Infinity, numbers and
 * strings as above. NULL: nowhere. */
static const char *find_lax(const char *text)
{
    const char *at = text;

    while (*at) {
        if (*at == '"') {
            at = string_end(at + 1);
            if (*at && *at != '"')
                return at;
            at += *at == '"';
        } else if (*at == '-' || apr_isdigit(*at)) {
            const char *end = number_end(at);
            if (!end)
                return at;
            at = end;
        } else if (strchr("'NI", *at)) {
            return at;
        } else {
            at++;
        }
    }
    return NULL;
}

static sc_error_t *malformed(apr_pool_t *pool, apr_size_t position, const char *why)
{
    return sc_error_detail(sc_error(pool, SC_INVALID, SC_MSG(2), "body_invalid",
                                    "This is not valid JSON: something is wrong at character %" APR_SIZE_T_FMT ".",
                                    position + 1),
                           "%s", why);
}

sc_error_t *sc_json_read(const char *text, apr_size_t length, sc_json_t **out, apr_pool_t *pool)
{
    const char *copy = apr_pstrmemdup(pool, text, length);
    const char *lax;
    struct json_tokener *tokener;
    enum json_tokener_error outcome;
    apr_size_t position;
    sc_json_t *json;

    *out = NULL;
    if (strlen(copy) != length || !sc_text_is_utf8(copy))
        return sc_error(pool, SC_INVALID, SC_MSG(1), "body_invalid", "The text is not UTF-8, as JSON has to be.");
    lax = find_lax(copy);
    if (lax)
        return malformed(pool, (apr_size_t)(lax - copy), "not strict JSON");

    /* The NUL is handed over too: it ends a number that stands alone. */
    tokener = json_tokener_new_ex(MAX_DEPTH);
    json_tokener_set_flags(tokener, JSON_TOKENER_STRICT);
    json = json_tokener_parse_ex(tokener, copy, (int)length + 1);
    outcome = json_tokener_get_error(tokener);
    position = json_tokener_get_parse_end(tokener);
    json_tokener_free(tokener);
    if (outcome != json_tokener_success) {
        json_object_put(json);
        return malformed(pool, position, json_tokener_error_desc(outcome));
    }
    *out = rooted(json, pool);
    return NULL;
}

/* ---- printing */

const char *sc_json_text(const sc_json_t *json, apr_pool_t *pool)
{
    apr_size_t length, i, angles = 0;
    const char *text = json_object_to_json_string_length((struct json_object *)json,
                                                         JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE,
                                                         &length);
    char *escaped, *to;

    for (i = 0; i < length; i++)
        angles += text[i] == '<';

    /* "<" stands only inside strings, so that replacing it keeps the text well-formed. */
    to = escaped = apr_palloc(pool, length + 5 * angles + 1);
    for (i = 0; i < length; i++) {
        if (text[i] == '<')
            to = apr_cpystrn(to, "\\u003c", 7);
        else
            *to++ = text[i];
    }
    *to = '\0';
    return escaped;
}

/* ---- making */

sc_json_t *sc_json_object(apr_pool_t *pool)
{
    return rooted(json_object_new_object(), pool);
}

sc_json_t *sc_json_array(apr_pool_t *pool)
{
    return rooted(json_object_new_array(), pool);
}

static sc_json_t *string_or_null(const char *value)
{
    return value ? json_object_new_string(value) : NULL;
}

void sc_json_set_string(sc_json_t *object, const char *key, const char *value)
{
    json_object_object_add(object, key, string_or_null(value));
}

void sc_json_set_int(sc_json_t *object, const char *key, apr_int64_t value)
{
    json_object_object_add(object, key, json_object_new_int64(value));
}

void sc_json_set_bool(sc_json_t *object, const char *key, int value)
{
    json_object_object_add(object, key, json_object_new_boolean(value != 0));
}

void sc_json_set_null(sc_json_t *object, const char *key)
{
    json_object_object_add(object, key, NULL);
}

void sc_json_set_hundredths(sc_json_t *object, const char *key, apr_int64_t hundredths)
{
    apr_uint64_t amount = hundredths < 0 ? -(apr_uint64_t)hundredths : (apr_uint64_t)hundredths;
    char digits[32];
    int length = apr_snprintf(digits, sizeof(digits), "%s%" APR_UINT64_T_FMT ".%02d", hundredths < 0 ? "-" : "",
                              amount / 100, (int)(amount % 100));

    while (digits[length - 1] == '0')
        digits[--length] = '\0';
    if (digits[length - 1] == '.')
        digits[--length] = '\0';
    json_object_object_add(object, key, json_object_new_double_s((double)hundredths / 100, digits));
}

void sc_json_set_time(sc_json_t *object, const char *key, apr_time_t when, apr_pool_t *pool)
{
    sc_json_set_string(object, key, when ? sc_text_from_time(when, pool) : NULL);
}

sc_json_t *sc_json_set_new_object(sc_json_t *object, const char *key)
{
    sc_json_t *child = json_object_new_object();

    json_object_object_add(object, key, child);
    return child;
}

sc_json_t *sc_json_set_new_array(sc_json_t *object, const char *key)
{
    sc_json_t *child = json_object_new_array();

    json_object_object_add(object, key, child);
    return child;
}

void sc_json_set(sc_json_t *object, const char *key, sc_json_t *root)
{
    json_object_object_add(object, key, json_object_get(root));
}

void sc_json_add(sc_json_t *array, sc_json_t *root)
{
    json_object_array_add(array, json_object_get(root));
}

void sc_json_add_string(sc_json_t *array, const char *value)
{
    json_object_array_add(array, string_or_null(value));
}

sc_json_t *sc_json_add_new_object(sc_json_t *array)
{
    sc_json_t *child = json_object_new_object();

    json_object_array_add(array, child);
    return child;
}

/* ---- reading */

sc_json_kind_e sc_json_kind(const sc_json_t *json)
{
    switch (json_object_get_type(json)) {
    case json_type_boolean:
        return SC_JSON_BOOL;
    case json_type_int:
    case json_type_double:
        return SC_JSON_NUMBER;
    case json_type_string:
        return SC_JSON_STRING;
    case json_type_array:
        return SC_JSON_ARRAY;
    case json_type_object:
        return SC_JSON_OBJECT;
    case json_type_null:
        break;
    }
    return SC_JSON_NULL;
}

int sc_json_has(const sc_json_t *object, const char *key)
{
    return sc_json_kind(object) == SC_JSON_OBJECT && json_object_object_get_ex(object, key, NULL);
}

const sc_json_t *sc_json_get(const sc_json_t *object, const char *key)
{
    struct json_object *value = NULL;

    if (sc_json_kind(object) == SC_JSON_OBJECT)
        json_object_object_get_ex(object, key, &value);
    return value;
}

const char *sc_json_get_string(const sc_json_t *object, const char *key, const char *fallback)
{
    const char *value = sc_json_string(sc_json_get(object, key));

    return value ? value : fallback;
}

apr_int64_t sc_json_get_int(const sc_json_t *object, const char *key, apr_int64_t fallback)
{
    const sc_json_t *value = sc_json_get(object, key);
    double real;

    if (json_object_is_type(value, json_type_int))
        return json_object_get_int64(value);
    if (!json_object_is_type(value, json_type_double))
        return fallback;

    /* 5.0 and 5e3 are whole numbers as well; beyond 2^53 a double can't tell. */
    real = json_object_get_double(value);
    return fabs(real) <= 9007199254740992.0 && floor(real) == real ? (apr_int64_t)real : fallback;
}

int sc_json_get_bool(const sc_json_t *object, const char *key, int fallback)
{
    const sc_json_t *value = sc_json_get(object, key);

    return sc_json_kind(value) == SC_JSON_BOOL ? json_object_get_boolean(value) : fallback;
}

int sc_json_length(const sc_json_t *array)
{
    return sc_json_kind(array) == SC_JSON_ARRAY ? (int)json_object_array_length(array) : 0;
}

const sc_json_t *sc_json_at(const sc_json_t *array, int index)
{
    if (index < 0 || index >= sc_json_length(array))
        return NULL;
    return json_object_array_get_idx(array, (size_t)index);
}

const char *sc_json_string(const sc_json_t *json)
{
    return sc_json_kind(json) == SC_JSON_STRING ? json_object_get_string((struct json_object *)json) : NULL;
}

sc_error_t *sc_json_each(const sc_json_t *object, sc_json_member_fn fn, void *baton)
{
    struct json_object_iter member;

    if (sc_json_kind(object) != SC_JSON_OBJECT)
        return NULL;
    json_object_object_foreachC(object, member) {
        SC_TRY(fn(baton, member.key, member.val));
    }
    return NULL;
}

sc_error_t *sc_json_check(const sc_json_t *object, const char *key, sc_json_kind_e kind, apr_pool_t *pool)
{
    static const char *const wanted[] = {
        [SC_JSON_NULL] = "null",       [SC_JSON_BOOL] = "true or false", [SC_JSON_NUMBER] = "a number",
        [SC_JSON_STRING] = "a string", [SC_JSON_ARRAY] = "a list",       [SC_JSON_OBJECT] = "an object",
    };

    if (sc_json_has(object, key) && sc_json_kind(sc_json_get(object, key)) == kind)
        return NULL;
    return sc_error_about(sc_error(pool, SC_INVALID, SC_MSG(3), "body_invalid", "The field \"%s\" has to be %s.", key,
                                   wanted[kind]),
                          key);
}
