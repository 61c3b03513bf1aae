#define _GNU_SOURCE
#include "CLibEdit.h"

#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static FILE *stream(EditLine *editor, int index) {
    FILE *file = NULL;
    el_get(editor, EL_GETFP, index, &file);
    return file;
}

EditLine *cle_open(const char *program, void *client) {
    int copy = dup(STDOUT_FILENO);
    if (copy < 0) return NULL;
    FILE *output = fdopen(copy, "w");
    if (output == NULL) {
        close(copy);
        return NULL;
    }
    setvbuf(output, NULL, _IOFBF, 1 << 16);
    EditLine *editor = el_init(program, stdin, output, stderr);
    if (editor == NULL) {
        fclose(output);
        return NULL;
    }
    el_set(editor, EL_CLIENTDATA, client);
    el_set(editor, EL_SIGNAL, 0);
    return editor;
}

void cle_close(EditLine *editor) {
    FILE *output = stream(editor, 1);
    el_end(editor);
    if (output != NULL) fclose(output);
}

void *cle_client(EditLine *editor) {
    void *client = NULL;
    el_get(editor, EL_CLIENTDATA, &client);
    return client;
}

void cle_use_emacs(EditLine *editor) { el_set(editor, EL_EDITOR, "emacs"); }

int cle_is_emacs(EditLine *editor) {
    const char *name = NULL;
    return el_get(editor, EL_EDITOR, &name) == 0 && name != NULL && strcmp(name, "emacs") == 0;
}

int cle_is_editing(EditLine *editor) {
    int on = 0;
    return el_get(editor, EL_EDITMODE, &on) == 0 && on;
}

void cle_set_reader(EditLine *editor, cle_reader reader) { el_wset(editor, EL_GETCFN, reader); }

void cle_set_prompt(EditLine *editor, cle_prompt prompt, wchar_t escape) {
    el_wset(editor, EL_PROMPT_ESC, prompt, (int)escape);
}

int cle_add_command(EditLine *editor, const char *name, const char *help, cle_command command) {
    return el_set(editor, EL_ADDFN, name, help, command);
}

int cle_bind(EditLine *editor, const char *key, const char *command) {
    return el_set(editor, EL_BIND, key, command, NULL);
}

void cle_refresh(EditLine *editor) {
    el_set(editor, EL_REFRESH);
    cle_flush(editor);
}

void cle_prepare_terminal(EditLine *editor, int raw) {
    cle_flush(editor);
    el_set(editor, EL_PREP_TERM, raw);
}

void cle_write(EditLine *editor, const void *bytes, size_t count) {
    FILE *output = stream(editor, 1);
    if (output != NULL) fwrite(bytes, 1, count, output);
}

void cle_flush(EditLine *editor) {
    FILE *output = stream(editor, 1);
    if (output != NULL) fflush(output);
}

void cle_flush_standard_output(void) { fflush(stdout); }

int cle_window_size(int *columns, int *rows) {
    struct winsize size;
    if (ioctl(STDIN_FILENO, TIOCGWINSZ, &size) != 0) return -1;
    *columns = size.ws_col;
    *rows = size.ws_row;
    return 0;
}

HistoryW *cle_history_open(EditLine *editor, int size) {
    HistoryW *history = history_winit();
    if (history == NULL) return NULL;
    HistEventW event;
    history_w(history, &event, H_SETSIZE, size);
    history_w(history, &event, H_SETUNIQUE, 1);
    el_wset(editor, EL_HIST, history_w, history);
    return history;
}

void cle_history_enter(HistoryW *history, const wchar_t *entry) {
    HistEventW event;
    history_w(history, &event, H_ENTER, entry);
}

void cle_history_clear(HistoryW *history) {
    HistEventW event;
    history_w(history, &event, H_CLEAR);
}

int cle_prepare_locale(void) {
    setlocale(LC_CTYPE, "");
    if (strcmp(nl_langinfo(CODESET), "UTF-8") != 0) setlocale(LC_CTYPE, "C.UTF-8");
    return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}
