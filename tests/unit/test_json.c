/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <apr_strings.h>
#include <string.h>

#include "base/json.h"

static const sc_json_t *read_text(const char *text, apr_pool_t *pool)
{
    sc_json_t *json;

    assert_fine(sc_json_read(text, strlen(text), &json, pool));
    return json;
}

static void what_is_read_prints_alike(void **state)
{
    static const char *const texts[] = {
        "{\"a\":1,\"b\":[true,false,null,\"x/y\"],\"c\":{}}", "[]", "42", "-0.5", "\"\"", "null",
        "[0,-1,10,1.25,9223372036854775807,-9223372036854775808]",
        "[\"\\\\u0000 is fine, \\\" too\"]",
        "[\"\"]", "[\"2\"]", "[\"a\",\"b c\",\"\"]", "[\"a\",1]", "[\"a\",[\"b\"]]", "[\"é\",\"x\"]",
    };
    size_t i;

    for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        assert_string_equal(sc_json_text(read_text(texts[i], *state), *state), texts[i]);
    assert_string_equal(sc_json_text(read_text(" { \"a\" :\n[ 1 ,\t2 ] }\r\n", *state), *state), "{\"a\":[1,2]}");
}

static void numbers_keep_their_value(void **state)
{
    static const char *const cases[][2] = {
        { "5.0", "5" }, { "5e3", "5000" }, { "1E5", "100000" }, { "66.670", "66.67" }, { "-0.01", "-0.01" }, { "-0", "0" },
        { "-0.5e-3", "-0.00050000000000000001" }, { "0.125", "0.125" }, { "1e300", "1.0000000000000001e300" },
        { "1.7976931348623157e308", "1.7976931348623157e308" },
    };
    size_t i;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_string_equal(sc_json_text(read_text(cases[i][0], *state), *state), cases[i][1]);
        assert_string_equal(sc_json_text(read_text(cases[i][1], *state), *state), cases[i][1]);
    }
}

static void of_a_name_that_comes_twice_the_last_counts(void **state)
{
    assert_string_equal(sc_json_text(read_text("{\"a\":1,\"b\":2,\"a\":3}", *state), *state), "{\"a\":3,\"b\":2}");
}

static void half_a_surrogate_pair_becomes_the_replacement_character(void **state)
{
    static const char *const cases[][2] = {
        { "[\"\\ud83d\\ude00 \\uD83D\\uDE00\"]", "[\"\U0001F600 \U0001F600\"]" },
        { "[\"\\ud83d\"]", "[\"\uFFFD\"]" },
        { "{\"\\uDE00a\":\"b\\ud83dc\"}", "{\"\uFFFDa\":\"b\uFFFDc\"}" },
        { "[\"\\ude00\\ud83d\\n\"]", "[\"\uFFFD\uFFFD\\n\"]" },
        { "[\"\\ud83d\\ud83d\\ude00\"]", "[\"\uFFFD\U0001F600\"]" },
        { "[\"\\\\ud83d\"]", "[\"\\\\ud83d\"]" },
    };
    size_t i;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        assert_string_equal(sc_json_text(read_text(cases[i][0], *state), *state), cases[i][1]);
}

static void what_is_not_json_is_refused(void **state)
{
    static const char *const texts[] = {
        "", " ", "{", "[1", "\"abc", "nul", "{\"a\":1} x", "{\"a\":1}{}", "[1,]", "{\"a\":1,}", "{'a':1}", "['a']", "{a:1}",
        "{\"a\"}", "[1 2]", "NaN", "[Infinity]", "[-Infinity]", "TRUE", "True", "01", "[-01]", "[00]", "1.", "[1.]", ".5", "[+1]",
        "-", "[1e]", "[1e+]", "[1.5.2]", "[\"a\tb\"]", "[\"a\nb\"]", "[\"\\x\"]", "[\"\\u00zz\"]", "/* x */ 1", "[1] // x",
        "[\"a\\u0000b\"]", "{\"a\\u0000\":1}", "\vnull", "1e400", "[-9223372036854775809]", "[\"\\ud8\"]",
        "[\"\\ud83d\\u00zz\"]", "\"\\",
    };
    size_t i;

    for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        sc_json_t *json = NULL;
        sc_error_t *error = sc_json_read(texts[i], strlen(texts[i]), &json, *state);

        if (!error)
            fail_msg("accepted: %s", texts[i]);
        assert_int_equal(error->kind, SC_INVALID);
        assert_string_equal(error->code, "body_invalid");
        assert_null(json);
    }
}

static void a_mistake_is_told_with_its_position(void **state)
{
    sc_json_t *json;

    assert_string_equal(sc_json_read("[1,2,x]", 7, &json, *state)->message,
                        "This is not valid JSON: something is wrong at character 6.");
    assert_string_equal(sc_json_read("[1,2,'x']", 9, &json, *state)->message,
                        "This is not valid JSON: something is wrong at character 6.");
    assert_string_equal(sc_json_read("", 0, &json, *state)->message,
                        "This is not valid JSON: something is wrong at character 1.");
}

static const char *complaint(const char *text, apr_pool_t *pool)
{
    sc_json_t *json;

    return sc_json_read(text, strlen(text), &json, pool)->detail;
}

static void the_log_is_told_what_is_wrong_but_nothing_of_the_text(void **state)
{
    assert_string_equal(complaint("{\"name\":\"Ada\"; \"x\":1}", *state), "'}' expected");
    assert_string_equal(complaint("{\"name\":Ada}", *state), "invalid token");
}

static void bytes_that_are_no_utf8_are_refused(void **state)
{
    static const char *const texts[] = {
        "\"\xff\"", "\"\xc0\xaf\"", "\"\xed\xa0\x80\"", "\"\xf4\x90\x80\x80\"", "\"\xe2\x82\"",
    };
    sc_json_t *json;
    size_t i;

    for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        assert_int_equal(sc_json_read(texts[i], strlen(texts[i]), &json, *state)->number, 1);
    assert_int_equal(sc_json_read("1\0", 2, &json, *state)->number, 1);
}

static void only_the_given_length_is_read(void **state)
{
    sc_json_t *json;

    assert_fine(sc_json_read("[1]garbage", 3, &json, *state));
    assert_int_equal(sc_json_length(json), 1);
}

static void nesting_ends_at_32(void **state)
{
    char text[80];
    sc_json_t *json;

    memset(text, '[', 33);
    memset(text + 33, ']', 33);
    assert_fine(sc_json_read(text + 1, 64, &json, *state));
    assert_non_null(sc_json_read(text, 66, &json, *state));
}

static void a_tree_is_made_in_order(void **state)
{
    sc_json_t *root = sc_json_object(*state), *list, *root2 = sc_json_array(*state);

    sc_json_set_string(root, "s", "é \"\n");
    sc_json_set_string(root, "none", NULL);
    sc_json_set_int(root, "i", -7);
    sc_json_set_bool(root, "yes", 2);
    sc_json_set_bool(root, "no", 0);
    sc_json_set_null(root, "null");
    sc_json_set_int(sc_json_set_new_object(root, "o"), "x", APR_INT64_C(9007199254740993));
    list = sc_json_set_new_array(root, "l");
    sc_json_add_string(list, "a");
    sc_json_set_int(sc_json_add_new_object(list), "y", 1);
    sc_json_add_string(root2, "moved");
    sc_json_set(root, "m", root2);
    assert_string_equal(sc_json_text(root, *state),
                        "{\"s\":\"é \\\"\\n\",\"none\":null,\"i\":-7,\"yes\":true,\"no\":false,\"null\":null,"
                        "\"o\":{\"x\":9007199254740993},\"l\":[\"a\",{\"y\":1}],\"m\":[\"moved\"]}");
}

static void a_member_is_replaced_in_its_place(void **state)
{
    sc_json_t *root = sc_json_object(*state);

    sc_json_set_int(root, "a", 1);
    sc_json_replace(root, "b", sc_json_array(*state));
    sc_json_set_null(root, "c");
    sc_json_replace(root, "b", sc_json_object(*state));
    sc_json_set_int((sc_json_t *)sc_json_get(root, "b"), "x", 2);
    sc_json_replace(root, "c", sc_json_array(*state));
    assert_string_equal(sc_json_text(root, *state), "{\"a\":1,\"b\":{\"x\":2},\"c\":[]}");
}

static void what_was_read_may_be_added_to(void **state)
{
    sc_json_t *root;
    int i;

    assert_fine(sc_json_read("{\"list\":[1,2]}", 14, &root, *state));
    for (i = 0; i < 100; i++)
        sc_json_set_int(root, "n", i);
    assert_int_equal(strlen(sc_json_text(root, *state)), 14 + 10 * 6 + 90 * 7);
}

static void a_text_that_was_made_before_is_printed_as_it_is(void **state)
{
    sc_json_t *root = sc_json_object(*state);

    sc_json_set_int(root, "a", 1);
    sc_json_set_text(root, "b", "[1, {\"x\":\"\u00e9\"}]");
    sc_json_set_null(root, "c");
    assert_string_equal(sc_json_text(root, *state), "{\"a\":1,\"b\":[1, {\"x\":\"\u00e9\"}],\"c\":null}");
    assert_true(sc_json_has(root, "b"));
    assert_int_equal(sc_json_get_int(root, "b", -1), -1);
}

static void text_may_stand_in_a_page(void **state)
{
    sc_json_t *root = sc_json_object(*state);

    sc_json_set_string(root, "</script>", "a/b <!-- <");
    assert_string_equal(sc_json_text(root, *state), "{\"\\u003c/script>\":\"a/b \\u003c!-- \\u003c\"}");
}

static void hundredths_are_exact(void **state)
{
    static const struct {
        apr_int64_t hundredths;
        const char *text;
    } cases[] = {
        { 0, "0" },        { 1, "0.01" },       { 10, "0.1" },   { 50, "0.5" },      { 99, "0.99" },
        { 100, "1" },      { 110, "1.1" },      { 1000, "10" },  { 6667, "66.67" },  { 8000, "80" },
        { 10000, "100" },  { -1, "-0.01" },     { -250, "-2.5" }, { 1000000, "10000" },
        { APR_INT64_C(999999999999999), "9999999999999.99" }, { -APR_INT64_C(999999999999999), "-9999999999999.99" },
    };
    size_t i;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        sc_json_t *root = sc_json_object(*state);
        sc_json_set_hundredths(root, "n", cases[i].hundredths);
        assert_string_equal(sc_json_text(root, *state), apr_pstrcat(*state, "{\"n\":", cases[i].text, "}", NULL));
    }
}

static void getters_fall_back(void **state)
{
    const sc_json_t *json = read_text("{\"s\":\"x\",\"i\":5,\"whole\":5.0,\"half\":5.5,\"huge\":1e300,\"b\":true,\"n\":null,"
                                      "\"l\":[1,\"two\"],\"o\":{}}",
                                      *state);

    assert_string_equal(sc_json_get_string(json, "s", "-"), "x");
    assert_string_equal(sc_json_get_string(json, "i", "-"), "-");
    assert_string_equal(sc_json_get_string(json, "absent", "-"), "-");
    assert_null(sc_json_get_string(json, "n", NULL));
    assert_int_equal(sc_json_get_int(json, "i", -1), 5);
    assert_int_equal(sc_json_get_int(json, "whole", -1), 5);
    assert_int_equal(sc_json_get_int(json, "half", -1), -1);
    assert_int_equal(sc_json_get_int(json, "huge", -1), -1);
    assert_int_equal(sc_json_get_int(json, "s", -1), -1);
    assert_int_equal(sc_json_get_int(json, "b", -1), -1);
    assert_int_equal(sc_json_get_bool(json, "b", 0), 1);
    assert_int_equal(sc_json_get_bool(json, "i", 0), 0);
    assert_true(sc_json_has(json, "n"));
    assert_false(sc_json_has(json, "absent"));
    assert_false(sc_json_has(sc_json_get(json, "l"), "s"));
    assert_int_equal(sc_json_length(sc_json_get(json, "l")), 2);
    assert_int_equal(sc_json_length(json), 0);
    assert_string_equal(sc_json_string(sc_json_at(sc_json_get(json, "l"), 1)), "two");
    assert_null(sc_json_string(sc_json_at(sc_json_get(json, "l"), 0)));
    assert_null(sc_json_at(sc_json_get(json, "l"), 2));
    assert_null(sc_json_at(sc_json_get(json, "l"), -1));
    assert_null(sc_json_get(NULL, "x"));
    assert_int_equal(sc_json_length(NULL), 0);
}

static void kinds_are_told_apart(void **state)
{
    assert_int_equal(sc_json_kind(read_text("null", *state)), SC_JSON_NULL);
    assert_int_equal(sc_json_kind(read_text("false", *state)), SC_JSON_BOOL);
    assert_int_equal(sc_json_kind(read_text("1", *state)), SC_JSON_NUMBER);
    assert_int_equal(sc_json_kind(read_text("1.5", *state)), SC_JSON_NUMBER);
    assert_int_equal(sc_json_kind(read_text("\"\"", *state)), SC_JSON_STRING);
    assert_int_equal(sc_json_kind(read_text("[]", *state)), SC_JSON_ARRAY);
    assert_int_equal(sc_json_kind(read_text("{}", *state)), SC_JSON_OBJECT);
}

typedef struct {
    apr_pool_t *pool;
    const char *seen;
} visit_t;

static sc_error_t *visit(void *baton, const char *key, const sc_json_t *value)
{
    visit_t *so_far = baton;

    if (sc_json_kind(value) == SC_JSON_NULL)
        return sc_error(so_far->pool, SC_INVALID, SC_MSG(7), "x", "null");
    so_far->seen = apr_pstrcat(so_far->pool, so_far->seen, key, NULL);
    return NULL;
}

static void members_are_visited_in_order_until_one_fails(void **state)
{
    visit_t so_far = { *state, "" };

    assert_fine(sc_json_each(read_text("{\"b\":1,\"a\":2,\"c\":3}", *state), visit, &so_far));
    assert_string_equal(so_far.seen, "bac");
    assert_non_null(sc_json_each(read_text("{\"d\":1,\"e\":null,\"f\":3}", *state), visit, &so_far));
    assert_string_equal(so_far.seen, "bacd");
    assert_null(sc_json_each(read_text("[1]", *state), visit, &so_far));
}

static void a_check_names_the_field_and_what_it_has_to_be(void **state)
{
    const sc_json_t *json = read_text("{\"s\":\"x\",\"n\":null}", *state);
    sc_error_t *error;

    assert_null(sc_json_check(json, "s", SC_JSON_STRING, *state));
    assert_null(sc_json_check(json, "n", SC_JSON_NULL, *state));
    error = sc_json_check(json, "s", SC_JSON_NUMBER, *state);
    assert_string_equal(error->code, "body_invalid");
    assert_string_equal(error->subject, "s");
    assert_string_equal(error->message, "The field \"s\" has to be a number.");
    assert_non_null(sc_json_check(json, "absent", SC_JSON_NULL, *state));
    assert_non_null(sc_json_check(read_text("[]", *state), "s", SC_JSON_STRING, *state));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_POOL(what_is_read_prints_alike),
        WITH_POOL(numbers_keep_their_value),
        WITH_POOL(of_a_name_that_comes_twice_the_last_counts),
        WITH_POOL(half_a_surrogate_pair_becomes_the_replacement_character),
        WITH_POOL(what_is_not_json_is_refused),
        WITH_POOL(a_mistake_is_told_with_its_position),
        WITH_POOL(the_log_is_told_what_is_wrong_but_nothing_of_the_text),
        WITH_POOL(bytes_that_are_no_utf8_are_refused),
        WITH_POOL(only_the_given_length_is_read),
        WITH_POOL(nesting_ends_at_32),
        WITH_POOL(a_tree_is_made_in_order),
        WITH_POOL(a_member_is_replaced_in_its_place),
        WITH_POOL(what_was_read_may_be_added_to),
        WITH_POOL(a_text_that_was_made_before_is_printed_as_it_is),
        WITH_POOL(text_may_stand_in_a_page),
        WITH_POOL(hundredths_are_exact),
        WITH_POOL(getters_fall_back),
        WITH_POOL(kinds_are_told_apart),
        WITH_POOL(members_are_visited_in_order_until_one_fails),
        WITH_POOL(a_check_names_the_field_and_what_it_has_to_be),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
