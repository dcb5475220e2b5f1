/* SPDX-License-Identifier: Apache-2.0
 *
 * Publications: making, changing and showing them, for the admin page and the command line alike.
 * Fields and answers are those of docs/admin-api.md.
 */
#ifndef SC_SERVICE_PUBLISH_H
#define SC_SERVICE_PUBLISH_H

#include "base/json.h"
#include "service/site.h"
#include "store/publication.h"

/* Makes a publication from `fields`. SC_INVALID "field_invalid" about the first field that is wrong. */
sc_error_t *sc_publish_create(const sc_site_t *site, sc_db_t *db, const sc_json_t *fields, const char *actor,
                              apr_time_t now, sc_json_t **out, apr_pool_t *pool);

/* Changes the fields that are given. SC_CONFLICT "changed_meanwhile" unless "rev" is the present one. */
sc_error_t *sc_publish_update(const sc_site_t *site, sc_db_t *db, const char *id, const sc_json_t *fields,
                              const char *actor, apr_time_t now, sc_json_t **out, apr_pool_t *pool);

/* Puts `origin` on the list of publication `id`, unless it is there. */
sc_error_t *sc_publish_authorise(const sc_site_t *site, sc_db_t *db, const char *id, const char *origin,
                                 const char *actor, apr_time_t now, sc_json_t **out, apr_pool_t *pool);

/* SC_NOT_FOUND "publication_unknown". */
sc_error_t *sc_publish_get(sc_db_t *db, const char *id, sc_publication_t **out, apr_pool_t *pool);
sc_error_t *sc_publish_show(const sc_site_t *site, sc_db_t *db, const char *id, sc_json_t **out, apr_pool_t *pool);

/* {publications: […]} */
sc_error_t *sc_publish_list(const sc_site_t *site, sc_db_t *db, sc_json_t **out, apr_pool_t *pool);

/* {trainings: […]}, with every problem of every training. */
sc_error_t *sc_publish_trainings(const sc_site_t *site, sc_json_t **out, apr_pool_t *pool);

/* {origins: […]}: the check that saving makes, for each text of the list. */
sc_json_t *sc_publish_check_origins(const sc_json_t *texts, apr_pool_t *pool);

#endif
