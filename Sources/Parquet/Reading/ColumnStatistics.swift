/// What a row group's footer says of the cells of one column, to leave out row groups by.
///
/// It is the word of the file's writer and not checked against the cells.
package struct ColumnStatistics: Hashable, Sendable {
  /// A bound of cells.
  package enum Bound: Hashable, Sendable {
    /// Of an `int64`, `timestamp` (microseconds), `date` (days) or `boolean` (0 or 1) column.
    case integer(Int64)
    /// Of a `double` column; never NaN.
    case double(Double)
    /// Of a `string` column: bytes, which may be cut or rounded up.
    case text([UInt8])
  }

  /// How many cells are null; `nil` where nothing is said.
  package let nullCount: Int?
  /// No cell that is neither null nor NaN sorts before; `nil` where nothing is said.
  package let minimum: Bound?
  /// No cell that is neither null nor NaN sorts after; `nil` where nothing is said.
  package let maximum: Bound?
  /// Whether a cell is known to have the value `minimum`.
  package let isMinimumExact: Bool
  /// Whether a cell is known to have the value `maximum`.
  package let isMaximumExact: Bool
}

extension ColumnStatistics {
  /// The statistics in units of the table; bounds of unknown order or the wrong size are left out.
  init(_ chunk: ChunkMetadata, of leaf: Leaf, hasTypeOrder: Bool) {
    let statistics = chunk.statistics
    let minimum = statistics?.minimum.flatMap { Self.bound($0, of: leaf) }
    let maximum = statistics?.maximum.flatMap { Self.bound($0, of: leaf) }
    let counts = 0...max(0, chunk.valueCount)
    nullCount = statistics?.nullCount.flatMap { counts.contains($0) ? Int($0) : nil }
    self.minimum = hasTypeOrder ? minimum : nil
    self.maximum = hasTypeOrder ? maximum : nil
    isMinimumExact = self.minimum != nil && statistics?.isMinimumExact ?? false
    isMaximumExact = self.maximum != nil && statistics?.isMaximumExact ?? false
  }

  private static func bound(_ bytes: [UInt8], of leaf: Leaf) -> Bound? {
    switch leaf.type {
    case .byteArray: return .text(bytes)
    case .boolean:
      guard bytes.count == 1, bytes[0] <= 1 else { return nil }
      return .integer(Int64(bytes[0]))
    case .int32:
      guard bytes.count == 4 else { return nil }
      return leaf.convert(int32: bytes.span.littleEndian32(at: 0)).map { .integer($0) }
    case .int64:
      guard bytes.count == 8 else { return nil }
      return leaf.convert(int64: bytes.span.littleEndian64(at: 0)).map { .integer($0) }
    case .float:
      guard bytes.count == 4 else { return nil }
      return number(Double(Float(bitPattern: bytes.span.littleEndian32(at: 0))))
    case .double:
      guard bytes.count == 8 else { return nil }
      return number(Double(bitPattern: bytes.span.littleEndian64(at: 0)))
    case .int96, .fixedLengthByteArray: return nil
    }
  }

  private static func number(_ value: Double) -> Bound? {
    value.isNaN ? nil : .double(value)
  }
}
