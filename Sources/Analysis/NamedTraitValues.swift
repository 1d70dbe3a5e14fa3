internal import Bytes
internal import Lake

/// Which values of a trait are named, where they are not all, and how many identities have one of the others.
///
/// In memory are the named values of these traits.
struct NamedTraitValues {
  private var traits = ByteInterner()
  private var names = ByteInterner()
  /// For every trait how many identities have a value that is not named.
  private var others: [Int64] = []

  /// - Parameters:
  ///   - counts: How many identities of the partition have which value.
  ///   - partition: A partition of `trait_values`.
  ///   - topValues: How many values of a trait are named.
  /// - Throws: ``FileFailure``, ``ParquetError`` or ``DamagedRun``.
  /// - Complexity: O(*n*) in the rows of the partition.
  init(_ counts: inout TraitCounts, of partition: LakeReader.File, topValues: Int) throws {
    var trait: [UInt8] = []
    var selection = TopSelection(topValues)
    try counts.forEach { key, count in
      let traitByteCount = TraitKeys.traitByteCount(key)
      if !trait.span.equalBytes(key.extracting(..<traitByteCount)) {
        take(&selection, trait.span)
        trait.removeAll(keepingCapacity: true)
        trait.append(key.extracting(..<traitByteCount))
      }
      selection.add(key, count)
    }
    take(&selection, trait.span)
    try countOthers(partition)
  }

  /// Takes the values of a trait, if there are others, and empties the selection.
  private mutating func take(_ selection: inout TopSelection, _ trait: Span<UInt8>) {
    if selection.count > selection.limit {
      _ = traits.intern(trait)
      for key in selection.keys { _ = names.intern(key.span) }
    }
    selection.removeAll()
  }

  private mutating func countOthers(_ partition: LakeReader.File) throws {
    guard traits.count > 0 else { return }
    let (traits, names) = (traits, names)
    var others = [Int64](repeating: 0, count: traits.count)
    var lastIdentities = [Int64](repeating: 0, count: traits.count)
    try partition.forEachTraitKeyOfIdentities { key, traitByteCount, identity in
      guard let trait = traits.find(key.extracting(..<traitByteCount)).map(Int.init),
        lastIdentities[trait] != identity, names.find(key) == nil
      else { return }
      lastIdentities[trait] = identity
      others[trait] += 1
    }
    self.others = others
  }

  /// How many identities have a value of a trait that is not named; `nil` where all values are.
  func others(of trait: Span<UInt8>) -> Int64? { traits.find(trait).map { others[Int($0)] } }

  /// Whether a value is named, of a trait of which some are not.
  func contains(_ key: Span<UInt8>) -> Bool { names.find(key) != nil }
}

/// The keys with the greatest counts, of equal ones those that come first, of keys that come in ascending order.
private struct TopSelection {
  /// How many are wanted.
  let limit: Int
  /// How many keys there were.
  private(set) var count = 0
  /// More than are wanted, so that they are sorted now and then only.
  private var candidates: [(key: [UInt8], count: Int64)] = []
  /// A key with no greater count is not among the wanted ones.
  private var threshold: Int64 = 0

  init(_ limit: Int) { self.limit = limit }

  /// - Complexity: O(log *k*) for *k* wanted ones, amortised.
  mutating func add(_ key: Span<UInt8>, _ keyCount: Int64) {
    count += 1
    guard keyCount > threshold, limit > 0 else { return }
    var copy: [UInt8] = []
    copy.append(key)
    candidates.append((copy, keyCount))
    if candidates.count / 2 >= limit {
      cut()
      threshold = candidates[limit - 1].count
    }
  }

  private mutating func cut() {
    candidates.sort {
      $0.count != $1.count
        ? $0.count > $1.count : $0.key.span.comparedBytes($1.key.span) < 0
    }
    candidates.removeLast(max(0, candidates.count - limit))
  }

  var keys: [[UInt8]] {
    mutating get {
      cut()
      return candidates.map(\.key)
    }
  }

  mutating func removeAll() {
    count = 0
    candidates.removeAll(keepingCapacity: true)
    threshold = 0
  }
}
