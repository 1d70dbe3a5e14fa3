/// How a file is written.
///
/// The bytes of a file depend on these, its schema and its rows alone.
package struct WriterOptions: Hashable, Sendable {
  /// How the pages of a chunk are compressed, unless that saves too little.
  package enum Codec: Hashable, Sendable {
    case uncompressed
    /// GZIP by zlib, at one of its levels 1 to 9.
    case gzip(level: Int)
  }

  /// Rows of a row group: enough for dictionaries to pay, few enough for scans to share the work.
  package static let defaultRowGroupRowCount = 1_048_576
  /// Rows of a page, as other writers cut them.
  package static let defaultPageRowCount = 20_000
  /// Bytes of a page, before compression and before runs are shortened; an index counts as four.
  package static let defaultPageByteCount = 1 << 20
  /// Bytes of a dictionary in PLAIN encoding.
  package static let defaultDictionaryByteCount = 16 << 20
  /// The level of zlib that costs least.
  package static let defaultCodec = Codec.gzip(level: 1)
  /// Percents of a chunk that compression has to save.
  package static let defaultMinimumSavedPercent = 5
  /// The program that writes, in the form that readers parse.
  package static let defaultCreatedBy = "hooksift version 0.1.0 (build 0)"

  /// How pages are compressed.
  package var codec = defaultCodec
  /// How many rows every row group but the last has.
  package var rowGroupRowCount = defaultRowGroupRowCount
  /// How many rows a page has at most.
  package var pageRowCount = defaultPageRowCount
  /// How many bytes a page has at most, where it has more than one row.
  package var pageByteCount = defaultPageByteCount
  /// How many bytes the dictionary of a chunk has at most.
  package var dictionaryByteCount = defaultDictionaryByteCount
  /// Below how many percents of savings a chunk is left uncompressed.
  package var minimumSavedPercent = defaultMinimumSavedPercent
  /// The program that writes, as `<name> version <x.y.z> (build <revision>)`.
  ///
  /// It may not name a time or a machine, or the same rows would give other bytes.
  package var createdBy = defaultCreatedBy

  /// The defaults.
  package init() {}

  /// The defaults with another codec.
  package init(codec: Codec) { self.codec = codec }

  /// Throws where an option is outside of what the format or this writer can do.
  func validate() throws(ParquetError) {
    let isValid =
      (1...1 << 26).contains(rowGroupRowCount) && (1...1 << 20).contains(pageRowCount)
      && (1...1 << 26).contains(pageByteCount) && (0...1 << 27).contains(dictionaryByteCount)
      && (0...100).contains(minimumSavedPercent)
    guard isValid else { throw ParquetError(.limit, "an option of the writer is out of range") }
    if case .gzip(let level) = codec, !(1...9).contains(level) {
      throw ParquetError(.limit, "gzip has no level \(level)")
    }
  }
}
