import ArgumentParser
import Tables
import Warehouse

/// Options of `hooksift export events`.
struct EventOptions: ParsableArguments {
  /// Whose table of events.
  enum Program: String, CaseIterable, ExpressibleByArgument {
    case flagsmithClickHouse = "flagsmith-clickhouse"
  }

  /// The key that an environment has in events.
  struct EnvironmentKey: ExpressibleByArgument {
    let id: Int64
    let key: String

    init?(argument: String) {
      guard let end = argument.firstIndex(of: "="), let id = Int64(argument[..<end]) else {
        return nil
      }
      self.id = id
      key = String(argument[argument.index(after: end)...])
    }
  }

  @Option(
    name: .customLong("for"),
    help: ArgumentHelp(
      "The program whose events they are: flagsmith-clickhouse.",
      valueName: "program"
    )
  )
  var program: Program?

  @Option(
    help: ArgumentHelp(
      "The client-side key of an environment, which webhooks do not have: 12=AbC…. Repeatable; other environments are left out.",
      valueName: "id=key"
    )
  )
  var environmentKey: [EnvironmentKey] = []

  /// How events are written as CSV: a program reads them, so texts are as they are.
  static var style: CSVWriter.Options {
    var options = CSVWriter.Options()
    options.formulas = .raw
    return options
  }

  /// Checks that the options fit each other.
  ///
  /// - Parameters:
  ///   - areExported: Whether it is events that are exported.
  ///   - format: The format.
  ///   - isStyled: Whether there are options for CSV.
  /// - Throws: `ValidationError`.
  func check(areExported: Bool, as format: ExportCommand.Format, isStyled: Bool) throws {
    guard areExported else {
      guard program == nil, environmentKey.isEmpty else {
        throw ValidationError("--for and --environment-key are for the table events")
      }
      return
    }
    guard program != nil else {
      throw ValidationError("events are for another program: say which, --for flagsmith-clickhouse")
    }
    guard format == .jsonl || format == .csv, !isStyled else {
      throw ValidationError("events are written as jsonl or csv, in one style")
    }
    guard !environmentKey.isEmpty else {
      throw ValidationError(
        "events need the keys of their environments, which webhooks do not have: --environment-key 12=KEY, with the id in exposures and the client-side key in Flagsmith"
      )
    }
    try checkKeys()
  }

  private func checkKeys() throws {
    var ids: Set<Int64> = []
    for given in environmentKey {
      guard !given.key.isEmpty else {
        throw ValidationError("--environment-key \(given.id)=: the key is missing")
      }
      guard !given.key.hasPrefix("ser.") else {
        throw ValidationError(
          "--environment-key \(given.id)=…: this is a server-side key, which is a secret; events have the client-side key"
        )
      }
      guard ids.insert(given.id).inserted else {
        throw ValidationError("--environment-key \(given.id)=…: the environment has a key already")
      }
    }
  }

  /// What makes the events.
  ///
  /// - Parameter schema: That of the exposures.
  /// - Returns: What makes events of their rows.
  /// - Throws: ``CommandFailure`` where these are no exposures.
  func made(from schema: TableSchema) throws -> FlagsmithEvents {
    let keys = Dictionary(uniqueKeysWithValues: environmentKey.map { ($0.id, $0.key) })
    guard let events = FlagsmithEvents(keys: keys, from: schema) else {
      throw CommandFailure(.software, "the table \(schema.name) has no exposures")
    }
    return events
  }

  /// Says which exposures are no events.
  ///
  /// - Parameters:
  ///   - events: What made the events.
  ///   - console: Where it is said.
  static func say(_ events: FlagsmithEvents, on console: Console) {
    if events.disabledCount > 0 {
      console.info("\(events.disabledCount) exposures are no events: their features were off")
    }
    if events.unknownCount > 0 {
      console.warning(
        "\(events.unknownCount) exposures were left out: their environments have no --environment-key"
      )
    }
  }
}
