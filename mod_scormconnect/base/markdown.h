/* SPDX-License-Identifier: Apache-2.0
 *
 * CommonMark to HTML, the face of libcmark. Raw HTML never comes through, so what an author writes can't become
 * script on a learner's page.
 */
#ifndef SC_BASE_MARKDOWN_H
#define SC_BASE_MARKDOWN_H

#include <apr_pools.h>

typedef enum { SC_MARKDOWN_LINK, SC_MARKDOWN_IMAGE, SC_MARKDOWN_HTML } sc_markdown_part_e;

/* Something in a text that its author should be asked about. */
typedef struct {
    sc_markdown_part_e part;
    int line;         /* of the text, from 1 */
    const char *url;  /* link, image */
    const char *text; /* image: its alternative text; HTML: the HTML that was left out; link: "" */
} sc_markdown_part_t;

typedef void (*sc_markdown_visit_fn)(void *baton, const sc_markdown_part_t *part);

/* HTML of `text`, whose common indentation is taken off first. `visit` (or NULL) is told of every link, image and
 * piece of HTML. */
const char *sc_markdown_html(const char *text, sc_markdown_visit_fn visit, void *baton, apr_pool_t *pool);

/* The same, but a single paragraph comes without <p>: for labels. */
const char *sc_markdown_label(const char *text, sc_markdown_visit_fn visit, void *baton, apr_pool_t *pool);

/* `text` without the white space that all its lines begin with. The first line, which follows a tag, loses all of its. */
const char *sc_markdown_dedent(const char *text, apr_pool_t *pool);

#endif
