import Lake
import TestSupport
import Testing

@Suite("Environments")
struct EnvironmentTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var flags: String
    var key: Int
    var environment: Cell
    var testDescription: String { "\(flags) under key \(key)" }
  }

  static let feature =
    "\"enabled\": true, \"feature\": {\"id\": 1, \"name\": \"a\", \"type\": \"T\"}"

  @Test(
    "are those of the flags, and without flags those of the secret",
    arguments: [
      Case(flags: "", key: 0, environment: .integer(90)),
      Case(flags: "", key: 1, environment: .integer(91)),
      Case(flags: "{\(feature), \"environment\": 5}", key: 0, environment: .integer(5)),
      Case(flags: "{\(feature), \"environment\": null}", key: 0, environment: .null),
      Case(flags: "{\(feature)}", key: 1, environment: .null),
    ]
  )
  func environments(example: Case) throws {
    let directory = try TemporaryDirectory()
    let body =
      "{\"flags\": [\(example.flags)], \"identity\": \"x\", "
      + "\"traits\": [{\"trait_key\": \"t\", \"trait_value\": 1}]}"
    let line = MadeLines.signed(body, key: example.key, time: "2026-03-28T00:00:00Z")
    let run = try IngestRun([try directory.write(line, to: "a.jsonl")])
    for table in [LakeTable.observations, .traitValues] {
      let rows = try run.rows(table)
      #expect(rows.map { $0["environment"] } == [example.environment], "\(table)")
    }
  }
}
