/* SPDX-License-Identifier: Apache-2.0
 *
 * load: requests as learners make them, for benchmarks and fault tests. One thread, a few microseconds a request; prints one JSON
 * object. See usage() below, and docs/benchmarks.md.
 */
#define _GNU_SOURCE
#include "load.h"

#include <arpa/inet.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

static const char usage[] =
    "load request  --server HOST:PORT --connections N --seconds S --request FILE\n"
    "load launches --server HOST:PORT --connections N --seconds S --launch FILE --ids TEXT --first N --count N\n"
    "load answers  --server HOST:PORT --connections N --seconds S --launch FILE --rev TEXT --script FILE --ids TEXT\n"
    "              --count N [--log FILE]\n"
    "load learners --server HOST:PORT … --learners N --every S --launches R --seconds S --launch FILE --rev TEXT\n"
    "              --script FILE --ids TEXT [--first N] [--log FILE] [--longest-wait S] [--drain S]\n"
    "\n"
    "request   FILE is a whole HTTP request, sent over and over\n"
    "launches  learners TEXT0, TEXT1 … are launched in turn, over and over after --count of them\n"
    "answers   each connection launches --count learners, then sends an event at a time for them in turn\n"
    "learners  learners launch, do something every S seconds, leave; R come and go each second; --seconds 0: until SIGTERM\n"
    "\n"
    "--prefix PATH  where the module answers: /connect\n"
    "--launch FILE  the body of a launch, with @ID@ where the learner's id belongs\n"
    "--script FILE  what learners do, one event a line, without braces and number: \"type\":\"view\",\"module\":\"m1\"\n"
    "--log FILE     what was acknowledged, one session a line: learner, session, last number\n";

static void fail(const char *why, const char *what)
{
    fprintf(stderr, "load: %s %s\n%s", why, what, usage);
    exit(2);
}

double load_processor_time(void)
{
    struct rusage used;

    getrusage(RUSAGE_SELF, &used);
    return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1e6 + (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec);
}

static char *read_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    char *text = NULL;
    size_t length = 0, got;

    if (!file)
        fail("can't read", path);
    do {
        text = must_allocate(text, length + 65537);
        got = fread(text + length, 1, 65536, file);
        length += got;
    } while (got);
    fclose(file);
    text[length] = '\0';
    return text;
}

static void read_script(const char *path, protocol_t *protocol)
{
    char *line = strtok(read_file(path), "\n");

    for (; line; line = strtok(NULL, "\n")) {
        if (strlen(line) > 900)
            fail("has too long a line:", path);
        protocol->script = must_allocate(protocol->script, (protocol->script_length + 1) * sizeof(char *));
        protocol->script[protocol->script_length++] = line;
    }
    if (!protocol->script_length)
        fail("nothing to do in", path);
}

static void add_server(load_t *load, const char *text)
{
    struct sockaddr_in *server = &load->servers[load->server_count];
    char host[64];
    int port;

    if (load->server_count == sizeof(load->servers) / sizeof(*load->servers) || sscanf(text, "%63[0-9.]:%d", host, &port) != 2
        || inet_pton(AF_INET, host, &server->sin_addr) != 1)
        fail("no server:", text);
    server->sin_family = AF_INET;
    server->sin_port = htons((unsigned short)port);
    load->server_count++;
}

/* Ten thousand learners are ten thousand sockets. */
static void raise_limits(void)
{
    struct rlimit files;

    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = files.rlim_max;
        setrlimit(RLIMIT_NOFILE, &files);
    }
}

enum {
    SERVER = 1, PREFIX, CONNECTIONS, SECONDS, REQUEST, LAUNCH, REV, SCRIPT, IDS, FIRST, COUNT, LOG, LEARNERS, EVERY, LAUNCHES,
    LONGEST_WAIT, DRAIN
};

static const struct option options[] = {
    { "server", required_argument, NULL, SERVER },       { "prefix", required_argument, NULL, PREFIX },
    { "connections", required_argument, NULL, CONNECTIONS }, { "seconds", required_argument, NULL, SECONDS },
    { "request", required_argument, NULL, REQUEST },     { "launch", required_argument, NULL, LAUNCH },
    { "rev", required_argument, NULL, REV },             { "script", required_argument, NULL, SCRIPT },
    { "ids", required_argument, NULL, IDS },             { "first", required_argument, NULL, FIRST },
    { "count", required_argument, NULL, COUNT },         { "log", required_argument, NULL, LOG },
    { "learners", required_argument, NULL, LEARNERS },   { "every", required_argument, NULL, EVERY },
    { "launches", required_argument, NULL, LAUNCHES },   { "longest-wait", required_argument, NULL, LONGEST_WAIT },
    { "drain", required_argument, NULL, DRAIN },         { NULL, 0, NULL, 0 },
};

static unsigned number(const char *text)
{
    return (unsigned)strtoul(text, NULL, 10);
}

static void take(load_t *load, int option, const char *value)
{
    switch (option) {
    case SERVER: add_server(load, value); break;
    case PREFIX: load->protocol.prefix = value; break;
    case CONNECTIONS: load->connections = number(value); break;
    case SECONDS: load->seconds = atof(value); break;
    case REQUEST: load->request = read_file(value); break;
    case LAUNCH: load->protocol.launch = read_file(value); break;
    case REV: load->protocol.rev = value; break;
    case SCRIPT: read_script(value, &load->protocol); break;
    case IDS: load->ids = value; break;
    case FIRST: load->first = number(value); break;
    case COUNT: load->count = number(value); break;
    case LOG: load->log = value; break;
    case LEARNERS: load->learners = number(value); break;
    case EVERY: load->every = atof(value); break;
    case LAUNCHES: load->launches = atof(value); break;
    case LONGEST_WAIT: load->longest_wait = atof(value); break;
    case DRAIN: load->drain = atof(value); break;
    default: fail("an option is", "unknown");
    }
}

static void need(int there, const char *option)
{
    if (!there)
        fail("missing:", option);
}

static void check_learners(const load_t *load)
{
    need(load->protocol.launch != NULL && strstr(load->protocol.launch, "@ID@") != NULL, "--launch with @ID@");
    need(load->protocol.rev != NULL, "--rev");
    need(load->protocol.script_length > 0, "--script");
}

int main(int argc, char **argv)
{
    const char *verb = argc > 1 ? argv[1] : "";
    load_t load;
    int option;

    memset(&load, 0, sizeof(load));
    load.protocol.prefix = "/connect";
    load.protocol.rev = "";
    load.ids = "learner-";
    load.count = load.connections = 1;
    load.longest_wait = 60;
    load.drain = 30;
    while ((option = getopt_long(argc - 1, argv + 1, "", options, NULL)) != -1)
        take(&load, option, optarg);
    need(load.server_count > 0, "--server");
    raise_limits();

    if (strcmp(verb, "learners") == 0) {
        check_learners(&load);
        need(load.learners > 0 && load.every > 0, "--learners, --every");
        return load_open(&load);
    }
    need(load.connections > 0 && load.count > 0 && load.seconds > 0, "--connections, --count, --seconds");
    if (strcmp(verb, "request") == 0) {
        load.kind = LOAD_REQUESTS;
        need(load.request != NULL, "--request");
    }
    else if (strcmp(verb, "launches") == 0) {
        load.kind = LOAD_LAUNCHES;
        need(load.protocol.launch != NULL && strstr(load.protocol.launch, "@ID@") != NULL, "--launch with @ID@");
    }
    else if (strcmp(verb, "answers") == 0) {
        load.kind = LOAD_ANSWERS;
        check_learners(&load);
    }
    else
        fail("no verb:", verb);
    return load_closed(&load);
}
