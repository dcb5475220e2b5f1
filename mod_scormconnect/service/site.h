/* SPDX-License-Identifier: Apache-2.0
 *
 * What the use cases need to know of the site they serve: one per virtual host, made once, read by all threads.
 */
#ifndef SC_SERVICE_SITE_H
#define SC_SERVICE_SITE_H

#include "base/secret.h"
#include "service/trainings.h"

typedef struct {
    sc_trainings_t *trainings;
    sc_key_t key;                       /* signs tokens */
    const char *prefix;                 /* "/connect", no slash at its end; "" for the root */
    const char *url;                    /* "https://training.example.com/connect": what packages point to */
    const char *htdocs;                 /* folder of the browser code */
    apr_array_header_t *allowed;        /* const char *: origins and patterns; NULL: every one that a publication lists */
    int show_names;
    int idle;                           /* seconds that a token lives without being used */
} sc_site_t;

#endif
