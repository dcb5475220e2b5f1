/* SPDX-License-Identifier: Apache-2.0
 *
 * The thin SCORM package of a publication: manifest, launch page, connector. The same bytes for the same
 * publication id, title, address and release; nothing in it is a secret.
 */
#ifndef SC_SERVICE_PACKAGE_H
#define SC_SERVICE_PACKAGE_H

#include "domain/status.h"
#include "service/site.h"
#include "store/publication.h"

typedef struct {
    const char *name;                   /* to save it under: letters, digits, "_" and "-", at most 30 characters */
    const char *bytes;
    apr_size_t length;
} sc_package_t;

sc_error_t *sc_package_make(const sc_site_t *site, const sc_publication_t *publication, sc_scorm_e scorm,
                            sc_package_t *out, apr_pool_t *pool);

#endif
