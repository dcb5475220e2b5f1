/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <apr_strings.h>
#include <string.h>

#include "domain/origin.h"

static void what_a_person_types_is_put_right(void **state)
{
    static const struct {
        const char *typed, *origin;
    } cases[] = {
        { "https://lms.example.com", "https://lms.example.com" },
        { "  https://lms.example.com/ \n", "https://lms.example.com" },
        { "HTTPS://LMS.Example:443/", "https://lms.example" },
        { "http://lms.example:80/moodle/course?id=3#top", "http://lms.example" },
        { "https://lms.example?x", "https://lms.example" },
        { "https://lms.example#x", "https://lms.example" },
        { "http://lms.example:443", "http://lms.example:443" },
        { "https://lms.example:80", "https://lms.example:80" },
        { "https://lms.example:08443/", "https://lms.example:8443" },
        { "https://lms.example:65535", "https://lms.example:65535" },
        { "https://lms.example:", "https://lms.example" },
        { "https://lms.example.", "https://lms.example" },
        { "http://localhost:8080", "http://localhost:8080" },
        { "http://my_lms", "http://my_lms" },
        { "https://r3---sn.example", "https://r3---sn.example" },
        { "https://Bücher.example", "https://xn--bcher-kva.example" },
        { "https://bu\xcc\x88" "cher.example", "https://xn--bcher-kva.example" },
        { "https://faß.de", "https://xn--fa-hia.de" },
        { "https://学校。example", "https://xn--48s290a.example" },
        { "https://xn--bcher-kva.example", "https://xn--bcher-kva.example" },
        { "https://192.0.2.1:8443/", "https://192.0.2.1:8443" },
        { "https://[2001:DB8:0:0:1:0:0:1]/", "https://[2001:db8::1:0:0:1]" },
        { "https://[::1]:8443", "https://[::1]:8443" },
        { "https://[::]", "https://[::]" },
        { "https://[1:0:0:2:0:0:0:3]", "https://[1:0:0:2::3]" },
        { "https://[1:0:2:3:4:5:6:7]", "https://[1:0:2:3:4:5:6:7]" },
        { "https://[1::]", "https://[1::]" },
        { "https://[::ffff:192.0.2.1]", "https://[::ffff:c000:201]" },
        { "https://*.Example.com/", "https://*.example.com" },
        { "https://*.bücher.example:8443", "https://*.xn--bcher-kva.example:8443" },
        /* A browser ends the host at the backslash, and so do we. */
        { "https://lms.example\\@evil.example", "https://lms.example" },
    };
    size_t i;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const char *origin, *again;

        assert_fine(sc_origin_normalize(cases[i].typed, &origin, *state));
        assert_string_equal(origin, cases[i].origin);
        assert_fine(sc_origin_normalize(origin, &again, *state));
        assert_string_equal(again, origin);
    }
}

static void a_mistake_is_explained_with_the_format(void **state)
{
    static const struct {
        const char *typed, *part_of_message;
    } cases[] = {
        { "", "Enter the address of the LMS, such as https://lms.example.com." },
        { " \t", "Enter the address" },
        { "\xff", "Enter the address" },
        { "lms.example.com/moodle", "The address starts with https://. Did you mean https://lms.example.com?" },
        { "LMS.example.com:8443", "Did you mean https://lms.example.com:8443?" },
        { "localhost:8080", "Did you mean https://localhost:8080?" },
        { "//lms.example.org/x", "Did you mean https://lms.example.org?" },
        { "https:lms.example.org", "Did you mean https://lms.example.org?" },
        { "https:/lms.example.org", "Did you mean https://lms.example.org?" },
        { "*.example.org", "Did you mean https://*.example.org?" },
        { "*", "Did you mean https://lms.example.com?" },
        { "my lms", "Did you mean https://lms.example.com?" },
        { "null", "opened from a file or in a sandbox" },
        { "NULL", "opened from a file or in a sandbox" },
        { "file:///C:/course", "opened from a file or in a sandbox" },
        { "ftp://lms.example", "not with ftp:" },
        { "javascript:alert(1)", "not with javascript:" },
        { "blob:https://lms.example/1", "not with blob:" },
        { "app://moodle", "not with app:" },
        { "https://ada:secret@lms.example", "must not have a user name" },
        { "https://", "has no host name" },
        { "https:///path", "has no host name" },
        { "https://:8443", "has no host name" },
        { "https://lms.example:0", "a number from 1 to 65535" },
        { "https://lms.example:65536", "a number from 1 to 65535" },
        { "https://lms.example:99999999999999999999", "a number from 1 to 65535" },
        { "https://lms.example:+80", "a number from 1 to 65535" },
        { "https://lms.example:8a", "a number from 1 to 65535" },
        { "https://[::1]:x", "a number from 1 to 65535" },
        { "https://a..b", "nothing between two dots" },
        { "https://.", "nothing between two dots" },
        { "https://-a.b", "starts or ends with a hyphen" },
        { "https://a-.b", "starts or ends with a hyphen" },
        { "https://a b.c", "a character that can't stand there" },
        { "https://a%41.b", "a character that can't stand there" },
        { "https://a,b.c", "a character that can't stand there" },
        { "https://127.1", "an IPv4 address looks like 192.0.2.1" },
        { "https://256.1.1.1", "an IPv4 address looks like 192.0.2.1" },
        { "https://0x7f.0x1", "an IPv4 address looks like 192.0.2.1" },
        { "https://[::1", "an IPv6 address looks like [2001:db8::1]" },
        { "https://[]", "an IPv6 address looks like [2001:db8::1]" },
        { "https://[", "an IPv6 address looks like [2001:db8::1]" },
        { "https://[::1]x", "an IPv6 address looks like [2001:db8::1]" },
        { "https://[fe80::1%25eth0]", "an IPv6 address looks like [2001:db8::1]" },
        { "https://*.com", "needs at least two more behind it. Example: https://*.example.com." },
        { "https://*", "needs at least two more behind it" },
        { "https://*.*.example.com", "needs at least two more behind it" },
        { "https://lms.*.example.com", "needs at least two more behind it" },
        { "https://l*.example.com", "needs at least two more behind it" },
        { "https://*.192.0.2.1", "needs at least two more behind it" },
        { "https://*.[::1]", "needs at least two more behind it" },
    };
    size_t i;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const char *origin = NULL;
        sc_error_t *error = sc_origin_normalize(cases[i].typed, &origin, *state);

        if (!error)
            fail_msg("accepted: %s", cases[i].typed);
        if (!strstr(error->message, cases[i].part_of_message))
            fail_msg("%s: %s", cases[i].typed, error->message);
        assert_int_equal(error->kind, SC_INVALID);
        assert_string_equal(error->code, "origin_invalid");
        assert_null(origin);
    }
}

static void a_password_is_not_repeated(void **state)
{
    const char *origin;
    sc_error_t *error = sc_origin_normalize("https://ada:secret@lms.example", &origin, *state);

    assert_null(strstr(error->message, "secret"));
    assert_string_equal(error->subject, "lms.example");
}

static void lengths_are_limited(void **state)
{
    char label[100], text[5000] = "https://";
    const char *origin;
    int i;

    memset(label, 'a', 64);
    label[64] = '\0';
    assert_non_null(sc_origin_normalize(apr_pstrcat(*state, "https://", label, ".example", NULL), &origin, *state));
    assert_fine(sc_origin_normalize(apr_pstrcat(*state, "https://", label + 1, ".example", NULL), &origin, *state));

    for (i = 0; i < 130; i++)
        strcat(text, "a.");
    assert_non_null(sc_origin_normalize(text, &origin, *state));
    for (i = 0; i < 1000; i++)
        strcat(text, "a.");
    assert_string_equal(sc_origin_normalize(text, &origin, *state)->code, "origin_invalid");
    /* What is behind the host may be as long as it likes. */
    memcpy(text, "https://lms.example/", 20);
    assert_fine(sc_origin_normalize(text, &origin, *state));
    assert_string_equal(origin, "https://lms.example");
}

static void a_plain_origin_matches_itself_only(void **state)
{
    (void)state;
    assert_true(sc_origin_matches("https://lms.example.com", "https://lms.example.com"));
    assert_false(sc_origin_matches("https://lms.example.com", "http://lms.example.com"));
    assert_false(sc_origin_matches("https://lms.example.com", "https://lms.example.com:8443"));
    assert_false(sc_origin_matches("https://lms.example.com", "https://x.lms.example.com"));
    assert_false(sc_origin_matches("https://lms.example.com", "https://lms.example.com.evil.example"));
    assert_false(sc_origin_matches("https://lms.example.com", "null"));
}

static void a_pattern_matches_subdomains_at_any_depth(void **state)
{
    (void)state;
    assert_true(sc_origin_matches("https://*.example.com", "https://a.example.com"));
    assert_true(sc_origin_matches("https://*.example.com", "https://a.b.example.com"));
    assert_true(sc_origin_matches("https://*.example.com:8443", "https://a.example.com:8443"));
    assert_false(sc_origin_matches("https://*.example.com", "https://example.com"));
    assert_false(sc_origin_matches("https://*.example.com", "https://.example.com"));
    assert_false(sc_origin_matches("https://*.example.com", "https://notexample.com"));
    assert_false(sc_origin_matches("https://*.example.com", "https://a.example.com.evil.example"));
    assert_false(sc_origin_matches("https://*.example.com", "http://a.example.com"));
    assert_false(sc_origin_matches("https://*.example.com", "https://a.example.com:8443"));
    assert_false(sc_origin_matches("https://*.example.com:8443", "https://a.example.com"));
    assert_false(sc_origin_matches("https://*.example.com", "null"));
    assert_false(sc_origin_matches("https://*.example.com", ""));
}

static void plain_is_what_a_browser_tells(void **state)
{
    assert_true(sc_origin_is_plain("https://lms.example.com", *state));
    assert_true(sc_origin_is_plain("http://[::1]:8080", *state));
    assert_false(sc_origin_is_plain("https://lms.example.com/", *state));
    assert_false(sc_origin_is_plain("https://LMS.example.com", *state));
    assert_false(sc_origin_is_plain("https://lms.example.com:443", *state));
    assert_false(sc_origin_is_plain("https://*.example.com", *state));
    assert_false(sc_origin_is_plain("https://bücher.example", *state));
    assert_false(sc_origin_is_plain(" https://lms.example.com", *state));
    assert_false(sc_origin_is_plain("null", *state));
    assert_false(sc_origin_is_plain("", *state));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_POOL(what_a_person_types_is_put_right),
        WITH_POOL(a_mistake_is_explained_with_the_format),
        WITH_POOL(a_password_is_not_repeated),
        WITH_POOL(lengths_are_limited),
        WITH_POOL(a_plain_origin_matches_itself_only),
        WITH_POOL(a_pattern_matches_subdomains_at_any_depth),
        WITH_POOL(plain_is_what_a_browser_tells),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
