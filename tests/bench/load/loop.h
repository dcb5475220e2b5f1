/* SPDX-License-Identifier: Apache-2.0
 *
 * Waits for sockets and for points in time: epoll and a heap of timers, one thread.
 */
#ifndef LOAD_LOOP_H
#define LOAD_LOOP_H

#include <stddef.h>
#include <stdint.h>

#define SECOND 1000000000LL             /* all times are nanoseconds of the monotonic clock */

/* What a socket belongs to; the first member of its owner. */
typedef struct watcher_t {
    void (*ready)(struct watcher_t *watcher, uint32_t events);
} watcher_t;

typedef struct timer_entry_t {
    int64_t at;
    void (*fire)(struct timer_entry_t *timer);
    size_t place;                       /* in the heap, from 1; 0: not waiting */
} timer_entry_t;

int64_t loop_now(void);

void loop_start(void);

/* Edge-triggered, for reading and writing: one call for the life of a socket. */
void loop_watch(int fd, watcher_t *watcher);

/* Sets, or sets anew. */
void loop_timer(timer_entry_t *timer, int64_t at);
void loop_timer_cancel(timer_entry_t *timer);

/* Goes on until somebody calls loop_stop. */
void loop_run(void);
void loop_stop(void);

/* Allocates or ends the program. */
void *must_allocate(void *old, size_t size);

#endif
