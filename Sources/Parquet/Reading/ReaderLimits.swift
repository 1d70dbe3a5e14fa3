/// What a file may ask of its reader at most; more is an error, not an attempt.
package struct ReaderLimits: Hashable, Sendable {
  /// 64 MiB, over a million chunks.
  package static let defaultFooterByteCount = 64 << 20
  /// Columns of a table.
  package static let defaultColumnCount = 10_000
  /// Row groups of a file.
  package static let defaultRowGroupCount = 1_000_000
  /// 1 MiB, for a header that takes some 30 bytes.
  package static let defaultPageHeaderByteCount = 1 << 20
  /// 256 MiB, uncompressed.
  package static let defaultPageByteCount = 256 << 20
  /// 67 million rows: a page of 40 bytes may hold more.
  package static let defaultRowGroupRowCount = 1 << 26
  /// 4 GiB: a few bytes may name a long text very often, in each of many columns.
  package static let defaultTableByteCount = 4 << 30

  /// How many bytes the footer may have.
  package var footerByteCount = defaultFooterByteCount
  /// How many columns there may be.
  package var columnCount = defaultColumnCount
  /// How many row groups there may be.
  package var rowGroupCount = defaultRowGroupCount
  /// How many bytes the header of a page may have.
  package var pageHeaderByteCount = defaultPageHeaderByteCount
  /// How many bytes a page may have, uncompressed.
  package var pageByteCount = defaultPageByteCount
  /// How many rows a row group may have.
  package var rowGroupRowCount = defaultRowGroupRowCount
  /// How many bytes of memory the cells may take that are read together.
  package var tableByteCount = defaultTableByteCount

  /// The defaults.
  package init() {}
}
