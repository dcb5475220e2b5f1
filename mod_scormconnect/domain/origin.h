/* SPDX-License-Identifier: Apache-2.0
 *
 * Origins of LMSes: scheme, host and port (RFC 6454). Pure.
 */
#ifndef SC_DOMAIN_ORIGIN_H
#define SC_DOMAIN_ORIGIN_H

#include <apr_pools.h>

#include "base/error.h"

/* The origin that a person meant by `text`: an address of the LMS as typed or pasted (path, slash, upper case,
 * default port, international host names are put right). https, or http; with a host like "*.lms.example" it is a
 * pattern for the subdomains of lms.example. A mistake gives SC_INVALID with a sentence that tells the format. */
sc_error_t *sc_origin_normalize(const char *text, const char **out, apr_pool_t *pool);

/* Whether `origin`, as a browser tells it, is the one (or falls under the pattern) `allowed`. Both normalised. */
int sc_origin_matches(const char *allowed, const char *origin);

/* Whether `text` is exactly a normalised origin without pattern, as a browser tells it. "null" is not. */
int sc_origin_is_plain(const char *text, apr_pool_t *pool);

#endif
