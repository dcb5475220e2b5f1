/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz.h"

#include <apr_strings.h>
#include <string.h>

#include "domain/origin.h"

const char fuzz_name[] = "origin";

static void is_an_origin(const char *origin, apr_pool_t *pool)
{
    const char *host = strstr(origin, "://") + 3, *again;

    PROMISE(strncmp(origin, "https://", 8) == 0 || strncmp(origin, "http://", 7) == 0);
    PROMISE(*host && strspn(host, "abcdefghijklmnopqrstuvwxyz0123456789.-_:[]*") == strlen(host));
    PROMISE(sc_origin_normalize(origin, &again, pool) == NULL && strcmp(again, origin) == 0);
    PROMISE(sc_origin_is_plain(origin, pool) == !strchr(origin, '*'));
    if (*host == '*') {
        PROMISE(strrchr(host, '*') == host);
        PROMISE(!sc_origin_matches(origin, apr_pstrcat(pool, apr_pstrndup(pool, origin, (apr_size_t)(host - origin)),
                                                       host + 2, NULL)));
    } else {
        PROMISE(sc_origin_matches(origin, origin));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    apr_pool_t *pool = fuzz_pool();
    const char *text = apr_pstrmemdup(pool, (const char *)bytes, size);
    const char *origin = NULL;
    sc_error_t *error = sc_origin_normalize(text, &origin, pool);

    if (error)
        PROMISE(!origin && strcmp(error->code, "origin_invalid") == 0 && !sc_origin_is_plain(text, pool));
    else
        is_an_origin(origin, pool);
    apr_pool_destroy(pool);
    return 0;
}
