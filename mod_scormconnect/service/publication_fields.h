/* SPDX-License-Identifier: Apache-2.0
 *
 * From what a publisher writes to a publication, and back: every field is checked here, in one place.
 */
#ifndef SC_SERVICE_PUBLICATION_FIELDS_H
#define SC_SERVICE_PUBLICATION_FIELDS_H

#include "base/json.h"
#include "service/site.h"
#include "store/publication.h"

/* A publication with the defaults. */
sc_publication_t *sc_publication_blank(apr_pool_t *pool);

/* Takes the fields that `fields` has into `publication`, whose training is `course`.
 * SC_INVALID "field_invalid", about the field. */
sc_error_t *sc_publication_take(sc_publication_t *publication, const sc_json_t *fields, const sc_course_t *course,
                                apr_pool_t *pool);

/* The PUBLICATION of docs/admin-api.md; `figures` may be NULL: all zero. */
void sc_publication_tell(const sc_publication_t *publication, const sc_publication_figures_t *figures,
                         const char *training_state, sc_json_t *out, apr_pool_t *pool);

#endif
