/* SPDX-License-Identifier: Apache-2.0
 *
 * Small files, whole.
 */
#ifndef SC_BASE_FILE_H
#define SC_BASE_FILE_H

#include <apr_pools.h>

#include "base/error.h"

/* Reads an installed file into `pool`; a NUL follows its `length` bytes. `length` may be NULL.
 * SC_INTERNAL when it can't be read. */
sc_error_t *sc_file_read(const char *path, const char **bytes, apr_size_t *length, apr_pool_t *pool);

#endif
