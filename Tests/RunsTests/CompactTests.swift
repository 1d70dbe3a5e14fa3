import Bytes
import Runs
import TestSupport
import Testing

@Suite("Compact values")
struct CompactTests {
  private enum Value: Equatable {
    case varint(UInt64)
    case zigzag(Int64)
    case text(String)
    case double(UInt64?)

    init(_ random: inout SeededGenerator) {
      let bits = random.next() >> UInt64(random.number(0...63))
      switch random.number(0...3) {
      case 0: self = .varint(random.one(of: [0, 127, 128, .max, bits]))
      case 1:
        let number = Int64(bitPattern: bits)
        self = .zigzag(random.one(of: [0, -1, .min, .max, number, ~number]))
      case 2: self = .text(String(repeating: "é\u{0}x", count: random.number(0...60)))
      default: self = .double(random.once(in: 4) ? nil : random.next())
      }
    }

    func append(to bytes: inout [UInt8]) {
      switch self {
      case .varint(let number): bytes.append(varint: number)
      case .zigzag(let number): bytes.append(zigzag: number)
      case .text(let text): bytes.append(counted: text.utf8.span)
      case .double(let bits): bytes.append(optional: bits.map(Double.init(bitPattern:)))
      }
    }

    /// The value of the same kind that is read.
    func read(_ cursor: inout CompactCursor) throws -> Value {
      switch self {
      case .varint: .varint(try cursor.varint())
      case .zigzag: .zigzag(try cursor.zigzag())
      case .text: .text(try cursor.text())
      case .double: .double(try cursor.optionalDouble()?.bitPattern)
      }
    }
  }

  /// The values that bytes hold, of the kinds of `values`, and whether nothing is left.
  private static func read(
    _ values: [Value],
    from bytes: [UInt8]
  ) throws -> (values: [Value], isAtEnd: Bool) {
    var cursor = CompactCursor(bytes.span)
    var found: [Value] = []
    for value in values { found.append(try value.read(&cursor)) }
    return (found, cursor.isAtEnd)
  }

  @Test("are read as they were written, and nothing is read beyond the end")
  func roundTrip() throws {
    for seed in TestSeed.cases(400) {
      var random = SeededGenerator(seed: seed)
      let values = (0..<random.number(1...12)).map { _ in Value(&random) }
      var bytes: [UInt8] = []
      for value in values { value.append(to: &bytes) }
      let found = try Self.read(values, from: bytes)
      #expect(found.values == values, "seed \(seed)")
      #expect(found.isAtEnd, "seed \(seed)")
      let cut = Array(bytes.prefix(random.number(0...bytes.count - 1)))
      #expect(throws: DamagedRun.self, "seed \(seed)") { try Self.read(values, from: cut) }
    }
  }

  @Test("take one byte for each seven bits")
  func lengths() {
    for (number, count) in [(0, 1), (127, 1), (128, 2), (16_383, 2), (16_384, 3)] {
      var bytes: [UInt8] = []
      bytes.append(varint: UInt64(number))
      #expect(bytes.count == count, "\(number)")
    }
    for (number, count) in [(-64, 1), (63, 1), (64, 2), (-65, 2)] {
      var bytes: [UInt8] = []
      bytes.append(zigzag: Int64(number))
      #expect(bytes.count == count, "\(number)")
    }
  }
}
