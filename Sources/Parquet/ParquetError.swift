/// Why a Parquet file cannot be written or read, and where.
package struct ParquetError: Error, Hashable, Sendable {
  /// The kind of fault.
  package enum Code: String, Hashable, Sendable, CaseIterable {
    /// The bytes around the footer are not those of a Parquet file.
    case container
    /// The footer or a page header is not Thrift's compact protocol, or lacks a required field.
    case thrift
    /// The schema is inconsistent.
    case schema
    /// The footer contradicts itself or the file.
    case metadata
    /// A page contradicts its header or its chunk.
    case page
    /// The bytes of a page are not those its checksum was taken of.
    case checksum
    /// Compressed bytes do not inflate to what their header says.
    case compression
    /// Encoded levels, indices or values are not well-formed.
    case encoding
    /// A text is not UTF-8.
    case text
    /// A cap of ``ReaderLimits`` or of the writer is exceeded.
    case limit
    /// The file is well-formed so far, but uses what this module does not read.
    case unsupported
    /// A cell is outside of what its column can hold.
    case value
  }

  /// The kind of fault.
  package let code: Code
  /// The fault in a sentence for a person, without the place.
  package let message: String
  /// The row group, counted from zero.
  package var rowGroup: Int?
  /// The column's name.
  package var column: String?
  /// The offset in the file, in bytes.
  package var byteOffset: Int?

  /// A fault at a place as far as it is known.
  package init(
    _ code: Code,
    _ message: String,
    rowGroup: Int? = nil,
    column: String? = nil,
    byteOffset: Int? = nil
  ) {
    self.code = code
    self.message = message
    self.rowGroup = rowGroup
    self.column = column
    self.byteOffset = byteOffset
  }

  /// The same fault at a place, where it does not yet say one.
  func located(
    rowGroup: Int? = nil,
    column: String? = nil,
    byteOffset: Int? = nil
  ) -> ParquetError {
    var error = self
    error.rowGroup = error.rowGroup ?? rowGroup
    error.column = error.column ?? column
    error.byteOffset = error.byteOffset ?? byteOffset
    return error
  }
}

extension ParquetError: CustomStringConvertible {
  /// The place, as far as it is known, and the fault.
  package var description: String {
    var place: [String] = []
    if let rowGroup { place.append("row group \(rowGroup)") }
    if let column { place.append("column \(column)") }
    if let byteOffset { place.append("byte \(byteOffset)") }
    return place.isEmpty ? message : "\(place.joined(separator: ", ")): \(message)"
  }
}
