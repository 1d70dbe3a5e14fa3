import Bytes
import Runs
import TestSupport

/// Adds numbers of eight bytes, the least first.
enum Adding: RunFolding {
  static func fold(_ other: [UInt8], into value: inout [UInt8], key: [UInt8]) {
    value = bytes(number(value) &+ number(other))
  }

  static func bytes(_ number: UInt64) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: number >> UInt64(8 * $0)) }
  }

  static func number(_ bytes: [UInt8]) -> UInt64 {
    bytes.enumerated().reduce(0) { $0 | UInt64($1.element) << UInt64(8 * $1.offset) }
  }
}

/// Records with keys that have much in common.
struct MadeRecords {
  var values: [[UInt8]: [UInt8]] = [:]

  /// In the order of their keys, by Swift's comparison of sequences.
  var sorted: [(key: [UInt8], value: [UInt8])] {
    values.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map { ($0.key, $0.value) }
  }

  static func key(_ random: inout SeededGenerator) -> [UInt8] {
    switch random.number(0...3) {
    case 0: random.bytes(random.number(0...3), upTo: 2)
    case 1: random.bytes(random.number(0...12))
    case 2: [UInt8](repeating: 0xFF, count: random.number(0...400))
    default: [UInt8](repeating: 7, count: 130) + random.bytes(2, upTo: 3)
    }
  }

  /// Values of lines that come again, among them empty ones and some that begin as others do; enough of them to be forgotten.
  static func lines(_ random: inout SeededGenerator) -> [UInt8] {
    var text: [UInt8] = []
    for _ in 0..<random.number(0...40) {
      switch random.number(0...9) {
      case 0: text += random.bytes(random.number(0...2000), upTo: 12)
      case 1: text += random.bytes(random.number(0...3))
      default:
        text += [UInt8](repeating: UInt8(random.number(65...75)), count: random.number(0...30))
      }
      if !random.once(in: 20) { text.append(0x0A) }
    }
    return text
  }

  static func write(
    _ records: [(key: [UInt8], value: [UInt8])],
    _ writer: inout RunWriter
  ) throws {
    for (key, value) in records {
      // The form is the values' own affair, and what is read is the same.
      let form = value.contains(0x0A) && value.count.isMultiple(of: 2) ? RunValueForm.lines : .bytes
      try writer.append(key: key.span, value: value.span, as: form)
    }
  }

  static func bytes(_ records: [(key: [UInt8], value: [UInt8])]) throws -> [UInt8] {
    let memory = MemoryBytes()
    var writer = RunWriter(to: memory)
    try write(records, &writer)
    try writer.finish()
    return memory.bytes
  }

  static func read(_ source: any ByteSource) throws -> [(key: [UInt8], value: [UInt8])] {
    var reader = RunReader(source)
    var records: [(key: [UInt8], value: [UInt8])] = []
    while try reader.advance() { records.append((reader.key, reader.value)) }
    return records
  }
}

/// Whether two lists of records are the same.
func areEqual(
  _ left: [(key: [UInt8], value: [UInt8])],
  _ right: [(key: [UInt8], value: [UInt8])]
) -> Bool {
  left.count == right.count && zip(left, right).allSatisfy { $0 == $1 }
}
