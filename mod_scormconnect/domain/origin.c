/* SPDX-License-Identifier: Apache-2.0 */
#include "domain/origin.h"

#include <apr_lib.h>
#include <apr_strings.h>
#include <arpa/inet.h>
#include <idn2.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"

#define EXAMPLE "https://lms.example.com"

/* RFC 1035 */
#define MAX_HOST 253
#define MAX_LABEL 63

/* Longer than any host name before its conversion; idn2 needs no more than that. */
#define MAX_AUTHORITY 1000

/* The parts of an address, as typed. */
typedef struct {
    const char *typed;                  /* all of it, for messages */
    const char *scheme;                 /* lower-case */
    const char *host;
    const char *port;                   /* digits, "" when there are none */
    int wildcard;                       /* "*." stood before the host */
} address_t;

static char *lower(char *text)
{
    char *at;

    for (at = text; *at; at++)
        *at = (char)apr_tolower(*at);
    return text;
}

/* ---- taking an address apart */

/* The length of the scheme that `text` starts with (RFC 3986), or 0. "lms.example.com:8443" starts with none. */
static apr_size_t scheme_length(const char *text)
{
    apr_size_t length = 0;

    if (apr_isalpha(*text))
        length = strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.");
    if (length == 0 || text[length] != ':')
        return 0;
    if (strncmp(text + length, "://", 3) == 0)
        return length;
    return apr_isdigit(text[length + 1]) || memchr(text, '.', length) ? 0 : length;
}

static sc_error_t *scheme_missing(const char *typed, const char *rest, apr_pool_t *pool)
{
    const char *meant = EXAMPLE;

    rest += strspn(rest, "/\\");
    if (sc_origin_normalize(apr_pstrcat(pool, "https://", rest, NULL), &meant, pool) != NULL)
        meant = EXAMPLE;
    return sc_error_about(sc_error(pool, SC_INVALID, SC_MSG(50), "origin_invalid",
                                   "The address starts with https://. Did you mean %s?", meant),
                          typed);
}

/* Reads the scheme and leaves `*rest` behind its "://". */
static sc_error_t *read_scheme(const char *typed, const char **scheme, const char **rest, apr_pool_t *pool)
{
    apr_size_t length = scheme_length(typed);

    *scheme = lower(apr_pstrmemdup(pool, typed, length));
    if (strcasecmp(typed, "null") == 0 || strcmp(*scheme, "file") == 0)
        return sc_error_about(sc_error(pool, SC_INVALID, SC_MSG(51), "origin_invalid",
                                       "A page that was opened from a file or in a sandbox has no origin that could be "
                                       "authorised. Enter the address of the LMS, such as " EXAMPLE "."),
                              typed);
    if (length == 0)
        return scheme_missing(typed, typed, pool);
    if (strcmp(*scheme, "https") != 0 && strcmp(*scheme, "http") != 0)
        return sc_error_about(sc_error(pool, SC_INVALID, SC_MSG(52), "origin_invalid",
                                       "The address of an LMS starts with https:// or http://, not with %s:. "
                                       "Example: " EXAMPLE ".",
                                       *scheme),
                              typed);
    if (strncmp(typed + length, "://", 3) != 0)
        return scheme_missing(typed, typed + length + 1, pool);
    *rest = typed + length + 3;
    return NULL;
}

/* Splits "host:port" or "[host]:port". */
static sc_error_t *read_authority(char *authority, address_t *address, apr_pool_t *pool)
{
    char *host = authority, *colon;

    if (strchr(authority, '@'))
        return sc_error_about(sc_error(pool, SC_INVALID, SC_MSG(53), "origin_invalid",
                                       "The address must not have a user name in it (the part before @). "
                                       "Example: " EXAMPLE "."),
                              strrchr(authority, '@') + 1);
    if (strncmp(host, "*.", 2) == 0) {
        address->wildcard = 1;
        host += 2;
    }
    colon = strchr(*host == '[' && strchr(host, ']') ? strchr(host, ']') : host, ':');
    address->port = colon ? colon + 1 : "";
    if (colon)
        *colon = '\0';
    address->host = host;
    if (!*host)
        return sc_error_about(sc_error(pool, SC_INVALID, SC_MSG(54), "origin_invalid",
                                       "The address has no host name. Example: " EXAMPLE "."),
                              address->typed);
    return NULL;
}

/* ---- hosts */

static sc_error_t *host_invalid(const address_t *address, const char *why, apr_pool_t *pool)
{
    return sc_error_about(sc_error(pool, SC_INVALID, SC_MSG(55), "origin_invalid",
                                   "\"%s\" is not a host name: %s. Example: " EXAMPLE ".", address->host, why),
                          address->typed);
}

/* An IPv6 address as browsers write it: groups in lower-case hex without leading zeros, the first longest run of
 * zeros as "::", and never a dotted tail (URL Standard, IPv6 serializer; inet_ntop differs there). */
static const char *ipv6_text(const unsigned char bytes[16], apr_pool_t *pool)
{
    const char *text = "[";
    int group, gap = -1, gap_length = 1, i;

    for (group = 0; group < 8; group++) {
        int length = 0;
        while (group + length < 8 && !bytes[2 * (group + length)] && !bytes[2 * (group + length) + 1])
            length++;
        if (length > gap_length) {
            gap = group;
            gap_length = length;
        }
    }
    for (i = 0; i < 8; i++) {
        if (i == gap) {
            text = apr_pstrcat(pool, text, "::", NULL);
            i += gap_length - 1;
            continue;
        }
        text = apr_psprintf(pool, "%s%s%x", text, i > 0 && i != gap + gap_length ? ":" : "",
                            (unsigned)(bytes[2 * i] << 8 | bytes[2 * i + 1]));
    }
    return apr_pstrcat(pool, text, "]", NULL);
}

static sc_error_t *ipv6_host(const address_t *address, const char **out, apr_pool_t *pool)
{
    apr_size_t length = strlen(address->host);
    unsigned char bytes[16];

    if (address->host[length - 1] != ']' ||
        inet_pton(AF_INET6, apr_pstrmemdup(pool, address->host + 1, length - 2), bytes) != 1)
        return host_invalid(address, "an IPv6 address looks like [2001:db8::1]", pool);
    *out = ipv6_text(bytes, pool);
    return NULL;
}

/* The domain name in lower case, in punycode where it is international, without the dot at its end. idn2 is stricter
 * than browsers (no "r3---sn.example"), so that it sees only what needs it. */
static const char *domain_name(const char *host, apr_pool_t *pool)
{
    char *name = lower(apr_pstrdup(pool, host)), *ascii;
    apr_size_t length;

    if (sc_text_length(host) != strlen(host)) {
        if (idn2_to_ascii_8z(host, &ascii, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL) != IDN2_OK)
            return NULL;
        name = lower(apr_pstrdup(pool, ascii));
        idn2_free(ascii);
    }
    length = strlen(name);
    if (length > 0 && name[length - 1] == '.')
        name[length - 1] = '\0';
    return name;
}

/* What is wrong with `name`, or NULL. */
static const char *name_fault(const char *name)
{
    const char *label = name;

    if (strlen(name) > MAX_HOST)
        return "it is too long";
    for (;;) {
        apr_size_t length = strcspn(label, ".");

        if (length == 0)
            return "there is nothing between two dots";
        if (length > MAX_LABEL)
            return "a part between two dots is too long";
        if (strspn(label, "abcdefghijklmnopqrstuvwxyz0123456789-_") < length)
            return "it has a character that can't stand there";
        if (label[0] == '-' || label[length - 1] == '-')
            return "a part between two dots starts or ends with a hyphen";
        if (!label[length])
            return NULL;
        label += length + 1;
    }
}

/* Browsers take a name for an IPv4 address when its last label is a number. */
static int ends_in_number(const char *name)
{
    const char *dot = strrchr(name, '.');
    const char *last = dot ? dot + 1 : name;

    return strspn(last, "0123456789") == strlen(last) ||
           (strncmp(last, "0x", 2) == 0 && strspn(last + 2, "0123456789abcdef") == strlen(last + 2));
}

static sc_error_t *wildcard_invalid(const address_t *address, apr_pool_t *pool)
{
    return sc_error_about(sc_error(pool, SC_INVALID, SC_MSG(56), "origin_invalid",
                                   "A * stands for the first part of a host name and needs at least two more behind it. "
                                   "Example: https://*.example.com."),
                          address->typed);
}

static sc_error_t *named_host(const address_t *address, const char **out, apr_pool_t *pool)
{
    const char *name, *fault;
    unsigned char ipv4[4];

    if (strchr(address->host, '*'))
        return wildcard_invalid(address, pool);
    name = domain_name(address->host, pool);
    if (!name)
        return host_invalid(address, "it has a character that can't stand there", pool);
    fault = name_fault(name);
    if (fault)
        return host_invalid(address, fault, pool);
    if (ends_in_number(name) && inet_pton(AF_INET, name, ipv4) != 1)
        return host_invalid(address, "an IPv4 address looks like 192.0.2.1", pool);
    if (address->wildcard && (ends_in_number(name) || !strchr(name, '.')))
        return wildcard_invalid(address, pool);
    *out = name;
    return NULL;
}

static sc_error_t *host_text(const address_t *address, const char **out, apr_pool_t *pool)
{
    if (*address->host != '[')
        return named_host(address, out, pool);
    if (address->wildcard)
        return wildcard_invalid(address, pool);
    return ipv6_host(address, out, pool);
}

/* ":8443", or "" where it is the scheme's own. */
static sc_error_t *port_text(const address_t *address, const char **out, apr_pool_t *pool)
{
    const char *digits = address->port + strspn(address->port, "0");
    int port = strlen(digits) <= 5 ? (int)apr_atoi64(digits) : 0;

    *out = "";
    if (!*address->port)
        return NULL;
    if (strspn(digits, "0123456789") != strlen(digits) || port < 1 || port > 65535)
        return sc_error_about(sc_error(pool, SC_INVALID, SC_MSG(57), "origin_invalid",
                                       "The port (behind the colon) is a number from 1 to 65535. "
                                       "Example: " EXAMPLE ":8443."),
                              address->typed);
    if (port != (strcmp(address->scheme, "https") == 0 ? 443 : 80))
        *out = apr_psprintf(pool, ":%d", port);
    return NULL;
}

/* ---- public */

sc_error_t *sc_origin_normalize(const char *text, const char **out, apr_pool_t *pool)
{
    const char *typed = sc_text_canonical(text, pool);
    const char *rest = typed, *host = "", *port = "";
    address_t address = {0};
    apr_size_t length;

    if (!typed || !*typed)
        return sc_error(pool, SC_INVALID, SC_MSG(58), "origin_invalid",
                        "Enter the address of the LMS, such as " EXAMPLE ".");
    SC_TRY(read_scheme(typed, &address.scheme, &rest, pool));
    length = strcspn(rest, "/\\?#");
    if (length > MAX_AUTHORITY)
        return sc_error(pool, SC_INVALID, SC_MSG(59), "origin_invalid",
                        "The address is too long. Enter the part up to the first single slash, such as " EXAMPLE ".");
    address.typed = typed;
    SC_TRY(read_authority(apr_pstrmemdup(pool, rest, length), &address, pool));
    SC_TRY(host_text(&address, &host, pool));
    SC_TRY(port_text(&address, &port, pool));
    *out = apr_pstrcat(pool, address.scheme, "://", address.wildcard ? "*." : "", host, port, NULL);
    return NULL;
}

int sc_origin_matches(const char *allowed, const char *origin)
{
    const char *star = strstr(allowed, "://*.");
    apr_size_t scheme, suffix, length;

    if (!star)
        return strcmp(allowed, origin) == 0;

    /* The suffix takes its dot along, so that the bare domain and "notexample.com" stay out; it has the port, too. */
    scheme = (apr_size_t)(star - allowed) + strlen("://");
    suffix = strlen(star + strlen("://*"));
    length = strlen(origin);
    return strncmp(allowed, origin, scheme) == 0 && length > scheme + suffix &&
           strcmp(origin + length - suffix, star + strlen("://*")) == 0;
}

int sc_origin_is_plain(const char *text, apr_pool_t *pool)
{
    const char *origin;

    return sc_origin_normalize(text, &origin, pool) == NULL && strcmp(origin, text) == 0 && !strchr(text, '*');
}
