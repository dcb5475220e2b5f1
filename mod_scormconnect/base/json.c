/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json.h"

#include <apr_lib.h>
#include <apr_strings.h>
#include <jansson.h>
#include <math.h>
#include <string.h>

#include "base/text.h"

#define MAX_DEPTH 32
#define FIRST_ROOM 1024

static apr_status_t release(void *json)
{
    json_decref(json);
    return APR_SUCCESS;
}

/* `json` as a root: it is let go when `pool` is. */
static sc_json_t *rooted(sc_json_t *json, apr_pool_t *pool)
{
    apr_pool_cleanup_register(pool, json, release, apr_pool_cleanup_null);
    return json;
}

/* ---- reading a text */

static sc_error_t *not_utf8(apr_pool_t *pool)
{
    return sc_error(pool, SC_INVALID, SC_MSG(1), "body_invalid", "The text is not UTF-8, as JSON has to be.");
}

static sc_error_t *malformed(apr_pool_t *pool, apr_size_t position, const char *why)
{
    return sc_error_detail(sc_error(pool, SC_INVALID, SC_MSG(2), "body_invalid",
                                    "This is not valid JSON: something is wrong at character %" APR_SIZE_T_FMT ".",
                                    position > 0 ? position : 1),
                           "%s", why);
}

/* Whether `at` is an escaped half of a surrogate pair whose third digit is one of `digits`. */
static int is_half(const char *at, const char *digits)
{
    return at[0] == '\\' && at[1] == 'u' && (at[2] == 'd' || at[2] == 'D') && at[3] && strchr(digits, at[3])
        && apr_isxdigit(at[4]) && apr_isxdigit(at[5]);
}

/* The last character of the escape sequence at `at`. Browsers write half a pair where a text was cut inside an emoji; that
 * is grammatical, but no character: it becomes U+FFFD. */
static char *mend_escape(char *at)
{
    static const char high[] = "89abAB", low[] = "cdefCDEF";

    if (is_half(at, high) && is_half(at + 6, low))
        return at + 11;
    if (is_half(at, high) || is_half(at, low))
        memcpy(at + 2, "fffd", 4);
    return at[1] ? at + 1 : at;
}

/* Where `text` is nested too deep, or NULL. */
static const char *mend_escapes_and_find_depth(char *text)
{
    int depth = 0, in_string = 0;
    char *at;

    for (at = text; *at; at++) {
        if (*at == '"')
            in_string = !in_string;
        else if (in_string && *at == '\\')
            at = mend_escape(at);
        else if (!in_string && (*at == '[' || *at == '{') && ++depth > MAX_DEPTH)
            return at;
        else if (!in_string && (*at == ']' || *at == '}'))
            depth--;
    }
    return NULL;
}

/* jansson's words without what it quotes of the text: that may be a learner's. */
static const char *reason(const json_error_t *wrong, apr_pool_t *pool)
{
    const char *quote = strstr(wrong->text, " near ");

    return quote ? apr_pstrmemdup(pool, wrong->text, (apr_size_t)(quote - wrong->text)) : apr_pstrdup(pool, wrong->text);
}

sc_error_t *sc_json_read(const char *text, apr_size_t length, sc_json_t **out, apr_pool_t *pool)
{
    char *copy = apr_pstrmemdup(pool, text, length);
    const char *too_deep;
    json_error_t wrong;
    json_t *json;

    *out = NULL;
    if (strlen(copy) != length)
        return not_utf8(pool);
    too_deep = mend_escapes_and_find_depth(copy);
    if (too_deep)
        return malformed(pool, (apr_size_t)(too_deep - copy) + 1, "nested too deep");
    json = json_loadb(copy, length, JSON_DECODE_ANY, &wrong);
    if (!json && json_error_code(&wrong) == json_error_invalid_utf8)
        return not_utf8(pool);
    if (!json)
        return malformed(pool, (apr_size_t)wrong.position, reason(&wrong, pool));
    if (!json_is_null(json))
        *out = rooted(json, pool);
    return NULL;
}

/* A value that is printed as it is. To jansson it is a null: those are not counted and never freed. */
typedef struct {
    json_t null;
    const char *text;
} text_t;

/* ---- printing: jansson's own would check and copy much, and can't escape "<" */

typedef struct {
    char *text;
    apr_size_t length, room;
    apr_pool_t *pool;
} printer_t;

static void put(printer_t *printer, const char *bytes, apr_size_t length)
{
    if (length > printer->room - printer->length) {
        char *larger;

        printer->room = 2 * printer->room + length;
        larger = apr_palloc(printer->pool, printer->room);
        memcpy(larger, printer->text, printer->length);
        printer->text = larger;
    }
    memcpy(printer->text + printer->length, bytes, length);
    printer->length += length;
}

static void put_text(printer_t *printer, const char *text)
{
    put(printer, text, strlen(text));
}

static int needs_escape(unsigned char c)
{
    return c < 0x20 || c == '"' || c == '\\' || c == '<';
}

static void put_escaped(printer_t *printer, unsigned char c)
{
    static const char letters[] = { ['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r',
                                    ['"'] = '"',  ['\\'] = '\\' };
    char escape[] = "\\u0000";

    if (c < sizeof(letters) && letters[c]) {
        escape[1] = letters[c];
        put(printer, escape, 2);
        return;
    }
    escape[4] = "0123456789abcdef"[c >> 4];
    escape[5] = "0123456789abcdef"[c & 15];
    put(printer, escape, 6);
}

static void put_string(printer_t *printer, const char *text, apr_size_t length)
{
    const char *end = text + length, *plain = text;

    put(printer, "\"", 1);
    for (; text < end; text++) {
        if (!needs_escape((unsigned char)*text))
            continue;
        put(printer, plain, (apr_size_t)(text - plain));
        put_escaped(printer, (unsigned char)*text);
        plain = text + 1;
    }
    put(printer, plain, (apr_size_t)(text - plain));
    put(printer, "\"", 1);
}

static void put_int(printer_t *printer, apr_int64_t value)
{
    char digits[24];

    put(printer, digits, (apr_size_t)apr_snprintf(digits, sizeof(digits), "%" APR_INT64_T_FMT, value));
}

/* With up to two decimals where that is the very number; otherwise with as many digits as tell it from its neighbours. */
static void put_real(printer_t *printer, const json_t *real)
{
    double value = json_real_value(real), hundredths = round(value * 100);
    apr_int64_t amount;
    char digits[32];
    apr_size_t length;

    if (fabs(hundredths) > 1e15 || hundredths / 100 != value) {
        put(printer, digits, json_dumpb(real, digits, sizeof(digits), JSON_ENCODE_ANY));
        return;
    }
    amount = (apr_int64_t)fabs(hundredths);
    length = (apr_size_t)apr_snprintf(digits, sizeof(digits), "%s%" APR_INT64_T_FMT ".%02d", hundredths < 0 ? "-" : "",
                                      amount / 100, (int)(amount % 100));
    while (digits[length - 1] == '0')
        length--;
    if (digits[length - 1] == '.')
        length--;
    put(printer, digits, length);
}

static void put_value(printer_t *printer, const json_t *json);

static void put_object(printer_t *printer, json_t *object)
{
    void *first = json_object_iter(object), *member;

    put(printer, "{", 1);
    for (member = first; member; member = json_object_iter_next(object, member)) {
        const char *key = json_object_iter_key(member);

        if (member != first)
            put(printer, ",", 1);
        put_string(printer, key, strlen(key));
        put(printer, ":", 1);
        put_value(printer, json_object_iter_value(member));
    }
    put(printer, "}", 1);
}

static void put_array(printer_t *printer, const json_t *array)
{
    size_t i, count = json_array_size(array);

    put(printer, "[", 1);
    for (i = 0; i < count; i++) {
        if (i > 0)
            put(printer, ",", 1);
        put_value(printer, json_array_get(array, i));
    }
    put(printer, "]", 1);
}

static void put_value(printer_t *printer, const json_t *json)
{
    switch (json_typeof(json)) {
    case JSON_OBJECT:
        put_object(printer, (json_t *)json);
        break;
    case JSON_ARRAY:
        put_array(printer, json);
        break;
    case JSON_STRING:
        put_string(printer, json_string_value(json), json_string_length(json));
        break;
    case JSON_INTEGER:
        put_int(printer, json_integer_value(json));
        break;
    case JSON_REAL:
        put_real(printer, json);
        break;
    case JSON_TRUE:
        put_text(printer, "true");
        break;
    case JSON_FALSE:
        put_text(printer, "false");
        break;
    case JSON_NULL:
        put_text(printer, json == json_null() ? "null" : ((const text_t *)json)->text);
        break;
    }
}

const char *sc_json_text(const sc_json_t *json, apr_pool_t *pool)
{
    printer_t printer = { apr_palloc(pool, FIRST_ROOM), 0, FIRST_ROOM, pool };

    put_value(&printer, json ? json : json_null());
    put(&printer, "", 1);
    return printer.text;
}

/* ---- making. Strings and keys are not checked: they go out as they are. */

sc_json_t *sc_json_object(apr_pool_t *pool)
{
    return rooted(json_object(), pool);
}

sc_json_t *sc_json_array(apr_pool_t *pool)
{
    return rooted(json_array(), pool);
}

static json_t *string_or_null(const char *value)
{
    return value ? json_string_nocheck(value) : json_null();
}

static json_t *shared(sc_json_t *root)
{
    return root ? json_incref(root) : json_null();
}

void sc_json_set_string(sc_json_t *object, const char *key, const char *value)
{
    json_object_set_new_nocheck(object, key, string_or_null(value));
}

void sc_json_set_int(sc_json_t *object, const char *key, apr_int64_t value)
{
    json_object_set_new_nocheck(object, key, json_integer(value));
}

void sc_json_set_bool(sc_json_t *object, const char *key, int value)
{
    json_object_set_new_nocheck(object, key, json_boolean(value));
}

void sc_json_set_null(sc_json_t *object, const char *key)
{
    json_object_set_new_nocheck(object, key, json_null());
}

void sc_json_set_hundredths(sc_json_t *object, const char *key, apr_int64_t hundredths)
{
    json_object_set_new_nocheck(object, key, json_real((double)hundredths / 100));
}

void sc_json_set_time(sc_json_t *object, const char *key, apr_time_t when, apr_pool_t *pool)
{
    sc_json_set_string(object, key, when ? sc_text_from_time(when, pool) : NULL);
}

sc_json_t *sc_json_set_new_object(sc_json_t *object, const char *key)
{
    json_t *child = json_object();

    json_object_set_new_nocheck(object, key, child);
    return child;
}

sc_json_t *sc_json_set_new_array(sc_json_t *object, const char *key)
{
    json_t *child = json_array();

    json_object_set_new_nocheck(object, key, child);
    return child;
}

void sc_json_set(sc_json_t *object, const char *key, sc_json_t *root)
{
    json_object_set_new_nocheck(object, key, shared(root));
}

void sc_json_set_text(sc_json_t *object, const char *key, const char *text, apr_pool_t *pool)
{
    text_t *value = apr_palloc(pool, sizeof(*value));

    value->null = *json_null();
    value->text = text;
    json_object_set_new_nocheck(object, key, &value->null);
}

void sc_json_add(sc_json_t *array, sc_json_t *root)
{
    json_array_append_new(array, shared(root));
}

void sc_json_add_string(sc_json_t *array, const char *value)
{
    json_array_append_new(array, string_or_null(value));
}

sc_json_t *sc_json_add_new_object(sc_json_t *array)
{
    json_t *child = json_object();

    json_array_append_new(array, child);
    return child;
}

/* ---- reading */

/* jansson has a value for null, we have none. */
static const sc_json_t *value_or_none(const json_t *json)
{
    return json_is_null(json) ? NULL : json;
}

sc_json_kind_e sc_json_kind(const sc_json_t *json)
{
    static const sc_json_kind_e kinds[] = {
        [JSON_OBJECT] = SC_JSON_OBJECT,   [JSON_ARRAY] = SC_JSON_ARRAY, [JSON_STRING] = SC_JSON_STRING,
        [JSON_INTEGER] = SC_JSON_NUMBER,  [JSON_REAL] = SC_JSON_NUMBER, [JSON_TRUE] = SC_JSON_BOOL,
        [JSON_FALSE] = SC_JSON_BOOL,      [JSON_NULL] = SC_JSON_NULL,
    };

    return json ? kinds[json_typeof(json)] : SC_JSON_NULL;
}

int sc_json_has(const sc_json_t *object, const char *key)
{
    return json_object_get(object, key) != NULL;
}

const sc_json_t *sc_json_get(const sc_json_t *object, const char *key)
{
    return value_or_none(json_object_get(object, key));
}

const char *sc_json_get_string(const sc_json_t *object, const char *key, const char *fallback)
{
    const char *value = sc_json_string(sc_json_get(object, key));

    return value ? value : fallback;
}

apr_int64_t sc_json_get_int(const sc_json_t *object, const char *key, apr_int64_t fallback)
{
    const json_t *value = json_object_get(object, key);
    double real;

    if (json_is_integer(value))
        return json_integer_value(value);
    if (!json_is_real(value))
        return fallback;

    /* 5.0 and 5e3 are whole numbers as well; beyond 2^53 a double can't tell. */
    real = json_real_value(value);
    return fabs(real) <= 9007199254740992.0 && floor(real) == real ? (apr_int64_t)real : fallback;
}

int sc_json_get_bool(const sc_json_t *object, const char *key, int fallback)
{
    const json_t *value = json_object_get(object, key);

    return json_is_boolean(value) ? json_is_true(value) : fallback;
}

int sc_json_length(const sc_json_t *array)
{
    return (int)json_array_size(array);
}

const sc_json_t *sc_json_at(const sc_json_t *array, int index)
{
    return index < 0 ? NULL : value_or_none(json_array_get(array, (size_t)index));
}

const char *sc_json_string(const sc_json_t *json)
{
    return json_string_value(json);
}

sc_error_t *sc_json_each(const sc_json_t *object, sc_json_member_fn fn, void *baton)
{
    json_t *members = (json_t *)object;
    void *member;

    for (member = json_object_iter(members); member; member = json_object_iter_next(members, member))
        SC_TRY(fn(baton, json_object_iter_key(member), value_or_none(json_object_iter_value(member))));
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
