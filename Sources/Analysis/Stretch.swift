internal import Bytes

/// Rows of one identity that follow one another in a partition of `observations` and have the same state.
struct Stretch {
  let state: Int32
  let firstWindow: Int64
  private(set) var lastWindow: Int64
  /// How many distinct windows there are.
  private(set) var windows: Int64 = 1
  private(set) var deliveries: Int64
  private(set) var firstAt: Int64
  private(set) var lastAt: Int64

  init(state: Int32, window: Int64, deliveries: Int64, firstAt: Int64, lastAt: Int64) {
    self.state = state
    firstWindow = window
    lastWindow = window
    self.deliveries = deliveries
    self.firstAt = firstAt
    self.lastAt = lastAt
  }

  /// Takes in the next row, whose window is the last one or a later one.
  @inline(__always)
  mutating func extend(window: Int64, deliveries: Int64, firstAt: Int64, lastAt: Int64) {
    if window != lastWindow { windows += 1 }
    lastWindow = window
    self.deliveries += deliveries
    self.firstAt = min(self.firstAt, firstAt)
    self.lastAt = max(self.lastAt, lastAt)
  }
}
