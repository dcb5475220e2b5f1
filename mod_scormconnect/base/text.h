/* SPDX-License-Identifier: Apache-2.0
 *
 * Text that comes from strangers: UTF-8, Unicode normalisation (libutf8proc), escaping.
 */
#ifndef SC_BASE_TEXT_H
#define SC_BASE_TEXT_H

#include <apr_pools.h>
#include <apr_time.h>

/* Whether `text` is well-formed UTF-8. */
int sc_text_is_utf8(const char *text);

/* `text` in NFC, without white space at either end. NULL when it is not UTF-8. */
const char *sc_text_canonical(const char *text, apr_pool_t *pool);

/* For comparing answers: NFC, case-folded, accents removed, runs of white space made one space, trimmed. NULL when not UTF-8. */
const char *sc_text_folded(const char *text, apr_pool_t *pool);

/* At most `characters` code points of `text`, with control characters that XML forbids removed. */
const char *sc_text_clipped(const char *text, apr_size_t characters, apr_pool_t *pool);

/* Number of code points. */
apr_size_t sc_text_length(const char *text);

/* Writes a number in decimal so that it ends before `end`; gives its beginning. It needs at most so much room. */
#define SC_TEXT_INT_ROOM 20
char *sc_text_put_int(char *end, apr_int64_t value);

/* & < > " ' as entities, for HTML and XML, text or attribute. */
const char *sc_text_escaped(const char *text, apr_pool_t *pool);

/* "2026-03-01T12:00:00Z" for a time in microseconds, and back. Reading gives 0 for what is not such a time
 * (seconds may be missing; "Z" or an offset must be there). */
const char *sc_text_from_time(apr_time_t when, apr_pool_t *pool);
apr_time_t sc_text_to_time(const char *text);

#endif
