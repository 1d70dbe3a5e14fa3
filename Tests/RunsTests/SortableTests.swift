import Bytes
import Runs
import TestSupport
import Testing

@Suite("Sortable bytes")
struct SortableTests {
  private static func number(_ random: inout SeededGenerator) -> Int64 {
    let near = Int64(random.number(-2...2))
    return random.one(of: [
      near, .min &+ (near & 3), .max &- (near & 3), 1 << 32 + near, -1 << 31 + near,
      Int64(bitPattern: random.next()),
    ])
  }

  private static func text(_ random: inout SeededGenerator) -> [UInt8] {
    let text = random.bytes(random.number(0...5), upTo: random.one(of: [1, 255]))
    return random.once(in: 3) ? text.map { $0 & 1 == 0 ? 0 : 0xFF } : text
  }

  private static func digest(_ random: inout SeededGenerator) -> Digest128 {
    func word() -> UInt64 { random.one(of: [0, 1, .max, 1 << 63, random.next()]) }
    return Digest128(high: word(), low: word())
  }

  /// Two values and what follows each of them.
  private func check<Value>(
    _ make: (inout SeededGenerator) -> Value,
    _ append: (Value, inout [UInt8]) -> Void,
    _ precedes: (Value, Value) -> Bool
  ) {
    var random = SeededGenerator(seed: TestSeed.value)
    for _ in 0..<4000 {
      let left = make(&random)
      let right = make(&random)
      var leftBytes: [UInt8] = []
      var rightBytes: [UInt8] = []
      append(left, &leftBytes)
      append(right, &rightBytes)
      let isEqual = !precedes(left, right) && !precedes(right, left)
      #expect((leftBytes == rightBytes) == isEqual, "\(left), \(right), seed \(random.seed)")
      // Whatever follows, what stands before decides.
      leftBytes += random.bytes(random.number(0...3))
      rightBytes += random.bytes(random.number(0...3))
      if isEqual { continue }
      #expect(
        leftBytes.lexicographicallyPrecedes(rightBytes) == precedes(left, right),
        "\(left), \(right), seed \(random.seed)"
      )
      #expect((leftBytes.span.comparedBytes(rightBytes.span) < 0) == precedes(left, right))
    }
  }

  @Test("sort as numbers do")
  func numbers() {
    check(Self.number, { $1.append(sortable: $0) }, <)
    check({ Int32(truncatingIfNeeded: Self.number(&$0)) }, { $1.append(sortable: $0) }, <)
  }

  @Test("sort null before all numbers")
  func optionals() {
    check(
      { random in random.once(in: 3) ? nil : Self.number(&random) },
      { (value: Int64?, bytes: inout [UInt8]) in bytes.append(sortable: value) },
      { left, right in
        guard let left, let right else { return left == nil && right != nil }
        return left < right
      }
    )
  }

  @Test("sort as texts do, zeros and beginnings of others too")
  func texts() {
    check(Self.text, { $1.append(sortable: $0.span) }, { $0.lexicographicallyPrecedes($1) })
  }

  @Test("sort as digests do")
  func digests() { check(Self.digest, { $1.append(sortable: $0) }, <) }

  @Test("are read again, in a row")
  func roundTrips() {
    var random = SeededGenerator(seed: TestSeed.value)
    for _ in 0..<2000 {
      let number = Self.number(&random)
      let small = Int32(truncatingIfNeeded: number)
      let optional = random.once(in: 2) ? nil : Self.number(&random)
      let text = Self.text(&random)
      let digest = Self.digest(&random)
      let second = Self.text(&random)
      var bytes: [UInt8] = []
      bytes.append(sortable: text.span)
      bytes.append(sortable: number)
      bytes.append(sortable: optional)
      bytes.append(sortable: small)
      bytes.append(sortable: digest)
      bytes.append(sortable: second.span)
      bytes.append(UInt8(42))
      var cursor = SortableCursor(bytes.span)
      var read: [UInt8] = [1, 2, 3]
      cursor.text(into: &read)
      #expect(read == text)
      let values = (cursor.int64(), cursor.optionalInt64(), cursor.int32(), cursor.digest())
      #expect(values.0 == number)
      #expect(values.1 == optional)
      #expect(values.2 == small)
      #expect(values.3 == digest)
      cursor.text(into: &read)
      #expect(read == second)
      let last = cursor.byte()
      #expect(last == 42)
    }
  }
}
