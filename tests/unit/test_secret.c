/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <apr_file_io.h>
#include <apr_strings.h>
#include <stdlib.h>
#include <string.h>

#include "base/secret.h"

static const sc_key_t key = { (const unsigned char *)"0123456789abcdef0123456789abcdef", 32 };
static const sc_key_t other_key = { (const unsigned char *)"0123456789abcdef0123456789abcdeX", 32 };

/* A path in a new folder, which is removed with the pool. */
static apr_status_t remove_folder(void *path)
{
    apr_pool_t *pool;

    apr_pool_create(&pool, NULL);
    apr_file_remove(apr_pstrcat(pool, path, "/key", NULL), pool);
    apr_dir_remove(path, pool);
    apr_pool_destroy(pool);
    return APR_SUCCESS;
}

static const char *key_path(apr_pool_t *pool)
{
    const char *temp;
    char *folder;

    assert_int_equal(apr_temp_dir_get(&temp, pool), APR_SUCCESS);
    folder = apr_pstrcat(pool, temp, "/sc-secret-XXXXXX", NULL);
    assert_non_null(mkdtemp(folder));
    apr_pool_cleanup_register(pool, folder, remove_folder, apr_pool_cleanup_null);
    return apr_pstrcat(pool, folder, "/key", NULL);
}

static void write_file(const char *path, apr_size_t length, apr_fileperms_t permissions, apr_pool_t *pool)
{
    apr_file_t *file;

    assert_int_equal(apr_file_open(&file, path, APR_FOPEN_WRITE | APR_FOPEN_CREATE | APR_FOPEN_TRUNCATE,
                                   APR_FPROT_UREAD | APR_FPROT_UWRITE, pool),
                     APR_SUCCESS);
    assert_int_equal(apr_file_write_full(file, memset(apr_palloc(pool, length + 1), 'k', length), length, NULL), APR_SUCCESS);
    apr_file_close(file);
    assert_int_equal(apr_file_perms_set(path, permissions), APR_SUCCESS);
}

#define OWNER_ONLY (APR_FPROT_UREAD | APR_FPROT_UWRITE)

static void random_bytes_differ(void **state)
{
    unsigned char one[32] = { 0 }, two[32] = { 0 };

    (void)state;
    sc_secret_random(one, sizeof(one));
    sc_secret_random(two, sizeof(two));
    assert_memory_not_equal(one, two, sizeof(one));
}

static void a_key_that_was_made_is_read_back(void **state)
{
    const char *path = key_path(*state);
    apr_finfo_t info;
    sc_key_t made, again;

    assert_fine(sc_secret_make_key(path, *state));
    assert_int_equal(apr_stat(&info, path, APR_FINFO_PROT, *state), APR_SUCCESS);
    assert_int_equal(info.protection & ~OWNER_ONLY, 0);
    assert_fine(sc_secret_read_key(path, &made, *state));
    assert_int_equal(made.length, 64);
    assert_fine(sc_secret_read_key(path, &again, *state));
    assert_memory_equal(made.bytes, again.bytes, 64);
}

static void an_existing_key_is_not_overwritten(void **state)
{
    const char *path = key_path(*state);
    sc_key_t before, after;
    sc_error_t *error;

    assert_fine(sc_secret_make_key(path, *state));
    assert_fine(sc_secret_read_key(path, &before, *state));
    error = sc_secret_make_key(path, *state);
    assert_non_null(error);
    assert_true(APR_STATUS_IS_EEXIST(error->status));
    assert_fine(sc_secret_read_key(path, &after, *state));
    assert_memory_equal(before.bytes, after.bytes, 64);
}

static void a_key_has_to_be_long_enough_but_no_book(void **state)
{
    const char *path = key_path(*state);
    sc_key_t read;

    write_file(path, 31, OWNER_ONLY, *state);
    assert_string_equal(sc_secret_read_key(path, &read, *state)->code, "key_length");
    write_file(path, 0, OWNER_ONLY, *state);
    assert_string_equal(sc_secret_read_key(path, &read, *state)->code, "key_length");
    write_file(path, 4097, OWNER_ONLY, *state);
    assert_string_equal(sc_secret_read_key(path, &read, *state)->code, "key_length");
    write_file(path, 32, OWNER_ONLY, *state);
    assert_fine(sc_secret_read_key(path, &read, *state));
    assert_int_equal(read.length, 32);
}

static void a_key_that_everyone_can_read_is_refused(void **state)
{
    const char *path = key_path(*state);
    sc_key_t read;

    write_file(path, 64, OWNER_ONLY | APR_FPROT_GREAD | APR_FPROT_WREAD, *state);
    assert_string_equal(sc_secret_read_key(path, &read, *state)->code, "key_exposed");
    write_file(path, 64, OWNER_ONLY | APR_FPROT_GREAD, *state);
    assert_fine(sc_secret_read_key(path, &read, *state));
}

static void a_key_that_is_not_there_is_named(void **state)
{
    sc_key_t read;
    sc_error_t *error = sc_secret_read_key("/nowhere/key", &read, *state);

    assert_string_equal(error->code, "key_missing");
    assert_string_equal(error->message, "The key file /nowhere/key can't be opened.");
    assert_true(APR_STATUS_IS_ENOENT(error->status));
    assert_string_equal(sc_secret_read_key("/", &read, *state)->code, "key_unreadable");
    assert_non_null(sc_secret_make_key("/nowhere/key", *state));
}

static void a_signature_is_hmac_sha256(void **state)
{
    /* printf 'token\0abc' | openssl dgst -sha256 -hmac 0123456789abcdef0123456789abcdef -binary | basenc --base64url */
    assert_string_equal(sc_secret_sign(&key, "token", "abc", *state), "abc.Hsooz_RjBJI2-sG6wxxgdImyFH2dD5YBzqNwi7B0Cng");
}

static void what_was_signed_is_verified(void **state)
{
    assert_string_equal(sc_secret_verify(&key, "token", sc_secret_sign(&key, "token", "abc", *state), *state), "abc");
    assert_string_equal(sc_secret_verify(&key, "token", sc_secret_sign(&key, "token", "", *state), *state), "");
}

static void another_key_purpose_or_text_is_not(void **state)
{
    const char *token = sc_secret_sign(&key, "token", "abc", *state);

    assert_null(sc_secret_verify(&other_key, "token", token, *state));
    assert_null(sc_secret_verify(&key, "media", token, *state));
    assert_null(sc_secret_verify(&key, "token", apr_pstrcat(*state, "x", token, NULL), *state));
    assert_null(sc_secret_verify(&key, "tokena", apr_pstrcat(*state, "bc", token + 3, NULL), *state));
}

static void no_changed_character_passes(void **state)
{
    const char *token = sc_secret_sign(&key, "token", "abc", *state);
    apr_size_t length = strlen(token), i;

    for (i = 0; i < length; i++) {
        char *changed = apr_pstrdup(*state, token);
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        assert_null(sc_secret_verify(&key, "token", changed, *state));
        assert_null(sc_secret_verify(&key, "token", apr_pstrmemdup(*state, token, i), *state));
    }
    assert_null(sc_secret_verify(&key, "token", apr_pstrcat(*state, token, "=", NULL), *state));
    assert_null(sc_secret_verify(&key, "token", apr_pstrcat(*state, token, ".", NULL), *state));
}

static void a_digest_is_sha256_in_hex(void **state)
{
    assert_string_equal(sc_secret_digest("abc", 3, 64, *state),
                        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_string_equal(sc_secret_digest("abcdef", 3, 8, *state), "ba7816bf");
    assert_string_equal(sc_secret_digest("", 0, 4, *state), "e3b0");
}

static void a_digest_of_pieces_is_that_of_the_whole(void **state)
{
    sc_digest_t *digest = sc_digest_start(*state);

    sc_digest_add(digest, "a", 1);
    sc_digest_add(digest, "", 0);
    sc_digest_add(digest, "bc", 2);
    assert_string_equal(sc_digest_end(digest, *state), sc_secret_digest("abc", 3, 64, *state));
}

static void base64url_comes_back_as_it_was(void **state)
{
    unsigned char bytes[64];
    apr_size_t length, decoded;

    for (length = 0; length <= sizeof(bytes); length++) {
        const char *text, *back;

        sc_secret_random(bytes, length);
        text = sc_secret_encode(bytes, length, *state);
        assert_int_equal(strlen(text), (length * 4 + 2) / 3);
        back = sc_secret_decode(text, &decoded, *state);
        assert_non_null(back);
        assert_int_equal(decoded, length);
        assert_memory_equal(back, bytes, length);
        assert_int_equal(back[length], '\0');
    }
    assert_string_equal(sc_secret_encode("\xfb\xff\xfe", 3, *state), "-__-");
}

static void malformed_base64url_is_refused(void **state)
{
    static const char *const texts[] = { "A", "AA=", "AA==", "AB", "AAAAA", "AA A", "AA+A", "AA/A", "AA\nA", "AA.A", "é" };
    apr_size_t length, i;

    for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        if (sc_secret_decode(texts[i], &length, *state))
            fail_msg("accepted: %s", texts[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_POOL(random_bytes_differ),
        WITH_POOL(a_key_that_was_made_is_read_back),
        WITH_POOL(an_existing_key_is_not_overwritten),
        WITH_POOL(a_key_has_to_be_long_enough_but_no_book),
        WITH_POOL(a_key_that_everyone_can_read_is_refused),
        WITH_POOL(a_key_that_is_not_there_is_named),
        WITH_POOL(a_signature_is_hmac_sha256),
        WITH_POOL(what_was_signed_is_verified),
        WITH_POOL(another_key_purpose_or_text_is_not),
        WITH_POOL(no_changed_character_passes),
        WITH_POOL(a_digest_is_sha256_in_hex),
        WITH_POOL(a_digest_of_pieces_is_that_of_the_whole),
        WITH_POOL(base64url_comes_back_as_it_was),
        WITH_POOL(malformed_base64url_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
