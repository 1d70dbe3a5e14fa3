#include "CKernels.h"

kernels_instructions kernels_best_instructions(void) {
#if defined(__x86_64__)
  const int has_multiplication =
      __builtin_cpu_supports("pclmul") && __builtin_cpu_supports("sse4.1");
  if (has_multiplication && __builtin_cpu_supports("avx512vbmi2") &&
      __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
      __builtin_cpu_supports("vpclmulqdq"))
    return kernels_avx512;
  if (has_multiplication && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2"))
    return kernels_avx2;
#endif
  return kernels_portable;
}
