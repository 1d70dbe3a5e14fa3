import Analysis
import TestSupport
import Testing

@Suite("Paths of event files")
struct EventPathTests {
  private static let names = [
    "in/b.csv", "in/a.csv.gz", "in/c.jsonl", "in/d.NDJSON.zst", "in/e.parquet", "in/f.parquet.gz",
    "in/g.txt", "in/h.json", "in/below/i.csv", "none/a.txt", "a.csv", "strange", "or*ders.csv",
  ]

  @Test(
    "mean a file, those of a directory, or those of a pattern",
    arguments: [
      ("a.csv", ["a.csv"]), ("strange", ["strange"]), ("or*ders.csv", ["or*ders.csv"]),
      ("in", ["in/a.csv.gz", "in/b.csv", "in/c.jsonl", "in/d.NDJSON.zst", "in/e.parquet"]),
      ("in/*.csv", ["in/b.csv"]), ("in/*.csv*", ["in/a.csv.gz", "in/b.csv"]),
      ("in/g*", ["in/g.txt"]), ("*.csv", ["a.csv", "or*ders.csv"]), ("in/b*", ["in/b.csv"]),
    ]
  )
  func mean(path: String, files: [String]) throws {
    let directory = try TemporaryDirectory()
    for name in Self.names { try directory.write([], to: name) }
    let found = try EventPaths.files(directory.path(path))
    #expect(found == files.map(directory.path))
  }

  @Test(
    "say why there are none",
    arguments: [
      ("x.csv", "there is no such file"), ("x*.csv", "no file has such a name"),
      ("x/*.csv", "no file has such a name"), ("in/belo*", "no file has such a name"),
      ("none", "there is no file in it that is named .csv, .jsonl, .ndjson or .parquet"),
    ]
  )
  func none(path: String, reason: String) throws {
    let directory = try TemporaryDirectory()
    for name in Self.names { try directory.write([], to: name) }
    let fault = #expect(throws: EventFile.Unusable.self) {
      try EventPaths.files(directory.path(path))
    }
    #expect(fault?.description == "\(directory.path(path)): \(reason)")
  }

  /// A star takes nothing, or a letter and then itself again.
  private func fits(_ name: ArraySlice<Character>, _ pattern: ArraySlice<Character>) -> Bool {
    guard let first = pattern.first else { return name.isEmpty }
    if first == "*" {
      return fits(name, pattern.dropFirst()) || !name.isEmpty && fits(name.dropFirst(), pattern)
    }
    return name.first == first && fits(name.dropFirst(), pattern.dropFirst())
  }

  @Test("fit a pattern as if each way were tried", arguments: TestSeed.cases(500))
  func patterns(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<20 {
      let name = (0..<random.number(0...8)).map { _ in random.one(of: ["a", "b"]) }.joined()
      let pattern = (0..<random.number(0...6)).map { _ in random.one(of: ["a", "b", "*"]) }.joined()
      let expected = fits(Array(name)[...], Array(pattern)[...])
      #expect(
        EventPaths.matches(name, pattern) == expected,
        "seed \(seed): \(name) and \(pattern)"
      )
    }
  }
}
