/* Loaded before the C library: files whose path holds $FULL_DISK take 64 KiB together, and then there is no space left. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static size_t left = 64 * 1024;

static int is_on_disk(int file) {
    const char *disk = getenv("FULL_DISK");
    char link[64], path[4096];
    ssize_t length;
    if (disk == NULL) {
        return 0;
    }
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    length = readlink(link, path, sizeof path - 1);
    if (length <= 0) {
        return 0;
    }
    path[length] = '\0';
    return strstr(path, disk) != NULL;
}

ssize_t write(int file, const void *bytes, size_t count) {
    static ssize_t (*next)(int, const void *, size_t);
    ssize_t written;
    if (next == NULL) {
        *(void **)&next = dlsym(RTLD_NEXT, "write");
    }
    if (!is_on_disk(file)) {
        return next(file, bytes, count);
    }
    if (left == 0) {
        errno = ENOSPC;
        return -1;
    }
    written = next(file, bytes, count < left ? count : left);
    if (written > 0) {
        left -= (size_t)written;
    }
    return written;
}
