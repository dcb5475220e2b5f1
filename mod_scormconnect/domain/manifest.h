/* SPDX-License-Identifier: Apache-2.0
 *
 * imsmanifest.xml of a thin package (SCORM 1.2 CAM 2.3; SCORM 2004 CAM 3.4). Pure.
 */
#ifndef SC_DOMAIN_MANIFEST_H
#define SC_DOMAIN_MANIFEST_H

#include <apr_pools.h>

#include "domain/status.h"

typedef struct {
    const char *identifier;             /* of the item: "I1"; its resource is "R1" */
    const char *title;
    const char *href;                   /* launch file: "sco1.html" */
} sc_manifest_sco_t;

typedef struct {
    sc_scorm_e scorm;
    const char *publication;            /* an id of base/id.h: the manifest's identifier is made from it */
    const char *title;
    const sc_manifest_sco_t *scos;
    int sco_count;
    const char *const *assets;          /* files beside the launch files, NULL at the end */
} sc_manifest_t;

/* The manifest as UTF-8 text in `pool`. Titles are escaped, cleaned of control characters, cut at 200 characters. */
const char *sc_manifest_text(const sc_manifest_t *manifest, apr_pool_t *pool);

/* The manifest identifier of a publication: differs from others' within its first 15 characters. */
const char *sc_manifest_identifier(const char *publication, apr_pool_t *pool);

#endif
