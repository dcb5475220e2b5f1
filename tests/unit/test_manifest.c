/* SPDX-License-Identifier: Apache-2.0
 *
 * Whether a manifest is valid is for the official schemas to say: tests/http/test_manifest_schemas.py.
 */
#include "unit.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/id.h"
#include "base/text.h"
#include "domain/manifest.h"

static const sc_manifest_sco_t one[] = { { "I1", "Fire safety", "sco1.html" } };
static const sc_manifest_sco_t three[] = {
    { "I1", "Getting out", "sco1.html" }, { "I2", "Extinguishers", "sco2.html" }, { "I7", "Last", "sco7.html" }
};
static const char *const assets[] = { "connector.js", "connector.css", NULL };

static const char *text_of(sc_scorm_e scorm, const sc_manifest_sco_t *scos, int count, const char *title, apr_pool_t *pool)
{
    sc_manifest_t manifest = {
        .scorm = scorm, .publication = "01k00000000000abcdefghjkmn", .title = title,
        .scos = scos, .sco_count = count, .assets = assets,
    };

    return sc_manifest_text(&manifest, pool);
}

static int count_of(const char *text, const char *part)
{
    int count = 0;

    for (text = strstr(text, part); text; text = strstr(text + 1, part))
        count++;
    return count;
}

#define assert_contains(text, part) assert_non_null(strstr(text, part))
#define assert_lacks(text, part) assert_null(strstr(text, part))

static void scorm_12_speaks_its_own_dialect(void **state)
{
    const char *text = text_of(SC_SCORM_12, one, 1, "Fire safety", *state);

    assert_contains(text, "<schemaversion>1.2</schemaversion>");
    assert_contains(text, " xmlns=\"http://www.imsproject.org/xsd/imscp_rootv1p1p2\"");
    assert_contains(text, " adlcp:scormtype=\"sco\"");
    assert_lacks(text, "scormType");
    assert_lacks(text, "imsss");
    assert_lacks(text, "adlnav");
    assert_lacks(text, "adlseq");
}

static void the_2004_editions_differ_in_their_version_only(void **state)
{
    const char *third = text_of(SC_SCORM_2004_3, one, 1, "Fire safety", *state);
    const char *fourth = text_of(SC_SCORM_2004_4, one, 1, "Fire safety", *state);

    assert_contains(third, "<schemaversion>2004 3rd Edition</schemaversion>");
    assert_contains(fourth, "<schemaversion>2004 4th Edition</schemaversion>");
    assert_int_equal(strlen(third), strlen(fourth));
    assert_contains(third, " adlcp:scormType=\"sco\"");
    assert_lacks(third, "scormtype");
    assert_contains(third, "<imsss:controlMode choice=\"true\" flow=\"true\"/>");
}

static void every_2004_sco_sets_its_own_status(void **state)
{
    const char *text = text_of(SC_SCORM_2004_4, three, 3, "Fire safety", *state);

    assert_int_equal(count_of(text, "<imsss:deliveryControls tracked=\"true\" completionSetByContent=\"true\""
                                    " objectiveSetByContent=\"true\"/>"),
                     3);
}

static void a_single_sco_hides_all_buttons_of_the_lms(void **state)
{
    static const char *const buttons[] = { "previous", "continue", "exit", "exitAll", "abandon", "abandonAll", "suspendAll" };
    const char *text = text_of(SC_SCORM_2004_3, one, 1, "Fire safety", *state);
    size_t i;

    assert_int_equal(count_of(text, "<adlnav:hideLMSUI>"), 7);
    for (i = 0; i < 7; i++) {
        char element[80];
        snprintf(element, sizeof(element), "<adlnav:hideLMSUI>%s</adlnav:hideLMSUI>", buttons[i]);
        assert_int_equal(count_of(text, element), 1);
    }
}

static void several_scos_keep_the_way_on_and_out(void **state)
{
    const char *text = text_of(SC_SCORM_2004_3, three, 3, "Fire safety", *state);

    assert_int_equal(count_of(text, ">abandon<"), 3);
    assert_lacks(text, ">previous<");
    assert_lacks(text, ">continue<");
    assert_lacks(text, ">exitAll<");
    assert_lacks(text, ">suspendAll<");
}

static void each_sco_has_its_launch_file_and_all_share_the_assets(void **state)
{
    const char *text = text_of(SC_SCORM_12, three, 3, "Fire safety", *state);

    assert_contains(text, "<item identifier=\"I7\" identifierref=\"R7\" isvisible=\"true\">");
    assert_contains(text, "<resource identifier=\"R7\" type=\"webcontent\" adlcp:scormtype=\"sco\" href=\"sco7.html\">");
    assert_contains(text, "<file href=\"sco7.html\"/>");
    assert_int_equal(count_of(text, "<dependency identifierref=\"RS\"/>"), 3);
    assert_int_equal(count_of(text, "<resource identifier=\"RS\" type=\"webcontent\" adlcp:scormtype=\"asset\">"), 1);
    assert_int_equal(count_of(text, "<file href=\"connector.js\"/>"), 1);
    assert_int_equal(count_of(text, "<file href=\"connector.css\"/>"), 1);
}

static void without_assets_there_is_no_resource_for_them(void **state)
{
    sc_manifest_t manifest = { .scorm = SC_SCORM_12, .publication = "x", .title = "T", .scos = one, .sco_count = 1 };

    assert_lacks(sc_manifest_text(&manifest, *state), "RS");
}

static void no_threshold_is_written(void **state)
{
    int scorm;

    for (scorm = SC_SCORM_12; scorm <= SC_SCORM_2004_4; scorm++) {
        const char *text = text_of((sc_scorm_e)scorm, three, 3, "Fire safety", *state);

        assert_lacks(text, "masteryscore");
        assert_lacks(text, "minNormalizedMeasure");
        assert_lacks(text, "ompletionThreshold");
        assert_lacks(text, "satisfiedByMeasure");
    }
}

static void titles_are_escaped_composed_and_cleaned(void **state)
{
    const char *text = text_of(SC_SCORM_12, one, 1, " A & B <e\xcc\x81> \"😀\"\x01\x1f ]]>\n2 ", *state);

    assert_contains(text, "<title>A &amp; B &lt;é&gt; &quot;😀&quot; ]]&gt; 2</title>");
}

static void titles_have_at_most_200_characters(void **state)
{
    char longer[300 * 4 + 1] = "";
    const char *text, *start;
    int i;

    for (i = 0; i < 300; i++)
        strcat(longer, "😀");
    text = text_of(SC_SCORM_2004_4, one, 1, longer, *state);
    start = strstr(text, "<title>") + 7;
    assert_int_equal(strstr(start, "</title>") - start, 200 * 4);
    assert_true(sc_text_is_utf8(text));
}

static void schema_locations_stand_on_one_line(void **state)
{
    int scorm;

    for (scorm = SC_SCORM_12; scorm <= SC_SCORM_2004_4; scorm++) {
        const char *text = text_of((sc_scorm_e)scorm, one, 1, "T", *state);
        const char *start = strstr(text, "xsi:schemaLocation=\"") + 20;
        const char *end = strchr(start, '"');

        assert_true(strcspn(start, "\n\r\t") > (size_t)(end - start));
        assert_true(strstr(start, "  ") == NULL || strstr(start, "  ") > end);
    }
}

static void the_same_publication_gives_the_same_manifest(void **state)
{
    assert_string_equal(text_of(SC_SCORM_2004_4, three, 3, "T", *state), text_of(SC_SCORM_2004_4, three, 3, "T", *state));
}

static void identifiers_are_short_and_differ_early(void **state)
{
    /* Made in the same millisecond. */
    const char *first = sc_manifest_identifier(sc_id_new(apr_time_from_sec(1), *state), *state);
    const char *second = sc_manifest_identifier(sc_id_new(apr_time_from_sec(1), *state), *state);
    const char *at;

    assert_true(strlen(first) <= 15);
    assert_true(isalpha((unsigned char)*first));
    for (at = first; *at; at++)
        assert_true(isalnum((unsigned char)*at));
    assert_string_not_equal(first, second);
    assert_string_equal(sc_manifest_identifier("01k00000000000abcdefghjkmn", *state), "Pabcdefghjkmn");
    assert_contains(text_of(SC_SCORM_12, one, 1, "T", *state), "<manifest identifier=\"Pabcdefghjkmn\" version=\"1\"");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_POOL(scorm_12_speaks_its_own_dialect),
        WITH_POOL(the_2004_editions_differ_in_their_version_only),
        WITH_POOL(every_2004_sco_sets_its_own_status),
        WITH_POOL(a_single_sco_hides_all_buttons_of_the_lms),
        WITH_POOL(several_scos_keep_the_way_on_and_out),
        WITH_POOL(each_sco_has_its_launch_file_and_all_share_the_assets),
        WITH_POOL(without_assets_there_is_no_resource_for_them),
        WITH_POOL(no_threshold_is_written),
        WITH_POOL(titles_are_escaped_composed_and_cleaned),
        WITH_POOL(titles_have_at_most_200_characters),
        WITH_POOL(schema_locations_stand_on_one_line),
        WITH_POOL(the_same_publication_gives_the_same_manifest),
        WITH_POOL(identifiers_are_short_and_differ_early),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
