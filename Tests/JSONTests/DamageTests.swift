import JSON
import TestSupport
import Testing

@Suite("A damaged document")
struct DamageTests {
  /// A row of `Fixtures/damage.tsv`: a document, and Python's word on each way to damage it.
  struct Document {
    let bytes: [UInt8]
    /// Whether the first so many bytes are JSON.
    let prefixes: [Bool]
    /// Whether the document without a byte is JSON.
    let deletions: [Bool]
    /// The bytes that may stand in each byte's place.
    let replacements: [Set<UInt8>]

    init(_ row: [String]) throws {
      guard row.count == 4 else { throw FixtureFault(row: row) }
      bytes = Hex.bytes(row[0])
      prefixes = row[1].map { $0 == "1" }
      deletions = row[2].map { $0 == "1" }
      replacements = row[3].split(separator: ";", omittingEmptySubsequences: false).map { text in
        var values: Set<UInt8> = []
        for range in text.split(separator: ",") {
          let ends = Hex.bytes(range)
          values.formUnion(ends[0]...ends[1])
        }
        return values
      }
    }
  }

  static let documents = 0..<24

  /// Whether both ways to read `bytes` take them; they must agree.
  static func accepts(_ bytes: [UInt8]) -> Bool? {
    let skipped = Reading.skip(bytes)
    let rewritten = Reading.rewrite(bytes)
    switch (skipped, rewritten) {
    case (.success, .success): return true
    case (.failure(let left), .failure(let right)) where left == right: return false
    default: return nil
    }
  }

  static func document(_ number: Int) throws -> Document {
    let rows = try Fixture.rows("damage.tsv")
    #expect(rows.count == documents.count)
    let document = try Document(rows[number])
    #expect(document.prefixes.count == document.bytes.count)
    #expect(document.deletions.count == document.bytes.count)
    #expect(document.replacements.count == document.bytes.count)
    return document
  }

  @Test(
    "is JSON exactly where Python takes it: cut short, or a byte taken out",
    arguments: documents
  )
  func shortened(number: Int) throws {
    let document = try Self.document(number)
    for offset in document.bytes.indices {
      let prefix = Array(document.bytes[..<offset])
      #expect(Self.accepts(prefix) == document.prefixes[offset], "\(Hex.text(prefix))")
      var rest = document.bytes
      rest.remove(at: offset)
      #expect(Self.accepts(rest) == document.deletions[offset], "\(Hex.text(rest))")
    }
  }

  @Test("is JSON exactly where Python takes it: any byte in any place", arguments: documents)
  func replaced(number: Int) throws {
    let document = try Self.document(number)
    for offset in document.bytes.indices {
      var changed = document.bytes
      for byte in UInt8.min...UInt8.max {
        changed[offset] = byte
        let expected = document.replacements[offset].contains(byte)
        let accepted =
          if case .success = Reading.skip(changed) { true } else { false }
        if accepted != expected || (expected && Self.accepts(changed) != true) {
          Issue.record("\(Hex.text(changed)) accepted: \(accepted)")
        }
      }
    }
  }

  @Test("of random bytes never traps, and both ways to read it agree", arguments: 0..<16)
  func randomBytes(number: Int) {
    var random = SeededGenerator.forCase(number)
    let alphabet = Array("[]{}:,\"\\u0019eE+-.dDnulltruefalse \n\u{E9}\u{1F600}".utf8) + [0xFF, 0]
    for _ in 0..<300 {
      let count = Int.random(in: 0...40, using: &random)
      let bytes = (0..<count).map { _ in
        alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
      }
      #expect(Self.accepts(bytes) != nil, "seed \(random.seed): \(Hex.text(bytes))")
    }
  }
}
