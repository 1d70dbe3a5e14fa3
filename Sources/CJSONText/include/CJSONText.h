#ifndef HOOKSIFT_CJSONTEXT_H
#define HOOKSIFT_CJSONTEXT_H

#include <stddef.h>
#include <stdint.h>

/// How far an unescaping came.
typedef struct {
  /// Bytes of the source that were used.
  size_t consumed;
  /// Bytes of the target that were written.
  size_t written;
} jsontext_progress;

/// Bytes past the text that the target must have room for.
enum { jsontext_slack = 64 };

/// The instructions that `jsontext_unescape_with` can use.
typedef enum {
  jsontext_scalar = 0,
  jsontext_avx2 = 1,
  jsontext_avx512 = 2,
} jsontext_instructions;

/// The widest instructions of this processor.
jsontext_instructions jsontext_best_instructions(void);

/// Writes the text of the inside of a JSON string (RFC 8259 section 7), as far as it is simple.
///
/// The escapes of a quote, a backslash and a slash are resolved. It stops before an unescaped quote,
/// any other escape, a control character, a byte of a non-ASCII character, and a backslash with
/// which the source ends. The target has room for `count` + `jsontext_slack` bytes.
///
/// Which backslashes escape is found for 64 bytes at a time with one addition: Langdale, Lemire,
/// Parsing gigabytes of JSON per second, VLDB Journal 28, 2019, section 3.1.1.
jsontext_progress jsontext_unescape_with(jsontext_instructions instructions, const uint8_t *source,
                                         size_t count, uint8_t *target);

#endif
