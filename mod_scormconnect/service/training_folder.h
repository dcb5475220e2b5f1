/* SPDX-License-Identifier: Apache-2.0
 *
 * What lies in the folder of one training: course.xml, its language files, media/.
 */
#ifndef SC_SERVICE_TRAINING_FOLDER_H
#define SC_SERVICE_TRAINING_FOLDER_H

#include <apr_hash.h>

#include "domain/course_read.h"

/* A look at the folder, without reading the files. */
typedef struct {
    const char *path;
    const apr_array_header_t *names; /* const char *: "course.xml" (there or not), then the language files, sorted */
    apr_hash_t *media;               /* "media/a/b.svg" -> the same: plain files that may be served */
    const char *media_list;          /* all of them, sorted, a line each */
    const char *stamp;               /* differs when a file was changed, came or went */
    int young;                       /* changed a moment ago: the next change may leave the same stamp */
} sc_training_folder_t;

/* Whether `id` may be the name of a training's folder. */
int sc_training_id_valid(const char *id);

/* Looks at the folder `path`. Returns 0 when there is none. */
int sc_training_folder_look(const char *path, sc_training_folder_t *out, apr_pool_t *pool);

/* The bytes of its files, an array of sc_course_file_t. Files that can't be read are problems. */
apr_array_header_t *sc_training_folder_read(const sc_training_folder_t *folder, apr_array_header_t *problems, apr_pool_t *pool);

/* The true path of `media` ("media/a/b.svg") in the folder `path`, or NULL unless it is a plain file in media/. */
const char *sc_training_folder_media(const char *path, const char *media, apr_pool_t *pool);

#endif
