import Bytes
import TestSupport
import Testing

@Suite("A text as bytes")
struct ByteTextTests {
  /// Texts that `String` takes for equal.
  static let equivalents: [(left: String, right: String)] = [
    ("\u{E9}", "e\u{301}"),
    ("\u{212B}", "\u{C5}"),
    ("\u{1E69}", "s\u{323}\u{307}"),
    ("\u{AC00}", "\u{1100}\u{1161}"),
    ("s\u{323}\u{307}", "s\u{307}\u{323}"),
  ]

  @Test("keeps canonically equivalent texts apart", arguments: equivalents)
  func equivalent(left: String, right: String) {
    #expect(left == right, "a case that shows nothing")
    #expect(ByteText(left) != ByteText(right))
    #expect(Set([ByteText(left), ByteText(right)]).count == 2)
    #expect((ByteText(left) < ByteText(right)) != (ByteText(right) < ByteText(left)))
  }

  @Test("sorts by its bytes")
  func order() {
    var random = SeededGenerator.forCase(0)
    let scalars: [Unicode.Scalar] = [
      "a", "b", "\u{7F}", "\u{80}", "\u{7FF}", "\u{FFFD}", "\u{10000}",
    ]
    var texts: [String] = ["", "a", "aa", "B", "\u{FF21}", "\u{1F600}"]
    for _ in 0..<200 {
      var text = ""
      for _ in 0..<Int.random(in: 0...5, using: &random) {
        text.unicodeScalars.append(scalars[Int.random(in: 0..<scalars.count, using: &random)])
      }
      texts.append(text)
    }
    let sorted = texts.map { ByteText($0) }.sorted().map(\.bytes)
    let expected = texts.map { Array($0.utf8) }.sorted { $0.lexicographicallyPrecedes($1) }
    #expect(sorted == expected, "seed \(random.seed)")
  }

  @Test("sorts after null, which is not before itself")
  func null() {
    let text: ByteText? = ByteText("")
    let null: ByteText? = nil
    #expect(null < text)
    #expect(!(text < null))
    #expect(!(null < null))
    #expect(!(text < text))
    #expect(text < Optional(ByteText("a")))
    #expect(!(Optional(ByteText("a")) < text))
  }

  @Test("is a text again, with U+FFFD for what is none")
  func string() {
    #expect(ByteText("\u{1F600}").string == "\u{1F600}")
    #expect(ByteText([0x61, 0xC0, 0x62].span).string == "a\u{FFFD}b")
    #expect(ByteText("a".utf8.span) == ByteText("a"))
  }
}
