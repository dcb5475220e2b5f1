/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz.h"

#include <string.h>

#include "base/json.h"

const char fuzz_name[] = "json";

/* Reads every value in every way. */
static void touch(const sc_json_t *json);

static sc_error_t *touch_member(void *object, const char *key, const sc_json_t *value)
{
    PROMISE(sc_json_has(object, key));
    PROMISE(sc_json_get(object, key) == value);
    sc_json_get_int(object, key, 0);
    sc_json_get_bool(object, key, 0);
    PROMISE((sc_json_get_string(object, key, NULL) != NULL) == (sc_json_kind(value) == SC_JSON_STRING));
    touch(value);
    return NULL;
}

static void touch(const sc_json_t *json)
{
    int i;

    sc_json_each(json, touch_member, (void *)json);
    for (i = 0; i < sc_json_length(json); i++)
        touch(sc_json_at(json, i));
    PROMISE((sc_json_string(json) != NULL) == (sc_json_kind(json) == SC_JSON_STRING));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    apr_pool_t *pool = fuzz_pool();
    sc_json_t *json;
    sc_error_t *error = sc_json_read((const char *)bytes, size, &json, pool);

    if (error) {
        PROMISE(json == NULL && strcmp(error->code, "body_invalid") == 0);
    } else {
        const char *text = sc_json_text(json, pool);
        sc_json_t *again;

        touch(json);
        PROMISE(strchr(text, '<') == NULL);
        PROMISE(sc_json_read(text, strlen(text), &again, pool) == NULL);
        PROMISE(strcmp(sc_json_text(again, pool), text) == 0);
    }
    apr_pool_destroy(pool);
    return 0;
}
