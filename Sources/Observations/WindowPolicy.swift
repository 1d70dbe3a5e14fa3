internal import Bytes

/// How an identity's deliveries are cut into windows.
package struct WindowPolicy: Sendable {
  /// Where windows begin and end.
  package enum Kind: String, CaseIterable, Sendable {
    /// Windows start at multiples of the size since the Unix epoch.
    case tumbling
    /// Windows are runs of an identity's deliveries with gaps of at most the size, none across midnight.
    case session
  }

  /// 30 minutes.
  package static let defaultSize: Int64 = 1_800_000_000

  package let kind: Kind
  /// In microseconds, positive.
  package let size: Int64
  package let calendar: LocalCalendar

  package init(
    kind: Kind = .tumbling,
    size: Int64 = defaultSize,
    calendar: LocalCalendar = .utc
  ) {
    precondition(size > 0)
    self.kind = kind
    self.size = size
    self.calendar = calendar
  }

  /// The cell of a delivery: the tumbling window it is in and, for sessions, the date it is on.
  ///
  /// All deliveries of an identity in one cell are in one window: in a session too, because no two of one cell are further
  /// apart than the size. So deliveries fold by cells, in any order, and sessions are made of cells.
  func cell(of microseconds: Int64) -> WindowCell {
    let start = microseconds - Int64(Int(microseconds).flooredDivision(by: Int(size)).remainder)
    return switch kind {
    case .tumbling: WindowCell(day: calendar.day(of: start), start: start)
    case .session: WindowCell(day: calendar.day(of: microseconds), start: start)
    }
  }

  /// The dates that deliveries received in an interval can touch: those of their windows' starts, and those of their own times.
  package func days(of received: Interval) -> ClosedRange<Int32> {
    let first = cell(of: received.first).day
    return first...max(first, calendar.day(of: received.last))
  }
}

/// A stretch of time within which an identity's deliveries are always in one window.
package struct WindowCell: Hashable, Sendable {
  /// The local date, in days since 1970-01-01.
  package let day: Int32
  /// In microseconds since the epoch.
  package let start: Int64
}
