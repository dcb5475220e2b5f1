/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json.h"

#include <apr_lib.h>
#include <apr_strings.h>
#include <jansson.h>
#include <math.h>
#include <string.h>

#include "base/text.h"

#define MAX_DEPTH 32
#define FIRST_ROOM 512
#define FIRST_MEMBERS 4

typedef enum { IS_NULL, IS_FALSE, IS_TRUE, IS_INT, IS_REAL, IS_STRING, IS_TEXT, IS_ARRAY, IS_OBJECT } type_e;

struct sc_json_t {
    type_e type;
    int count, room;                    /* of an array or object */
    const char *key;                    /* as a member of an object */
    union {
        const char *text;               /* IS_STRING, and IS_TEXT: JSON to be printed as it is */
        apr_int64_t whole;
        double real;
        struct {
            sc_json_t **members;
            apr_pool_t *pool;
        } list;
    } as;
};

static sc_json_t *make(type_e type, apr_pool_t *pool)
{
    sc_json_t *json = apr_palloc(pool, sizeof(*json));

    json->type = type;
    json->count = json->room = 0;
    json->key = NULL;
    json->as.list.members = NULL;
    json->as.list.pool = pool;
    return json;
}

static sc_json_t *make_string(const char *text, apr_pool_t *pool)
{
    sc_json_t *json = make(text ? IS_STRING : IS_NULL, pool);

    json->as.text = text;
    return json;
}

static void make_room(sc_json_t *list)
{
    int room = list->room ? 2 * list->room : FIRST_MEMBERS;
    sc_json_t **members = apr_palloc(list->as.list.pool, sizeof(*members) * (apr_size_t)room);

    if (list->count)
        memcpy(members, list->as.list.members, sizeof(*members) * (apr_size_t)list->count);
    list->as.list.members = members;
    list->room = room;
}

/* NULL is null. */
static void append(sc_json_t *list, const char *key, sc_json_t *value)
{
    if (!value)
        value = make(IS_NULL, list->as.list.pool);
    if (list->count == list->room)
        make_room(list);
    value->key = key;
    list->as.list.members[list->count++] = value;
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

static sc_json_t *taken_over(json_t *json, apr_pool_t *pool);

static sc_json_t *take_array(const json_t *array, apr_pool_t *pool)
{
    sc_json_t *list = make(IS_ARRAY, pool);
    size_t i, count = json_array_size(array);

    for (i = 0; i < count; i++)
        append(list, NULL, taken_over(json_array_get(array, i), pool));
    return list;
}

static sc_json_t *take_object(json_t *object, apr_pool_t *pool)
{
    sc_json_t *list = make(IS_OBJECT, pool);
    void *member;

    for (member = json_object_iter(object); member; member = json_object_iter_next(object, member))
        append(list, apr_pstrdup(pool, json_object_iter_key(member)), taken_over(json_object_iter_value(member), pool));
    return list;
}

/* jansson's tree as one of ours. */
static sc_json_t *taken_over(json_t *json, apr_pool_t *pool)
{
    sc_json_t *value;

    switch (json_typeof(json)) {
    case JSON_OBJECT:
        return take_object(json, pool);
    case JSON_ARRAY:
        return take_array(json, pool);
    case JSON_STRING:
        return make_string(apr_pstrmemdup(pool, json_string_value(json), json_string_length(json)), pool);
    case JSON_INTEGER:
        value = make(IS_INT, pool);
        value->as.whole = json_integer_value(json);
        return value;
    case JSON_REAL:
        value = make(IS_REAL, pool);
        value->as.real = json_real_value(json);
        return value;
    case JSON_TRUE:
        return make(IS_TRUE, pool);
    case JSON_FALSE:
        return make(IS_FALSE, pool);
    case JSON_NULL:
        break;
    }
    return make(IS_NULL, pool);
}

/* The end of a string of plain ASCII whose quotation mark is at `at`; NULL if it is anything else. */
static char *end_of_plain_string(char *at)
{
    if (*at++ != '"')
        return NULL;
    while (*at >= ' ' && *at < 0x7f && *at != '"' && *at != '\\')
        at++;
    return *at == '"' ? at : NULL;
}

/* A list of plain strings, as nearly all responses are: dozens of them are read for each answer. NULL if it is anything else;
 * cuts the strings out of `copy` if it is one. */
static sc_json_t *read_plain_list(char *copy, apr_pool_t *pool)
{
    sc_json_t *list = NULL;
    char *at = copy, *end;

    if (*at != '[')
        return NULL;
    do {
        end = end_of_plain_string(at + 1);
        if (!end)
            return NULL;
        at = end + 1;
    } while (*at == ',');
    if (at[0] != ']' || at[1])
        return NULL;
    list = make(IS_ARRAY, pool);
    for (at = copy; *at != ']'; at = end + 1) {
        end = end_of_plain_string(at + 1);
        *end = '\0';
        append(list, NULL, make_string(at + 2, pool));
    }
    return list;
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
    *out = read_plain_list(copy, pool);
    if (*out)
        return NULL;
    too_deep = mend_escapes_and_find_depth(copy);
    if (too_deep)
        return malformed(pool, (apr_size_t)(too_deep - copy) + 1, "nested too deep");
    json = json_loadb(copy, length, JSON_DECODE_ANY, &wrong);
    if (!json && json_error_code(&wrong) == json_error_invalid_utf8)
        return not_utf8(pool);
    if (!json)
        return malformed(pool, (apr_size_t)wrong.position, reason(&wrong, pool));
    if (!json_is_null(json))
        *out = taken_over(json, pool);
    json_decref(json);
    return NULL;
}

/* ---- printing */

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

static void put_string(printer_t *printer, const char *text)
{
    const char *plain = text;

    put(printer, "\"", 1);
    for (; *text; text++) {
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
    char digits[SC_TEXT_INT_ROOM];
    const char *from = sc_text_put_int(digits + sizeof(digits), value);

    put(printer, from, (apr_size_t)(digits + sizeof(digits) - from));
}

/* So many digits that it is told from its neighbours. */
static void put_any_real(printer_t *printer, double value)
{
    json_t *real = json_real(value);
    char digits[32];

    put(printer, digits, json_dumpb(real, digits, sizeof(digits), JSON_ENCODE_ANY));
    json_decref(real);
}

/* With up to two decimals where that is the very number. */
static void put_real(printer_t *printer, double value)
{
    double hundredths = round(value * 100);
    apr_int64_t amount = fabs(hundredths) > 1e15 ? 0 : (apr_int64_t)fabs(hundredths);
    int rest = (int)(amount % 100);
    char decimals[3] = { '.', (char)('0' + rest / 10), (char)('0' + rest % 10) };

    if (fabs(hundredths) > 1e15 || hundredths / 100 != value) {
        put_any_real(printer, value);
        return;
    }
    if (hundredths < 0)
        put(printer, "-", 1);
    put_int(printer, amount / 100);
    if (rest)
        put(printer, decimals, rest % 10 ? 3 : 2);
}

static void put_value(printer_t *printer, const sc_json_t *json);

static void put_list(printer_t *printer, const sc_json_t *list)
{
    int i;

    put(printer, list->type == IS_OBJECT ? "{" : "[", 1);
    for (i = 0; i < list->count; i++) {
        const sc_json_t *member = list->as.list.members[i];

        if (i > 0)
            put(printer, ",", 1);
        if (member->key) {
            put_string(printer, member->key);
            put(printer, ":", 1);
        }
        put_value(printer, member);
    }
    put(printer, list->type == IS_OBJECT ? "}" : "]", 1);
}

static void put_value(printer_t *printer, const sc_json_t *json)
{
    switch (json->type) {
    case IS_OBJECT:
    case IS_ARRAY:
        put_list(printer, json);
        break;
    case IS_STRING:
        put_string(printer, json->as.text);
        break;
    case IS_TEXT:
        put_text(printer, json->as.text);
        break;
    case IS_INT:
        put_int(printer, json->as.whole);
        break;
    case IS_REAL:
        put_real(printer, json->as.real);
        break;
    case IS_TRUE:
        put(printer, "true", 4);
        break;
    case IS_FALSE:
        put(printer, "false", 5);
        break;
    case IS_NULL:
        put(printer, "null", 4);
        break;
    }
}

const char *sc_json_text(const sc_json_t *json, apr_pool_t *pool)
{
    printer_t printer = { apr_palloc(pool, FIRST_ROOM), 0, FIRST_ROOM, pool };

    if (json)
        put_value(&printer, json);
    else
        put_text(&printer, "null");
    put(&printer, "", 1);
    return printer.text;
}

/* ---- making. Strings and keys are not checked: they go out as they are. */

sc_json_t *sc_json_object(apr_pool_t *pool)
{
    return make(IS_OBJECT, pool);
}

sc_json_t *sc_json_array(apr_pool_t *pool)
{
    return make(IS_ARRAY, pool);
}

void sc_json_set_string(sc_json_t *object, const char *key, const char *value)
{
    append(object, key, make_string(value, object->as.list.pool));
}

void sc_json_set_int(sc_json_t *object, const char *key, apr_int64_t value)
{
    sc_json_t *json = make(IS_INT, object->as.list.pool);

    json->as.whole = value;
    append(object, key, json);
}

void sc_json_set_bool(sc_json_t *object, const char *key, int value)
{
    append(object, key, make(value ? IS_TRUE : IS_FALSE, object->as.list.pool));
}

void sc_json_set_null(sc_json_t *object, const char *key)
{
    append(object, key, NULL);
}

void sc_json_set_hundredths(sc_json_t *object, const char *key, apr_int64_t hundredths)
{
    sc_json_t *json = make(IS_REAL, object->as.list.pool);

    json->as.real = (double)hundredths / 100;
    append(object, key, json);
}

void sc_json_set_time(sc_json_t *object, const char *key, apr_time_t when, apr_pool_t *pool)
{
    sc_json_set_string(object, key, when ? sc_text_from_time(when, pool) : NULL);
}

sc_json_t *sc_json_set_new_object(sc_json_t *object, const char *key)
{
    sc_json_t *child = sc_json_object(object->as.list.pool);

    append(object, key, child);
    return child;
}

sc_json_t *sc_json_set_new_array(sc_json_t *object, const char *key)
{
    sc_json_t *child = sc_json_array(object->as.list.pool);

    append(object, key, child);
    return child;
}

void sc_json_set(sc_json_t *object, const char *key, sc_json_t *root)
{
    append(object, key, root);
}

/* The place of the member, or NULL. */
static sc_json_t **place_of(const sc_json_t *object, const char *key)
{
    int i;

    if (object && object->type == IS_OBJECT)
        for (i = 0; i < object->count; i++)
            if (strcmp(object->as.list.members[i]->key, key) == 0)
                return &object->as.list.members[i];
    return NULL;
}

void sc_json_replace(sc_json_t *object, const char *key, sc_json_t *root)
{
    sc_json_t **place = place_of(object, key);

    if (!place) {
        append(object, key, root);
        return;
    }
    root->key = key;
    *place = root;
}

void sc_json_set_text(sc_json_t *object, const char *key, const char *text)
{
    sc_json_t *json = make(IS_TEXT, object->as.list.pool);

    json->as.text = text;
    append(object, key, json);
}

void sc_json_add(sc_json_t *array, sc_json_t *root)
{
    append(array, NULL, root);
}

void sc_json_add_string(sc_json_t *array, const char *value)
{
    append(array, NULL, make_string(value, array->as.list.pool));
}

sc_json_t *sc_json_add_new_object(sc_json_t *array)
{
    sc_json_t *child = sc_json_object(array->as.list.pool);

    append(array, NULL, child);
    return child;
}

/* ---- reading */

static const sc_json_t *member_of(const sc_json_t *object, const char *key)
{
    sc_json_t **place = place_of(object, key);

    return place ? *place : NULL;
}

/* A value of null is as good as none. */
static const sc_json_t *value_or_none(const sc_json_t *json)
{
    return json && json->type != IS_NULL ? json : NULL;
}

sc_json_kind_e sc_json_kind(const sc_json_t *json)
{
    static const sc_json_kind_e kinds[] = {
        [IS_OBJECT] = SC_JSON_OBJECT, [IS_ARRAY] = SC_JSON_ARRAY,   [IS_STRING] = SC_JSON_STRING,
        [IS_INT] = SC_JSON_NUMBER,    [IS_REAL] = SC_JSON_NUMBER,   [IS_TRUE] = SC_JSON_BOOL,
        [IS_FALSE] = SC_JSON_BOOL,    [IS_NULL] = SC_JSON_NULL,     [IS_TEXT] = SC_JSON_NULL,
    };

    return json ? kinds[json->type] : SC_JSON_NULL;
}

int sc_json_has(const sc_json_t *object, const char *key)
{
    return member_of(object, key) != NULL;
}

const sc_json_t *sc_json_get(const sc_json_t *object, const char *key)
{
    return value_or_none(member_of(object, key));
}

const char *sc_json_get_string(const sc_json_t *object, const char *key, const char *fallback)
{
    const char *value = sc_json_string(member_of(object, key));

    return value ? value : fallback;
}

apr_int64_t sc_json_get_int(const sc_json_t *object, const char *key, apr_int64_t fallback)
{
    const sc_json_t *value = member_of(object, key);

    if (value && value->type == IS_INT)
        return value->as.whole;
    if (!value || value->type != IS_REAL)
        return fallback;

    /* 5.0 and 5e3 are whole numbers as well; beyond 2^53 a double can't tell. */
    return fabs(value->as.real) <= 9007199254740992.0 && floor(value->as.real) == value->as.real
               ? (apr_int64_t)value->as.real
               : fallback;
}

int sc_json_get_bool(const sc_json_t *object, const char *key, int fallback)
{
    const sc_json_t *value = member_of(object, key);

    return value && (value->type == IS_TRUE || value->type == IS_FALSE) ? value->type == IS_TRUE : fallback;
}

int sc_json_length(const sc_json_t *array)
{
    return array && array->type == IS_ARRAY ? array->count : 0;
}

const sc_json_t *sc_json_at(const sc_json_t *array, int index)
{
    return index >= 0 && index < sc_json_length(array) ? value_or_none(array->as.list.members[index]) : NULL;
}

const char *sc_json_string(const sc_json_t *json)
{
    return json && json->type == IS_STRING ? json->as.text : NULL;
}

sc_error_t *sc_json_each(const sc_json_t *object, sc_json_member_fn fn, void *baton)
{
    int i;

    for (i = 0; object && object->type == IS_OBJECT && i < object->count; i++) {
        const sc_json_t *member = object->as.list.members[i];
        SC_TRY(fn(baton, member->key, value_or_none(member)));
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
