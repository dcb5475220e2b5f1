/* SPDX-License-Identifier: Apache-2.0 */
#include "base/file.h"

#include <apr_file_io.h>

sc_error_t *sc_file_read(const char *path, const char **bytes, apr_size_t *length, apr_pool_t *pool)
{
    apr_file_t *file;
    apr_finfo_t info;
    apr_size_t count = 0;
    char *read = NULL;
    apr_status_t rv = apr_file_open(&file, path, APR_FOPEN_READ | APR_FOPEN_BINARY, 0, pool);

    if (rv == APR_SUCCESS) {
        rv = apr_file_info_get(&info, APR_FINFO_SIZE, file);
        if (rv == APR_SUCCESS) {
            read = apr_palloc(pool, (apr_size_t)info.size + 1);
            rv = apr_file_read_full(file, read, (apr_size_t)info.size, &count);
            read[count] = '\0';
        }
        apr_file_close(file);
    }
    if (rv != APR_SUCCESS)
        return sc_error_cause(sc_error_detail(sc_error(pool, SC_INTERNAL, SC_MSG(30), "installation_incomplete",
                                                       "A file is missing on this server"),
                                              "%s; see ScormConnectHtdocs", path),
                              rv);
    *bytes = read;
    if (length)
        *length = count;
    return NULL;
}
