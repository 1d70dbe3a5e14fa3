internal import Bytes

/// The cells of an encoded page, to encode them anew.
struct PageReplay {
  let rowCount: Int
  /// Per row whether it is null; empty where the column is not nullable.
  private(set) var nulls: [Bool] = []
  /// The indices of the values that are not null.
  private(set) var indices: [UInt32] = []
  /// Per row its number, zero where it is null.
  private(set) var integers: [Int64] = []
  private let bytes: [UInt8]
  private var valueCount: Int
  /// Where the values begin.
  private var offset = 0

  /// Decodes the definition levels.
  init(_ page: EncodedPage, isNullable: Bool) throws(ParquetError) {
    rowCount = page.rowCount
    valueCount = page.rowCount - page.nullCount
    let bytes = page.bytes
    self.bytes = bytes
    guard isNullable else { return }
    offset = 4 + Int(bytes.span.littleEndian32(at: 0))
    let span = bytes.span.extracting(4..<offset)
    var levels: [UInt32] = []
    _ = try Hybrid.decode(span, count: rowCount, bitWidth: 1, into: &levels)
    nulls = levels.map { $0 == 0 }
  }

  /// Decodes the values of a page of indices.
  mutating func decodeIndices() throws(ParquetError) {
    let bytes = bytes
    let width = Int(bytes[offset])
    let span = bytes.span.extracting((offset + 1)...)
    _ = try Hybrid.decode(span, count: valueCount, bitWidth: width, into: &indices)
  }

  /// Fills ``integers`` with the values that the indices stand for.
  mutating func take(from dictionary: [Int64]) {
    let indices = indices
    spread { dictionary[Int(indices[$0])] }
  }

  /// Fills ``integers`` with the values of a page in PLAIN encoding.
  mutating func decodePlain(width: Int) {
    let bytes = bytes
    let start = offset
    if width == 4 {
      spread { Int64(Int32(bitPattern: bytes.span.littleEndian32(at: start + $0 * 4))) }
    } else {
      spread { Int64(bitPattern: bytes.span.littleEndian64(at: start + $0 * 8)) }
    }
  }

  private mutating func spread(_ value: (Int) -> Int64) {
    var all: [Int64] = []
    all.reserveCapacity(rowCount)
    var place = 0
    for row in 0..<rowCount {
      if !nulls.isEmpty, nulls[row] {
        all.append(0)
      } else {
        all.append(value(place))
        place += 1
      }
    }
    integers = all
  }
}
