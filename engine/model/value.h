/* Typed values: what params, outputs, items and expressions are made of.
 *
 * Values are immutable and live in an arena; copying a `struct value` copies
 * the reference.  Kinds are those of the Common Expression Language, plus
 * VALUE_OBJECT, a window onto data that is looked up on demand (`steps.*` of
 * a run with 100,000 steps is never copied into a map).
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_VALUE_H
#define WF_VALUE_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "../base/err.h"
#include "../base/mem.h"
#include "../base/str.h"

enum value_kind {
	VALUE_NULL,
	VALUE_BOOL,
	VALUE_INT,
	VALUE_UINT,
	VALUE_DOUBLE,
	VALUE_STRING,
	VALUE_LIST,
	VALUE_MAP,
	VALUE_TIMESTAMP, /* seconds since 1970 and nanoseconds */
	VALUE_DURATION,  /* likewise, both of one sign */
	VALUE_TYPE,      /* the name of a type, in `string` */
	VALUE_OBJECT
};

struct value;

/* Looked up field by field; false when there is no such field.  Strings and
 * composites handed out live in `a`. */
struct value_object_ops {
	bool (*get)(const void *self, const char *field, struct arena *a,
		    struct value *out);
	/* All fields as a map, for printing and iterating. */
	void (*all)(const void *self, struct arena *a, struct value *out);
};

struct value {
	enum value_kind kind;
	uint32_t n; /* bytes of a string, items of a list, pairs of a map */
	union {
		bool boolean;
		int64_t i;
		uint64_t u;
		double d;
		const char *string; /* NUL-terminated; `n` bytes, which may
				      include NULs ("\u0000") */
		const struct value *items; /* list; map: key, value, key ... */
		struct {
			int64_t seconds;
			int32_t nanos;
		} time;
		struct {
			const struct value_object_ops *ops;
			const void *self;
		} object;
	};
};

struct value value_null(void);
struct value value_bool(bool b);
struct value value_int(int64_t i);
struct value value_double(double d);
struct value value_string(struct arena *a, const char *s); /* copied */
struct value value_string_borrowed(const char *s);         /* not copied */
struct value
value_string_n(const char *s, size_t n); /* not copied; s[n] is 0 */

/* Name as `type()` prints it: "int", "string", "null_type", ... */
const char *value_kind_name(enum value_kind kind);

/* CEL equality: numbers compare across kinds, NaN equals nothing, lists and
 * maps by content. */
bool value_equal(struct value a, struct value b);

bool value_is_number(struct value v);
/* -1, 0, 1 for any two numbers, exactly; VALUE_UNORDERED with a NaN. */
enum {
	VALUE_UNORDERED = 2
};
int value_compare_numbers(struct value a, struct value b);
/* -1, 0, 1 by bytes, which is by code points. */
int value_compare_strings(struct value a, struct value b);

/* The entry of a string-keyed map (or object); false when missing. */
bool value_get(struct value map, const char *key, struct arena *a,
	       struct value *out);

/* An object as a map; any other value as it is. */
struct value value_all(struct value v, struct arena *a);

/* JSON.  value_to_json: timestamps and durations become strings ("2026-..Z",
 * "1.5s"), NaN and infinities become strings, non-string map keys become
 * text; the caller decrefs.  value_from_json copies into the arena; numbers
 * become int or double as written. */
json_t *value_to_json(struct value v);
struct value value_from_json(struct arena *a, const json_t *json);
/* Compact JSON text of `v`; `arena` owns it. */
const char *value_to_json_text(struct arena *a, struct value v);
/* Parse JSON text; false when it is not JSON. */
bool value_from_json_text(struct arena *a, const char *text, size_t n,
			  struct value *out);

/* As it stands inside text and in environment variables: strings bare,
 * numbers and booleans as written in CEL, null as "", composites as compact
 * JSON. */
void value_to_text(struct value v, struct strbuf *out);
/* The same; false, and nothing is added: it is a composite. */
bool value_scalar_text(struct value v, struct strbuf *out);
/* The shortest digits that read back as `d`; "1.5s" of a duration. */
#define VALUE_NUMBER_TEXT 48
const char *value_double_text(double d, char text[VALUE_NUMBER_TEXT]);
const char *value_duration_text(int64_t seconds, int32_t nanos,
				char text[VALUE_NUMBER_TEXT]);

/* The declared types of params and outputs. */
enum value_type {
	TYPE_STRING,
	TYPE_INT,
	TYPE_NUMBER,
	TYPE_BOOL,
	TYPE_JSON,
	TYPE_LIST,
	TYPE_PATH,
	TYPE_ANY
};
const char *value_type_name(enum value_type type);
bool value_type_from_name(const char *name, enum value_type *out);
/* Read text as a value of `type` (a list: JSON array, or comma-separated
 * words; json: any JSON).  On failure false and `why` says what was wanted
 * ("a whole number"). */
bool value_from_text(struct arena *a, enum value_type type, const char *text,
		     struct value *out, const char **why);
/* Does `v` already have the type?  (int is acceptable as number.) */
bool value_has_type(struct value v, enum value_type type);

#endif
