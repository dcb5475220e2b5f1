/* SPDX-License-Identifier: Apache-2.0 */
#include "base/markdown.h"

#include <apr_strings.h>
#include <apr_tables.h>
#include <cmark.h>
#include <stdlib.h>
#include <string.h>

/* ---- indentation */

static apr_size_t indentation(const char *line)
{
    return strspn(line, " \t");
}

static int is_blank(const char *line)
{
    line += indentation(line);
    return *line == '\0' || *line == '\n' || *line == '\r';
}

static const char *next_line(const char *line)
{
    const char *end = strchr(line, '\n');

    return end ? end + 1 : NULL;
}

/* How much of the beginning all lines after the first have in common. */
static apr_size_t common_indentation(const char *text)
{
    const char *line, *sample = NULL;
    apr_size_t common = 0, i;

    for (line = next_line(text); line; line = next_line(line)) {
        if (is_blank(line))
            continue;
        if (!sample) {
            sample = line;
            common = indentation(line);
        }
        for (i = 0; i < common && line[i] == sample[i]; i++)
            continue;
        common = i;
    }
    return common;
}

const char *sc_markdown_dedent(const char *text, apr_pool_t *pool)
{
    apr_size_t common = common_indentation(text);
    char *copy = apr_palloc(pool, strlen(text) + 1), *to = copy;
    const char *line = text, *next;

    for (; line; line = next) {
        apr_size_t length;

        next = next_line(line);
        if (line == text || is_blank(line))
            line += indentation(line);
        else
            line += common;
        length = next ? (apr_size_t)(next - line) : strlen(line);
        memcpy(to, line, length);
        to += length;
    }
    *to = '\0';
    return copy;
}

/* ---- the parts that are told */

/* What is read aloud instead of the picture. */
static const char *alternative(cmark_node *image, apr_pool_t *pool)
{
    apr_array_header_t *pieces = apr_array_make(pool, 4, sizeof(const char *));
    cmark_iter *iter = cmark_iter_new(image);

    while (cmark_iter_next(iter) != CMARK_EVENT_DONE) {
        const char *literal = cmark_node_get_literal(cmark_iter_get_node(iter));
        if (literal)
            APR_ARRAY_PUSH(pieces, const char *) = apr_pstrdup(pool, literal);
    }
    cmark_iter_free(iter);
    return apr_array_pstrcat(pool, pieces, 0);
}

static void tell(cmark_node *node, sc_markdown_visit_fn visit, void *baton, apr_pool_t *pool)
{
    sc_markdown_part_t part = { .line = cmark_node_get_start_line(node), .url = "", .text = "" };

    switch (cmark_node_get_type(node)) {
    case CMARK_NODE_LINK:
        part.part = SC_MARKDOWN_LINK;
        part.url = apr_pstrdup(pool, cmark_node_get_url(node));
        break;
    case CMARK_NODE_IMAGE:
        part.part = SC_MARKDOWN_IMAGE;
        part.url = apr_pstrdup(pool, cmark_node_get_url(node));
        part.text = alternative(node, pool);
        break;
    case CMARK_NODE_HTML_BLOCK:
    case CMARK_NODE_HTML_INLINE:
        part.part = SC_MARKDOWN_HTML;
        part.text = apr_pstrdup(pool, cmark_node_get_literal(node));
        break;
    default:
        return;
    }
    if (visit)
        visit(baton, &part);
}

/* Takes raw HTML out, and tells what is worth telling. */
static void walk(cmark_node *document, sc_markdown_visit_fn visit, void *baton, apr_pool_t *pool)
{
    apr_array_header_t *raw = apr_array_make(pool, 4, sizeof(cmark_node *));
    cmark_iter *iter = cmark_iter_new(document);
    cmark_event_type event;
    int i;

    while ((event = cmark_iter_next(iter)) != CMARK_EVENT_DONE) {
        cmark_node *node = cmark_iter_get_node(iter);
        cmark_node_type type = cmark_node_get_type(node);

        if (event != CMARK_EVENT_ENTER)
            continue;
        tell(node, visit, baton, pool);
        if (type == CMARK_NODE_HTML_BLOCK || type == CMARK_NODE_HTML_INLINE)
            APR_ARRAY_PUSH(raw, cmark_node *) = node;
    }
    cmark_iter_free(iter);
    for (i = 0; i < raw->nelts; i++)
        cmark_node_free(APR_ARRAY_IDX(raw, i, cmark_node *));
}

/* ---- rendering */

static cmark_node *parse(const char *text, apr_pool_t *pool)
{
    const char *plain = sc_markdown_dedent(text, pool);

    return cmark_parse_document(plain, strlen(plain), CMARK_OPT_DEFAULT);
}

static const char *render(cmark_node *node, apr_pool_t *pool)
{
    char *html = cmark_render_html(node, CMARK_OPT_DEFAULT);
    apr_size_t length = strlen(html);
    const char *copy;

    while (length > 0 && html[length - 1] == '\n')
        length--;
    copy = apr_pstrmemdup(pool, html, length);
    free(html);
    return copy;
}

const char *sc_markdown_html(const char *text, sc_markdown_visit_fn visit, void *baton, apr_pool_t *pool)
{
    cmark_node *document = parse(text, pool);
    const char *html;

    walk(document, visit, baton, pool);
    html = render(document, pool);
    cmark_node_free(document);
    return html;
}

const char *sc_markdown_label(const char *text, sc_markdown_visit_fn visit, void *baton, apr_pool_t *pool)
{
    static const char open[] = "<p>", close[] = "</p>";
    const apr_size_t tags = sizeof(open) + sizeof(close) - 2;
    cmark_node *document = parse(text, pool), *first;
    const char *html;

    walk(document, visit, baton, pool);
    first = cmark_node_first_child(document);
    html = render(document, pool);
    if (first && !cmark_node_next(first) && cmark_node_get_type(first) == CMARK_NODE_PARAGRAPH)
        html = apr_pstrmemdup(pool, html + sizeof(open) - 1, strlen(html) - tags);
    cmark_node_free(document);
    return html;
}
