/* SPDX-License-Identifier: Apache-2.0
 *
 * The texts of a course: Markdown to HTML in every language, and whether links and pictures lead somewhere.
 */
#include <apr_lib.h>
#include <apr_strings.h>
#include <stdlib.h>
#include <string.h>

#include "base/markdown.h"
#include "base/text.h"
#include "domain/course_parts.h"

#define MEDIA "media/"
#define QUOTED_CHARACTERS 60

/* ---- plain text */

/* Runs of white space become one space. */
static const char *on_one_line(const char *text, apr_pool_t *pool)
{
    char *line = apr_palloc(pool, strlen(text) + 1), *to = line;

    for (; *text; text++) {
        if (!apr_isspace(*text))
            *to++ = *text;
        else if (to > line && to[-1] != ' ')
            *to++ = ' ';
    }
    if (to > line && to[-1] == ' ')
        to--;
    *to = '\0';
    return line;
}

const char *sc_course_line(const sc_xml_node_t *node, apr_pool_t *pool)
{
    return on_one_line(sc_xml_text(node, pool), pool);
}

int sc_course_is_empty(const sc_xml_node_t *node, apr_pool_t *pool)
{
    return *sc_course_line(node, pool) == '\0';
}

/* ---- links and pictures */

typedef struct {
    sc_reading_t *reading;
    const sc_course_doc_t *doc;
    int line; /* of the element */
} place_t;

static int has_scheme(const char *url, const char *scheme)
{
    return strncasecmp(url, scheme, strlen(scheme)) == 0;
}

static int is_escape(const char *at)
{
    return *at == '%' && apr_isxdigit(at[1]) && apr_isxdigit(at[2]);
}

static char unescaped(const char *at)
{
    const char digits[] = { at[1], at[2], '\0' };

    return (char)strtol(digits, NULL, 16);
}

/* The path in the folder that a relative address means: without query and fragment, "%20" decoded; NULL when malformed. */
static const char *path_of(const char *url, apr_pool_t *pool)
{
    char *path = apr_pstrmemdup(pool, url, strcspn(url, "?#")), *from, *to;

    for (from = to = path; *from; from++) {
        char letter = *from;
        if (letter == '%' && !is_escape(from))
            return NULL;
        if (letter == '%') {
            letter = unescaped(from);
            from += 2;
        }
        *to++ = letter;
    }
    *to = '\0';
    return path;
}

static int stays_in_media(const char *path)
{
    return strncmp(path, MEDIA, sizeof(MEDIA) - 1) == 0 && !strstr(path, "/../") && !strchr(path, '\\') &&
           (strlen(path) < 3 || strcmp(path + strlen(path) - 3, "/..") != 0);
}

static void check_media(const place_t *place, int line, const char *url, const char *what)
{
    sc_reading_t *reading = place->reading;
    const char *path = path_of(url, reading->scratch);

    if (!path || !stays_in_media(path))
        sc_reading_note(reading, SC_PROBLEM_ERROR, place->doc, line, "The %s “%s” is not in the folder media/ of the training.",
                        what, url);
    else if (!reading->source->has_media(reading->source->baton, path))
        sc_reading_note(reading, SC_PROBLEM_ERROR, place->doc, line, "The file “%s” is missing.", path);
}

static void check_link(const place_t *place, int line, const char *url)
{
    if (has_scheme(url, "http://") || has_scheme(url, "https://") || has_scheme(url, "mailto:"))
        return;
    if (strncmp(url, MEDIA, sizeof(MEDIA) - 1) == 0)
        check_media(place, line, url, "link");
    else
        sc_reading_note(place->reading, SC_PROBLEM_ERROR, place->doc, line,
                        "The link “%s” leads nowhere; a link begins with https://, http://, mailto: or media/.", url);
}

static void on_part(void *baton, const sc_markdown_part_t *part)
{
    const place_t *place = baton;
    sc_reading_t *reading = place->reading;
    int line = place->line + part->line - 1;

    switch (part->part) {
    case SC_MARKDOWN_LINK:
        check_link(place, line, part->url);
        break;
    case SC_MARKDOWN_IMAGE:
        check_media(place, line, part->url, "picture");
        if (*on_one_line(part->text, reading->scratch) == '\0')
            sc_reading_note(reading, SC_PROBLEM_WARNING, place->doc, line,
                            "The picture “%s” has no alternative text: ![what it shows](%s).", part->url, part->url);
        break;
    case SC_MARKDOWN_HTML:
        sc_reading_note(reading, SC_PROBLEM_WARNING, place->doc, line,
                        "HTML is left out: “%s”. Use Markdown; `backticks` show HTML as it is written.",
                        sc_text_clipped(on_one_line(part->text, reading->scratch), QUOTED_CHARACTERS, reading->scratch));
        break;
    }
}

/* ---- in all languages */

typedef const char *(*renderer_fn)(sc_reading_t *reading, const sc_course_doc_t *doc, const sc_xml_node_t *node);

static const char *plain(sc_reading_t *reading, const sc_course_doc_t *doc, const sc_xml_node_t *node)
{
    const char *text = sc_text_canonical(sc_course_line(node, reading->scratch), reading->pool);

    (void)doc;
    return text ? text : "";
}

static const char *html(sc_reading_t *reading, const sc_course_doc_t *doc, const sc_xml_node_t *node)
{
    place_t place = { reading, doc, sc_xml_line(node) };

    return sc_markdown_html(sc_xml_text(node, reading->scratch), on_part, &place, reading->pool);
}

static const char *label(sc_reading_t *reading, const sc_course_doc_t *doc, const sc_xml_node_t *node)
{
    place_t place = { reading, doc, sc_xml_line(node) };

    return sc_markdown_label(sc_xml_text(node, reading->scratch), on_part, &place, reading->pool);
}

/* Neither a word nor a picture: what was written was HTML. */
static int shows_nothing(const char *html)
{
    for (; *html; html++) {
        if (strncmp(html, "<img", 4) == 0)
            return 0;
        if (*html == '<')
            html = strchr(html, '>');
        else if (!apr_isspace(*html))
            return 0;
    }
    return 1;
}

/* The text of a file, or NULL when the master's has to stand for it. */
static const char *own_text(sc_reading_t *reading, int index, const sc_xml_node_t *node, renderer_fn render)
{
    const sc_course_doc_t *doc = &reading->docs[index];
    const char *text;

    if (sc_course_is_empty(node, reading->scratch))
        return index == 0 ? "" : NULL;
    text = render(reading, doc, node);
    if (render == plain || !shows_nothing(text))
        return text;
    sc_reading_note(reading, index == 0 ? SC_PROBLEM_ERROR : SC_PROBLEM_WARNING, doc, sc_xml_line(node),
                    "<%s> is empty without its HTML%s", sc_xml_name(node), index == 0 ? "." : "; the master's is shown.");
    return index == 0 ? "" : NULL;
}

static sc_text_t rendered(sc_reading_t *reading, sc_spot_t spot, renderer_fn render)
{
    const char **text;
    int i;

    if (!spot)
        return NULL;
    text = apr_pcalloc(reading->pool, sizeof(*text) * (apr_size_t)reading->doc_count);
    for (i = 0; i < reading->doc_count; i++) {
        const char *own = own_text(reading, i, spot[i], render);
        text[i] = own ? own : text[0];
    }
    return text;
}

sc_text_t sc_course_html(sc_reading_t *reading, sc_spot_t spot)
{
    return rendered(reading, spot, html);
}

sc_text_t sc_course_label(sc_reading_t *reading, sc_spot_t spot)
{
    return rendered(reading, spot, label);
}

sc_text_t sc_course_plain(sc_reading_t *reading, sc_spot_t spot)
{
    return rendered(reading, spot, plain);
}
