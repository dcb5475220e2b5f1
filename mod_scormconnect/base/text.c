/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"

#include <apr_lib.h>
#include <apr_strings.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

/* Reads one code point at `*at` and moves on. Bytes that are not UTF-8 give -1 and are passed one by one. */
static utf8proc_int32_t next(const char **at)
{
    utf8proc_int32_t point;
    utf8proc_ssize_t size = utf8proc_iterate((const utf8proc_uint8_t *)*at, -1, &point);

    if (size <= 0) {
        (*at)++;
        return -1;
    }
    *at += size;
    return point;
}

/* The White_Space of Unicode. */
static int is_space(utf8proc_int32_t point)
{
    if (point <= 0x20)
        return point == ' ' || (point >= '\t' && point <= '\r');
    switch (utf8proc_category(point)) {
    case UTF8PROC_CATEGORY_ZS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
        return 1;
    default:
        return point == 0x85;
    }
}

/* Combining marks that are accents. The vowel signs of Indic scripts and the voicing marks of Japanese are marks too,
 * but words differ by them. */
static int is_accent(utf8proc_int32_t point)
{
    return (point >= 0x0300 && point <= 0x036f) || (point >= 0x1ab0 && point <= 0x1aff) ||
           (point >= 0x1dc0 && point <= 0x1dff);
}

/* What XML 1.0 can't hold, not even as a reference, and bytes that are no character at all. */
static int is_forbidden(utf8proc_int32_t point)
{
    if (point < 0x20)
        return point != '\t' && point != '\n' && point != '\r';
    return point == 0xfffe || point == 0xffff;
}

/* `text` put through utf8proc; NULL when it is not UTF-8. */
static const char *mapped(const char *text, int options, apr_pool_t *pool)
{
    utf8proc_uint8_t *result;
    utf8proc_ssize_t length = utf8proc_map((const utf8proc_uint8_t *)text, 0, &result,
                                           (utf8proc_option_t)(options | UTF8PROC_NULLTERM | UTF8PROC_STABLE));
    const char *copy;

    if (length < 0)
        return NULL;
    copy = apr_pstrmemdup(pool, (const char *)result, (apr_size_t)length);
    free(result);
    return copy;
}

/* `text` without white space at either end. */
static const char *trimmed(const char *text, apr_pool_t *pool)
{
    const char *start = NULL, *end = text, *at = text;

    while (*at) {
        const char *here = at;
        if (!is_space(next(&at))) {
            if (!start)
                start = here;
            end = at;
        }
    }
    return start ? apr_pstrmemdup(pool, start, (apr_size_t)(end - start)) : "";
}

int sc_text_is_utf8(const char *text)
{
    while (*text) {
        if (next(&text) < 0)
            return 0;
    }
    return 1;
}

const char *sc_text_canonical(const char *text, apr_pool_t *pool)
{
    const char *composed = mapped(text, UTF8PROC_COMPOSE, pool);

    return composed ? trimmed(composed, pool) : NULL;
}

const char *sc_text_folded(const char *text, apr_pool_t *pool)
{
    const char *at = mapped(text, UTF8PROC_DECOMPOSE | UTF8PROC_CASEFOLD, pool);
    char *folded, *to;
    int spaces = 0;

    if (!at)
        return NULL;
    to = folded = apr_palloc(pool, strlen(at) + 1);
    while (*at) {
        const char *here = at;
        utf8proc_int32_t point = next(&at);

        if (is_space(point)) {
            spaces++;
        } else if (!is_accent(point)) {
            if (spaces && to > folded)
                *to++ = ' ';
            spaces = 0;
            memcpy(to, here, (size_t)(at - here));
            to += at - here;
        }
    }
    *to = '\0';
    return mapped(folded, UTF8PROC_COMPOSE, pool);
}

const char *sc_text_clipped(const char *text, apr_size_t characters, apr_pool_t *pool)
{
    char *clipped = apr_palloc(pool, strlen(text) + 1), *to = clipped;

    while (*text && characters) {
        const char *here = text;

        if (is_forbidden(next(&text)))
            continue;
        memcpy(to, here, (size_t)(text - here));
        to += text - here;
        characters--;
    }
    *to = '\0';
    return clipped;
}

apr_size_t sc_text_length(const char *text)
{
    apr_size_t length = 0;

    while (*text) {
        next(&text);
        length++;
    }
    return length;
}

static const char *entity(char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

char *sc_text_put_int(char *end, apr_int64_t value)
{
    apr_uint64_t amount = value < 0 ? 0 - (apr_uint64_t)value : (apr_uint64_t)value;

    do {
        *--end = (char)('0' + amount % 10);
        amount /= 10;
    } while (amount);
    if (value < 0)
        *--end = '-';
    return end;
}

const char *sc_text_escaped(const char *text, apr_pool_t *pool)
{
    apr_size_t length = 0;
    const char *at;
    char *escaped, *to;

    for (at = text; *at; at++)
        length += entity(*at) ? strlen(entity(*at)) : 1;
    to = escaped = apr_palloc(pool, length + 1);
    for (at = text; *at; at++) {
        if (entity(*at))
            to = apr_cpystrn(to, entity(*at), 8);
        else
            *to++ = *at;
    }
    *to = '\0';
    return escaped;
}

/* ---- times */

const char *sc_text_from_time(apr_time_t when, apr_pool_t *pool)
{
    apr_time_exp_t at;

    apr_time_exp_gmt(&at, when);
    return apr_psprintf(pool, "%04d-%02d-%02dT%02d:%02d:%02dZ", at.tm_year + 1900, at.tm_mon + 1, at.tm_mday, at.tm_hour,
                        at.tm_min, at.tm_sec);
}

/* Reads exactly `digits` digits at `*at` into `value`, which must not exceed `most`. */
static int read_number(const char **at, int digits, int most, int *value)
{
    *value = 0;
    while (digits--) {
        if (!apr_isdigit(**at))
            return 0;
        *value = *value * 10 + (*(*at)++ - '0');
    }
    return *value <= most;
}

static int read_char(const char **at, char c)
{
    if (**at != c)
        return 0;
    (*at)++;
    return 1;
}

/* Reads what follows the point of the seconds. */
static int read_fraction(const char **at, apr_int32_t *micros)
{
    int scale;

    if (!apr_isdigit(**at))
        return 0;
    for (scale = 100000; apr_isdigit(**at); scale /= 10)
        *micros += (*(*at)++ - '0') * scale;
    return 1;
}

/* Reads "Z" or "+02:00" into seconds east of Greenwich. */
static int read_offset(const char **at, apr_int32_t *seconds)
{
    int sign, hours, minutes;

    if (read_char(at, 'Z'))
        return 1;
    sign = **at == '-' ? -1 : 1;
    if (!read_char(at, '+') && !read_char(at, '-'))
        return 0;
    if (!read_number(at, 2, 23, &hours) || !read_char(at, ':') || !read_number(at, 2, 59, &minutes))
        return 0;
    *seconds = sign * (hours * 3600 + minutes * 60);
    return 1;
}

static int days_in(int month, int year)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    return days[month - 1] + (month == 2 && leap);
}

apr_time_t sc_text_to_time(const char *text)
{
    apr_time_exp_t when = {0};
    apr_time_t result;
    int year, month;

    if (!read_number(&text, 4, 9999, &year) || year < 1970 || !read_char(&text, '-'))
        return 0;
    if (!read_number(&text, 2, 12, &month) || month < 1 || !read_char(&text, '-'))
        return 0;
    if (!read_number(&text, 2, days_in(month, year), &when.tm_mday) || when.tm_mday < 1 || !read_char(&text, 'T'))
        return 0;
    if (!read_number(&text, 2, 23, &when.tm_hour) || !read_char(&text, ':') || !read_number(&text, 2, 59, &when.tm_min))
        return 0;
    if (read_char(&text, ':')) {
        if (!read_number(&text, 2, 59, &when.tm_sec))
            return 0;
        if (read_char(&text, '.') && !read_fraction(&text, &when.tm_usec))
            return 0;
    }
    if (!read_offset(&text, &when.tm_gmtoff) || *text)
        return 0;

    when.tm_year = year - 1900;
    when.tm_mon = month - 1;
    return apr_time_exp_gmt_get(&result, &when) == APR_SUCCESS ? result : 0;
}
