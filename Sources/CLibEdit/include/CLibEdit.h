// What Swift cannot call in libedit by itself: its setters are variadic, its streams and its terminal state are C globals.
// Everything else (el_wgets, el_wline, el_winsertstr, ...) is used from histedit.h directly.
//
// Rule: apart from cle_terminal_* and cle_prepare_locale, all of this belongs to one thread. libedit has no locks.
#ifndef CLIBEDIT_H
#define CLIBEDIT_H

#include <histedit.h>
#include <stddef.h>
#include <wchar.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef int (*cle_reader)(EditLine *, wchar_t *);
typedef wchar_t *(*cle_prompt)(EditLine *);
typedef unsigned char (*cle_command)(EditLine *, wint_t);

// Life. The output is an own, fully buffered stream on a duplicate of standard output, so that a repaint is one write.
EditLine *cle_open(const char *program, void *client);
void cle_close(EditLine *editor);
void *cle_client(EditLine *editor);

// Set-up.
void cle_use_emacs(EditLine *editor);
int cle_is_emacs(EditLine *editor);
int cle_is_editing(EditLine *editor);
void cle_set_reader(EditLine *editor, cle_reader reader);
void cle_set_prompt(EditLine *editor, cle_prompt prompt, wchar_t escape);
int cle_add_command(EditLine *editor, const char *name, const char *help, cle_command command);
int cle_bind(EditLine *editor, const char *key, const char *command);

// Painting.
void cle_refresh(EditLine *editor);
void cle_prepare_terminal(EditLine *editor, int raw);
void cle_write(EditLine *editor, const void *bytes, size_t count);
void cle_flush(EditLine *editor);
void cle_flush_standard_output(void);
int cle_window_size(int *columns, int *rows);

// History, in wide characters.
HistoryW *cle_history_open(EditLine *editor, int size);
void cle_history_enter(HistoryW *history, const wchar_t *entry);
void cle_history_clear(HistoryW *history);

// The locale: the environment's when it is UTF-8, else C.UTF-8. Returns whether the result is UTF-8.
int cle_prepare_locale(void);

// The terminal as it was before the editor, put back at exit and on a crash. Safe to call twice and from any thread.
void cle_terminal_save(void);
void cle_terminal_restore(void);
void cle_terminal_set_bracketed_paste(int on);

// Signals read instead of handled (signals.c). `capture` before there are threads; `open` on the thread that reads.
void cle_signals_capture(const int *signals, int count);
int cle_signals_open(const int *signals, int count, int non_blocking);
int cle_signals_next(int descriptor);  // 0 if there is none
void cle_signals_close(int descriptor);
// Stops the process as Ctrl-Z does; returns after SIGCONT.
void cle_stop_process(void);

// What Swift's Glibc module leaves out.
int cle_wakeup_open(void);
int cle_width(wchar_t character);

#ifdef __cplusplus
}
#endif

#endif
