// Loops over bytes that need wider instructions than Swift gives, chosen when the program runs.

#ifndef HOOKSIFT_CKERNELS_H
#define HOOKSIFT_CKERNELS_H

#include <stddef.h>
#include <stdint.h>

/// The instructions that a loop uses.
typedef enum {
  kernels_portable = 0,
  kernels_avx2 = 1,
  kernels_avx512 = 2,
} kernels_instructions;

/// The widest instructions of this processor.
kernels_instructions kernels_best_instructions(void);

/// How far an unescaping came.
typedef struct {
  /// Bytes of the source that were used.
  size_t consumed;
  /// Bytes of the target that were written.
  size_t written;
} kernels_progress;

/// Bytes past the text that the target must have room for.
enum { kernels_unescape_slack = 64 };

/// Writes the text of the inside of a JSON string (RFC 8259 section 7), as far as it is simple.
///
/// The escapes of a quote, a backslash and a slash are resolved. It stops before an unescaped quote,
/// any other escape, a control character, a byte of a non-ASCII character, and a backslash with
/// which the source ends. The target has room for `count` + `kernels_unescape_slack` bytes.
///
/// Which backslashes escape is found for 64 bytes at a time with one addition: Langdale, Lemire,
/// Parsing gigabytes of JSON per second, VLDB Journal 28, 2019, section 3.1.1.
kernels_progress kernels_unescape(kernels_instructions instructions, const uint8_t *source,
                                         size_t count, uint8_t *target);

/// Continues a CRC-32 (IEEE 802.3, RFC 1952 section 8) of `crc`, zero at the beginning.
///
/// Carry-less multiplication folds the bytes: Gopal and others, Fast CRC Computation for Generic
/// Polynomials Using PCLMULQDQ Instruction, Intel, 2009.
uint32_t kernels_crc32(kernels_instructions instructions, uint32_t crc, const uint8_t *source,
                       size_t count);

#endif
