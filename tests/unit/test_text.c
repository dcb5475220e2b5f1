/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <string.h>

#include "base/text.h"

static void utf8_is_told_from_other_bytes(void **state)
{
    (void)state;
    assert_true(sc_text_is_utf8(""));
    assert_true(sc_text_is_utf8("plain, é, 漢, 😀"));
    assert_false(sc_text_is_utf8("\xe9"));
    assert_false(sc_text_is_utf8("\xc0\xaf"));
    assert_false(sc_text_is_utf8("\xed\xa0\x80"));
    assert_false(sc_text_is_utf8("abc\xf0\x9f\x98"));
    assert_false(sc_text_is_utf8("\xf4\x90\x80\x80"));
}

static void the_canonical_form_is_composed_and_trimmed(void **state)
{
    assert_string_equal(sc_text_canonical("e\xcc\x81", *state), "é");
    assert_string_equal(sc_text_canonical("Å", *state), "Å");
    assert_string_equal(sc_text_canonical(" \t\xc2\xa0 a  b \xe3\x80\x80\n", *state), "a  b");
    assert_string_equal(sc_text_canonical("\xe2\x80\xa8", *state), "");
    assert_string_equal(sc_text_canonical("", *state), "");
    assert_string_equal(sc_text_canonical("ﬁ Ⅷ ADA", *state), "ﬁ Ⅷ ADA");
    assert_null(sc_text_canonical("\xff", *state));
}

static void answers_compare_folded(void **state)
{
    assert_string_equal(sc_text_folded("  L'ÉTÉ\n\t à   Nîmes ", *state), "l'ete a nimes");
    assert_string_equal(sc_text_folded("e\xcc\x81", *state), "e");
    assert_string_equal(sc_text_folded("Straße", *state), "strasse");
    assert_string_equal(sc_text_folded("ΣΊΣΥΦΟΣ", *state), "σισυφοσ");
    assert_string_equal(sc_text_folded("İ", *state), "i");
    assert_string_equal(sc_text_folded(" \n ", *state), "");
    assert_null(sc_text_folded("a\xff", *state));
}

static void folding_keeps_what_makes_another_word(void **state)
{
    assert_string_not_equal(sc_text_folded("が", *state), sc_text_folded("か", *state));
    assert_string_not_equal(sc_text_folded("कि", *state), sc_text_folded("की", *state));
    assert_string_equal(sc_text_folded("が", *state), "が");
    assert_string_equal(sc_text_folded("한", *state), "한");
}

static void folding_twice_changes_nothing(void **state)
{
    static const char *const texts[] = { " Ça Ⅷ ﬁ ", "ǅungla", "ΐ", "ẞ", "i̇", "ﷺ", "e\xcc\x81\xcc\x81  " };
    size_t i;

    for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        const char *once = sc_text_folded(texts[i], *state);
        assert_string_equal(sc_text_folded(once, *state), once);
    }
}

static void clipping_counts_characters_and_splits_none(void **state)
{
    assert_string_equal(sc_text_clipped("aé漢😀z", 4, *state), "aé漢😀");
    assert_string_equal(sc_text_clipped("aé漢😀z", 3, *state), "aé漢");
    assert_string_equal(sc_text_clipped("abc", 10, *state), "abc");
    assert_string_equal(sc_text_clipped("abc", 0, *state), "");
}

static void clipping_removes_what_xml_cannot_hold(void **state)
{
    assert_string_equal(sc_text_clipped("a\x01\x08\x0b\x1f" "b\t\n\rc", 10, *state), "ab\t\n\rc");
    assert_string_equal(sc_text_clipped("a\xef\xbf\xbe\xef\xbf\xbf" "b\xff\xc3", 10, *state), "ab");
    assert_string_equal(sc_text_clipped("\x01\x02" "abc", 2, *state), "ab");
}

static void length_is_in_characters(void **state)
{
    (void)state;
    assert_int_equal(sc_text_length(""), 0);
    assert_int_equal(sc_text_length("aé漢😀"), 4);
}

static void escaped_text_fits_html_and_xml(void **state)
{
    assert_string_equal(sc_text_escaped("A & B <é> \"x\" 'y'", *state), "A &amp; B &lt;é&gt; &quot;x&quot; &#39;y&#39;");
    assert_string_equal(sc_text_escaped("", *state), "");
    assert_string_equal(sc_text_escaped("&amp;", *state), "&amp;amp;");
}

#define SECOND APR_USEC_PER_SEC

static void times_are_written_in_utc(void **state)
{
    assert_string_equal(sc_text_from_time(0, *state), "1970-01-01T00:00:00Z");
    assert_string_equal(sc_text_from_time(APR_INT64_C(1772366400) * SECOND + 999999, *state), "2026-03-01T12:00:00Z");
}

static void times_are_read_with_their_zone(void **state)
{
    static const struct {
        const char *text;
        apr_int64_t micros;
    } cases[] = {
        { "2026-03-01T12:00:00Z", APR_INT64_C(1772366400000000) },
        { "2026-03-01T12:00Z", APR_INT64_C(1772366400000000) },
        { "2026-03-01T14:00:00+02:00", APR_INT64_C(1772366400000000) },
        { "2026-03-01T06:30:00-05:30", APR_INT64_C(1772366400000000) },
        { "2026-03-01T12:00:00.25Z", APR_INT64_C(1772366400250000) },
        { "2026-03-01T12:00:00.123456789Z", APR_INT64_C(1772366400123456) },
        { "2024-02-29T00:00:00Z", APR_INT64_C(1709164800000000) },
        { "1970-01-01T00:00:01Z", 1000000 },
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        assert_int_equal(sc_text_to_time(cases[i].text), cases[i].micros);
}

static void what_is_no_time_is_zero(void **state)
{
    static const char *const texts[] = {
        "", "now", "2026-03-01", "2026-03-01T12:00:00", "2026-03-01 12:00:00Z", "2026-02-29T00:00:00Z",
        "2100-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-04-31T00:00:00Z",
        "2026-04-00T00:00:00Z", "2026-03-01T24:00:00Z", "2026-03-01T12:60:00Z", "2026-03-01T12:00:60Z",
        "2026-03-01T12:00:00.Z", "2026-03-01T12:00:00+2:00", "2026-03-01T12:00:00+0200", "2026-03-01T12:00:00Zx",
        "2026-03-01T12:00:00+24:00", "1969-12-31T23:59:59Z", "02026-03-01T12:00:00Z", "2026-03-01T12Z",
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        if (sc_text_to_time(texts[i]) != 0)
            fail_msg("accepted: %s", texts[i]);
    }
}

static void times_come_back_as_they_were(void **state)
{
    apr_int64_t seconds;

    for (seconds = 1; seconds < APR_INT64_C(253402300800); seconds = seconds * 2 + 86399)
        assert_int_equal(sc_text_to_time(sc_text_from_time(seconds * SECOND, *state)), seconds * SECOND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_POOL(utf8_is_told_from_other_bytes),
        WITH_POOL(the_canonical_form_is_composed_and_trimmed),
        WITH_POOL(answers_compare_folded),
        WITH_POOL(folding_keeps_what_makes_another_word),
        WITH_POOL(folding_twice_changes_nothing),
        WITH_POOL(clipping_counts_characters_and_splits_none),
        WITH_POOL(clipping_removes_what_xml_cannot_hold),
        WITH_POOL(length_is_in_characters),
        WITH_POOL(escaped_text_fits_html_and_xml),
        WITH_POOL(times_are_written_in_utc),
        WITH_POOL(times_are_read_with_their_zone),
        WITH_POOL(what_is_no_time_is_zero),
        WITH_POOL(times_come_back_as_they_were),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
