/* SPDX-License-Identifier: Apache-2.0
 *
 * Writing small zip archives in memory, the face of libzip.
 */
#ifndef SC_BASE_ZIP_H
#define SC_BASE_ZIP_H

#include <apr_pools.h>

#include "base/error.h"

typedef struct {
    const char *name;                   /* ASCII, forward slashes, no leading slash */
    const char *bytes;
    apr_size_t length;
} sc_zip_entry_t;

/* The archive of `entries` in their order, stored, the same bytes for the same input on every machine and
 * in every time zone: no extra fields, no data descriptors, no zip64, dates of 1980-01-01. `out` lives in `pool`. */
sc_error_t *sc_zip_write(const sc_zip_entry_t *entries, int count, const char **out, apr_size_t *length, apr_pool_t *pool);

#endif
