#include "CKernels.h"

#include <string.h>

/// What 64 bytes of a string say, a bit for each byte.
typedef struct {
  uint64_t backslashes;
  uint64_t quotes;
  uint64_t slashes;
  /// Control characters and bytes of non-ASCII characters.
  uint64_t others;
} block_bits;

/// What is to be done with 64 bytes.
typedef struct {
  /// The bytes that are written.
  uint64_t kept;
  /// The offset of the byte it stops at; the number of bytes in the block where it goes on.
  unsigned stop;
  /// Whether that byte is escaped, so that its backslash is not used either.
  unsigned stops_in_escape;
} block_plan;

/// Decides over a block of `count` bytes; `escapes_next` says whether its first byte is escaped, and
/// then whether that of the next one is.
static inline block_plan plan_block(block_bits bits, unsigned count, uint64_t *escapes_next) {
  const uint64_t even = 0x5555555555555555u;
  const uint64_t live = count == 64 ? ~(uint64_t)0 : ((uint64_t)1 << count) - 1;
  uint64_t escaped = *escapes_next;
  uint64_t openers = 0;
  const uint64_t backslashes = bits.backslashes & ~escaped;
  if (backslashes) {
    // An addition runs through each run of backslashes that begins at an even place.
    const uint64_t starts = backslashes & ~(backslashes << 1);
    const uint64_t even_runs = backslashes & ~(backslashes + (starts & even));
    openers = (even_runs & even) | (backslashes & ~even_runs & ~even);
    escaped |= openers << 1;
  }
  const uint64_t simple = bits.backslashes | bits.quotes | bits.slashes;
  const uint64_t stops = (bits.others | (bits.quotes & ~escaped) | (escaped & ~simple)) & live;
  block_plan plan;
  if (stops) {
    plan.stop = (unsigned)__builtin_ctzll(stops);
    plan.stops_in_escape = (unsigned)(escaped >> plan.stop & 1);
    plan.kept = ~openers & (((uint64_t)1 << plan.stop) - 1);
  } else {
    plan.stop = count;
    plan.stops_in_escape = 0;
    plan.kept = ~openers & live;
    *escapes_next = openers >> (count - 1) & 1;
  }
  return plan;
}

static kernels_progress unescape_portable(const uint8_t *source, size_t count, uint8_t *target) {
  size_t used = 0, written = 0;
  while (used < count) {
    const uint8_t byte = source[used];
    if (byte == '\\') {
      if (used + 1 == count) break;
      const uint8_t escaped = source[used + 1];
      if (escaped != '"' && escaped != '\\' && escaped != '/') break;
      target[written++] = escaped;
      used += 2;
    } else if (byte == '"' || byte < 0x20 || byte >= 0x80) {
      break;
    } else {
      target[written++] = byte;
      used += 1;
    }
  }
  return (kernels_progress){used, written};
}

#if defined(__x86_64__)

#include <immintrin.h>

__attribute__((target("avx2,bmi,bmi2,popcnt"))) static inline block_bits
read_block_avx2(const uint8_t *source) {
  const __m256i low = _mm256_loadu_si256((const __m256i *)source);
  const __m256i high = _mm256_loadu_si256((const __m256i *)(source + 32));
#define BITS(low_part, high_part)                       \
  ((uint64_t)(uint32_t)_mm256_movemask_epi8(low_part) | \
   (uint64_t)(uint32_t)_mm256_movemask_epi8(high_part) << 32)
#define EQUAL(character)                                         \
  BITS(_mm256_cmpeq_epi8(low, _mm256_set1_epi8(character)),      \
       _mm256_cmpeq_epi8(high, _mm256_set1_epi8(character)))
  // As signed numbers, control characters and bytes from 0x80 on are those below a space.
  const __m256i space = _mm256_set1_epi8(0x20);
  const block_bits bits = {
      EQUAL('\\'), EQUAL('"'), EQUAL('/'),
      BITS(_mm256_cmpgt_epi8(space, low), _mm256_cmpgt_epi8(space, high))};
#undef EQUAL
#undef BITS
  return bits;
}

__attribute__((target("avx2,bmi,bmi2,popcnt"))) static kernels_progress
unescape_avx2(const uint8_t *source, size_t count, uint8_t *target) {
  size_t used = 0, written = 0;
  uint64_t escapes_next = 0;
  while (used < count) {
    const unsigned block_count = count - used < 64 ? (unsigned)(count - used) : 64;
    uint8_t padded[64];
    const uint8_t *block = source + used;
    if (block_count < 64) {
      memset(padded, 0, sizeof padded);
      memcpy(padded, block, block_count);
      block = padded;
    }
    const block_plan plan = plan_block(read_block_avx2(block), block_count, &escapes_next);
    for (unsigned offset = 0; offset < plan.stop; offset += 8) {
      uint64_t word;
      memcpy(&word, block + offset, 8);
      const uint64_t kept = plan.kept >> offset & 0xFF;
      if (kept != 0xFF) word = _pext_u64(word, _pdep_u64(kept, 0x0101010101010101u) * 0xFF);
      memcpy(target + written, &word, 8);
      written += (size_t)_mm_popcnt_u64(kept);
    }
    used += plan.stop;
    if (plan.stop < block_count) return (kernels_progress){used - plan.stops_in_escape, written};
  }
  return (kernels_progress){used - escapes_next, written};
}

#define AVX512 "avx512f,avx512bw,avx512vl,avx512vbmi2,bmi,bmi2,popcnt"

__attribute__((target(AVX512))) static kernels_progress
unescape_avx512(const uint8_t *source, size_t count, uint8_t *target) {
  size_t used = 0, written = 0;
  uint64_t escapes_next = 0;
  while (used < count) {
    const unsigned block_count = count - used < 64 ? (unsigned)(count - used) : 64;
    const __mmask64 live = block_count == 64 ? ~(uint64_t)0 : ((uint64_t)1 << block_count) - 1;
    const __m512i bytes = _mm512_maskz_loadu_epi8(live, source + used);
    const block_bits bits = {
        _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('\\')),
        _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('"')),
        _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('/')),
        _mm512_cmplt_epi8_mask(bytes, _mm512_set1_epi8(0x20))};
    const block_plan plan = plan_block(bits, block_count, &escapes_next);
    _mm512_storeu_si512(target + written, _mm512_maskz_compress_epi8(plan.kept, bytes));
    written += (size_t)_mm_popcnt_u64(plan.kept);
    used += plan.stop;
    if (plan.stop < block_count) return (kernels_progress){used - plan.stops_in_escape, written};
  }
  return (kernels_progress){used - escapes_next, written};
}

kernels_progress kernels_unescape(kernels_instructions instructions, const uint8_t *source,
                                         size_t count, uint8_t *target) {
  switch (instructions) {
    case kernels_avx512: return unescape_avx512(source, count, target);
    case kernels_avx2: return unescape_avx2(source, count, target);
    default: return unescape_portable(source, count, target);
  }
}

#else

kernels_progress kernels_unescape(kernels_instructions instructions, const uint8_t *source,
                                         size_t count, uint8_t *target) {
  (void)instructions;
  return unescape_portable(source, count, target);
}

#endif
