package import Bytes
internal import Flagsmith

/// That an identity had a trait value on a date.
package struct TraitObservation: Hashable, Sendable {
  package let environment: Int64?
  package let identity: ByteInterner.ID
  /// In days since 1970-01-01.
  package let day: Int32
  /// See ``FactNames/traitValue(_:)``.
  package let trait: ByteInterner.ID
  package let interval: Interval
}

extension Facts {
  /// The trait values, by date and in the canonical order of each date.
  ///
  /// - Complexity: O(*n* log *n*) in the trait values.
  package func sortedTraitValues(_ names: FactNames) -> [TraitObservation] {
    let identityRanks = names.identities.ranks()
    let traitRanks = names.traitValueRanks()
    return traitValues.map { key, interval in
      TraitObservation(
        environment: key.environment,
        identity: key.identity,
        day: key.day,
        trait: key.trait,
        interval: interval
      )
    }.sorted { left, right in
      if left.day != right.day { return left.day < right.day }
      if left.environment != right.environment {
        guard let environment = right.environment else { return false }
        return left.environment.map { $0 < environment } ?? true
      }
      if left.identity != right.identity {
        return identityRanks[Int(left.identity)] < identityRanks[Int(right.identity)]
      }
      return traitRanks[Int(left.trait)] < traitRanks[Int(right.trait)]
    }
  }
}

extension FactNames {
  /// For every trait value, its place when all are sorted by trait, type and value.
  fileprivate func traitValueRanks() -> [Int32] {
    let values = (0..<Int32(traitValueCount)).map { (id: $0, value: traitValue($0)) }
    let order = values.sorted { left, right in
      let byTrait = left.value.trait.span.comparedBytes(right.value.trait.span)
      if byTrait != 0 { return byTrait < 0 }
      if left.value.type != right.value.type {
        return String(describing: left.value.type.name) < String(describing: right.value.type.name)
      }
      return left.value.value.span.comparedBytes(right.value.value.span) < 0
    }
    var ranks = [Int32](repeating: 0, count: order.count)
    for (rank, entry) in order.enumerated() { ranks[Int(entry.id)] = Int32(rank) }
    return ranks
  }
}
