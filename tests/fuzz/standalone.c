/* SPDX-License-Identifier: Apache-2.0
 *
 * main() for builds without libFuzzer: replays files, or else the target's own corpus. "make check" runs it, so that an
 * input that once broke something is tried for ever.
 */
#include "fuzz.h"

#include <apr_file_info.h>
#include <apr_file_io.h>
#include <apr_strings.h>

static int replay(const char *path, apr_pool_t *pool)
{
    apr_file_t *file;
    apr_finfo_t info;
    uint8_t *bytes;
    apr_size_t size;

    if (apr_file_open(&file, path, APR_FOPEN_READ | APR_FOPEN_BINARY, APR_FPROT_OS_DEFAULT, pool) != APR_SUCCESS ||
        apr_file_info_get(&info, APR_FINFO_SIZE, file) != APR_SUCCESS) {
        fprintf(stderr, "%s can't be read\n", path);
        return 0;
    }
    /* Exactly as long as the input, from the heap: a sanitizer sees the first byte that is read beyond. */
    size = (apr_size_t)info.size;
    bytes = malloc(size ? size : 1);
    if (!bytes || apr_file_read_full(file, bytes, size, NULL) != APR_SUCCESS) {
        fprintf(stderr, "%s can't be read\n", path);
        free(bytes);
        return 0;
    }
    LLVMFuzzerTestOneInput(bytes, size);
    free(bytes);
    apr_file_close(file);
    return 1;
}

/* Replays all files of a folder; gives how many, or -1. */
static int replay_folder(const char *folder, apr_pool_t *pool)
{
    apr_dir_t *dir;
    apr_finfo_t entry;
    int count = 0;

    if (apr_dir_open(&dir, folder, pool) != APR_SUCCESS)
        return -1;
    while (apr_dir_read(&entry, APR_FINFO_NAME, dir) == APR_SUCCESS) {
        if (entry.name[0] == '.')
            continue;
        if (!replay(apr_pstrcat(pool, folder, "/", entry.name, NULL), pool))
            return -1;
        count++;
    }
    apr_dir_close(dir);
    return count;
}

int main(int argc, char **argv)
{
    apr_pool_t *pool = fuzz_pool();
    const char *source = getenv("SC_SRCDIR");
    const char *folder = apr_pstrcat(pool, source ? source : ".", "/tests/fuzz/corpus/", fuzz_name, NULL);
    int i, count;

    for (i = 1; i < argc; i++) {
        if (!replay(argv[i], pool))
            return 1;
    }
    if (argc > 1)
        return 0;

    count = replay_folder(folder, pool);
    if (count <= 0) {
        fprintf(stderr, "%s: no corpus there; set SC_SRCDIR to the root of the source\n", folder);
        return 1;
    }
    printf("%d inputs of %s\n", count, folder);
    return 0;
}
