internal import Tables

extension FileMetadata {
  /// The columns of a flat schema.
  ///
  /// - Throws: ``ParquetError`` where the schema is nested, or not one.
  func leaves() throws(ParquetError) -> [Leaf] {
    guard let root = schema.first else { throw ParquetError(.schema, "there is no schema") }
    guard root.type == nil, let count = root.childCount, count >= 0 else {
      throw ParquetError(.schema, "the root of the schema is not a group")
    }
    var leaves: [Leaf] = []
    var names: Set<String> = []
    for element in schema.dropFirst() {
      let leaf = try Leaf(element)
      guard names.insert(leaf.schema.name).inserted else {
        throw ParquetError(.schema, "two columns have one name", column: leaf.schema.name)
      }
      leaves.append(leaf)
    }
    guard leaves.count == Int(count) else {
      throw ParquetError(.schema, "the schema has \(leaves.count) columns and says \(count)")
    }
    guard !leaves.isEmpty else { throw ParquetError(.schema, "the schema has no columns") }
    return leaves
  }

  /// Checks counts, places and types of all chunks.
  ///
  /// - Parameters:
  ///   - leaves: The columns of the schema.
  ///   - dataEnd: The offset of the footer.
  ///   - limits: What the file may ask.
  /// - Throws: ``ParquetError`` at the first fault.
  /// - Complexity: O(*n* log *n*) in the chunks.
  func validate(
    leaves: [Leaf],
    dataEnd: Int,
    limits: ReaderLimits
  ) throws(ParquetError) {
    var total: Int64 = 0
    var spans: [Range<Int64>] = []
    for (index, group) in rowGroups.enumerated() {
      do throws(ParquetError) {
        try group.validate(leaves: leaves, limits: limits)
        for (chunk, leaf) in zip(group.columns, leaves) {
          spans.append(try chunk.range(of: leaf, rowCount: group.rowCount, dataEnd: Int64(dataEnd)))
        }
      } catch {
        throw error.located(rowGroup: index)
      }
      let sum = total.addingReportingOverflow(group.rowCount)
      guard !sum.overflow else { throw ParquetError(.metadata, "the row groups' rows overflow") }
      total = sum.partialValue
    }
    guard total == rowCount else {
      throw ParquetError(.metadata, "the file has \(rowCount) rows, its row groups have \(total)")
    }
    spans.sort { $0.lowerBound < $1.lowerBound }
    var end: Int64 = 4
    for span in spans where !span.isEmpty {
      guard span.lowerBound >= end else {
        throw ParquetError(
          .metadata,
          "two column chunks share bytes",
          byteOffset: Int(span.lowerBound)
        )
      }
      end = span.upperBound
    }
  }

  /// The columns that all row groups say they are sorted by, ascending with nulls first.
  func commonSortColumns(columnCount: Int) -> [Int] {
    guard var common = rowGroups.first?.sortingColumns else { return [] }
    for group in rowGroups.dropFirst() where group.sortingColumns != common {
      common = zip(common, group.sortingColumns).prefix { $0 == $1 }.map(\.0)
    }
    let usable = common.prefix {
      !$0.isDescending && $0.hasNullsFirst && (0..<columnCount).contains(Int($0.column))
    }
    return usable.map { Int($0.column) }
  }
}

extension RowGroupMetadata {
  /// Frees what is of no use once the footer is checked.
  mutating func dropPathsAndStatistics() {
    for index in columns.indices {
      columns[index].path = []
      columns[index].statistics = nil
    }
  }

  fileprivate func validate(leaves: [Leaf], limits: ReaderLimits) throws(ParquetError) {
    guard rowCount >= 0 else { throw ParquetError(.metadata, "the row group has \(rowCount) rows") }
    guard rowCount <= Int64(limits.rowGroupRowCount) else {
      throw ParquetError(.limit, "the row group has \(rowCount) rows")
    }
    guard columns.count == leaves.count else {
      throw ParquetError(
        .metadata,
        "the row group has \(columns.count) columns, the schema \(leaves.count)"
      )
    }
  }
}

extension ChunkMetadata {
  /// Where the chunk begins: at its dictionary, or at its first data page.
  var start: Int64 {
    if let offset = dictionaryPageOffset, offset > 0, offset < dataPageOffset { return offset }
    return dataPageOffset
  }

  /// Where the chunk's bytes are, once its metadata is checked against the schema.
  fileprivate func range(
    of leaf: Leaf,
    rowCount: Int64,
    dataEnd: Int64
  ) throws(ParquetError) -> Range<Int64> {
    let name = leaf.schema.name
    guard type == leaf.type.rawValue else {
      throw ParquetError(.metadata, "the chunk's type is not that of the schema", column: name)
    }
    guard path == [Array(name.utf8)] else {
      throw ParquetError(.metadata, "the chunk's path is not that of the schema", column: name)
    }
    guard valueCount == rowCount else {
      throw ParquetError(
        .metadata,
        "the chunk has \(valueCount) values, the row group \(rowCount) rows",
        column: name
      )
    }
    guard compressedByteCount >= 0, uncompressedByteCount >= 0 else {
      throw ParquetError(.metadata, "the chunk's size is negative", column: name)
    }
    guard PageDecompressor.reads(codec) else {
      throw ParquetError(
        .unsupported,
        "the codec \(CodecNumber.name(of: codec)) is not read",
        column: name
      )
    }
    // A chunk without rows is never read; some writers say offset zero of it.
    if rowCount == 0 { return 4..<4 }
    let (end, overflow) = start.addingReportingOverflow(compressedByteCount)
    guard start >= 4, !overflow, end <= dataEnd else {
      throw ParquetError(.metadata, "the chunk is not before the footer", column: name)
    }
    return start..<end
  }
}
