/// The enumerations of the Parquet format that this module writes or names in errors.
///
/// - SeeAlso: parquet-format, `parquet.thrift`.
enum Format {
  /// The first and last four bytes of a file.
  static let magic: [UInt8] = Array("PAR1".utf8)
  /// The last four bytes of a file with an encrypted footer.
  static let encryptedMagic: [UInt8] = Array("PARE".utf8)
  /// The least bytes a file can have: two magics and the footer's length.
  static let minimumByteCount = 12
}

/// How a column's values are stored (`Type`).
enum PhysicalType: Int32, Sendable {
  case boolean = 0
  case int32 = 1
  case int64 = 2
  case int96 = 3
  case float = 4
  case double = 5
  case byteArray = 6
  case fixedLengthByteArray = 7

  /// The bytes of one value in PLAIN encoding; `nil` where values differ in length or share bytes.
  var width: Int? {
    switch self {
    case .int32, .float: 4
    case .int64, .double: 8
    case .boolean, .int96, .byteArray, .fixedLengthByteArray: nil
    }
  }

  /// The name in the format's specification.
  var name: String {
    switch self {
    case .boolean: "BOOLEAN"
    case .int32: "INT32"
    case .int64: "INT64"
    case .int96: "INT96"
    case .float: "FLOAT"
    case .double: "DOUBLE"
    case .byteArray: "BYTE_ARRAY"
    case .fixedLengthByteArray: "FIXED_LEN_BYTE_ARRAY"
    }
  }
}

/// How the values of a page are encoded (`Encoding`).
enum Encoding {
  static let plain: Int32 = 0
  static let plainDictionary: Int32 = 2
  static let rle: Int32 = 3
  static let bitPacked: Int32 = 4
  static let rleDictionary: Int32 = 8

  /// The name in the format's specification.
  static func name(of encoding: Int32) -> String {
    let names = [
      "PLAIN", "GROUP_VAR_INT", "PLAIN_DICTIONARY", "RLE", "BIT_PACKED", "DELTA_BINARY_PACKED",
      "DELTA_LENGTH_BYTE_ARRAY", "DELTA_BYTE_ARRAY", "RLE_DICTIONARY", "BYTE_STREAM_SPLIT", "ALP",
    ]
    let place = Int(encoding)
    return names.indices.contains(place) ? names[place] : "number \(encoding)"
  }
}

/// How the pages of a chunk are compressed (`CompressionCodec`).
enum CodecNumber {
  static let uncompressed: Int32 = 0
  static let snappy: Int32 = 1
  static let gzip: Int32 = 2

  /// The name in the format's specification.
  static func name(of codec: Int32) -> String {
    let names = ["UNCOMPRESSED", "SNAPPY", "GZIP", "LZO", "BROTLI", "LZ4", "ZSTD", "LZ4_RAW"]
    let place = Int(codec)
    return names.indices.contains(place) ? names[place] : "number \(codec)"
  }
}

/// What a page holds (`PageType`).
enum PageType {
  static let data: Int32 = 0
  static let dictionary: Int32 = 2
  static let dataV2: Int32 = 3
}

/// Whether a column may be null (`FieldRepetitionType`).
enum Repetition {
  static let required: Int32 = 0
  static let optional: Int32 = 1
}

/// The annotations of older readers (`ConvertedType`).
enum ConvertedType {
  static let utf8: Int32 = 0
  static let enumeration: Int32 = 4
  static let date: Int32 = 6
  static let timestampMillis: Int32 = 9
  static let timestampMicros: Int32 = 10
  static let uint32: Int32 = 13
  static let uint64: Int32 = 14
  static let int64: Int32 = 18
  static let json: Int32 = 19
}
