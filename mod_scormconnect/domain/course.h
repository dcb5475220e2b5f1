/* SPDX-License-Identifier: Apache-2.0
 *
 * A training as the module knows it: read once from course.xml and its language files, immutable, shared by all
 * threads, replaced as a whole when a file changes.
 *
 * Ids are the contract: results hang on them. Chapters, modules and activities have ids that are unique in the course.
 *
 * Texts stand once per language: a sc_text_t is an array indexed by the course's languages, and no entry is NULL,
 * because what a language file leaves out is taken from the master. Where a text is optional, the sc_text_t is NULL.
 */
#ifndef SC_DOMAIN_COURSE_H
#define SC_DOMAIN_COURSE_H

#include <apr_hash.h>
#include <apr_pools.h>
#include <apr_tables.h>

#include "base/error.h"

typedef const char *const *sc_text_t;

typedef enum { SC_CHOICE, SC_GAP, SC_ORDER } sc_activity_kind_e;
typedef enum { SC_IN_MODULE, SC_IN_PLACEMENT, SC_IN_ASSESSMENT } sc_place_e;
typedef enum { SC_UNLOCK_ALWAYS, SC_UNLOCK_PREVIOUS } sc_unlock_e;

/* An option of a choice, or an item of an order (items stand in the right order). */
typedef struct {
    const char *key; /* its position in the master, from "1" */
    int correct;
    sc_text_t html;
    sc_text_t feedback; /* HTML, or NULL */
} sc_option_t;

typedef struct sc_module_t sc_module_t;

typedef struct {
    const char *id;
    sc_activity_kind_e kind;
    sc_place_e place;
    sc_module_t *module; /* when in a module, else NULL */
    sc_module_t *covers; /* placement: the module that it lets skip, else NULL */
    int points;
    int multiple; /* choice: more than one option is right */
    sc_text_t html;
    sc_text_t feedback; /* HTML, or NULL */
    sc_option_t *options;
    int option_count;
    const char *const *answers; /* gap: what is accepted, of all languages, as written; NULL at the end */
    sc_text_t solution;         /* gap: the first answer of each language */
} sc_activity_t;

/* A piece of a module: a text, or an activity. Exactly one is set. */
typedef struct {
    sc_text_t html;
    sc_activity_t *activity;
} sc_block_t;

struct sc_module_t {
    const char *id;
    int index;       /* its place in the path, over all chapters, from 0 */
    sc_text_t title; /* plain text */
    int minutes;     /* 0: not said */
    sc_unlock_e unlock;
    sc_block_t *blocks;
    int block_count;
};

typedef struct {
    const char *id;
    sc_text_t title; /* plain text */
    sc_module_t *modules;
    int module_count;
} sc_chapter_t;

/* The placement test and the final assessment. */
typedef struct {
    const char *id;
    sc_text_t title; /* plain text, or NULL */
    int pass;        /* percent */
    int attempts;    /* 0: unlimited; the placement test has 1 */
    sc_activity_t *activities;
    int activity_count;
} sc_test_t;

typedef struct {
    const char *id;
    const char *rev;          /* digest of all its files: changes when any of them does */
    const char *const *langs; /* BCP 47; the master's first */
    int lang_count;
    sc_text_t title;      /* plain text */
    sc_text_t html;       /* introduction, or NULL */
    sc_test_t *placement; /* or NULL */
    sc_chapter_t *chapters;
    int chapter_count;
    sc_test_t *assessment; /* or NULL */
    int module_count;
    sc_module_t **modules;      /* the path, in order */
    apr_hash_t *activity_by_id; /* const char * -> sc_activity_t *, of all places */
    apr_hash_t *module_by_id;   /* const char * -> sc_module_t * */
    struct sc_stencil_t *stencils; /* by language, for sc_course_json() */
} sc_course_t;

sc_module_t *sc_course_module(const sc_course_t *course, const char *id);
sc_activity_t *sc_course_activity(const sc_course_t *course, const char *id);

/* The index of the course's language that serves `wanted` (a tag, or NULL) best, among `allowed` (NULL or empty: all):
 * the same tag, then the same primary language, then the first that is allowed. */
int sc_course_language(const sc_course_t *course, const char *wanted, const char *const *allowed);

/* Prints beforehand what all learners are shown alike. The last step of making a course; `pool` is the course's. */
void sc_course_print(sc_course_t *course, apr_pool_t *pool);

/* The course for a learner's browser in language `lang`, as JSON text: docs/protocol.md §3. No right answers, no feedback.
 * `seed` shuffles the items of orders: the same for the same learner. `pass` and `attempts` are the
 * publication's, `allowed` its languages (NULL or empty: all). */
typedef struct {
    int lang;
    const char *seed;
    int pass, attempts;
    const char *const *allowed;
} sc_course_view_t;
const char *sc_course_json(const sc_course_t *course, const sc_course_view_t *view, apr_pool_t *pool);

/* The key under which an item of an order is shown: tells nothing about its place. 8 hex digits. */
const char *sc_course_item_key(const sc_activity_t *order, const sc_option_t *item, const char *seed, apr_pool_t *pool);

#endif
