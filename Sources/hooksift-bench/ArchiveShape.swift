import ArgumentParser

/// What a generated archive is like.
enum ArchiveShape: String, CaseIterable, Codable, ExpressibleByArgument {
  /// 40 flags, six of them multivariate, of which 729 sets come up; visits by Zipf's law.
  case typical
  /// 200 flags.
  case wide
  /// Every line has a flag with a value of its own, the first: no beginning of a body comes twice, and no set of flags.
  case unique
  /// The flags of every line are in another order.
  case shuffled
  /// One flag, one trait, no segments.
  case tiny
  /// As tiny, and every line an identity of its own in a window of its own: nothing folds.
  case scattered

  var flagCount: Int {
    switch self {
    case .typical, .unique, .shuffled: 40
    case .wide: 200
    case .tiny, .scattered: 1
    }
  }

  /// How many of the flags, the first ones, have three variants.
  var multivariateCount: Int { min(6, flagCount) }

  var segmentCount: Int { flagCount > 1 ? 5 : 0 }

  var traitCount: Int { flagCount > 1 ? 3 : 1 }

  /// How many lines an archive has where nobody says.
  var defaultLineCount: Int {
    switch self {
    case .typical: 85_000
    case .unique, .shuffled: 40_000
    case .wide: 17_000
    case .tiny, .scattered: 500_000
    }
  }
}
