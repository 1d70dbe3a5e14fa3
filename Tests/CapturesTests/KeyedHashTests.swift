import Bytes
import Captures
import TestSupport
import Testing

@Suite("HMAC-SHA256")
struct KeyedHashTests {
  /// RFC 4231 §4, and keys about as long as a block.
  struct Vector {
    let key: [UInt8]
    let message: [UInt8]
    let code: String

    static func all() throws -> [Vector] {
      try Fixture.rows("hmac.tsv").map {
        Vector(key: Hex.bytes($0[0]), message: Hex.bytes($0[1]), code: $0[2])
      }
    }
  }

  @Test("is that of the official vectors, whole and in pieces", arguments: 0..<18)
  func vector(number: Int) throws {
    let vectors = try Vector.all()
    #expect(vectors.count == 18)
    let vector = vectors[number]
    let keyed = KeyedHash(key: vector.key)
    for piece in [1, 7, 64, 10_000] {
      var hash = keyed
      for start in stride(from: 0, to: vector.message.count, by: piece) {
        let end = min(start + piece, vector.message.count)
        hash.update(vector.message.span.extracting(start..<end))
      }
      let digits = hash.finalize().hexadecimal
      // RFC 4231 cuts the code of its test 5.
      #expect(digits.prefix(vector.code.count) == vector.code, "pieces of \(piece)")
      #expect(hash.finalize().hexadecimal == digits, "finalizing changes nothing")
    }
  }

  @Test("copies go their own ways")
  func copies() throws {
    let vectors = try Vector.all()
    for vector in vectors where !vector.message.isEmpty {
      let keyed = KeyedHash(key: vector.key)
      var spoiled = keyed
      spoiled.update([1, 2, 3].span)
      var hash = keyed
      hash.update(vector.message.span)
      var longer = hash
      longer.update([0].span)
      #expect(hash.finalize().hexadecimal.hasPrefix(vector.code))
      #expect(!longer.finalize().hexadecimal.hasPrefix(vector.code))
    }
  }
}
