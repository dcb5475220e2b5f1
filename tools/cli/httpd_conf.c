/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads the directives that the tool needs from httpd's configuration: those outside of all virtual hosts, then those of the
 * virtual host that --vhost names, or of the only one that has ScormConnect On.
 *
 * Not a whole httpd: <IfModule>, <IfDefine> and the like are taken as true, Define and ${NAME} are followed, and so is Include.
 */
#include <apr_file_info.h>
#include <apr_file_io.h>
#include <apr_fnmatch.h>
#include <apr_hash.h>
#include <apr_strings.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

#define DEEPEST_INCLUDE 10
#define LONGEST_LINE 8192

typedef struct {
    apr_pool_t *pool;
    apr_hash_t *defines;
    const char *root;                   /* ServerRoot */
    apr_array_header_t *sections;       /* apr_table_t *: the first is the main server, then each virtual host */
    apr_table_t *section;               /* the one that is being read */
    int depth;
} reader_t;

/* The directives that matter, and where their values go. */
static const char *const wanted[] = { "DBDriver", "DBDParams", "ScormConnect", "ScormConnectHtdocs", "ScormConnectKeyFile",
                                      "ScormConnectPrefix", "ScormConnectSchema", "ScormConnectShowNames",
                                      "ScormConnectTrainings", "ScormConnectURL", "ServerName", NULL };

static sc_error_t *read_file(reader_t *reader, const char *path);

static const char *expand(reader_t *reader, const char *text)
{
    const char *start, *end, *out = "";

    while ((start = strstr(text, "${")) != NULL && (end = strchr(start, '}')) != NULL) {
        const char *name = apr_pstrmemdup(reader->pool, start + 2, (apr_size_t)(end - start - 2));
        const char *value = apr_hash_get(reader->defines, name, APR_HASH_KEY_STRING);

        if (!value)
            value = getenv(name);
        out = apr_pstrcat(reader->pool, out, apr_pstrmemdup(reader->pool, text, (apr_size_t)(start - text)),
                          value ? value : "", NULL);
        text = end + 1;
    }
    return apr_pstrcat(reader->pool, out, text, NULL);
}

static const char *absolute(reader_t *reader, const char *path)
{
    return *path == '/' || !reader->root ? path : apr_pstrcat(reader->pool, reader->root, "/", path, NULL);
}

static sc_error_t *include(reader_t *reader, const char *pattern)
{
    const char *path = absolute(reader, pattern), *folder;
    apr_array_header_t *names;
    apr_finfo_t info;
    int i;

    if (apr_stat(&info, path, APR_FINFO_TYPE, reader->pool) == APR_SUCCESS && info.filetype == APR_REG)
        return read_file(reader, path);
    if (apr_stat(&info, path, APR_FINFO_TYPE, reader->pool) == APR_SUCCESS && info.filetype == APR_DIR)
        path = apr_pstrcat(reader->pool, path, "/*", NULL);
    if (!strrchr(path, '/') || apr_match_glob(path, &names, reader->pool) != APR_SUCCESS)
        return NULL;
    folder = apr_pstrmemdup(reader->pool, path, (apr_size_t)(strrchr(path, '/') - path + 1));
    for (i = 0; i < names->nelts; i++)
        SC_TRY(read_file(reader, apr_pstrcat(reader->pool, folder, APR_ARRAY_IDX(names, i, const char *), NULL)));
    return NULL;
}

static sc_error_t *take_directive(reader_t *reader, char **words)
{
    const char *name = words[0], *value = words[1] ? words[1] : "";
    int i;

    if (strcasecmp(name, "Include") == 0 || strcasecmp(name, "IncludeOptional") == 0)
        return include(reader, value);
    if (strcasecmp(name, "Define") == 0)
        apr_hash_set(reader->defines, value, APR_HASH_KEY_STRING, words[1] && words[2] ? words[2] : "");
    else if (strcasecmp(name, "ServerRoot") == 0)
        reader->root = value;
    else if (strncasecmp(name, "<VirtualHost", 12) == 0)
        APR_ARRAY_PUSH(reader->sections, apr_table_t *) = reader->section = apr_table_make(reader->pool, 8);
    else if (strncasecmp(name, "</VirtualHost", 13) == 0)
        reader->section = APR_ARRAY_IDX(reader->sections, 0, apr_table_t *);
    for (i = 0; wanted[i]; i++)
        if (strcasecmp(name, wanted[i]) == 0)
            apr_table_set(reader->section, wanted[i], value);
    return NULL;
}

static sc_error_t *read_lines(reader_t *reader, apr_file_t *file)
{
    char part[LONGEST_LINE];
    const char *line = "";

    while (apr_file_gets(part, sizeof(part), file) == APR_SUCCESS) {
        apr_size_t length = strcspn(part, "\r\n");
        char **words;

        part[length] = '\0';
        if (length > 0 && part[length - 1] == '\\') {
            part[length - 1] = ' ';
            line = apr_pstrcat(reader->pool, line, part, NULL);
            continue;
        }
        line = apr_pstrcat(reader->pool, line, part, NULL);
        line += strspn(line, " \t");
        if (*line && *line != '#' && apr_tokenize_to_argv(expand(reader, line), &words, reader->pool) == APR_SUCCESS
            && words[0])
            SC_TRY(take_directive(reader, words));
        line = "";
    }
    return NULL;
}

static sc_error_t *read_file(reader_t *reader, const char *path)
{
    apr_file_t *file;
    apr_status_t rv = apr_file_open(&file, path, APR_FOPEN_READ | APR_FOPEN_BUFFERED, 0, reader->pool);
    sc_error_t *error;

    if (rv != APR_SUCCESS || reader->depth >= DEEPEST_INCLUDE)
        return sc_error_cause(sc_error(reader->pool, SC_INVALID, SC_MSG(704), "config_unreadable",
                                       "The configuration %s can't be read", path),
                              rv);
    reader->depth++;
    error = read_lines(reader, file);
    reader->depth--;
    apr_file_close(file);
    return error;
}

/* ---- choosing the virtual host */

static int is_chosen(const cli_t *cli, const apr_table_t *section)
{
    const char *name = apr_table_get(section, "ServerName"), *on = apr_table_get(section, "ScormConnect");

    if (cli->vhost)
        return name && strncasecmp(name, cli->vhost, strlen(cli->vhost)) == 0
            && (!name[strlen(cli->vhost)] || name[strlen(cli->vhost)] == ':');
    return on && strcasecmp(on, "On") == 0;
}

static sc_error_t *choose(const cli_t *cli, const reader_t *reader, apr_table_t **out)
{
    apr_table_t *chosen = NULL;
    int i, found = 0;

    for (i = 1; i < reader->sections->nelts; i++)
        if (is_chosen(cli, APR_ARRAY_IDX(reader->sections, i, apr_table_t *))) {
            chosen = APR_ARRAY_IDX(reader->sections, i, apr_table_t *);
            found++;
        }
    if (found > 1)
        return sc_error(cli->pool, SC_INVALID, SC_MSG(705), "vhost_ambiguous",
                        "Several virtual hosts have ScormConnect On: say which with --vhost NAME");
    if (cli->vhost && !found)
        return sc_error(cli->pool, SC_INVALID, SC_MSG(706), "vhost_unknown", "There is no virtual host \"%s\" in %s",
                        cli->vhost, cli->config);
    *out = APR_ARRAY_IDX(reader->sections, 0, apr_table_t *);
    if (chosen)
        *out = apr_table_overlay(cli->pool, chosen, *out);
    return NULL;
}

/* The module's own rule (url_of in module/config.c): https, unless ServerName says http or has a port of its own. */
static const char *public_url(const cli_t *cli, const apr_table_t *section)
{
    const char *name = apr_table_get(section, "ServerName"), *prefix = apr_table_get(section, "ScormConnectPrefix");
    const char *scheme = "https://", *port;

    if (apr_table_get(section, "ScormConnectURL"))
        return apr_table_get(section, "ScormConnectURL");
    if (!name)
        return NULL;
    if (strstr(name, "://")) {
        scheme = apr_pstrmemdup(cli->pool, name, (apr_size_t)(strstr(name, "://") + 3 - name));
        name = strstr(name, "://") + 3;
    }
    port = strrchr(name, ':');
    if (port && (strcmp(port, ":80") == 0 || strcmp(port, ":443") == 0))
        name = apr_pstrmemdup(cli->pool, name, (apr_size_t)(port - name));
    else if (port && !strstr(apr_table_get(section, "ServerName"), "://"))
        scheme = "http://";
    return apr_pstrcat(cli->pool, scheme, name, prefix ? prefix : "/connect", NULL);
}

sc_error_t *cli_read_config(cli_t *cli)
{
    reader_t reader = { 0 };
    apr_table_t *section = NULL;
    const struct {
        const char **option;
        const char *directive;
        int is_path;
    } fields[] = {
        { &cli->driver, "DBDriver", 0 },
        { &cli->params, "DBDParams", 0 },
        { &cli->trainings, "ScormConnectTrainings", 1 },
        { &cli->key_file, "ScormConnectKeyFile", 1 },
        { &cli->htdocs, "ScormConnectHtdocs", 1 },
        { &cli->schema, "ScormConnectSchema", 1 },
    };
    unsigned i;

    reader.pool = cli->pool;
    reader.defines = apr_hash_make(cli->pool);
    reader.sections = apr_array_make(cli->pool, 4, sizeof(apr_table_t *));
    APR_ARRAY_PUSH(reader.sections, apr_table_t *) = reader.section = apr_table_make(cli->pool, 8);
    SC_TRY(read_file(&reader, cli->config));
    SC_TRY(choose(cli, &reader, &section));
    for (i = 0; i < sizeof(fields) / sizeof(*fields); i++) {
        const char *value = apr_table_get(section, fields[i].directive);
        if (value && !*fields[i].option)
            *fields[i].option = fields[i].is_path ? absolute(&reader, value) : value;
    }
    if (!cli->url)
        cli->url = public_url(cli, section);
    if (apr_table_get(section, "ScormConnectShowNames"))
        cli->show_names = strcasecmp(apr_table_get(section, "ScormConnectShowNames"), "On") == 0;
    return NULL;
}
