/* SPDX-License-Identifier: Apache-2.0
 *
 * JSON. jansson reads the texts; trees lie in a pool and live as long as it does, for every answer makes some, and
 * a tree of jansson's is hundreds of pieces of memory.
 *
 * Names and strings are not copied: they live as long as the tree. Adding a root hands it over: it comes from the same pool, and
 * is added once. A member that may be there already is put with sc_json_replace(); the others don't look.
 * Getters never fail: a missing member, or one of the wrong kind, gives the fallback. Use
 * sc_json_check() first where the difference matters.
 */
#ifndef SC_BASE_JSON_H
#define SC_BASE_JSON_H

#include <apr_pools.h>
#include <apr_time.h>

#include "base/error.h"

typedef struct sc_json_t sc_json_t;

typedef enum { SC_JSON_NULL, SC_JSON_BOOL, SC_JSON_NUMBER, SC_JSON_STRING, SC_JSON_ARRAY, SC_JSON_OBJECT } sc_json_kind_e;

/* Reads one strict JSON text (RFC 8259), UTF-8, nested at most 32 deep. Refused as well: a NUL in a string, a number
 * that a double or 64 bits can't hold. Half a surrogate pair is read as U+FFFD; of a name that comes twice the last
 * counts. The text "null" gives NULL. */
sc_error_t *sc_json_read(const char *text, apr_size_t length, sc_json_t **out, apr_pool_t *pool);

/* Compact text of `json`, in `pool`. "/" is not escaped; "<" is, as \u003c, so that the text may stand in a page.
 * Numbers keep their value, not their spelling. */
const char *sc_json_text(const sc_json_t *json, apr_pool_t *pool);

/* ---- making */
sc_json_t *sc_json_object(apr_pool_t *pool);
sc_json_t *sc_json_array(apr_pool_t *pool);

/* Members. A NULL string becomes null. The _new forms make a child, add it and return it. */
void sc_json_set_string(sc_json_t *object, const char *key, const char *value);
void sc_json_set_int(sc_json_t *object, const char *key, apr_int64_t value);
void sc_json_set_bool(sc_json_t *object, const char *key, int value);
void sc_json_set_null(sc_json_t *object, const char *key);
/* `hundredths` as a number with at most two decimals: 6667 gives 66.67, 8000 gives 80. Exact up to 15 digits. */
void sc_json_set_hundredths(sc_json_t *object, const char *key, apr_int64_t hundredths);
/* A moment as ISO 8601; 0 gives null. */
void sc_json_set_time(sc_json_t *object, const char *key, apr_time_t when, apr_pool_t *pool);
sc_json_t *sc_json_set_new_object(sc_json_t *object, const char *key);
sc_json_t *sc_json_set_new_array(sc_json_t *object, const char *key);
void sc_json_set(sc_json_t *object, const char *key, sc_json_t *root);
/* In the place of the member of that name, if there is one. */
void sc_json_replace(sc_json_t *object, const char *key, sc_json_t *root);
/* A value that is JSON text already. It is printed as it is and can't be read back. */
void sc_json_set_text(sc_json_t *object, const char *key, const char *text);

void sc_json_add_string(sc_json_t *array, const char *value);
sc_json_t *sc_json_add_new_object(sc_json_t *array);
/* Like sc_json_set(), at the end of an array. */
void sc_json_add(sc_json_t *array, sc_json_t *root);

/* ---- reading */
sc_json_kind_e sc_json_kind(const sc_json_t *json);
int sc_json_has(const sc_json_t *object, const char *key);
const sc_json_t *sc_json_get(const sc_json_t *object, const char *key);
const char *sc_json_get_string(const sc_json_t *object, const char *key, const char *fallback);
/* A number with a fraction is of the wrong kind. */
apr_int64_t sc_json_get_int(const sc_json_t *object, const char *key, apr_int64_t fallback);
int sc_json_get_bool(const sc_json_t *object, const char *key, int fallback);
int sc_json_length(const sc_json_t *array);
const sc_json_t *sc_json_at(const sc_json_t *array, int index);
/* The value itself, when it is a string; NULL otherwise. */
const char *sc_json_string(const sc_json_t *json);

/* Visits the members of an object in their order; stops at the first error. */
typedef sc_error_t *(*sc_json_member_fn)(void *baton, const char *key, const sc_json_t *value);
sc_error_t *sc_json_each(const sc_json_t *object, sc_json_member_fn fn, void *baton);

/* An error "body_invalid" naming `key` unless `object` has the member with that kind. */
sc_error_t *sc_json_check(const sc_json_t *object, const char *key, sc_json_kind_e kind, apr_pool_t *pool);

#endif
