import Bytes
import Files
import Flagsmith
import Foundation
import JSON
import Lake
import Observations
import Parquet
import Tables
import TestSupport
import Testing

@Suite("The tables of states")
struct StateTableTests {
  /// The states of made-up bodies, some from memory and some from runs.
  struct MadeStates: ~Copyable {
    var names = FactNames()
    var decoder = PayloadDecoder()
    /// For every state its digest and its canonical text.
    var flagTexts: [String: String] = [:]
    var segmentTexts: [String: String] = [:]

    mutating func facts(of bodies: [String]) throws -> Facts {
      var facts = Facts()
      var snapshot = SnapshotNames()
      for body in bodies {
        _ = try decoder.decode(Array(body.utf8).span)
        names.intern(decoder, into: &snapshot)
        facts.add(snapshot, environment: 3, receivedAt: 0, windows: WindowPolicy())
        flagTexts[Self.name(decoder.flagState)] = Self.text(decoder.flagState)
        segmentTexts[Self.name(decoder.segmentState)] = Self.text(decoder.segmentState)
      }
      return facts
    }

    private static func name(_ rows: CanonicalRows) -> String {
      String(decoding: rows.digest.hexadecimalBytes, as: UTF8.self)
    }

    private static func text(_ rows: CanonicalRows) -> String {
      String(decoding: rows.canonicalText, as: UTF8.self)
    }
  }

  /// The rows of a table as texts, `nil` where a cell is null; of numbers with a point, Swift's text.
  static func rows(_ path: String) throws -> [[String?]] {
    var rows: [[String?]] = []
    try ParquetReader(FileSource(path: path)).forEachBatch { rows += Self.rows(of: $0) }
    return rows
  }

  private static func rows(of table: Table) -> [[String?]] {
    (0..<table.rowCount).map { row in
      table.columns.map { column in
        if column.isNull(row) { return nil }
        return switch column.schema.type {
        case .string: String(decoding: column.texts[row])
        case .double: column.doubles[row].description
        case .boolean: column.integers[row] == 1 ? "true" : "false"
        default: String(column.integers[row])
        }
      }
    }
  }

  /// The same by Foundation, from canonical texts.
  static func truth(_ texts: [String: String]) throws -> Set<[String?]> {
    var rows: Set<[String?]> = []
    for (name, text) in texts {
      for line in text.split(separator: "\n") {
        // Foundation has no NaN; none of the texts contains the word.
        let json = line.replacingOccurrences(of: ",NaN,", with: ",-77.5,")
        let cells = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [Any])
        rows.insert(
          [name]
            + cells.enumerated().map { place, cell -> String? in
              if cell is NSNull { return nil }
              if let text = cell as? String { return text }
              // A percentage, or whether something is so; the others are whole numbers.
              if cells.count > 3, place == 7 {
                let number = (cell as? NSNumber)?.doubleValue ?? 0
                return number == -77.5 ? "nan" : number.description
              }
              let isBoolean = place == (cells.count > 3 ? 4 : 2)
              return isBoolean ? ((cell as? Bool) == true ? "true" : "false") : "\(cell)"
            }
        )
      }
    }
    return rows
  }

  @Test("hold every row of every state once, in their order, from memory and from runs")
  func rows() throws {
    for seed in TestSeed.cases(60) {
      var random = SeededGenerator(seed: seed)
      let flags = (0..<random.number(1...12)).map { _ in MadeJSON.flag(&random) }
      let segments = (0..<random.number(1...5)).map { _ -> MadeJSON in
        .object([
          ("id", .literal(String(random.number(1...3)))),
          ("name", .text(random.one(of: MadeJSON.texts))),
          ("member", .literal(random.one(of: ["true", "false"]))),
        ])
      }
      func body() -> String {
        MadeJSON.object([
          ("flags", .array((0..<random.number(0...8)).map { _ in random.one(of: flags) })),
          ("identity", .text("x")),
          ("segments", .array((0..<random.number(0...4)).map { _ in random.one(of: segments) })),
        ]).write(&random)
      }
      let directory = try TemporaryDirectory()
      var made = MadeStates()
      var runs = FactRuns(directory: directory.path("runs"), prefix: "run", fanIn: 2)
      let isInMemory = random.one(of: [true, false, nil])
      for _ in 0..<random.number(1...4) {
        let facts = try made.facts(of: (0..<random.number(1...10)).map { _ in body() })
        runs.add(try runs.write(facts, made.names, inMemory: isInMemory ?? random.once(in: 2)))
        if random.once(in: 2) { made.names = FactNames() }
      }
      let lake = try LakeWriter(directory: directory.path("lake"))
      for (part, table, texts) in [
        (LakeWriter.Part.flagStates, LakeTable.flagStates, made.flagTexts),
        (LakeWriter.Part.segmentStates, LakeTable.segmentStates, made.segmentTexts),
      ] {
        _ = try lake.write(part, of: runs, windows: WindowPolicy())
        let path = directory.path("lake/\(table.rawValue)/\(table.rawValue).parquet")
        let rows = try Self.rows(path)
        #expect(Set(rows) == (try Self.truth(texts)), "seed \(seed)")
        #expect(Set(rows).count == rows.count, "seed \(seed)")
        let places = rows.map { row in
          (row[0] ?? "", Int64(row[1] ?? "") ?? .min, Array((row[2] ?? "").utf8))
        }
        for (left, right) in zip(places, places.dropFirst()) {
          #expect(left.0 <= right.0, "seed \(seed)")
          if left.0 == right.0 { #expect(left.1 <= right.1, "seed \(seed)") }
        }
      }
    }
  }

  @Test("take the cells of a row as they were written, and no row that is not one")
  func cells() throws {
    var cells = RowCells(LakeTable.segmentStates.schema)
    for line in ["[-9223372036854775808,\"\",false]\n", "[1,\"a\\\"\\u0000é\",true]\n"] {
      try cells.append(Array(line.utf8).span)
    }
    #expect(cells.columns[0].integers == [.min, 1])
    let names = cells.columns[1].texts
    #expect((0..<2).map { String(decoding: names[$0]) } == ["", "a\"\u{0}é"])
    #expect(cells.columns[2].integers == [0, 1])
    let broken = [
      "[1,\"a\"]\n", "{}\n", "[1\n", "[1,\"a\",true,2]\n", "[1,\"a\",true] 1\n",
      "[null,\"a\",true]\n",
      "[1,5,true]\n", "[1.5,\"a\",true]\n", "[9223372036854775808,\"a\",true]\n", "",
    ]
    for line in broken {
      var cells = RowCells(LakeTable.segmentStates.schema)
      #expect(throws: JSONError.self, "\(line)") { try cells.append(Array(line.utf8).span) }
    }
  }
}
