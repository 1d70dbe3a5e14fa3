import Bytes
import TestSupport
import Testing

@Suite("SHA-256 digests")
struct DigestTests {
  /// FIPS 180-2 appendix B, NIST's CAVP short messages and NIST's additional vectors for SHA-256.
  static func vectors() throws -> [(message: [UInt8], digest: String)] {
    try Fixture.rows("sha256.tsv").map { row in
      let unit = Hex.bytes(row[0])
      let times = try #require(Int(row[1]))
      return (Array([[UInt8]](repeating: unit, count: times).joined()), row[2])
    }
  }

  @Test("are those of the official vectors, whole and in pieces")
  func vectors() throws {
    let vectors = try Self.vectors()
    #expect(vectors.count == 19)
    for (message, digest) in vectors {
      #expect(Digest256(hashing: message.span).hexadecimal == digest)
      for piece in [1, 63, 64, 65] where message.count <= 2000 {
        var stream = SHA256Stream()
        for start in stride(from: 0, to: message.count, by: piece) {
          let end = min(start + piece, message.count)
          stream.update(message.span.extracting(start..<end))
        }
        #expect(stream.finalize().hexadecimal == digest, "pieces of \(piece)")
      }
    }
  }

  @Test("of 128 bits are read from lower-case hexadecimal digits, and from nothing else")
  func hexadecimal() {
    var random = SeededGenerator.forCase(1)
    for _ in 0..<50 {
      let digest = Digest128(high: random.next(), low: random.next())
      let text = digest.hexadecimalBytes
      #expect(Digest128(hexadecimal: text.span) == digest)
      let place = random.number(0...31)
      for byte in UInt8.min...UInt8.max {
        var changed = text
        changed[place] = byte
        let isDigit = Hexadecimal.value(of: byte) != nil
        let read = Digest128(hexadecimal: changed.span)
        #expect((read != nil) == isDigit, "byte \(byte)")
        #expect(read.map { $0.hexadecimalBytes == changed } ?? true)
      }
      let short = Array(text.dropLast())
      #expect(Digest128(hexadecimal: short.span) == nil)
    }
  }

  @Test("match in constant time where all 256 bits do, and only there")
  func constantTime() {
    var random = SeededGenerator.forCase(0)
    let bytes = random.bytes(32)
    let digest = Digest256(bytes: bytes.span)
    #expect(digest?.matchesInConstantTime(digest ?? Digest256(words: .zero)) == true)
    for bit in 0..<256 {
      var other = bytes
      other[bit / 8] ^= 1 << UInt8(bit % 8)
      guard let digest, let changed = Digest256(bytes: other.span) else {
        Issue.record("32 bytes are a digest")
        return
      }
      #expect(!digest.matchesInConstantTime(changed), "bit \(bit)")
      #expect(digest != changed, "bit \(bit)")
    }
  }

  @Test("are 32 bytes, neither more nor fewer", arguments: [0, 1, 31, 33, 64])
  func lengths(count: Int) {
    #expect(Digest256(bytes: [UInt8](repeating: 7, count: count).span) == nil)
  }

  @Test("name a state by their first 16 bytes, in the order of the digits")
  func prefix() {
    var random = SeededGenerator.forCase(1)
    var names: [(text: String, digest: Digest128)] = []
    for _ in 0..<200 {
      // Few distinct bytes, so that many digests agree in their first words.
      let bytes = random.bytes(8, upTo: 1) + random.bytes(24)
      guard let digest = Digest256(bytes: bytes.span) else { continue }
      let text = Hex.text(bytes.prefix(16))
      #expect(digest.hexadecimal == Hex.text(bytes), "seed \(random.seed)")
      #expect(digest.prefix128.hexadecimalBytes == Array(text.utf8), "seed \(random.seed)")
      #expect(Digest128(hexadecimal: text.utf8.span) == digest.prefix128, "seed \(random.seed)")
      names.append((text, digest.prefix128))
    }
    let sorted = names.sorted { $0.digest < $1.digest }.map(\.text)
    #expect(names.count == 200)
    #expect(sorted == names.map(\.text).sorted(), "seed \(random.seed)")
  }

  @Test(
    "of a state are 32 lower-case digits",
    arguments: [
      "", "0", String(repeating: "0", count: 31), String(repeating: "0", count: 33),
      String(repeating: "0", count: 31) + "A", "g" + String(repeating: "0", count: 31),
      String(repeating: "0", count: 15) + " " + String(repeating: "0", count: 16),
    ]
  )
  func notNames(text: String) {
    #expect(Digest128(hexadecimal: text.utf8.span) == nil)
  }
}
