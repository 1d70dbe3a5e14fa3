import Bytes
import TestSupport
import Testing

@Suite("Known texts")
struct KnownTextsTests {
  /// Texts of few bytes, or of many with much in common.
  private static func text(_ random: inout SeededGenerator) -> [UInt8] {
    switch random.number(0...3) {
    case 0: random.bytes(random.number(0...4), upTo: 1)
    case 1: random.bytes(random.number(0...3))
    case 2: [UInt8](repeating: 9, count: random.number(0...70)) + random.bytes(3, upTo: 200)
    default: Array("{\"enabled\": \(random.once(in: 2)), \"id\": \(random.number(1...30))}, ".utf8)
    }
  }

  @Test("are those of a list: each once, none the beginning of another")
  func list() {
    for seed in TestSeed.cases(60) {
      var random = SeededGenerator(seed: seed)
      var known = KnownTexts()
      var list: [[UInt8]] = []
      for _ in 0..<random.one(of: [1, 10, 150]) {
        var text = Self.text(&random)
        if random.once(in: 3), let other = list.randomElement(using: &random) {
          text = random.once(in: 2) ? other + random.bytes(1) : Array(other.dropLast())
        }
        let id = known.insert(text.span)
        if let place = list.firstIndex(of: text) {
          #expect(id == Int32(place), "seed \(seed)")
        } else if text.isEmpty
          || list.contains(where: { $0.starts(with: text) || text.starts(with: $0) })
        {
          #expect(id == nil, "seed \(seed)")
        } else {
          #expect(id == Int32(list.count), "seed \(seed)")
          list.append(text)
        }
        #expect(known.count == list.count, "seed \(seed)")
        if random.once(in: 90) {
          known.removeAll()
          list.removeAll()
        }
        look(for: list, in: known, &random)
      }
      for (place, text) in list.enumerated() {
        let id = Int32(place)
        #expect(known.length(of: id) == text.count)
        let isSame = known[id].equalBytes(text.span)
        #expect(isSame, "seed \(seed)")
      }
    }
  }

  /// Looks in bytes that begin, at some offset, with a text or with something like it.
  private func look(
    for list: [[UInt8]],
    in known: KnownTexts,
    _ random: inout SeededGenerator
  ) {
    var wanted = list.randomElement(using: &random) ?? Self.text(&random)
    switch random.number(0...4) {
    case 0: wanted = Array(wanted.dropLast(random.number(0...2)))
    case 1 where !wanted.isEmpty:
      wanted[random.number(0...wanted.count - 1)] ^= UInt8(1 << random.number(0...7))
    case 2: wanted = Self.text(&random)
    default: break
    }
    let before = random.bytes(random.number(0...9))
    let after = random.once(in: 2) ? [] : random.bytes(random.number(1...9), upTo: 1)
    let other = before + wanted + after
    for start in [before.count, other.count, random.number(0...other.count)] {
      let truth = list.firstIndex { other[start...].starts(with: $0) }
      let found = known.find(in: other.span, at: start)
      #expect(found == truth.map(Int32.init), "seed \(random.seed)")
      if let place = list.indices.randomElement(using: &random) {
        let occurs = known.occurs(Int32(place), in: other.span, at: start)
        #expect(occurs == other[start...].starts(with: list[place]), "seed \(random.seed)")
      }
    }
  }
}
