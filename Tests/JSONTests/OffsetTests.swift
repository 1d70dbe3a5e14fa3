import Bytes
import JSON
import TestSupport
import Testing

@Suite("Offsets in a string")
struct OffsetTests {
  /// Characters in all the ways they can be written, with the bytes of their text.
  private static let pieces: [(written: String, textLength: Int)] = [
    ("a", 1), (" ", 1), ("\\\"", 1), ("\\\\", 1), ("/", 1), ("\\/", 1), ("\\n", 1), ("\\u0041", 1),
    ("\u{E9}", 2), ("\\u00e9", 2), ("\u{20AC}", 3), ("\\u20AC", 3), ("\u{1F69A}", 4),
    ("\\ud83d\\ude9a", 4), ("\\ud83d", 3), ("\\uDE9A", 3),
  ]

  @Test("in the text become those in the bytes that stand for it")
  func law() throws {
    for seed in TestSeed.cases(400) {
      var random = SeededGenerator(seed: seed)
      var written = ""
      var offsets: [Int] = []
      var truth: [Int] = []
      var textOffset = 0
      var endsInHighSurrogate = false
      for _ in 0..<random.number(0...80) {
        let piece = random.one(of: Self.pieces)
        // With the half before it, it would be one character.
        if endsInHighSurrogate, piece.written == "\\uDE9A" { continue }
        while random.once(in: 4) {
          offsets.append(textOffset)
          truth.append(written.utf8.count)
        }
        written += piece.written
        textOffset += piece.textLength
        endsInHighSurrogate = piece.written == "\\ud83d"
      }
      offsets.append(textOffset)
      truth.append(written.utf8.count)
      let before = String(repeating: " ", count: random.number(0...20))
      let bytes = Array("\(before)\"\(written)\" ".utf8)
      var reader = JSONReader(bytes.span)
      guard case .string(let string) = try reader.readToken() else {
        Issue.record("not a string, seed \(seed)")
        continue
      }
      var places = [1, 2, 3]
      reader.findOffsets(offsets, in: string, into: &places)
      #expect(places == truth, "seed \(seed), \(written)")
      var text = ByteBuffer(minimumCapacity: 16)
      _ = reader.unescape(string, into: &text)
      let length = text.count
      #expect(length == textOffset, "seed \(seed)")
    }
  }
}
