package import Tables

/// Exposures as rows of Flagsmith's own table of events, `flagsmith_exp.events`.
///
/// An event is what Flagsmith's SDKs send where an identity is given a value: so only exposures of features that were on are events. Flagsmith's environments
/// have a key there that its webhooks do not have; it must be given. Of the other columns `collected_at`, `traits`, `metadata`, `sdk_language` and `sdk_version`
/// cannot be known, and are left to the table's defaults.
package struct FlagsmithEvents: Sendable {
  /// The columns that are written, by the names of Flagsmith's table.
  package static let schema = TableSchema(
    name: "events",
    [
      ColumnSchema("environment_key", .string),
      ColumnSchema("event", .string),
      ColumnSchema("feature_name", .string),
      // Unix seconds with three decimals: the same in every time zone of the server, and in every format.
      ColumnSchema("timestamp", .string),
      ColumnSchema("identifier", .string),
      ColumnSchema("value", .string),
    ]
  )

  /// The name of an event that says that an identity was given a value.
  private static let eventName = "$flag_exposure"

  private let keys: [Int64: String]
  private let places: Places
  /// How many exposures were of features that were off.
  package private(set) var disabledCount = 0
  /// How many exposures were of environments whose key is not known.
  package private(set) var unknownCount = 0

  /// - Parameters:
  ///   - keys: The key of each environment, by its id.
  ///   - schema: That of the exposures.
  package init?(keys: [Int64: String], from schema: TableSchema) {
    guard let places = Places(schema) else { return nil }
    self.keys = keys
    self.places = places
  }

  /// The places of the columns of exposures.
  private struct Places: Sendable {
    let environment: Int
    let feature: Int
    let enabled: Int
    let value: Int
    let identity: Int
    let time: Int

    init?(_ schema: TableSchema) {
      guard let environment = schema.index(of: "environment"),
        let feature = schema.index(of: "feature"), let enabled = schema.index(of: "enabled"),
        let value = schema.index(of: "value"), let identity = schema.index(of: "identity"),
        let time = schema.index(of: "first_exposed_at")
      else { return nil }
      self.environment = environment
      self.feature = feature
      self.enabled = enabled
      self.value = value
      self.identity = identity
      self.time = time
    }
  }

  /// The events of a batch of exposures, in their order.
  ///
  /// - Complexity: O(*n*) in the bytes of the batch.
  package mutating func events(of exposures: Table) -> Table {
    var events = Table(Self.schema)
    let columns = exposures.columns
    let features = columns[places.feature].texts
    let values = columns[places.value].texts
    let identities = columns[places.identity].texts
    for row in 0..<exposures.rowCount {
      guard columns[places.enabled].integers[row] != 0 else {
        disabledCount += 1
        continue
      }
      guard let environment = columns[places.environment].integer(row), let key = keys[environment]
      else {
        unknownCount += 1
        continue
      }
      events.columns[0].append(key)
      events.columns[1].append(Self.eventName)
      events.columns[2].append(features[row])
      events.columns[3].append(Self.unixTime(columns[places.time].integers[row]))
      events.columns[4].append(identities[row])
      // A null has an empty text, which is what Flagsmith's own events have in its place.
      events.columns[5].append(values[row])
    }
    return events
  }

  /// Unix seconds to the millisecond; what is beyond is cut off.
  ///
  /// - Precondition: The time is not before 1970, as no time received is.
  private static func unixTime(_ microseconds: Int64) -> String {
    let (seconds, rest) = microseconds.quotientAndRemainder(dividingBy: 1_000_000)
    let digits = String(rest / 1000)
    return "\(seconds)." + String(repeating: "0", count: 3 - digits.count) + digits
  }
}
