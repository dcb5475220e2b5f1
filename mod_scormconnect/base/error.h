/* SPDX-License-Identifier: Apache-2.0
 *
 * Errors. A function that can fail returns an sc_error_t *, NULL meaning fine.
 *
 * One error serves three readers: `message` is a sentence for the person at the screen, `code` and
 * `subject` let a page say it in that person's language, `detail` and `status` are for the log.
 * Nothing in `message` or `subject` may be a secret; learner ids belong in `subject`, never in `detail`.
 */
#ifndef SC_BASE_ERROR_H
#define SC_BASE_ERROR_H

#include <apr_errno.h>
#include <apr_pools.h>

typedef enum {
    SC_INVALID,         /* what was sent makes no sense; sending it again won't help */
    SC_UNAUTHORIZED,    /* no token, or one that is no longer good */
    SC_REFUSED,         /* understood, and not allowed */
    SC_NOT_FOUND,
    SC_CONFLICT,        /* somebody else was first */
    SC_TOO_LARGE,
    SC_UNAVAILABLE,     /* later it may work: the database is away, the schema too old */
    SC_INTERNAL
} sc_error_kind_e;

/* A message number; docs/messages.md has an entry for each, and each is used in one place. */
#define SC_MSG(number) (number)

typedef struct sc_error_t {
    sc_error_kind_e kind;
    int number;
    const char *code;       /* for programs: "origin_refused" */
    const char *message;    /* a sentence, English */
    const char *subject;    /* what it is about: an origin, an id, a field; or NULL */
    const char *detail;     /* for the log and the administrator, or NULL */
    apr_status_t status;    /* the cause below, or APR_SUCCESS */
    apr_pool_t *pool;
} sc_error_t;

/* A new error in `pool`; `code` must be a literal. */
sc_error_t *sc_error(apr_pool_t *pool, sc_error_kind_e kind, int number, const char *code, const char *message, ...)
    __attribute__((format(printf, 5, 6), returns_nonnull));

/* Each adds one thing to `error` and returns it. The text is copied into the error's pool. */
sc_error_t *sc_error_about(sc_error_t *error, const char *subject) __attribute__((returns_nonnull));
sc_error_t *sc_error_detail(sc_error_t *error, const char *format, ...)
    __attribute__((format(printf, 2, 3), returns_nonnull));
sc_error_t *sc_error_cause(sc_error_t *error, apr_status_t status) __attribute__((returns_nonnull));

#ifdef __clang_analyzer__
/* The analyzer does not follow returns_nonnull into other files, and takes every error for a possible success. */
static inline sc_error_t *sc_error_never_null(sc_error_t *error)
{
    if (!error)
        __builtin_unreachable();
    return error;
}
#define sc_error(...) sc_error_never_null((sc_error)(__VA_ARGS__))
#define sc_error_about(...) sc_error_never_null((sc_error_about)(__VA_ARGS__))
#define sc_error_detail(...) sc_error_never_null((sc_error_detail)(__VA_ARGS__))
#define sc_error_cause(...) sc_error_never_null((sc_error_cause)(__VA_ARGS__))
#endif

/* The whole error on one line: "SC0112: message (detail: cause)". */
const char *sc_error_text(const sc_error_t *error, apr_pool_t *pool);

#define SC_TRY(call)                     \
    do {                                 \
        sc_error_t *sc_error_ = (call);  \
        if (sc_error_)                   \
            return sc_error_;            \
    } while (0)

#endif
