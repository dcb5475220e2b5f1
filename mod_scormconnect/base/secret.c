/* SPDX-License-Identifier: Apache-2.0 */
#include "base/secret.h"

#include <apr_encode.h>
#include <apr_file_io.h>
#include <apr_strings.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <openssl/sha.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NEW_KEY_LENGTH 64
#define MAX_KEY_LENGTH 4096

void sc_secret_random(void *bytes, apr_size_t length)
{
    if (RAND_bytes(bytes, (int)length) != 1) {
        fputs("scormconnect: the random generator does not work\n", stderr);
        abort();
    }
}

/* ---- the key file */

static sc_error_t *read_key(apr_file_t *file, const char *path, sc_key_t *key, apr_pool_t *pool)
{
    apr_finfo_t info;
    unsigned char *bytes;
    apr_status_t status = apr_file_info_get(&info, APR_FINFO_TYPE | APR_FINFO_SIZE | APR_FINFO_PROT, file);

    if (status == APR_SUCCESS && info.filetype != APR_REG)
        status = APR_EINVAL;
    if (status == APR_SUCCESS && (info.protection & APR_FPROT_WREAD))
        return sc_error(pool, SC_INVALID, SC_MSG(11), "key_exposed",
                        "The key file %s can be read by everyone. Take that right away: chmod o-r.", path);
    if (status == APR_SUCCESS && (info.size < SC_SECRET_MIN_KEY || info.size > MAX_KEY_LENGTH))
        return sc_error(pool, SC_INVALID, SC_MSG(12), "key_length",
                        "The key file %s has %" APR_OFF_T_FMT " bytes. A key has %d to %d random bytes.", path, info.size,
                        SC_SECRET_MIN_KEY, MAX_KEY_LENGTH);
    if (status == APR_SUCCESS) {
        bytes = apr_palloc(pool, (apr_size_t)info.size);
        status = apr_file_read_full(file, bytes, (apr_size_t)info.size, NULL);
        key->bytes = bytes;
        key->length = (apr_size_t)info.size;
    }
    if (status != APR_SUCCESS)
        return sc_error_cause(sc_error(pool, SC_INTERNAL, SC_MSG(13), "key_unreadable",
                                       "The key file %s can't be read.", path),
                              status);
    return NULL;
}

sc_error_t *sc_secret_read_key(const char *path, sc_key_t *key, apr_pool_t *pool)
{
    apr_file_t *file;
    sc_error_t *error;
    apr_status_t status = apr_file_open(&file, path, APR_FOPEN_READ | APR_FOPEN_BINARY, APR_FPROT_OS_DEFAULT, pool);

    if (status != APR_SUCCESS)
        return sc_error_cause(sc_error(pool, SC_INTERNAL, SC_MSG(10), "key_missing",
                                       "The key file %s can't be opened.", path),
                              status);
    error = read_key(file, path, key, pool);
    apr_file_close(file);
    return error;
}

sc_error_t *sc_secret_make_key(const char *path, apr_pool_t *pool)
{
    apr_file_t *file;
    apr_status_t status = apr_file_open(&file, path,
                                        APR_FOPEN_WRITE | APR_FOPEN_CREATE | APR_FOPEN_EXCL | APR_FOPEN_BINARY,
                                        APR_FPROT_UREAD | APR_FPROT_UWRITE, pool);

    if (status == APR_SUCCESS) {
        unsigned char bytes[NEW_KEY_LENGTH];
        apr_status_t closed;

        sc_secret_random(bytes, sizeof(bytes));
        status = apr_file_write_full(file, bytes, sizeof(bytes), NULL);
        OPENSSL_cleanse(bytes, sizeof(bytes));
        if (status == APR_SUCCESS)
            status = apr_file_sync(file);
        closed = apr_file_close(file);
        if (status == APR_SUCCESS)
            status = closed;
        if (status != APR_SUCCESS)
            apr_file_remove(path, pool);
    }
    if (status != APR_SUCCESS)
        return sc_error_cause(sc_error(pool, SC_INTERNAL, SC_MSG(14), "key_unwritable",
                                       "The key file %s can't be made.", path),
                              status);
    return NULL;
}

/* ---- signatures */

/* The NUL between purpose and text keeps ("ab", "c") and ("a", "bc") apart. */
static const char *signature(const sc_key_t *key, const char *purpose, const char *text, apr_pool_t *pool)
{
    apr_size_t before = strlen(purpose) + 1, length = strlen(text);
    unsigned char *message = apr_palloc(pool, before + length + 1);
    unsigned char mac[SHA256_DIGEST_LENGTH];

    memcpy(message, purpose, before);
    memcpy(message + before, text, length);
    HMAC(EVP_sha256(), key->bytes, (int)key->length, message, before + length, mac, NULL);
    return sc_secret_encode(mac, sizeof(mac), pool);
}

const char *sc_secret_sign(const sc_key_t *key, const char *purpose, const char *text, apr_pool_t *pool)
{
    return apr_pstrcat(pool, text, ".", signature(key, purpose, text, pool), NULL);
}

const char *sc_secret_verify(const sc_key_t *key, const char *purpose, const char *token, apr_pool_t *pool)
{
    const char *dot = strchr(token, '.');
    const char *text, *expected;

    if (!dot)
        return NULL;
    text = apr_pstrmemdup(pool, token, (apr_size_t)(dot - token));
    expected = signature(key, purpose, text, pool);
    if (strlen(dot + 1) != strlen(expected) || CRYPTO_memcmp(dot + 1, expected, strlen(expected)) != 0)
        return NULL;
    return text;
}

/* ---- digests */

static char *hex_of(const unsigned char *hash, apr_pool_t *pool)
{
    static const char digit[] = "0123456789abcdef";
    char *hex = apr_palloc(pool, 2 * SHA256_DIGEST_LENGTH + 1);
    apr_size_t i;

    for (i = 0; i < SHA256_DIGEST_LENGTH; i++) {
        hex[2 * i] = digit[hash[i] >> 4];
        hex[2 * i + 1] = digit[hash[i] & 15];
    }
    hex[2 * SHA256_DIGEST_LENGTH] = '\0';
    return hex;
}

const char *sc_secret_digest(const char *text, apr_size_t length, int digits, apr_pool_t *pool)
{
    unsigned char hash[SHA256_DIGEST_LENGTH];
    char *hex;

    SHA256((const unsigned char *)text, length, hash);
    hex = hex_of(hash, pool);
    hex[digits] = '\0';
    return hex;
}

struct sc_digest_t {
    EVP_MD_CTX *context;
};

static apr_status_t free_digest(void *baton)
{
    sc_digest_t *digest = baton;

    EVP_MD_CTX_free(digest->context);
    return APR_SUCCESS;
}

sc_digest_t *sc_digest_start(apr_pool_t *pool)
{
    sc_digest_t *digest = apr_palloc(pool, sizeof(*digest));

    digest->context = EVP_MD_CTX_new();
    apr_pool_cleanup_register(pool, digest, free_digest, apr_pool_cleanup_null);
    EVP_DigestInit_ex(digest->context, EVP_sha256(), NULL);
    return digest;
}

void sc_digest_add(sc_digest_t *digest, const void *bytes, apr_size_t length)
{
    EVP_DigestUpdate(digest->context, bytes, length);
}

const char *sc_digest_end(sc_digest_t *digest, apr_pool_t *pool)
{
    unsigned char hash[SHA256_DIGEST_LENGTH];

    EVP_DigestFinal_ex(digest->context, hash, NULL);
    return hex_of(hash, pool);
}

/* ---- base64url */

const char *sc_secret_encode(const void *bytes, apr_size_t length, apr_pool_t *pool)
{
    return apr_pencode_base64_binary(pool, bytes, (apr_ssize_t)length, APR_ENCODE_BASE64URL, NULL);
}

const char *sc_secret_decode(const char *text, apr_size_t *length, apr_pool_t *pool)
{
    apr_size_t decoded = 0;
    const unsigned char *bytes = apr_pdecode_base64_binary(pool, text, APR_ENCODE_STRING, APR_ENCODE_URL, &decoded);

    /* Several texts decode to the same bytes (padding, spare bits); one of them is right. */
    if (!bytes || strcmp(sc_secret_encode(bytes, decoded, pool), text) != 0)
        return NULL;
    *length = decoded;
    return apr_pstrmemdup(pool, (const char *)bytes, decoded);
}
