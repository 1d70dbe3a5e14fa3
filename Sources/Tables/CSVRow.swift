internal import Bytes

/// The cells of one row of a CSV file.
package struct CSVRow: Sendable {
  /// The cells one after another, with one byte between them.
  private var bytes: [UInt8] = []
  private var ends: [Int] = []
  /// Whether there is nothing on the row's line, not even a quote.
  var isBlank = true
  /// The line that the row begins on, from 1.
  package private(set) var line = 0

  package init() {}

  /// How many cells there are.
  package var count: Int { ends.count }

  /// The bytes of a cell, without its quotes.
  package subscript(cell: Int) -> Span<UInt8> {
    @_lifetime(borrow self)
    get { bytes.span.extracting((cell == 0 ? 0 : ends[cell - 1] + 1)..<ends[cell]) }
  }

  /// The text of a cell; bytes that are not UTF-8 become U+FFFD.
  package func text(_ cell: Int) -> String { String(decoding: self[cell]) }

  /// The number that a cell writes in decimal digits, with a point and an exponent if any; `nil` for all else, also for a number
  /// beyond the range of doubles.
  package func number(_ cell: Int) -> Double? {
    let text = self[cell]
    var offset = 0
    let isNegative = text.count > 0 && text[0] == UInt8(ascii: "-")
    if isNegative || text.count > 0 && text[0] == UInt8(ascii: "+") { offset = 1 }
    guard offset < text.count else { return nil }
    if let number = shortDecimal(text, from: offset) { return isNegative ? -number : number }
    // What is left to the standard library has the form of a number, not one of its names.
    for place in offset..<text.count {
      switch text[place] {
      case 0x30...0x39, UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"), UInt8(ascii: "+"),
        UInt8(ascii: "-"):
        continue
      default: return nil
      }
    }
    guard let value = Double(String(decoding: text)), value.isFinite else { return nil }
    return value
  }

  /// The number that up to 15 digits write, with a point among them or not: it and a power of ten up to 10¹⁵ are exact, so that their
  /// quotient is rounded once (Clinger, *How to Read Floating Point Numbers Accurately*, 1990).
  private func shortDecimal(_ text: Span<UInt8>, from start: Int) -> Double? {
    guard text.count - start <= 16 else { return nil }
    var whole: Int64 = 0
    var digitCount = 0
    var point: Int?
    for place in start..<text.count {
      let digit = text[place] &- 0x30
      if digit <= 9 {
        whole = whole * 10 + Int64(digit)
        digitCount += 1
      } else if text[place] == UInt8(ascii: "."), point == nil {
        point = digitCount
      } else {
        return nil
      }
    }
    guard (1...15).contains(digitCount) else { return nil }
    return Double(whole) / Self.powers[digitCount - (point ?? digitCount)]
  }

  private static let powers: [Double] = [
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
  ]

  // MARK: - Building

  /// How many bytes the cells have together.
  var byteCount: Int { bytes.count - ends.count }

  mutating func removeAll(line: Int) {
    bytes.removeAll(keepingCapacity: true)
    ends.removeAll(keepingCapacity: true)
    isBlank = true
    self.line = line
  }

  /// Adds a byte to the cell at hand.
  mutating func append(_ byte: UInt8) { bytes.append(byte) }

  /// Ends the cell at hand.
  mutating func endCell() {
    ends.append(bytes.count)
    bytes.append(0)
  }

  /// Takes a whole line, if it has neither quotes nor carriage returns nor too many cells; else what is in the row is of no use.
  mutating func take(plain line: Span<UInt8>, _ options: CSVReader.Options) -> Bool {
    for offset in line.indices {
      switch line[offset] {
      case options.delimiter:
        guard ends.count < options.cellLimit else { return false }
        ends.append(offset)
      case UInt8(ascii: "\""), 0x0D: return false
      default: continue
      }
    }
    ends.append(line.count)
    bytes.append(line)
    bytes.append(0)
    isBlank = line.count == 0
    return ends.count <= options.cellLimit
  }
}
