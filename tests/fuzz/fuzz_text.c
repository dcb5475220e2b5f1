/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz.h"

#include <apr_strings.h>
#include <string.h>

#include "base/text.h"

const char fuzz_name[] = "text";

static void normal_forms_are_stable(const char *text, apr_pool_t *pool)
{
    const char *canonical = sc_text_canonical(text, pool), *folded = sc_text_folded(text, pool);

    PROMISE((canonical != NULL) == sc_text_is_utf8(text));
    PROMISE((folded != NULL) == sc_text_is_utf8(text));
    if (canonical)
        PROMISE(strcmp(sc_text_canonical(canonical, pool), canonical) == 0);
    if (folded)
        PROMISE(sc_text_is_utf8(folded) && !strchr(folded, '\n') && !strstr(folded, "  "));
}

static void clips_are_short_and_clean(const char *text, apr_pool_t *pool)
{
    apr_size_t length;

    for (length = 0; length < 5; length++) {
        const char *clipped = sc_text_clipped(text, length, pool);

        PROMISE(sc_text_is_utf8(clipped) && sc_text_length(clipped) <= length);
        PROMISE(strcmp(sc_text_clipped(clipped, length, pool), clipped) == 0);
    }
}

static void escaped_text_has_no_markup(const char *text, apr_pool_t *pool)
{
    const char *escaped = sc_text_escaped(text, pool);

    PROMISE(strpbrk(escaped, "<>\"'") == NULL && strlen(escaped) >= strlen(text));
}

static void times_come_back(const char *text, apr_pool_t *pool)
{
    apr_time_t when = sc_text_to_time(text);

    /* An offset may carry a time out of the years that are read. */
    if (when > 0 && when < apr_time_from_sec(APR_INT64_C(253402300800)))
        PROMISE(sc_text_to_time(sc_text_from_time(when, pool)) == when - when % APR_USEC_PER_SEC);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    apr_pool_t *pool = fuzz_pool();
    const char *text = apr_pstrmemdup(pool, (const char *)bytes, size);

    normal_forms_are_stable(text, pool);
    clips_are_short_and_clean(text, pool);
    escaped_text_has_no_markup(text, pool);
    times_come_back(text, pool);
    apr_pool_destroy(pool);
    return 0;
}
