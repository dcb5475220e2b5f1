/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "loop.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>

#define EVENTS_AT_ONCE 256

static int epoll_fd = -1;
static int is_stopped;

static timer_entry_t **heap;            /* heap[1] is the next one due */
static size_t heap_count, heap_room;

void *must_allocate(void *old, size_t size)
{
    void *memory = realloc(old, size);

    if (!memory) {
        fputs("load: out of memory\n", stderr);
        exit(1);
    }
    return memory;
}

int64_t loop_now(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * SECOND + now.tv_nsec;
}

void loop_start(void)
{
    epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    if (epoll_fd < 0) {
        perror("load: epoll");
        exit(1);
    }
}

void loop_watch(int fd, watcher_t *watcher)
{
    struct epoll_event event;

    memset(&event, 0, sizeof(event));
    event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
    event.data.ptr = watcher;
    if (epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &event) != 0) {
        perror("load: epoll");
        exit(1);
    }
}

/* ---- timers */

static void put(timer_entry_t *timer, size_t place)
{
    heap[place] = timer;
    timer->place = place;
}

static void rise(timer_entry_t *timer, size_t place)
{
    while (place > 1 && heap[place / 2]->at > timer->at) {
        put(heap[place / 2], place);
        place /= 2;
    }
    put(timer, place);
}

static void sink(timer_entry_t *timer, size_t place)
{
    for (;;) {
        size_t below = 2 * place;

        if (below > heap_count)
            break;
        if (below < heap_count && heap[below + 1]->at < heap[below]->at)
            below++;
        if (heap[below]->at >= timer->at)
            break;
        put(heap[below], place);
        place = below;
    }
    put(timer, place);
}

void loop_timer_cancel(timer_entry_t *timer)
{
    size_t place = timer->place;
    timer_entry_t *last;

    if (!place)
        return;
    timer->place = 0;
    last = heap[heap_count--];
    if (last == timer)
        return;
    rise(last, place);
    sink(last, last->place);
}

void loop_timer(timer_entry_t *timer, int64_t at)
{
    loop_timer_cancel(timer);
    if (heap_count + 2 > heap_room) {
        heap_room = heap_room ? 2 * heap_room : 1024;
        heap = must_allocate(heap, heap_room * sizeof(*heap));
    }
    timer->at = at;
    rise(timer, ++heap_count);
}

static void fire_timers(void)
{
    int64_t now = loop_now();

    while (heap_count && heap[1]->at <= now && !is_stopped) {
        timer_entry_t *timer = heap[1];

        loop_timer_cancel(timer);
        timer->fire(timer);
    }
}

/* ---- running */

static int wait_for(struct epoll_event *events)
{
    struct timespec patience = { 1, 0 };
    int count;

    if (heap_count) {
        int64_t left = heap[1]->at - loop_now();

        if (left < 0)
            left = 0;
        if (left < SECOND) {
            patience.tv_sec = 0;
            patience.tv_nsec = left;
        }
    }
    count = epoll_pwait2(epoll_fd, events, EVENTS_AT_ONCE, &patience, NULL);
    if (count < 0 && errno != EINTR) {
        perror("load: epoll");
        exit(1);
    }
    return count;
}

void loop_run(void)
{
    struct epoll_event events[EVENTS_AT_ONCE];

    is_stopped = 0;
    while (!is_stopped) {
        int count = wait_for(events), i;

        for (i = 0; i < count; i++) {
            watcher_t *watcher = events[i].data.ptr;
            watcher->ready(watcher, events[i].events);
        }
        fire_timers();
    }
}

void loop_stop(void)
{
    is_stopped = 1;
}
