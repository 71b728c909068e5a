#include "attempts.h"

#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "answer.h"
#include "budget.h"

const char attempt_names[] = "open, socket, fork, exec, read, kill, code, memory, time";

/* Takes memory until there is none, and says so as a decoder does. */
static void take_memory(void) {
    /* Memory that nobody can read would never be taken. */
    static uint8_t *volatile memory;
    for (size_t taken = 0; taken <= MEMORY_LIMIT; taken += MEBIBYTES) {
        memory = malloc(MEBIBYTES);
        if (!memory) answer_refusal(TOO_LARGE);
        *memory = 1;
    }
}

/* Works for much longer than there is time. */
static void take_time(void) {
    for (volatile uint64_t i = 0; i < (uint64_t)1 << 40; i++) {}
}

static void make_code(void) {
    mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

int attempt(const char *name) {
    char byte;
    char *const words[] = {NULL};
    if (strcmp(name, "open") == 0) {
        open("/dev/null", O_RDONLY);
    } else if (strcmp(name, "socket") == 0) {
        socket(AF_UNIX, SOCK_STREAM, 0);
    } else if (strcmp(name, "fork") == 0) {
        if (fork() == 0) _exit(0);
    } else if (strcmp(name, "exec") == 0) {
        execve("/dev/null", words, words);
    } else if (strcmp(name, "read") == 0) {
        (void)!read(STDIN_FILENO, &byte, 1);
    } else if (strcmp(name, "kill") == 0) {
        kill(getppid(), 0);
    } else if (strcmp(name, "code") == 0) {
        make_code();
    } else if (strcmp(name, "memory") == 0) {
        take_memory();
    } else if (strcmp(name, "time") == 0) {
        take_time();
    } else {
        return -1;
    }
    return 0;
}
