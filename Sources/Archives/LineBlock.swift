internal import Bytes

/// Whole lines of an archive in a row, inflated by a ``BlockReader``.
package struct LineBlock: ~Copyable {
  /// The lines, and maybe the beginning of the next one.
  var text = ByteBuffer(minimumCapacity: 1 << 16)
  /// The bytes of ``text`` that are lines.
  var lines = 0..<0
  /// The number of the first line.
  package internal(set) var firstLineNumber = 1
  /// The offset of ``text`` in the inflated archive.
  var offset = 0

  package init() {}

  /// What the block holds, as one run of bytes.
  package var bytes: Span<UInt8> {
    @_lifetime(borrow self)
    get { text.span.extracting(lines) }
  }

  /// How many bytes that is.
  package var byteCount: Int { lines.count }

  /// The line at which `cursor` stands, without its line feed.
  @_lifetime(borrow self)
  package func line(at cursor: LineCursor) -> Span<UInt8> { text.span.extracting(cursor.range) }

  /// The offset in the inflated archive of the first byte that the block holds.
  package var byteOffset: Int { offset + lines.lowerBound }

  /// Where the lines in ``text`` begin: a byte-order mark belongs to the archive, not to its first line.
  var lineStart: Int {
    offset == 0 && text.count >= 3 && text[0] == 0xEF && text[1] == 0xBB && text[2] == 0xBF ? 3 : 0
  }

  /// Forgets the first lines, blank ones among and after them too.
  ///
  /// - Parameter count: How many that are not blank.
  /// - Returns: How many there were, and where in the inflated archive the last of them ends; `nil` where there were none.
  /// - Complexity: O(*n*) in their bytes, by `memchr`.
  package mutating func dropLines(_ count: Int) -> (count: Int, end: Int?) {
    var cursor = LineCursor(self)
    var dropped = 0
    var end: Int?
    while dropped < count, cursor.advance(in: self) {
      dropped += 1
      end = offset + cursor.range.upperBound
    }
    // Short of the count, all lines are passed, blank ones at the end too.
    firstLineNumber = cursor.lineNumber + 1
    lines = min(cursor.position, lines.upperBound)..<lines.upperBound
    return (dropped, end)
  }

  /// Forgets all but the first lines.
  ///
  /// - Parameter count: How many that are not blank are kept.
  /// - Returns: How many there were, up to that.
  /// - Complexity: O(*n*) in their bytes, by `memchr`.
  package mutating func keepLines(_ count: Int) -> Int {
    var cursor = LineCursor(self)
    var kept = 0
    while kept < count, cursor.advance(in: self) { kept += 1 }
    lines = lines.lowerBound..<min(cursor.position, lines.upperBound)
    return kept
  }

  /// How many lines there are, blank ones too.
  ///
  /// - Complexity: O(*n*) in the bytes, by `memchr`.
  package func countLines() -> Int {
    let bytes = text.span.extracting(0..<lines.upperBound)
    var count = 0
    var start = lines.lowerBound
    while start < lines.upperBound {
      count += 1
      start = (bytes.firstOffset(of: UInt8(ascii: "\n"), from: start) ?? lines.upperBound) + 1
    }
    return count
  }
}

/// Goes through the lines of one block.
///
/// A line is the bytes up to, and not including, a line feed; blank ones are passed over.
///
/// - SeeAlso: JSON Lines, <https://jsonlines.org>.
package struct LineCursor {
  private let firstLineNumber: Int
  private let offset: Int
  private var next: Int
  /// The line at hand, without its line feed, in the block's text.
  private(set) var range = 0..<0
  /// The number of the line at hand, from 1, blank lines included.
  package private(set) var lineNumber: Int

  package init(_ block: borrowing LineBlock) {
    firstLineNumber = block.firstLineNumber
    offset = block.offset
    next = block.lines.lowerBound
    lineNumber = block.firstLineNumber - 1
  }

  /// Where in the block's text the next line begins.
  fileprivate var position: Int { next }

  /// How many lines the cursor has passed or stands at, blank ones too.
  package var lineCount: Int { lineNumber - firstLineNumber + 1 }

  /// The offset of the line's first byte in the inflated archive.
  package var lineOffset: Int { offset + range.lowerBound }

  /// Moves to the next line that is not blank.
  ///
  /// - Parameter block: The block that the cursor was made for.
  /// - Returns: Whether there is one.
  package mutating func advance(in block: borrowing LineBlock) -> Bool {
    let text = block.text.span.extracting(0..<block.lines.upperBound)
    while next < block.lines.upperBound {
      let end = text.firstOffset(of: UInt8(ascii: "\n"), from: next) ?? block.lines.upperBound
      range = next..<end
      next = end + 1
      lineNumber += 1
      if !text.extracting(range).isBlank { return true }
    }
    return false
  }
}

extension Span<UInt8> {
  /// Whether there are only spaces, tabs and carriage returns.
  fileprivate var isBlank: Bool {
    for index in indices {
      switch self[index] {
      case 0x20, 0x09, 0x0D: continue
      default: return false
      }
    }
    return true
  }
}
