/* SPDX-License-Identifier: Apache-2.0 */
#include "service/package.h"

#include <apr_strings.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"
#include "base/zip.h"
#include "domain/manifest.h"

/* The one SCO of a single-SCO package, and the page that launches it. Both stay for ever: LMSes track by them. */
#define SCO "main"
#define LAUNCH_FILE "sco1.html"
#define LONGEST_NAME_PART 16

static const char *const assets[] = { "connector.css", "connector.js", NULL };

static sc_error_t *read_file(const sc_site_t *site, const char *name, sc_zip_entry_t *entry, apr_pool_t *pool)
{
    entry->name = name;
    return sc_file_read(apr_pstrcat(pool, site->htdocs, "/connector/", name, NULL), &entry->bytes, &entry->length, pool);
}

/* `text` with each "@NAME@" replaced by its value, escaped. */
static const char *fill(const char *text, const char *const pairs[][2], apr_pool_t *pool)
{
    const char *out = "", *from = text, *at;
    int i;

    while ((at = strchr(from, '@')) != NULL) {
        const char *value = NULL;
        for (i = 0; pairs[i][0] && !value; i++)
            if (strncmp(at, pairs[i][0], strlen(pairs[i][0])) == 0) {
                value = sc_text_escaped(pairs[i][1], pool);
                out = apr_pstrcat(pool, out, apr_pstrmemdup(pool, from, (apr_size_t)(at - from)), value, NULL);
                from = at + strlen(pairs[i][0]);
            }
        if (!value) {
            out = apr_pstrcat(pool, out, apr_pstrmemdup(pool, from, (apr_size_t)(at - from) + 1), NULL);
            from = at + 1;
        }
    }
    return apr_pstrcat(pool, out, from, NULL);
}

static const char *first_lang(const sc_publication_t *publication, apr_pool_t *pool)
{
    apr_size_t length = strcspn(publication->langs, " ");

    return length ? apr_pstrmemdup(pool, publication->langs, length) : "en";
}

static sc_error_t *launch_page(const sc_site_t *site, const sc_publication_t *publication, sc_scorm_e scorm,
                               sc_zip_entry_t *entry, apr_pool_t *pool)
{
    const char *const pairs[][2] = { { "@TITLE@", publication->title },
                                     { "@LANG@", first_lang(publication, pool) },
                                     { "@HOST@", site->url },
                                     { "@PUBLICATION@", publication->id },
                                     { "@SCO@", SCO },
                                     { "@EDITION@", sc_scorm_name(scorm) },
                                     { NULL, NULL } };

    SC_TRY(read_file(site, "launch.html", entry, pool));
    entry->name = LAUNCH_FILE;
    entry->bytes = fill(entry->bytes, pairs, pool);
    entry->length = strlen(entry->bytes);
    return NULL;
}

/* "fire-safety-1-2": some LMSes refuse names that are long or have anything but letters, digits, "_" and "-". */
static const char *file_name(const sc_publication_t *publication, sc_scorm_e scorm, apr_pool_t *pool)
{
    char *name = apr_pstrndup(pool, publication->training, LONGEST_NAME_PART);
    char *version = apr_pstrdup(pool, sc_scorm_name(scorm));
    char *dot = strchr(version, '.');

    if (dot)
        *dot = '-';
    return apr_pstrcat(pool, name, "-", version, ".zip", NULL);
}

sc_error_t *sc_package_make(const sc_site_t *site, const sc_publication_t *publication, sc_scorm_e scorm,
                            sc_package_t *out, apr_pool_t *pool)
{
    sc_manifest_sco_t sco = { "I1", publication->title, LAUNCH_FILE };
    sc_manifest_t manifest = { scorm, publication->id, publication->title, &sco, 1, assets };
    sc_zip_entry_t entries[4];
    const char *text;
    int i;

    if (!site->url || !*site->url)
        return sc_error(pool, SC_INVALID, SC_MSG(311), "url_missing",
                        "The public address of this server is not known: set ScormConnectURL");
    text = sc_manifest_text(&manifest, pool);
    entries[0].name = "imsmanifest.xml";
    entries[0].bytes = text;
    entries[0].length = strlen(text);
    SC_TRY(launch_page(site, publication, scorm, &entries[1], pool));
    for (i = 0; assets[i]; i++)
        SC_TRY(read_file(site, assets[i], &entries[2 + i], pool));
    out->name = file_name(publication, scorm, pool);
    return sc_zip_write(entries, 4, &out->bytes, &out->length, pool);
}
