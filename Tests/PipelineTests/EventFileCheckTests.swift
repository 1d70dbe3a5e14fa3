import Analysis
import Lake
import Tables
import TestSupport
import Testing

@Suite("A check of files of events")
struct EventFileCheckTests {
  private static let header = "identity,time,event,value"
  private static let row = "ana,2026-11-02T00:00:00Z,purchase,5"

  /// Files, what is asked of them, and what is found; `/` stands for their directory.
  struct Case: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var files: [String: String] = [:]
    var path: String
    var event: String? = "purchase"
    var aggregation = ExperimentPlan.Aggregation.sum
    var format: ExperimentPlan.EventSource.Format?
    var columns = ExperimentPlan.EventSource.Columns()
    var finding: String?

    init(
      _ description: String,
      _ files: [String: String],
      _ path: String,
      _ finding: String? = nil,
      changing change: (inout Case) -> Void = { _ in }
    ) {
      testDescription = description
      self.files = files
      self.path = path
      self.finding = finding
      change(&self)
    }
  }

  private static let json = #"{"identity": "ana", "time": 1, "event": "purchase", "value": 5}"#

  private static let cases: [Case] = [
    Case("CSV", ["a.csv": "\(header)\n\(row)\n"], "a.csv"),
    Case("CSV in gzip", ["a.csv.gz": "\(header)\n\(row)\n"], "a.csv.gz"),
    Case(
      "CSV with quotes, other line ends and a mark",
      [
        "a.csv": "\u{FEFF}\"identity\",time,\"ev\"\"\nent\",value\r\n1,2,\"pur\"\"\r\nchase\",4\r\n"
      ],
      "a.csv"
    ) {
      $0.columns.event = "ev\"\nent"
      $0.event = "pur\"\r\nchase"
    },
    Case("JSON Lines", ["a.ndjson": "\(json)\n"], "a.ndjson"),
    Case("JSON Lines in gzip", ["a.jsonl.gz": "[]\n\(json)\n"], "a.jsonl.gz"),
    Case(
      "escapes of JSON",
      ["a.jsonl": json.replacing("event", with: #"\u0065vent"#)],
      "a.jsonl"
    ),
    Case(
      "members that some lines lack",
      ["a.jsonl": #"{"identity": "a", "event": "purchase"}"# + "\n" + #"{"time": 1, "value": 2}"#],
      "a.jsonl"
    ),
    Case("a name that says nothing", ["a.txt": "\(header)\n\(row)"], "a.txt") { $0.format = .csv },
    Case("a directory", ["in/a.csv": "\(header)\n\(row)", "in/b.txt": "x"], "in"),
    Case(
      "a pattern",
      ["in/o-1.csv": header, "in/o-2.csv": "\(header)\n\(row)", "in/p-1.csv": "x"],
      "in/o-*.csv"
    ),
    Case("a pattern of two parts", ["in/a-b-c.csv": "\(header)\n\(row)"], "in/a*b*.csv"),
    Case("no value where none is needed", ["a.csv": "identity,time,event\na,1,purchase"], "a.csv") {
      $0.aggregation = .count
    },
    Case("no event where none is named", ["a.csv": "identity,time,value"], "a.csv") {
      $0.event = nil
    },
    // What is wrong.
    Case(
      "no file",
      [:],
      "a.csv",
      "error event_file metrics[0].source.events: /a.csv: there is no such file"
    ),
    Case(
      "no file of a pattern",
      ["b.csv": header],
      "a*.csv",
      "error event_file metrics[0].source.events: /a*.csv: no file has such a name"
    ),
    Case(
      "a pattern that would have to overlap",
      ["ab.csv": header],
      "ab*b.csv",
      "error event_file metrics[0].source.events: /ab*b.csv: no file has such a name"
    ),
    Case(
      "a directory without any",
      ["in/a.txt": header],
      "in",
      "error event_file metrics[0].source.events: /in: there is no file in it that is named .csv, .jsonl, .ndjson or .parquet"
    ),
    Case(
      "a name that says no format",
      ["a.txt": header],
      "a.txt",
      "error event_file metrics[0].source.format: /a.txt: its name does not say which format it has; say csv, jsonl or parquet"
    ),
    Case(
      "an empty file",
      ["a.csv": ""],
      "a.csv",
      "error event_column metrics[0].source.columns.identity: /a.csv: there is no column identity; it is empty"
    ),
    Case(
      "a misspelt column",
      ["a.csv": "identity,tiem,event,value"],
      "a.csv",
      "error event_column metrics[0].source.columns.time: /a.csv: there is no column time; did you mean tiem?"
    ),
    Case(
      "another delimiter",
      ["a.csv": "identity;time;event;value"],
      "a.csv",
      "error event_column metrics[0].source.columns.identity: /a.csv: there is no column identity; known columns: identity;time;event;value"
    ),
    Case(
      "no value",
      ["a.csv": "identity,time,event\na,1,purchase"],
      "a.csv",
      "error event_column metrics[0].source.columns.value: /a.csv: there is no column value; known columns: identity, time, event"
    ),
    Case(
      "a second file that lacks a column",
      ["in/a.csv": header, "in/b.csv": "identity,time,value"],
      "in",
      "error event_column metrics[0].source.columns.event: /in/b.csv: there is no column event; known columns: identity, time, value"
    ),
    Case(
      "no such event",
      ["a.csv": "\(header)\na,1,purchas,2\nb,1,refund,2"],
      "a.csv",
      "error unknown_event metrics[0].source.event: purchase is not in /a.csv; did you mean purchas?"
    ),
    Case(
      "no event at all",
      ["a.csv": header],
      "a.csv",
      "error unknown_event metrics[0].source.event: purchase is not in /a.csv; there are no events in it"
    ),
    Case(
      "an event far down",
      ["a.csv": header + String(repeating: "\na,1,refund,2", count: 10_001) + "\n" + row],
      "a.csv",
      "warning unknown_event metrics[0].source.event: purchase is not among the first 10000 rows of /a.csv; it may come later"
    ),
    Case(
      "the last of the rows that are looked at",
      ["a.csv": header + String(repeating: "\na,1,refund,2", count: 9999) + "\n" + row],
      "a.csv"
    ),
    Case(
      "lines that are not JSON",
      ["a.jsonl": "a\nb\n"],
      "a.jsonl",
      "error event_file metrics[0].source.events: /a.jsonl: none of the first 2 lines is an object of JSON"
    ),
    Case(
      "a file that is not gzip",
      ["b.csv": header],
      "a.csv.gz",
      "error event_file metrics[0].source.events: /a.csv.gz: not gzip at byte 0"
    ) { $0.files = ["plain:a.csv.gz": header] },
    Case(
      "a file that is not Parquet",
      ["a.parquet": "PAR1 and so on"],
      "a.parquet",
      "error event_file metrics[0].source.events: /a.parquet: cannot be read as Parquet: the file does not begin and end with PAR1"
    ),
  ]

  @Test("finds what is not as the metric has it", arguments: cases)
  func files(example: Case) throws {
    let directory = try TemporaryDirectory()
    for (name, text) in example.files {
      let isCompressed = name.hasSuffix(".gz") && !name.hasPrefix("plain:")
      let bytes = Array(text.utf8)
      try directory.write(
        isCompressed ? DamagedArchiveTests.gzip(bytes) : bytes,
        to: name.replacing("plain:", with: "")
      )
    }
    var source = ExperimentPlan.EventSource(
      path: directory.path(example.path),
      event: example.event
    )
    source.format = example.format
    source.columns = example.columns
    #expect(
      try findings(source, example.aggregation, directory) == [example.finding].compactMap(\.self)
    )
  }

  @Test("looks into Parquet too")
  func parquet() throws {
    let directory = try TemporaryDirectory()
    let schema = TableSchema(
      name: "events",
      [
        ColumnSchema("identity", .string), ColumnSchema("time", .timestamp),
        ColumnSchema("event", .string, nullable: true), ColumnSchema("value", .double),
      ]
    )
    var file = try TableFile(schema, path: directory.path("a.parquet"))
    for event in [nil, "refund", "purchase"] {
      file.batch.columns[0].append("ana")
      file.batch.columns[1].append(Int64(1))
      file.batch.columns[2].append(event)
      file.batch.columns[3].append(2.5)
      try file.commitRow()
    }
    try file.finish()
    var source = ExperimentPlan.EventSource(path: directory.path("a.parquet"), event: "purchase")
    #expect(try findings(source, .sum, directory) == [])
    source.event = "purchased"
    #expect(
      try findings(source, .sum, directory) == [
        "error unknown_event metrics[0].source.event: purchased is not in /a.parquet; did you mean purchase?"
      ]
    )
    source.columns.value = "amount"
    #expect(
      try findings(source, .sum, directory) == [
        "error event_column metrics[0].source.columns.value: /a.parquet: there is no column amount; known columns: identity, time, event, value"
      ]
    )
    source.columns.event = "value"
    #expect(
      try findings(source, .count, directory) == [
        "error event_column metrics[0].source.columns.event: /a.parquet: column value is not text"
      ]
    )
  }

  @Test("reads any bytes, and finds what it finds")
  func anyBytes() throws {
    let directory = try TemporaryDirectory()
    for seed in TestSeed.cases(60) {
      var random = SeededGenerator(seed: seed)
      let pieces = [
        "\"", ",", "\n", "\r\n", "identity", "time", "{", "}", ":", "\u{0}", "é", "PAR1",
      ]
      let text = (0..<random.number(0...40)).map { _ in random.one(of: pieces) }.joined()
      let name = random.one(of: ["a.csv", "a.jsonl", "a.parquet"])
      let bytes = random.once(in: 2) ? Array(text.utf8) : random.bytes(random.number(0...200))
      try directory.write(bytes, to: name)
      let source = ExperimentPlan.EventSource(path: directory.path(name), event: "purchase")
      #expect(try findings(source, .sum, directory).count == 1, "seed \(seed)")
    }
  }

  private static let lake = Result { try PlanLake([PlanDelivery()]) }

  private func findings(
    _ source: ExperimentPlan.EventSource,
    _ aggregation: ExperimentPlan.Aggregation,
    _ directory: TemporaryDirectory
  ) throws -> [String] {
    let plan = ExperimentPlan.november { plan in
      plan.variants = []
      plan.metrics = [
        ExperimentPlan.Metric(name: "m", source: .events(source), aggregation: aggregation)
      ]
    }
    return try Self.lake.get().findings(plan)
      .filter { $0.contains("metrics") }
      .map { $0.replacing(directory.path, with: "") }
  }
}
