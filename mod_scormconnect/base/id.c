/* SPDX-License-Identifier: Apache-2.0 */
#include "base/id.h"

#include <apr_strings.h>
#include <string.h>

#include "base/secret.h"

static const char alphabet[] = "0123456789abcdefghjkmnpqrstvwxyz";

const char *sc_id_new(apr_time_t now, apr_pool_t *pool)
{
    unsigned char bytes[16];
    char *text = apr_palloc(pool, SC_ID_LENGTH + 1);
    apr_uint64_t millis = (apr_uint64_t)apr_time_as_msec(now);
    int i;

    sc_secret_random(bytes, sizeof(bytes));
    for (i = 0; i < 6; i++)
        bytes[i] = (unsigned char)(millis >> (40 - 8 * i));

    /* 26 digits of 5 bits are 130; the two bits above the 128 are zero. */
    for (i = 0; i < SC_ID_LENGTH; i++) {
        int bit = i * 5 - 2;
        unsigned value = 0, k;
        for (k = 0; k < 5; k++) {
            int at = bit + (int)k;
            unsigned one = at < 0 ? 0 : (bytes[at / 8] >> (7 - at % 8)) & 1u;
            value = value << 1 | one;
        }
        text[i] = alphabet[value];
    }
    text[SC_ID_LENGTH] = '\0';
    return text;
}

int sc_id_valid(const char *text)
{
    return text && strlen(text) == SC_ID_LENGTH && strspn(text, alphabet) == SC_ID_LENGTH;
}
