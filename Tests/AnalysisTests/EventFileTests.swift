import Analysis
import Archives
import Bytes
import Lake
import Tables
import TestSupport
import Testing

@Suite("Files of events")
struct EventFileTests {
  /// A row, or what is said of a bad one.
  enum Found: Equatable {
    case row(String, Int64, String, Double?)
    case bad(Int, String)
  }

  private static let time: Int64 = 1_793_577_600_000_000
  private static let good = Found.row("ana", time, "buy", 2.5)

  private func read(
    _ path: String,
    format: ExperimentPlan.EventSource.Format? = nil,
    columns: ExperimentPlan.EventSource.Columns = .init()
  ) throws -> [Found] {
    var found: [Found] = []
    let file = try EventFile(path: path, format: format, columns: columns)
    var bad: [Found] = []
    try file.forEachRow { number, reason in
      bad.append(.bad(number, reason))
    } _: { row in
      found.append(
        .row(
          String(decoding: row.identity),
          row.time,
          String(decoding: row.event),
          row.value
        )
      )
    }
    return found + bad
  }

  private func read(_ text: String, as name: String) throws -> [Found] {
    let directory = try TemporaryDirectory()
    try directory.write(Array(text.utf8), to: name)
    return try read(directory.path(name))
  }

  /// Throws what is said of a file that cannot be used.
  private func fault(_ text: String, as name: String) throws -> String? {
    let directory = try TemporaryDirectory()
    try directory.write(Array(text.utf8), to: name)
    let fault = #expect(throws: EventFile.Unusable.self) { try read(directory.path(name)) }
    return fault?.description.replacing(directory.path, with: "")
  }

  // MARK: - CSV

  private static let header = "identity,time,event,value\n"

  @Test(
    "are CSV",
    arguments: [
      ("\(header)ana,2026-11-02T00:00:00Z,buy,2.5\n", [good]),
      ("\(header)\"ana\",\"2026-11-02T01:00:00+01:00\",buy,2.5", [good]),
      (
        "\u{FEFF}\(header)ana,1793577600,buy,2.5\r\n\r\nana,1793577600000,buy,25e-1\r",
        [good, good]
      ),
      ("value,x,time,event,identity\n2.5,,1793577600.0,buy,ana", [good]),
      ("identity,time\na,1793577600\n", [.row("a", time, "", nil)]),
      ("\(header)a,1793577600,,\n", [.row("a", time, "", nil)]),
      ("\(header)\"a\n,\"\"\",1793577600,b,-1\n", [.row("a\n,\"", time, "b", -1)]),
      (header, []),
    ] as [(String, [Found])]
  )
  func csv(text: String, expected: [Found]) throws {
    #expect(try read(text, as: "a.csv") == expected)
  }

  @Test(
    "name rows of CSV that cannot be used by their lines, and use the others",
    arguments: [
      (",1793577600,buy,1", "identity is empty"), ("a,,buy,1", "time `` is no time"),
      ("a,yesterday,buy,1", "time `yesterday` is no time"),
      ("a,1,buy,1", "time `1` is before 2000 or after 2099"),
      ("a,2100-01-01T00:00:00Z,buy,1", "time `2100-01-01T00:00:00Z` is before 2000 or after 2099"),
      ("a,1793577600,buy,many", "value `many` is no number"),
      ("a,1793577600,buy,1e999", "value `1e999` is no number"),
      ("a,1793577600,buy", "it has 3 fields, and the header has 4"),
      ("a,1793577600,buy,1,2", "it has 5 fields, and the header has 4"),
      ("a,1793577600,\"buy\"er,1", "something after the closing quote of a cell"),
      ("a,1793577600,\"buy,1", "something after the closing quote of a cell"),
      (
        "a,1793577600,b\"uy,1",
        "a quote in a cell that does not begin with one; put the cell in quotes and double the quotes in it"
      ),
      (String(repeating: "x", count: 1_048_577), "a row of more than 1048576 bytes"),
    ] as [(String, String)]
  )
  func badCSV(row: String, reason: String) throws {
    let line = "ana,2026-11-02T00:00:00Z,\"buy\",2.5\n"
    let lines = "\(line)\"ana\",1793577600,\"b\nb\",1\n\n\(row)\n\(line)\(line)"
    let found = try read(Self.header + lines, as: "a.csv")
    let expected: [Found] = [
      Self.good, .row("ana", Self.time, "b\nb", 1), Self.good, Self.good, .bad(6, reason),
    ]
    #expect(found == expected)
  }

  @Test("lose one line to a quote that is never closed, however many follow")
  func openQuote() throws {
    let line = "ana,1793577600,buy,2.5\n"
    let after = 60_000
    let text =
      "\(Self.header)\(line)ana,\"1793577600,buy,2.5\n" + String(repeating: line, count: after)
    let found = try read(text, as: "a.csv")
    #expect(found.dropLast() == Array(repeating: Self.good, count: after + 1)[...])
    #expect(found.last == .bad(3, "a row of more than 1048576 bytes"))
    let short = try read("\(Self.header)ana,\"1793577600,buy,2.5\n\(line)\(line)", as: "a.csv")
    #expect(short == [Self.good, Self.good, .bad(2, "a quote that is never closed")])
  }

  // MARK: - JSON Lines

  private static let object =
    #"{"identity": "ana", "time": "2026-11-02T00:00:00Z", "event": "buy", "value": 2.5}"#

  @Test(
    "are JSON Lines",
    arguments: [
      (object, [good]), ("\n\(object)\n\n\(object)\n", [good, good]),
      (
        #"{"x": [1, {"identity": 2}], "value": 25e-1, "event": "b\u0075y", "time": 1793577600, "identity": "\u0061na"}"#,
        [good]
      ),
      (#"{"identity": 7, "time": 1793577600, "value": true}"#, [.row("7", time, "", 1)]),
      (
        #"{"identity": "a", "time": 1793577600, "event": null, "value": "3"}"#,
        [.row("a", time, "", nil)]
      ),
      (#"{"identity": "b", "identity": "a", "time": 1793577600}"#, [.row("a", time, "", nil)]),
    ] as [(String, [Found])]
  )
  func json(text: String, expected: [Found]) throws {
    #expect(try read(text, as: "a.jsonl") == expected)
  }

  @Test(
    "name lines of JSON that cannot be used, and use the others",
    arguments: [
      ("[]", "it is not a JSON object"), ("{", "it is not a JSON object"),
      (object + "x", "it is not a JSON object"),
      (#"{"time": 1793577600}"#, "identity is missing or empty"),
      (#"{"identity": "", "time": 1793577600}"#, "identity is missing or empty"),
      (#"{"identity": null, "time": 1793577600}"#, "identity is missing or empty"),
      (#"{"identity": "a"}"#, "time is missing"),
      (#"{"identity": "a", "time": "soon"}"#, "time `soon` is no time"),
      (#"{"identity": "a", "time": 5}"#, "time `5` is before 2000 or after 2099"),
      (#"{"identity": "a", "time": 1793577600, "value": 1e999}"#, "value `1e999` is too large"),
    ] as [(String, String)]
  )
  func badJSON(line: String, reason: String) throws {
    let found = try read("\(Self.object)\n\n\(line)\n\(Self.object)", as: "a.ndjson")
    #expect(found == [Self.good, Self.good, .bad(3, reason)])
  }

  // MARK: - Compression

  private func gzip(_ bytes: [UInt8]) throws -> [UInt8] {
    let memory = MemoryBytes()
    let sink = DeflateSink(memory, .gzip)
    try sink.write(bytes.span)
    try sink.finish()
    return memory.bytes
  }

  @Test("may be gzip, in several members that end anywhere")
  func compressed() throws {
    let directory = try TemporaryDirectory()
    let line = "ana,2026-11-02T00:00:00Z,buy,2.5\n"
    let text = Array((Self.header + String(repeating: line, count: 30_000)).utf8)
    let members = try gzip(Array(text[..<50_001])) + gzip([]) + gzip(Array(text[50_001...]))
    try directory.write(members, to: "a.csv.gz")
    #expect(
      try read(directory.path("a.csv.gz")) == Array(repeating: Self.good, count: 30_000)
    )
    try directory.write(gzip(Array(Self.object.utf8)), to: "b.jsonl.gz")
    #expect(try read(directory.path("b.jsonl.gz")) == [Self.good])
    try directory.write(Array(members.dropLast(20)), to: "c.csv.gz")
    let cut = #expect(throws: EventFile.Unusable.self) { try read(directory.path("c.csv.gz")) }
    #expect(cut?.reason.hasPrefix("truncated") == true)
  }

  // MARK: - What cannot be used

  @Test(
    "say why they cannot be used",
    arguments: [
      ("a.csv", "", "/a.csv: it has no header"), ("a.csv", "\n\n", "/a.csv: it has no header"),
      ("a.csv", "who,time", "/a.csv: it has no column identity"),
      ("a.csv", "identity,at", "/a.csv: it has no column time"),
      ("a.csv", "identity,\"time", "/a.csv: line 1, byte 10: a quote that is never closed"),
      ("a.csv.gz", "identity,time", "/a.csv.gz: not gzip at byte 0"),
      (
        "a.parquet", "PAR1 and so on",
        "/a.parquet: cannot be read as Parquet: the file does not begin and end with PAR1"
      ),
      ("a.txt", "", "/a.txt: its name does not say which format it has; say csv, jsonl or parquet"),
    ]
  )
  func unusable(name: String, text: String, message: String) throws {
    #expect(try fault(text, as: name) == message)
  }

  @Test("need a name that says their format only where the plan does not")
  func format() throws {
    let directory = try TemporaryDirectory()
    try directory.write(Array(Self.object.utf8), to: "a.csv")
    #expect(try read(directory.path("a.csv"), format: .jsonl) == [Self.good])
    var columns = ExperimentPlan.EventSource.Columns()
    columns.identity = "who"
    columns.time = "when"
    columns.event = "what"
    columns.value = "how many"
    try directory.write(Array("how many,what,when,who\n2.5,buy,1793577600,ana".utf8), to: "b")
    #expect(try read(directory.path("b"), format: .csv, columns: columns) == [Self.good])
  }

  // MARK: - Parquet

  /// Writes a file of one column each for the identity, the time, the event and the value.
  private func parquet(
    _ types: [ColumnType],
    _ rows: [(inout Table) -> Void],
    _ directory: TemporaryDirectory
  ) throws -> String {
    let names = ["identity", "time", "event", "value"]
    let schema = TableSchema(
      name: "t",
      zip(names, types).map { ColumnSchema($0, $1, nullable: true) }
    )
    let path = directory.path("a.parquet")
    var file = try TableFile(schema, path: path)
    for row in rows {
      row(&file.batch)
      try file.commitRow()
    }
    try file.finish()
    return path
  }

  @Test("are Parquet, of columns of several types")
  func parquet() throws {
    let directory = try TemporaryDirectory()
    let day = Self.time / 86_400_000_000
    func path(_ time: ColumnType, _ value: ColumnType, _ add: @escaping (inout Table) -> Void)
      throws
      -> String
    {
      try parquet(
        [.string, time, .string, value],
        [
          { table in
            table.columns[0].append("ana")
            table.columns[2].append("buy")
            add(&table)
          }
        ],
        directory
      )
    }
    func expect(_ path: String, _ value: Double?, line: Int = #line) throws {
      #expect(
        try read(path) == [.row("ana", Self.time, "buy", value)],
        "line \(line)"
      )
    }
    try expect(
      path(.timestamp, .double) {
        $0.columns[1].append(Self.time)
        $0.columns[3].append(2.5)
      },
      2.5
    )
    try expect(
      path(.date, .int64) {
        $0.columns[1].append(day)
        $0.columns[3].append(Int64(7))
      },
      7
    )
    try expect(
      path(.int64, .boolean) {
        $0.columns[1].append(Int64(1_793_577_600))
        $0.columns[3].append(true)
      },
      1
    )
    try expect(
      path(.string, .string) {
        $0.columns[1].append("2026-11-02T00:00:00Z")
        $0.columns[3].append("2.5")
      },
      2.5
    )
    try expect(
      path(.timestamp, .double) {
        $0.columns[1].append(Self.time)
        $0.columns[3].append(Double.infinity)
      },
      nil
    )
  }

  @Test("name rows of Parquet that cannot be used by their numbers")
  func badParquet() throws {
    let directory = try TemporaryDirectory()
    func row(_ identity: String?, _ time: Int64?, _ event: String?) -> (inout Table) -> Void {
      { table in
        table.columns[0].append(identity)
        table.columns[1].append(time)
        table.columns[2].append(event)
        table.columns[3].append(2.5)
      }
    }
    let rows = [
      row(nil, Self.time, "buy"), row("ana", Self.time, "buy"), row("", Self.time, "buy"),
      row("ana", nil, "buy"), row("ana", 5, "buy"), row("ana", .max, "buy"),
      row("ana", Self.time, nil),
    ]
    let path = try parquet([.string, .timestamp, .string, .double], rows, directory)
    let range = "time is before 2000 or after 2099"
    #expect(
      try read(path) == [
        Self.good, .row("ana", Self.time, "", 2.5), .bad(1, "identity is empty"),
        .bad(3, "identity is empty"), .bad(4, "time is empty"), .bad(5, range), .bad(6, range),
      ]
    )
  }

  @Test("refuse columns of Parquet whose types do not fit, and dates beyond all times")
  func strangeParquet() throws {
    let directory = try TemporaryDirectory()
    let noRows = try parquet([.string, .timestamp, .int64, .double], [], directory)
    let event = #expect(throws: EventFile.Unusable.self) { try read(noRows) }
    #expect(event?.reason == "column event is not text")
    let numbers = try parquet([.int64, .timestamp, .string, .double], [], directory)
    let identity = #expect(throws: EventFile.Unusable.self) { try read(numbers) }
    #expect(identity?.reason == "column identity is not text")
    let dates = try parquet(
      [.string, .date],
      [
        { table in
          table.columns[0].append("ana")
          table.columns[1].append(Int64(Int32.max))
        },
        { table in
          table.columns[0].append("ana")
          table.columns[1].append(Int64(Int32.min))
        },
      ],
      directory
    )
    let range = "time is before 2000 or after 2099"
    #expect(try read(dates) == [.bad(1, range), .bad(2, range)])
    let doubles = try parquet(
      [.string, .double],
      [
        { table in
          table.columns[0].append("ana")
          table.columns[1].append(1.5)
        }
      ],
      directory
    )
    #expect(try read(doubles) == [.bad(1, "time is no time")])
  }
}
