#if DEBUG
  import Bytes
  import Files
  import Runs
  import TestSupport
  import Testing

  @testable import Analysis

  @Suite("Kept facts")
  struct FactStoreTests {
    /// Which facts of which inputs an identity has, in the order in which they come.
    private struct Gathered: FactHistory {
      var identity = ""
      var facts: [[Int]] = []

      mutating func begin(_ environment: Int64?, _ identity: [UInt8]) {
        self.identity = "\(environment.map(String.init) ?? "none") \(identity)"
        facts.removeAll()
      }

      mutating func add(_ facts: Span<UInt8>) throws {
        var cursor = CompactCursor(facts)
        while !cursor.isAtEnd {
          self.facts.append([Int(try cursor.varint()), Int(try cursor.varint())])
        }
      }
    }

    /// Inputs by their numbers: rows of an environment, an identity and a number of facts, sorted, in some runs.
    private typealias Rows = [(environment: Int64?, identity: [UInt8], facts: Int)]

    private static func runs(_ random: inout SeededGenerator) -> [Rows] {
      (0..<random.one(of: [1, 1, 1, 2, 3])).map { _ in
        let names: [[UInt8]] = [[], [0], [0, 0], [0, 255], [97], [97, 0], [97, 98], [255]]
        let environments: [Int64?] = [nil, -1, 2]
        return environments.flatMap { environment in
          names.filter { _ in random.once(in: 2) }
            .map { (environment, $0, random.number(1...3)) }
        }
      }
    }

    private static func expected(_ inputs: [Int: [Rows]]) -> [String: [[Int]]] {
      var truth: [String: [[Int]]] = [:]
      for (input, runs) in inputs {
        var number = 0
        for row in runs.joined() {
          let name = "\(row.environment.map(String.init) ?? "none") \(row.identity)"
          for _ in 0..<row.facts {
            truth[name, default: []].append([input, number])
            number += 1
          }
        }
      }
      return truth.mapValues { $0.sorted { $0.lexicographicallyPrecedes($1) } }
    }

    private static func input(_ number: Int, _ settled: Set<Int>) -> FactStore.Input {
      FactStore.Input(name: "input \(number)", isSettled: settled.contains(number))
    }

    private static func add(_ number: Int, _ runs: [Rows], to store: inout FactStore) throws {
      var fact = 0
      for rows in runs {
        try store.add(input(number, [2, 3, 5, 7])) { writer in
          for row in rows {
            for _ in 0..<row.facts {
              var bytes: [UInt8] = []
              bytes.append(varint: UInt64(number))
              bytes.append(varint: UInt64(fact))
              try writer.append(row.environment, row.identity.span, bytes)
              fact += 1
            }
          }
        }
      }
      store.setNote("note \(number)", of: input(number, []))
    }

    @Test("are those of the inputs that are there, night after night, whatever was lost")
    func nights() throws {
      for seed in TestSeed.cases(40) {
        var random = SeededGenerator(seed: seed)
        let directory = try TemporaryDirectory()
        let path = directory.path + "/facts"
        var inputs: [Int: [Rows]] = [:]
        var next = 0
        for night in 0..<8 {
          for number in inputs.keys.sorted() where random.once(in: 6) { inputs[number] = nil }
          for _ in 0..<random.one(of: [0, 1, 2, 40]) {
            inputs[next] = Self.runs(&random)
            next += 1
          }
          if random.once(in: 4), let name = try FileSystem.list(path).randomElement(using: &random)
          {
            try FileSystem.remove("\(path)/\(name)")
          }
          let plan = random.once(in: 9) ? "other" : "plan"
          var store = try FactStore(directory: path, plan: plan)
          let names = inputs.keys.sorted().map { Self.input($0, []) }
          store.keep(only: names)
          for number in inputs.keys.sorted() {
            let input = Self.input(number, [])
            if store.holds(input) {
              #expect(store.note(of: input) == "note \(number)", "seed \(seed), night \(night)")
            } else {
              try Self.add(number, inputs[number] ?? [], to: &store)
            }
          }
          var found: [String: [[Int]]] = [:]
          try store.forEachHistory(Gathered()) { history in
            #expect(found[history.identity] == nil, "seed \(seed), night \(night)")
            found[history.identity] = history.facts.sorted { $0.lexicographicallyPrecedes($1) }
          }
          #expect(found == Self.expected(inputs), "seed \(seed), night \(night)")
          try store.save()
        }
      }
    }

    @Test("are not read again while their inputs are there")
    func kept() throws {
      let directory = try TemporaryDirectory()
      let path = directory.path + "/facts"
      var random = SeededGenerator(seed: TestSeed.value)
      var store = try FactStore(directory: path, plan: "plan")
      for number in 0..<100 { try Self.add(number, Self.runs(&random), to: &store) }
      try store.forEachHistory(Gathered()) { _ in }
      try store.save()
      var again = try FactStore(directory: path, plan: "plan")
      again.keep(only: (0..<100).map { Self.input($0, []) })
      #expect((0..<100).allSatisfy { again.holds(Self.input($0, [])) })
      // Settled ones are merged with settled ones, as long as that is enough; one that is gone takes with it what was merged with it.
      again.keep(only: (1..<100).map { Self.input($0, []) })
      #expect(!again.holds(Self.input(0, [])))
      #expect(!FileSystem.exists(path + "/unknown"))
      #expect(!(try FactStore(directory: path, plan: "other")).holds(Self.input(1, [])))
    }

    @Test("that are not what was written are an error, and no other facts")
    func damaged() throws {
      for seed in TestSeed.cases(30) {
        var random = SeededGenerator(seed: seed)
        let directory = try TemporaryDirectory()
        let path = directory.path + "/facts"
        var store = try FactStore(directory: path, plan: "plan")
        let runs = Self.runs(&random)
        try Self.add(0, runs, to: &store)
        try store.save()
        let names = try FileSystem.list(path)
        guard let name = names.randomElement(using: &random) else { continue }
        let source = try FileSource(path: "\(path)/\(name)")
        var bytes = try source.read(at: 0, count: source.byteCount)
        bytes[random.number(0...bytes.count - 1)] ^= 1 << UInt8(random.number(0...7))
        _ = try directory.write(bytes, to: "facts/\(name)")
        var again = try FactStore(directory: path, plan: "plan")
        guard again.holds(Self.input(0, [])) else {
          #expect(name.hasSuffix(".json"), "seed \(seed)")
          continue
        }
        #expect(throws: DamagedRun.self, "seed \(seed), \(name)") {
          try again.forEachHistory(Gathered()) { _ in }
        }
      }
    }
  }
#endif
