/// Evaluates b₀ + a₁/(b₁ + a₂/(b₂ + …)) until it changes no more.
///
/// The modified method of Lentz: W. J. Lentz, *Applied Optics* 15 (1976) 668; I. J. Thompson and A. R. Barnett,
/// *Journal of Computational Physics* 64 (1986) 490.
///
/// - Parameters:
///   - first: b₀.
///   - term: aₙ and bₙ of n from 1 on.
/// - Returns: The value; `nil` where it does not settle within a hundred thousand terms or is no number.
@inline(__always)
func continuedFraction(
  _ first: Double,
  _ term: (_ n: Double) -> (numerator: Double, denominator: Double)
) -> Double? {
  let tiny = 1e-290
  var value = first == 0 ? tiny : first
  var ratio = value
  var inverse = 0.0
  for index in 1...100_000 {
    let (numerator, denominator) = term(Double(index))
    inverse = denominator + numerator * inverse
    if inverse == 0 { inverse = tiny }
    ratio = denominator + numerator / ratio
    if ratio == 0 { ratio = tiny }
    inverse = 1 / inverse
    let change = ratio * inverse
    value *= change
    if abs(change - 1) < 2.5e-16 { return value.isFinite ? value : nil }
    if change.isNaN { return nil }
  }
  return nil
}
