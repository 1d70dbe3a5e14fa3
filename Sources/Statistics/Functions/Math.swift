#if canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Glibc
#endif

// The functions of the system's libm that are used, under names of their own, so that one file alone
// asks which system it is. All are right to a few units in the last place.

@inline(__always) func exponential(_ x: Double) -> Double { exp(x) }

/// eˣ − 1, exact where x is small.
@inline(__always) func exponentialMinus1(_ x: Double) -> Double { expm1(x) }

@inline(__always) func naturalLog(_ x: Double) -> Double { log(x) }

/// ln(1 + x), exact where x is small.
@inline(__always) func naturalLog1Plus(_ x: Double) -> Double { log1p(x) }

@inline(__always) func errorFunction(_ x: Double) -> Double { erf(x) }

@inline(__always) func complementaryErrorFunction(_ x: Double) -> Double { erfc(x) }

/// ln Γ(x) of a positive x.
@inline(__always) func systemLogGamma(_ x: Double) -> Double { lgamma(x).0 }

/// ½ ln 2π.
let logOfRootOf2Pi = 0.918_938_533_204_672_741_78

/// ln 10.
let logOf10 = 2.302_585_092_994_045_684_02
