internal import Bytes

/// Decompresses Snappy blocks.
///
/// A block is the length of what it holds and then elements: bytes as they are, and copies of bytes before.
///
/// - SeeAlso: <https://github.com/google/snappy/blob/main/format_description.txt>.
package enum Snappy {
  /// The most bytes that an element makes of each of its own: 64 of three.
  private static let maximumRatio = 22

  /// Replaces `output` by the bytes that a block holds.
  ///
  /// - Parameters:
  ///   - input: The block.
  ///   - count: How many bytes it shall hold.
  ///   - output: What they go to; after an error it is of no use.
  /// - Throws: ``ParquetError`` where the block holds fewer or more, or an element reaches beyond the block or before its bytes.
  /// - Complexity: O(*n*) in both sizes; `count` may not exceed what `input` can hold, so that a false one allocates no more than that.
  package static func decompress(
    _ input: Span<UInt8>,
    count: Int,
    into output: inout [UInt8]
  ) throws(ParquetError) {
    var elements = Elements(input)
    let promised = try elements.length()
    guard promised == count else {
      throw fault("the block says that it holds \(promised) bytes, the page that it has \(count)")
    }
    guard count / maximumRatio <= input.count else {
      throw fault("\(input.count) bytes cannot hold \(count)")
    }
    if output.count != count { output = [UInt8](repeating: 0, count: count) }
    var target = output.mutableSpan
    var end = 0
    while let element = try elements.next() {
      guard element.count <= count - end else {
        throw fault("the block holds more than \(count) bytes")
      }
      switch element {
      case .literal(let bytes):
        for place in bytes { target[end &+ place &- bytes.lowerBound] = input[place] }
      case .copy(let offset, let length):
        guard offset > 0, offset <= end else {
          throw fault("a copy of what is \(offset) bytes before byte \(end)")
        }
        // Byte by byte, since what is copied may only just have been written.
        for place in end..<end + length { target[place] = target[place &- offset] }
      }
      end += element.count
    }
    guard end == count else { throw fault("the block holds \(end) bytes, not \(count)") }
  }

  private static func fault(_ what: String) -> ParquetError {
    ParquetError(.compression, "Snappy: \(what)")
  }

  private enum Element {
    /// Bytes of the block.
    case literal(Range<Int>)
    case copy(offset: Int, length: Int)

    var count: Int {
      switch self {
      case .literal(let bytes): bytes.count
      case .copy(_, let length): length
      }
    }
  }

  /// Goes through the elements of a block.
  private struct Elements: ~Escapable {
    private let bytes: Span<UInt8>
    private var place = 0

    @_lifetime(copy bytes)
    init(_ bytes: Span<UInt8>) { self.bytes = bytes }

    /// The length that a block begins with: a varint of at most 32 bits.
    mutating func length() throws(ParquetError) -> Int {
      var length: UInt64 = 0
      for shift in stride(from: UInt64(0), to: 35, by: 7) {
        let byte = UInt64(try number(byteCount: 1))
        length |= (byte & 0x7F) << shift
        guard byte >= 0x80 else {
          guard length <= UInt32.max else { break }
          return Int(length)
        }
      }
      throw fault("the block's length has more than 32 bits")
    }

    /// The next element; `nil` at the end.
    mutating func next() throws(ParquetError) -> Element? {
      guard place < bytes.count else { return nil }
      let tag = Int(bytes[place])
      place += 1
      switch tag & 3 {
      case 0: return try literal(tag >> 2)
      case 1:
        let high = (tag >> 5) << 8
        return .copy(offset: high | (try number(byteCount: 1)), length: ((tag >> 2) & 7) + 4)
      case 2: return .copy(offset: try number(byteCount: 2), length: (tag >> 2) + 1)
      default: return .copy(offset: try number(byteCount: 4), length: (tag >> 2) + 1)
      }
    }

    /// A literal whose length, less one, is `size`, or follows in as many bytes as it is above 59.
    private mutating func literal(_ size: Int) throws(ParquetError) -> Element {
      let length = size < 60 ? size + 1 : try number(byteCount: size - 59) + 1
      guard length <= bytes.count - place else {
        throw fault("the block ends inside a literal of \(length) bytes")
      }
      place += length
      return .literal(place - length..<place)
    }

    /// A number of up to four bytes, the lowest first.
    private mutating func number(byteCount: Int) throws(ParquetError) -> Int {
      guard byteCount <= bytes.count - place else {
        throw fault("the block ends inside an element")
      }
      var number = 0
      for offset in 0..<byteCount { number |= Int(bytes[place + offset]) << (8 * offset) }
      place += byteCount
      return number
    }
  }
}
