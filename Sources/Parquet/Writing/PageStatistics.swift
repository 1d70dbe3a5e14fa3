internal import Bytes
internal import Tables

extension EncodedPage {
  /// Notes the bounds of the values of a page; doubles are given by their bits.
  ///
  /// - Complexity: O(*n*).
  mutating func note(_ values: Span<Int64>, of type: ColumnType) {
    guard values.count > 0 else { return }
    if type == .double {
      noteDoubles(values)
      return
    }
    var low = values[0]
    var high = low
    for place in values.indices {
      let value = values[place]
      low = Swift.min(low, value)
      high = Swift.max(high, value)
    }
    bounds = .integers(low, high)
  }

  private mutating func noteDoubles(_ values: Span<Int64>) {
    var low = Double.infinity
    var high = -Double.infinity
    var numberCount = 0
    for place in values.indices {
      let value = Double(bitPattern: UInt64(bitPattern: values[place]))
      guard !value.isNaN else { continue }
      numberCount += 1
      if value < low { low = value }
      if value > high { high = value }
    }
    nanCount = values.count - numberCount
    if numberCount > 0 { bounds = .doubles(low, high) }
  }
}

/// The first and last of the texts of a page, found as they come.
///
/// Most texts are told apart by their first eight bytes; an interned text that was seen in the page
/// is known by its place.
struct TextBounds {
  /// For how many places it is known in which page they were seen last.
  private static let placeCount = 4096

  private var low: [UInt8] = []
  private var high: [UInt8] = []
  private var lowPrefix: UInt64 = 0
  private var highPrefix: UInt64 = 0
  private var isEmpty = true
  private var lastPages = [UInt32](repeating: 0, count: placeCount)
  /// The number of the page at hand, from 1.
  private(set) var pageNumber: UInt32 = 1

  /// The bounds of the texts since the last call; the next one is of another page.
  mutating func take() -> Bounds {
    guard !isEmpty else { return .none }
    isEmpty = true
    pageNumber += 1
    return .texts(low, high)
  }

  /// Adds a text that is at `place` of an interner.
  @inline(__always)
  mutating func add(_ text: Span<UInt8>, at place: UInt32) {
    if place < UInt32(Self.placeCount) {
      guard lastPages[Int(place)] != pageNumber else { return }
      lastPages[Int(place)] = pageNumber
    }
    add(text)
  }

  /// Adds a text.
  @inline(__always)
  mutating func add(_ text: Span<UInt8>) {
    let prefix = text.prefixNumber
    if isEmpty || prefix <= lowPrefix || prefix >= highPrefix { compare(text, prefix) }
  }

  private mutating func compare(_ text: Span<UInt8>, _ prefix: UInt64) {
    if isEmpty || text.comparedBytes(high.span) > 0 {
      Self.copy(text, to: &high)
      highPrefix = prefix
    }
    if isEmpty || text.comparedBytes(low.span) < 0 {
      Self.copy(text, to: &low)
      lowPrefix = prefix
    }
    isEmpty = false
  }

  private static func copy(_ text: Span<UInt8>, to bytes: inout [UInt8]) {
    bytes.removeAll(keepingCapacity: true)
    bytes.append(text)
  }
}

extension Span<UInt8> {
  /// The first eight bytes as a number, zeros after the last; texts sort as these do, or as the rest.
  @inline(__always)
  fileprivate var prefixNumber: UInt64 {
    if count >= 8 { return littleEndian64(at: 0).byteSwapped }
    var number: UInt64 = 0
    for place in indices { number |= UInt64(self[place]) << UInt64(56 - place * 8) }
    return number
  }
}
