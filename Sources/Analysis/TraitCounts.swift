internal import Bytes
internal import Lake
internal import Tables

/// How many identities had which value of which trait on one date.
struct TraitCounts {
  /// One row of the table.
  struct Row {
    let environment: Int64?
    let trait: ByteText
    let valueType: ByteText
    let value: ByteText?
    var identities: Int64
  }

  /// What stands for the values that are not named.
  static let otherType = ByteText("other")
  static let otherValue = ByteText("(other)")

  fileprivate struct TraitKey: Hashable {
    let environment: Int64?
    let trait: ByteText
  }

  fileprivate struct ValueKey: Hashable {
    let valueType: ByteText
    let value: ByteText?

    static func precedes(_ left: ValueKey, _ right: ValueKey) -> Bool {
      if left.valueType != right.valueType { return left.valueType < right.valueType }
      return left.value < right.value
    }
  }

  /// In their canonical order.
  private(set) var rows: [Row] = []

  /// Counts the rows of a partition of `trait_values`, which name every identity and value once.
  ///
  /// - Parameters:
  ///   - partition: The partition.
  ///   - topValues: How many values of a trait are named; the others become one row.
  /// - Throws: ``FileFailure`` or ``ParquetError``.
  init(_ partition: LakeReader.File, topValues: Int) throws {
    var counts: [TraitKey: [ValueKey: Int64]] = [:]
    try partition.forEachTraitValue { key, value, _ in
      counts[key, default: [:]][value, default: 0] += 1
    }
    var named: [TraitKey: Set<ValueKey>] = [:]
    for (key, values) in counts where values.count > topValues {
      let order = values.sorted { left, right in
        left.value != right.value
          ? left.value > right.value : ValueKey.precedes(left.key, right.key)
      }
      named[key] = Set(order.prefix(topValues).map(\.key))
    }
    let others = try Self.others(partition, named)
    for (key, values) in counts {
      for (value, identities) in values where named[key]?.contains(value) ?? true {
        rows.append(Row(key, value, identities))
      }
      if let identities = others[key] {
        rows.append(
          Row(key, ValueKey(valueType: Self.otherType, value: Self.otherValue), identities)
        )
      }
    }
    rows.sort(by: Row.precedes)
  }

  /// How many identities have any value that is not named.
  private static func others(
    _ partition: LakeReader.File,
    _ named: [TraitKey: Set<ValueKey>]
  ) throws -> [TraitKey: Int64] {
    guard !named.isEmpty else { return [:] }
    var others: [TraitKey: Int64] = [:]
    var lastIdentity: [TraitKey: Int64] = [:]
    try partition.forEachTraitValue { key, value, identity in
      guard let names = named[key], !names.contains(value), lastIdentity[key] != identity else {
        return
      }
      lastIdentity[key] = identity
      others[key, default: 0] += 1
    }
    return others
  }
}

extension TraitCounts.Row {
  fileprivate init(
    _ key: TraitCounts.TraitKey,
    _ value: TraitCounts.ValueKey,
    _ identities: Int64
  ) {
    self.init(
      environment: key.environment,
      trait: key.trait,
      valueType: value.valueType,
      value: value.value,
      identities: identities
    )
  }

  fileprivate static func precedes(_ left: Self, _ right: Self) -> Bool {
    if left.environment != right.environment { return left.environment < right.environment }
    if left.trait != right.trait { return left.trait < right.trait }
    if left.valueType != right.valueType { return left.valueType < right.valueType }
    return left.value < right.value
  }
}

extension LakeReader.File {
  /// Hands on the rows of a partition of `trait_values`, with a number that changes when the identity does.
  fileprivate func forEachTraitValue(
    _ body: (TraitCounts.TraitKey, TraitCounts.ValueKey, _ identity: Int64) throws -> Void
  ) throws {
    var serial: Int64 = 0
    var last: (Int64?, ByteText)?
    try forEachBatch { batch in
      let columns = batch.columns
      for row in 0..<batch.rowCount {
        let environment = columns[0].integer(row)
        let identity = columns[1].requiredText(row)
        if last.map({ $0 != (environment, identity) }) ?? true {
          serial += 1
          last = (environment, identity)
        }
        try body(
          TraitCounts.TraitKey(
            environment: environment,
            trait: columns[2].requiredText(row)
          ),
          TraitCounts.ValueKey(
            valueType: columns[3].requiredText(row),
            value: columns[4].text(row)
          ),
          serial
        )
      }
    }
  }
}
