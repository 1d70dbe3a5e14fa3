#pragma once

#include <isa-l/igzip_lib.h>
#include <stddef.h>
#include <string.h>

// Swift does not import arrays as long as those of `struct inflate_state`.

/// Copies what `state` needs to go on: without the part of its output buffer that is not in use.
static inline void isal_copy_state(struct inflate_state *_Nonnull copy,
                                   const struct inflate_state *_Nonnull state) {
  memcpy(copy, state, offsetof(struct inflate_state, tmp_out_buffer));
  memcpy(copy->tmp_out_buffer, state->tmp_out_buffer, (size_t)state->tmp_out_valid);
}

/// The inflated bytes that what follows may refer to; there are `*count`.
static inline uint8_t *_Nonnull isal_history(struct inflate_state *_Nonnull state,
                                             size_t *_Nonnull count) {
  *count = (size_t)state->tmp_out_valid;
  return state->tmp_out_buffer;
}
