import Tables
import TestSupport
import Testing

/// What is left of a file of which some rows are bad.
@Suite("Reading CSV around bad rows")
struct CSVRecoveryTests {
  private struct Found: Equatable {
    var rows: [[String]] = []
    var lines: [Int] = []
    /// The lines that bad rows begin on.
    var bad: [Int] = []
  }

  private func options(bytes: Int, cells: Int) -> CSVReader.Options {
    var options = CSVReader.Options()
    options.rowByteLimit = bytes
    options.cellLimit = cells
    return options
  }

  /// All good rows of bytes that come in pieces of `size`.
  private func read(
    _ bytes: [UInt8],
    in size: Int = .max,
    _ options: CSVReader.Options = .init()
  ) throws -> Found {
    var rest = bytes[...]
    var reader = CSVReader(options: options) {
      guard !rest.isEmpty else { return nil }
      defer { rest = rest.dropFirst(size) }
      return Array(rest.prefix(size))
    }
    var row = CSVRow()
    var found = Found()
    while true {
      do {
        guard try reader.read(into: &row) else { return found }
        found.rows.append((0..<row.count).map(row.text))
        found.lines.append(row.line)
      } catch is CSVError {
        found.bad.append(row.line)
        try reader.passBadRow(row)
      }
    }
  }

  @Test(
    "goes on with the next line",
    arguments: [
      ("a\nb\"\nc\n", [["a"], ["c"]], [2]),
      ("\"a\"b\nc", [["c"]], [1]),
      ("a\r\nb\"\r\nc\r\n", [["a"], ["c"]], [2]),
      ("a\rb\"\rc", [["a"], ["c"]], [2]),
      ("a,\"b\nc,d\ne,f\n", [["c", "d"], ["e", "f"]], [1]),
      ("a,\"b\nc,\"d\"\n\n\"e\nf\"\n", [["c", "d"], ["e\nf"]], [1]),
      ("\"", [], [1]),
      ("\"\n\"\n\"", [["\n"]], [3]),
      ("a\"", [], [1]),
      ("\u{FEFF}a\"\nb", [["b"]], [1]),
      ("\u{FEFF}\"a\nb", [["b"]], [1]),
    ] as [(String, [[String]], [Int])]
  )
  func goesOn(text: String, rows: [[String]], bad: [Int]) throws {
    for size in [1, 2, 3, .max] {
      let found = try read(Array(text.utf8), in: size)
      #expect(found.rows == rows, "pieces of \(size)")
      #expect(found.bad == bad, "pieces of \(size)")
    }
  }

  @Test("passes over rows that are beyond the limits, however long")
  func passesLongRows() throws {
    let long = String(repeating: "x", count: 5000)
    let text = "a\n\(long)\nb\n\"\(long)\nc\n1,2,3,4\nd\n\(long)"
    for size in [1, 7, 4096, .max] {
      let found = try read(Array(text.utf8), in: size, options(bytes: 100, cells: 3))
      #expect(found.rows == [["a"], ["b"], ["c"], ["d"]], "pieces of \(size)")
      #expect(found.bad == [2, 4, 6, 8])
    }
  }

  /// The same by reading again from each line on, with a reader of its own.
  private func readAnew(_ bytes: [UInt8], _ options: CSVReader.Options) throws -> Found {
    var found = Found()
    var rest = bytes[...]
    var passed = 0
    reading: while true {
      var reader = CSVReader(Array(rest), options: options)
      var row = CSVRow()
      do {
        while try reader.read(into: &row) {
          found.rows.append((0..<row.count).map(row.text))
          found.lines.append(passed + row.line)
        }
        return found
      } catch is CSVError {
        found.bad.append(passed + row.line)
        for _ in 0..<row.line {
          guard let end = rest.firstIndex(where: { $0 == 0x0A || $0 == 0x0D }) else {
            return found
          }
          let isPair = rest[end] == 0x0D && end + 1 < rest.endIndex && rest[end + 1] == 0x0A
          rest = rest[(end + (isPair ? 2 : 1))...]
        }
        passed += row.line
      }
    }
  }

  @Test("finds what reading from each line anew finds", arguments: TestSeed.cases(400))
  func findsWhatReadingAnewFinds(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let pieces = ["a", "bc", ",", "\"", "\"", "\n", "\r\n", "\r", "\"\"", ",\"", "\",", "é"]
    let text = (0..<random.number(0...40)).map { _ in random.one(of: pieces) }.joined()
    let limits = options(bytes: random.one(of: [4, 1000]), cells: random.one(of: [3, 1000]))
    let expected = try readAnew(Array(text.utf8), limits)
    for size in [1, random.number(2...9), .max] {
      #expect(
        try read(Array(text.utf8), in: size, limits) == expected,
        "seed \(seed), pieces of \(size)"
      )
    }
  }
}
