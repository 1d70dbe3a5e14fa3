import Captures
import Pipeline
import Recognition
import TestSupport
import Testing

@Suite("The known path")
struct KnownPathTests {
  /// What is remembered, by how many threads, in how small pieces.
  static let ways: [(flagBytes: Int, tailBytes: Int, jobs: Int, factMemory: Int)] = [
    (1 << 20, 1 << 20, 1, 1 << 20),
    (1 << 20, 0, 1, 1 << 20),
    (0, 1 << 20, 1, 1 << 20),
    (1, 1, 1, 1 << 20),
    (3000, 300, 1, 1 << 20),
    (1 << 20, 1 << 20, 1, 1),
    (20_000, 2000, 2, 9000),
  ]

  static func apply(
    _ way: (flagBytes: Int, tailBytes: Int, jobs: Int, factMemory: Int),
    to plan: inout IngestPlan
  ) {
    plan.recognition.flagBytes = way.flagBytes
    plan.recognition.tailBytes = way.tailBytes
    plan.jobs = way.jobs
    if way.factMemory < 1 << 20 {
      plan.leastFactMemory = way.factMemory
      plan.chunkLength = 4096
      // So little memory that the facts take their least; the caches have their share of it.
      plan.memory = 24_000_000
    }
  }

  @Test("gives what the plain path gives, near misses too", arguments: [true, false])
  func nearMisses(requiresSignature: Bool) throws {
    for seed in TestSeed.cases(4) {
      var random = SeededGenerator(seed: seed)
      let lines = SentLines(requiresSignature: requiresSignature, &random)
      var sent = NearMiss.allCases.map { $0.line(lines, &random) }
      sent += (0..<30).map { _ in random.one(of: NearMiss.allCases).line(lines, &random) }
      sent += (0..<70).map { _ in lines.genuine(&random) }
      sent.shuffle(using: &random)
      // Most beginnings are known when the rest comes.
      sent = (0..<10).map { _ in lines.genuine(&random) } + sent
      try check(sent, requiresSignature: requiresSignature, "seed \(seed)")
    }
  }

  @Test("gives what the plain path gives where flags have many forms, more than it learns")
  func many() throws {
    var random = SeededGenerator(seed: TestSeed.value)
    let lines = SentLines(requiresSignature: true, &random)
    let notation = lines.bodies.notation
    let tail = lines.bodies.tail(&random)
    // So many that their places in a table collide; then each again; then more than are learned for no use.
    let sent = [0..<900, 0..<900, 900..<2300, 0..<300].joined().map { number -> SentLine in
      let feature = notation.object([
        ("id", "\(number)"), ("name", "\"n\""), ("type", "\"STANDARD\""),
      ])
      let flag = notation.object([("enabled", "true"), ("feature", feature)])
      return lines.line(of: lines.bodies.beginning([flag]) + tail, nil, &random)
    }
    try check(sent, ways: [Self.ways[0]], requiresSignature: true, "many forms")
  }

  private func check(
    _ sent: [SentLine],
    ways: [(flagBytes: Int, tailBytes: Int, jobs: Int, factMemory: Int)] = Self.ways,
    requiresSignature: Bool,
    _ name: String
  ) throws {
    let directory = try TemporaryDirectory()
    let path = try directory.write(
      Array(sent.map(\.bytes).joined(separator: [0x0A])),
      to: "a.jsonl"
    )
    let verifier = Secrets.verifier(requiresSignature: requiresSignature)
    let plain = try LakeOutput(path, verifier) { $0.recognition = .off }
    let expected = sent.indices.compactMap { place in
      sent[place].fate.map { LakeOutput.Rejected(line: place + 1, reason: $0.rawValue) }
    }
    #expect(plain.rejected == expected, "\(name)")
    #expect(plain.identityDeliveries == Int64(sent.count { $0.fate == nil }), "\(name)")
    for way in ways {
      let known = try LakeOutput(path, verifier) { Self.apply(way, to: &$0) }
      #expect(known.rejected == plain.rejected, "\(name), \(way)")
      #expect(known.files == plain.files, "\(name), \(way)")
    }
  }
}
