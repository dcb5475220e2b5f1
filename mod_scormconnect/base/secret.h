/* SPDX-License-Identifier: Apache-2.0
 *
 * Keys, signatures and randomness (libcrypto).
 */
#ifndef SC_BASE_SECRET_H
#define SC_BASE_SECRET_H

#include <apr_pools.h>

#include "base/error.h"

#define SC_SECRET_MIN_KEY 32

typedef struct {
    const unsigned char *bytes;
    apr_size_t length;
} sc_key_t;

/* Fills `bytes` from the operating system's generator. Aborts the process where there is none: going on would be worse. */
void sc_secret_random(void *bytes, apr_size_t length);

/* Reads the signing key from `path`: at least 32 bytes, not readable by everyone. `key` lives in `pool`. */
sc_error_t *sc_secret_read_key(const char *path, sc_key_t *key, apr_pool_t *pool);

/* Makes `path` with 64 random bytes, mode 0600. Fails if it exists. */
sc_error_t *sc_secret_make_key(const char *path, apr_pool_t *pool);

/* `text` + "." + HMAC-SHA-256 of `purpose` and `text`, in base64url. `text` must have no dot. */
const char *sc_secret_sign(const sc_key_t *key, const char *purpose, const char *text, apr_pool_t *pool);

/* The text that was signed for `purpose`, or NULL when the signature is not ours. Constant time. */
const char *sc_secret_verify(const sc_key_t *key, const char *purpose, const char *token, apr_pool_t *pool);

/* SHA-256 of `text` in lower-case hex, cut to `digits` (at most 64). */
const char *sc_secret_digest(const char *text, apr_size_t length, int digits, apr_pool_t *pool);

/* The same over pieces, for what is too long to be in memory at once. It is freed with its pool. */
typedef struct sc_digest_t sc_digest_t;
sc_digest_t *sc_digest_start(apr_pool_t *pool);
void sc_digest_add(sc_digest_t *digest, const void *bytes, apr_size_t length);
/* All 64 digits. Once: nothing can be added afterwards. */
const char *sc_digest_end(sc_digest_t *digest, apr_pool_t *pool);

/* base64url without padding. Decoding gives NULL for anything malformed; the result is NUL-terminated. */
const char *sc_secret_encode(const void *bytes, apr_size_t length, apr_pool_t *pool);
const char *sc_secret_decode(const char *text, apr_size_t *length, apr_pool_t *pool);

#endif
