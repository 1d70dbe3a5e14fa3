internal import Bytes
internal import Files

/// Goes through the rows of a CSV file of ours as the bytes that they are.
struct KeptLines {
  private static let chunkLength = 256 << 10

  private let source: FileSource
  private var offset = 0
  private var chunk: [UInt8] = []
  private var position = 0
  private var isInsideQuotes = false
  /// How many rows were passed, the header not counted.
  private var row = -1

  /// - Throws: ``FileFailure``.
  init(path: String) throws { source = try FileSource(path: path) }

  /// Writes some rows, after those that were written before.
  ///
  /// - Parameters:
  ///   - rows: Their numbers; the header has none.
  ///   - sink: Where they go.
  /// - Throws: ``FileFailure``.
  /// - Complexity: O(*n*) in the bytes up to their end.
  mutating func copy(_ rows: Range<Int>, to sink: FileSink) throws {
    while row < rows.lowerBound, let passed = try pass(before: rows.lowerBound) {
      position = passed.upperBound
    }
    while row < rows.upperBound, let passed = try pass(before: rows.upperBound) {
      try sink.write(chunk.span.extracting(passed))
      position = passed.upperBound
    }
  }

  /// The bytes from the position to the end of as many rows as are wanted, or to that of the chunk.
  private mutating func pass(before end: Int) throws -> Range<Int>? {
    if position == chunk.count {
      chunk = try source.read(
        at: offset,
        count: min(Self.chunkLength, source.byteCount - offset)
      )
      offset += chunk.count
      position = 0
    }
    guard !chunk.isEmpty else { return nil }
    let start = position
    let place: Int
    (place, row, isInsideQuotes) = scan(before: end)
    return start..<place
  }

  /// Where as many rows as are wanted end, or the chunk; how many were passed then, and whether that is inside quotes.
  private func scan(before end: Int) -> (place: Int, row: Int, isInsideQuotes: Bool) {
    let bytes = chunk.span
    var (place, row, isInsideQuotes) = (position, row, isInsideQuotes)
    var quote = bytes.firstOffset(of: UInt8(ascii: "\""), from: place)
    while row < end {
      let feed = isInsideQuotes ? nil : bytes.firstOffset(of: UInt8(ascii: "\n"), from: place)
      if let mark = quote, mark < feed ?? .max {
        isInsideQuotes.toggle()
        place = mark + 1
        quote = bytes.firstOffset(of: UInt8(ascii: "\""), from: place)
      } else if let feed {
        row += 1
        place = feed + 1
      } else {
        return (bytes.count, row, isInsideQuotes)
      }
    }
    return (place, row, isInsideQuotes)
  }
}
