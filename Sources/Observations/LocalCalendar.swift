internal import Bytes
internal import Foundation

/// Local dates of a time zone.
package struct LocalCalendar: Sendable {
  /// The name of the time zone, as the IANA database has it.
  package let identifier: String
  /// `nil` for UTC, whose dates need no database.
  private let zone: TimeZone?

  /// The calendar of Coordinated Universal Time.
  package static let utc = LocalCalendar()

  private init() {
    identifier = "UTC"
    zone = nil
  }

  /// The calendar of the time zone called `identifier`, `Europe/Berlin` for instance; `nil` where the
  /// system knows none.
  package init?(identifier: String) {
    if ["UTC", "Etc/UTC", "Z"].contains(identifier) {
      self = .utc
      return
    }
    guard TimeZone.knownTimeZoneIdentifiers.contains(identifier),
      let zone = TimeZone(identifier: identifier)
    else { return nil }
    self.identifier = identifier
    self.zone = zone
  }

  /// The local date, in days since 1970-01-01, of a time in microseconds since the epoch.
  package func day(of microseconds: Int64) -> Int32 {
    let seconds = Int(microseconds).flooredDivision(by: 1_000_000).quotient
    let offset = zone?.secondsFromGMT(for: Date(timeIntervalSince1970: Double(seconds))) ?? 0
    return Int32((seconds + offset).flooredDivision(by: 86400).quotient)
  }
}
