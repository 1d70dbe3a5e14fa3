internal import Tables

/// A column of a file: how it is stored, and the column of a table that it becomes.
struct Leaf {
  /// What becomes of stored whole numbers.
  enum Conversion: Equatable {
    case none
    /// Four bytes without a sign.
    case unsigned32
    /// Milliseconds that become microseconds.
    case milliseconds
  }

  let schema: ColumnSchema
  let type: PhysicalType
  let conversion: Conversion

  /// The column of a schema's element.
  ///
  /// - Throws: ``ParquetError`` that names what is not read.
  init(_ element: SchemaElement) throws(ParquetError) {
    guard element.name.span.isUTF8, !element.name.isEmpty else {
      throw ParquetError(.schema, "the name of a column is empty or not UTF-8")
    }
    let name = String(decoding: element.name, as: UTF8.self)
    if element.childCount != nil {
      throw ParquetError(.unsupported, "the schema is nested", column: name)
    }
    guard let number = element.type, let type = PhysicalType(rawValue: number) else {
      throw ParquetError(.schema, "the column has no type that there is", column: name)
    }
    let isNullable: Bool
    switch element.repetition {
    case Repetition.required: isNullable = false
    case Repetition.optional: isNullable = true
    case 2: throw ParquetError(.unsupported, "the column is repeated", column: name)
    default: throw ParquetError(.schema, "the column has no repetition", column: name)
    }
    guard let (columnType, conversion) = Self.meaning(of: element, type) else {
      throw ParquetError(
        .unsupported,
        "the column is \(type.name)\(Self.annotation(of: element)), which is not read",
        column: name
      )
    }
    schema = ColumnSchema(name, columnType, nullable: isNullable)
    self.type = type
    self.conversion = conversion
  }

  /// A stored whole number of four bytes.
  @inline(__always)
  func convert(int32 bits: UInt32) -> Int64? {
    conversion == .unsigned32 ? Int64(bits) : Int64(Int32(bitPattern: bits))
  }

  /// A stored whole number of eight bytes; `nil` where it is out of range as microseconds.
  @inline(__always)
  func convert(int64 bits: UInt64) -> Int64? {
    let value = Int64(bitPattern: bits)
    guard conversion == .milliseconds else { return value }
    let (micros, overflow) = value.multipliedReportingOverflow(by: 1000)
    return overflow ? nil : micros
  }

  /// The type of the table's column; `nil` where it is none of those.
  private static func meaning(
    of element: SchemaElement,
    _ type: PhysicalType
  ) -> (ColumnType, Conversion)? {
    switch (type, element.logicalType, element.convertedType) {
    case (.boolean, nil, nil): (.boolean, .none)
    case (.float, nil, nil), (.double, nil, nil): (.double, .none)
    case (.byteArray, .string, _), (.byteArray, .enumeration, _), (.byteArray, .json, _),
      (.byteArray, nil, ConvertedType.utf8), (.byteArray, nil, ConvertedType.enumeration),
      (.byteArray, nil, ConvertedType.json):
      (.string, .none)
    case (.int32, .date, _), (.int32, nil, ConvertedType.date): (.date, .none)
    case (.int64, .timestamp(true, .microseconds), _),
      (.int64, nil, ConvertedType.timestampMicros):
      (.timestamp, .none)
    case (.int64, .timestamp(true, .milliseconds), _),
      (.int64, nil, ConvertedType.timestampMillis):
      (.timestamp, .milliseconds)
    case (.int32, .integer(let bits, let isSigned), _) where bits <= 32:
      (.int64, isSigned || bits < 32 ? .none : .unsigned32)
    case (.int32, nil, ConvertedType.uint32): (.int64, .unsigned32)
    case (.int32, nil, nil), (.int32, nil, 11), (.int32, nil, 12),
      (.int32, nil, 15), (.int32, nil, 16), (.int32, nil, 17):
      (.int64, .none)
    case (.int64, .integer(64, true), _), (.int64, nil, nil), (.int64, nil, ConvertedType.int64):
      (.int64, .none)
    default: nil
    }
  }

  /// The element's annotation, for a message.
  private static func annotation(of element: SchemaElement) -> String {
    switch (element.logicalType, element.convertedType) {
    case (.timestamp(let isUTC, let unit), _):
      " TIMESTAMP(\(unit), \(isUTC ? "UTC" : "without a time zone"))"
    case (.integer(let bits, let isSigned), _): " INTEGER(\(bits), signed: \(isSigned))"
    case (.other(let number), _): " of the logical type \(number)"
    case (let type?, _): " \(type)"
    case (nil, let number?): " of the converted type \(number)"
    case (nil, nil): " without an annotation"
    }
  }
}
