/* SPDX-License-Identifier: Apache-2.0 */
#include "domain/manifest.h"

#include <apr_strings.h>
#include <apr_tables.h>
#include <string.h>

#include "base/text.h"

#define MAX_TITLE 200                   /* SCORM 1.2's schema refuses more */
#define IDENTIFIER_DIGITS 12

#define ASSETS "RS"

/* What differs between the editions. */
typedef struct {
    const char *schema_version;
    const char *namespaces;
    const char *locations;              /* on one line: an LMS broke at line feeds */
    const char *type_attribute;
    int sequencing;                     /* has imsss and adlnav */
} edition_t;

#define NAMESPACES_12                                             \
    " xmlns=\"http://www.imsproject.org/xsd/imscp_rootv1p1p2\"\n" \
    " xmlns:adlcp=\"http://www.adlnet.org/xsd/adlcp_rootv1p2\"\n"
#define LOCATIONS_12                                                       \
    "http://www.imsproject.org/xsd/imscp_rootv1p1p2 imscp_rootv1p1p2.xsd " \
    "http://www.adlnet.org/xsd/adlcp_rootv1p2 adlcp_rootv1p2.xsd"

#define NAMESPACES_2004                                         \
    " xmlns=\"http://www.imsglobal.org/xsd/imscp_v1p1\"\n"      \
    " xmlns:adlcp=\"http://www.adlnet.org/xsd/adlcp_v1p3\"\n"   \
    " xmlns:adlseq=\"http://www.adlnet.org/xsd/adlseq_v1p3\"\n" \
    " xmlns:adlnav=\"http://www.adlnet.org/xsd/adlnav_v1p3\"\n" \
    " xmlns:imsss=\"http://www.imsglobal.org/xsd/imsss\"\n"
#define LOCATIONS_2004                                        \
    "http://www.imsglobal.org/xsd/imscp_v1p1 imscp_v1p1.xsd " \
    "http://www.adlnet.org/xsd/adlcp_v1p3 adlcp_v1p3.xsd "    \
    "http://www.adlnet.org/xsd/adlseq_v1p3 adlseq_v1p3.xsd "  \
    "http://www.adlnet.org/xsd/adlnav_v1p3 adlnav_v1p3.xsd "  \
    "http://www.imsglobal.org/xsd/imsss imsss_v1p0.xsd"

static const edition_t editions[] = {
    [SC_SCORM_12] = { "1.2", NAMESPACES_12, LOCATIONS_12, "scormtype", 0 },
    [SC_SCORM_2004_3] = { "2004 3rd Edition", NAMESPACES_2004, LOCATIONS_2004, "scormType", 1 },
    [SC_SCORM_2004_4] = { "2004 4th Edition", NAMESPACES_2004, LOCATIONS_2004, "scormType", 1 },
};

/* The buttons of the LMS that a package can hide. Our player has its own; a learner with one SCO needs none of the
 * LMS's. With several SCOs the LMS leads from one to the next and out, and only those go that leave the learner lost
 * or throw a session's work away. */
static const struct {
    const char *button;
    int with_several;
} hidden[] = {
    { "previous", 0 }, { "continue", 0 },   { "exit", 1 },       { "exitAll", 0 },
    { "abandon", 1 },  { "abandonAll", 1 }, { "suspendAll", 0 },
};

typedef struct {
    const sc_manifest_t *manifest;
    const edition_t *edition;
    apr_array_header_t *pieces;
    apr_pool_t *pool;
} writer_t;

/* ---- pieces of text */

static void put(writer_t *writer, const char *text)
{
    APR_ARRAY_PUSH(writer->pieces, const char *) = text;
}

static void put_escaped(writer_t *writer, const char *text)
{
    put(writer, sc_text_escaped(text, writer->pool));
}

static void put_attribute(writer_t *writer, const char *name, const char *value)
{
    put(writer, apr_pstrcat(writer->pool, " ", name, "=\"", sc_text_escaped(value, writer->pool), "\"", NULL));
}

/* A line feed in a title is a space: nobody draws it as anything else, and some LMSes stumble. */
static const char *one_line(const char *text, apr_pool_t *pool)
{
    char *line = apr_pstrdup(pool, text), *at;

    for (at = line; *at; at++) {
        if ((unsigned char)*at < 0x20 || *at == 0x7f)
            *at = ' ';
    }
    return line;
}

static void put_title(writer_t *writer, const char *title)
{
    const char *clean = sc_text_canonical(sc_text_clipped(title, strlen(title), writer->pool), writer->pool);

    put(writer, "<title>");
    put_escaped(writer, one_line(sc_text_clipped(clean, MAX_TITLE, writer->pool), writer->pool));
    put(writer, "</title>\n");
}

/* ---- elements, inner before outer */

static void put_presentation(writer_t *writer)
{
    size_t i;

    put(writer, "        <adlnav:presentation><adlnav:navigationInterface>\n");
    for (i = 0; i < sizeof(hidden) / sizeof(hidden[0]); i++) {
        if (writer->manifest->sco_count == 1 || hidden[i].with_several)
            put(writer, apr_pstrcat(writer->pool, "          <adlnav:hideLMSUI>", hidden[i].button,
                                    "</adlnav:hideLMSUI>\n", NULL));
    }
    put(writer, "        </adlnav:navigationInterface></adlnav:presentation>\n");
}

static const char *resource_of(const sc_manifest_sco_t *sco, apr_pool_t *pool)
{
    return apr_pstrcat(pool, "R", sco->identifier + 1, NULL);
}

static void put_item(writer_t *writer, const sc_manifest_sco_t *sco)
{
    put(writer, "      <item");
    put_attribute(writer, "identifier", sco->identifier);
    put_attribute(writer, "identifierref", resource_of(sco, writer->pool));
    put(writer, " isvisible=\"true\">\n        ");
    put_title(writer, sco->title);
    if (writer->edition->sequencing) {
        /* Without these three some LMSes complete a SCO by closing it. */
        put(writer, "        <imsss:sequencing>\n"
                    "          <imsss:deliveryControls tracked=\"true\" completionSetByContent=\"true\""
                    " objectiveSetByContent=\"true\"/>\n"
                    "        </imsss:sequencing>\n");
        put_presentation(writer);
    }
    put(writer, "      </item>\n");
}

static void put_organization(writer_t *writer)
{
    const sc_manifest_t *manifest = writer->manifest;
    int i;

    put(writer, "  <organizations default=\"ORG1\">\n    <organization identifier=\"ORG1\"");
    if (writer->edition->sequencing)
        put(writer, " adlseq:objectivesGlobalToSystem=\"false\"");
    put(writer, ">\n      ");
    put_title(writer, manifest->title);
    for (i = 0; i < manifest->sco_count; i++)
        put_item(writer, &manifest->scos[i]);
    if (writer->edition->sequencing)
        put(writer, "      <imsss:sequencing><imsss:controlMode choice=\"true\" flow=\"true\"/></imsss:sequencing>\n");
    put(writer, "    </organization>\n  </organizations>\n");
}

static void put_resource(writer_t *writer, const char *identifier, const char *type, const char *href)
{
    put(writer, "    <resource");
    put_attribute(writer, "identifier", identifier);
    put(writer, " type=\"webcontent\"");
    put_attribute(writer, apr_pstrcat(writer->pool, "adlcp:", writer->edition->type_attribute, NULL), type);
    if (href)
        put_attribute(writer, "href", href);
    put(writer, ">\n");
}

static void put_file(writer_t *writer, const char *href)
{
    put(writer, "      <file");
    put_attribute(writer, "href", href);
    put(writer, "/>\n");
}

static void put_resources(writer_t *writer)
{
    const sc_manifest_t *manifest = writer->manifest;
    int has_assets = manifest->assets && manifest->assets[0];
    int i;

    put(writer, "  <resources>\n");
    for (i = 0; i < manifest->sco_count; i++) {
        const sc_manifest_sco_t *sco = &manifest->scos[i];

        put_resource(writer, resource_of(sco, writer->pool), "sco", sco->href);
        put_file(writer, sco->href);
        if (has_assets)
            put(writer, "      <dependency identifierref=\"" ASSETS "\"/>\n");
        put(writer, "    </resource>\n");
    }
    if (has_assets) {
        const char *const *asset;

        put_resource(writer, ASSETS, "asset", NULL);
        for (asset = manifest->assets; *asset; asset++)
            put_file(writer, *asset);
        put(writer, "    </resource>\n");
    }
    put(writer, "  </resources>\n");
}

/* ---- public */

const char *sc_manifest_text(const sc_manifest_t *manifest, apr_pool_t *pool)
{
    writer_t writer = {
        .manifest = manifest,
        .edition = &editions[manifest->scorm],
        .pieces = apr_array_make(pool, 64, sizeof(const char *)),
        .pool = pool,
    };

    put(&writer, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<manifest");
    put_attribute(&writer, "identifier", sc_manifest_identifier(manifest->publication, pool));
    put(&writer, " version=\"1\"\n");
    put(&writer, writer.edition->namespaces);
    put(&writer, " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"\n");
    put_attribute(&writer, "xsi:schemaLocation", writer.edition->locations);
    put(&writer, ">\n  <metadata><schema>ADL SCORM</schema><schemaversion>");
    put(&writer, writer.edition->schema_version);
    put(&writer, "</schemaversion></metadata>\n");
    put_organization(&writer);
    put_resources(&writer);
    put(&writer, "</manifest>\n");
    return apr_array_pstrcat(pool, writer.pieces, 0);
}

const char *sc_manifest_identifier(const char *publication, apr_pool_t *pool)
{
    /* An id starts with the time, which publications made together share; its last characters are chance. */
    apr_size_t length = strlen(publication);

    return apr_pstrcat(pool, "P", publication + (length > IDENTIFIER_DIGITS ? length - IDENTIFIER_DIGITS : 0), NULL);
}
