#include "CKernels.h"

#include <string.h>

#if defined(__ARM_FEATURE_CRC32)
#include <arm_acle.h>
#endif

static const uint32_t nibbles[16] = {
    0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4, 0x4db26158, 0x5005713c,
    0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c, 0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c,
};

#if defined(__x86_64__)

#include <immintrin.h>

// Each constant is x^n modulo the polynomial, its bits in reverse order and shifted by one.
#define X2080 0x11542778a
#define X2016 0x1322d1430
#define X544 0x154442bd4
#define X480 0x1c6e41596
#define X160 0x1751997d0
#define X96 0x0ccaa009e
#define X64 0x163cd6124
#define POLYNOMIAL 0x1db710641
#define RECIPROCAL 0x1f7011641

#define SSE "pclmul,sse4.1"
#define AVX512 "avx512f,avx512vl,vpclmulqdq,pclmul,sse4.1"

/// The remainder of `folded`, followed by the 16 bytes `next`.
__attribute__((target(SSE))) static inline __m128i fold(__m128i folded, __m128i powers,
                                                        __m128i next) {
  const __m128i low = _mm_clmulepi64_si128(folded, powers, 0x00);
  const __m128i high = _mm_clmulepi64_si128(folded, powers, 0x11);
  return _mm_xor_si128(_mm_xor_si128(low, high), next);
}

/// The 32 bits of what 16 bytes leave.
__attribute__((target(SSE))) static inline uint32_t reduce(__m128i folded) {
  const __m128i low_words = _mm_setr_epi32(-1, 0, -1, 0);
  const __m128i powers = _mm_set_epi64x(X96, X160);
  folded = _mm_xor_si128(_mm_srli_si128(folded, 8), _mm_clmulepi64_si128(folded, powers, 0x10));
  const __m128i rest = _mm_srli_si128(folded, 4);
  folded = _mm_clmulepi64_si128(_mm_and_si128(folded, low_words), _mm_set_epi64x(0, X64), 0x00);
  folded = _mm_xor_si128(folded, rest);
  // Barrett's reduction.
  const __m128i divisor = _mm_set_epi64x(RECIPROCAL, POLYNOMIAL);
  __m128i quotient = _mm_and_si128(folded, low_words);
  quotient = _mm_clmulepi64_si128(quotient, divisor, 0x10);
  quotient = _mm_clmulepi64_si128(_mm_and_si128(quotient, low_words), divisor, 0x00);
  return (uint32_t)_mm_extract_epi32(_mm_xor_si128(folded, quotient), 1);
}

#define LOAD(offset) _mm_loadu_si128((const __m128i *)(source + (offset)))

/// Folds a multiple of 16 bytes, which are 64 at least.
__attribute__((target(SSE))) static uint32_t crc32_sse(uint32_t crc, const uint8_t *source,
                                                       size_t count) {
  __m128i a = _mm_xor_si128(LOAD(0), _mm_cvtsi32_si128((int)crc));
  __m128i b = LOAD(16), c = LOAD(32), d = LOAD(48);
  const __m128i far = _mm_set_epi64x(X480, X544), near = _mm_set_epi64x(X96, X160);
  size_t used = 64;
  for (; count - used >= 64; used += 64) {
    a = fold(a, far, LOAD(used));
    b = fold(b, far, LOAD(used + 16));
    c = fold(c, far, LOAD(used + 32));
    d = fold(d, far, LOAD(used + 48));
  }
  a = fold(fold(fold(a, near, b), near, c), near, d);
  for (; used < count; used += 16) a = fold(a, near, LOAD(used));
  return reduce(a);
}

__attribute__((target(AVX512))) static inline __m512i fold_wide(__m512i folded, __m512i powers,
                                                                __m512i next) {
  const __m512i low = _mm512_clmulepi64_epi128(folded, powers, 0x00);
  const __m512i high = _mm512_clmulepi64_epi128(folded, powers, 0x11);
  return _mm512_ternarylogic_epi64(low, high, next, 0x96);
}

/// Folds a multiple of 16 bytes, which are 256 at least.
__attribute__((target(AVX512))) static uint32_t crc32_avx512(uint32_t crc, const uint8_t *source,
                                                             size_t count) {
#define LOAD_WIDE(offset) _mm512_loadu_si512(source + (offset))
  __m512i a = _mm512_xor_si512(LOAD_WIDE(0), _mm512_zextsi128_si512(_mm_cvtsi32_si128((int)crc)));
  __m512i b = LOAD_WIDE(64), c = LOAD_WIDE(128), d = LOAD_WIDE(192);
  const __m512i far = _mm512_broadcast_i32x4(_mm_set_epi64x(X2016, X2080));
  const __m512i middle = _mm512_broadcast_i32x4(_mm_set_epi64x(X480, X544));
  const __m128i near = _mm_set_epi64x(X96, X160);
  size_t used = 256;
  for (; count - used >= 256; used += 256) {
    a = fold_wide(a, far, LOAD_WIDE(used));
    b = fold_wide(b, far, LOAD_WIDE(used + 64));
    c = fold_wide(c, far, LOAD_WIDE(used + 128));
    d = fold_wide(d, far, LOAD_WIDE(used + 192));
  }
  a = fold_wide(fold_wide(fold_wide(a, middle, b), middle, c), middle, d);
  for (; count - used >= 64; used += 64) a = fold_wide(a, middle, LOAD_WIDE(used));
  __m128i narrow = _mm512_extracti32x4_epi32(a, 0);
  narrow = fold(narrow, near, _mm512_extracti32x4_epi32(a, 1));
  narrow = fold(narrow, near, _mm512_extracti32x4_epi32(a, 2));
  narrow = fold(narrow, near, _mm512_extracti32x4_epi32(a, 3));
  for (; used < count; used += 16) narrow = fold(narrow, near, LOAD(used));
  return reduce(narrow);
}

#endif

/// Takes bytes one by one; `crc` is complemented.
static uint32_t crc32_portable(uint32_t crc, const uint8_t *source, size_t count) {
  size_t place = 0;
#if defined(__ARM_FEATURE_CRC32)
  for (; count - place >= 8; place += 8) {
    uint64_t word;
    memcpy(&word, source + place, 8);
    crc = __crc32d(crc, word);
  }
#endif
  for (; place < count; place++) {
    crc ^= source[place];
    // The four bits that leave decide what is added: x^32, …, x^35 modulo the polynomial.
    for (int half = 0; half < 2; half++) crc = crc >> 4 ^ nibbles[crc & 15];
  }
  return crc;
}

uint32_t kernels_crc32(kernels_instructions instructions, uint32_t crc, const uint8_t *source,
                       size_t count) {
  crc = ~crc;
  size_t used = 0;
#if defined(__x86_64__)
  const size_t whole = count & ~(size_t)15;
  if (instructions == kernels_avx512 && whole >= 256) {
    crc = crc32_avx512(crc, source, whole);
    used = whole;
  } else if (instructions != kernels_portable && whole >= 64) {
    crc = crc32_sse(crc, source, whole);
    used = whole;
  }
#else
  (void)instructions;
#endif
  return ~crc32_portable(crc, source + used, count - used);
}
