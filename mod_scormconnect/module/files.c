/* SPDX-License-Identifier: Apache-2.0
 *
 * The player's page, browser code and media: mapped to files here, sent by httpd's own default handler, which brings
 * ranges, ETags and sendfile.
 */
#include "module/module.h"

#include <apr_file_io.h>
#include <apr_strings.h>
#include <http_protocol.h>
#include <http_request.h>
#include <string.h>

#include "service/token.h"

#define PLAYER_POLICY                                                                                         \
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; "      \
    "font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'"

/* Left by the mapping for the fixup, in the request's configuration. */
typedef struct {
    int is_page;
    const char *type;                   /* NULL: as mod_mime says */
    const char *cache;
} mapped_t;

/* Of our own files, so that no site's mod_mime need know them. */
static const struct {
    const char *suffix, *type;
} types[] = {
    { ".html", "text/html; charset=utf-8" },   { ".js", "text/javascript; charset=utf-8" },
    { ".css", "text/css; charset=utf-8" },     { ".json", "application/json" },
    { ".svg", "image/svg+xml" },               { ".png", "image/png" },
    { ".jpg", "image/jpeg" },                  { ".jpeg", "image/jpeg" },
    { ".webp", "image/webp" },                 { ".gif", "image/gif" },
    { ".txt", "text/plain; charset=utf-8" },   { ".mp4", "video/mp4" },
    { ".mp3", "audio/mpeg" },                  { ".vtt", "text/vtt; charset=utf-8" },
};

static const char *type_of(const char *path)
{
    const char *suffix = strrchr(path, '.');
    unsigned i;

    for (i = 0; suffix && i < sizeof(types) / sizeof(*types); i++)
        if (ap_cstr_casecmp(suffix, types[i].suffix) == 0)
            return types[i].type;
    return NULL;
}

static int map(request_rec *r, const char *file, int is_page, const char *cache)
{
    mapped_t *mapped;

    if (apr_stat(&r->finfo, file, APR_FINFO_MIN, r->pool) != APR_SUCCESS || r->finfo.filetype != APR_REG)
        return HTTP_NOT_FOUND;
    mapped = apr_pcalloc(r->pool, sizeof(*mapped));
    mapped->is_page = is_page;
    mapped->type = type_of(file);
    mapped->cache = cache;
    ap_set_module_config(r->request_config, &scormconnect_module, mapped);
    r->filename = apr_pstrdup(r->pool, file);
    r->canonical_filename = r->filename;
    r->path_info = NULL;
    return OK;
}

/* /p/PUBLICATION/SCO is the same page for everyone. */
static int map_player(request_rec *r, const sc_config_t *config, const char *rest)
{
    const char *slash = strchr(rest, '/');

    if (!slash || slash == rest || !slash[1] || strchr(slash + 1, '/'))
        return HTTP_NOT_FOUND;
    return map(r, apr_pstrcat(r->pool, config->htdocs, "/player/index.html", NULL), 1, "no-cache");
}

static int map_static(request_rec *r, const sc_config_t *config, const char *rest)
{
    char *file;

    if (apr_filepath_merge(&file, config->htdocs, rest, APR_FILEPATH_SECUREROOT, r->pool) != APR_SUCCESS)
        return HTTP_NOT_FOUND;
    return map(r, file, 0, "no-cache");
}

static int map_media(request_rec *r, const sc_config_t *config, const char *rest)
{
    const char *slash = strchr(rest, '/'), *training, *file;

    if (!slash || !config->site)
        return HTTP_NOT_FOUND;
    training = sc_token_media_training(config->site, apr_pstrmemdup(r->pool, rest, (apr_size_t)(slash - rest)),
                                       r->request_time, r->pool);
    if (!training || sc_trainings_media(config->site->trainings, training, slash + 1, &file, r->pool))
        return HTTP_NOT_FOUND;
    return map(r, file, 0, "private, max-age=600");
}

int sc_files_map(request_rec *r, const sc_config_t *config, const char *path)
{
    int result = OK;

    if (strncmp(path, "/p/", 3) == 0)
        result = map_player(r, config, path + 3);
    else if (strncmp(path, "/s/", 3) == 0)
        result = map_static(r, config, path + 3);
    else if (strncmp(path, "/m/", 3) == 0)
        result = map_media(r, config, path + 3);
    return result;
}

int sc_files_fixup(request_rec *r)
{
    const mapped_t *mapped = ap_get_module_config(r->request_config, &scormconnect_module);

    if (!mapped)
        return DECLINED;
    r->handler = "default-handler";
    if (mapped->type)
        ap_set_content_type(r, mapped->type);
    apr_table_setn(r->headers_out, "Cache-Control", mapped->cache);
    apr_table_setn(r->headers_out, "X-Content-Type-Options", "nosniff");
    apr_table_setn(r->headers_out, "Referrer-Policy", "no-referrer");
    /* A picture that is opened by itself must not run as a page of ours. */
    apr_table_setn(r->headers_out, "Content-Security-Policy",
                   mapped->is_page ? PLAYER_POLICY : "default-src 'none'; style-src 'unsafe-inline'; sandbox");
    return OK;
}
