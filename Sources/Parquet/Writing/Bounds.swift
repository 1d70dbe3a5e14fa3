internal import Bytes
internal import Tables

/// The least and greatest of the values of a page or a chunk that are neither null nor NaN.
enum Bounds: Equatable {
  case none
  case integers(Int64, Int64)
  case doubles(Double, Double)
  /// The bytes of texts.
  case texts([UInt8], [UInt8])
}

/// A bound in the bytes that statistics have for it.
struct EncodedBounds: Equatable {
  var minimum: [UInt8]
  var maximum: [UInt8]
  var isMinimumExact = true
  var isMaximumExact = true
}

extension Bounds {
  /// The longest bound of texts, in bytes; longer ones are cut.
  static let maximumTextByteCount = 64

  /// The bounds over both.
  func merged(with other: Bounds) -> Bounds {
    switch (self, other) {
    case (.none, _): return other
    case (_, .none): return self
    case (.integers(let low, let high), .integers(let otherLow, let otherHigh)):
      return .integers(Swift.min(low, otherLow), Swift.max(high, otherHigh))
    case (.doubles(let low, let high), .doubles(let otherLow, let otherHigh)):
      return .doubles(Swift.min(low, otherLow), Swift.max(high, otherHigh))
    case (.texts(let low, let high), .texts(let otherLow, let otherHigh)):
      let isLower = otherLow.span.comparedBytes(low.span) < 0
      let isHigher = otherHigh.span.comparedBytes(high.span) > 0
      return .texts(isLower ? otherLow : low, isHigher ? otherHigh : high)
    default: return self
    }
  }

  /// The bounds as statistics hold them; `nil` where there are none.
  ///
  /// Texts are cut to ``maximumTextByteCount`` at a character, the upper one rounded up. A zero
  /// among doubles is -0.0 below and +0.0 above, since readers may not tell the zeros apart.
  func encoded(as type: ColumnType) -> EncodedBounds? {
    switch self {
    case .none: return nil
    case .integers(let low, let high):
      return EncodedBounds(minimum: Self.encode(low, type), maximum: Self.encode(high, type))
    case .doubles(let low, let high):
      return EncodedBounds(
        minimum: Self.encode(low == 0 ? -0.0 : low),
        maximum: Self.encode(high == 0 ? 0.0 : high)
      )
    case .texts(let low, let high):
      let minimum = Self.lowerBound(low.span)
      let maximum = Self.upperBound(high.span)
      return EncodedBounds(
        minimum: minimum.bytes,
        maximum: maximum.bytes,
        isMinimumExact: minimum.isExact,
        isMaximumExact: maximum.isExact
      )
    }
  }

  private static func encode(_ value: Int64, _ type: ColumnType) -> [UInt8] {
    var bytes: [UInt8] = []
    switch type {
    case .boolean: bytes.append(value == 0 ? 0 : 1)
    case .date: bytes.append(littleEndian: UInt32(truncatingIfNeeded: value))
    case .int64, .timestamp, .double, .string:
      bytes.append(littleEndian: UInt64(bitPattern: value))
    }
    return bytes
  }

  private static func encode(_ value: Double) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.append(littleEndian: value.bitPattern)
    return bytes
  }

  /// A text that is no longer than a bound may be and does not sort after `text`, which is UTF-8.
  static func lowerBound(_ text: Span<UInt8>) -> (bytes: [UInt8], isExact: Bool) {
    var bytes: [UInt8] = []
    let end = characterBoundary(in: text)
    bytes.append(text.extracting(0..<end))
    return (bytes, end == text.count)
  }

  /// A text that does not sort before `text`, which is UTF-8.
  ///
  /// Where it is too long and no character can be raised, the bound is the text itself.
  static func upperBound(_ text: Span<UInt8>) -> (bytes: [UInt8], isExact: Bool) {
    var bytes: [UInt8] = []
    var end = characterBoundary(in: text)
    guard end < text.count else {
      bytes.append(text)
      return (bytes, true)
    }
    while end > 0 {
      var start = end - 1
      while start > 0, text[start] & 0xC0 == 0x80 { start -= 1 }
      if let raised = raised(text.extracting(start..<end)) {
        bytes.append(text.extracting(0..<start))
        return (bytes + raised, false)
      }
      end = start
    }
    bytes.append(text)
    return (bytes, true)
  }

  /// The greatest offset of at most ``maximumTextByteCount`` at which a character begins or ends.
  private static func characterBoundary(in text: Span<UInt8>) -> Int {
    guard text.count > maximumTextByteCount else { return text.count }
    var end = maximumTextByteCount
    while end > 0, text[end] & 0xC0 == 0x80 { end -= 1 }
    return end
  }

  /// The bytes of the scalar after that of `character`, where there is one of as many bytes.
  private static func raised(_ character: Span<UInt8>) -> [UInt8]? {
    var copy: [UInt8] = []
    copy.append(character)
    guard let scalar = String(decoding: copy, as: UTF8.self).unicodeScalars.first,
      let next = Unicode.Scalar(scalar.value + 1)
    else { return nil }
    let bytes = Array(String(next).utf8)
    return bytes.count == copy.count ? bytes : nil
  }
}
