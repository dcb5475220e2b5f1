/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"

#include <apr_strings.h>
#include <stdarg.h>

/* Names in parentheses are not taken for the analyzer's macros of error.h. */
sc_error_t *(sc_error)(apr_pool_t *pool, sc_error_kind_e kind, int number, const char *code, const char *message, ...)
{
    sc_error_t *error = apr_pcalloc(pool, sizeof(*error));
    va_list args;

    error->kind = kind;
    error->number = number;
    error->code = code;
    error->pool = pool;
    va_start(args, message);
    error->message = apr_pvsprintf(pool, message, args);
    va_end(args);
    return error;
}

sc_error_t *(sc_error_about)(sc_error_t *error, const char *subject)
{
    error->subject = apr_pstrdup(error->pool, subject);
    return error;
}

sc_error_t *(sc_error_detail)(sc_error_t *error, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    error->detail = apr_pvsprintf(error->pool, format, args);
    va_end(args);
    return error;
}

sc_error_t *(sc_error_cause)(sc_error_t *error, apr_status_t status)
{
    error->status = status;
    return error;
}

const char *sc_error_text(const sc_error_t *error, apr_pool_t *pool)
{
    const char *text = apr_psprintf(pool, "SC%04d: %s", error->number, error->message);
    char cause[200];

    if (error->detail)
        text = apr_pstrcat(pool, text, " (", error->detail, ")", NULL);
    if (error->status != APR_SUCCESS)
        text = apr_pstrcat(pool, text, ": ", apr_strerror(error->status, cause, sizeof(cause)), NULL);
    return text;
}
