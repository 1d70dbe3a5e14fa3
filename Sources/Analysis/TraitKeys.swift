internal import Bytes
internal import Lake
internal import Runs
internal import Tables

/// One row of `trait_daily` but for its date and its measure, as bytes that sort as the rows do.
///
/// The key of the trait, which is the environment and the trait's name, comes first.
enum TraitKeys {
  /// What stands for the values that are not named.
  private static let otherType = Array("other".utf8)
  private static let otherValue = Array("(other)".utf8)

  /// What a key says.
  struct Row {
    let environment: Int64?
    let trait: ByteText
    let valueType: ByteText
    let value: ByteText?

    init(_ key: Span<UInt8>) {
      var cursor = SortableCursor(key)
      environment = cursor.optionalInt64()
      trait = cursor.byteText()
      valueType = cursor.byteText()
      value = cursor.byte() == 0 ? nil : cursor.byteText()
    }
  }

  private static let numberTypes = ["integer", "float"].map { ByteText($0) }

  /// Whether a row is of values that are numbers.
  static func isNumber(_ row: Row) -> Bool { numberTypes.contains(row.valueType) }

  /// How many bytes at the front of a key are that of the trait.
  static func traitByteCount(_ key: Span<UInt8>) -> Int {
    // The name begins after the environment, and ends with two zeros where it does.
    var offset = key[0] == 0 ? 1 : 9
    while let zero = key.firstOffset(of: 0, from: offset), key[zero + 1] != 0 { offset = zero + 2 }
    return (key.firstOffset(of: 0, from: offset) ?? key.count - 2) + 2
  }

  /// The key of the row for the values of a trait that are not named.
  static func other(of trait: Span<UInt8>) -> [UInt8] {
    var key: [UInt8] = []
    key.append(trait)
    let (type, value) = (otherType, otherValue)
    appendValue(type.span, value.span, to: &key)
    return key
  }

  fileprivate static func appendValue(
    _ type: Span<UInt8>,
    _ value: Span<UInt8>,
    to key: inout [UInt8]
  ) {
    key.append(sortable: type)
    key.append(UInt8(1))
    key.append(sortable: value)
  }
}

extension LakeReader.File {
  /// Hands on the keys of the rows of a partition of `trait_values`.
  ///
  /// - Parameter body: Takes a key and how many bytes at its front are that of the trait.
  /// - Throws: ``FileFailure``, ``ParquetError`` or what `body` throws.
  func forEachTraitKey(_ body: (Span<UInt8>, _ traitByteCount: Int) throws -> Void) throws {
    var key: [UInt8] = []
    try forEachBatch(columns: [0, 2, 3, 4]) { batch in
      let columns = TraitColumns(batch, from: 0)
      for row in 0..<batch.rowCount {
        let traitByteCount = columns.makeKey(row, &key)
        try body(key.span, traitByteCount)
      }
    }
  }

  /// Hands on the keys of the rows of a partition of `trait_values`, with a number that changes when the environment or the
  /// identity does.
  func forEachTraitKeyOfIdentities(
    _ body: (Span<UInt8>, _ traitByteCount: Int, _ identity: Int64) throws -> Void
  ) throws {
    var key: [UInt8] = []
    var serial: Int64 = 0
    var lastEnvironment: Int64?
    var lastIdentity: [UInt8] = []
    try forEachBatch(columns: [1, 0, 2, 3, 4]) { batch in
      let identities = batch.columns[0].texts
      let environments = batch.columns[1]
      let columns = TraitColumns(batch, from: 1)
      for row in 0..<batch.rowCount {
        let environment = environments.integer(row)
        if serial == 0 || environment != lastEnvironment
          || !lastIdentity.span.equalBytes(identities[row])
        {
          serial += 1
          lastEnvironment = environment
          lastIdentity.removeAll(keepingCapacity: true)
          lastIdentity.append(identities[row])
        }
        let traitByteCount = columns.makeKey(row, &key)
        try body(key.span, traitByteCount, serial)
      }
    }
  }
}

/// The columns of a batch that a key is made of.
private struct TraitColumns {
  private let environments: Column
  private let traits: TextValues
  private let valueTypes: TextValues
  private let values: Column

  init(_ batch: Table, from first: Int) {
    environments = batch.columns[first]
    traits = batch.columns[first + 1].texts
    valueTypes = batch.columns[first + 2].texts
    values = batch.columns[first + 3]
  }

  /// Makes `key` that of a row; returns how many bytes are that of the trait.
  @inline(__always)
  func makeKey(_ row: Int, _ key: inout [UInt8]) -> Int {
    key.removeAll(keepingCapacity: true)
    key.append(sortable: environments.integer(row))
    key.append(sortable: traits[row])
    let traitByteCount = key.count
    if values.isNull(row) {
      key.append(sortable: valueTypes[row])
      key.append(UInt8(0))
    } else {
      TraitKeys.appendValue(valueTypes[row], values.texts[row], to: &key)
    }
    return traitByteCount
  }
}
